"""What a call of one of the notebook's own functions gives: what its one `return` does, or all of
them alike. Its parameters are what this call gives, or what all of its calls do."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from ..values import Value, unknown
from .each import always, at_call
from .parameters import number_of
from .same import same

if TYPE_CHECKING:
    from .cell import PythonCell

_MOST_RETURNS = 8


def returned(
    cell: PythonCell,
    function: ast.FunctionDef | ast.Lambda,
    depth: int,
    call: ast.Call | None = None,
) -> Value:
    """What the function gives; unknown where that takes more than one answer."""
    if isinstance(function, ast.Lambda):
        return always(cell.value(function.body, depth))
    nodes = cell.given_by(function)
    is_plain = all(map(_keeps, function.decorator_list)) and _returns(function.body)
    if is_plain and len(nodes) <= _MOST_RETURNS:
        given = [node.value for node in nodes if isinstance(node, ast.Return)]
        values = [cell.value(node, depth) for node in given if node is not None]
        if len(values) == len(nodes) and all(same(values[0], other) for other in values[1:]):
            return at_call(values[0], function, number_of(cell, function, call, depth))
    return unknown("is what a function of the notebook gives")


_KEEPING = ("cached_property", "classmethod", "property", "staticmethod")
"""Decorators after which a function gives what it gave before."""


def _keeps(decorator: ast.expr) -> bool:
    name = decorator.attr if isinstance(decorator, ast.Attribute) else None
    return (decorator.id if isinstance(decorator, ast.Name) else name) in _KEEPING


def _returns(body: list[ast.stmt]) -> bool:
    """Whether the last statement gives something back, so that nothing falls off the end."""
    last = body[-1]
    return isinstance(last, ast.Return) or (isinstance(last, ast.With) and _returns(last.body))
