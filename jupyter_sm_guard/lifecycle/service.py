"""The collector as a service of systemd: a user that can't log in, a folder for its reports, a unit
that checks once and a timer. Run by root, from a folder and with a Python that are root's.

Each step is bounded in time. What was done is one line; what was not is NotDone.
"""

from __future__ import annotations

import os
import pwd
import shutil
import sys
from pathlib import Path

from .. import notebook_user
from ..collected import FOLDER, STATE, USER
from ..host import write_own
from ..model import Unknown
from ..policy.files import distrust
from ..program import run

UNITS = Path("/etc/systemd/system")
NAME = "jupyter-sm-guard-collector"
CODE = Path(__file__).resolve().parents[2]
"""The folder that Python is started with; it has our package, botocore and a `__main__`."""

_UNITS = (f"{NAME}.timer", f"{NAME}.service")
_STANDING = ("is-enabled", "is-active")

_SECONDS = 10.0
_LOOKING = "/usr/bin/timeout -k 2 10"
"""Around what looks into folders of the user's, so that no check waits for that."""
_ENVIRONMENT = "/usr/bin/env -i PATH=/usr/bin:/bin LANG=C.UTF-8"

_SERVICE = """\
[Unit]
Description=One check of this notebook instance by jupyter-sm-guard, apart from Jupyter

[Service]
Type=oneshot
User={user}
Group={user}
ExecStartPre=-+{look} {code} collector look --user {notebooks} --environment {jupyter}
ExecStartPre=-+{python} -m compileall -q {code}
ExecStart={python} {code} collector run --every {every} --folder {folder}
WorkingDirectory=/
TimeoutStartSec=60
UMask=0022
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
        "look": f"{_ENVIRONMENT} {_LOOKING} {sys.executable} -IS",
        "code": CODE,
        "notebooks": user,
        "jupyter": environment,
        "every": every,
        "folder": FOLDER,
    }
    texts = {f"{NAME}.service": _SERVICE, f"{NAME}.timer": _TIMER}
    return {name: text.format(**values) for name, text in texts.items()}


class NotDone(Exception):
    """It was not done, or not all of it; the message says what and why."""


def install(user: str, environment: Path, every: int) -> str:
    """Lay everything down and have systemd start it; what was done. Raises NotDone."""
    problem = _distrusted()
    if problem is not None:
        raise NotDone(f"there is no collector: {problem}")
    try:
        return _install(units(user, environment, every))
    except OSError as error:
        raise NotDone(
            f"the collector was not installed: {error.filename}: {error.strerror}"
        ) from None


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


def _install(texts: dict[str, str]) -> str:
    home = Path(FOLDER)
    who = _made()
    home.mkdir(mode=0o755, parents=True, exist_ok=True)
    os.chown(home, who.pw_uid, who.pw_gid)
    home.chmod(0o755)
    before = {name: _text(UNITS / name) for name in texts}
    if before == texts and all(_run("systemctl", is_so, _UNITS[0]) is None for is_so in _STANDING):
        return "the collector is there already"
    UNITS.mkdir(mode=0o755, parents=True, exist_ok=True)
    for name, text in texts.items():
        write_own(UNITS / name, text, 0o644)
    problems = _systemctl(
        ("daemon-reload",), ("enable", f"{NAME}.timer"), ("restart", f"{NAME}.timer")
    )
    if problems:
        raise NotDone(f"the collector does not run: {'; '.join(problems)}")
    return f"the collector is installed; it checks as the user {USER} by {sys.executable}"


def _made() -> pwd.struct_passwd:
    """The collector's user, who is made where there is none."""
    if not _exists(USER):
        options = ("--system", "--no-create-home", "--home-dir", "/", "--user-group")
        said = _run("useradd", *options, "--shell", "/usr/sbin/nologin", USER)
        if said is not None:
            raise NotDone(f"the user {USER} can't be made, so there is no collector: {said}")
    who = pwd.getpwnam(USER)
    if who.pw_uid == 0:
        raise NotDone(f"the user {USER} is root, so there is no collector")
    return who


def remove() -> str:
    """Take it all away again, the user too; what was done. Raises NotDone."""
    if os.geteuid() != 0:
        raise NotDone("nothing was removed: only root can; run it with sudo")
    is_there = any((UNITS / unit).exists() for unit in _UNITS)
    stop = (("disable", "--now", _UNITS[0]), ("stop", _UNITS[1])) if is_there else ()
    problems = _systemctl(*stop)
    try:
        for path in (*(UNITS / unit for unit in _UNITS), Path(notebook_user.PATH)):
            path.unlink(missing_ok=True)
        problems += _systemctl(("daemon-reload",))
        said = _run("userdel", USER) if _exists(USER) else None
        for folder in (FOLDER, f"{STATE}/collector"):  # the code that runs comes last
            shutil.rmtree(folder, ignore_errors=not os.path.lexists(folder))
    except OSError as error:
        raise NotDone(
            f"the collector was not removed: {error.filename}: {error.strerror}"
        ) from None
    problems += [f"the user {USER} remains: {said}"] if said is not None else []
    if problems:
        raise NotDone(f"the collector is removed, but {'; '.join(problems)}")
    return "the collector is removed"


def _systemctl(*commands: tuple[str, ...]) -> list[str]:
    """What did not go well of them; each is tried."""
    said = {command: _run("systemctl", "--no-block", *command) for command in commands}
    return [f"systemctl {command[0]} failed: {why}" for command, why in said.items() if why]


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
