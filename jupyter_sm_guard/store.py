"""The server's latest report as a file, for the CLI and kernels of the same user and machine."""

from __future__ import annotations

import json
import os
import stat
import tempfile
from datetime import timedelta
from pathlib import Path

from .model import SCHEMA, Report, Resource, utc_now
from .place import STAND_INS, Place
from .wire import WireError, from_json, to_json

MAX_AGE = timedelta(hours=24)
SIZE_LIMIT = 4 * 1024 * 1024


def default_path() -> Path:
    """`report.json` in a folder of ours in Jupyter's runtime directory."""
    from jupyter_core.paths import jupyter_runtime_dir

    return Path(jupyter_runtime_dir()) / "jupyter-sm-guard" / "report.json"


def write(report: Report, path: Path) -> None:
    """Replace the file at once, so that no reader ever sees half of it; mode 0600.

    Raises OSError when the folder can't be made or written to.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(prefix=".report-", dir=path.parent)  # mode 0600
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(to_json(report), file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def read(path: Path, resource: Resource, place: Place) -> Report | None:
    """The report at `path` if it is this user's, about `resource`, younger than 24 hours, and made
    with the very stand-ins for the machine and AWS that `place` has (the real place has none).

    Anything else (another owner, readable by others, another machine, damaged, from the future) is
    as good as no report: None.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOFOLLOW)
    except OSError:
        return None
    with os.fdopen(descriptor, "rb") as file:
        about = os.fstat(file.fileno())
        if not stat.S_ISREG(about.st_mode) or about.st_mode & 0o077 or about.st_uid != os.geteuid():
            return None
        content = file.read(SIZE_LIMIT + 1)
    try:
        report = from_json(Report, json.loads(content))
    except (WireError, ValueError, RecursionError):
        return None
    age = utc_now() - report.observed_at
    stood_in = {flag for flag in report.integrity if flag.flag in STAND_INS}
    is_ours = report.schema == SCHEMA and report.resource == resource
    is_fresh = timedelta(minutes=-1) <= age < MAX_AGE
    return report if is_ours and is_fresh and stood_in == {*place.stand_ins} else None
