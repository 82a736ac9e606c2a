"""Running a script of this folder in its own mount and network namespaces."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

_OWN = ["unshare", "--mount", "--net", "--propagation", "private"]


def isolated(script: str, *arguments: str, needs_root: bool = False) -> Any:
    """What `script` prints as JSON. Skips where namespaces are forbidden, saying so, and fails
    there in CI. Without root it gets a user namespace, unless it needs other users too."""
    user = skip_without_namespaces(needs_root)
    here = Path(__file__).resolve().parent
    path = os.pathsep.join([str(here.parent), str(here.parent.parent), *filter(None, sys.path)])
    done = subprocess.run(
        [*_OWN, *user, sys.executable, str(here / script), *arguments],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        check=False,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def skip_without_namespaces(needs_root: bool = True) -> list[str]:
    """What unshare needs beside; skips where there are no namespaces, and fails there in CI."""
    user = [] if os.getuid() == 0 else ["--user", "--map-root-user"]
    for program in ("unshare", "ip", "sudo"):
        if shutil.which(program) is None:
            _untested(f"this machine has no {program} (scripts/namespaces installs it)")
    if needs_root and (user or not _has_users()):
        _untested("only root can be several users")
    if subprocess.run([*_OWN, *user, "true"], check=False, capture_output=True).returncode:
        _untested("this machine forbids namespaces (unshare --mount --net)")
    return user


def _has_users() -> bool:
    """Whether root is so for other users too: not where a user namespace has only one."""
    lines = Path("/proc/self/uid_map").read_text().splitlines()
    return any(
        int(first) <= 60_000 and int(count) >= 65_000 for first, _, count in map(str.split, lines)
    )


def _untested(why: str) -> None:
    if os.environ.get("CI") == "true":
        pytest.fail(f"{why}, and CI must not leave this untested")
    pytest.skip(why)
