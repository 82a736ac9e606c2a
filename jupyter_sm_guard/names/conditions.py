"""Conditions that may decide whether a place is reached at all."""

from __future__ import annotations

import ast
from bisect import bisect_right
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .cell import PythonCell

_CONDITIONS = (ast.If, ast.IfExp, ast.Match, ast.While, ast.ExceptHandler, ast.BoolOp, ast.Assert,
               ast.Continue, ast.Raise)  # fmt: skip
_JUMPS = (ast.Break, ast.Continue, ast.Raise, ast.Return)
_OF_FILES = ("exists", "is_dir", "is_file", "isdir", "isfile")


def is_conditional(cell: PythonCell, node: ast.AST) -> bool:
    """Whether a condition before or around a place, in the function or the statement at the
    cell's top that it is in, may decide that nothing gets there."""
    around = cell.scope_of(node)
    line: int = getattr(node, "lineno", 1)
    if around is None:
        starts = [statement.lineno for statement in cell.tree.body]
        around = cell.tree.body[max(0, bisect_right(starts, line) - 1)]
    if around not in cell.first_conditions:
        cell.first_conditions[around] = _first_condition(around)
    first = cell.first_conditions[around]
    return first is not None and first <= line


def _first_condition(around: ast.AST) -> int | None:
    """The line of the first condition."""
    lines: list[int] = []
    for inner in ast.walk(around):
        is_condition = isinstance(inner, _CONDITIONS) and not _asks_for_file(inner)
        if is_condition or swallows(inner):
            lines.append(inner.lineno)  # type: ignore[attr-defined]
    return min(lines, default=None)


def swallows(node: ast.AST) -> bool:
    """`with suppress(…):` and `with pytest.raises(…):`, which go on after an error."""
    if not isinstance(node, (ast.With, ast.AsyncWith)):
        return False
    made = [
        item.context_expr.func for item in node.items if isinstance(item.context_expr, ast.Call)
    ]
    return any(getattr(f, "attr", getattr(f, "id", "")) in ("suppress", "raises") for f in made)


def _asks_for_file(node: ast.AST) -> bool:
    """`if not os.path.exists(name):`, as what is fetched once has before it."""
    test = node.test if isinstance(node, ast.If) else None
    if not isinstance(test, ast.UnaryOp) or not isinstance(test.op, ast.Not):
        return False
    function = test.operand.func if isinstance(test.operand, ast.Call) else None
    is_asked = isinstance(function, ast.Attribute) and function.attr in _OF_FILES
    return is_asked and not any(isinstance(inner, _JUMPS) for inner in ast.walk(node))


def is_closed(cell: PythonCell, place: int) -> bool:
    """Whether a constant closes the branch of an `if` that a place is in."""
    return any(start <= place < end for start, end in cell.closed)


def closed_in(cell: PythonCell) -> Iterator[tuple[int, int]]:
    """Where the branches start and end that constants close."""
    for node in cell.nodes(ast.If):
        test = cell.value(node.test)
        branch = node.orelse if test.constant else node.body
        if test.kind == "constant" and branch:
            yield cell.span(branch[0])[0], cell.span(branch[-1])[1]


def may_end_early(loop: ast.For) -> bool:
    """Whether a loop may be left before it has gone through everything."""
    waiting: list[tuple[ast.AST, bool]] = [(inner, True) for inner in loop.body]
    for node, is_own in waiting:  # which grows while it is read
        if isinstance(node, ast.Return) or (isinstance(node, ast.Break) and is_own):
            return True
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
            continue
        its = is_own and not isinstance(node, (ast.For, ast.AsyncFor, ast.While))
        waiting += [(inner, its) for inner in ast.iter_child_nodes(node)]
    return False
