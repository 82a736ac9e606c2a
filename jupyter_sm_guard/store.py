"""The server's latest report as a file, for the CLI and kernels of the same user and machine."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

from .host import read_own, write_own
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
    write_own(path, json.dumps(to_json(report)))


def read(path: Path, resource: Resource, place: Place) -> Report | None:
    """The report at `path` if it is this user's, about `resource`, younger than 24 hours, and made
    with the very stand-ins for the machine and AWS that `place` has (the real place has none).

    Anything else (another owner, readable by others, another machine, damaged, from the future, or
    one that says it is the collector's, which lies elsewhere) is as good as no report: None.
    """
    content = read_own(path, SIZE_LIMIT)
    if content is None:
        return None
    try:
        report = from_json(Report, json.loads(content))
    except (WireError, ValueError, RecursionError):
        return None
    age = utc_now() - report.observed_at
    stood_in = {flag for flag in report.integrity if flag.flag in STAND_INS}
    is_ours = (report.schema, report.resource, report.collector) == (SCHEMA, resource, None)
    is_fresh = timedelta(minutes=-1) <= age < MAX_AGE
    return report if is_ours and is_fresh and stood_in == {*place.stand_ins} else None
