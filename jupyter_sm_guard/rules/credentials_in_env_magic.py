"""A credential is set with %env

## What it checks
`%env NAME=value` and `%set_env NAME value` where the name is a credential's (HF_TOKEN,
OPENAI_API_KEY, DB_PASSWORD) and the value is written out. Placeholders and values that are put in
(`$token`, `{token}`) are no finding. The value is never shown.

## Why it matters
What stands in a notebook goes wherever the notebook goes, and `%env` prints it once more into the
output.

## How to fix
Change the credential: it has been seen. Have it looked up in AWS Secrets Manager when the code
runs, or ask for it: `os.environ["HF_TOKEN"] = getpass()`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..credentials import is_credential, is_secret_name
from ..model import Severity
from . import Match, rule

_LINE = re.compile(
    r"[ \t]{0,40}%(?:set_)?env[ \t]{1,9}([A-Z0-9_]{3,40})[ =][ =]?[ \t]{0,9}(\S{6,4000})"
)


def _text(text: str) -> Iterator[Match]:
    offset = 0
    for line in text.splitlines(keepends=True):
        match = _LINE.match(line)
        if match is not None and is_secret_name(match[1]) and is_credential(match[2], match[1]):
            yield Match(
                offset + match.start(2), offset + match.end(2), "a credential is written out here"
            )
        offset += len(line)


RULE = rule(
    __doc__,
    name="credentials-in-env-magic",
    severity=Severity.HIGH,
    group="secret",
    confidence="likely",
    triggers=("%env", "%set_env"),
    text=_text,
    places=("code",),
    good=(
        "%env AWS_DEFAULT_REGION=us-east-1",
        "%env HF_TOKEN=$token\n%env DB_PASSWORD={password}",
        "%env HF_TOKEN=<your token>",
        "%env OPENAI_API_KEY=sk-no-key-required",
        "%env TOKENIZERS_PARALLELISM=false",
    ),
    bad=(
        "%env DB_PASSWORD=«Tr0ub4dor&3»",
        "import os\n%set_env OPENAI_API_KEY «q7Rw29tLmZx81»",
    ),
)
