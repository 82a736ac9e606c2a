"""JUnit's XML: a test case a finding, one that is skipped for what was not looked at."""

from __future__ import annotations

import re

from ..lint_report import LintReport
from ..model import Status, rfc3339
from . import Display, LintOutput, headline, plain

_INVALID = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(report: LintReport, display: Display) -> str:
    """One suite."""
    del display
    cases = []
    failures = skipped = 0
    for finding in report.findings:
        start = finding.range.start
        name = f"{finding.check} cell {finding.cell.index} line {start.line}"
        inner = f'<failure type="{_text(finding.check)}" message="{_text(headline(finding))}"/>'
        if finding.status is Status.UNKNOWN:
            inner, skipped = f'<skipped message="{_text(headline(finding))}"/>', skipped + 1
        else:
            failures += 1
        line = finding.file_range.start.line
        head = f'classname="{_text(finding.path)}" name="{_text(name)}"'
        cases.append(
            f'<testcase {head} file="{_text(finding.path)}" line="{line}">{inner}</testcase>'
        )
    for skip in report.skipped:
        skipped += 1
        head = f'classname="{_text(skip.path)}" name="skipped {skipped}"'
        cases.append(f'<testcase {head}><skipped message="{_text(skip.reason)}"/></testcase>')
    if not cases:
        cases.append('<testcase classname="jupyter-sm-guard" name="nothing found"/>')
    head = f'name="jupyter-sm-guard" tests="{len(cases)}" failures="{failures}" errors="0"'
    head += f' skipped="{skipped}" timestamp="{rfc3339(report.observed_at)}"'
    body = "\n".join(f"    {case}" for case in cases)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<testsuites>\n  <testsuite {head}>\n{body}\n  </testsuite>\n</testsuites>\n"
    )


def _text(text: str) -> str:
    text = _INVALID.sub("\ufffd", plain(text))
    for character, name in (("&", "amp"), ("<", "lt"), (">", "gt"), ('"', "quot")):
        text = text.replace(character, f"&{name};")
    return text


OUTPUT = LintOutput("junit", render)
