"""The Python cells of one document, and which of them a name or a word reaches."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable
from functools import cached_property

from .attributes import ANY, COPIES, MAKES_COPIES, SETS_ANY
from .bindings import CHANGING, MOST_BINDINGS, History
from .cell import PythonCell
from .circles import Circles


class Notebook:
    """The Python cells of one document and the names that they bind. A cell is parsed only when
    somebody asks about it, or about a name that stands in it."""

    def __init__(self) -> None:
        self.cells: list[PythonCell] = []
        self.circles = Circles()
        self._histories: dict[str, History | None] = {}
        self._renames: dict[str, bool] = {}

    def add(
        self,
        index: int,
        source: str,
        parse: Callable[[], ast.Module | None],
        text: Callable[[], str] | None = None,
    ) -> PythonCell:
        """The next cell, in their order. `parse` gives None for what is no Python, `text` what of
        the source is Python."""
        cell = PythonCell(self, index, source, parse, len(self.cells), text)
        self.cells.append(cell)
        return cell

    def history(self, name: str) -> History | None:
        """All that happens to a name; None where it is never bound."""
        if name not in self._histories:
            found = History()
            for cell in self.cells:
                if _may_bind(cell, name):
                    for binding in cell.bindings.get(name, ()):
                        found.add(binding)
            self._histories[name] = found if found.all else None
        return self._histories[name]

    def renames(self, name: str) -> bool:
        """Whether the name may stand for what has another one."""
        found = self._renames.get(name)
        if found is None:
            found = any(name in cell.source and may_bind(cell.source, name) for cell in self.cells)
            found = found or (self.has_classes and self.history(f".{name}") is not None)
            self._renames[name] = found
        return found

    @cached_property
    def has_classes(self) -> bool:
        """Whether attributes may be those of the notebook's own classes."""
        return any(has_class(cell.source) for cell in self.cells)

    @cached_property
    def repeats(self) -> bool:
        """Whether a value may be another one each time: there are loops or functions."""
        return any(_REPEATS.search(cell.source) for cell in self.cells)

    @cached_property
    def functions(self) -> frozenset[str]:
        """The names of all functions and classes that the notebook defines, and words more."""
        return frozenset(name for cell in self.cells for name in functions_in(cell.source))

    @cached_property
    def names_partial(self) -> bool:
        """Whether `functools.partial` may be used."""
        return any("partial" in cell.source for cell in self.cells)

    def reached(self, literals: Iterable[str]) -> set[int]:
        """The numbers of the cells that a value with one of the literals in its text could get
        into: those where one stands, those with a name that such a statement binds or a function's
        that it may call, and so on."""
        reached: set[int] = set()
        names: set[str] = set()
        seen: set[tuple[int, int]] = set()
        waiting: list[str] = []
        for cell in self.cells:
            if cell.holds(literals):
                reached.add(cell.number)
                waiting += cell.bound_where(lambda text: any(word in text for word in literals))
        while waiting:
            name = waiting.pop()
            if name in names:
                continue
            names.add(name)
            if name == "*":
                return {cell.number for cell in self.cells}
            for cell in self.cells_with(name, len(names)):
                reached.add(cell.number)
                waiting += cell.bound_with(name, seen)
        return reached

    def cells_with(self, name: str, asked: int = 0) -> Iterable[PythonCell]:
        """The cells in which a name stands; found by an index once many were asked for."""
        if asked > MOST_BINDINGS:
            return self._by_word.get(name, ())
        return [cell for cell in self.cells if name in cell.source and name in cell.words]

    @cached_property
    def _by_word(self) -> dict[str, list[PythonCell]]:
        found: dict[str, list[PythonCell]] = {}
        for cell in self.cells:
            for word in cell.words:
                found.setdefault(word, []).append(cell)
        return found


def _may_bind(cell: PythonCell, name: str) -> bool:
    """Whether a cell may bind a name or, with a dot before it, set an attribute."""
    if name in (ANY, COPIES):
        pattern = SETS_ANY if name == ANY else MAKES_COPIES
        return pattern.search(cell.source) is not None
    word = name.lstrip(".")
    is_there = word in cell.source and word in cell.words
    return is_there and (word is not name or may_bind(cell.source, name))


_DEFINED = re.compile(r"\b(?:def|class)[\s\\]+(\w+)")
_REPEATS = re.compile(r"\b(?:for|def)\b")
_CLASS = re.compile(r"\bclass[\s\\]|Namespace")
_SPACES = " \t\f"
_CHAIN = re.compile(r"(?:[ \t\f]*\.[ \t\f]*(\w+))*[ \t\f]*\(")
_MOST_LOOKED_AT = 64
"""Places of a name in one text, after which it may be bound as far as anybody wants to know."""


def functions_in(text: str) -> list[str]:
    """The names of the functions and classes that a text defines, and some words more."""
    return _DEFINED.findall(text) if "def" in text or "class" in text else []


def has_class(text: str) -> bool:
    """Whether a text may define a class, or make a namespace."""
    return ("class" in text or "Namespace" in text) and _CLASS.search(text) is not None


def may_bind(text: str, name: str) -> bool:
    """Whether something may happen to a name in the text, told without parsing it: false where each
    time it is only called, or a method of it that changes nothing. `*` is every name."""
    if name == "*":
        return "import *" in text
    end = 0
    for _ in range(_MOST_LOOKED_AT):
        start = text.find(name, end)
        if start < 0:
            return False
        end = start + len(name)
        if not _is_word(text, start, end) or _is_attribute(text, start):
            continue
        called = _CHAIN.match(text, end)
        if called is None or called[1] in CHANGING or _is_defined(text, start):
            return True
    return True


def _is_word(text: str, start: int, end: int) -> bool:
    around = text[start - 1 : start] + text[end : end + 1]
    return not any(character == "_" or character.isalnum() for character in around)


def _is_attribute(text: str, start: int) -> bool:
    """Of something that stands right before the dot; three dots are a prompt."""
    end = _ends_before(text, start, _SPACES)
    before = text[end - 2 : end - 1]
    return text.endswith(".", 0, end) and (before.isalnum() or before in tuple("_)]}'\""))


def _is_defined(text: str, start: int) -> bool:
    end = _ends_before(text, start, f"{_SPACES}\\\r\n")
    return text.endswith(("def", "class"), 0, end)


def _ends_before(text: str, at: int, blanks: str) -> int:
    """Where that ends which stands before a place and the blanks before it."""
    while at and text[at - 1] in blanks:
        at -= 1
    return at
