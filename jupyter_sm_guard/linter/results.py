"""One file's result as plain data: made in any process, kept in the cache, turned into findings."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from ..gate import Entry
from ..lint_report import (
    CellName,
    Change,
    LintFinding,
    Point,
    Range,
    RelatedPlace,
    Repair,
    Skip,
)
from ..model import Severity, Status
from ..notebook import Cell, Document, DocumentError, read
from ..redaction import redacted
from ..rule import Fix, Rule
from ..secrets import find
from .engine import lint_document
from .places import Places, in_text
from .selection import Found, Selection

LONGEST_EXCERPT = 200
Plain = dict[str, Any]


def of_bytes(content: bytes, path: str, kind: str | None, selection: Selection) -> Plain:
    """What linting a file gave. Never raises for what the file holds."""
    try:
        document = read(content, path, kind)
        outcome = lint_document(document, selection)
        written = list(_all(document, outcome.found, selection, "FAILED"))
        unknown = list(_all(document, outcome.unknown, selection, "UNKNOWN"))
    except DocumentError as error:
        return skipped(str(error))
    except (MemoryError, RecursionError) as error:
        return skipped(f"needs more than there is ({type(error).__name__})")
    return {
        "cells": len(document.cells),
        "skipped": [[reason, ": only searched" not in reason] for reason in outcome.skipped],
        "found": written,
        "unknown": unknown,
        "suppressed": outcome.suppressed,
    }


def skipped(reason: str) -> Plain:
    """The result for a file that could not be read."""
    return {"cells": 0, "skipped": [[reason, True]], "found": [], "unknown": [], "suppressed": 0}


def _all(
    document: Document, found: list[Found], selection: Selection, status: str
) -> Iterator[Plain]:
    if not found:
        return
    cells = {cell.index: cell for cell in document.cells}
    places = Places(document)
    seen: dict[str, int] = {}
    rules = {one.rule: selection.load(one.rule) for one in found}
    secret = {_line_start(one, cells) for one in found if rules[one.rule].group == "secret"}
    for one in found:
        plain = _plain(one, cells, places, rules[one.rule], status, seen)
        if _line_start(one, cells) in secret:
            plain["excerpt"] = ""
        yield plain


def _line_start(found: Found, cells: dict[int, Cell]) -> tuple[int, bool, int]:
    source = cells[found.cell].source if found.output is None else ""
    return found.cell, found.output is None, source.rfind("\n", 0, found.start) + 1


@lru_cache(maxsize=64)  # many rules have something to say of one line
def _shows_secret(line: str) -> bool:
    """Whether a line that another rule marks holds what no report may repeat."""
    return bool(find(line)) or redacted(line) != line


def _plain(
    found: Found,
    cells: dict[int, Cell],
    places: Places,
    rule: Rule,
    status: str,
    seen: dict[str, int],
) -> Plain:
    cell = cells[found.cell]
    place, text = cell.place, cell.source
    if found.output is not None:
        place = found.output
        text = next((o.text for o in cell.outputs() if o.place == place), "")
    line = _line(text, found.start)
    key = f"{found.rule}\0{' '.join(line.split())}"
    seen[key] = seen.get(key, 0) + 1
    digest = hashlib.sha256(f"{key}\0{seen[key]}".encode("utf-8", "surrogatepass")).hexdigest()
    return {
        "check": found.rule,
        "confidence": "likely" if found.likely else rule.confidence,
        "status": status,
        "cell": [cell.index, cell.id],
        "range": _numbers(in_text(text, found.start, found.end)),
        "file_range": _numbers(places.range(place, found.start, found.end)),
        "message": found.message,
        "fix": None if found.output is not None else _repair(found.fix, cells, places),
        "related": [
            [
                [other.cell, cells[other.cell].id],
                _numbers(in_text(cells[other.cell].source, other.start, other.end)),
                _numbers(places.range(cells[other.cell].place, other.start, other.end)),
                other.message,
            ]
            for other in found.related
            if other.cell in cells
        ],
        "excerpt": "" if _shows_secret(line[: 9 * LONGEST_EXCERPT]) else line[:LONGEST_EXCERPT],
        "fingerprint": digest[:32],
    }


def _line(text: str, offset: int) -> str:
    start = text.rfind("\n", 0, offset) + 1
    end = text.find("\n", offset)
    return text[start : len(text) if end < 0 else end].rstrip("\r")


def _numbers(place: Range) -> list[int]:
    return [place.start.line, place.start.column, place.end.line, place.end.column]


def _repair(fix: Fix | None, cells: dict[int, Cell], places: Places) -> Plain | None:
    """A fix as changes of the file; None where it would not stay within one line of the JSON."""
    if fix is None:
        return None
    changes = []
    for edit in fix.edits:
        cell = cells.get(edit.cell if edit.cell is not None else -1)
        if cell is None or not places.same_string(cell.place, edit.start, edit.end):
            return None
        text = edit.text
        if places.document.kind == "notebook":
            text = json.dumps(text, ensure_ascii=False)[1:-1]
        if edit.end > edit.start:
            start = places.offset(cell.place, edit.start)
            end = _after(places, cell, edit.end)
        elif edit.start:  # an insertion stands right behind the character before it
            start = end = _after(places, cell, edit.start)
        else:
            start = end = places.offset(cell.place, 0)
        changes.append([start, end, text])
    return {"message": fix.message, "safe": fix.safe, "changes": changes}


def _after(places: Places, cell: Cell, index: int) -> int:
    """The offset in the file right behind the character before `index`."""
    last = places.offset(cell.place, index - 1)
    return places.after(last)


def finding(plain: Plain, path: str, rule: Entry) -> LintFinding:
    """The finding that a file's plain result holds."""
    fix = plain["fix"]
    return LintFinding(
        check=plain["check"],
        severity=Severity(rule.severity),
        confidence=plain["confidence"],
        status=Status(plain["status"]),
        path=path,
        cell=CellName(*plain["cell"]),
        range=_range(plain["range"]),
        file_range=_range(plain["file_range"]),
        message=plain["message"],
        controls=rule.controls,
        fix=None
        if fix is None
        else Repair(fix["message"], fix["safe"], tuple(Change(*c) for c in fix["changes"])),
        related=tuple(
            RelatedPlace(CellName(*cell), _range(own), _range(raw), message)
            for cell, own, raw, message in plain["related"]
        ),
        excerpt=plain["excerpt"],
        fingerprint=plain["fingerprint"],
    )


def _range(numbers: list[int]) -> Range:
    return Range(Point(numbers[0], numbers[1]), Point(numbers[2], numbers[3]))


def skips(plain: Plain, path: str) -> list[Skip]:
    """What was not looked at in a file."""
    return [Skip(path, reason, blind) for reason, blind in plain["skipped"]]
