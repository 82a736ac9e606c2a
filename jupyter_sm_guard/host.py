"""The machine, read without ever blocking on it, and the files of our own.

`Host(root)` makes a folder stand in for `/`; what the folder lacks is missing, and nothing of the
real machine shows through. What programs and sockets of such a machine would say is recorded in a
file of it (RECORDED).
"""

from __future__ import annotations

import json
import os
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

READ_LIMIT = 64 * 1024
"""Bytes; the largest file worth reading here (SageMaker's metadata file has a few hundred)."""

RECORDED = "/run/recorded.json"
"""Below a stand-in root: a JSON object of what programs and sockets there say, by sources' keys."""


class Unreadable(Exception):
    """The file is there and can't be used; the message says why, without its content."""


@dataclass(frozen=True)
class Host:
    """The machine whose `/` is `root`; None stands for the real one."""

    root: Path | None = None

    def path(self, absolute: str) -> Path:
        """Where `absolute` (a path on the machine) lies for this process; not looked at."""
        return Path(absolute) if self.root is None else self.root / absolute.lstrip("/")

    def exists(self, absolute: str) -> bool:
        """Whether something has that name.

        Raises Unreadable when that can't be told, so that "can't look" never reads as "missing":
        without the rights, behind a link that leads nowhere or out of `root`.
        """
        return self._find(absolute) is not None

    def read(self, absolute: str, limit: int = READ_LIMIT) -> bytes | None:
        """The bytes of a regular file of at most `limit` bytes; None when there is no such name.

        Ends at once on a FIFO, device, directory, socket or huge file. Raises Unreadable for
        these, and for what `exists` can't tell.
        """
        real = self._find(absolute)
        if real is None:
            return None
        try:
            if not stat.S_ISREG(real.stat().st_mode):  # before opening: a device may act on open
                raise Unreadable(f"{absolute}: is not a regular file")
            # O_NONBLOCK: should it have become a FIFO since, opening it must not wait for a writer
            descriptor = os.open(real, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOFOLLOW)
        except OSError as error:
            raise Unreadable(f"{absolute}: {_says(error)}") from None
        with os.fdopen(descriptor, "rb", buffering=0) as file:
            return _read_regular(file.fileno(), absolute, limit)

    def about(self, absolute: str) -> os.stat_result | None:
        """Owner, mode and type of what a path leads to; None when there is no such name.

        Raises Unreadable as `exists` does.
        """
        real = self._find(absolute)
        try:
            return None if real is None else real.stat()
        except OSError as error:
            raise Unreadable(f"{absolute}: {_says(error)}") from None

    def is_writable(self, absolute: str) -> bool:
        """Whether this process's user may write to what a path leads to; False when it is not
        there. Nothing is opened. Raises Unreadable as `exists` does."""
        real = self._find(absolute)
        return real is not None and os.access(real, os.W_OK)

    def recorded(self, name: str) -> Any:
        """What the file RECORDED has under `name`; for machines that a folder stands in for.

        Raises Unreadable where nothing is recorded, so that the real machine is never asked.
        """
        try:
            content = self.read(RECORDED) if self.root is not None else None
            return json.loads(content or b"{}")[name]
        except (KeyError, TypeError):
            raise Unreadable(f"{RECORDED} does not say what {name} is on this machine") from None
        except (ValueError, RecursionError):
            raise Unreadable(f"{RECORDED}: is not JSON") from None

    def _find(self, absolute: str) -> Path | None:
        """The path without links, or None when a part of it is not there.

        It goes part by part: to the system, a folder that is a link to nowhere (a volume that is
        not mounted) looks like a file that is missing.
        """
        top = self.root.resolve() if self.root is not None else Path("/")
        if not top.is_dir():
            raise Unreadable("the folder that stands in for / is not there")
        found = top
        for part in PurePosixPath(os.path.normpath(absolute)).parts[1:]:
            try:
                found = found / part
                if stat.S_ISLNK(os.lstat(found).st_mode):
                    found = _follow(found, top, absolute)
            except FileNotFoundError:
                return None
            except OSError as error:
                raise Unreadable(f"{absolute}: {_says(error)}") from None
        return found


def _follow(link: Path, top: Path, absolute: str) -> Path:
    try:
        real = link.resolve(strict=True)
    except (OSError, RuntimeError):  # RuntimeError: a loop of links
        raise Unreadable(f"{absolute}: is or lies behind a link that leads nowhere") from None
    if not real.is_relative_to(top):
        raise Unreadable(f"{absolute}: is a link out of the folder that stands in for /")
    return real


def _read_regular(descriptor: int, name: str, limit: int) -> bytes:
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        raise Unreadable(f"{name}: is not a regular file")
    content = b""
    try:
        while len(content) <= limit:
            chunk = os.read(descriptor, limit + 1 - len(content))
            if not chunk:
                return content
            content += chunk
    except OSError as error:
        raise Unreadable(f"{name}: {_says(error)}") from None
    raise Unreadable(f"{name}: is larger than {limit} bytes")


def _says(error: OSError) -> str:
    """The system's words for an error, without the path of the stand-in root."""
    return error.strerror or type(error).__name__


def read_own(path: Path, limit: int) -> bytes | None:
    """The bytes of a file of at most `limit` bytes that only this user can have written and read;
    None for anything else. Never waits."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOFOLLOW)
        with os.fdopen(descriptor, "rb") as file:
            about = os.fstat(file.fileno())
            is_own = about.st_uid == os.geteuid() and not about.st_mode & 0o077
            if not stat.S_ISREG(about.st_mode) or not is_own or about.st_size > limit:
                return None
            return file.read(limit)
    except OSError:
        return None


def write_own(path: Path, text: str, mode: int = 0o600) -> None:
    """Replace the file at once, so that no reader ever sees half of it; in a folder that is made
    with mode 0700 where it is missing. Raises OSError."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(prefix=f".{path.stem}-", dir=path.parent)  # mode 0600
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            os.fchmod(descriptor, mode)
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise
