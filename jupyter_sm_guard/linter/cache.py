"""Results of files that have not changed since, in the user's cache folder and never beside them.

A file counts as unchanged when its device, inode, size and times of content and of status are those
of then, and it was not written in the moment it was read. A cache that is damaged, not the user's
own, or of other rules, settings, posture or version is as good as none.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

from .._version import VERSION
from ..host import read_own, write_own

LIMIT = 64 * 1024 * 1024
FRESH_NS = 2_000_000_000
"""A file changed so shortly before it was read may change again without its time showing it."""


class Cache:
    """What is known of files; `key` is everything else that a result depends on."""

    def __init__(self, key: str):
        folder = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
        digest = hashlib.sha256(f"{VERSION}\0{sys.version}\0{_code()}\0{key}".encode()).hexdigest()
        self.path = Path(folder) / "jupyter-sm-guard" / f"lint-{digest[:24]}.json"
        self.digest = digest
        self.entries = self._read()
        self.changed = False

    def _read(self) -> dict[str, Any]:
        content = read_own(self.path, LIMIT)
        try:
            found = json.loads(content) if content is not None else None
        except (ValueError, RecursionError):
            return {}
        if not isinstance(found, dict) or found.get("key") != self.digest:
            return {}
        files = found.get("files")
        return files if isinstance(files, dict) else {}

    def get(self, path: str) -> dict[str, Any] | None:
        """The result of a file that has not changed; None for any other."""
        entry = self.entries.get(os.path.abspath(path))
        state = _state(path)
        if not isinstance(entry, list) or len(entry) != 2 or state is None or entry[0] != state:
            return None
        return entry[1] if isinstance(entry[1], dict) and "found" in entry[1] else None

    def put(self, path: str, state: list[int] | None, result: dict[str, Any]) -> None:
        """Keep a file's result under the state it had before it was read."""
        if state is None or state != _state(path) or time.time_ns() - state[3] < FRESH_NS:
            return
        self.entries[os.path.abspath(path)] = [state, result]
        self.changed = True

    def write(self) -> None:
        """Put the cache in its place; a folder that can't be written to is no failure."""
        if self.changed:
            content = json.dumps({"key": self.digest, "files": self.entries})
            if len(content) < LIMIT:
                with contextlib.suppress(OSError):
                    write_own(self.path, content)


def state_of(path: str) -> list[int] | None:
    """What shows whether a file has changed."""
    return _state(path)


def _state(path: str) -> list[int] | None:
    try:
        about = os.stat(path)
    except (OSError, ValueError):
        return None
    return [about.st_dev, about.st_ino, about.st_size, about.st_mtime_ns, about.st_ctime_ns]


def _code() -> str:
    """Our own files and their times: a rule that is changed gives other results."""
    top = Path(__file__).resolve().parent.parent
    found = []
    for folder in (top, top / "rules", top / "linter", top / "shell"):
        for entry in os.scandir(folder):
            if entry.name.endswith(".py"):
                about = entry.stat()
                found.append(f"{folder.name}/{entry.name} {about.st_size} {about.st_mtime_ns}")
    return "\n".join(sorted(found))
