"""Markdown for a ticket or a pull request. Nothing in it acts: texts are made inert."""

from __future__ import annotations

import re

from ..lint_report import LintReport, summary
from ..model import Status, rfc3339
from . import Display, LintOutput, control_words, plain

_ACTIVE = re.compile(r"([\\`*_{}\[\]<>&#|~^$!=@:/])")


def render(report: LintReport, display: Display) -> str:
    """A table of findings, a list of what was skipped, the counts."""
    del display
    failed = sum(finding.status is Status.FAILED for finding in report.findings)
    lines = [f"# Notebook lint: {failed} finding{'s' if failed != 1 else ''}", ""]
    lines += [f"As of {rfc3339(report.observed_at)} (UTC), a snapshot.", ""]
    if report.findings:
        lines += ["| severity | rule | file | cell | line | what |", "|---|---|---|---|---|---|"]
    for finding in report.findings:
        word = finding.severity.value.lower()
        if finding.status is Status.UNKNOWN:
            word = "undecided"
        cells = (
            word,
            f"{finding.check}{control_words(finding)}",
            _inert(finding.path),
            str(finding.cell.index),
            str(finding.range.start.line),
            _inert(finding.message),
        )
        lines.append(f"| {' | '.join(cells)} |")
    if report.skipped:
        lines += ["", "Skipped:", ""]
    lines += [f"- {_inert(skip.path)}: {_inert(skip.reason)}" for skip in report.skipped]
    lines += ["", f"{summary(report)}."]
    return "".join(f"{line}\n" for line in lines)


def _inert(text: str) -> str:
    return _ACTIVE.sub(r"\\\1", plain(text)).replace("www.", "www\\.")


OUTPUT = LintOutput("markdown", render)
