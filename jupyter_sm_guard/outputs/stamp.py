"""The verdicts in few lines, to be kept in a notebook as evidence of where it ran."""

from __future__ import annotations

from collections.abc import Iterator

from ..model import Finding, Report, Resource, rfc3339
from . import KINDS, MARKS, Display, Output, footer, plain, summary, waived


def render(report: Report, display: Display) -> str:
    """Every line that states a verdict carries its time, so that it can be quoted alone."""
    del display
    when = rfc3339(report.observed_at)
    lines = [
        f"SageMaker Guard {report.version}: {summary(report.findings)}, as of {when} (a snapshot)",
        *_resource(report.resource),
        *(f"note: {flag.detail}" for flag in report.integrity),
    ]
    for finding in report.findings:
        lines += _finding(finding, when)
    if report.turned_off:
        lines.append(f"turned off by policy: {', '.join(report.turned_off)}")
    lines += [f"request ids: {', '.join(_request_ids(report)) or 'none'}", footer(report)]
    return "".join(f"{plain(line)}\n" for line in lines)


def _resource(resource: Resource) -> Iterator[str]:
    yield f"resource: {resource.name or 'no name'} ({KINDS[resource.kind]})"
    if resource.arn is not None:
        yield f"arn: {resource.arn}"
    if resource.region is not None:
        yield f"region: {resource.region}, account: {resource.account}"


def _finding(finding: Finding, when: str) -> Iterator[str]:
    reason = f" [{finding.reason.value}]" if finding.reason is not None else ""
    status = f"{MARKS[finding.status]} {finding.status.value} as of {when}"
    yield f"{status}  {finding.check}{reason}: {finding.because}"
    yield from (f"  note: {note}" for note in finding.notes)
    if (waiver := waived(finding)) is not None:
        yield f"  {waiver}"


def _request_ids(report: Report) -> list[str]:
    """AWS's, each once: with them AWS can tell what it answered."""
    rows = [row for finding in report.findings for row in finding.evidence]
    return list(dict.fromkeys(row.request_id for row in rows if row.request_id is not None))


OUTPUT = Output("stamp", render)
