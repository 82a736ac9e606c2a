"""What rules find in the parts of cells, put where it stands in the document."""

from __future__ import annotations

from dataclasses import replace

from ..cells import Part
from ..notebook import Document
from ..rule import Edit, Fix, Match, Related, Rule
from .selection import Found, Outcome, Selection


class Matches:
    """The matches in one document, which go into its outcome."""

    def __init__(self, document: Document, selection: Selection, outcome: Outcome):
        self.document = document
        self.selection = selection
        self.outcome = outcome
        self.parts: dict[int, list[Part]] = {}
        self._doubted: dict[str, bool] = {}

    def _take(
        self,
        rule: Rule,
        match: Match,
        cell: int,
        part: Part | None,
        output: tuple[str | int, ...] | None = None,
    ) -> None:
        if match.strict and not self.selection.is_strict(rule.name):
            return
        if not match.unknown and self._doubts(rule):
            match = replace(match, unknown=True, fix=None)
        at = part.in_cell if part is not None else _same_place
        extent = match.end if match.extent is None else match.extent
        found = Found(
            rule.name, cell, at(match.start), at(match.end), match.message, at(extent), output,
            self._placed(match.fix, cell, part), self._related(match, cell, part),
            match.likely, match.unknown,
        )  # fmt: skip
        (self.outcome.unknown if match.unknown else self.outcome.found).append(found)

    def _placed(self, fix: Fix | None, cell: int, part: Part | None) -> Fix | None:
        if fix is None or part is None:
            return fix
        if part.escaped:
            return None
        edits = []
        for edit in fix.edits:
            gone = part.text[edit.start : edit.end]
            if not edit.text and (gone[:1] not in (" ", "\t") or "'" in gone or '"' in gone):
                return None  # it is more than a word and the blank before it
            start, end = part.in_cell(edit.start), part.in_cell(edit.end)
            edits.append(Edit(start, end, edit.text, cell))
        return replace(fix, edits=tuple(edits))

    def _related(self, match: Match, cell: int, part: Part | None) -> tuple[Related, ...]:
        moved = []
        for other in match.related:
            its = part if part is not None and part.alone and other.cell == cell else None
            if its is None:
                its = next((p for p in self.parts.get(other.cell, ()) if p.kind == "python"), None)
            at = its.in_cell if its is not None else _same_place
            moved.append(replace(other, start=at(other.start), end=at(other.end)))
        return tuple(moved)

    def _doubts(self, rule: Rule) -> bool:
        """Whether something in the document decides what the rule can't see."""
        if rule.name not in self._doubted:
            code = [cell.source for cell in self.document.cells if cell.kind == "code"]
            is_there = any(literal in source for literal in rule.unless for source in code)
            self._doubted[rule.name] = is_there
        return self._doubted[rule.name]


def _same_place(offset: int) -> int:
    return offset
