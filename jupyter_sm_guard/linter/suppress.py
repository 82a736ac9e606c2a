"""Suppressions: comments, tags and metadata that hold a finding back, with a reason.

    # sm-guard: ignore[sudo-in-cell] the base image lacks it until=2027-01-31

At the end of a line it is about findings in that line, alone on a line about the next one too;
`ignore-cell[…]` is about the whole cell. A cell's tag `sm-guard: ignore[…]` and the metadata
`{"sm-guard": {"ignore": [{"rule": "…", "reason": "…", "until": "…"}]}}` of a cell or the notebook
say the same.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date

from ..notebook import Cell, Document

WORD = "sm-guard"
_DIRECTIVE = re.compile(
    r"sm-guard:[ \t]*(ignore(?:-cell)?)\b(?:\[([^\]\n]{0,500})\])?([^\n]{0,500})"
)
_UNTIL = re.compile(r"\buntil=(\S+)")


@dataclass
class Suppression:
    """One directive. `lines` are the cell's lines that it covers, None for all; `cell` None for the
    whole notebook; `start` and `end` where it stands in the cell's source."""

    rules: tuple[str, ...]
    reason: str
    cell: int | None
    lines: tuple[int, int] | None
    start: int = 0
    end: int = 0
    until: date | None = None
    problem: str = ""
    used: set[str] = field(default_factory=set)

    def covers(self, cell: int, first: int, last: int) -> bool:
        """Whether a finding from line `first` to `last` of a cell lies in it."""
        if self.cell is not None and self.cell != cell:
            return False
        return self.lines is None or (first <= self.lines[1] and self.lines[0] <= last)

    def expired(self, today: date) -> bool:
        """Whether its last day is over."""
        return self.until is not None and self.until < today


def find(document: Document) -> list[Suppression]:
    """Every suppression in a document, in order; the notebook's own first."""
    found = list(_in_metadata(document.metadata, None))
    for cell in document.cells:
        if WORD in cell.source:
            found += _in_source(cell)
        found += [s for tag in cell.tags for s in _in_tag(tag, cell.index)]
        found += _in_metadata(cell.metadata, cell.index)
    return found


def _in_source(cell: Cell) -> Iterator[Suppression]:
    source = cell.source
    for match in _DIRECTIVE.finditer(source):
        start = source.rfind("\n", 0, match.start()) + 1
        before = source[start : match.start()].rstrip()
        if not before.endswith(("#", "<!--", "//")):
            continue
        line = source.count("\n", 0, match.start()) + 1
        alone = before in ("#", "<!--", "//")
        lines = None if match[1] == "ignore-cell" else (line, line + 1 if alone else line)
        rest = match[3].replace("-->", "").strip()
        made = _made(match[2], rest, cell.index, lines)
        made.start, made.end = match.start(), match.start() + len(match[0].rstrip())
        yield made


def _in_tag(tag: str, cell: int) -> Iterator[Suppression]:
    match = _DIRECTIVE.search(tag)
    if match is not None:
        yield _made(match[2], match[3].strip(), cell, None)


def _in_metadata(metadata: dict[str, object], cell: int | None) -> Iterator[Suppression]:
    own = metadata.get(WORD)
    entries = own.get("ignore") if isinstance(own, dict) else None
    if isinstance(entries, (str, dict)):
        entries = [entries]
    for entry in entries if isinstance(entries, list) else ():
        given = entry if isinstance(entry, dict) else {"rule": entry}
        rules = given.get("rule", given.get("rules", ""))
        names = ",".join(map(str, rules)) if isinstance(rules, list) else str(rules)
        made = _made(names, str(given.get("reason") or ""), cell, None)
        if given.get("until") is not None:
            _set_until(made, str(given["until"]))
        yield made


def _made(
    names: str | None, rest: str, cell: int | None, lines: tuple[int, int] | None
) -> Suppression:
    rules = tuple(name.strip() for name in (names or "").split(",") if name.strip())
    until = _UNTIL.search(rest)
    made = Suppression(rules, _UNTIL.sub("", rest).strip(" \t:-\u2013\u2014"), cell, lines)
    if until is not None:
        _set_until(made, until[1])
    if not rules:
        made.problem = "names no rule; write sm-guard: ignore[rule-name] and why"
    return made


def _set_until(made: Suppression, text: str) -> None:
    try:
        made.until = date.fromisoformat(text)
    except ValueError:
        made.until = date.min  # a date that nobody can read holds nothing back
        made.problem = f"until={text[:20]} is no date like 2027-01-31"


def problems(
    suppressions: list[Suppression], known: Collection[str], judged: Collection[str], today: date
) -> Iterator[tuple[str, Suppression, str]]:
    """What is wrong with suppressions: a hygiene rule's name, which one, and what to say. `judged`
    are the rules of which it is known whether they found anything."""
    for one in suppressions:
        if one.problem:
            yield "unused-suppression", one, one.problem
            continue
        if one.expired(today):
            message = f"this suppression ended on {one.until}"
            yield "expired-suppression", one, message
        elif not one.reason:
            yield "suppression-without-reason", one, "this suppression does not say why"
        for name in one.rules:
            if name not in known:
                close = difflib.get_close_matches(name, known, 1)
                hint = f"; did you mean {close[0]}?" if close else ""
                yield "unused-suppression", one, f"there is no rule {name[:60]}{hint}"
            elif name in judged and name not in one.used and not one.expired(today):
                yield "unused-suppression", one, f"{name} finds nothing here"
