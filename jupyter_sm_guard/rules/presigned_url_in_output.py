"""A presigned URL stands in the output of a cell

## What it checks
URLs that carry their own authorisation, in text outputs: what `generate_presigned_url` and
`create_presigned_notebook_instance_url` give, and `aws s3 presign` prints. The addresses to which
public download servers send `wget` and `curl` on are no finding.

## Why it matters
Until it expires, whoever reads the notebook acts with the permissions of whoever made the URL.

## How to fix
Clear the output. Where a person is to click it, keep the expiry short; elsewhere hand it on in a
variable instead of showing it.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..hosts import host_of
from ..model import Severity
from ..secrets import LITERALS, Family, find
from . import Match, example, rule

_OTHERS = ("githubusercontent.com", "hf.co", "huggingface.co", "docker.com")
_REDIRECTS = ("Location:", "--20", "Redirecting", "Resolving")
_SIGNED = "X-Amz-Expires=300&X-Amz-Signature=" + "0a1b2c3d4e5f6789" * 4


def _text(text: str) -> Iterator[Match]:
    for secret in find(text):
        if secret.family is Family.PRESIGNED and not _is_others(text, secret.start):
            yield Match(secret.start, secret.end, "this URL opens without a login")


def _is_others(text: str, start: int) -> bool:
    """Whether a public server made the URL for whoever asks: a redirect that a download prints."""
    host = host_of(text[start : start + 300]) or ""
    line = text[max(text.rfind("\n", max(start - 300, 0), start) + 1, start - 300) : start]
    redirected = line.lstrip().startswith(_REDIRECTS)
    return redirected or host.endswith(_OTHERS) or host.startswith("github-")


RULE = rule(
    __doc__,
    name="presigned-url-in-output",
    severity=Severity.MEDIUM,
    group="secret",
    triggers=LITERALS[Family.PRESIGNED],
    text=_text,
    places=("output",),
    good=(
        example("1", outputs=(f"Location: https://dist.s3.amazonaws.com/x?{_SIGNED} [following]",)),
        example("1", outputs=(f"https://objects.githubusercontent.com/x?{_SIGNED}",)),
        example("1", outputs=("https://my-bucket.s3.amazonaws.com/x?versionId=1",)),
    ),
    bad=(
        example("1", outputs=(f"'«https://my-bucket.s3.amazonaws.com/x?{_SIGNED}»'",)),
        example(
            "1",
            outputs=(
                "«https://x.notebook.us-east-1.sagemaker.aws?authToken="
                + "eyJhbGciOiJIUzI1NiJ9." * 3
                + "0»\n",
            ),
        ),
    ),
)
