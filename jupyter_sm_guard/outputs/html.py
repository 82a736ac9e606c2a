"""The report as HTML that runs nothing and loads nothing: for a notebook's output, or as a file.

It is readable without its style, which JupyterLab takes away in notebooks it does not trust.
"""

from __future__ import annotations

import html
from collections.abc import Iterator

from ..model import EvidenceRow, Finding, Report, Step, rfc3339
from . import (
    MARKS,
    Display,
    Output,
    asked,
    docs_link,
    footer,
    plain,
    resource_line,
    summary,
    waived,
)

# Colours are the Jupyter theme's, or the browser's own where there is none; they only accompany
# what mark and word say. Fits any width.
_STYLE = """<style>
.sm-guard { box-sizing: border-box; max-width: 60em; padding: 8px 12px; line-height: 1.5;
  overflow-wrap: anywhere; color: var(--jp-ui-font-color1, CanvasText);
  background: var(--jp-layout-color1, Canvas);
  font-family: var(--jp-ui-font-family, sans-serif); }
.sm-guard a { color: var(--jp-content-link-color, LinkText); text-decoration: underline; }
.sm-guard p { margin: 0 0 4px; }
.sm-guard ul { list-style: none; margin: 8px 0; padding: 0; }
.sm-guard ul > li { margin: 0 0 8px; padding: 0 0 0 8px;
  border-left: 4px solid var(--jp-border-color1, GrayText); }
.sm-guard li[data-status=PASSED] { border-color: var(--jp-success-color1, #2e7d32); }
.sm-guard li[data-status=FAILED] { border-color: var(--jp-error-color1, #c62828); }
.sm-guard li[data-status=WARNING] { border-color: var(--jp-warn-color1, #ef6c00); }
.sm-guard summary { min-height: 24px; cursor: pointer; }
.sm-guard pre { margin: 4px 0; padding: 4px 8px; white-space: pre-wrap;
  color: inherit; background: var(--jp-layout-color2, transparent); }
</style>"""


def render(report: Report, display: Display) -> str:
    """One `<div>` in plain ASCII. Every verdict stands beside its time: what is kept of it later
    must not read as if it were of then."""
    del display
    when = rfc3339(report.observed_at)
    parts = [
        '<div class="sm-guard">',
        _STYLE,
        f"<p><strong>{_text(summary(report.findings))}</strong> as of {when} (UTC) "
        "&mdash; a snapshot</p>",
        f"<p>{_text(resource_line(report.resource))}</p>",
    ]
    if report.resource.arn is not None:
        parts.append(f"<p><code>{_text(report.resource.arn)}</code></p>")
    parts += [f"<p>Note: {_text(flag.detail)}</p>" for flag in report.integrity]
    parts.append("<ul>")
    for finding in report.findings:
        parts += _finding(finding, when, unfolded=len(report.findings) == 1)
    parts.append("</ul>")
    if report.turned_off:
        parts.append(f"<p>Turned off by policy: {_text(', '.join(report.turned_off))}.</p>")
    parts += [f"<p>{_text(line)}</p>" for line in asked(report.contact, report.exemption_link)]
    parts += [f"<p><small>{_text(footer(report))}</small></p>", "</div>"]
    return "".join(f"{part}\n" for part in parts).encode("ascii", "xmlcharrefreplace").decode()


def _text(text: str) -> str:
    return html.escape(plain(text))


def _finding(finding: Finding, when: str, unfolded: bool) -> Iterator[str]:
    status = finding.status.value
    reason = f" [{finding.reason.value}]" if finding.reason is not None else ""
    yield f'<li data-status="{status}">'
    yield (
        f'<p><span aria-hidden="true">{MARKS[finding.status]}</span> <strong>{status}</strong> '
        f"<small>as of {when}{reason}</small> <strong>{_text(finding.check)}</strong>, "
        f"{finding.severity.value.lower()}: {_text(finding.title)}</p>"
    )
    yield f"<p>because: {_text(finding.because)}</p>"
    yield from (f"<p>note: {_text(note)}</p>" for note in finding.notes)
    if (waiver := waived(finding)) is not None:
        yield f"<p>{_text(waiver)}</p>"
    yield f"<details{' open' if unfolded else ''}><summary>{_folded(finding)}</summary>"
    yield from _steps(finding.steps)
    yield from _evidence(finding.evidence)
    if (link := docs_link(finding)) is not None:
        yield f'<p><a href="{_text(link)}" rel="noopener">AWS on this control</a></p>'
    yield "</details></li>"


def _folded(finding: Finding) -> str:
    return "Next step and evidence" if finding.steps else "Evidence"


def _steps(steps: tuple[Step, ...]) -> Iterator[str]:
    if steps:
        yield "<ol>"
        for step in steps:
            yield f"<li>{_text(step.text)}{_command(step.command)}</li>"
        yield "</ol>"


def _command(command: str | None) -> str:
    if command is None:
        return ""
    return f"<pre>{chr(10).join(_text(line) for line in command.splitlines())}</pre>"


def _evidence(rows: tuple[EvidenceRow, ...]) -> Iterator[str]:
    for row in rows:
        value = "not set" if row.value is None else str(row.value)
        request = f", request {row.request_id}" if row.request_id is not None else ""
        seen = f"{row.source} at {rfc3339(row.observed_at)}{request}"
        yield f"<p>{_text(row.fact)}: <code>{_text(value)}</code> ({_text(seen)})</p>"
    if not rows:
        yield "<p>Nothing that decides it is known.</p>"


OUTPUT = Output("html", render)
