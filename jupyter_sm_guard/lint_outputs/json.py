"""The report as JSON: the envelope of `check`, with `"kind": "lint"`."""

from __future__ import annotations

import json

from ..lint_report import LintFinding, LintReport
from ..wire import Json, to_json
from . import Display, LintOutput

_ENVELOPE = ("schema", "kind", "version", "resource", "observed_at", "integrity")
_FINDING = ("check", "severity", "confidence", "status", "path", "cell", "range", "file_range",
            "message", "controls", "fix", "related", "fingerprint", "waiver")  # fmt: skip


def render(report: LintReport, display: Display) -> str:
    """Every field, findings in order."""
    del display
    content: dict[str, Json] = {name: to_json(getattr(report, name)) for name in _ENVELOPE}
    content["findings"] = [_finding(finding) for finding in report.findings]
    for name in ("turned_off", "contact", "files", "cells"):
        content[name] = to_json(getattr(report, name))
    content["skipped"] = [{"path": s.path, "reason": s.reason} for s in report.skipped]
    for name in ("unknown", "suppressed", "in_baseline", "posture", "profile"):
        content[name] = to_json(getattr(report, name))
    return json.dumps(content, indent=2) + "\n"


def _finding(finding: LintFinding) -> dict[str, Json]:
    return {name: to_json(getattr(finding, name)) for name in _FINDING}


OUTPUT = LintOutput("json", render)
