"""S3 is read without saying who reads

## What it checks
`aws --no-sign-request`, AWS_NO_SIGN_REQUEST, `Config(signature_version=UNSIGNED)`, botocore's
`disable_signing`, and `anon=True` of s3fs, also in the `storage_options` of pandas, Dask and
xarray, or `anonymous=True` of PyArrow.

## Why it matters
Such requests go around IAM and the policies of VPC endpoints, and leave no name in the logs. What
they can read, everybody can: it is public data, which somebody else may change.

## How to fix
Sign the request, which is what happens without the option; public buckets answer signed ones too.
Copy what you need to a bucket of yours and note its checksum.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..environment import Variable, in_magics, in_python, in_shell
from ..model import Severity
from ..names import Call, PythonCell
from ..shell import Script
from ..values import Value
from . import Edit, Fix, Match, example, rule

_MESSAGE = "S3 is read without a signature"
_ANONYMOUS = ("s3fs.S3FileSystem", "s3fs.core.S3FileSystem", "fsspec.filesystem", "fsspec.open")
_ARROW = ("pyarrow.fs.S3FileSystem", "pyarrow._s3fs.S3FileSystem")
_REGISTER = frozenset(("register", "register_first", "register_last"))
_UNSIGNED = "AWS_NO_SIGN_REQUEST"
_YES = ("YES", "TRUE", "ON", "1")


def _shell(script: Script) -> Iterator[Match]:
    for command in script.commands:
        if command.name in ("aws", "s5cmd"):
            for word in command.arguments:
                if word.text == "--no-sign-request":
                    edits = (Edit(word.start - 1, word.end, ""),)
                    fix = Fix("sign the request", edits) if word.literal else None
                    yield Match(word.start, word.end, _MESSAGE, fix=fix)
        yield from _set(in_shell(command))


def _set(variables: Iterable[Variable]) -> Iterator[Match]:
    for variable in variables:
        if variable.name == _UNSIGNED and variable.value.upper() in _YES:
            yield Match(variable.start, variable.end, _MESSAGE)


def _text(text: str) -> Iterator[Match]:
    yield from _set(in_magics(text))


def _python(cell: PythonCell) -> Iterator[Match]:
    for call in cell.calls():
        version, anonymous = call.keywords.get("signature_version"), call.keywords.get("anon")
        if version is not None and (version.name or "").endswith("botocore.UNSIGNED"):
            yield Match(version.start, version.end, _MESSAGE)
        if anonymous is not None and call.name in _ANONYMOUS and anonymous.is_constant(True):
            yield Match(anonymous.start, anonymous.end, _MESSAGE)
        for value in _also(call):
            yield Match(value.start, value.end, _MESSAGE)
    yield from _set(in_python(cell, (_UNSIGNED,)))


def _also(call: Call) -> Iterator[Value]:
    """What leaves the signature out in an argument of other libraries."""
    options, anonymous = call.keywords.get("storage_options"), call.keywords.get("anonymous")
    anon = options.entry_here("anon") if options is not None else None
    if anon is not None and anon.is_constant(True):
        path = call.argument("path", 0)
        if path is None or path.text is None or path.text.startswith("s3"):
            yield anon
    if anonymous is not None and call.name in _ARROW and anonymous.is_constant(True):
        yield anonymous
    unsigned = call.keywords.get(_UNSIGNED)  # `rasterio.Env`
    if unsigned is not None and str(unsigned.constant).upper() in _YES:
        yield unsigned
    if call.may_be(_REGISTER):
        handler = call.argument("handler", 1)
        if handler is not None and handler.name == "botocore.handlers.disable_signing":
            yield handler


RULE = rule(
    __doc__,
    name="unsigned-s3",
    severity=Severity.LOW,
    group="exposure",
    triggers=(
        *("--no-sign-request", "UNSIGNED", "signature_version", "anon=", "anon =", "'anon'"),
        *('"anon"', "anonymous=", "anonymous =", "disable_signing", _UNSIGNED),
    ),
    shell=_shell,
    python=_python,
    text=_text,
    places=("code",),
    good=(
        "!aws s3 cp s3://b/x .",
        "import s3fs\ns3fs.S3FileSystem(anon=False)",
        "import pandas as pd\npd.read_csv('gs://b/x.csv', storage_options={'anon': True})",
        "from pyarrow import fs\nfs.S3FileSystem(anonymous=False)\n%env AWS_NO_SIGN_REQUEST=NO",
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
        "import pandas as pd\npd.read_csv('s3://b/x.csv', storage_options={'anon': «True»})",
        example("options = dict(anon=True)", "pd.read_parquet(path, storage_options=«options»)"),
        "from pyarrow import fs\nfs.S3FileSystem(anonymous=«True»)",
        "import boto3\nfrom botocore.handlers import disable_signing\nr = boto3.resource('s3')\n"
        "r.meta.client.meta.events.register('choose-signer.s3.*', «disable_signing»)",
        "import os\n«os.environ['AWS_NO_SIGN_REQUEST'] = 'YES'»\n%env «AWS_NO_SIGN_REQUEST=YES»",
    ),
)
