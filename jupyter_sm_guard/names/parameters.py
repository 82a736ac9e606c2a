"""What a function's parameter is known to be: what all calls of the function in its document give
it, where they all give the same.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..values import Value, unknown
from .bindings import MOST_BINDINGS

if TYPE_CHECKING:
    from .cell import PythonCell

_ARGUMENT = "is an argument of a function"


def given_by_calls(
    cell: PythonCell, function: ast.FunctionDef | ast.AsyncFunctionDef, name: str, depth: int
) -> Iterator[Value]:
    """What each call gives the parameter of that name; one unknown where not all can be seen."""
    given = function.args
    every = (*given.posonlyargs, *given.args, *given.kwonlyargs)
    calls = _calls_of(cell, function) if len(every) <= MOST_BINDINGS else []
    if not 0 < len(calls) <= MOST_BINDINGS:
        yield unknown(_ARGUMENT)
        return
    default = _default(function.args, name)
    for there, call in calls:
        node, is_given = _argument(function.args, call, name)
        if is_given:
            yield unknown(_ARGUMENT) if node is None else there.value(node, depth)
        else:
            yield unknown(_ARGUMENT) if default is None else cell.value(default, depth)


def _calls_of(
    cell: PythonCell, function: ast.FunctionDef | ast.AsyncFunctionDef
) -> list[tuple[PythonCell, ast.Call]]:
    """All calls of a function at a cell's top; none where it may be called elsewhere."""
    name = function.name
    history = cell.notebook.history(name)
    bound_once = history is not None and len(history.all) == 1
    if not bound_once or function not in cell.tree.body:
        return []
    calls: list[tuple[PythonCell, ast.Call]] = []
    for there in cell.notebook.cells_with(name):
        calls += [(there, call) for call in there.plain_calls.get(name, ())]
        if there.uses[name] != len(there.plain_calls.get(name, ())):
            return []
    return calls


def _argument(given: ast.arguments, call: ast.Call, name: str) -> tuple[ast.expr | None, bool]:
    """The expression that a call gives a parameter, None for one that can't be told; and whether
    it gives one."""
    written = {keyword.arg: keyword.value for keyword in call.keywords}
    if None in written or any(isinstance(argument, ast.Starred) for argument in call.args):
        return None, True
    if name in written:
        is_named = any(argument.arg == name for argument in (*given.args, *given.kwonlyargs))
        return written[name] if is_named else None, True
    places = [argument.arg for argument in (*given.posonlyargs, *given.args)]
    if name in places and places.index(name) < len(call.args):
        return call.args[places.index(name)], True
    return None, False


def _default(given: ast.arguments, name: str) -> ast.expr | None:
    """A parameter's default; None for one that has none."""
    only = [argument.arg for argument in given.kwonlyargs]
    if name in only:
        return given.kw_defaults[only.index(name)]
    places = [argument.arg for argument in (*given.posonlyargs, *given.args)]
    number = places.index(name) - len(places) + len(given.defaults) if name in places else -1
    return given.defaults[number] if number >= 0 else None
