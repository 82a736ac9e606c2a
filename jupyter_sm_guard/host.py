"""The machine, read without ever blocking on it: the only module that opens its files.

`Host(root)` makes a folder stand in for `/`; what the folder lacks is missing, and nothing of the
real machine shows through.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path

READ_LIMIT = 64 * 1024
"""Bytes; the largest file worth reading here (SageMaker's metadata file has a few hundred)."""


class Unreadable(Exception):
    """The file is there and can't be used; the message says why, without its content."""


@dataclass(frozen=True)
class Host:
    """The machine whose `/` is `root`; None stands for the real one."""

    root: Path | None = None

    def path(self, absolute: str) -> Path:
        """Where `absolute` (a path on the machine) lies for this process."""
        return Path(absolute) if self.root is None else self.root / absolute.lstrip("/")

    def exists(self, absolute: str) -> bool:
        """Whether something has that name, a dangling link included.

        Raises Unreadable when that can't be told, so that "can't look" never reads as "missing".
        """
        try:
            os.lstat(self.path(absolute))
        except FileNotFoundError:
            return False
        except OSError as error:
            raise Unreadable(f"{absolute}: {_says(error)}") from None
        return True

    def read(self, absolute: str, limit: int = READ_LIMIT) -> bytes | None:
        """The bytes of a regular file of at most `limit` bytes; None when there is no such name.

        Ends at once on a FIFO, device, directory, socket or huge file. Raises Unreadable for
        these, for a link that leads nowhere or out of `root`, and for missing rights.
        """
        if not self.exists(absolute):
            return None
        path = self.path(absolute)
        try:
            real = path.resolve(strict=True)
            if self.root is not None and not real.is_relative_to(self.root.resolve()):
                raise Unreadable(f"{absolute}: is a link out of the folder that stands in for /")
            if not stat.S_ISREG(real.stat().st_mode):  # before opening: a device may act on open
                raise Unreadable(f"{absolute}: is not a regular file")
            # O_NONBLOCK: should it have become a FIFO since, opening it must not wait for a writer
            descriptor = os.open(real, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOFOLLOW)
        except (OSError, RuntimeError) as error:  # RuntimeError: a loop of links
            raise Unreadable(f"{absolute}: {_says(error)}") from None
        with os.fdopen(descriptor, "rb", buffering=0) as file:
            return _read_regular(file.fileno(), absolute, limit)


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


def _says(error: Exception) -> str:
    """The system's words for an error, without the path of the stand-in root."""
    return (error.strerror if isinstance(error, OSError) else None) or "is a loop of links"
