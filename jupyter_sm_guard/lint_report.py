"""What a run of the linter says: findings with their places, what was not read, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from .model import IntegrityFlag, Resource, Severity, Status, Waiver


@dataclass(frozen=True)
class Point:
    """A place in a text; both count from 1, columns in characters."""

    line: int
    column: int


@dataclass(frozen=True)
class Range:
    """From `start` up to and without `end`."""

    start: Point
    end: Point


@dataclass(frozen=True)
class CellName:
    """Which cell: `index` counts from 0; `id` is there from nbformat 4.5 on."""

    index: int
    id: str | None


@dataclass(frozen=True)
class Change:
    """Replace a file's characters from `start` to `end`: offsets in the decoded file."""

    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Repair:
    """A fix: what it does, whether the code then does the same in all but that, and the text that
    changes."""

    message: str
    safe: bool
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class RelatedPlace:
    """Another place that matters, such as where a value came from."""

    cell: CellName
    range: Range
    file_range: Range
    message: str


@dataclass(frozen=True)
class LintFinding:
    """One finding. `range` is in the cell, `file_range` in the file as an editor opens it;
    `excerpt` is the line it starts in, empty where that could show a secret. With `waiver`, the
    admin's exception, it is shown and does not count."""

    check: str
    severity: Severity
    confidence: str
    status: Status
    path: str
    cell: CellName
    range: Range
    file_range: Range
    message: str
    controls: tuple[str, ...]
    fix: Repair | None
    related: tuple[RelatedPlace, ...] = ()
    excerpt: str = ""
    fingerprint: str = ""
    waiver: Waiver | None = None


@dataclass(frozen=True)
class Skip:
    """Something that was not looked at, and why. `blind` says that a finding may hide there."""

    path: str
    reason: str
    blind: bool = True


@dataclass(frozen=True)
class RuleNote:
    """What outputs tell about a rule beside its findings."""

    title: str
    why: str
    how: str


@dataclass(frozen=True)
class LintReport:
    """Findings in order of path and place. `unknown` counts what could not be decided, `hidden`
    what a baseline or a suppression holds back."""

    schema: int
    kind: str
    version: str
    resource: Resource
    observed_at: datetime
    integrity: tuple[IntegrityFlag, ...]
    findings: tuple[LintFinding, ...]
    turned_off: tuple[str, ...]
    contact: str | None
    files: int
    cells: int
    skipped: tuple[Skip, ...]
    unknown: int = 0
    suppressed: int = 0
    in_baseline: int = 0
    posture: tuple[str, ...] = ()
    profile: str = "default"
    rules: tuple[tuple[str, RuleNote], ...] = ()


def summary(report: LintReport) -> str:
    """The line that closes every run: nothing is silently skipped."""
    skips = len(report.skipped)
    text = f"Checked {_count(report.files, 'file')}, {_count(report.cells, 'cell')}, "
    text += f"skipped {skips}"
    if skips:
        reasons: dict[str, int] = {}
        for skip in report.skipped:
            reason = skip.reason.partition(" (")[0].rpartition(": ")[2]
            reasons[reason] = reasons.get(reason, 0) + 1
        ordered = sorted(reasons.items(), key=lambda item: (-item[1], item[0]))
        words = [f"{number} {reason}" for reason, number in ordered[:4]]
        more = len(ordered) - 4
        text += f" ({'; '.join(words)}{f'; {more} other reasons' if more > 0 else ''})"
    return text


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
