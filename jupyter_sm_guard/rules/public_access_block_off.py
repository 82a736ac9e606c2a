"""S3's protection against public access is switched off

## What it checks
`put_public_access_block` with a setting that is False, `delete_public_access_block`, and the same
of the `aws s3api` and `aws s3control` commands.

## Why it matters
Block Public Access is what keeps a wrong ACL or policy from publishing a bucket's data.

## How to fix
Leave all four settings on. To share an object, presign a URL; to publish a site, use CloudFront.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..model import Severity
from ..names import PythonCell
from ..shell import Script
from . import Match, rule

_SETTINGS = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
_OFF = re.compile(
    rf"\"?(?:{'|'.join(_SETTINGS)})\"?[ \t]{{0,4}}[=:][ \t]{{0,4}}false", re.IGNORECASE
)
_MESSAGE = "this bucket's or account's data may become public"


def _python(cell: PythonCell) -> Iterator[Match]:
    for call in cell.calls():
        if call.method == "delete_public_access_block":
            yield Match(call.start, call.end, _MESSAGE)
        elif call.method == "put_public_access_block":
            settings = call.keywords.get("PublicAccessBlockConfiguration")
            for name in _SETTINGS if settings is not None else ():
                value = settings.entry(name) if settings is not None else None
                every = () if value is None else value.every
                if value is not None and any(one.is_constant(False) for one in every):
                    yield Match(value.start, value.end, f"{name} is off: {_MESSAGE}")


def _shell(script: Script) -> Iterator[Match]:
    for command in script.commands:
        texts = command.texts()
        if command.name != "aws":
            continue
        if "delete-public-access-block" in texts:
            yield Match(command.program.start, command.end, _MESSAGE)
        elif "put-public-access-block" in texts:
            for word in command.arguments:
                if _OFF.search(word.text):
                    yield Match(word.start, word.end, _MESSAGE)


RULE = rule(
    __doc__,
    name="public-access-block-off",
    severity=Severity.HIGH,
    group="exposure",
    triggers=("public_access_block", "public-access-block"),
    python=_python,
    shell=_shell,
    good=(
        "s3.put_public_access_block(Bucket=b, PublicAccessBlockConfiguration={\n"
        "    'BlockPublicAcls': True, 'BlockPublicPolicy': True})",
        "s3.get_public_access_block(Bucket=b)",
        "!aws s3api put-public-access-block --bucket b --public-access-block-configuration "
        "BlockPublicAcls=true,BlockPublicPolicy=true",
    ),
    bad=(
        "s3.put_public_access_block(Bucket=b, PublicAccessBlockConfiguration={\n"
        "    'BlockPublicAcls': «False», 'BlockPublicPolicy': True})",
        "«s3.delete_public_access_block(Bucket=b)»",
        "!aws s3api put-public-access-block --bucket b --public-access-block-configuration "
        "«BlockPublicAcls=false,BlockPublicPolicy=true»",
        "%%bash\n«aws s3api delete-public-access-block --bucket b»",
    ),
)
