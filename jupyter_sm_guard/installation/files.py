"""Reading what others configured, in the way Jupyter finds it; bounded, and nothing is hidden."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jupyter_core import paths

from ..host import Host, Unreadable

SIZE_LIMIT = 1024 * 1024
"""Bytes of one file; configuration has a few hundred."""

MOST_NAMES = 1000
"""Entries of one folder that are looked at."""


@dataclass(frozen=True)
class Unread:
    """A file or folder that is there and could not be used, and why. Its content is not shown."""

    path: str
    reason: str


class Reader:
    """Reads files and folders, and remembers those that it could not use."""

    def __init__(self) -> None:
        self.host = Host()
        self._unread: dict[str, str] = {}

    @property
    def unread(self) -> tuple[Unread, ...]:
        """Each file or folder that could not be used, once."""
        return tuple(Unread(path, reason) for path, reason in self._unread.items())

    def complain(self, path: Path, reason: str) -> None:
        """Remember why `path` could not be used; the first reason stays."""
        self._unread.setdefault(str(path), reason)

    def content(self, path: Path, limit: int = SIZE_LIMIT) -> bytes | None:
        """The bytes of a file; None when it is missing or can't be read."""
        try:
            return self.host.read(str(path), limit)
        except Unreadable as error:
            self.complain(path, str(error).removeprefix(f"{path}: "))
            return None

    def object(self, path: Path) -> dict[str, Any] | None:
        """The JSON object in a file; None when there is none. An empty file says nothing."""
        content = self.content(path)
        if not content:
            return None
        try:
            data = json.loads(content.decode("utf-8"))
        except UnicodeDecodeError:
            self.complain(path, "is not UTF-8 text")
        except json.JSONDecodeError as error:
            self.complain(path, f"is not JSON (line {error.lineno}: {error.msg})")
        except (ValueError, RecursionError):  # a number with thousands of digits; too deep
            self.complain(path, "is not usable JSON")
        else:
            if isinstance(data, dict):
                return data
            self.complain(path, "is not a JSON object")
        return None

    def table(self, path: Path, data: dict[str, Any], key: str) -> dict[str, Any] | None:
        """The object under `key`, empty when it is missing; None when it is null or no object."""
        value = data.get(key, {})
        if isinstance(value, dict):
            return value
        if value is not None:
            self.complain(path, f"{key} is not an object; Jupyter may not start with it")
        return None

    def names(self, folder: Path) -> list[str]:
        """What a folder holds, sorted, without hidden entries; nothing when it is missing."""
        try:
            with os.scandir(folder) as entries:
                found = [entry.name for _, entry in zip(range(MOST_NAMES), entries, strict=False)]
        except FileNotFoundError:
            return []
        except OSError as error:
            self.complain(folder, error.strerror or type(error).__name__)
            return []
        if len(found) == MOST_NAMES:
            self.complain(folder, f"holds {MOST_NAMES} entries or more; not all were looked at")
        return sorted(name for name in found if not name.startswith("."))


def config_folders() -> list[Path]:
    """Jupyter's configuration folders, the one that wins first; none with JUPYTER_NO_CONFIG, for
    which Jupyter would make a new one."""
    if os.environ.get("JUPYTER_NO_CONFIG"):
        return []
    return _once(paths.jupyter_config_path())


def data_folders(kind: str) -> list[Path]:
    """Jupyter's folders for `kind` (labextensions, kernels), the one that wins first."""
    return _once(paths.jupyter_path(kind))


def _once(folders: list[str]) -> list[Path]:
    return list(dict.fromkeys(Path(os.path.abspath(folder)) for folder in folders))


def level(path: Path) -> str:
    """Whose a configuration or data folder (or what lies in it) is: "user", "environment",
    "system", or "other" (from a variable), in the sense of Jupyter's --user, --sys-prefix and
    --system."""
    if path.is_relative_to(sys.prefix):
        return "environment"
    no_config = os.environ.get("JUPYTER_NO_CONFIG")
    user = [paths.jupyter_data_dir(), *([] if no_config else [paths.jupyter_config_dir()])]
    if any(path.is_relative_to(os.path.abspath(folder)) for folder in user):
        return "user"
    system = [paths.SYSTEM_CONFIG_PATH[0], *paths.SYSTEM_JUPYTER_PATH]
    return "system" if any(path.is_relative_to(folder) for folder in system) else "other"
