"""For people: each finding with its line and a caret, the fix, and a line about the whole run."""

from __future__ import annotations

from collections.abc import Iterator

from ..lint_report import LintFinding, LintReport, summary
from ..model import Severity, Status
from . import Display, LintOutput, control_words, plain, waiver_words

_COLOURS = {
    Severity.CRITICAL: "31;1",
    Severity.HIGH: "31;1",
    Severity.MEDIUM: "33;1",
    Severity.LOW: "36",
}


def render(report: LintReport, display: Display) -> str:
    """Every finding, everything skipped, and the counts."""
    lines: list[str] = []
    for finding in report.findings:
        lines += [*_finding(finding, display.colour), ""]
    for skip in report.skipped:
        lines.append(f"skipped {plain(skip.path)}: {plain(skip.reason)}")
    lines += [f"note: {plain(flag.detail)}" for flag in report.integrity]
    if report.posture:
        lines.append(f"This machine is taken to be: {', '.join(report.posture)}.")
    if report.findings:
        lines.append(_counts(report))
    extra = [
        f"{number} {word}"
        for number, word in (
            (report.suppressed, "suppressed"),
            (report.in_baseline, "in the baseline"),
            (report.unknown, "undecided (--show-unknown)"),
        )
        if number
    ]
    lines.append(summary(report) + (f"; {', '.join(extra)}" if extra else ""))
    return "".join(f"{line}\n" for line in lines)


def _counts(report: LintReport) -> str:
    every = [f for f in report.findings if f.status is Status.FAILED]
    failed = [f for f in every if f.waiver is None]
    fixes = [f.fix for f in failed if f.fix is not None]
    safe = sum(fix.safe for fix in fixes)
    text = f"Found {len(failed)} finding{'s' if len(failed) != 1 else ''}"
    if fixes:
        text += f"; {safe} fixable with --fix, {len(fixes) - safe} with --unsafe-fixes"
    if len(every) > len(failed):
        text += f"; {len(every) - len(failed)} waived"
    return f"{text}."


def _finding(finding: LintFinding, colour: bool) -> Iterator[str]:
    start = finding.range.start
    cell = f"cell {finding.cell.index}"
    if finding.cell.id is not None:
        cell += f" [{plain(finding.cell.id)}]"
    word = finding.severity.value.lower()
    if finding.status is Status.UNKNOWN:
        word = "undecided"
    elif colour:
        word = f"\x1b[{_COLOURS[finding.severity]}m{word}\x1b[0m"
    where = f"{plain(finding.path)}: {cell}, line {start.line}, column {start.column}"
    yield f"{where}: {word}: {finding.check}{control_words(finding)}"
    yield f"  {plain(finding.message)}"
    if finding.waiver is not None:
        yield f"  {plain(waiver_words(finding.waiver))}"
    if finding.excerpt:
        yield from _excerpt(finding)
    for place in finding.related:
        at = place.range.start
        yield f"  {plain(place.message)}: cell {place.cell.index}, line {at.line}"
    if finding.fix is not None:
        safe = "" if finding.fix.safe else " (changes what the code does: --unsafe-fixes)"
        yield f"  fix: {plain(finding.fix.message)}{safe}"


def _excerpt(finding: LintFinding) -> Iterator[str]:
    line = plain(finding.excerpt)
    start = finding.range.start.column - 1
    end = len(line)
    if finding.range.end.line == finding.range.start.line:
        end = finding.range.end.column - 1
    if start >= len(line):
        return
    number = str(finding.range.start.line)
    yield f"  {number} | {line}"
    yield f"  {' ' * len(number)} | {' ' * start}{'^' * max(1, min(end, len(line)) - start)}"


OUTPUT = LintOutput("text", render)
