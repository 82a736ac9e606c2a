"""Does Jupyter's configuration have the server load jupyter_sm_guard, and which file decides that?

The server asks twice (jupyter_server/serverapp.py). First traitlets loads `jupyter_server_config`
and before it `jupyter_config` from every folder; there a file's whole list of extensions replaces
that of the files before, so one file decides. Names that this list lacks come from
`jupyter_server_config.json` and `jupyter_server_config.d/*.json` of all folders, merged name by
name.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .._version import VERSION
from ..model import Step
from . import statements
from .files import Reader, command, config_folders, level
from .rows import Row
from .statements import TAKEN_BACK, Statement, decided

NAME = "jupyter_sm_guard"
_MAIN, _BASE = "jupyter_server_config", "jupyter_config"
_NULL: dict[str, Any] = {NAME: None}


@dataclass(frozen=True)
class ServerHalf:
    """`enabled` is None when no file says anything. `statements` and `folders` have what wins
    first; `may_override` are files that can't be known without running them."""

    enabled: bool | None
    statements: tuple[Statement, ...]
    may_override: tuple[str, ...]
    folders: tuple[str, ...]


def look(reader: Reader) -> ServerHalf:
    """Read every file that may speak of us."""
    folders = config_folders()
    found = _in_order(reader, folders)
    decider = next((statement for statement in found if statement.counts), None)
    return ServerHalf(
        enabled=decider.says == "enabled" if decider is not None else None,
        statements=found,
        may_override=tuple(
            str(path)
            for folder in folders
            for path in (folder / f"{_MAIN}.py", folder / f"{_BASE}.py")
            if os.path.lexists(path)
        ),
        folders=tuple(str(folder) for folder in folders),
    )


def _in_order(reader: Reader, folders: list[Path]) -> tuple[Statement, ...]:
    """Every statement about us; what wins first. The last ones may be from files whose whole list
    was replaced: these never count."""
    main = [folder / f"{_MAIN}.json" for folder in folders]
    base = [folder / f"{_BASE}.json" for folder in folders]
    lists = {path: _list(reader, path) for path in (*main, *base)}
    whole = next((path for path, said in lists.items() if said not in (None, _NULL)), None)
    merged = []
    for folder, path in zip(folders, main, strict=True):
        drop_ins = folder / f"{_MAIN}.d"
        names = [name for name in reader.names(drop_ins) if name.endswith(".json")]
        merged += [path, *(drop_ins / name for name in reversed(names))]
    if whole is not None and NAME in (lists[whole] or ()):
        merged = [whole, *(path for path in merged if path != whole)]
    found = [_statement(path, _list(reader, path)) for path in merged]
    replaced = [_statement(path, lists[path]) for path in base if path not in merged]
    return (*decided(filter(None, found)), *filter(None, replaced))


def _list(reader: Reader, path: Path) -> dict[str, Any] | None:
    """ServerApp.jpserver_extensions of a file. A null for all of it takes us back as much as a null
    for us alone."""
    data = reader.object(path)
    if data is None or "ServerApp" not in data:
        return None
    server = reader.table(path, data, "ServerApp")
    if server is None:
        return _NULL if data["ServerApp"] is None else None
    if "jpserver_extensions" not in server:
        return None
    extensions = reader.table(path, server, "jpserver_extensions")
    if extensions is None and server["jpserver_extensions"] is None:
        return _NULL
    return extensions


def _statement(path: Path, extensions: dict[str, Any] | None) -> Statement | None:
    if extensions is None or NAME not in extensions:
        return None
    value = extensions[NAME]
    says = {True: "enabled", False: "disabled"}.get(value) if isinstance(value, bool) else None
    says = says or (TAKEN_BACK if value is None else "neither true nor false")
    return Statement(str(path), NAME, says, level(path))


def headline(half: ServerHalf) -> str:
    """The section in a word or two."""
    if half.enabled is None:
        return "not enabled: no file says so"
    return "enabled" if half.enabled else "disabled"


def rows(half: ServerHalf) -> Iterator[Row]:
    """The section as text."""
    yield from statements.rows(half.statements)
    for path in half.may_override:
        yield Row("may override", f"{path} (Python; not read)")
    if not half.folders:
        yield Row("folders", "none: JUPYTER_NO_CONFIG is set")
    for number, folder in enumerate(half.folders):
        yield Row("looked in" if number == 0 else "then", folder)


def to_do(half: ServerHalf) -> Iterator[Step]:
    """How to have it enabled, by the file that decides."""
    decider = next((s for s in half.statements if s.counts or s.says == TAKEN_BACK), None)
    if half.enabled:
        return
    if not half.folders:
        yield Step("JUPYTER_NO_CONFIG is set, so Jupyter reads no configuration. Unset it.")
    elif decider is None:
        yield Step(
            "No configuration file enables the server half; installing the package lays one down:",
            reinstall(),
        )
    else:
        yield _mend(decider)


def _mend(decider: Statement) -> Step:
    flags = {"user": "--user", "environment": "--sys-prefix", "system": "--system"}
    path = Path(decider.path)
    # Jupyter's command writes this file of a level and no other, so elsewhere it would not help.
    own_file = path.parent.name == f"{_MAIN}.d" and path.name == f"{NAME}.json"
    if decider.says == "disabled" and own_file and decider.level in flags:
        arguments = ["server", "extension", "enable", NAME, flags[decider.level]]
        return Step(
            f"The server half is disabled by {path}. Enable it:",
            shlex.join([command("jupyter"), *arguments]),
        )
    says = {"disabled": "disables the server half", TAKEN_BACK: "takes the server half back"}
    return Step(
        f"{path} {says.get(decider.says, 'says neither true nor false of the server half')}. "
        f"In it, set ServerApp.jpserver_extensions.{NAME} to true, or take the entry out."
    )


def reinstall() -> str:
    """The command that lays down both halves again, in this environment and at this version."""
    options = ["install", "--force-reinstall", "--no-deps"]
    return shlex.join([command("python"), "-m", "pip", *options, f"{NAME}=={VERSION}"])
