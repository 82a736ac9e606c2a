"""The report as Markdown, for a ticket. Nothing in it acts: texts of the report are made inert."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..model import EvidenceRow, Finding, Report, Resource, Step, rfc3339
from . import KINDS, MARKS, Display, Output, asked, docs_link, footer, plain, summary, waived

# Some sites make links and mentions of these wherever they stand, escaped or not; never in code.
_ACTS_ALONE = re.compile(r"://|www\.|[@#!~%$&^]\w|(?<!\d):\w+:|\w\.[A-Za-z]{2}")
_TABLE = ("| fact | value | source | observed at | request id |", "|---|---|---|---|---|")
_ACTIVE = re.compile(r"([\\`*_{}\[\]<>&#|~^$!=])")


def render(report: Report, display: Display) -> str:
    """Headings, lists, tables and fenced commands, all of them ours."""
    del display
    lines = [
        f"# SageMaker Guard: {summary(report.findings)}",
        "",
        f"As of {rfc3339(report.observed_at)} (UTC), a snapshot.",
        "",
        *_resource(report.resource),
        *(f"- note: {_inert(flag.detail)}" for flag in report.integrity),
    ]
    for finding in report.findings:
        lines += ["", *_finding(finding)]
    lines.append("")
    if report.turned_off:
        lines += [f"Turned off by policy: {_inert(', '.join(report.turned_off))}", ""]
    for line in asked(report.contact, report.exemption_link):
        lines += [_inert(line), ""]
    return "".join(f"{line}\n" for line in [*lines, _inert(footer(report))])


def _inert(text: str) -> str:
    """The text as text: words that act alone as code, active characters escaped. Ours stands
    before it on its line, so that nothing in it is at a line's start."""
    return " ".join(_word(word) for word in plain(text).split())


def _word(word: str) -> str:
    if not _ACTS_ALONE.search(word):
        return _ACTIVE.sub(r"\\\1", word)
    if not re.search(r"[`|\\]", word):
        return f"`{word}`"
    # what would end the code, or the cell of a table, can't be in code: taken apart instead
    return " ".join(_ACTIVE.sub(r"\\\1", part) for part in re.split(r"([^\w-])", word) if part)


def _resource(resource: Resource) -> Iterator[str]:
    yield f"- resource: {_inert(resource.name or 'no name')} ({KINDS[resource.kind]})"
    if resource.arn is not None:
        yield f"- ARN: {_inert(resource.arn)}"
    if resource.region is not None:
        yield f"- Region: {_inert(resource.region)}, account: {_inert(str(resource.account))}"


def _finding(finding: Finding) -> Iterator[str]:
    mark, status = MARKS[finding.status], finding.status.value
    yield f"## {mark} {status}: {_inert(finding.check)}"
    yield ""
    yield f"Severity {finding.severity.value.lower()}: {_inert(finding.title)}"
    yield ""
    yield f"- because: {_inert(finding.because)}"
    if finding.reason is not None:
        yield f"- reason: `{finding.reason.value}`"
    yield from (f"- note: {_inert(note)}" for note in finding.notes)
    if (waiver := waived(finding)) is not None:
        yield f"- {_inert(waiver)}"
    if (link := docs_link(finding)) is not None:
        yield f"- documentation: <{link}>"
    if finding.evidence:
        yield from ("", *_TABLE)
        yield from (_row(row) for row in finding.evidence)
    for number, step in enumerate(finding.steps, 1):
        yield from ("", *_step(number, step))


def _row(row: EvidenceRow) -> str:
    value = "not set" if row.value is None else str(row.value)
    cells = (row.fact, value, row.source, rfc3339(row.observed_at), row.request_id or "none")
    return f"| {' | '.join(_inert(cell) for cell in cells)} |"


def _step(number: int, step: Step) -> Iterator[str]:
    yield f"Step {number}: {_inert(step.text)}"
    if step.command is not None:
        longest = max((len(run) for run in re.findall("`+", step.command)), default=0)
        fence = "`" * max(3, longest + 1)
        yield from ("", fence, *(plain(line) for line in step.command.splitlines()), fence)


OUTPUT = Output("markdown", render)
