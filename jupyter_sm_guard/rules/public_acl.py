"""An object or bucket in S3 is made public by its ACL

## What it checks
`ACL="public-read"` and the other canned ACLs for everybody, grants to the groups AllUsers and
AuthenticatedUsers, in boto3 (also in `ExtraArgs`), s3fs and the `aws` command.

## Why it matters
Everybody on the internet can then read the data, or write it. "Authenticated" means every AWS
account in the world.

## How to fix
Leave the ACL out: objects are private, and access is given by the bucket's policy or by a presigned
URL. Keep S3 Block Public Access on.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..model import Severity
from ..names import PythonCell
from ..shell import Script
from ..values import Origin, Value
from . import Match, example, rule

_PUBLIC = ("public-read", "public-read-write", "authenticated-read")
_GROUPS = ("groups/global/AllUsers", "groups/global/AuthenticatedUsers")
_GRANTS = ("GrantRead", "GrantFullControl", "GrantWrite", "GrantReadACP", "GrantWriteACP")
_EXTRA = ("ExtraArgs", "extra_args", "s3_additional_kwargs")
_MESSAGE = "everybody on the internet gets access"


def _python(cell: PythonCell) -> Iterator[Match]:
    seen = set()
    for value in (*_written(cell), *_given(cell)):
        if value.start not in seen:
            seen.add(value.start)
            yield Match(value.start, value.end, _MESSAGE)


def _written(cell: PythonCell) -> Iterator[Value]:
    """What stands in the cell's dicts."""
    for value in cell.dicts():
        acl, uri = value.entry_here("ACL"), value.entry_here("URI")
        if acl is not None and acl.text in _PUBLIC:
            yield acl
        if uri is not None and _names_group(uri):
            yield uri


def _given(cell: PythonCell) -> Iterator[Value]:
    """What calls are given, but for what is found in a dict where that is written."""
    in_dicts: dict[int | None, set[Origin | None]] = {}
    for call in cell.calls():
        keywords = call.keywords
        found = [value for name, value in keywords.items() if _is_public(name, value)]
        for name in _EXTRA:
            acl = keywords[name].entry_here("ACL") if name in keywords else None
            found += [acl] if acl is not None and acl.text in _PUBLIC else []
        for value in found:
            home = None if value.origin is None else value.origin.cell
            if home not in in_dicts:
                there = next((c for c in cell.notebook.cells if c.index == home), cell)
                in_dicts[home] = {other.origin for other in _written(there)}
            if value.origin not in in_dicts[home]:
                yield value


def _is_public(name: str, value: Value) -> bool:
    is_acl = name in ("ACL", "acl") and value.text in _PUBLIC
    return is_acl or (name in _GRANTS and _names_group(value))


def _names_group(value: Value) -> bool:
    return any(group in (value.text or "") for group in _GROUPS)


def _shell(script: Script) -> Iterator[Match]:
    for command in script.commands:
        if command.name not in ("aws", "s3cmd", "gsutil"):
            continue
        for word in command.arguments:
            value = word.text.removeprefix("--acl=")
            if value in (*_PUBLIC, "--acl-public") or any(group in value for group in _GROUPS):
                yield Match(word.start, word.end, _MESSAGE)


RULE = rule(
    __doc__,
    name="public-acl",
    severity=Severity.HIGH,
    group="exposure",
    triggers=(*_PUBLIC, *_GROUPS, "--acl-public"),
    python=_python,
    shell=_shell,
    good=(
        "s3.put_object(Bucket=b, Key=k, ACL='private')",
        "s3.put_object(Bucket=b, Key=k, ACL=acl)",
        "!aws s3 cp x s3://b/x --acl bucket-owner-full-control",
        "choices = ['private', 'public-read']",
        "# s3.put_object(Bucket=b, Key=k, ACL='public-read')",
    ),
    bad=(
        "s3.put_object(Bucket=b, Key=k, ACL=«'public-read'»)",
        "s3.upload_file('x', b, k, ExtraArgs={'ACL': «'public-read-write'»})",
        "s3.put_bucket_acl(\n"
        "    Bucket=b, GrantRead=«'uri=http://acs.amazonaws.com/groups/global/AllUsers'»\n)",
        "extra = {}\nextra['ACL'] = 'public-read'\ns3.upload_fileobj(b, k, 'p', ExtraArgs=«extra»)",
        "given = dict(Bucket=b, Key=k, ACL=«'public-read'»)\ns3.put_object(**given)",
        example("extra = {'ACL': «'public-read'»}", "s3.upload_file(f, b, k, ExtraArgs=extra)"),
        example("acl = 'public-read'", "s3.put_object(Bucket=b, Key=k, ACL=«acl»)"),
        "!aws s3 cp x s3://b/x --acl «public-read»",
        "%%bash\naws s3api put-bucket-acl --bucket b «--acl=authenticated-read»",
    ),
)
