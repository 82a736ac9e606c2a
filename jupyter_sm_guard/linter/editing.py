"""What an editor sends and gets: documents by their key, cells by their ids, places in UTF-16."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..notebook import Cell, DocumentError, read
from ..place import Place
from .editor_wire import (
    CELLS,
    LONGEST_ID,
    LONGEST_PATH,
    RequestError,
    cell_of,
    note,
    on_disk,
    options,
    plain,
    source_of,
    text,
)
from .live import Live
from .run import Run, Wish, lint

DOCUMENTS = 8
"""Documents kept; the one that was not asked about for longest makes room."""
BUDGET = 0.05
"""Seconds of work for one answer; what waits then is for the next request."""
_KINDS = ("notebook", "python", "shell")


@dataclass
class _Open:
    """A document as it was last told, and what was last answered about its cells."""

    live: Live
    settings: tuple[object, ...]
    revision: int = 0
    ids: list[str] = field(default_factory=list)
    numbers: dict[str, int] = field(default_factory=dict)
    told: dict[str, str] = field(default_factory=dict)
    next: int = 0


class Editing:
    """All documents that are open. Every method raises RequestError for what is no request."""

    def __init__(self, place: Place, clock: Callable[[], float] = time.monotonic):
        self.place = place
        self.clock = clock
        self.documents: dict[str, _Open] = {}

    def answer(
        self, given: Mapping[str, Any], posture: tuple[str, ...] | None, root: str
    ) -> object:
        """The findings that are others than those of the last answer, by cell. `root` is the folder
        that paths are relative to, empty where there is none."""
        if "content" in given:
            return self._file(given, posture, root)
        end = self.clock() + BUDGET
        opened = self._opened(given, posture, root)
        opened.live.work(lambda: self.clock() >= end)
        return self._told(opened)

    def _opened(
        self, given: Mapping[str, Any], posture: tuple[str, ...] | None, root: str
    ) -> _Open:
        key, path = text(given, "document", LONGEST_ID), text(given, "path", LONGEST_PATH)
        kind = text(given, "kind", 20)
        if kind not in _KINDS:
            raise RequestError(400, "BAD_REQUEST")
        base, revision = given.get("base"), given.get("revision")
        settings = (path, kind, posture, root, *options(given))
        opened = self.documents.pop(key, None)
        if base is not None and (opened is None or opened.revision != base):
            raise RequestError(409, "UNKNOWN_BASE")
        if base is None:
            opened = None
        if opened is None:
            opened = _Open(self._live(path, kind, posture, root, given), settings)
        elif opened.settings != settings:
            raise RequestError(409, "UNKNOWN_BASE")
        if type(revision) is not int:
            raise RequestError(400, "BAD_REQUEST")
        self._change(opened, given)
        opened.revision = revision
        self.documents[key] = opened
        while len(self.documents) > DOCUMENTS:
            del self.documents[next(iter(self.documents))]
        return opened

    def _live(
        self,
        path: str,
        kind: str,
        posture: tuple[str, ...] | None,
        root: str,
        given: Mapping[str, Any],
    ) -> Live:
        profile, off = options(given)
        run = Run(Wish((), profile=profile, posture=posture, ignore=off), self.place)
        return Live(path, kind, run.selection_for(run.settings_for(on_disk(path, root))))

    def _change(self, opened: _Open, given: Mapping[str, Any]) -> None:
        cells, order = given.get("cells", []), given.get("order")
        if not isinstance(cells, list) or not all(isinstance(cell, dict) for cell in cells):
            raise RequestError(400, "BAD_REQUEST")
        if opened.live.kind != "notebook":
            if cells:
                self._script(opened, source_of(cells[0]))
            return
        ids = opened.ids if order is None else _ids(order)
        made = [self._named(opened, cell) for cell in cells]
        there = set(ids)
        opened.numbers = {id: n for id, n in opened.numbers.items() if id in there}
        if len(opened.numbers) < len(ids):
            raise RequestError(409, "UNKNOWN_BASE")
        opened.ids = ids
        if made or order is not None:
            new = [cell for cell in made if cell.id in there]
            opened.live.change(new, [opened.numbers[id] for id in ids])

    def _named(self, opened: _Open, given: Mapping[str, Any]) -> Cell:
        id = text(given, "id", LONGEST_ID)
        if id not in opened.numbers:
            opened.numbers[id] = opened.next
            opened.next += 1
        return cell_of(opened.numbers[id], id, given)

    def _script(self, opened: _Open, source: str) -> None:
        """A script's cells are found anew each time; those that are the same stay what they are."""
        live = opened.live
        try:
            content = source.encode("utf-8", "surrogatepass").decode("utf-8", "replace").encode()
            cells = read(content, live.path, live.kind).cells
        except DocumentError:
            raise RequestError(400, "BAD_REQUEST") from None
        before = {index: kept.cell.source for index, kept in live.kept.items()}
        new = [cell for cell in cells if before.get(cell.index) != cell.source]
        opened.ids, opened.numbers = [""], {"": 0}
        if new or len(cells) != len(before):
            live.change(new, [cell.index for cell in cells])

    def _told(self, opened: _Open) -> object:
        live = opened.live
        found = live.found()
        names = {number: id for id, number in opened.numbers.items()}

        def place(number: int) -> tuple[Cell, str, str] | None:
            kept = live.kept.get(number)
            if kept is None:
                return None
            if live.kind == "notebook":
                return kept.cell, names.get(number, ""), ""
            before = live.order[: live.order.index(number)]
            return kept.cell, "", "".join(live.kept[i].cell.source for i in before)

        severities = {entry.name: entry.severity for entry in live.selection.entries}
        by_id: dict[str, list[Any]] = {}
        rules: dict[str, Any] = {}
        for index in live.order:
            for one in found.get(index, ()):
                id = names.get(index, "") if live.kind == "notebook" else ""
                by_id.setdefault(id, []).append(plain(one, severities[one.rule], place))
        fresh: dict[str, list[Any]] = {}
        digests: dict[str, str] = {}
        for id, listed in by_id.items():
            digests[id] = hashlib.sha256(repr(listed).encode("utf-8", "replace")).hexdigest()
            if opened.told.get(id) != digests[id]:
                fresh[id] = listed
                rules.update((one["check"], note(one["check"])) for one in listed)
        fresh.update((id, []) for id in opened.told if id not in digests)
        opened.told = digests
        return {
            "revision": opened.revision,
            "cells": fresh,
            "rules": rules,
            "more": bool(live.waiting),
            "mandatory": sorted(live.selection.mandatory),
            "posture": sorted(live.selection.posture),
        }

    def _file(self, given: Mapping[str, Any], posture: tuple[str, ...] | None, root: str) -> object:
        """A whole file at once, as the command line lints it."""
        path, content = text(given, "path", LONGEST_PATH), given["content"]
        if not isinstance(content, str):
            raise RequestError(400, "BAD_REQUEST")
        profile, ignored = options(given)
        wish = Wish(
            (), content.encode("utf-8", "surrogatepass"), on_disk(path, root), profile, posture,
            ignore=ignored, cached=False,
        )  # fmt: skip
        report = lint(wish, self.place)
        found = [
            {
                "check": one.check, "severity": one.severity.value, "message": one.message,
                "controls": list(one.controls), "cell": one.cell.index, "id": one.cell.id,
                "line": one.range.start.line, "confidence": one.confidence,
            }
            for one in report.findings
        ]  # fmt: skip
        skipped = [skip.reason for skip in report.skipped]
        rules = {name: note(name) for name in sorted({one.check for one in report.findings})}
        return {"path": path, "found": found, "skipped": skipped, "rules": rules}


def _ids(order: object) -> list[str]:
    """The cells' ids in their order, each once."""
    if not isinstance(order, list) or len(order) > CELLS:
        raise RequestError(400, "BAD_REQUEST")
    if not all(isinstance(id, str) and len(id) <= LONGEST_ID for id in order):
        raise RequestError(400, "BAD_REQUEST")
    if len(set(order)) < len(order):
        raise RequestError(400, "BAD_REQUEST")
    return order
