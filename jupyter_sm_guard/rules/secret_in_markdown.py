"""A secret stands in the text of a notebook

## What it checks
AWS keys, tokens of known form and private keys in markdown cells. AWS's example keys and
placeholders are no finding. The value is never shown.

## Why it matters
A note with a key is as public as the notebook, and is easily overlooked when the code is cleaned
up.

## How to fix
Revoke it where it was made: it has been seen. Then say in the text where readers get their own.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..model import Severity
from ..secrets import LITERALS, Family, find
from . import Match, example, rule

_TOKEN = "hf_" + "QwRtYpSdFgHjKlZxCvBnMqWeRtYuIoPaSd"
_ID = "AKIA" + "Q3EGRTV7WMZDLNPB"


def _text(text: str) -> Iterator[Match]:
    for secret in find(text):
        if secret.family is not Family.PRESIGNED:
            yield Match(secret.start, secret.end, f"a secret stands here: {secret.kind}")


RULE = rule(
    __doc__,
    name="secret-in-markdown",
    severity=Severity.HIGH,
    group="secret",
    triggers=(
        *LITERALS[Family.AWS],
        *LITERALS[Family.TOKEN],
        *LITERALS[Family.PRIVATE_KEY],
    ),
    text=_text,
    places=("markdown",),
    good=(
        example("1", markdown=("Set `aws_access_key_id` to `AKIA" + "IOSFODNN7EXAMPLE`.",)),
        example(
            "1", markdown=("A token begins with `hf_`, such as `hf_xxxxxxxxxxxxxxxxxxxxxxx`.",)
        ),
        example("1", markdown=("See sk-learn-based-examples-for-the-2024-workshop-part-1-and-2.",)),
    ),
    bad=(
        example("1", markdown=(f"Use my token: «{_TOKEN}»",)),
        example("1", markdown=("# Setup", f"```\naws configure # «{_ID}»\n```")),
    ),
)
