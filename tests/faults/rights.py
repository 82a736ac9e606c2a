"""Who is root here? Real users and the real sudo, with an /etc, /run and /usr/bin of their own.

`python rights.py FOLDER` prints, by situation, what the source root_access says. Started by
`isolated`; FOLDER is empty, and every change is to mounts that nobody
else sees. Each situation is a process that gives up what it
must and looks.
"""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ANN, BOB = 61500, 61501  # Bob is in the group docker
DOCKER_GROUP = 61502
_FROM_ETC = ("pam.d", "security", "ld.so.cache", "ld.so.conf", "ld.so.conf.d", "login.defs")
_FILES = {
    "passwd": "root:x:0:0::/:/bin/sh\n"
    f"ann:x:{ANN}:{ANN}::/:/bin/sh\nbob:x:{BOB}:{BOB}::/:/bin/sh\n",
    "group": f"root:x:0:\nann:x:{ANN}:\nbob:x:{BOB}:\ndocker:x:{DOCKER_GROUP}:bob\n",
    "shadow": "root:*:1::::::\nann:!:1::::::\nbob:!:1::::::\n",
    "hosts": "127.0.0.1 localhost\n",
    "nsswitch.conf": "passwd: files\ngroup: files\nshadow: files\nhosts: files\nsudoers: files\n",
    "resolv.conf": "nameserver 127.0.0.1\noptions timeout:4 attempts:1\n",
}
_LIBC = ctypes.CDLL(None, use_errno=True)
LOG = Path("/run/sudo.log")
MARK = Path("/run/a-fake-was-run")


def mount(*arguments: object) -> None:
    """mount(8), in this process's namespace."""
    subprocess.run(["mount", *map(str, arguments)], check=True)


def lay_out(folder: Path) -> None:
    """An /etc with users, and an empty /run and /var/lib/sudo."""
    etc = folder / "etc"
    etc.mkdir(mode=0o755)
    for name in _FROM_ETC:
        real = Path("/etc") / name
        if real.is_dir():
            shutil.copytree(real, etc / name, symlinks=True)
        elif real.exists():
            shutil.copy2(real, etc / name)
    for name, content in _FILES.items():
        (etc / name).write_text(content)
    mount("--bind", etc, "/etc")
    mount("-t", "tmpfs", "-o", "mode=755", "tmpfs", "/run")
    if Path("/var/lib/sudo").exists():
        mount("-t", "tmpfs", "-o", "mode=700", "tmpfs", "/var/lib/sudo")
    if not Path("/var/run/..").samefile("/run/.."):
        mount("--bind", "/run", "/var/run")


def sudoers(*lines: str) -> None:
    """The only rules there are; whatever sudo writes down goes to LOG."""
    file = Path("/etc/sudoers")
    file.unlink(missing_ok=True)
    file.write_text("\n".join([f"Defaults logfile={LOG}", "Defaults !syslog", *lines, ""]))
    file.chmod(0o440)
    LOG.unlink(missing_ok=True)


def as_user(uid: int, prepare: Callable[[], object] = lambda: None) -> dict[str, Any]:
    """What the source tells that user after `prepare`, which root runs in a mount namespace of its
    own; how long it took, in seconds; what sudo wrote down."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        if _LIBC.unshare(0x00020000):  # CLONE_NEWNS
            os._exit(1)
        prepare()
        if uid != 0:
            os.setgroups([DOCKER_GROUP] if uid == BOB else [])
            os.setresgid(uid, uid, uid)
            os.setresuid(uid, uid, uid)
        os.write(writing, json.dumps(look()).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        said = pipe.read()
    os.waitpid(pid, 0)
    seen: dict[str, Any] = json.loads(said)
    return {**seen, "log": LOG.read_text() if LOG.exists() else "", "fake": MARK.exists()}


def look() -> dict[str, Any]:
    """The source's facts, in words."""
    from jupyter_sm_guard.aws import Aws
    from jupyter_sm_guard.host import Host
    from jupyter_sm_guard.model import Known, Resource, ResourceKind
    from jupyter_sm_guard.sources import Context
    from jupyter_sm_guard.sources.root_access import SOURCE

    resource = Resource(ResourceKind.NOTEBOOK_INSTANCE)
    began = time.monotonic()
    descriptors = len(os.listdir("/proc/self/fd"))
    facts = SOURCE.observe(Context(Host(), Aws("eu-central-1"), resource, lambda _: None))
    took = time.monotonic() - began
    said = {n: f.value if isinstance(f, Known) else [f.reason, f.detail] for n, f in facts.items()}
    left = len(os.listdir("/proc/self/fd")) - descriptors
    return {**said, "seconds": took, "descriptors": left}


def no_new_privileges() -> None:
    _LIBC.prctl(38, 1, 0, 0, 0)


def no_sudo() -> None:
    mount("-t", "tmpfs", "tmpfs", "/usr/bin")


def fake_sudo(mode: int = 0o755, owner: int = 0) -> Callable[[], None]:
    """A program that says what sudo says where everything is allowed."""

    def prepare() -> None:
        fake = Path("/run/fake-sudo")
        shutil.copy2("/usr/bin/sudo", fake) if owner else fake.write_text(
            f"#!/bin/sh\n: > {MARK}\necho 'User ann may run the following commands on vm:'\n"
            "echo '    (ALL) NOPASSWD: ALL'\n"
        )
        os.chown(fake, owner, owner)
        fake.chmod(mode)
        mount("--bind", fake, "/usr/bin/sudo")

    return prepare


def docker_socket(mode: int, owner: int = 0, group: int = 0) -> Callable[[], None]:
    """A daemon's socket."""

    def prepare() -> None:
        Path("/run/docker.sock").unlink(missing_ok=True)
        with socket.socket(socket.AF_UNIX) as daemon:
            daemon.bind("/run/docker.sock")
        os.chown("/run/docker.sock", owner, group)
        os.chmod("/run/docker.sock", mode)

    return prepare


EVERYTHING = "ann ALL=(ALL:ALL) NOPASSWD: ALL"
WITH_PASSWORD = "ann ALL=(ALL) ALL"
SUDOERS: dict[str, tuple[str, ...]] = {
    "everything without a password": (EVERYTHING,),
    "everything as root only": ("ann ALL=(root) NOPASSWD: SETENV: ALL",),
    "everything but one": ("ann ALL=(ALL) NOPASSWD: ALL, !/bin/su",),
    "never asked for a password": ("Defaults:ann !authenticate", WITH_PASSWORD),
    "with a password": (WITH_PASSWORD,),
    "not in sudoers": ("root ALL=(ALL) ALL",),
    "one command without a password": ("ann ALL=(root) NOPASSWD: /bin/ls",),
    "one command without a password, all with one": (
        *(WITH_PASSWORD, "ann ALL=(root) NOPASSWD: /bin/ls"),
    ),
    "all as another user": ("ann ALL=(bob) NOPASSWD: ALL",),
    "all but as root": ("ann ALL=(ALL, !root) NOPASSWD: ALL",),
    "listing is free, all with a password": ("Defaults listpw=never", WITH_PASSWORD),
    "sudoers is broken": ("ann ALL=(((",),
}


def hanging() -> dict[str, Any]:
    """A sudo that waits for a mute name server; what becomes of it, and of the next."""
    from jupyter_sm_guard import sudo

    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    mute = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    mute.bind(("127.0.0.1", 53))
    Path("/etc/nsswitch.conf").write_text(
        _FILES["nsswitch.conf"].replace("hosts: files", "hosts: dns")
    )
    sudoers("Defaults fqdn", EVERYTHING)
    first = as_user(ANN)
    more = [subprocess.Popen(["/usr/bin/sudo", "-n", "-l"], stdout=subprocess.DEVNULL,
                             user=ANN, group=ANN, extra_groups=[]) for _ in range(3)]  # fmt: skip
    time.sleep(0.3)
    later = as_user(ANN)
    for process in more:
        process.wait(20)
    end = time.monotonic() + 20
    while (left := sudo._hanging()) and time.monotonic() < end:
        time.sleep(0.05)
    mute.close()
    return {"first": first, "later": later, "left": left}


def main(folder: Path) -> None:
    """Go through all of it."""
    look()  # what must be imported is, before anybody loses the right to read it
    lay_out(folder)
    seen: dict[str, Any] = {}
    for name, lines in SUDOERS.items():
        sudoers(*lines)
        seen[name] = as_user(ANN)
    sudoers(EVERYTHING)
    seen["root"] = as_user(0)
    seen["no_new_privs"] = as_user(ANN, no_new_privileges)
    seen["no sudo"] = as_user(ANN, no_sudo)
    seen["a fake that is not setuid"] = as_user(ANN, fake_sudo())
    seen["one of another owner"] = as_user(ANN, fake_sudo(0o4755, BOB))
    seen["one that anybody can change"] = as_user(ANN, fake_sudo(0o4757))
    sudoers()
    seen["docker, in the group"] = as_user(BOB, docker_socket(0o660, 0, DOCKER_GROUP))
    seen["docker, not in the group"] = as_user(ANN, docker_socket(0o660, 0, DOCKER_GROUP))
    seen["docker without root"] = as_user(BOB, docker_socket(0o666, BOB, BOB))
    Path("/run/docker.sock").unlink()
    seen["in the group, no docker"] = as_user(BOB)
    sudoers(EVERYTHING)
    seen["sudo hangs"] = hanging()
    sys.stdout.write(json.dumps(seen))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
