"""Conditions that may decide whether a place is reached at all."""

from __future__ import annotations

import ast
from bisect import bisect_right
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .cell import PythonCell

_CONDITIONS = (ast.If, ast.IfExp, ast.Match, ast.While, ast.ExceptHandler, ast.BoolOp, ast.Assert)
_OF_FILES = ("exists", "is_dir", "is_file", "isdir", "isfile")


def is_conditional(cell: PythonCell, node: ast.AST) -> bool:
    """Whether a condition before or around a place, in the function or the statement at the
    cell's top that it is in, may decide that nothing gets there."""
    around = cell.scope_of(node)
    line: int = getattr(node, "lineno", 1)
    if around is None:
        starts = [statement.lineno for statement in cell.tree.body]
        around = cell.tree.body[max(0, bisect_right(starts, line) - 1)]
    every = (inner for inner in ast.walk(around) if isinstance(inner, _CONDITIONS))
    return any(inner.lineno <= line and not _asks_for_file(inner) for inner in every)


def _asks_for_file(node: ast.AST) -> bool:
    """`if not os.path.exists(name):`, as what is fetched once has before it."""
    test = node.test if isinstance(node, ast.If) else None
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        test = test.operand
    function = test.func if isinstance(test, ast.Call) else None
    return isinstance(function, ast.Attribute) and function.attr in _OF_FILES
