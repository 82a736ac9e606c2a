"""Does Jupyter's configuration have the server load jupyter_sm_guard, and which file decides that?

The server asks twice (jupyter_server/serverapp.py). First traitlets loads `jupyter_server_config`
and before it `jupyter_config` from every folder; there a file's whole list of extensions replaces
that of the files before, so one file decides. Names that this list lacks come from
`jupyter_server_config.json` and `jupyter_server_config.d/*.json` of all folders, merged name by
name.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .files import Reader, config_folders, level
from .statements import TAKEN_BACK, Statement, decided

NAME = "jupyter_sm_guard"
MAIN = "jupyter_server_config"
_BASE = "jupyter_config"
_NULL: dict[str, Any] = {NAME: None}


@dataclass(frozen=True)
class ServerHalf:
    """`enabled` is None when no file says anything. `statements` and `folders` have what wins
    first; `may_override` are files that can't be known without running them."""

    enabled: bool | None
    statements: tuple[Statement, ...]
    may_override: tuple[str, ...]
    folders: tuple[str, ...]

    @property
    def decider(self) -> Statement | None:
        """What settles whether the server loads it, or takes it back."""
        return next((s for s in self.statements if s.counts or s.says == TAKEN_BACK), None)


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
            for path in (folder / f"{MAIN}.py", folder / f"{_BASE}.py")
            if os.path.lexists(path)
        ),
        folders=tuple(str(folder) for folder in folders),
    )


def _in_order(reader: Reader, folders: list[Path]) -> tuple[Statement, ...]:
    """Every statement about us; what wins first. The last ones may be from files whose whole list
    was replaced: these never count."""
    main = [folder / f"{MAIN}.json" for folder in folders]
    base = [folder / f"{_BASE}.json" for folder in folders]
    lists = {path: _list(reader, path) for path in (*main, *base)}
    whole = next((path for path, said in lists.items() if said not in (None, _NULL)), None)
    merged = []
    for folder, path in zip(folders, main, strict=True):
        drop_ins = folder / f"{MAIN}.d"
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
