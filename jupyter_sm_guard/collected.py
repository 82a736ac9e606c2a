"""The report of the collector: a timer of root's that checks apart from Jupyter, as a user of its
own. Where there is one, or the policy wants one, every door reads its report and asks nothing.

A report that is missing, late, of another machine, or that others can have written counts for
nothing, and nothing stands in for it: every control is then UNKNOWN.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from .advice import COLLECTOR
from .host import Host, Unreadable, write_own
from .model import SCHEMA, Collector, Fact, Reason, Report, Resource, Unknown, rfc3339, utc_now
from .place import STAND_INS, Place
from .policy import Policy
from .trusted import Untrusted, read
from .wire import WireError, from_json, to_json

USER = "sm-guard"
STATE = "/var/lib/jupyter-sm-guard"
FOLDER = f"{STATE}/collected"
PATH = f"{FOLDER}/report.json"
SIZE_LIMIT = 4 * 1024 * 1024

SLACK = timedelta(minutes=1)
"""How much later than planned a timer may fire."""
MOST_MISSED = 2
"""Reports in a row that may fail to come before the last one counts for nothing."""
_AHEAD = timedelta(minutes=1)
_LONGEST = timedelta(days=1) + SLACK


@dataclass(frozen=True)
class Apart:
    """How the collector checks: `told` are the facts about the notebooks' user, which it can't see
    itself; answers that are kept lie in `folder`."""

    told: Mapping[str, Fact]
    folder: Path


def governs(place: Place, policy: Policy) -> bool:
    """Whether only the collector's report counts here: root installed it, or the policy says so.
    What can't be told counts as installed."""
    return policy.collector_required or is_installed(place.host)


def is_installed(host: Host) -> bool:
    """Whether root laid down the folder of its reports, which no user can take away."""
    try:
        return host.exists(FOLDER)
    except Unreadable:
        return True


def signed(report: Report, every: timedelta) -> Report:
    """The report as the collector's, which makes one `every` so often."""
    next_at = report.observed_at + every + SLACK
    return replace(report, collector=Collector(USER, next_at))


def write(report: Report, folder: Path) -> None:
    """Replace the report in `folder` at once, for everybody to read. Raises OSError."""
    write_own(folder / Path(PATH).name, json.dumps(to_json(report)), 0o644)


def latest(resource: Resource, place: Place, now: datetime | None = None) -> Report | Unknown:
    """The collector's report about `resource`, if it counts `now`; else why there is none."""
    now = utc_now() if now is None else now
    try:
        content = read(place.host, PATH, SIZE_LIMIT, USER)
    except Untrusted as error:
        return _nothing(f"the collector's report is not believed: {error}")
    except OSError as error:
        return _nothing(f"the collector's report can't be looked at: {error.strerror}")
    if content is None:
        is_there = "has not reported" if is_installed(place.host) else "is not installed"
        return _nothing(f"the collector of this instance {is_there}; there is no {PATH}")
    try:
        report = from_json(Report, json.loads(content))
    except (WireError, ValueError, RecursionError):
        return _nothing(f"the collector's report is damaged: {PATH}")
    problem = _objection(report, resource, place)
    if problem is not None:
        return _nothing(f"the collector's report is {problem}: {PATH}")
    return _in_time(report, now)


def _objection(report: Report, resource: Resource, place: Place) -> str | None:
    """Why it is no report of this machine's collector, as it was when it was written."""
    if report.schema != SCHEMA or report.collector is None or not report.findings:
        return "none that this version can use"
    if report.resource != resource:
        return "about another machine"
    if {flag for flag in report.integrity if flag.flag in STAND_INS} != {*place.stand_ins}:
        return "not made with the stand-ins for this machine or AWS that are in use here"
    return None


def _in_time(report: Report, now: datetime) -> Report | Unknown:
    seen, collector = report.observed_at, report.collector
    if collector is None or not timedelta(0) < collector.next_at - seen <= _LONGEST:
        return _nothing(f"the collector's report does not say when the next one is due: {PATH}")
    if seen > now + _AHEAD:
        return _nothing(f"the collector's report is from the future, {rfc3339(seen)}: {PATH}")
    if now > seen + (1 + MOST_MISSED) * (collector.next_at - seen):
        because = f"the collector last reported {rfc3339(seen)}, too long ago to count; the next "
        because += f"was due {rfc3339(collector.next_at)}"
        return Unknown(Reason.STALE, because, COLLECTOR)
    return report


def _nothing(detail: str) -> Unknown:
    return Unknown(Reason.COLLECTOR, detail, COLLECTOR)
