"""What a function's parameter is known to be: what all calls of the function in its script give it.

Only in a script that is one cell, where every call stands in the same text, and only where they all
give the same. In a notebook, a cell written later may call the function with something else.
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
    calls = _calls_of(cell, function)
    if not 0 < len(calls) <= MOST_BINDINGS:
        yield unknown(_ARGUMENT)
        return
    for call in calls:
        node = _argument(function.args, call, name)
        yield unknown(_ARGUMENT) if node is None else cell.value(node, depth)


def _calls_of(cell: PythonCell, function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[ast.Call]:
    """All calls of a function at the script's top; none where it may be called elsewhere."""
    history = cell.notebook.history(function.name)
    bound_once = history is not None and len(history.all) == 1
    if not cell.notebook.is_script or not bound_once or function not in cell.tree.body:
        return []
    calls = cell.plain_calls.get(function.name, [])
    return calls if len(calls) == cell.uses.get(function.name, 0) else []


def _argument(given: ast.arguments, call: ast.Call, name: str) -> ast.expr | None:
    """The expression that a call gives a parameter, its default where it gives none."""
    if any(isinstance(argument, ast.Starred) for argument in call.args):
        return None
    written = {keyword.arg: keyword.value for keyword in call.keywords}
    if None in written:
        return None
    only = [argument.arg for argument in given.kwonlyargs]
    if name in written:
        is_named = name in only or any(argument.arg == name for argument in given.args)
        return written[name] if is_named else None
    places = [argument.arg for argument in (*given.posonlyargs, *given.args)]
    if name in places:
        place = places.index(name)
        if place < len(call.args):
            return call.args[place]
        default = place - len(places) + len(given.defaults)
        return given.defaults[default] if default >= 0 else None
    return given.kw_defaults[only.index(name)] if name in only else None
