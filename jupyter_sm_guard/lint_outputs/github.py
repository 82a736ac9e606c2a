"""Annotations for GitHub Actions: workflow commands with lines and columns of the raw file."""

from __future__ import annotations

from ..lint_report import LintReport, summary
from ..model import Severity, Status
from . import Display, LintOutput, headline, plain


def render(report: LintReport, display: Display) -> str:
    """A command for each finding; what was skipped as notices."""
    del display
    lines = []
    for finding in report.findings:
        word = "error" if finding.severity in (Severity.CRITICAL, Severity.HIGH) else "warning"
        if finding.status is Status.UNKNOWN or finding.severity is Severity.LOW:
            word = "notice"
        start, end = finding.file_range.start, finding.file_range.end
        place = f"file={_property(_relative(finding.path))},line={start.line},endLine={end.line}"
        if start.line == end.line:
            place += f",col={start.column},endColumn={end.column}"
        said = f"cell {finding.cell.index}, line {finding.range.start.line}: {headline(finding)}"
        lines.append(f"::{word} {place},title={_property(finding.check)}::{_data(said)}")
    for skip in report.skipped:
        said = _data(f"skipped: {plain(skip.reason)}")
        lines.append(f"::notice file={_property(_relative(skip.path))},title=skipped::{said}")
    return "".join(f"{line}\n" for line in [*lines, _data(summary(report))])


def _relative(path: str) -> str:
    return path.removeprefix("./")  # GitHub compares it with the paths of the pull request


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(plain(text)).replace(":", "%3A").replace(",", "%2C")


OUTPUT = LintOutput("github", render)
