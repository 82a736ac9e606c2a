"""HTML that runs nothing and loads nothing: for a notebook's output, or as a file."""

from __future__ import annotations

import html

from ..lint_report import LintFinding, LintReport, summary
from ..model import Status, rfc3339
from . import Display, LintOutput, control_words, plain, waiver_words

_HEAD = ("severity", "cell", "line", "what", "rule")


def render(report: LintReport, display: Display) -> str:
    """One `<div>`: the counts and their time, a table of findings, a list of what was skipped."""
    del display
    lines = [
        '<div class="sm-guard-lint">',
        f"<p><strong>{_text(summary(report))}</strong>, as of {rfc3339(report.observed_at)} (UTC)"
        " &mdash; a snapshot</p>",
    ]
    if report.posture:
        lines.append(f"<p>This machine is taken to be: {_text(', '.join(report.posture))}.</p>")
    lines += [f"<p>Note: {_text(flag.detail)}</p>" for flag in report.integrity]
    files = {finding.path for finding in report.findings}
    if files:
        head = "".join(
            f'<th scope="col">{word}</th>' for word in ("file", *_HEAD)[len(files) < 2 :]
        )
        rows = [f"<tr>{_cells(finding, len(files) > 1)}</tr>" for finding in report.findings]
        lines += [f"<table><thead><tr>{head}</tr></thead><tbody>", *rows, "</tbody></table>"]
    if report.skipped:
        items = [f"<li>{_text(s.path)}: {_text(s.reason)}</li>" for s in report.skipped]
        lines += ["<p>Skipped:</p><ul>", *items, "</ul>"]
    return "".join(f"{line}\n" for line in [*lines, "</div>"])


def _cells(finding: LintFinding, with_file: bool) -> str:
    undecided = finding.status is Status.UNKNOWN
    what = finding.message
    if finding.waiver is not None:
        what += f" ({waiver_words(finding.waiver)})"
    texts = (
        finding.path,
        "undecided" if undecided else finding.severity.value.lower(),
        str(finding.cell.index),
        str(finding.range.start.line),
        what,
        finding.check + control_words(finding),
    )
    # notebooks align tables to the right, which no sentence reads well in
    return "".join(f'<td style="text-align:left">{_text(t)}</td>' for t in texts[not with_file :])


def _text(text: str) -> str:
    return html.escape(plain(text)).encode("ascii", "xmlcharrefreplace").decode()


OUTPUT = LintOutput("html", render)
