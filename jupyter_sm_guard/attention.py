"""What may ask for the user's attention: warned once, and then left in peace.

A notice is due about a control that got worse than the user was told, at most once a day, and not
while the user snoozes. A waived finding asks for nothing; when its waiver ends, it is news. A
warning stands until it is dismissed, and comes back when the verdict is
another one. None of it ever changes a report.

It is remembered in `~/SageMaker/.jupyter-sm-guard/attention.json`: of a notebook instance, only
`~/SageMaker` survives a stop and start (SageMaker developer guide, "Notebook instance lifecycle").
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from .host import read_own, write_own
from .latest import Attention, Snooze
from .model import Finding, Report, Status, is_waived, utc_now
from .place import Place
from .wire import WireError, from_json, to_json

BETWEEN_NOTICES = timedelta(days=1)
LONGEST_REASON = 200
"""Characters in the reason for a snooze."""

_SIZE_LIMIT = 1024 * 1024
_SKEW = timedelta(minutes=1)
_RANK = {Status.WARNING: 1, Status.FAILED: 2}


@dataclass(frozen=True)
class Remembered:
    """What the user was told of `resource` (an ARN), and what the user wished."""

    schema: int = 1
    resource: str = ""
    told: Mapping[str, Status] = field(default_factory=dict)
    told_at: datetime | None = None
    dismissed: str = ""
    snooze: Snooze | None = None


def default_path(place: Place) -> Path:
    """Where it is kept: on the volume that survives, else with Jupyter's data of this user."""
    volume = place.host.path(str(Path.home())) / "SageMaker"
    if volume.is_dir():
        return volume / ".jupyter-sm-guard" / "attention.json"
    from jupyter_core.paths import jupyter_data_dir

    return Path(jupyter_data_dir()) / "jupyter-sm-guard" / "attention.json"


def verdict(report: Report) -> str:
    """A name for the failures and warnings of `report`; empty when there are none."""
    pairs = sorted(f"{f.check}={f.status.value}" for f in report.findings if _counts(f))
    return hashlib.sha256("\n".join(pairs).encode()).hexdigest()[:16] if pairs else ""


class Memory:
    """What was told and wished, in memory and in the file.

    Reading it never waits; everything that changes it may wait for the disk, and is for a thread.
    Where the file can't be written the memory lasts as long as the process: the methods that
    change it then return False.
    """

    def __init__(self, place: Place):
        self._place = place
        self._changing = threading.Lock()
        self._now: Remembered | None = None

    def attention(self, report: Report, longest_days: int) -> Attention:
        """What may ask for attention now."""
        name = verdict(report)
        state = self._about(report)
        return Attention(
            verdict=name,
            dismissed=name != "" and state is not None and state.dismissed == name,
            notice=_due(state, report, longest_days) if state is not None else (),
            snooze=_valid(state.snooze, longest_days) if state is not None else None,
            longest_snooze_days=longest_days,
        )

    def observe(self, report: Report) -> bool:
        """A new report: what got better may be told of again when it gets worse."""
        with self._changing:
            if self._now is None:
                self._now = _read(default_path(self._place))
            state = self._about(report)
            if state is None:
                state = Remembered(resource=_name(report))
            told = dict(state.told)
            for finding in report.findings:
                before = told.get(finding.check)
                if finding.status is Status.PASSED or is_waived(finding, utc_now()):
                    told.pop(finding.check, None)
                elif before is Status.FAILED and finding.status is Status.WARNING:
                    told[finding.check] = Status.WARNING
            return self._become(replace(state, told=told))

    def tell(self, report: Report, longest_days: int) -> tuple[str, ...]:
        """Take the notice that is due: the caller shows it, and nobody else will."""
        with self._changing:
            state = self._about(report)
            due = _due(state, report, longest_days) if state is not None else ()
            if due and state is not None:
                now = {f.check: f.status for f in report.findings if _counts(f)}
                self._become(replace(state, told={**state.told, **now}, told_at=utc_now()))
            return due

    def snooze(self, report: Report, days: int, reason: str) -> bool:
        """No notices for so many days."""
        now = utc_now()
        return self._wish(report, snooze=Snooze(now, now + timedelta(days=days), reason))

    def wake(self, report: Report) -> bool:
        """Notices again."""
        return self._wish(report, snooze=None)

    def dismiss(self, report: Report, name: str) -> bool:
        """No warning while the verdict is the one of that name."""
        return self._wish(report, dismissed=name)

    def _wish(self, report: Report, **wished: object) -> bool:
        with self._changing:
            state = self._about(report)
            if state is None:
                return False
            return self._become(replace(state, **wished))  # type: ignore[arg-type]

    def _about(self, report: Report) -> Remembered | None:
        """What is remembered of the report's resource; None before the first look at the file."""
        state, name = self._now, _name(report)
        return state if state is not None and name and state.resource == name else None

    def _become(self, state: Remembered) -> bool:
        if state == self._now or not state.resource:
            return True
        self._now = state
        try:
            write_own(default_path(self._place), json.dumps(to_json(state), indent=2) + "\n")
        except OSError:
            return False
        return True


def _name(report: Report) -> str:
    """AWS lower-cases some ARNs; here they only tell one resource from another."""
    return (report.resource.arn or "").casefold()


def _counts(finding: Finding) -> bool:
    return finding.status in _RANK and not is_waived(finding, utc_now())


def _due(state: Remembered, report: Report, longest_days: int) -> tuple[str, ...]:
    if _valid(state.snooze, longest_days) is not None:
        return ()
    if state.told_at is not None and _is_within(state.told_at, BETWEEN_NOTICES):
        return ()
    return tuple(
        finding.check
        for finding in report.findings
        if _counts(finding)
        and _RANK[finding.status] > _RANK.get(state.told.get(finding.check, Status.PASSED), 0)
    )


def _valid(snooze: Snooze | None, longest_days: int) -> Snooze | None:
    """The snooze as far as the admin allows it; None when it is over."""
    if snooze is None or not _is_within(snooze.since, timedelta(days=longest_days)):
        return None
    until = min(snooze.until, snooze.since + timedelta(days=longest_days))
    return replace(snooze, until=until) if utc_now() < until else None


def _is_within(moment: datetime, span: timedelta) -> bool:
    """Whether that was less than `span` ago; a time in the future (a clock was set back) is not."""
    return -_SKEW <= utc_now() - moment < span


def _read(path: Path) -> Remembered:
    """What the file says; nothing where it is missing, damaged or not this user's own."""
    content = read_own(path, _SIZE_LIMIT)
    try:
        state = from_json(Remembered, json.loads(content)) if content is not None else Remembered()
    except (WireError, ValueError, RecursionError):
        return Remembered()
    return state if state.schema == Remembered().schema else Remembered()
