"""What root sees of the user whom notebooks run as, for a check that another user makes.

What that other user may do, or has installed, says nothing about notebooks. So root asks sudo about
the notebooks' user, looks at Docker's socket and at the names of what is installed in Jupyter's
environment, runs nothing of theirs, and writes down facts. What it did not tell is Unknown.
"""

from __future__ import annotations

import json
import os
import pwd
import re
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path

from . import sudo
from .advice import COLLECTOR
from .host import Host, Unreadable, write_own
from .model import Fact, FactValue, Known, Reason, Unknown, utc_now
from .trusted import Untrusted, read
from .wire import WireError, from_json, to_json

PATH = "/var/lib/jupyter-sm-guard/notebook-user.json"
LABEL = "root on this machine"
DOCKER_SOCKET = "/var/run/docker.sock"
PACKAGES = ("jupyterlab", "jupyter_server", "notebook")
FACTS = ("RootObtainable", "RootBy", "NoNewPrivileges", *PACKAGES)
"""What only the notebooks' own user, or root, can tell."""

MAX_AGE = timedelta(minutes=5)
_MOST_NAMES = 20_000
_MOST_PYTHONS = 5
_SIZE_LIMIT = 64 * 1024
_VERSION = re.compile(r"python3\.[0-9]{1,2}")
_INSTALLED = re.compile(r"([A-Za-z0-9_]+)-([0-9][0-9A-Za-z.!+_]{0,60})\.dist-info", re.ASCII)


@dataclass(frozen=True)
class Seen:
    """The facts, and when root looked."""

    at: datetime
    facts: Mapping[str, Fact]


def look(user: str, environment: Path, host: Host) -> Iterator[Seen]:
    """As root: everything about `user`; first what is root's own to tell, then that and what lies
    in the user's folders, where anything may lie. Never raises for what is there."""
    way = _way_to_root(user, host)
    by: Fact = way if isinstance(way, Unknown) else _known(way)
    facts: dict[str, Fact] = {
        "RootObtainable": by if isinstance(by, Unknown) else _known(True),
        "RootBy": by,
        "NoNewPrivileges": _unknown("Jupyter's own process is not looked at"),
    }
    yield Seen(utc_now(), facts)
    yield Seen(utc_now(), {**facts, **_packages(environment)})


def _known(value: FactValue) -> Known:
    return Known(value, LABEL, utc_now())


def _unknown(detail: str) -> Unknown:
    return Unknown(Reason.FIELD_MISSING, detail, LABEL)


def _way_to_root(user: str, host: Host) -> str | Unknown:
    """That none is found is no proof of there being none: the capabilities of the user's processes
    are not looked at."""
    try:
        about = pwd.getpwnam(user)
        if about.pw_uid == 0:
            return "uid 0"
        said = sudo.ask(host, user)
        allows = said if isinstance(said, Unknown) else sudo.allows(said, asked_by_root=True)
        if allows is True:
            return "sudo without a password"
        if _may_write(DOCKER_SOCKET, about):
            return "the Docker socket"
        if isinstance(allows, Unknown) and allows.reason is not Reason.NOT_FOUND:
            return replace(allows, source=LABEL)
    except KeyError:
        return _unknown(f"there is no user {user}")
    except (OSError, Unreadable) as error:
        return _unknown(f"how {user} could become root can't be told ({type(error).__name__})")
    return _unknown(f"neither sudo nor Docker makes {user} root; processes are not looked at")


def _may_write(socket: str, user: pwd.struct_passwd) -> bool:
    """Whether that user may write to a socket of root's, by its mode (not by an access list)."""
    try:
        about = os.stat(socket)
        if not stat.S_ISSOCK(about.st_mode) or about.st_uid != 0:
            return False  # one of another owner is a rootless daemon's
    except FileNotFoundError:
        return False
    is_in_group = about.st_gid in os.getgrouplist(user.pw_name, user.pw_gid)
    needed = stat.S_IWGRP if is_in_group else stat.S_IWOTH
    return bool(about.st_mode & needed)


def _packages(environment: Path) -> dict[str, Fact]:
    """Versions by the names of folders, which are all that is read in what is the user's own. Of
    any number of names the first are, in all folders together."""
    lib, names = environment / "lib", iter(range(_MOST_NAMES))
    try:
        versions = [
            *islice((n for n in _names(lib, names) if _VERSION.fullmatch(n)), _MOST_PYTHONS)
        ]
        folders = [lib / version / "site-packages" for version in versions]
        found = {
            m[1]: m[2] for f in folders for m in map(_INSTALLED.fullmatch, _names(f, names)) if m
        }
    except OSError as error:
        return dict.fromkeys(PACKAGES, _unknown(f"{environment}: {error.strerror}"))
    return {
        name: _known(found[name]) if name in found else _unknown(f"no {name} lies in {environment}")
        for name in PACKAGES
    }


def _names(folder: Path, budget: Iterator[int]) -> Iterator[str]:
    """The names in it, for each of which one is taken off the budget."""
    with os.scandir(folder) as found:
        for _, entry in zip(budget, found, strict=False):
            yield entry.name


def write(seen: Seen) -> None:
    """Replace the file at once, root's and readable by all. Raises OSError."""
    write_own(Path(PATH), json.dumps(to_json(seen)), 0o644)


def told(host: Host) -> Mapping[str, Fact]:
    """What root saw within the last minutes; every fact Unknown where that can't be had."""
    try:
        content = read(host, PATH, _SIZE_LIMIT)
        if content is None:
            return _untold(f"root has not looked: there is no {PATH}")
        seen = from_json(Seen, json.loads(content))
    except Untrusted as error:
        return _untold(f"what root saw is not believed: {error}")
    except (WireError, ValueError, RecursionError, OSError):
        return _untold(f"what root saw can't be read: {PATH}")
    if not timedelta(0) <= utc_now() - seen.at <= MAX_AGE:
        return _untold(f"what root saw is of another time: {PATH}")
    return {**_untold("root did not look"), **{n: f for n, f in seen.facts.items() if n in FACTS}}


def _untold(detail: str) -> Mapping[str, Fact]:
    return dict.fromkeys(FACTS, Unknown(Reason.COLLECTOR, detail, COLLECTOR))
