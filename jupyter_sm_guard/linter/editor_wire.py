"""What passes between an editor and the linter: requests that are checked, findings in UTF-16."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from .. import catalog
from ..gate import Entry, entries
from ..notebook import OUTPUT_LIMIT, Cell
from ..rule import Fix
from .selection import Found

CELLS = 20_000
"""Cells of a document that is linted while it is open."""
LONGEST_ID = 200
LONGEST_PATH = 4096


class RequestError(ValueError):
    """A request that can't be answered: a status for HTTP, and a reason code."""

    def __init__(self, status: int, reason: str):
        super().__init__(reason)
        self.status, self.reason = status, reason


def options(given: Mapping[str, Any]) -> tuple[str | None, tuple[str, ...]]:
    """Profile, and the rules that are off; None for what the settings beside the file say."""
    profile, off = given.get("profile"), given.get("off", [])
    if profile not in (None, "default", "strict"):
        raise RequestError(400, "BAD_REQUEST")
    if not isinstance(off, list) or not all(isinstance(name, str) for name in off):
        raise RequestError(400, "BAD_REQUEST")
    return profile, tuple(name for name in off if name in _ENTRIES)


def on_disk(path: str, root: str) -> str:
    """Where a document lies, so that the settings beside it count; never outside of the root."""
    if not root:
        return os.devnull
    whole = os.path.normpath(os.path.join(root, path.lstrip("/")))
    return whole if Path(whole).is_relative_to(root) else os.devnull


def text(given: Mapping[str, Any], name: str, longest: int) -> str:
    value = given.get(name)
    if not isinstance(value, str) or len(value) > longest or "\0" in value:
        raise RequestError(400, "BAD_REQUEST")
    return value


def source_of(cell: Mapping[str, Any]) -> str:
    source = cell.get("source")
    if not isinstance(source, str):
        raise RequestError(400, "BAD_REQUEST")
    return source


def cell_of(number: int, id: str, given: Mapping[str, Any]) -> Cell:
    kind, language = given.get("type"), given.get("language", "python")
    outputs, tags = given.get("outputs", []), given.get("tags", [])
    if kind not in ("code", "markdown", "raw") or not isinstance(language, str):
        raise RequestError(400, "BAD_REQUEST")
    if not isinstance(outputs, list) or not all(isinstance(text, str) for text in outputs):
        raise RequestError(400, "BAD_REQUEST")
    return Cell(
        number, id, kind, source_of(given), ("cells", number, "source"),
        language=language.lower()[:40], metadata={"tags": tags},
        outputs=[{"output_type": "stream", "text": text[:OUTPUT_LIMIT]} for text in outputs],
    )  # fmt: skip


Place = Callable[[int], tuple[Cell, str, str] | None]
"""Of a cell's number: the cell, its id, and what stands before it in its editor."""


def plain(found: Found, severity: str, place: Place) -> dict[str, Any]:
    """A finding as the browser takes it; offsets count UTF-16 units from the editor's start, `last`
    is where the statement ends, `output` the number of the text output that it is in."""
    given: dict[str, Any] = {
        "check": found.rule,
        "severity": severity,
        "controls": list(_ENTRIES[found.rule].controls),
        "message": found.message,
        "likely": found.likely,
        "start": 0,
        "end": 0,
        "last": 0,
        "line": 1,
        "output": None,
        "fix": None,
    }
    there = place(found.cell)
    if found.output is not None or there is None:
        numbers = [part for part in (found.output or ())[3:] if isinstance(part, int)]
        return {**given, "output": numbers[0] if numbers else 0}
    cell, _, before = there
    base = units(before)
    given["start"] = base + units(cell.source[: found.start])
    given["end"] = base + units(cell.source[: found.end])
    given["last"] = base + units(cell.source[: max(found.extent, found.end)])
    given["line"] = f"{before}{cell.source[: found.start]}".count("\n") + 1
    given["fix"] = _fix(found.fix, place)
    return given


def _fix(fix: Fix | None, place: Place) -> dict[str, Any] | None:
    """A fix as edits, each with the text that must still stand there."""
    if fix is None:
        return None
    edits = []
    for edit in fix.edits:
        there = place(edit.cell) if edit.cell is not None else None
        if there is None:
            return None
        cell, id, before = there
        start = units(before) + units(cell.source[: edit.start])
        old = cell.source[edit.start : edit.end]
        end = start + units(old)
        edits.append({"cell": id, "start": start, "end": end, "old": old, "text": edit.text})
    return {"message": fix.message, "safe": fix.safe, "edits": edits}


def units(text: str) -> int:
    """How long an editor takes a text to be."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


_ENTRIES: dict[str, Entry] = entries()
_NOTES: dict[str, dict[str, Any]] = {}


def note(name: str) -> dict[str, Any]:
    """What is said of a rule beside its findings."""
    if name not in _NOTES:
        rule = catalog.rule(name)
        told = ("title", "what", "why", "how")
        _NOTES[name] = {field: getattr(rule, field) for field in told}
    return _NOTES[name]
