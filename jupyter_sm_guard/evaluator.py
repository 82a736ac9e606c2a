"""When a running server checks: once after its start, on request, and at intervals with back-off.

One check at a time, in a thread that ends with the check; the event loop only hears of its result.
What only a check needs is imported where it is used: a server's start does not wait for it.
"""

from __future__ import annotations

import contextlib
import random
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from tornado.ioloop import IOLoop

from .place import Place

if TYPE_CHECKING:
    from .latest import Change
    from .model import Reason, Report, Status
    from .policy import Policy

FIRST_DELAY = 1.0
"""Seconds after the server's start: JupyterLab's own first requests come first."""

LONGEST_INTERVAL = 3600.0
ELSEWHERE_INTERVAL = 6 * 3600.0
MINIMUM_INTERVAL = 60.0
"""Seconds between two requested checks."""

LONGEST_HISTORY = 100
"""Changes that are remembered."""


class Result(NamedTuple):
    """A report, how long it took in seconds, and the admin's policy as it was then (None after a
    crash of ours)."""

    report: Report
    duration: float
    policy: Policy | None = None


class Evaluator:
    """Holds the latest report and sees to it that there will be a newer one.

    `keep(result)` is called after every check in the thread that checked, where it may wait for a
    disk; then `announce(result, changed)` on the loop, with the ids of the checks whose status,
    reason or waiver changed. All methods are to be called on the loop.
    """

    def __init__(
        self,
        loop: IOLoop,
        place: Place,
        interval: float,
        announce: Callable[[Result, tuple[str, ...]], None],
        keep: Callable[[Result], None],
    ):
        self.running = False
        self.history: tuple[Change, ...] = ()
        self._report: Report | None = None
        self._loop = loop
        self._place = place
        self._interval = interval
        self._announce = announce
        self._keep = keep
        self._statuses: dict[str, tuple[Status, bool]] = {}
        self._due_at: float | None = None
        self._ended_at: float | None = None
        self._requested_at: float | None = None
        self._failures = 0
        self._stopped = False
        self._timer: object | None = None

    @property
    def report(self) -> Report:
        """The latest report; before the first, one that says so."""
        if self._report is None:
            from . import guard
            from .model import Reason

            why = "the first check has not ended yet"
            self._report = guard.nothing_known(self._place, Reason.NOT_YET_CHECKED, why)
        return self._report

    def start(self) -> None:
        """Check soon, and from then on at intervals."""
        self._later(FIRST_DELAY)

    def stop(self) -> None:
        """Start nothing more. A check under way ends by its deadline and is not heard of."""
        self._stopped = True
        self._cancel_timer()

    def request(self) -> float | None:
        """Check now (or join the check under way); None, or the seconds to wait before asking
        again."""
        now = time.monotonic()
        if self._requested_at is not None and now < self._requested_at + MINIMUM_INTERVAL:
            return self._requested_at + MINIMUM_INTERVAL - now
        self._requested_at = now
        self._begin()
        return None

    def age(self) -> float | None:
        """Seconds since the latest check ended, here or in the collector, also while the machine
        slept."""
        return None if self._ended_at is None else _clock() - self._ended_at

    def due(self) -> float | None:
        """Seconds until the next check is planned, None when none is."""
        return None if self._due_at is None else max(0.0, self._due_at - self._loop.time())

    def _begin(self) -> None:
        if self.running or self._stopped:
            return
        self._cancel_timer()
        # A daemon, so that a server that ends does not wait for AWS.
        thread = threading.Thread(target=self._work, name="jupyter-sm-guard", daemon=True)
        try:
            thread.start()
        except RuntimeError:  # no more threads to be had: later, perhaps
            self._later(self._interval)
            return
        self.running = True

    def _work(self) -> None:
        result = None
        try:
            result = evaluate(self._place)
            self._keep(result)
        finally:  # also after a crash of ours: a check that never ends would be the last one
            with contextlib.suppress(RuntimeError):  # the loop is closed: the server has ended
                self._loop.add_callback(self._end, result)

    def _end(self, result: Result | None) -> None:
        self.running = False
        if self._stopped:
            return
        if result is None:
            self._report, self._ended_at = None, None  # what was true before proves nothing now
            self._later(self._interval)
            return
        before, self._report = _verdicts(self.report), result.report
        self._ended_at = _clock() - _age(result.report)
        self._remember(result.report)
        changed = tuple(id for id, v in _verdicts(result.report).items() if before.get(id) != v)
        # jitter, so that a fleet that booted together does not ask together
        self._later(self._delay(result) * random.uniform(0.85, 1.15))  # noqa: S311
        self._announce(result, changed)

    def _remember(self, report: Report) -> None:
        """Put what changed since the last report on top of the history."""
        from .latest import Change
        from .model import is_waived

        earlier, now = self._statuses, report.observed_at
        self._statuses = {f.check: (f.status, is_waived(f, now)) for f in report.findings}
        new = []
        for id, (after, is_now) in self._statuses.items():
            before, was = earlier.get(id, (None, False))
            if (before, was) != (after, is_now):
                new.append(Change(id, now, before, was, after, is_now))
        self.history = (*new, *self.history)[:LONGEST_HISTORY]

    def _delay(self, result: Result) -> float:
        """Seconds to the next check."""
        from .model import Reason, ResourceKind, Status, utc_now

        if result.report.resource.kind in (
            ResourceKind.NOT_SAGEMAKER,
            ResourceKind.SAGEMAKER_OTHER,
        ):
            return ELSEWHERE_INTERVAL  # it stays what it is; only the result must not grow stale
        if result.report.collector is not None:  # its next report is on the way, or late
            due = (result.report.collector.next_at - utc_now()).total_seconds()
            return max(due, MINIMUM_INTERVAL)
        minutes = result.policy.interval_minutes if result.policy is not None else None
        interval = minutes * 60.0 if minutes is not None else self._interval
        settled = {Reason.FIELD_MISSING, Reason.UNKNOWN_VALUE, Reason.NOT_YET_CHECKED}
        reasons = {f.reason for f in result.report.findings if f.status is Status.UNKNOWN} - settled
        if Reason.MISSING_PERMISSION in reasons:  # hibernate: asking again changes no IAM policy
            return max(interval, LONGEST_INTERVAL)
        if reasons and reasons <= {Reason.COLLECTOR, Reason.STALE}:  # no more than a look at a file
            self._failures += 1
            return min(MINIMUM_INTERVAL * 2.0 ** min(self._failures - 1, 12), interval)
        self._failures = self._failures + 1 if reasons else 0
        return max(interval, min(interval * 2.0 ** min(self._failures, 12), LONGEST_INTERVAL))

    def _later(self, delay: float) -> None:
        self._cancel_timer()
        self._timer = self._loop.call_later(delay, self._begin)
        self._due_at = self._loop.time() + delay

    def _cancel_timer(self) -> None:
        if self._timer is not None:
            self._loop.remove_timeout(self._timer)
            self._timer = self._due_at = None


def evaluate(place: Place) -> Result:
    """Check, whatever happens: a crash of ours is a report too."""
    from . import guard
    from .model import Reason

    began = time.monotonic()
    policy = None
    try:
        policy = guard.policy_of(place)
        report = guard.check(place, policy)
    except Exception as error:  # noqa: BLE001  # the server's next check must still come
        detail = f"the check crashed: {type(error).__name__}"
        report = guard.nothing_known(place, Reason.INTERNAL_ERROR, detail)
    return Result(report, time.monotonic() - began, policy)


def _age(report: Report) -> float:
    """Seconds since it was made: none, but for one that was read."""
    from .model import utc_now

    return max(0.0, (utc_now() - report.observed_at).total_seconds())


def _verdicts(report: Report) -> dict[str, tuple[Status, Reason | None, bool]]:
    from .model import is_waived

    now = report.observed_at
    return {f.check: (f.status, f.reason, is_waived(f, now)) for f in report.findings}


def _clock() -> float:
    return time.clock_gettime(time.CLOCK_BOOTTIME)
