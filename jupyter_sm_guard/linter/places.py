"""Where a cell's character stands in the raw file: an editor that opens the file finds it there."""

from __future__ import annotations

import re
from bisect import bisect_right
from json import JSONDecoder
from json.decoder import scanstring  # type: ignore[attr-defined]  # typeshed lacks it

from ..lint_report import Point, Range
from ..notebook import Document

_SPACE = re.compile(r"[ \t\r\n]*")
_ESCAPED = r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\."
_UNIT = re.compile(rf"{_ESCAPED}|[^\\]", re.DOTALL)
_ESCAPE = re.compile(rf'{_ESCAPED}|"', re.DOTALL)
_DECODER = JSONDecoder(strict=False)


class Places:
    """Places in one document's file. Everything is found on demand: few files have findings."""

    def __init__(self, document: Document):
        self.document = document
        self.text = document.text
        self._starts: list[int] | None = None
        self._escapes: dict[int, tuple[list[int], list[int]]] = {}
        self._values: dict[tuple[str | int, ...], int] = {}
        self._pieces: dict[tuple[str | int, ...], list[tuple[int, int, int]]] = {}

    def offset(self, place: tuple[str | int, ...], index: int) -> int:
        """The offset in the file of a character of the text at that place."""
        if self.document.kind != "notebook":
            return int(place[0]) + index
        pieces = self._pieces_of(place)
        if not pieces:
            return 0
        first, start, _ = pieces[max(0, bisect_right([p[0] for p in pieces], index) - 1)]
        return self._in_string(start, index - first)

    def same_string(self, place: tuple[str | int, ...], start: int, end: int) -> bool:
        """Whether a stretch lies in one JSON string, so that replacing it keeps the file valid."""
        if self.document.kind != "notebook":
            return True
        firsts = [piece[0] for piece in self._pieces_of(place)]
        return bool(firsts) and bisect_right(firsts, start) == bisect_right(
            firsts, max(start, end - 1)
        )

    def range(self, place: tuple[str | int, ...], start: int, end: int) -> Range:
        """A stretch of the text at that place, as lines and columns of the file."""
        first = self.offset(place, start)
        last = self.offset(place, end - 1) if end > start else first
        return Range(self.point(first), self.point(self.after(last) if end > start else last))

    def after(self, offset: int) -> int:
        """The offset in the file behind the character that stands at one."""
        match = _UNIT.match(self.text, offset) if self.document.kind == "notebook" else None
        return match.end() if match is not None else offset + 1

    def point(self, offset: int) -> Point:
        """Line and column of an offset in the file."""
        if self._starts is None:
            self._starts = [0, *(m.end() for m in re.finditer(r"\n", self.text))]
        line = bisect_right(self._starts, offset)
        return Point(line, offset - self._starts[line - 1] + 1)

    def _pieces_of(self, place: tuple[str | int, ...]) -> list[tuple[int, int, int]]:
        """The strings that the text at a place is made of: (first index, offset, length)."""
        if place not in self._pieces:
            self._pieces[place] = list(self._strings(self._value(place)))
        return self._pieces[place]

    def _strings(self, offset: int) -> list[tuple[int, int, int]]:
        text = self.text
        if text[offset : offset + 1] == '"':
            value, _ = scanstring(text, offset + 1, False)
            return [(0, offset + 1, len(value))]
        pieces, first = [], 0
        if text[offset : offset + 1] == "[":
            position = _skip(text, offset + 1)
            while text[position : position + 1] not in ("]", ""):
                if text[position] == '"':
                    value, end = scanstring(text, position + 1, False)
                    pieces.append((first, position + 1, len(value)))
                    first += len(value)
                else:
                    _, end = _DECODER.raw_decode(text, position)
                position = _skip(text, end)
                if text[position : position + 1] == ",":
                    position = _skip(text, position + 1)
        return pieces

    def _in_string(self, start: int, index: int) -> int:
        """The offset of the character `index` of the JSON string whose text begins at `start`."""
        if start not in self._escapes:
            self._escapes[start] = self._escapes_of(start)
        behind, offsets = self._escapes[start]
        last = bisect_right(behind, index) - 1
        return start + index if last < 0 else offsets[last] + index - behind[last]

    def _escapes_of(self, start: int) -> tuple[list[int], list[int]]:
        """Behind each escape of a string: the index in its value, the offset in the file."""
        behind: list[int] = []
        offsets: list[int] = []
        index, position = 0, start
        for match in _ESCAPE.finditer(self.text, start):
            if match[0] == '"':
                break
            index += match.start() - position + 1
            position = match.end()
            behind.append(index)
            offsets.append(position)
        return behind, offsets

    def _value(self, place: tuple[str | int, ...]) -> int:
        """The offset at which the value at a path starts."""
        if not place:
            return _skip(self.text, 0)
        if place not in self._values:
            self._index(place[:-1])
        return self._values.get(place, 0)

    def _index(self, place: tuple[str | int, ...]) -> None:
        """Note where every member of the object or list at a path starts."""
        text, position = self.text, self._value(place)
        is_object = text[position : position + 1] == "{"
        position, number = _skip(text, position + 1), 0
        while text[position : position + 1] not in ("]", "}", ""):
            key: str | int = number
            if is_object:
                key, position = scanstring(text, position + 1, False)
                position = _skip(text, _skip(text, position) + 1)
            self._values[(*place, key)] = position  # of a key given twice the last counts
            _, end = _DECODER.raw_decode(text, position)
            position, number = _skip(text, end), number + 1
            if text[position : position + 1] == ",":
                position = _skip(text, position + 1)


def _skip(text: str, position: int) -> int:
    match = _SPACE.match(text, position)
    return match.end() if match is not None else position


def in_text(text: str, start: int, end: int) -> Range:
    """A stretch of a cell's own text, as its lines and columns."""
    return Range(_point(text, start), _point(text, end))


def _point(text: str, offset: int) -> Point:
    return Point(text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset))
