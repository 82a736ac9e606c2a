"""A secret stands in the output of a cell

## What it checks
AWS keys, tokens of known form and private keys in the text outputs of a notebook. Pictures, ids and
hashes are not looked at. The value is never shown.

## Why it matters
Outputs are saved in the notebook's file and go to Git with it, long after the code that printed
them is gone.

## How to fix
Revoke it where it was made: it has been seen. Then clear the outputs (*Edit, Clear Outputs of All
Cells*) and change the code so that it does not print it.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..model import Severity
from ..secrets import LITERALS, Family, find
from . import Match, example, rule

_TOKEN = "hf_" + "QwRtYpSdFgHjKlZxCvBnMqWeRtYuIoPaSd"
_ID = "ASIA" + "Q3EGRTV7WMZDLNPB"
_KEY = "q8Jx2fWv7Ls0Rb5N/" + "pYt3Zc6Hd1Gk9Mm4Ua+Ei7Q"


def _text(text: str) -> Iterator[Match]:
    for secret in find(text):
        if secret.family is not Family.PRESIGNED:
            yield Match(secret.start, secret.end, f"a secret was printed: {secret.kind}")


RULE = rule(
    __doc__,
    name="secret-in-output",
    severity=Severity.HIGH,
    group="secret",
    triggers=(
        *LITERALS[Family.AWS],
        *LITERALS[Family.TOKEN],
        *LITERALS[Family.PRIVATE_KEY],
    ),
    text=_text,
    places=("output",),
    good=(
        example("1", outputs=("{'AccessKeyId': 'AKIA" + "IOSFODNN7EXAMPLE'}",)),
        example("1", outputs=("sha256:" + "0123456789abcdef" * 4,)),
        example("1", outputs=("\x1b[32mm" + _TOKEN + "\x1b[0m",)),
        example("1", outputs=("tokens: hf_model_for_a_long_time_of_training_and_more",)),
    ),
    bad=(
        example("1", outputs=(f"{{'AccessKeyId': '«{_ID}»', 'SecretAccessKey': '«{_KEY}»'}}",)),
        example("1", outputs=(f"logged in with «{_TOKEN}»\n",)),
        example("1", outputs=(f"token = \x1b[1;32m«{_TOKEN}»\x1b[0m\n",)),
        example("1", outputs=(f"\x1b[32m«{_ID}»\x1b[0m \x1b[32m«{_KEY}»\x1b[0m\n",)),
    ),
)
