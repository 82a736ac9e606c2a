"""This user's running Jupyter servers, and the latest report that one of them left in a file.

A server's own file holds its token; nothing of it but what is named here is ever taken over.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jupyter_core.paths import jupyter_runtime_dir

from .. import store
from ..installation.files import Reader
from ..model import SCHEMA, Report, Resource, Step, rfc3339, utc_now
from ..place import STAND_INS, Place
from ..wire import WireError, from_json
from . import kernels
from .rows import Row


@dataclass(frozen=True)
class Server:
    """A running server. `environment` is None when its process does not tell; `started` is when it
    wrote its file."""

    pid: int
    url: str | None
    base_url: str | None
    root_dir: str | None
    version: str | None
    environment: str | None
    started: datetime


@dataclass(frozen=True)
class ReportFile:
    """The file for the command line and kernels. `usable` is what these would make of it as to age
    and origin; `flags` are the report's integrity flags."""

    path: str
    present: bool
    problem: str | None = None
    observed_at: datetime | None = None
    age_s: int | None = None
    resource: str | None = None
    version: str | None = None
    flags: tuple[str, ...] = ()


def servers(reader: Reader) -> tuple[Server, ...]:
    """Those whose process is alive; what others left behind is not listed."""
    folder = Path(os.path.abspath(jupyter_runtime_dir()))
    found = []
    for name in reader.names(folder):
        if re.fullmatch(r"jpserver-[0-9]{1,9}\.json", name):
            data = reader.object(folder / name)
            server = _server(folder / name, data) if data is not None else None
            if server is not None:
                found.append(server)
    return tuple(found)


def _server(path: Path, data: dict[str, Any]) -> Server | None:
    pid = int(path.stem.removeprefix("jpserver-"))
    arguments = _command_line(pid)
    if arguments is None or "jupyter" not in " ".join(arguments):
        return None
    try:
        started = datetime.fromtimestamp(path.stat().st_mtime, timezone.utc)
    except OSError:
        return None
    return Server(
        pid=pid,
        url=_url(data.get("url")),
        base_url=_base_url(data.get("base_url")),
        root_dir=data["root_dir"] if isinstance(data.get("root_dir"), str) else None,
        version=_version(data.get("version")),
        environment=_environment(arguments),
        started=started,
    )


def _command_line(pid: int) -> list[str] | None:
    """The arguments of a process, which may hold secrets; None when there is no such process."""
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            return [os.fsdecode(part) for part in file.read(64 * 1024).split(b"\0")]
    except OSError:
        return None


def _environment(arguments: list[str]) -> str | None:
    python = arguments[0]
    if not os.path.isabs(python) or not os.path.basename(python).startswith("python"):
        return None
    return str(Path(os.path.normpath(python)).parent.parent)


def _url(given: object) -> str | None:
    """Scheme, host, port and path: what else a URL may have is for its owner alone."""
    try:
        parts = urlsplit(given) if isinstance(given, str) else None
        if parts is None or not parts.hostname:
            return None
        host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
        port = f":{parts.port}" if parts.port is not None else ""
    except ValueError:
        return None
    return f"{parts.scheme}://{host}{port}{parts.path}"


def _base_url(given: object) -> str | None:
    return re.split(r"[?#;]", given, maxsplit=1)[0] if isinstance(given, str) else None


def _version(given: object) -> str | None:
    is_one = isinstance(given, str) and re.fullmatch(r"\d+\.\d[\w.+!]{0,20}", given, re.ASCII)
    return given if isinstance(given, str) and is_one else None


def report(reader: Reader, place: Place, resource: Resource) -> ReportFile:
    """What the file says of itself, and why it would not be used."""
    path = Path(os.path.abspath(store.default_path()))
    if not os.path.lexists(path):
        return ReportFile(str(path), present=False)
    content = reader.content(path, store.SIZE_LIMIT)
    if content is None:
        return ReportFile(str(path), present=True, problem="it could not be read")
    try:
        found = from_json(Report, json.loads(content))
    except (WireError, ValueError, RecursionError):
        return ReportFile(str(path), present=True, problem="it is damaged")
    return ReportFile(
        path=str(path),
        present=True,
        problem=_objection(path, found, place, resource),
        observed_at=found.observed_at,
        age_s=round((utc_now() - found.observed_at).total_seconds()),
        resource=found.resource.arn or found.resource.kind.value,
        version=found.version[:40],
        flags=tuple(flag.flag for flag in found.integrity),
    )


def _objection(path: Path, found: Report, place: Place, resource: Resource) -> str | None:
    """Why the command line and kernels do not use this report; None when they do."""
    stood_in = {flag for flag in found.integrity if flag.flag in STAND_INS}
    if found.schema != SCHEMA:
        return "it is another version's"
    if stood_in != {*place.stand_ins}:
        return "it was made with a stand-in for this machine or AWS"
    if found.resource != resource:
        return "it is about another machine"
    if store.read(path, resource, place) is None:
        return "it is older than a day, from the future, or not this user's alone"
    return None


def server_rows(found: tuple[Server, ...]) -> Iterator[Row]:
    """The section on servers as text."""
    if not found:
        yield Row("none", f"no live server of this user has a file in {jupyter_runtime_dir()}")
    for server in found:
        yield Row(f"pid {server.pid}", f"{server.url or 'address not known'}")
        yield Row("", f"since {rfc3339(server.started)}, base URL {server.base_url or 'not known'}")
        yield Row("", f"environment {server.environment or 'not known'}")
        yield Row("", f"folder {server.root_dir or 'not known'}")


def report_rows(file: ReportFile) -> Iterator[Row]:
    """The section on the report's file as text."""
    yield Row("file", file.path if file.present else f"none yet: {file.path}")
    if file.observed_at is not None and file.age_s is not None:
        yield Row("checked", f"{rfc3339(file.observed_at)}, {file.age_s} seconds ago")
        yield Row("about", file.resource or "not known")
        yield Row("made by", f"jupyter_sm_guard {file.version}")
        yield Row("flags", ", ".join(file.flags) or "none")
    if file.problem is not None:
        yield Row("not used", file.problem)


def to_do(reader: Reader, found: tuple[Server, ...], changed_at: datetime | None) -> Iterator[Step]:
    """Servers in another environment, and those that started before what they load was changed."""
    elsewhere = set[str]()
    for server in found:
        environment = server.environment
        if environment is not None and not _is_here(environment):
            if environment not in elsewhere:
                elsewhere.add(environment)
                yield _go_there(reader, server.pid, environment)
        elif changed_at is not None and server.started < changed_at:
            yield Step(
                f"The server with pid {server.pid} started before the guard or its configuration "
                f"was last changed ({rfc3339(changed_at)}). Restart it."
            )


def _is_here(environment: str) -> bool:
    return os.path.realpath(environment) == os.path.realpath(sys.prefix)


def _go_there(reader: Reader, pid: int, environment: str) -> Step:
    says = f"The server with pid {pid} runs in {environment}, this command in {sys.prefix}."
    if kernels.installed(reader, Path(environment)).get("jupyter_sm_guard") is not None:
        doctor = [f"{environment}/bin/jupyter", "sm-guard", "doctor"]
        return Step(f"{says} Look there:", shlex.join(doctor))
    pip = [f"{environment}/bin/python", "-m", "pip", "install", "jupyter_sm_guard"]
    return Step(f"{says} Install the guard there, then restart the server:", shlex.join(pip))
