"""SARIF 2.1.0 for code scanning. Regions are lines and columns of the raw file, so that an
editor that opens the .ipynb finds the text there; the cell stands in the logical location."""

from __future__ import annotations

import json

from ..lint_report import CellName, LintFinding, LintReport, Range
from ..model import Severity, Status
from ..wire import Json
from . import Display, LintOutput, url_path, waiver_words

_LEVELS = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "note",
}
_SCORES = {
    Severity.CRITICAL: "9.5",
    Severity.HIGH: "8.0",
    Severity.MEDIUM: "5.5",
    Severity.LOW: "3.0",
}


def render(report: LintReport, display: Display) -> str:
    """One run; what was skipped are notifications of it."""
    del display
    names = sorted({finding.check for finding in report.findings})
    severities = {finding.check: finding.severity for finding in report.findings}
    notes = dict(report.rules)
    rules: list[Json] = [
        {
            "id": name,
            "shortDescription": {"text": notes[name].title if name in notes else name},
            "fullDescription": {"text": notes[name].why if name in notes else name},
            "help": {"text": notes[name].how if name in notes else name},
            "defaultConfiguration": {"level": _LEVELS[severities[name]]},
            "properties": {"security-severity": _SCORES[severities[name]], "tags": ["security"]},
        }
        for name in names
    ]
    notifications: list[Json] = [
        {
            "level": "warning" if skip.blind else "note",
            "message": {"text": f"skipped: {_valid(skip.reason)}"},
            "locations": [{"physicalLocation": {"artifactLocation": {"uri": _uri(skip.path)}}}],
        }
        for skip in report.skipped
    ]
    run: dict[str, Json] = {
        "tool": {"driver": {"name": "jupyter-sm-guard", "version": report.version, "rules": rules}},
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding, names) for finding in report.findings],
        "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": notifications}],
    }
    schema = "https://json.schemastore.org/sarif-2.1.0.json"
    return json.dumps({"$schema": schema, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _result(finding: LintFinding, names: list[str]) -> dict[str, Json]:
    result: dict[str, Json] = {
        "ruleId": finding.check,
        "ruleIndex": names.index(finding.check),
        "level": _LEVELS[finding.severity],
        "message": {"text": _valid(finding.message)},
        "locations": [_location(finding.path, finding.cell, finding.range, finding.file_range)],
        "partialFingerprints": {"smGuard/v1": finding.fingerprint},
        "properties": {"confidence": finding.confidence, "controls": list(finding.controls)},
    }
    if finding.status is Status.UNKNOWN:
        result["kind"], result["level"] = "review", "none"
    if finding.waiver is not None:
        why = _valid(waiver_words(finding.waiver))
        result["suppressions"] = [{"kind": "external", "justification": why}]
    if finding.related:
        result["relatedLocations"] = [
            {
                **_location(finding.path, place.cell, place.range, place.file_range),
                "message": {"text": _valid(place.message)},
            }
            for place in finding.related
        ]
    return result


def _location(path: str, cell: CellName, own: Range, raw: Range) -> dict[str, Json]:
    name = f"cell[{cell.index}]" + (f" {_valid(cell.id)}" if cell.id is not None else "")
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": _uri(path)},
            "region": {
                "startLine": raw.start.line,
                "startColumn": raw.start.column,
                "endLine": raw.end.line,
                "endColumn": raw.end.column,
            },
        },
        "logicalLocations": [{"name": name, "kind": "member"}],
        "properties": {"cellLine": own.start.line, "cellColumn": own.start.column},
    }


def _uri(path: str) -> str:
    """Relative to the working folder, as the paths of a report are; else an address of its own."""
    if path.startswith("/"):
        return f"file://{url_path(path)}"
    return url_path(path.removeprefix("./"))


def _valid(text: str) -> str:
    """Without halves of characters, which JSON readers refuse."""
    return text.encode("utf-8", "replace").decode()


OUTPUT = LintOutput("sarif", render)
