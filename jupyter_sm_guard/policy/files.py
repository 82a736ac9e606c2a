"""Where policies lie, whose files count, and what applies when they can't be used."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ..host import Host, Unreadable, write_own
from ..model import rfc3339, utc_now
from ..redaction import redacted
from .decisions import Policy, Vocabulary
from .reading import Part, PolicyError, of

FOLDER = "/etc/jupyter-sm-guard"
PATH = f"{FOLDER}/policy.toml"
MORE = f"{FOLDER}/policy.d"
LAST_GOOD = "/var/lib/jupyter-sm-guard/last-good-policy.json"

SIZE_LIMIT = 256 * 1024
MOST_FILES = 100


class Distrusted(Exception):
    """Somebody else than root can have written it, so it does not count."""


def load(host: Host, vocabulary: Vocabulary) -> Policy:
    """The policy of this machine. Where its files can't be used: the last that could, else the
    built-in one, with `problem` set. Run as root on the real machine, it keeps what can be used as
    the last good one.
    """
    try:
        parts = found(host)
        policy = of(parts, vocabulary) if parts else Policy()
    except (Unreadable, Distrusted, PolicyError) as error:
        return _without(host, vocabulary, redacted(str(error)))
    if parts and host.root is None and os.geteuid() == 0:
        keep(host, parts)
    return policy


def found(host: Host) -> list[Part]:
    """The policy's files, the one with the last word last. Raises Unreadable and Distrusted."""
    names = [PATH, *(f"{MORE}/{name}" for name in _names(host))]
    parts = []
    for name in names:
        content = host.read(name, SIZE_LIMIT)
        if content is not None:
            _trust(host, name)
            parts.append(Part(name, content))
    return parts


def _names(host: Host) -> list[str]:
    """The names in `policy.d` that end in .toml, in the order in which they are read."""
    if not host.exists(MORE):
        return []
    try:
        names = sorted(name for name in os.listdir(host.path(MORE)) if name.endswith(".toml"))
    except OSError as error:
        raise Unreadable(f"{MORE}: {error.strerror}") from None
    if len(names) > MOST_FILES:
        raise Unreadable(f"{MORE}: has {len(names)} policy files; {MOST_FILES} at most")
    _trust(host, MORE)
    return names


def _trust(host: Host, name: str) -> None:
    """Raises Distrusted unless root alone can have written the file, and put it there. A folder
    that stands in for the machine is its user's own, and every report says so."""
    if host.root is not None:
        return
    try:
        real = Path(name).resolve()
        about = [(path, os.stat(path)) for path in (real, *real.parents)]
    except (OSError, RuntimeError) as error:  # RuntimeError: a loop of links
        raise Distrusted(f"{name}: whose it is can't be told ({type(error).__name__})") from None
    for path, each in about:
        problem = distrust(each)
        if problem is not None:
            remedy = f"chown root:root {path} && chmod go-w {path}"
            raise Distrusted(f"{name} does not count: {path} {problem}; as root: {remedy}")


def distrust(about: os.stat_result) -> str | None:
    """Why a file or folder is not root's alone; None where it is."""
    if about.st_uid != 0:
        return f"belongs to user {about.st_uid}, not to root"
    if about.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        return "can be written by others than root"
    return None


def keep(host: Host, parts: Sequence[Part]) -> None:
    """Remember these files as the last good policy, for everybody to read and root to write. Where
    that can't be done there is none, and the built-in policy is what remains."""
    path = host.path(LAST_GOOD)
    files = [{"path": p.path, "text": p.content.decode("utf-8")} for p in parts]
    before = _kept(host)
    if before is not None and [*before[0]] == [*parts]:
        return
    text = json.dumps({"schema": 1, "kept_at": rfc3339(utc_now()), "files": files})
    try:
        path.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        _trust(host, str(Path(LAST_GOOD).parent))
        write_own(path, text, 0o644)
    except (OSError, Distrusted):
        return


def _kept(host: Host) -> tuple[list[Part], str] | None:
    """The last good policy's files, and when they were kept."""
    try:
        content = host.read(LAST_GOOD, 2 * MOST_FILES * SIZE_LIMIT)
        if content is None:
            return None
        _trust(host, LAST_GOOD)
        kept = json.loads(content)
        parts = [Part(str(each["path"]), each["text"].encode()) for each in kept["files"]]
        return (parts, str(kept["kept_at"])[:20]) if kept["schema"] == 1 and parts else None
    except (Unreadable, Distrusted, OSError, ValueError, KeyError, TypeError, AttributeError,
            RecursionError):  # fmt: skip
        return None


def _without(host: Host, vocabulary: Vocabulary, problem: str) -> Policy:
    kept = _kept(host)
    if kept is not None:
        parts, when = kept
        try:
            instead = f"the last good one, of {when},"
            return replace(of(parts, vocabulary), problem=problem, instead=instead)
        except PolicyError:  # of another version of the guard
            pass
    return Policy(problem=problem)
