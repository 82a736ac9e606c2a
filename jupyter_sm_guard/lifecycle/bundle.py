"""The offline installation set: our wheel, its extras for kernels, the policy, a manifest.

The same input makes the same bytes: nothing in it tells a time, a machine or a path.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from importlib.metadata import Distribution, PackageNotFoundError, PackagePath, distribution
from pathlib import Path, PurePosixPath

from .render import WHEEL, policy_file

MANIFEST = "manifest.json"
SCHEMA = "jupyter-sm-guard-bundle/1"
_PACKAGE = "jupyter_sm_guard"
_ABOUT = re.compile(r"METADATA|WHEEL|entry_points\.txt|licenses/.*|(LICEN[CS]E|NOTICE|COPYING).*")
"""Of a `.dist-info`, what the wheel had; the rest is the installer's, perhaps with times."""
_SAME_TIME = (1980, 1, 1, 0, 0, 0)  # the oldest that a zip file can tell

KERNEL_NEEDS = ("ipywidgets>=8,<9", "jupyterlab_widgets", "widgetsnbextension", "comm")
"""What the widget needs in a kernel, beside IPython and traitlets, which every kernel has."""


class BundleError(ValueError):
    """No bundle can be made; the message says what to do instead."""


def contents(
    wheel: Path | None,
    policy: bytes | None,
    with_kernels: bool,
    more: Mapping[str, bytes] | None = None,
) -> dict[str, bytes]:
    """The files of a bundle by name, the manifest last.

    Without `wheel`, the installed package is packed again. Raises BundleError.
    """
    name, content = _given(wheel) if wheel is not None else installed_wheel()
    files = {name: content, **(more or {})}
    if with_kernels:
        files.update(_kernel_wheels())
    if policy is not None:
        files[policy_file(policy)] = policy
    files = dict(sorted(files.items()))
    return {**files, MANIFEST: _manifest(name, files)}


def _manifest(wheel: str, files: Mapping[str, bytes]) -> bytes:
    listed = [
        {"name": name, "sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
        for name, content in files.items()
    ]
    found = {"schema": SCHEMA, "wheel": wheel, "files": listed}
    return (json.dumps(found, indent=2) + "\n").encode()


def _given(wheel: Path) -> tuple[str, bytes]:
    if WHEEL.fullmatch(wheel.name) is None:
        raise BundleError(f"{wheel} is not named as our wheel; give the file as it was built")
    try:
        content = wheel.read_bytes()
        names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    except OSError as error:
        raise BundleError(f"{wheel}: {error.strerror}; give the file of a wheel") from None
    except zipfile.BadZipFile:
        raise BundleError(
            f"{wheel} is not a wheel (no zip file); build or fetch it again"
        ) from None
    if f"{_PACKAGE}/__init__.py" not in names:
        raise BundleError(f"{wheel} has no {_PACKAGE} in it; give our own wheel")
    return wheel.name, content


def installed_wheel() -> tuple[str, bytes]:
    """Name and bytes of a wheel packed from the files of the installed package, each compared with
    the hash that pip wrote down. Raises BundleError where one is missing or was changed."""
    try:
        found = distribution(_PACKAGE)
    except PackageNotFoundError:
        raise BundleError("the package is not installed; give the wheel with --wheel") from None
    members = dict(sorted(_members(found)))
    info = f"{_PACKAGE}-{found.version}.dist-info"
    lines = [
        f"{name},sha256={_urlsafe(content)},{len(content)}" for name, content in members.items()
    ]
    record = "\n".join([*lines, f"{info}/RECORD,,", ""])
    packed = pack({**members, f"{info}/RECORD": record.encode()})
    return f"{_PACKAGE}-{found.version}-py3-none-any.whl", packed


def pack(members: Mapping[str, bytes]) -> bytes:
    """A zip file that is the same each time."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:  # zlibs differ
        for name, content in members.items():
            entry = zipfile.ZipInfo(name, _SAME_TIME)
            entry.create_system = 3
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, content)
    return packed.getvalue()


def _members(found: Distribution) -> Iterator[tuple[str, bytes]]:
    """What the wheel had, by its names there."""
    data = f"{_PACKAGE}-{found.version}.data/data"
    for file in found.files or ():
        path = PurePosixPath(str(file))
        if is_made_here(path) or "bin" in path.parts[:-1]:
            continue
        parts = [part for part in path.parts if part != ".."]
        if ".." in path.parts:
            parts = [data, *parts[parts.index(_first_of_data(parts)) :]]
        yield "/".join(parts), as_installed(file, "give the wheel with --wheel FILE")


def is_made_here(path: PurePosixPath) -> bool:
    """Whether pip or Python made the file on this machine."""
    is_about = path.parts[0].endswith(".dist-info")
    is_other = is_about and not _ABOUT.fullmatch("/".join(path.parts[1:]))
    return is_other or "__pycache__" in path.parts


def as_installed(file: PackagePath, instead: str) -> bytes:
    """The content of an installed file. Raises BundleError, which says what to do `instead`, where
    it is not the one that pip wrote down."""
    try:
        content = Path(str(file.locate())).read_bytes()
    except OSError as error:
        raise BundleError(f"{file.locate()}: {error.strerror}; {instead}") from None
    if file.hash is None or file.hash.value != _urlsafe(content):
        raise BundleError(
            f"{file.locate()} is not as it was installed, so it goes into no bundle; {instead}"
        )
    return content


def _first_of_data(parts: list[str]) -> str:
    first = next((part for part in parts if part in ("share", "etc")), None)
    if first is None:
        raise BundleError(f"{'/'.join(parts)} has no place in a wheel; give --wheel FILE")
    return first


def _urlsafe(content: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()


def _kernel_wheels() -> dict[str, bytes]:
    """Wheels that every Python takes, from the index that pip goes by here."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--dest", folder]
        only = ["--only-binary", ":all:", "--platform", "any", "--implementation", "py"]
        versions = ["--python-version", "3.10", "--abi", "none"]
        done = subprocess.run(
            [*command, *only, *versions, *KERNEL_NEEDS], capture_output=True, check=False, text=True
        )
        if done.returncode != 0:
            said = (done.stderr.strip().splitlines() or ["pip says nothing"])[-1]
            raise BundleError(f"--with-kernels: pip could not fetch the wheels: {said[:300]}")
        return {path.name: path.read_bytes() for path in Path(folder).glob("*.whl")}


def lay(files: Mapping[str, bytes], folder: Path) -> None:
    """Write the files. Raises BundleError, also where others lie in the folder."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        others = sorted(path.name for path in folder.iterdir() if path.name not in files)
        if others:
            raise BundleError(
                f"{folder} holds {', '.join(others[:3])}, which is not of this bundle; give an "
                "empty folder"
            )
        for name, content in files.items():
            (folder / name).write_bytes(content)
    except OSError as error:
        raise BundleError(f"{folder}: {error.strerror}; give a folder to write to") from None
