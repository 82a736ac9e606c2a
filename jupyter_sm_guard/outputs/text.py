"""The report for people: aligned on a terminal, plain in a pipe, complete in both."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from ..model import Finding, Report, Status, Step, rfc3339
from . import MARKS, Display, Output, asked, footer, plain, resource_line, summary, waived

_COLOURS = {
    Status.PASSED: "32",
    Status.FAILED: "31;1",
    Status.WARNING: "33;1",
    Status.UNKNOWN: "36",
    Status.NOT_APPLICABLE: "2",
}
_STATUS_WIDTH = max(len(status.value) for status in Status)
_NARROW = 60


def render(report: Report, display: Display) -> str:
    """Every finding: status, id, title and severity on a line, then why, then what to do."""
    width = min(display.width, 110) if display.width is not None else None
    lines = [resource_line(report.resource), f"checked {rfc3339(report.observed_at)}"]
    lines += [f"note: {flag.detail}" for flag in report.integrity]
    lines = [line for text in lines for line in _wrap(text, width, "")]
    told: dict[tuple[Step, ...], str] = {}
    for finding in report.findings:
        said_at = told.setdefault(finding.steps, finding.check) if finding.steps else finding.check
        said_before = said_at if said_at != finding.check else None
        lines += ["", *_finding(finding, said_before, width, display.colour)]
    lines += ["", *_wrap(f"{summary(report.findings)}.", width, "")]
    if report.turned_off:
        lines += _wrap(f"Turned off by policy: {', '.join(report.turned_off)}.", width, "")
    for line in asked(report.contact, report.exemption_link):
        lines += _wrap(line, width, "")
    lines += _wrap(footer(report), width, "")
    return "".join(f"{line}\n" for line in lines)


def _finding(
    finding: Finding, said_before: str | None, width: int | None, colour: bool
) -> Iterator[str]:
    status = finding.status.value
    shown = f"{MARKS[finding.status]} {status:<{_STATUS_WIDTH}}"
    head = f"{finding.check}  {finding.severity.value.lower()}"
    narrow = width is not None and width < _NARROW
    indent = "  " if narrow else " " * (_STATUS_WIDTH + 4)
    yield f"{_coloured(shown, finding.status, colour)}  {plain(head)}"
    yield from _wrap(finding.title, width, indent)
    reason = f" [{finding.reason.value}]" if finding.reason is not None else ""
    yield from _wrap(f"because: {finding.because}{reason}", width, indent)
    for note in finding.notes:
        yield from _wrap(f"note: {note}", width, indent)
    if (waiver := waived(finding)) is not None:
        yield from _wrap(waiver, width, indent)
    if said_before is not None:
        yield from _wrap(f"to do: as for {said_before}", width, indent)
    elif finding.steps:
        yield from _steps(finding, width, indent)


def _steps(finding: Finding, width: int | None, indent: str) -> Iterator[str]:
    for number, step in enumerate(finding.steps, 1):
        mark = f"{number}. " if len(finding.steps) > 1 else "to do: "
        yield from _wrap(mark + step.text, width, indent)
        for line in (step.command or "").splitlines():  # never wrapped: it is there to be copied
            yield f"{indent}    {plain(line)}"
    yield from _wrap(f"more: jupyter sm-guard explain {finding.check}", width, indent)


def _wrap(text: str, width: int | None, indent: str) -> list[str]:
    text = plain(text)
    if width is None:
        return [indent + text]
    return textwrap.wrap(
        text,
        max(width, len(indent) + 20),
        initial_indent=indent,
        subsequent_indent=indent,
        break_on_hyphens=False,
        break_long_words=False,
    )


def _coloured(text: str, status: Status, colour: bool) -> str:
    return f"\x1b[{_COLOURS[status]}m{text}\x1b[0m" if colour else text


OUTPUT = Output("text", render)
