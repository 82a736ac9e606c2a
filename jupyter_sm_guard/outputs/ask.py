"""A message to whoever looks after the instance: what was seen, and what would mend it."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from ..model import Finding, Report, Resource, ResourceKind, Status, Step, rfc3339
from . import KINDS, Display, Output, footer, plain, summary, waived

_ASKED_ABOUT = (Status.FAILED, Status.WARNING, Status.UNKNOWN)


def render(report: Report, display: Display) -> str:
    """Plain text, ready for a mail or a chat; where all is well, it says so."""
    del display
    findings = [finding for finding in report.findings if finding.status in _ASKED_ABOUT]
    lines = [f"To: {report.contact}"] if report.contact is not None else []
    lines += [f"Subject: {_subject(report.resource, findings)}", "", "Hello,", ""]
    if findings:
        lines += ["could you please look at this? It is about SageMaker security controls on:"]
    else:
        lines += ["there is nothing to ask for: all that was checked passes or does not apply."]
    lines += ["", *_resource(report.resource), f"  observed: {rfc3339(report.observed_at)} (UTC)"]
    lines += [f"  note: {flag.detail}" for flag in report.integrity]
    told: dict[tuple[Step, ...], str] = {}
    for finding in findings:
        said_at = told.setdefault(finding.steps, finding.check) if finding.steps else finding.check
        lines += ["", *_finding(finding, said_at if said_at != finding.check else None)]
    if findings:
        lines += ["", *_verify(report.resource)]
        if report.exemption_link is not None:
            lines += ["", f"Or, where it can't be mended: {report.exemption_link}"]
        lines += ["", "Thank you."]
    return "".join(f"{plain(line)}\n" for line in [*lines, "", footer(report)])


def _subject(resource: Resource, findings: list[Finding]) -> str:
    where = f"{KINDS[resource.kind]} {resource.name}" if resource.name else KINDS[resource.kind]
    if len(findings) == 1:
        return f"{where}: {findings[0].check} {findings[0].status.value.lower()}"
    return f"{where}: {summary(findings) if findings else 'nothing to ask for'}"


def _resource(resource: Resource) -> Iterator[str]:
    yield f"  resource: {resource.name or 'no name'} ({KINDS[resource.kind]})"
    if resource.arn is not None:
        yield f"  ARN: {resource.arn}"
    if resource.region is not None:
        yield f"  Region: {resource.region}, account: {resource.account}"


def _finding(finding: Finding, said_at: str | None) -> Iterator[str]:
    reason = f" ({finding.reason.value})" if finding.reason is not None else ""
    severity = finding.severity.value.lower()
    yield f"- {finding.check}, severity {severity}: {finding.status.value}{reason}"
    yield f"  {finding.title}"
    yield f"  because: {finding.because}"
    yield from (f"  note: {note}" for note in finding.notes)
    if (waiver := waived(finding)) is not None:
        yield f"  {waiver}"
    if said_at is not None:
        yield f"  what would help: as for {said_at}"
    elif finding.steps:
        yield "  what would help:"
        for number, step in enumerate(finding.steps, 1):
            yield f"  {number}. {step.text}"
            yield from (f"       {line}" for line in (step.command or "").splitlines())


def _verify(resource: Resource) -> Iterator[str]:
    yield "To verify it afterwards, on the instance:"
    yield "  jupyter sm-guard check"
    if resource.kind is ResourceKind.NOTEBOOK_INSTANCE and resource.name and resource.region:
        name, region = (shlex.quote(plain(text)) for text in (resource.name, resource.region))
        yield "or from anywhere:"
        yield (
            "  aws sagemaker describe-notebook-instance "
            f"--notebook-instance-name {name} --region {region}"
        )


OUTPUT = Output("ask", render)
