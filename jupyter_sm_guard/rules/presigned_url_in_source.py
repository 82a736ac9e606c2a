"""A presigned URL stands in the notebook's text

## What it checks
URLs that carry their own authorisation, in code and markdown: S3's presigned ones
(X-Amz-Signature), those that open a notebook instance, a Studio domain or an MLflow server.

## Why it matters
Until it expires, whoever has the URL acts with the permissions of whoever made it, with no login.

## How to fix
Make the URL when it is needed (`generate_presigned_url`, `aws s3 presign`), with a short expiry,
and don't write it down.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..model import Severity
from ..secrets import LITERALS, Family, find
from . import Match, example, rule

_URL = (
    "https://my-bucket.s3.amazonaws.com/data.csv?X-Amz-Date=20260101T000000Z&X-Amz-Expires=3600"
    "&X-Amz-Signature=" + "0a1b2c3d4e5f6789" * 4
)


def _text(text: str) -> Iterator[Match]:
    for secret in find(text):
        if secret.family is Family.PRESIGNED:
            yield Match(secret.start, secret.end, "this URL opens without a login")


RULE = rule(
    __doc__,
    name="presigned-url-in-source",
    severity=Severity.MEDIUM,
    group="secret",
    triggers=LITERALS[Family.PRESIGNED],
    text=_text,
    places=("code", "raw", "markdown"),
    good=(
        "url = s3.generate_presigned_url('get_object', Params=p)",
        "if 'X-Amz-Signature=' in url:\n    pass",
        example("1", markdown=("It looks like `https://…?X-Amz-Signature=<signature>`.",)),
    ),
    bad=(
        f"!curl -o data.csv '«{_URL}»'",
        example("1", markdown=(f"Get [the data](«{_URL}»).",)),
    ),
)
