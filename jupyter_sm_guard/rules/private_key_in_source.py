"""A private key stands in the code

## What it checks
PEM blocks (`-----BEGIN … PRIVATE KEY-----`) with a key in them, in code cells and scripts. Public
keys, certificates and blocks whose content is left out are no finding.

## Why it matters
A private key proves who one is, to whoever accepts it, for everybody who has a copy of the
notebook.

## How to fix
Replace the key pair everywhere: it has been seen. Keep the new key in AWS Secrets Manager, or in a
file that only its user can read.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..model import Severity
from ..secrets import LITERALS, Family, find
from . import Match, rule

_BODY = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7"
_BEGIN = "-----BEGIN RSA " + "PRIVATE KEY-----"


def _text(text: str) -> Iterator[Match]:
    for secret in find(text):
        if secret.family is Family.PRIVATE_KEY:
            end = text.find("\n", secret.start, secret.end)
            end = secret.end if end < 0 else end
            yield Match(secret.start, end, "a private key stands here")


RULE = rule(
    __doc__,
    name="private-key-in-source",
    severity=Severity.CRITICAL,
    group="secret",
    triggers=LITERALS[Family.PRIVATE_KEY],
    text=_text,
    places=("code", "raw"),
    good=(
        f"key = '''{_BEGIN}\n...\n'''",
        f"key = '''-----BEGIN PUBLIC KEY-----\n{_BODY}\n'''",
        f"if text.startswith('{_BEGIN}'):\n    pass",
    ),
    bad=(
        f"key = '''«{_BEGIN}»\n{_BODY}\n'''",
        f"%%bash\ncat > key.pem <<END\n«{_BEGIN}»\n{_BODY}\nEND",
    ),
)
