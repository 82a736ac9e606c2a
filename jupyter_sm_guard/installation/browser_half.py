"""Which copy of the JupyterLab extension is served, and does any page configuration turn it off?

JupyterLab takes each extension from the first folder that has it (by the name in its package.json),
and merges page_config name by name (jupyterlab_server/config.py).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from .files import Reader, config_folders, data_folders, level
from .statements import EVERYTHING, TAKEN_BACK, Statement, decided

NAME = "jupyter-sm-guard"
WHOLE = (NAME, EVERYTHING, f"{NAME}:guard")
"""Without any of these no plugin of ours does anything: the last one is what the others need."""

DISABLED, _LOCKED = "disabledExtensions", "lockedExtensions"


@dataclass(frozen=True)
class Copy:
    """One installed copy of the JupyterLab extension. `whole` says that its code is there."""

    path: str
    version: str
    level: str
    served: bool
    whole: bool


@dataclass(frozen=True)
class BrowserHalf:
    """`copies` and `disabling` have what wins first; `disabling` and `locking` say "disabled" and
    "locked" (or "enabled", "unlocked") of the extension or single plugins of it."""

    copies: tuple[Copy, ...]
    disabling: tuple[Statement, ...]
    locking: tuple[Statement, ...]
    may_override: tuple[str, ...]

    @property
    def served(self) -> Copy | None:
        """The copy that browsers get."""
        return self.copies[0] if self.copies else None

    @property
    def hidden(self) -> Copy | None:
        """This environment's copy, where one from elsewhere is served in its place."""
        own = next((copy for copy in self.copies if copy.level == "environment"), None)
        return own if self.served is not None and self.served.level != "environment" else None

    @property
    def disabled(self) -> tuple[Statement, ...]:
        """What is turned off, with the file that does it."""
        return tuple(s for s in self.disabling if s.counts and s.says == "disabled")

    @property
    def locked(self) -> tuple[Statement, ...]:
        """What is locked, with the file that does it."""
        return tuple(s for s in self.locking if s.counts and s.says == "locked")


@dataclass(frozen=True)
class _Package:
    """An extension's package.json."""

    path: Path
    name: str
    version: str
    lab: Mapping[str, Any] = field(default_factory=dict)


def look(reader: Reader) -> BrowserHalf:
    """Read every labextension's package.json and every page_config."""
    folders = config_folders()
    packages = list(_packages(reader))
    copies = [_copy(package) for package in packages if package.name == NAME]
    if copies:
        copies[0] = replace(copies[0], served=True)
    pages = [(path, reader.object(path)) for path in _page_configs(reader, folders)]
    pages += _application(reader)
    read = [(path, data) for path, data in pages if data is not None]
    disabling = decided(_statements(reader, read, DISABLED, ("disabled", "enabled")))
    off = {s.about for s in disabling if s.counts and s.says == "disabled"}
    by_others = _by_packages(packages, off)
    locking = _statements(reader, read, _LOCKED, ("locked", "unlocked"))
    scripts = [folder / f"jupyter_{name}.py" for folder in folders for name in _SCRIPTS]
    return BrowserHalf(
        copies=tuple(copies),
        disabling=decided(filter(_is_ours, [*disabling, *by_others])),
        locking=decided(filter(_is_ours, locking)),
        may_override=tuple(str(path) for path in scripts if os.path.lexists(path)),
    )


_SCRIPTS = ("lab_config", "server_config", "config")


def _packages(reader: Reader) -> Iterator[_Package]:
    for folder in data_folders("labextensions"):
        for name in reader.names(folder):
            inner = reader.names(folder / name) if name.startswith("@") else [""]
            for path in (folder / name / part / "package.json" for part in inner):
                data = reader.object(path)
                package = _package(reader, path, data) if data is not None else None
                if package is not None:
                    yield package
                elif name == NAME and data is None:
                    reader.complain(path, "is missing or empty: JupyterLab does not see this copy")


def _package(reader: Reader, path: Path, data: dict[str, Any]) -> _Package | None:
    name, version, lab = data.get("name"), data.get("version"), data.get("jupyterlab", {})
    if isinstance(name, str) and isinstance(version, str) and isinstance(lab, dict):
        return _Package(path, name, version[:40], lab)
    reader.complain(path, "is not an extension's; JupyterLab may show nothing at all")
    return None


def _copy(package: _Package) -> Copy:
    build = package.lab.get("_build")
    load = build.get("load") if isinstance(build, dict) else None
    code = package.path.parent / load if isinstance(load, str) and "\0" not in load else None
    return Copy(
        path=str(package.path.parent),
        version=package.version,
        level=level(package.path),
        served=False,
        whole=code is not None and os.path.isfile(code),
    )


def _page_configs(reader: Reader, folders: list[Path]) -> Iterator[Path]:
    for folder in folders:
        yield folder / "labconfig" / "page_config.json"
        drop_ins = folder / "labconfig" / "page_config.d"
        names = [name for name in reader.names(drop_ins) if name.endswith(".json")]
        yield from (drop_ins / name for name in reversed(names))


def _application(reader: Reader) -> list[tuple[Path, dict[str, Any] | None]]:
    """The page configuration of the JupyterLab application: the lowest, and with lists."""
    top = os.environ.get("JUPYTERLAB_DIR") or os.path.join(sys.prefix, "share", "jupyter", "lab")
    settings = Path(os.path.abspath(top)) / "settings"
    if os.path.lexists(settings / "page_config.json5"):  # JupyterLab then ignores the other one
        reader.complain(settings / "page_config.json5", "is JSON5, which is not read here")
        return []
    path = settings / "page_config.json"
    data = reader.object(path)
    if data is not None and isinstance(data.get(DISABLED), list):
        names = [name for name in data[DISABLED] if isinstance(name, str)]
        data = {**data, DISABLED: dict.fromkeys(names, True)}
    return [(path, data)]


def _statements(
    reader: Reader, pages: list[tuple[Path, dict[str, Any]]], key: str, words: tuple[str, str]
) -> list[Statement]:
    found = []
    for path, data in pages:
        if data.get(key, {}) is None:
            found.append(Statement(str(path), EVERYTHING, TAKEN_BACK, level(path)))
            continue
        entries = reader.table(path, data, key) or {}
        for name, value in entries.items():
            says = TAKEN_BACK if value is None else words[0] if value else words[1]
            found.append(Statement(str(path), name, says, level(path)))
    return found


def _is_ours(statement: Statement) -> bool:
    return statement.about in (NAME, EVERYTHING) or statement.about.startswith(f"{NAME}:")


def _by_packages(packages: list[_Package], off: set[str]) -> list[Statement]:
    """Extensions may turn others off, as long as they are not turned off themselves."""
    found, seen = [], set(off)
    for package in packages:
        listed = package.lab.get(DISABLED)
        if package.name in seen or "_build" not in package.lab:
            seen.add(package.name)
            continue
        seen.add(package.name)
        for name in listed if isinstance(listed, list) else ():
            if isinstance(name, str):
                found.append(Statement(str(package.path), name, "disabled", level(package.path)))
    return found
