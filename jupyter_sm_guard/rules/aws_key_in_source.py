"""An AWS key stands in the code

## What it checks
Access key ids (AKIA…, ASIA…) with the secret access keys beside them, secret access keys by their
name, and session tokens, in code cells and scripts. The example keys of AWS's documentation and
placeholders are no finding. The value is never shown.

## Why it matters
A key in a notebook goes wherever the notebook goes: to Git, into S3, to whoever it is mailed to. It
works from anywhere, and until somebody deletes it.

## How to fix
Delete the key in IAM first: it has been seen. Then leave it out: on SageMaker, `boto3.client("s3")`
uses the execution role by itself; elsewhere use a profile or AWS IAM Identity Center.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..model import Severity
from ..secrets import LITERALS, Family, find
from . import Match, example, rule

_ID = "AKIA" + "Q3EGRTV7WMZDLNPB"
_KEY = "q8Jx2fWv7Ls0Rb5N/" + "pYt3Zc6Hd1Gk9Mm4Ua+Ei7Q"


def _text(text: str) -> Iterator[Match]:
    for secret in find(text):
        if secret.family is Family.AWS:
            yield Match(secret.start, secret.end, f"an {secret.kind} stands here")


RULE = rule(
    __doc__,
    name="aws-key-in-source",
    severity=Severity.CRITICAL,
    group="secret",
    triggers=LITERALS[Family.AWS],
    text=_text,
    places=("code", "raw"),
    good=(
        "key = 'AKIA" + "IOSFODNN7EXAMPLE'\nsecret = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'",
        "boto3.client('s3', aws_access_key_id='YOUR_ACCESS_KEY')",
        "boto3.client('s3', aws_secret_access_key=credentials['SecretAccessKey'])",
        "digest = 'AKIA" + "abcdef'",
    ),
    bad=(
        f"key = '«{_ID}»'\nother = '«{_KEY}»'",
        f"KEY_ID = '«{_ID}»'\nSECRET_KEY = '«{_KEY}»'\nMinio(secret_key=SECRET_KEY)",
        f"import os\nos.environ['AWS_SECRET_ACCESS_KEY'] = '«{_KEY}»'",
        f"%env AWS_SECRET_ACCESS_KEY=«{_KEY}»",
        f"# old: «{_ID}»",
        f"%%writefile ~/.aws/credentials\n[default]\naws_access_key_id = «{_ID}»",
        example(f"export AWS_SECRET_ACCESS_KEY=«{_KEY}»", file="x.sh"),
    ),
)
