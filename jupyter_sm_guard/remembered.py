"""The last run of `lint`: where nothing that it depended on has changed, its answer is given again.

What it depended on are files and folders, by what `stat` says of them: those that were linted, the
folders they lie in, settings beside and above them, what git ignores, defaults of the SDK, our own
code. A folder's times change when an entry comes, goes or is renamed. Imported before anything else
is, so only modules are used that a starting Python has.
"""

from __future__ import annotations

import marshal
import os
import stat
import sys
import time

from ._version import VERSION

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

State = tuple[int, int, int, int, int, int]

FRESH_NS = 2_000_000_000
"""What changed so shortly before a run may change again without its times showing it."""
MOST = 200_000
"""Files and folders that are looked at; of more nothing is remembered."""
LIMIT = 64 * 1024 * 1024
METADATA = "/opt/ml/metadata/resource-metadata.json"
POLICY = "/etc/jupyter-sm-guard"
"""Where one of these two is, more decides than is looked at here: nothing is remembered."""
SETTINGS = ("sm-guard.toml", "pyproject.toml")
DEFAULTS = (
    ("SAGEMAKER_ADMIN_CONFIG_OVERRIDE", "/etc/xdg/sagemaker/config.yaml"),
    ("SAGEMAKER_USER_CONFIG_OVERRIDE", "~/.config/sagemaker/config.yaml"),
)
"""The SageMaker SDK's defaults files: the variable that names another one, and where it is."""
NEVER = frozenset(
    (".git", ".hg", ".svn", ".ipynb_checkpoints", "__pycache__", "node_modules", ".tox", ".nox",
     ".venv", ".mypy_cache", ".ruff_cache", ".pytest_cache", "site-packages")
)  # fmt: skip
"""Folders in which nothing is linted."""


def again(arguments: list[str]) -> tuple[str, int] | None:
    """What the last run said and its exit code, if it was this very run; None if not, and where
    anything is not as it was."""
    held = _read()
    if held is None or held[0] != _key(arguments):
        return None
    _, states, text, code = held
    if any(_state(path) != state for path, state in states):
        return None
    return text, code


def keep(arguments: list[str], began: int, watched: Iterable[str], text: str, code: int) -> None:
    """Remember a run that began at that time (nanoseconds since 1970), unless something of what it
    looked at is so fresh that it may have changed meanwhile."""
    states: list[tuple[str, State | None]] = []
    for path in {*watched, *_ours(), *_of_git(), METADATA, POLICY, *_defaults()}:
        state = _state(path)
        if state is not None and max(state[3], state[4]) > began - FRESH_NS:
            return
        states.append((path, state))
        if len(states) > MOST:
            return
    if any(path in (METADATA, POLICY) and state for path, state in states) or _odd_git(states):
        return
    held: Any = (_key(arguments), states, text, code)
    content = marshal.dumps(held)
    if len(content) < LIMIT:
        _write(content)


def around(paths: Iterable[str], linted: Iterable[str]) -> Iterator[str]:
    """Everything on which it depends what is linted below these paths, and how."""
    inside = {folder for path in paths for folder in _below(os.path.abspath(path))}
    above: set[str] = set()
    for folder in (*inside, *(os.path.dirname(os.path.abspath(path)) for path in linted)):
        while folder not in above:
            above.add(folder)
            folder = os.path.dirname(folder)  # noqa: PLW2901  # the way up
    yield from linted
    yield from inside
    for folder in above:
        yield from (os.path.join(folder, name) for name in (*SETTINGS, ".gitignore", ".git"))
        git = os.path.join(folder, ".git")
        if os.path.lexists(git):
            yield from (os.path.join(git, name) for name in ("index", "config", "info/exclude"))


def _below(folder: str) -> Iterator[str]:
    waiting = [folder] if os.path.isdir(folder) else []
    while waiting:
        current = waiting.pop()
        yield current
        try:
            entries = list(os.scandir(current))
        except OSError:
            continue
        if {"pyvenv.cfg", "conda-meta"}.isdisjoint(entry.name for entry in entries):
            for entry in entries:
                if entry.name not in NEVER and entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)


def _of_git() -> list[str]:
    home = os.path.expanduser("~")
    own = os.environ.get("XDG_CONFIG_HOME") or os.path.join(home, ".config")
    return [
        "/etc/gitconfig", os.path.join(home, ".gitconfig"), os.path.join(own, "git/config"),
        os.path.join(own, "git/ignore"),
    ]  # fmt: skip


_GIT = ("GIT_DIR", "GIT_WORK_TREE", "GIT_CONFIG", "GIT_INDEX_FILE", "GIT_CEILING")


def _odd_git(states: list[tuple[str, State | None]]) -> bool:
    """Whether what git ignores may depend on more than is looked at here."""
    if any(name.startswith(_GIT) for name in os.environ):
        return True
    for path, state in states:
        if state is None:
            continue
        if path.endswith("/.git") and not stat.S_ISDIR(state[5]):
            return True
        if path.endswith((".git/config", "gitconfig", "git/config")):
            with open(path, "rb") as file:
                said = file.read().lower()
            if b"excludesfile" in said or b"include" in said:
                return True
    return False


def _defaults() -> list[str]:
    found = []
    for variable, usual in DEFAULTS:
        path = os.path.expanduser(os.environ.get(variable) or usual)
        found += [path, os.path.join(path, "config.yaml")]
    return found


def _ours() -> list[str]:
    top = os.path.dirname(os.path.abspath(__file__))
    found = []
    for folder in (top, *(os.path.join(top, name) for name in ("rules", "linter", "shell"))):
        found += [folder, *(e.path for e in os.scandir(folder) if e.name.endswith(".py"))]
    return found


def in_colour() -> bool:
    """Whether standard output is a terminal whose user wants colours (NO_COLOR: no-color.org)."""
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return sys.stdout is not None and sys.stdout.isatty() and not plain


def _key(arguments: list[str]) -> tuple[object, ...]:
    names = [*(variable for variable, _ in DEFAULTS), "HOME", "XDG_CONFIG_HOME"]
    said = [os.environ.get(name) for name in names]
    today = time.strftime("%Y-%m-%d", time.gmtime())
    return (VERSION, sys.version, arguments, os.getcwd(), in_colour(), today, said)


def _state(path: str) -> State | None:
    try:
        about = os.stat(path)
    except (OSError, ValueError):
        return None
    return (about.st_dev, about.st_ino, about.st_size, about.st_mtime_ns, about.st_ctime_ns,
            about.st_mode)  # fmt: skip


def _file() -> str:
    folder = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return os.path.join(folder, "jupyter-sm-guard", "last-lint.marshal")


def _read() -> tuple[object, list[tuple[str, State | None]], str, int] | None:
    """What is held, if only this user can have written it; None for anything else."""
    try:
        descriptor = os.open(_file(), os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOFOLLOW)
    except OSError:
        return None
    with open(descriptor, "rb") as file:
        about = os.fstat(descriptor)
        is_own = about.st_uid == os.geteuid() and not about.st_mode & 0o077
        if not stat.S_ISREG(about.st_mode) or not is_own or about.st_size > LIMIT:
            return None
        try:
            held = marshal.loads(file.read())  # noqa: S302  # the user's own, as compiled code is
            key, states, text, code = held
        except (ValueError, TypeError, EOFError):
            return None
    whole = isinstance(states, list) and isinstance(text, str) and isinstance(code, int)
    return (key, states, text, code) if whole else None


def _write(content: bytes) -> None:
    path = _file()
    temporary = f"{path}.{os.getpid()}"
    try:
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW
        with open(os.open(temporary, flags, 0o600), "wb") as file:
            file.write(content)
        os.replace(temporary, path)
    except OSError:
        return  # a folder that can't be written to is no failure
