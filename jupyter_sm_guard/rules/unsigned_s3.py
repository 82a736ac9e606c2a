"""S3 is read without saying who reads

## What it checks
`aws --no-sign-request`, `Config(signature_version=UNSIGNED)` and `s3fs` with `anon=True`.

## Why it matters
Such requests go around IAM and the policies of VPC endpoints, and leave no name in the logs. What
they can read, everybody can: it is public data, which somebody else may change.

## How to fix
Sign the request, which is what happens without the option; public buckets answer signed ones too.
Copy what you need to a bucket of yours and note its checksum.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..model import Severity
from ..names import PythonCell
from ..shell import Script
from . import Edit, Fix, Match, rule

_MESSAGE = "S3 is read without a signature"
_ANONYMOUS = ("s3fs.S3FileSystem", "s3fs.core.S3FileSystem", "fsspec.filesystem", "fsspec.open")


def _shell(script: Script) -> Iterator[Match]:
    for command in script.commands:
        if command.name in ("aws", "s5cmd"):
            for word in command.arguments:
                if word.text == "--no-sign-request":
                    edits = (Edit(word.start - 1, word.end, ""),)
                    fix = Fix("sign the request", edits) if word.literal else None
                    yield Match(word.start, word.end, _MESSAGE, fix=fix)


def _python(cell: PythonCell) -> Iterator[Match]:
    for call in cell.calls():
        version, anonymous = call.keywords.get("signature_version"), call.keywords.get("anon")
        if version is not None and (version.name or "").endswith("botocore.UNSIGNED"):
            yield Match(version.start, version.end, _MESSAGE)
        if anonymous is not None and call.name in _ANONYMOUS and anonymous.is_constant(True):
            yield Match(anonymous.start, anonymous.end, _MESSAGE)


RULE = rule(
    __doc__,
    name="unsigned-s3",
    severity=Severity.LOW,
    group="exposure",
    triggers=("--no-sign-request", "UNSIGNED", "signature_version", "anon=", "anon =", "'anon'"),
    shell=_shell,
    python=_python,
    good=(
        "!aws s3 cp s3://b/x .",
        "import s3fs\ns3fs.S3FileSystem(anon=False)",
        "from botocore.config import Config\nConfig(signature_version='s3v4')",
        "!echo --no-sign-request",
    ),
    bad=(
        "!aws s3 cp s3://b/x {folder} «--no-sign-request»",
        "from botocore import UNSIGNED\nfrom botocore.client import Config\nimport boto3\n"
        "s3 = boto3.client('s3', config=Config(signature_version=«UNSIGNED»))",
        "import botocore, boto3\n"
        "boto3.client('s3', config=botocore.config.Config(signature_version=«botocore.UNSIGNED»))",
        "import s3fs\ns3fs.S3FileSystem(anon=«True»)",
    ),
)
