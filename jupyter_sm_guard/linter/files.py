"""Which files are linted: those named, and in folders those that git does not ignore.

Nothing here follows a loop of links, waits at a FIFO or opens a device.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence

from ..notebook import SIZE_LIMIT, DocumentError, kind_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

_NEVER = frozenset(
    (".git", ".hg", ".svn", ".ipynb_checkpoints", "__pycache__", "node_modules", ".tox", ".nox",
     ".venv", ".mypy_cache", ".ruff_cache", ".pytest_cache", "site-packages")
)  # fmt: skip


def found_in(paths: Sequence[str], excluded: Callable[[str], bool]) -> Iterator[tuple[str, str]]:
    """(path, problem) of every file, in order; the problem is empty for one that can be read. A
    path that is named is there whatever git ignores."""
    seen: set[tuple[int, int]] = set()
    for path in paths:
        problem = _problem(path)
        if problem is None:
            for file in _kept(path, sorted(_walk(path))):
                if not excluded(file) and _new(file, seen):
                    yield file, ""
        elif problem or _new(path, seen):
            yield path, problem


def _problem(path: str) -> str | None:
    """Why a path that is named can't be read; empty for a file that can, None for a folder."""
    try:
        about = os.stat(path)
    except (OSError, ValueError) as error:
        return getattr(error, "strerror", None) or "is no path"
    if stat.S_ISDIR(about.st_mode):
        return None
    if not stat.S_ISREG(about.st_mode):
        return "is not a regular file"
    return "is neither .ipynb nor .py nor .sh" if kind_of(path) is None else ""


def _new(path: str, seen: set[tuple[int, int]]) -> bool:
    """Whether the file was not there yet under another name."""
    try:
        about = os.stat(path)
    except OSError:
        return True  # reading it says why
    identity = about.st_dev, about.st_ino
    if identity in seen:
        return False
    seen.add(identity)
    return True


def _walk(folder: str) -> Iterator[str]:
    """The files below a folder that could be linted; links to folders are not followed."""
    waiting = [folder]
    while waiting:
        try:
            entries = list(os.scandir(waiting.pop()))
        except OSError:
            continue
        if {"pyvenv.cfg", "conda-meta"}.isdisjoint(entry.name for entry in entries):
            for entry in entries:
                if _is_folder(entry):
                    if entry.name not in _NEVER and not entry.is_symlink():
                        waiting.append(entry.path)
                elif kind_of(entry.name) is not None:
                    yield entry.path


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir(follow_symlinks=False) or (entry.is_symlink() and entry.is_dir())
    except OSError:
        return False


def _kept(folder: str, files: list[str]) -> list[str]:
    """The files that git does not ignore; all of them outside a repository or without git."""
    if not files or not _in_repository(folder):
        return files
    import subprocess

    try:
        done = subprocess.run(
            ["git", "-C", folder, "check-ignore", "-z", "--stdin"],  # noqa: S607  # the user's git
            input=b"\0".join(os.fsencode(os.path.abspath(file)) for file in files),
            capture_output=True,
            timeout=60,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return files
    ignored = {os.fsdecode(name) for name in done.stdout.split(b"\0") if name}
    return [file for file in files if os.path.abspath(file) not in ignored]


def _in_repository(folder: str) -> bool:
    current = os.path.abspath(folder)
    while True:
        if os.path.exists(os.path.join(current, ".git")):
            return True
        parent = os.path.dirname(current)
        if parent == current:
            return False
        current = parent


def content_of(path: str) -> bytes:
    """A file's bytes. Raises DocumentError; never waits, never reads more than the limit."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError) as error:
        raise DocumentError(getattr(error, "strerror", None) or "is no path") from None
    try:
        about = os.fstat(descriptor)
        if not stat.S_ISREG(about.st_mode):
            raise DocumentError("is not a regular file")
        if about.st_size > SIZE_LIMIT:
            size, limit = about.st_size / 2**20, SIZE_LIMIT // 2**20
            raise DocumentError(f"is {size:.0f} MB, more than {limit} MB; clear its outputs")
        chunks, left = [], SIZE_LIMIT + 1
        while left and (chunk := os.read(descriptor, min(left, 1 << 24))):
            chunks.append(chunk)
            left -= len(chunk)
        return chunks[0] if len(chunks) == 1 else b"".join(chunks)
    except OSError as error:
        raise DocumentError(error.strerror or "can't be read") from None
    finally:
        os.close(descriptor)
