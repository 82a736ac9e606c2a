"""Can whoever runs notebooks here become root? `RootAccess` is a setting; this is its effect.

Four ways are looked at: being root, capabilities that amount to it, a Docker socket of root's that
this user may write to, and what sudo says. One that leads to root is enough; that none does is said
only when all of them answered. Being in a group such as `docker` or `wheel` proves nothing: what
the group is given is what counts.

Recorded: `sudo` is {"exit": 0, "output": "..."}, `docker_socket` says whether this user may write
to a Docker socket of root's.
"""

from __future__ import annotations

import stat
from collections.abc import Callable, Mapping

from .. import sudo
from ..host import Host, Unreadable
from ..model import Fact, Known, Reason, ResourceKind, Unknown, utc_now
from ..program import Ran
from . import Context, Source

LABEL = "this machine's rights"
FACTS = ("RootObtainable", "RootBy", "NoNewPrivileges")
DOCKER_SOCKET = "/var/run/docker.sock"
NO_NEW_PRIVILEGES = "no_new_privs is set for this process: sudo can't work in it"

_AS_GOOD_AS_ROOT = 1 << 0 | 1 << 1 | 1 << 7 | 1 << 16 | 1 << 21
"""CAP_CHOWN, CAP_DAC_OVERRIDE, CAP_SETUID, CAP_SYS_MODULE, CAP_SYS_ADMIN (capabilities(7))."""

Answer = bool | Unknown


def observe(context: Context) -> Mapping[str, Fact]:
    """Look at each way until one leads to root."""
    host = context.host
    status = process_status(host)
    no_new = _no_new_privileges(status)
    facts: dict[str, Fact] = {
        "NoNewPrivileges": no_new if isinstance(no_new, Unknown) else _known(no_new)
    }
    ways: dict[str, Callable[[], Answer]] = {
        "euid 0": lambda: _number(status, "Uid", 1, 10, lambda euid: euid == 0),
        "capabilities": lambda: _number(
            status, "CapEff", 0, 16, lambda bits: bool(bits & _AS_GOOD_AS_ROOT)
        ),
        "the Docker socket": lambda: _docker(host),
        "sudo without a password": lambda: _sudo(host, no_new),
    }
    missing: list[Unknown] = []
    for way, look in ways.items():
        answer = look()
        if answer is True:
            return facts | {"RootObtainable": _known(True), "RootBy": _known(way)}
        if isinstance(answer, Unknown):
            missing.append(answer)
    if missing:
        detail = "; ".join(dict.fromkeys(each.detail for each in missing))
        unknown = Unknown(missing[0].reason, detail, LABEL)
        return facts | {"RootObtainable": unknown, "RootBy": unknown}
    return facts | {"RootObtainable": _known(False), "RootBy": _known(None)}


def process_status(host: Host) -> Mapping[str, list[str]] | Unknown:
    """The lines of /proc/self/status (proc(5)), by name, split at spaces."""
    try:
        content = host.read("/proc/self/status")
    except Unreadable as error:
        return Unknown(Reason.NOT_FOUND, str(error), LABEL)
    if content is None:
        return Unknown(Reason.NOT_FOUND, "there is no /proc/self/status", LABEL)
    lines = content.decode("ascii", "replace").splitlines()
    return {name: value.split() for name, _, value in (line.partition(":") for line in lines)}


def _number(
    status: Mapping[str, list[str]] | Unknown,
    name: str,
    index: int,
    base: int,
    judge: Callable[[int], bool],
) -> Answer:
    if isinstance(status, Unknown):
        return status
    try:
        return judge(int(status[name][index], base))
    except (KeyError, IndexError, ValueError):
        return Unknown(Reason.UNKNOWN_VALUE, f"/proc/self/status has no readable {name}", LABEL)


def _no_new_privileges(status: Mapping[str, list[str]] | Unknown) -> Answer:
    return _number(status, "NoNewPrivs", 0, 10, lambda flag: flag != 0)


def _docker(host: Host) -> Answer:
    """A socket of root's daemon that we may write to starts any container, with any mount."""
    try:
        if host.root is not None:
            return _flag(host.recorded("docker_socket"))
        about = host.about(DOCKER_SOCKET)
        if about is None or not stat.S_ISSOCK(about.st_mode) or about.st_uid != 0:
            return False  # one of another owner is a rootless daemon's
        return host.is_writable(DOCKER_SOCKET)
    except Unreadable as error:
        return Unknown(Reason.NOT_FOUND, str(error), LABEL)


def _flag(recorded: object) -> Answer:
    if isinstance(recorded, bool):
        return recorded
    return Unknown(Reason.UNKNOWN_VALUE, "the record of the Docker socket is no boolean", LABEL)


def _sudo(host: Host, no_new_privileges: Answer) -> Answer:
    if no_new_privileges is True:
        return Unknown(Reason.UNKNOWN_VALUE, NO_NEW_PRIVILEGES, LABEL)
    try:
        said = _recorded(host) if host.root is not None else sudo.ask(host)
    except Unreadable as error:
        return Unknown(Reason.NOT_FOUND, str(error), LABEL)
    return said if isinstance(said, Unknown) else sudo.allows(said)


def _recorded(host: Host) -> Ran | Unknown:
    said = host.recorded("sudo")
    if isinstance(said, dict):
        code, output = said.get("exit"), said.get("output")
        if isinstance(code, int) and isinstance(output, str):
            return Ran(code, output)
    return Unknown(Reason.UNKNOWN_VALUE, "the record of sudo is not exit and output", LABEL)


def _known(value: bool | str | None) -> Known:
    return Known(value, LABEL, utc_now())


SOURCE = Source(
    name="root_access",
    label=LABEL,
    facts=FACTS,
    of_user=FACTS,
    kinds=frozenset({ResourceKind.NOTEBOOK_INSTANCE}),
    observe=observe,
)
