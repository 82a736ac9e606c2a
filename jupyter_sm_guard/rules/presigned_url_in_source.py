"""A presigned URL stands in the notebook's text

## What it checks
URLs that carry their own authorisation, in code and markdown: S3's presigned ones
(X-Amz-Signature), those that open a notebook instance, a Studio domain or an MLflow server; also
those that stand in several strings which Python joins.

## Why it matters
Until it expires, whoever has the URL acts with the permissions of whoever made it, with no login.

## How to fix
Make the URL when it is needed (`generate_presigned_url`, `aws s3 presign`), with a short expiry,
and don't write it down.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ..model import Severity
from ..names import PythonCell
from ..secrets import LITERALS, Family, find
from . import Match, example, rule

_URL = (
    "https://my-bucket.s3.amazonaws.com/data.csv?X-Amz-Date=20260101T000000Z&X-Amz-Expires=3600"
    "&X-Amz-Signature=" + "0a1b2c3d4e5f6789" * 4
)


_LITERALS = LITERALS[Family.PRESIGNED]
_MESSAGE = "this URL opens without a login"


def _text(text: str) -> Iterator[Match]:
    for secret in find(text):
        if secret.family is Family.PRESIGNED:
            yield Match(secret.start, secret.end, _MESSAGE)


def _python(cell: PythonCell) -> Iterator[Match]:
    if not cell.holds(_LITERALS):
        return
    end = 0
    kinds = (ast.BinOp, ast.JoinedStr, ast.Constant)
    every = [(*cell.span(node), node) for kind in kinds for node in cell.nodes(kind)]
    for start, stop, node in sorted(every, key=lambda one: (one[0], -one[1])):
        written = cell.text[start:stop]
        if start < end or not any(literal in written for literal in _LITERALS):
            continue
        end = stop
        # what stands there in one piece is found as a text
        if _is_url(cell.value(node).wording or "") and not _is_url(written):
            yield Match(start, stop, _MESSAGE)


def _is_url(text: str) -> bool:
    return any(secret.family is Family.PRESIGNED for secret in find(text))


RULE = rule(
    __doc__,
    name="presigned-url-in-source",
    severity=Severity.MEDIUM,
    group="secret",
    triggers=_LITERALS,
    text=_text,
    python=_python,
    local=True,
    places=("code", "raw", "markdown"),
    good=(
        "url = s3.generate_presigned_url('get_object', Params=p)",
        "if 'X-Amz-Signature=' in url:\n    pass",
        "url = f'https://{b}.s3.amazonaws.com/x' + '?X-Amz-Signature=' + signature",
        example("1", markdown=("It looks like `https://…?X-Amz-Signature=<signature>`.",)),
    ),
    bad=(
        f"!curl -o data.csv '«{_URL}»'",
        f"url = («'{_URL[:60]}'  # me\n       '{_URL[60:]}'»)",
        f"base = '{_URL[:40]}'\nurl = «base + '{_URL[40:]}'»\nother = '«{_URL}»' + ''",
        example("1", markdown=(f"Get [the data](«{_URL}»).",)),
    ),
)
