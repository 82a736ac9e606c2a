"""Calls and assignments as they stand, followed only as far as somebody asks."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from functools import cache, cached_property
from typing import TYPE_CHECKING

from ..values import Value, unknown
from .arguments import Given, arguments_of, given_to, is_partial

if TYPE_CHECKING:
    from .cell import PythonCell


class Call:
    """A call as it stands: what is called, with what. `name` is dotted and without aliases, None
    where it is unknown; `open` says that arguments come from where they can't be seen. Arguments
    are followed only when they are asked for."""

    def __init__(self, cell: PythonCell, node: ast.Call):
        self.cell = cell
        self.node = node
        self.method = node.func.attr if isinstance(node.func, ast.Attribute) else None

    @cached_property
    def name(self) -> str | None:
        """The dotted name of what is called."""
        function = self.function
        return function.name if function.kind == "reference" else None

    def may_be(self, names: frozenset[str]) -> bool:
        """Whether what is called may have one of these names, by the last part of each: told from
        the text alone, so that most calls need not be followed."""
        function = self.node.func
        notebook = self.cell.notebook
        if isinstance(function, ast.Attribute):
            is_set = notebook.has_classes and notebook.renames(function.attr)
            return function.attr in names or is_set
        if isinstance(function, ast.Name):
            return function.id in names or notebook.renames(function.id)
        return True

    def is_named(self, names: frozenset[str]) -> bool:
        """Whether what is called has one of these dotted names; followed only where it may."""
        return self.may_be(_last_parts(names)) and self.name in names

    @cached_property
    def function(self) -> Value:
        """What is called; of `functools.partial`, the function inside."""
        function = self.cell.value(self.node.func)
        return function.arguments[0] if is_partial(function) else function

    @cached_property
    def receiver(self) -> Value:
        """What a method is called on."""
        function = self.node.func
        if isinstance(function, ast.Attribute):
            return self.cell.value(function.value)
        return unknown("no receiver")

    @cached_property
    def _given(self) -> Given:
        return given_to(self.cell.value(self.node.func), arguments_of(self.cell, self.node, 0))

    @property
    def arguments(self) -> tuple[Value, ...]:
        """The arguments without a name."""
        return self._given[0]

    @cached_property
    def _is_partial(self) -> bool:
        return self.cell.notebook.names_partial and is_partial(self.cell.value(self.node.func))

    @cached_property
    def keywords(self) -> Mapping[str, Value]:
        """The arguments with a name, those of `**{…}` included."""
        written = {k.arg: k.value for k in self.node.keywords if k.arg is not None}
        is_plain = len(written) == len(self.node.keywords) and not self._is_partial
        return _Written(self.cell, written) if is_plain else self._given[1]

    @property
    def open(self) -> bool:
        """Whether there may be more arguments."""
        return self._given[2]

    @cached_property
    def _span(self) -> tuple[int, int]:
        return self.cell.span(self.node)

    @property
    def start(self) -> int:
        """Where the call starts."""
        return self._span[0]

    @property
    def end(self) -> int:
        """Where the call ends."""
        return self._span[1]

    @property
    def name_end(self) -> int:
        """Where what is called ends: before the bracket."""
        return self.cell.span(self.node.func)[1]

    def argument(self, name: str, position: int | None = None) -> Value | None:
        """The argument of that name, or at that place; None where it is not given."""
        if name in self.keywords:
            return self.keywords[name]
        if position is None:
            return None
        before = [] if self._is_partial else self.node.args[: position + 1]
        if position < len(before) and not any(isinstance(a, ast.Starred) for a in before):
            return self.cell.value(before[position])
        return self.arguments[position] if position < len(self.arguments) else None


@cache
def _last_parts(names: frozenset[str]) -> frozenset[str]:
    return frozenset(name.rpartition(".")[2] for name in names)


class _Written(Mapping[str, Value]):
    """Arguments by their names, each followed when it is asked for."""

    def __init__(self, cell: PythonCell, nodes: dict[str, ast.expr]):
        self.cell = cell
        self.nodes = nodes

    def __getitem__(self, name: str) -> Value:
        return self.cell.value(self.nodes[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self.nodes)

    def __len__(self) -> int:
        return len(self.nodes)

    def __contains__(self, name: object) -> bool:
        return name in self.nodes


class Assignment:
    """`target = value` or `target[key] = value`. `key` and `value` are followed only when they are
    asked for; `target` is dotted and without aliases, `node` is the value as it is written."""

    def __init__(self, cell: PythonCell, node: ast.stmt, target: ast.expr, value: ast.expr):
        self._cell, self._statement, self._target, self.node = cell, node, target, value

    @property
    def target(self) -> str | None:
        """What is assigned to, without the key."""
        target = self._target
        return self._cell.written(target.value if isinstance(target, ast.Subscript) else target)

    @property
    def key(self) -> Value | None:
        """The key, where a subscript is assigned to."""
        target = self._target
        return self._cell.value(target.slice) if isinstance(target, ast.Subscript) else None

    @property
    def value(self) -> Value:
        """What is assigned."""
        return self._cell.value(self.node)

    @property
    def start(self) -> int:
        """Where the statement starts."""
        return self._cell.span(self._statement)[0]

    @property
    def end(self) -> int:
        """Where the statement ends."""
        return self._cell.span(self._statement)[1]
