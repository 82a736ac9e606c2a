"""One document through the gate to the rules, and what is suppressed taken out. Reads no file."""

from __future__ import annotations

import warnings
from dataclasses import replace

from ..gate import Entry
from ..notebook import Document
from ..rule_index import INDEX
from . import suppress
from .look import Look
from .selection import Found, Outcome, Selection

_MANDATORY = "the policy makes this rule mandatory, so its suppression does not count"


def lint_document(document: Document, selection: Selection) -> Outcome:
    """All matches of the selected rules, in document order."""
    outcome = Outcome(skipped=_other_languages(document))
    names, seen = selection.gate.candidates(document)
    if not selection.gated:
        names = [entry.name for entry in selection.applied]
    rules = [selection.load(name) for name in names]
    if rules:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of code that is read, not ours
            Look(document, rules, selection, outcome, seen).run()
    unique = {(f.rule, f.cell, f.output, f.start, f.end): f for f in outcome.found}
    outcome.found = list(unique.values())
    if _may_suppress(document):
        hold_back(document, selection, outcome)
    outcome.found.sort(key=lambda f: (f.cell, f.output is not None, f.start, f.end, f.rule))
    outcome.unknown.sort(key=lambda f: (f.cell, f.start, f.end, f.rule))
    return outcome


def _other_languages(document: Document) -> list[str]:
    spoken = {cell.language for cell in document.cells if cell.kind == "code"}
    others = sorted(spoken - {"python", "shell"})
    return [f"cells in {', '.join(others)}: only searched for secrets"] if others else []


def _may_suppress(document: Document) -> bool:
    return suppress.WORD in document.text


def hold_back(document: Document, selection: Selection, outcome: Outcome) -> None:
    """Take out what is suppressed, and report what is wrong with the suppressions themselves."""
    every = suppress.find(document)
    cells = {cell.index: cell.source for cell in document.cells}
    kept = []
    for found in outcome.found:
        source = cells[found.cell] if found.output is None else ""
        first = source.count("\n", 0, found.start) + 1
        last = source.count("\n", 0, max(found.extent, found.end)) + 1
        by = [
            one
            for one in every
            if found.rule in one.rules
            and (one.lines is None or found.output is None)
            and one.covers(found.cell, first, last)
            and not one.expired(selection.today)
        ]
        for one in by:
            one.used.add(found.rule)
        if not by:
            kept.append(found)
        elif found.rule in selection.mandatory:
            kept.append(replace(found, message=f"{found.message}; {_MANDATORY}"))
        else:
            outcome.suppressed += 1
    judged = [entry.name for entry in selection.entries if _decided(entry, selection)]
    known = selection.known or frozenset(INDEX)
    applied = {entry.name for entry in selection.entries}
    for name, one, message in suppress.problems(every, known, judged, selection.today):
        if name in applied:
            cell = one.cell if one.cell is not None else min(cells, default=0)
            kept.append(Found(name, cell, one.start, one.end, message, one.end))
    outcome.found = kept


def _decided(rule: Entry, selection: Selection) -> bool:
    """Whether a rule that found nothing would find nothing in a stricter run either."""
    if set(rule.posture) - selection.posture or rule.group == "hygiene":
        return False
    return selection.strict or not rule.strict_triggers
