"""What a call of one of the notebook's own functions gives: what its one `return` does, or all of
them alike. Its parameters are what all of its calls give, where they give the same."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from ..values import Value, unknown
from .lookup import same

if TYPE_CHECKING:
    from .cell import PythonCell

_MOST_RETURNS = 8


def returned(cell: PythonCell, function: ast.FunctionDef, depth: int) -> Value:
    """What the function gives; unknown where that takes more than one answer."""
    nodes = cell.given_by(function)
    is_plain = not function.decorator_list and _returns(function.body)
    if is_plain and len(nodes) <= _MOST_RETURNS:
        given = [node.value for node in nodes if isinstance(node, ast.Return)]
        values = [cell.value(node, depth) for node in given if node is not None]
        if len(values) == len(nodes) and all(same(values[0], other) for other in values[1:]):
            return _of_any_call(values[0])
    return unknown("is what a function of the notebook gives")


def _returns(body: list[ast.stmt]) -> bool:
    """Whether the last statement gives something back, so that nothing falls off the end."""
    last = body[-1]
    return isinstance(last, ast.Return) or (isinstance(last, ast.With) and _returns(last.body))


def _of_any_call(value: Value) -> Value:
    """The value without what only some of the calls give."""
    parts = (value.items, value.arguments, tuple(value.entries.values()))
    inner = [tuple(map(_of_any_call, part)) for part in parts]
    entries = dict(zip(value.entries, inner[2], strict=True))
    is_same = not value.each and all(
        one is other for new, old in zip(inner, parts, strict=True)
        for one, other in zip(new, old, strict=True)
    )  # fmt: skip
    if is_same:
        return value
    return replace(value, each=(), items=inner[0], arguments=inner[1], entries=entries)
