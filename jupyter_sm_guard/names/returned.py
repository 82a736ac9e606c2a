"""What a call of one of the notebook's own functions gives: what its one `return` does, or all of
them alike. Its parameters are what all of its calls give, where they give the same."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from ..values import Value, unknown
from .lookup import same

if TYPE_CHECKING:
    from .cell import PythonCell

_LATER = (ast.Yield, ast.YieldFrom, ast.Await)


def returned(cell: PythonCell, function: ast.FunctionDef, depth: int) -> Value:
    """What the function gives; unknown where that takes more than one answer."""
    nodes = [n.value for n in cell.nodes(ast.Return) if cell.scope_of(n) is function]
    later = any(cell.scope_of(n) is function for kind in _LATER for n in cell.nodes(kind))
    if not later and not function.decorator_list and _returns(function.body):
        values = [cell.value(node, depth) for node in nodes if node is not None]
        if len(values) == len(nodes) and all(same(values[0], other) for other in values[1:]):
            return values[0]
    return unknown("is what a function of the notebook gives")


def _returns(body: list[ast.stmt]) -> bool:
    """Whether the last statement gives something back, so that nothing falls off the end."""
    last = body[-1]
    return isinstance(last, ast.Return) or (isinstance(last, ast.With) and _returns(last.body))
