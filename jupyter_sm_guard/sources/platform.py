"""What this machine runs: its operating system, AWS's mark of its version, Jupyter's packages.

/etc/os-release is os-release(5); `amzn` with a VERSION_ID like 2018.03 is the first Amazon Linux.
The marker file is a notebook instance's (aws/sagemaker-python-sdk reads it for its user agent) and
holds something like `120.0-0`. The packages are those of the environment that the guard runs in,
as their metadata has them; the user's own site-packages are not looked at.

Recorded: `packages` is {"jupyterlab": "4.5.10", "notebook": null, ...}; the files are files.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial

from ..host import Host, Unreadable
from ..model import Fact, FactValue, Known, Reason, ResourceKind, Unknown, utc_now
from . import Context, Source

LABEL = "this machine's software"
OS_RELEASE = ("/etc/os-release", "/usr/lib/os-release")
VERSION_FILE = "/etc/opt/ml/sagemaker-notebook-instance-version.txt"
PACKAGES = ("jupyterlab", "jupyter_server", "notebook")

_LINE = re.compile(r"([A-Z_]+)=(?:\"([^\"]*)\"|'([^']*)'|(\S*))\s*", re.ASCII)
_NAME = re.compile(r"[\w ().,+/:-]{1,80}", re.ASCII)
_VERSION = re.compile(r"[0-9A-Za-z.!+_-]{1,64}", re.ASCII)


def observe(context: Context) -> Mapping[str, Fact]:
    """Look at each; what one lacks hinders no other."""
    host = context.host
    facts = {
        "OperatingSystem": _fact(lambda: _operating_system(host)),
        "NotebookInstanceVersion": _fact(lambda: _instance_version(host)),
    }
    return facts | {name: _fact(partial(_package, host, name)) for name in PACKAGES}


def _fact(look: Callable[[], FactValue]) -> Fact:
    try:
        return Known(look(), LABEL, utc_now())
    except Unreadable as error:
        return Unknown(Reason.NOT_FOUND, str(error), LABEL)
    except ValueError as error:
        return Unknown(Reason.UNKNOWN_VALUE, str(error), LABEL)


def _operating_system(host: Host) -> str:
    for path in OS_RELEASE:
        content = host.read(path)
        if content is not None:
            return operating_system(content)
    raise Unreadable(f"there is no {OS_RELEASE[0]}")


def operating_system(os_release: bytes) -> str:
    """`Amazon Linux 2023`, `Ubuntu 22.04`, … Raises ValueError for what names no system."""
    text = os_release.decode("utf-8", "replace")
    lines = filter(None, map(_LINE.fullmatch, text.split("\n")))
    values = {m[1]: next((v for v in m.groups()[1:] if v is not None), "") for m in lines}
    id, version = values.get("ID", ""), values.get("VERSION_ID", "")
    if id == "amzn" and re.fullmatch(r"201\d\.\d\d", version):
        return "Amazon Linux 1"
    name = "Amazon Linux" if id == "amzn" else values.get("NAME") or id
    full = f"{name} {version}".strip()
    if not name or not _NAME.fullmatch(full):
        raise ValueError("os-release does not name an operating system")
    return full


def _instance_version(host: Host) -> str | None:
    """None where there is no such file, as on machines that are no notebook instance."""
    content = host.read(VERSION_FILE, 4096)
    if content is None:
        return None
    return _version(content.decode("utf-8", "replace").strip(), VERSION_FILE)


def _package(host: Host, name: str) -> str | None:
    """The version of an installed package; None where it is not installed."""
    if host.root is not None:
        recorded = host.recorded("packages")
        if not isinstance(recorded, dict) or name not in recorded:
            raise Unreadable(f"no version of {name} is recorded")
        return None if recorded[name] is None else _version(recorded[name], name)
    from importlib import metadata

    try:
        return _version(metadata.version(name), name)
    except metadata.PackageNotFoundError:
        return None
    except (KeyError, TypeError, OSError):  # metadata that is damaged
        raise ValueError(f"the version of {name} can't be read") from None


def _version(value: object, of: str) -> str:
    if not isinstance(value, str) or not _VERSION.fullmatch(value):
        raise ValueError(f"{of} has no version that could be one")
    return value


SOURCE = Source(
    name="platform",
    label=LABEL,
    facts=("OperatingSystem", "NotebookInstanceVersion", *PACKAGES),
    of_user=PACKAGES,
    kinds=frozenset(
        {ResourceKind.NOTEBOOK_INSTANCE, ResourceKind.STUDIO, ResourceKind.UNIFIED_STUDIO}
    ),
    observe=observe,
)
