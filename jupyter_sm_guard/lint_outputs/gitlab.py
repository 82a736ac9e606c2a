"""GitLab's code quality report: a list of issues with lines of the raw file."""

from __future__ import annotations

import hashlib
import json

from ..lint_report import LintReport
from ..model import Severity, Status
from . import Display, LintOutput, headline

_WORDS = {
    Severity.CRITICAL: "blocker",
    Severity.HIGH: "critical",
    Severity.MEDIUM: "major",
    Severity.LOW: "minor",
}


def render(report: LintReport, display: Display) -> str:
    """One issue a finding, and one for each thing that was skipped."""
    del display
    issues = []
    for finding in report.findings:
        unknown = finding.status is Status.UNKNOWN
        said = f"cell {finding.cell.index}, line {finding.range.start.line}: {headline(finding)}"
        issues.append(
            {
                "description": said,
                "check_name": finding.check,
                "fingerprint": _digest(finding.path, finding.fingerprint),
                "severity": "info" if unknown else _WORDS[finding.severity],
                "location": {
                    "path": finding.path.removeprefix("./"),
                    "lines": {
                        "begin": finding.file_range.start.line,
                        "end": finding.file_range.end.line,
                    },
                },
            }
        )
    for skip in report.skipped:
        issues.append(
            {
                "description": f"skipped: {skip.reason}",
                "check_name": "skipped",
                "fingerprint": _digest(skip.path, skip.reason),
                "severity": "info",
                "location": {"path": skip.path.removeprefix("./"), "lines": {"begin": 1, "end": 1}},
            }
        )
    return json.dumps(issues, indent=2) + "\n"


def _digest(*texts: str) -> str:
    content = "\0".join(texts).encode("utf-8", "surrogatepass")
    return hashlib.sha256(content).hexdigest()[:40]


OUTPUT = LintOutput("gitlab", render)
