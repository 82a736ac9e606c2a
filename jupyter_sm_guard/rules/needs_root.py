"""A command needs root, which this instance does not give

## What it checks
`sudo`, and commands that only root can do (`mount`, `systemctl start`, `apt-get install`,
`useradd`, `sysctl -w`), where the machine gives no root. `--help`, dry runs of package managers and
a user's own services (`systemctl --user`) need none.

## Why it matters
With RootAccess Disabled these commands fail, and a notebook that needs them does not run here.

## How to fix
Find a way without root, or have the step done in a lifecycle script, which always runs as root.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..model import Severity
from ..shell import EXPLAINS, Command, Script, Wrapper, is_dry
from . import Match, example, rule

_ALWAYS = frozenset(
    (
        *("umount", "useradd", "usermod", "groupadd", "adduser", "visudo", "iptables", "modprobe"),
        *("insmod", "mkfs", "fdisk", "swapon", "chroot", "reboot", "shutdown", "hwclock"),
    )
)
_VERBS = {
    "systemctl": {"start", "stop", "restart", "reload", "enable", "disable", "daemon-reload"},
    "service": {"start", "stop", "restart", "reload"},
    "apt": {"install", "update", "upgrade", "remove"},
    "apt-get": {"install", "update", "upgrade", "remove"},
    "yum": {"install", "update", "upgrade", "remove"},
    "dnf": {"install", "update", "upgrade", "remove"},
    "sysctl": {"-w"},
}


def _shell(script: Script) -> Iterator[Match]:
    seen = set()
    for command in script.commands:
        word = next((w.word for w in command.wrappers if _is_sudo(w)), None)
        if word is None and _is_for_root(command) and not is_dry(command):
            word = command.program
        if word is not None and word.start not in seen:
            seen.add(word.start)
            message = (
                f"{word.text} needs root, and this instance gives none (RootAccess is Disabled)"
            )
            yield Match(word.start, word.end, message)


def _is_sudo(wrapper: Wrapper) -> bool:
    texts = [word.text for word in wrapper.arguments]
    return wrapper.name in ("sudo", "doas") and {*EXPLAINS}.isdisjoint(texts)


def _is_for_root(command: Command) -> bool:
    texts = command.texts()
    if command.name == "systemctl" and "--user" in texts:
        return False
    if command.name == "su":
        return "-c" in texts or texts[:1] in (["-"], ["root"], ["-l"])
    if command.name == "mount":
        return any(not text.startswith("-") for text in texts)
    return command.name in _ALWAYS or not _VERBS.get(command.name, set()).isdisjoint(texts)


RULE = rule(
    __doc__,
    name="needs-root",
    severity=Severity.MEDIUM,
    group="privilege",
    controls=("SageMaker.3",),
    triggers=(
        *(
            "sudo",
            "doas",
            "su ",
            "mount",
            "apt ",
            "apt-get",
            "apt_get",
            "'apt'",
            '"apt"',
            "yum",
            "dnf",
        ),
        *("systemctl", "service", "sysctl"),
        *_ALWAYS,
    ),
    posture=("no-root",),
    written=False,
    shell=_shell,
    good=(
        example("!mount | grep nfs; systemctl status docker; sysctl -a", posture=("no-root",)),
        example("!apt list --installed", posture=("no-root",)),
        example(
            "!apt-get -s install git; apt-get --dry-run install git; dnf install --assumeno git\n"
            "!systemctl --user start x; useradd --help; umount --version; sudo --version",
            posture=("no-root",),
        ),
        example("%%writefile on-start.sh\nsystemctl restart docker", posture=("no-root",)),
        "!systemctl restart docker",
    ),
    bad=(
        example("!«sudo» mkdir /data", posture=("no-root",)),
        example(
            "%%bash\n«mount» -t nfs4 fs:/ /mnt\n«systemctl» restart docker", posture=("no-root",)
        ),
        example("!«yum» install -y jq", posture=("no-root",)),
        example("!«su» -c 'ls /root'; «chroot» /mnt ls --help", posture=("no-root",)),
    ),
)
