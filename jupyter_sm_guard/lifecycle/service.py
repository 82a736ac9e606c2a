"""The collector as a service of systemd: a user that can't log in, a folder for its reports, a unit
that checks once and a timer. Run by root, from a folder and with a Python that are root's.

Each step is bounded in time and says what came of it; none raises.
"""

from __future__ import annotations

import os
import pwd
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from ..collected import FOLDER, USER
from ..host import write_own
from ..model import Unknown
from ..policy.files import distrust
from ..program import run

UNITS = Path("/etc/systemd/system")
NAME = "jupyter-sm-guard-collector"
CODE = Path(__file__).resolve().parents[2]
"""The folder that Python is started with; it has our package, botocore and a `__main__`."""

_SECONDS = 10.0
_ENVIRONMENT = "/usr/bin/env -i PATH=/usr/bin:/bin LANG=C.UTF-8"

_SERVICE = """\
[Unit]
Description=One check of this notebook instance by jupyter-sm-guard, apart from Jupyter

[Service]
Type=oneshot
User={user}
Group={user}
ExecStartPre=-+{python} {code} collector look --user {notebooks} --environment {jupyter}
ExecStartPre=-+{python} -m compileall -q {code}
ExecStart={python} {code} collector run --every {every} --folder {folder}
WorkingDirectory=/
TimeoutStartSec=60
UMask=0077
Nice=10
MemoryMax=600M
TasksMax=64
ReadWritePaths={folder}
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
NoNewPrivileges=yes
CapabilityBoundingSet=
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
RestrictNamespaces=yes
RestrictSUIDSGID=yes
RestrictRealtime=yes
LockPersonality=yes
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectControlGroups=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
"""

_TIMER = """\
[Unit]
Description=The checks of this notebook instance by jupyter-sm-guard, apart from Jupyter

[Timer]
OnActiveSec=5s
OnUnitActiveSec={every}min
AccuracySec=5s

[Install]
WantedBy=timers.target
"""


def units(user: str, environment: Path, every: int) -> dict[str, str]:
    """The unit files by name: `user` is whom notebooks run as, `environment` Jupyter's."""
    values = {
        "user": USER,
        "python": f"{_ENVIRONMENT} {sys.executable} -IS",
        "code": CODE,
        "notebooks": user,
        "jupyter": environment,
        "every": every,
        "folder": FOLDER,
    }
    texts = {f"{NAME}.service": _SERVICE, f"{NAME}.timer": _TIMER}
    return {name: text.format(**values) for name, text in texts.items()}


def install(user: str, environment: Path, every: int) -> list[str]:
    """Lay everything down and have systemd start it; what was done, in lines."""
    problem = _distrusted()
    if problem is not None:
        return [f"there is no collector: {problem}"]
    try:
        return [*_install(units(user, environment, every))]
    except OSError as error:
        return [f"the collector was not installed: {error.filename}: {error.strerror}"]


def _distrusted() -> str | None:
    """Why this Python or this code is not root's alone; None where it is. Looked at by what is in
    question, so it finds accidents; the script looks at Python before it runs it."""
    for place in dict.fromkeys((sys.executable, *sys.path, str(CODE))):
        real = Path(place).resolve()
        for path in (real, *real.parents):
            problem = distrust(os.stat(path)) if path.exists() else None
            if problem is not None:
                return f"{path} {problem}"
    return None


def _install(texts: dict[str, str]) -> Iterator[str]:
    home = Path(FOLDER)
    if not _exists(USER):
        options = ("--system", "--no-create-home", "--home-dir", "/", "--user-group")
        said = _run("useradd", *options, "--shell", "/usr/sbin/nologin", USER)
        if said is not None:
            yield f"the user {USER} can't be made, so there is no collector: {said}"
            return
    who = pwd.getpwnam(USER)
    if who.pw_uid == 0:
        yield f"the user {USER} is root, so there is no collector"
        return
    home.mkdir(mode=0o755, parents=True, exist_ok=True)
    os.chown(home, who.pw_uid, who.pw_gid)
    home.chmod(0o755)
    before = {name: _text(UNITS / name) for name in texts}
    if before == texts:
        yield "the collector is there already"
        return
    UNITS.mkdir(mode=0o755, parents=True, exist_ok=True)
    for name, text in texts.items():
        write_own(UNITS / name, text, 0o644)
    for command in (("daemon-reload",), ("enable", f"{NAME}.timer"), ("restart", f"{NAME}.timer")):
        said = _run("systemctl", "--no-block", *command)
        if said is not None:
            yield f"the collector: systemctl {command[0]} failed: {said}"
    yield f"the collector is installed; it checks as the user {USER} by {sys.executable}"


def remove() -> list[str]:
    """Take it all away again, the user too; what was done, in lines."""
    for command in (("disable", "--now", f"{NAME}.timer"), ("stop", f"{NAME}.service")):
        _run("systemctl", "--no-block", *command)
    try:
        for unit in (f"{NAME}.timer", f"{NAME}.service"):
            (UNITS / unit).unlink(missing_ok=True)
    except OSError as error:
        return [f"the collector was not removed: {error.filename}: {error.strerror}"]
    _run("systemctl", "--no-block", "daemon-reload")
    shutil.rmtree(FOLDER, ignore_errors=True)
    said = _run("userdel", USER) if _exists(USER) else None
    return ["the collector is removed" if said is None else f"the user {USER} remains: {said}"]


def _exists(user: str) -> bool:
    try:
        pwd.getpwnam(user)
    except KeyError:
        return False
    return True


def _text(path: Path) -> str | None:
    try:
        return path.read_text()
    except FileNotFoundError:
        return None


def _run(name: str, *arguments: str) -> str | None:
    """What a program of the system complains of; None where it went well."""
    path = shutil.which(name, path="/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
    if path is None:
        return f"there is no {name}"
    done = run((path, *arguments), _SECONDS)
    if isinstance(done, Unknown):
        return done.detail
    return None if done.exit == 0 else (done.output.strip().splitlines() or ["no reason given"])[-1]
