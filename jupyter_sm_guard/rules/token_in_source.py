"""An access token stands in the code

## What it checks
Tokens and keys whose form tells what they are, in code cells and scripts: of GitHub, GitLab,
Hugging Face, OpenAI, Anthropic, Slack, Google, npm, PyPI, Stripe, Docker, NVIDIA, Databricks and
others, and JSON web tokens. Placeholders are no finding. The value is never shown.

## Why it matters
A token in a notebook goes wherever the notebook goes, and opens the account to whoever reads it.

## How to fix
Revoke the token where it was made: it has been seen. Then have the code ask AWS Secrets Manager for
the new one, or the environment: `os.environ["HF_TOKEN"]`.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..model import Severity
from ..secrets import LITERALS, Family, find
from . import Match, example, rule

_HUGGING_FACE = "hf_" + "QwRtYpSdFgHjKlZxCvBnMqWeRtYuIoPaSd"
_GITHUB = "ghp_" + "q8Jx2fWv7Ls0Rb5NpYt3Zc6Hd1Gk9Mm4UaEi"


def _text(text: str) -> Iterator[Match]:
    for secret in find(text):
        if secret.family is Family.TOKEN:
            yield Match(secret.start, secret.end, f"a secret stands here: {secret.kind}")


RULE = rule(
    __doc__,
    name="token-in-source",
    severity=Severity.HIGH,
    group="secret",
    triggers=LITERALS[Family.TOKEN],
    text=_text,
    places=("code", "raw"),
    good=(
        "token = 'hf_" + "x" * 34 + "'",
        "import os\ntoken = os.environ['HF_TOKEN']",
        "hf_model_name_or_path = 'org/hf_model_with_a_long_name_that_is_none'",
        "image = 'sk-learn-inference-pipeline-with-batch-transform'",
        "login(token='your_token_here')",
    ),
    bad=(
        f"login(token='«{_HUGGING_FACE}»')",
        f"!git clone https://user:«{_GITHUB}»@github.com/o/r.git",
        f"%env HF_TOKEN «{_HUGGING_FACE}»",
        example(f"export GITHUB_TOKEN=«{_GITHUB}»", file="x.sh"),
    ),
)
