"""Judging: evidence and the admin's policy make a report. Pure; nothing is asked here."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from . import advice, catalog
from ._version import VERSION
from .merge import merged, told_by_others
from .model import (
    SCHEMA,
    Control,
    Evidence,
    EvidenceRow,
    Finding,
    IntegrityFlag,
    Judge,
    Known,
    Reason,
    Report,
    Resource,
    ResourceKind,
    Status,
    Step,
    Unknown,
    Verdict,
    Waiver,
    by_severity,
    rfc3339,
    utc_now,
)
from .place import Place
from .policy import Policy, waivers

TAGS = "Tags"
"""The fact that waivers may go by."""

STALE = "stale"
"""The flag of a report that is old."""

STALE_AFTER = timedelta(hours=24)
EXPIRED_AFTER = timedelta(hours=72)


def judge(evidence: Evidence, policy: Policy, place: Place) -> Report:
    """The report on `evidence`: a finding for every control that is judged here and that the policy
    leaves on."""
    now = utc_now()
    judged = [(c, c.judge) for c in catalog.controls().values() if c.judge and _is_due(c, evidence)]
    findings = [
        _finding(control, judge, evidence, policy, now)
        for control, judge in judged
        if control.id not in policy.controls_off
    ]
    return Report(
        schema=SCHEMA,
        kind="check",
        version=VERSION,
        resource=evidence.resource,
        observed_at=now,
        integrity=(*_integrity(policy, place), *evidence.integrity, *_strangers(evidence)),
        findings=tuple(sorted(findings, key=by_severity)),
        turned_off=tuple(c.id for c, _ in judged if c.id in policy.controls_off),
        contact=policy.contact,
        exemption_link=policy.exemption_link,
    )


def _is_due(control: Control, evidence: Evidence) -> bool:
    """Whether it gets a finding on this resource: AWS's on every one, if only NOT_APPLICABLE."""
    is_here = control.is_aws or evidence.resource.kind in control.kinds
    return is_here and (control.needs is None or control.needs in evidence.asked)


def aged(report: Report, now: datetime) -> Report:
    """The report as it counts at `now`: a waiver that has ended covers nothing any more, after 24
    hours it says that it is stale, after 72 no verdict but NOT_APPLICABLE stands."""
    over = [f for f in report.findings if f.waiver is not None and now > f.waiver.until]
    if over:
        findings = tuple(replace(f, waiver=None) if f in over else f for f in report.findings)
        report = replace(report, findings=findings)
    age = now - report.observed_at
    if age <= STALE_AFTER:
        return report
    detail = f"stale: this was seen {age // timedelta(hours=1)} hours ago; check again"
    flags = (*(f for f in report.integrity if f.flag != STALE), IntegrityFlag(STALE, detail))
    report = replace(report, integrity=flags)
    if age <= EXPIRED_AFTER:
        return report
    return expired(
        report, f"the last check was at {rfc3339(report.observed_at)}, too long ago to count"
    )


def expired(report: Report, because: str) -> Report:
    """The report with no verdict left but NOT_APPLICABLE."""
    return replace(report, findings=tuple(_expired(f, report, because) for f in report.findings))


def _expired(finding: Finding, report: Report, because: str) -> Finding:
    if finding.status is Status.NOT_APPLICABLE:
        return finding
    whose = Reason.STALE if report.collector is None else Reason.COLLECTOR
    steps = (advice.next_step(whose, None, report.resource),)
    return replace(
        finding,
        status=Status.UNKNOWN,
        reason=Reason.STALE,
        because=because,
        fix=advice.in_words(steps),
        steps=steps,
    )


def _integrity(policy: Policy, place: Place) -> tuple[IntegrityFlag, ...]:
    flags = [*place.stand_ins]
    if policy.problem is not None:
        detail = f"the policy is not usable, {policy.instead} applies: {policy.problem}"
        flags.append(IntegrityFlag("policy_broken", detail))
    if policy.guard_version not in (None, VERSION):
        detail = (
            f"the policy is for version {policy.guard_version} of the guard, and this is {VERSION}"
        )
        flags.append(IntegrityFlag("version_differs", detail))
    return tuple(flags)


def _strangers(evidence: Evidence) -> tuple[IntegrityFlag, ...]:
    """Credentials of another account than the machine's: somebody brought their own."""
    caller, account = evidence.fact("CallerAccount"), evidence.resource.account
    if not isinstance(caller, Known) or account is None or caller.value == account:
        return ()
    detail = (
        f"AWS was asked with credentials of account {caller.value}, and this machine is of account "
        f"{account}"
    )
    return (IntegrityFlag("other_account", detail),)


def _finding(
    control: Control, judge: Judge, evidence: Evidence, policy: Policy, now: datetime
) -> Finding:
    parameters = {**control.parameters, **policy.parameters.get(control.id, {})}
    verdict = _verdict(control, judge, replace(evidence, parameters=parameters))
    steps = _steps(control, verdict, evidence.resource)
    severity = policy.severities.get(control.id, control.severity)
    waiver, notes = _waiver(control, verdict, evidence, policy, now)
    if severity is not control.severity:
        theirs = "AWS" if control.is_aws else "the guard"
        notes += (f"rated {severity.value} by the policy, {control.severity.value} by {theirs}",)
    return Finding(
        check=control.id,
        title=control.title,
        severity=severity,
        status=verdict.status,
        reason=verdict.reason,
        because=verdict.because,
        evidence=_rows(control, evidence),
        what=control.what,
        why=control.why,
        fix=_fix(control, verdict, steps),
        steps=steps,
        recreate=control.recreate,
        requirements=control.requirements,
        docs=control.docs,
        waiver=waiver,
        notes=(*verdict.notes, *notes),
    )


def _waiver(
    control: Control, verdict: Verdict, evidence: Evidence, policy: Policy, now: datetime
) -> tuple[Waiver | None, tuple[str, ...]]:
    """The admin's exception, for what is not as it should be; and what is to be said of it."""
    if verdict.status not in (Status.FAILED, Status.WARNING):
        return None, ()
    tags = evidence.facts.get(TAGS)
    found = waivers.considered(policy, control.id, evidence.resource, tags, now)
    if found and found[0].applies:
        waiver = found[0].grant.waiver
        ends = waivers.ends_soon(waiver, now)
        return waiver, (ends,) if ends is not None else ()
    if isinstance(tags, Unknown) and any(each.grant.scope.tags for each in found):
        why = f"whether a waiver applies here goes by tags, which are not known: {tags.detail}"
        return None, (why,)
    return None, ()


def _verdict(control: Control, judge: Judge, evidence: Evidence) -> Verdict:
    """The control's own verdict where it can apply; a crash in it is a verdict too."""
    resource, problem = evidence.resource, evidence.problem
    if problem is not None or resource.kind is ResourceKind.UNKNOWN:
        why = problem or Unknown(Reason.METADATA_DAMAGED, "this machine could not be identified")
        return Verdict(Status.UNKNOWN, why.detail, why.reason, why)
    if resource.kind not in control.kinds:
        return Verdict(Status.NOT_APPLICABLE, _ELSEWHERE[resource.kind])
    try:
        return merged(control, judge(evidence), evidence)
    except Exception as error:  # noqa: BLE001  # one broken control must not hide the others
        because = f"the control {control.id} crashed: {type(error).__name__}"
        return Verdict(Status.UNKNOWN, because, Reason.INTERNAL_ERROR)


_ELSEWHERE = {
    ResourceKind.STUDIO: "this is SageMaker Studio; the control judges notebook instances. What "
    "counts in Studio is the domain's AppNetworkAccessType, and sudo works there by design",
    ResourceKind.UNIFIED_STUDIO: "this is SageMaker Unified Studio; the control judges notebook "
    "instances",
    ResourceKind.SAGEMAKER_OTHER: "this SageMaker resource is not a notebook instance, which is "
    "what the control judges",
    ResourceKind.NOT_SAGEMAKER: "this machine is not on SageMaker: it has neither the metadata "
    "file nor any other mark of it",
}


def _rows(control: Control, evidence: Evidence) -> tuple[EvidenceRow, ...]:
    facts = [(name, evidence.fact(name)) for name in (*control.facts, *told_by_others(control))]
    return tuple(
        EvidenceRow(name, fact.value, fact.source, fact.observed_at, fact.request_id)
        for name, fact in facts
        if isinstance(fact, Known)
    )


def _steps(control: Control, verdict: Verdict, resource: Resource) -> tuple[Step, ...]:
    if verdict.status is Status.FAILED:
        return tuple(advice.filled(step, resource) for step in control.steps)
    if verdict.reason is not None:
        return (advice.next_step(verdict.reason, verdict.unknown, resource),)
    return ()


def _fix(control: Control, verdict: Verdict, steps: tuple[Step, ...]) -> str:
    """In plain text, whatever the steps show piece by piece."""
    if verdict.status is Status.FAILED:
        return f"{control.fix}\n\n{advice.in_words(steps)}"
    return advice.in_words(steps)
