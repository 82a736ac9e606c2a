"""What sudo would let a user do: `/usr/bin/sudo -n -l`, which lists rules and runs nothing; root
may ask about others, with `-U`.

Measured with sudo 1.9: it takes 10 to 100 ms, and where a user may do everything without a password
it writes no log entry (`sudo -n true` does). A sudo that hangs, because the name server or the
directory that it asks is mute, has become root: signals of ours do not reach it (EPERM, measured),
and it ends by its own time-outs (5 s for a mute name server). So no more than three are ever left.
"""

from __future__ import annotations

import os
import re
import stat

from .host import Host
from .model import Reason, Unknown
from .program import Ran, run

SUDO = "/usr/bin/sudo"
LIST = (SUDO, "-n", "-l")
SECONDS = 3.0
MOST_HANGING = 3

_REFUSED = re.compile(r"^sudo: a password is required$|\bmay not run sudo\b", re.MULTILINE)
_NOT_ALLOWED = re.compile(r"^User \S+ is not allowed to run sudo on \S+\.$", re.MULTILINE)
_RULE = re.compile(r"^ +\((?P<runas>[^()]*)\) (?P<commands>.+)$", re.MULTILINE)
_RULES_FOLLOW = re.compile(r"^User \S+ may run the following commands on .*:$", re.MULTILINE)
_TAG = re.compile(r"([A-Z_]+): *")


def ask(host: Host, about_user: str | None = None) -> Ran | Unknown:
    """What the real sudo says, of another user if root asks; something else of that name is not
    run. Raises Unreadable."""
    about = host.about(SUDO)
    if about is None:
        return Unknown(Reason.NOT_FOUND, f"there is no {SUDO}")
    is_root_s = stat.S_ISREG(about.st_mode) and about.st_uid == 0 and about.st_mode & stat.S_ISUID
    can_change = os.geteuid() != 0 and host.is_writable(SUDO)
    if not is_root_s or about.st_mode & 0o022 or can_change:
        detail = f"{SUDO} is not a setuid program that only root can change; it was not run"
        return Unknown(Reason.EVIDENCE_INCONSISTENT, detail)
    if about_user is None and _hanging() >= MOST_HANGING:  # one that root started, root can end
        return Unknown(Reason.TIMEOUT, f"{MOST_HANGING} earlier {SUDO} still hang")
    return run(LIST if about_user is None else (*LIST, "-U", about_user), SECONDS)


def _hanging() -> int:
    """How many processes run just this; on a machine that hides others' processes none is seen."""
    count = 0
    for process in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{process}/cmdline", "rb") as file:
                count += file.read(64) == b"\0".join(map(str.encode, LIST)) + b"\0"
        except OSError:  # it has ended, or is hidden
            continue
    return count


def allows(said: Ran, asked_by_root: bool = False) -> bool | Unknown:
    """True when sudo lets the user run everything as root without a password, False when it lets
    them run nothing, Unknown for all between. Never raises, whatever `said` is."""
    if said.exit == 1 and _REFUSED.search(said.output):
        return False
    if asked_by_root and said.exit in (0, 1) and _NOT_ALLOWED.search(said.output):
        return False
    head = _RULES_FOLLOW.search(said.output)
    if said.exit != 0 or head is None:
        return Unknown(Reason.BAD_RESPONSE, "sudo gave an answer that is not understood")
    defaults, rules = said.output[: head.start()], said.output[head.end() :]
    everything = [
        c for rule in _RULE.finditer(rules) if _as_root(rule["runas"]) for c in _all(rule)
    ]
    last = everything[-1] if everything else None  # the last rule that matches counts (sudoers(5))
    if "!ALL" not in rules and (
        last is True
        or (  # root is never asked for a password, so that a list proves nothing
            last is False
            and not asked_by_root
            and _lists_because_password_is_known(defaults, rules)
        )
    ):
        return True
    detail = "sudo lets this user run some commands, or needs a password for others"
    return Unknown(Reason.UNKNOWN_VALUE, detail)


def _as_root(runas: str) -> bool:
    """Whether `(ALL : ALL)`, `(root)`, `(ALL, !root)` … lets one be root."""
    users = [user.strip() for user in runas.partition(":")[0].split(",")]
    return bool({"ALL", "root", "#0"} & set(users)) and not {"!root", "!#0"} & set(users)


def _all(rule: re.Match[str]) -> list[bool]:
    """For each ALL among the commands, whether it needs no password; a tag holds until the next."""
    found, free = [], False
    for command in rule["commands"].split(", "):
        rest = command.strip()
        while tag := _TAG.match(rest):
            free = tag[1] == "NOPASSWD" or (free and tag[1] != "PASSWD")
            rest = rest[tag.end() :]
        if rest == "ALL":
            found.append(free)
    return found


def _lists_because_password_is_known(defaults: str, rules: str) -> bool:
    """sudo lists without asking when one rule needs no password (listpw, sudoers(5)), or always.
    When neither is so, it lists because it would not ask for anything else either."""
    return "NOPASSWD" not in rules and "listpw" not in defaults
