"""The verbs: check, and what a notebook may want of the result, such
as `guard.require("SageMaker.1")`, which raises NotPassed unless that control is PASSED now."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from . import catalog, collected, collector, integrity, metadata, store
from .advice import in_words
from .collected import Apart
from .judge import STALE, aged, expired, judge
from .model import (
    Control,
    Evidence,
    Finding,
    IntegrityFlag,
    Reason,
    Report,
    Resource,
    ResourceKind,
    Status,
    Unknown,
    rfc3339,
    utc_now,
)
from .observation import asked_of, observe
from .outputs import Display, asked, plain, waived
from .place import STAND_INS, Place
from .policy import PATH, Policy, load

MAX_AGE = timedelta(hours=1)
"""How old a report of the running server may be to be taken in place of a check, where the caller
does not say. A collector's counts as long as `collected.latest` says."""


def policy_of(place: Place) -> Policy:
    """What the admin decided for this machine; the built-in policy where the file is unusable."""
    return load(place.host, catalog.vocabulary())


def check(place: Place, policy: Policy, deadline: float = collector.DEADLINE) -> Report:
    """Observe and judge; where there is a collector, read what it reported. Never raises for what
    the machine or AWS does; ends within `deadline` seconds + 0.5."""
    if collected.governs(place, policy):
        return _collected(place, policy)
    return judge(observe(place, policy, deadline), policy, place)


def _collected(place: Place, policy: Policy) -> Report:
    """The collector's report, with what this user overrides; where it does not count, one in which
    nothing is known."""
    resource, problem = metadata.classify(place.host)
    found = problem or collected.latest(resource, place)
    flags = integrity.flags(place)
    if isinstance(found, Unknown):
        asked = frozenset(asked_of(resource, policy))
        return judge(Evidence(resource, found, integrity=flags, asked=asked), policy, place)
    found = aged(found, utc_now())
    names = {flag.flag for flag in found.integrity}
    more = tuple(flag for flag in flags if flag.flag not in names)
    return replace(found, integrity=(*found.integrity, *more))


def collect(
    place: Place, policy: Policy, deadline: float, apart: Apart, every: timedelta
) -> Report:
    """Observe and judge as the collector, which does so `every` so often."""
    report = judge(observe(place, policy, deadline, apart), policy, place)
    return collected.signed(report, every)


def nothing_known(place: Place, reason: Reason, detail: str) -> Report:
    """The report where no check has ended: every control UNKNOWN, for one reason."""
    why = Unknown(reason, detail)
    return judge(Evidence(Resource(ResourceKind.UNKNOWN), why), Policy(), place)


def check_now(place: Place | None = None) -> Report:
    """Check as the machine's policy says, whatever happens: a crash of ours is a report too.

    Without a place, the one of `Place.of_environment`.
    """
    place = Place.of_environment() if place is None else place
    try:
        return check(place, policy_of(place))
    except Exception as error:  # noqa: BLE001  # whoever asked must not be left with the old result
        detail = f"the check crashed: {type(error).__name__}"
        return nothing_known(place, Reason.INTERNAL_ERROR, detail)


def latest(place: Place | None = None, max_age: timedelta | None = None) -> Report:
    """The running server's latest report where it has one for this user and machine that is not
    older than `max_age` (MAX_AGE); otherwise that of a check, which takes some seconds at the most.
    Of a collector, which nobody can have check, its report, flagged where it is older than that."""
    place = Place.of_environment() if place is None else place
    served = _served(place, MAX_AGE if max_age is None else max_age)
    report = aged(served, utc_now()) if served is not None else check_now(place)
    old = _too_old(report, max_age)
    if old is None or STALE in {flag.flag for flag in report.integrity}:
        return report
    return replace(report, integrity=(*report.integrity, IntegrityFlag(STALE, f"stale: {old}")))


def _too_old(report: Report, max_age: timedelta | None) -> str | None:
    """What to say of a collector's report that is older than was asked for."""
    by, age = report.collector, utc_now() - report.observed_at
    if by is None or max_age is None or age <= max_age:
        return None
    seen, wanted = rfc3339(report.observed_at), f"{max_age.total_seconds():g} seconds"
    return (
        f"the collector last checked at {seen}, longer ago than the {wanted} that were asked for; "
        f"it checks again by {rfc3339(by.next_at)}, and nobody else may"
    )


def _served(place: Place, max_age: timedelta) -> Report | None:
    """The server's file is its user's own, so it counts nowhere that the collector's does."""
    policy = policy_of(place)
    if collected.governs(place, policy):
        return _collected(place, policy)
    resource, _ = metadata.classify(place.host)
    report = store.read(store.default_path(), resource, place)
    return report if report is not None and utc_now() - report.observed_at <= max_age else None


def named(id: str) -> Control:
    """The control of that id, in capitals or not. Raises ValueError, with a suggestion."""
    folded = {known.casefold(): control for known, control in catalog.controls().items()}
    wanted = str(id).casefold()
    if wanted in folded:
        return folded[wanted]
    close = difflib.get_close_matches(wanted, folded, n=1)
    hint = (
        f"did you mean {folded[close[0]].id}?"
        if close
        else "jupyter sm-guard explain lists them all"
    )
    raise ValueError(plain(f"there is no control {id}; {hint}"))


def seen_here(control: Control, place: Place) -> str:
    """The running server's latest verdict on the control, as a line; empty when it has none."""
    report = _served(place, store.MAX_AGE)
    for finding in report.findings if report is not None else ():
        if finding.check == control.id and report is not None:
            when, status = rfc3339(report.observed_at), finding.status.value
            return plain(f"On this machine, as of {when}: {status}, {finding.because}") + "\n"
    return ""


def whom_to_ask(place: Place) -> str:
    """Whom and where the policy says to ask, a line each; empty when it says nothing."""
    policy = policy_of(place)
    return "".join(f"{plain(line)}\n" for line in asked(policy.contact, policy.exemption_link))


class NotPassed(Exception):
    """A control that was required is not PASSED.

    `why` says it of each, by id; `report` is what it was decided by, `findings` are its findings on
    these controls (none where a control is turned off or not judged here).
    """

    def __init__(self, message: str, why: Mapping[str, str], report: Report):
        super().__init__(message, why, report)  # all of them, so that it can cross a process
        self.why = why
        self.report = report
        self.findings = tuple(f for f in report.findings if f.check in why)

    def __str__(self) -> str:
        return str(self.args[0])

    def _render_traceback_(self) -> list[str]:
        """How IPython shows it: where it was raised helps nobody, what to do does."""
        return [f"{type(self).__name__}: {self}"]


def require(*checks: str, place: Place | None = None, max_age: timedelta | None = None) -> None:
    """Go on only where every one of these controls is PASSED now; raises NotPassed otherwise.

    The running server's report is enough when it is not older than `max_age` (MAX_AGE) and all are
    PASSED in it; otherwise a check is made, so that what was just mended passes. A collector's is
    enough as long as it counts, or is not older than the `max_age` that is given. What was seen
    through stand-ins for the machine or AWS counts only for whoever gives that `place`. Raises
    ValueError for an unknown id, or none.
    """
    if not checks:
        raise ValueError('require needs ids of controls, such as require("SageMaker.1")')
    controls = tuple(dict.fromkeys(named(id).id for id in checks))
    at = Place.of_environment() if place is None else place
    may_stand_in = place is not None
    report = _served(at, MAX_AGE if max_age is None else max_age)
    if report is None or _refusals(controls, report, may_stand_in):
        report = check_now(at)
    old = _too_old(report, max_age)
    if old is not None:
        report = expired(report, old)
    refusals = _refusals(controls, report, may_stand_in)
    if refusals:
        why = {id: plain(because) for id, because in refusals.items()}
        raise NotPassed(_refused(why, len(controls), report), why, report)


def _refusals(controls: tuple[str, ...], report: Report, may_stand_in: bool) -> dict[str, str]:
    """Which of the controls do not count as passed, and why, in words."""
    findings = {finding.check: finding for finding in report.findings}
    stood_in = [flag.detail for flag in report.integrity if flag.flag in STAND_INS]
    refusals: dict[str, str] = {}
    for id in controls:
        finding = findings.get(id)
        if finding is None:
            refusals[id] = _absent(id, report)
        elif finding.status is not Status.PASSED:
            refusals[id] = _not_passed(finding)
        elif stood_in and not may_stand_in:
            refusals[id] = f"PASSED, which does not count: {stood_in[0]}"
    return refusals


def _absent(id: str, report: Report) -> str:
    if id in report.turned_off:
        return f"not judged: {PATH} turns it off"
    needs = catalog.controls()[id].needs
    if needs is not None and report.resource.kind in catalog.controls()[id].kinds:
        return f"not judged: it needs the source {needs}, which {PATH} does not turn on"
    return "not judged here: it is not about the machine that this runs on"


def _not_passed(finding: Finding) -> str:
    reason = f" ({finding.reason.value})" if finding.reason is not None else ""
    waiver = waived(finding)
    exception = f"; {waiver}, which is no pass" if waiver is not None else ""
    return f"{finding.status.value}{reason}, because {finding.because}{exception}"


def _refused(why: Mapping[str, str], count: int, report: Report) -> str:
    next_steps = {f.check: in_words(f.steps[:1]) for f in report.findings if f.steps}
    lines = [
        f"{len(why)} of {count} required controls not PASSED, as of {rfc3339(report.observed_at)}"
    ]
    for id, because in why.items():
        lines.append(f"{id}: {because}")
        lines += [f"    {plain(line)}" for line in next_steps.get(id, "").splitlines()]
        lines.append(f"    more: jupyter sm-guard explain {id}")
    lines += [plain(f"note: {flag.detail}") for flag in report.integrity]
    return "\n".join(lines)


@dataclass(frozen=True, repr=False)
class Stamp:
    """Verdicts as text: printed, or as a cell's result, it tells where the notebook ran."""

    report: Report

    def __str__(self) -> str:
        return catalog.outputs()["stamp"].render(self.report, Display())

    __repr__ = __str__

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        del include, exclude  # there is one form, which everything can show
        return {"text/plain": str(self)}


def stamp(place: Place | None = None) -> Stamp:
    """The verdicts of `latest`, to be kept in the notebook."""
    return Stamp(latest(place))


def snapshot(report: Report) -> dict[str, str]:
    """The report as a notebook may keep it, by MIME type: as old as it is now, and with its time,
    so that it never reads as current."""
    report = aged(report, utc_now())
    outputs = catalog.outputs()
    text = outputs["stamp"].render(report, Display())
    return {
        "text/plain": f"{text}Run the cell again for a newer result.",
        "text/html": outputs["html"].render(report, Display()),
    }
