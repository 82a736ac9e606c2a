"""Files in folders that only root, or one user of the system's, can have written.

Read from `/` on, part by part and through no link, so that what was looked at is what is read: who
owns a folder can change everything in it. In a folder that stands in for the machine its owner is
root's stand-in.
"""

from __future__ import annotations

import os
import pwd
import stat
from pathlib import PurePosixPath

from .host import Host

_FOLDER = os.O_PATH | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE = os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC


class Untrusted(Exception):
    """It is there, and others can have written it, or it is no plain file; the message says what
    is wrong with which part of the path."""


def read(host: Host, absolute: str, limit: int, user: str | None = None) -> bytes | None:
    """The bytes of a regular file of at most `limit` bytes; None when there is no such name.

    Every folder has to be root's; the last one and the file may be `user`'s. Raises Untrusted.
    """
    *folders, last, name = PurePosixPath(absolute).parts[1:]
    here, at = os.open(str(host.root) if host.root is not None else "/", _FOLDER), "/"
    try:
        root = {0 if host.root is None else os.fstat(here).st_uid}
        theirs = root if user is None else {*root, *_ids(user)}
        _look(os.fstat(here), at, root)
        for each, owners in (*((each, root) for each in folders), (last, theirs)):
            at = os.path.join(at, each)
            below = os.open(each, _FOLDER, dir_fd=here)
            os.close(here)
            here = below
            _look(os.fstat(here), at, owners)
        at = absolute
        file = os.open(name, _FILE, dir_fd=here)
        try:
            return _plain(file, at, limit, theirs)
        finally:
            os.close(file)
    except FileNotFoundError:
        return None
    except OSError as error:  # a link is "not a directory" or one of "too many levels"
        raise Untrusted(f"{at} can't be opened: {error.strerror}") from None
    finally:
        os.close(here)


def _ids(user: str) -> tuple[int, ...]:
    """The user's id; none where there is no such user, or where it is the one that asks: what a
    user can write proves nothing to that user."""
    try:
        number = pwd.getpwnam(user).pw_uid
    except KeyError:
        return ()
    return () if number == os.geteuid() else (number,)


def _look(about: os.stat_result, path: str, owners: set[int]) -> None:
    if about.st_uid not in owners:
        raise Untrusted(f"{path} belongs to user {about.st_uid}")
    if about.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise Untrusted(f"{path} can be written by others than its owner")


def _plain(descriptor: int, path: str, limit: int, owners: set[int]) -> bytes:
    about = os.fstat(descriptor)
    if not stat.S_ISREG(about.st_mode) or about.st_nlink != 1:
        raise Untrusted(f"{path} is not a regular file of one name")
    _look(about, path, owners)
    content = b""
    while chunk := os.read(descriptor, limit + 1 - len(content)):
        content += chunk
    if len(content) > limit:
        raise Untrusted(f"{path} is larger than {limit} bytes")
    return content
