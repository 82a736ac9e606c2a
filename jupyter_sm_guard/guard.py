"""The verbs: observe the machine and AWS, judge what was seen, check (both, as a report)."""

from __future__ import annotations

from dataclasses import replace

from . import advice, catalog, collector, metadata
from ._version import VERSION
from .model import (
    SCHEMA,
    Control,
    Evidence,
    EvidenceRow,
    Fact,
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
    by_severity,
    utc_now,
)
from .place import Place
from .policy import PATH, Policy, load


def policy_of(place: Place) -> Policy:
    """What the admin decided for this machine; the built-in policy where the file is unusable."""
    return load(place.host, catalog.vocabulary())


def check(place: Place, policy: Policy, deadline: float = collector.DEADLINE) -> Report:
    """Observe and judge. Never raises for what the machine or AWS does; ends within `deadline`
    seconds + 0.5."""
    return judge(observe(place, policy, deadline), policy, place)


def observe(place: Place, policy: Policy, deadline: float) -> Evidence:
    """All facts about this machine. Sources that the policy turned off yield Unknown."""
    resource, problem = metadata.classify(place.host)
    sources = {n: s for n, s in catalog.sources().items() if resource.kind in s.kinds}
    asked = {name: source for name, source in sources.items() if name not in policy.probes_off}
    facts: dict[str, Fact] = {}
    for name in policy.probes_off & set(sources):
        why = Unknown(Reason.NOT_PERMITTED_BY_POLICY, f"{PATH} turns the source {name} off")
        facts.update(sources[name].unknown(why))
    if asked:
        bundle = str(place.host.path(policy.ca_bundle)) if policy.ca_bundle else None
        aws = collector.reach(place.host, resource, place.endpoint_url, policy.proxy, bundle)
        facts.update(collector.collect(asked, place.host, resource, aws, deadline))
    return Evidence(resource, problem, facts)


def nothing_known(place: Place, reason: Reason, detail: str) -> Report:
    """The report where no check has ended: every control UNKNOWN, for one reason."""
    why = Unknown(reason, detail)
    return judge(Evidence(Resource(ResourceKind.UNKNOWN), why), Policy(), place)


def judge(evidence: Evidence, policy: Policy, place: Place) -> Report:
    """The report on `evidence`: a finding for every judged control that the policy leaves on."""
    judged = [(c, c.judge) for c in catalog.controls().values() if c.judge is not None]
    findings = [
        _finding(control, judge, evidence, policy)
        for control, judge in judged
        if control.id not in policy.controls_off
    ]
    return Report(
        schema=SCHEMA,
        kind="check",
        version=VERSION,
        resource=evidence.resource,
        observed_at=utc_now(),
        integrity=_integrity(policy, place),
        findings=tuple(sorted(findings, key=by_severity)),
        turned_off=tuple(c.id for c, _ in judged if c.id in policy.controls_off),
        contact=policy.contact,
    )


def _integrity(policy: Policy, place: Place) -> tuple[IntegrityFlag, ...]:
    flags = []
    if place.root is not None:
        detail = "a folder stood in for this machine; nothing here is about the real one"
        flags.append(IntegrityFlag("root_override", detail))
    if place.endpoint_url is not None:
        detail = f"{place.endpoint_url} answered in place of AWS"
        flags.append(IntegrityFlag("endpoint_override", detail))
    if policy.problem is not None:
        detail = f"the policy is not usable, the built-in one applies: {policy.problem}"
        flags.append(IntegrityFlag("policy_broken", detail))
    return tuple(flags)


def _finding(control: Control, judge: Judge, evidence: Evidence, policy: Policy) -> Finding:
    parameters = {**control.parameters, **policy.parameters.get(control.id, {})}
    verdict = _verdict(control, judge, replace(evidence, parameters=parameters))
    steps = _steps(control, verdict, evidence.resource)
    return Finding(
        check=control.id,
        title=control.title,
        severity=control.severity,
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
    )


def _verdict(control: Control, judge: Judge, evidence: Evidence) -> Verdict:
    """The control's own verdict where it can apply; a crash in it is a verdict too."""
    resource, problem = evidence.resource, evidence.problem
    if problem is not None or resource.kind is ResourceKind.UNKNOWN:
        why = problem or Unknown(Reason.METADATA_DAMAGED, "this machine could not be identified")
        return Verdict(Status.UNKNOWN, why.detail, why.reason, why)
    if resource.kind is not ResourceKind.NOTEBOOK_INSTANCE:
        return Verdict(Status.NOT_APPLICABLE, _ELSEWHERE[resource.kind])
    try:
        return judge(evidence)
    except Exception as error:  # noqa: BLE001  # one broken control must not hide the others
        because = f"the control {control.id} crashed: {type(error).__name__}"
        return Verdict(Status.UNKNOWN, because, Reason.INTERNAL_ERROR)


_ELSEWHERE = {
    ResourceKind.STUDIO: "this is SageMaker Studio; the control judges notebook instances. What "
    "counts in Studio is the domain's AppNetworkAccessType",
    ResourceKind.UNIFIED_STUDIO: "this is SageMaker Unified Studio; the control judges notebook "
    "instances",
    ResourceKind.SAGEMAKER_OTHER: "this SageMaker resource is not a notebook instance, which is "
    "what the control judges",
    ResourceKind.NOT_SAGEMAKER: "this machine is not on SageMaker: it has neither the metadata "
    "file nor any other mark of it",
}


def _rows(control: Control, evidence: Evidence) -> tuple[EvidenceRow, ...]:
    facts = [(name, evidence.fact(name)) for name in control.facts]
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
