"""What the collector needs beside our wheel, as one zip file: it runs by a Python that has nothing
else. Pure Python, from what is installed here, each file compared with what pip wrote down.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, PackagePath, distribution
from pathlib import PurePosixPath

from .bundle import BundleError, as_installed, is_made_here, pack

PACKAGES = ("botocore", "jmespath", "packaging", "python-dateutil", "six", "urllib3")
SERVICES = ("config", "ec2", "iam", "sagemaker", "securityhub", "sts")
"""Whose data of botocore's is packed; of the others, which are never asked, nothing is."""

_MAIN = b"""\
from jupyter_sm_guard.cli import main

raise SystemExit(main())
"""
_COMPILED = (".so", ".pyd", ".dylib")


def archive() -> bytes:
    """The zip file, with the same bytes for the same packages. Raises BundleError."""
    members = {"__main__.py": _MAIN}
    for name in PACKAGES:
        members.update(_members(name))
    return pack(dict(sorted(members.items())))


def _members(name: str) -> Iterator[tuple[str, bytes]]:
    instead = f"install {name} again (pip install --force-reinstall --no-deps {name})"
    try:
        files = distribution(name).files or ()
    except PackageNotFoundError:
        raise BundleError(f"{name} is not installed here; {instead}") from None
    for file in filter(_is_needed, files):
        if PurePosixPath(str(file)).suffix in _COMPILED:
            raise BundleError(f"{file.locate()} is compiled for one kind of machine; {instead}")
        yield str(file), as_installed(file, instead)


def _is_needed(file: PackagePath) -> bool:
    path = PurePosixPath(str(file))
    if is_made_here(path) or ".." in path.parts or path.is_absolute():
        return False
    is_of_service = path.match("botocore/data/*/*/*")
    return not is_of_service or path.parent.parent.name in SERVICES
