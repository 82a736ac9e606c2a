"""What every command shares: exit codes, wrong use, and writing to a terminal or a file."""

from __future__ import annotations

import os
import shutil
import stat
import sys
import tempfile
from pathlib import Path

OK, FINDINGS, WRONG_USE, BUG, UNKNOWN, INTERRUPTED = 0, 1, 2, 3, 4, 130


class UsageError(Exception):
    """Wrong use: one line that says what is wrong and what to do instead."""


def width() -> int | None:
    """How many characters a line of the terminal holds; None where there is no terminal."""
    return shutil.get_terminal_size().columns if is_terminal() else None


def is_terminal() -> bool:
    """Whether somebody looks at standard output."""
    return sys.stdout is not None and sys.stdout.isatty()


def write(text: str, path: Path | None = None) -> None:
    """Write to a file, whole or not at all, or to standard output. Raises UsageError."""
    try:
        if path is None:
            _print(text)
        elif path.exists() and not path.is_file():  # a device or a FIFO takes what it is given
            path.write_text(text, encoding="utf-8")
        else:
            _replace(path.resolve(), text)
    except OSError as error:
        where = path or "to standard output"
        raise UsageError(f"can't write {where}: {error.strerror}") from None


def _print(text: str) -> None:
    if sys.stdout is None:  # started with it closed
        raise UsageError("can't write to standard output: it is closed")
    encoding = sys.stdout.encoding or "utf-8"  # not every terminal can show every mark
    try:
        sys.stdout.write(text.encode(encoding, "replace").decode(encoding))
        sys.stdout.flush()
    except OSError as error:
        # Python flushes once more at its end, and must not fail again
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):  # `… | head`: whoever read has enough
            raise


def _replace(path: Path, text: str) -> None:
    """Put the whole text in place at once, with the rights the file has or would have had."""
    descriptor, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        os.umask(umask := os.umask(0))
        os.chmod(temporary, stat.S_IMODE(path.stat().st_mode) if path.exists() else 0o666 & ~umask)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise
