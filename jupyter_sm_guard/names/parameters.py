"""What a function's parameter is known to be: what all calls of the function in its document give
it, where they all give the same.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..values import Origin, Value, unknown
from .arguments import arguments_of
from .bindings import MOST_BINDINGS
from .each import parts_of

if TYPE_CHECKING:
    from .cell import PythonCell

_ARGUMENT = "is an argument of a function"


def parameters_of(scope: ast.AST) -> list[str]:
    """The names of a function's parameters; none for what is no function."""
    given = getattr(scope, "args", None)
    if not isinstance(given, ast.arguments):
        return []
    every = [*given.posonlyargs, *given.args, *given.kwonlyargs]
    every += [extra for extra in (given.vararg, given.kwarg) if extra is not None]
    return [argument.arg for argument in every]


def _further(
    there: PythonCell, call: ast.Call, function: ast.FunctionDef | ast.AsyncFunctionDef, depth: int
) -> Value:
    """What a call gives to `**parameters`."""
    _, entries, is_open = arguments_of(there, call, depth)
    own = {argument.arg for argument in (*function.args.args, *function.args.kwonlyargs)}
    further = {name: value for name, value in entries.items() if name not in own}
    return Value("dict", 0, 0, entries=further, open=is_open, origin=there.here(call))


def has_object(method: ast.AST, name: str | None = None) -> bool:
    """Whether a method is given its object, or its class, and that by this name."""
    places = parameters_of(method)
    return bool(places) and name in (None, places[0]) and not _is_marked(method, "staticmethod")


def is_of_class(method: ast.AST) -> bool:
    """Whether a method is given its class."""
    return _is_marked(method, "classmethod")


def _is_marked(method: ast.AST, name: str) -> bool:
    every = getattr(method, "decorator_list", ())
    return any(isinstance(node, ast.Name) and node.id == name for node in every)


def given_by_calls(
    cell: PythonCell, function: ast.FunctionDef | ast.AsyncFunctionDef, name: str, depth: int
) -> Iterator[Value]:
    """What each call gives the parameter of that name; one unknown where not all can be seen."""
    given = function.args
    every = (*given.posonlyargs, *given.args, *given.kwonlyargs)
    calls = _calls_of(cell, function, depth) if len(every) <= MOST_BINDINGS else []
    if not 0 < len(calls) <= MOST_BINDINGS:
        yield unknown(_ARGUMENT)
        return
    default = _default(function.args, name)
    if function.args.kwarg is not None and name == function.args.kwarg.arg:
        for there, call in calls:
            yield _further(there, call, function, depth)
        return
    for there, call in calls:
        node, is_given = _argument(
            function.args, call, name, int(function in cell.methods and has_object(function))
        )
        if is_given:
            yield unknown(_ARGUMENT) if node is None else there.value(node, depth)
        else:
            value = unknown(_ARGUMENT) if default is None else cell.value(default, depth)
            # a default is one and the same for all calls
            is_shared = value.kind in ("dict", "list") and _changes(cell, function, name)
            yield unknown(_ARGUMENT) if is_shared else value


def _changes(cell: PythonCell, function: ast.FunctionDef | ast.AsyncFunctionDef, name: str) -> bool:
    """Whether a function may change what it is given by a parameter."""
    history = cell.locals_of(function).get(name)
    return history is not None and any(not binding.is_whole for binding in history.all)


def number_of(
    cell: PythonCell, function: ast.FunctionDef, call: ast.Call | None, depth: int
) -> int | None:
    """Which of the calls of a function one is; None where it is none of those that are known."""
    calls = _calls_of(cell, function, depth) if call is not None else []
    return next((n for n, (_, one) in enumerate(calls) if one is call), None)


def number_at(
    cell: PythonCell, function: ast.FunctionDef, place: Origin | None, depth: int
) -> int | None:
    """Which of the calls of a function stands at a place."""
    calls = _calls_of(cell, function, depth)
    return next((n for n, (there, one) in enumerate(calls) if there.here(one) == place), None)


def _calls_of(
    cell: PythonCell, function: ast.FunctionDef | ast.AsyncFunctionDef, depth: int
) -> list[tuple[PythonCell, ast.Call]]:
    """All calls of a function at a cell's top or of a method; none where it may be called
    elsewhere."""
    around = cell.methods.get(function)
    if any(_is_own(cell, decorator) for decorator in function.decorator_list):
        return []
    if around is None:
        return _calls_by_name(cell, function)
    if function.name == "__init__":
        return _calls_by_name(cell, around)
    return _calls_of_method(cell, function, depth)


def _calls_of_method(
    cell: PythonCell, function: ast.FunctionDef | ast.AsyncFunctionDef, depth: int
) -> list[tuple[PythonCell, ast.Call]]:
    name = function.name
    history = cell.notebook.history(f".{name}")
    is_implicit = name.startswith("__") or bool(cell.uses[name])
    if history is None or len(history.all) != 1 or is_implicit:
        return []
    calls: list[tuple[PythonCell, ast.Call]] = []
    for there in cell.notebook.cells_with(name):
        called = {node.func: node for node in there.nodes(ast.Call)}
        for node in there.nodes(ast.Attribute):
            receiver = there.value(node.value, depth) if node.attr == name else None
            if receiver is None or _is_of_others(receiver):
                continue
            if node not in called or receiver.kind not in ("object", "class"):
                return []
            if receiver.kind == "class" and has_object(function):
                return []
            calls.append((there, called[node]))
    return calls


def _is_of_others(receiver: Value) -> bool:
    """Whether it can't be an object of the notebook's own, nor what may hand one on."""
    if receiver.kind in ("reference", "constant"):
        return True
    holds = any(part.kind in ("class", "object") for part in parts_of(receiver))
    return receiver.kind == "instance" and receiver.name != "builtins.super" and not holds


def _is_own(cell: PythonCell, decorator: ast.expr) -> bool:
    """Whether a decorator is a function of the notebook, which may give what is called else."""
    inner = decorator.func if isinstance(decorator, ast.Call) else decorator
    return isinstance(inner, ast.Name) and inner.id in cell.notebook.functions


def objects_of(base: Value, depth: int) -> list[Value]:
    """All objects that the notebook makes of an object's class; none where not all can be seen."""
    calls = _calls_by_name(*base.definition) if base.definition is not None else []
    values = [there.value(call, depth) for there, call in calls[:MOST_BINDINGS]]
    is_plain = all(value.kind == "object" and not value.open for value in values)
    return values if is_plain and len(calls) <= MOST_BINDINGS else []


def _calls_by_name(
    cell: PythonCell, function: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
) -> list[tuple[PythonCell, ast.Call]]:
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


def parameters_given(
    function: ast.FunctionDef, call: ast.Call, node: ast.expr
) -> list[tuple[str, bool]]:
    """The parameters that a call may give an expression to, and whether it does for sure."""
    found = ((name, *_argument(function.args, call, name, 0)) for name in parameters_of(function))
    return [
        (name, given is node) for name, given, is_it in found if is_it and given in (None, node)
    ]


def _argument(
    given: ast.arguments, call: ast.Call, name: str, before: int
) -> tuple[ast.expr | None, bool]:
    """The expression that a call gives a parameter, None for one that can't be told; and whether
    it gives one. `before` is how many come before those that are written in the call."""
    written = {keyword.arg: keyword.value for keyword in call.keywords}
    if None in written or any(isinstance(argument, ast.Starred) for argument in call.args):
        return None, True
    if name in written:
        is_named = any(argument.arg == name for argument in (*given.args, *given.kwonlyargs))
        return written[name] if is_named else None, True
    places = [argument.arg for argument in (*given.posonlyargs, *given.args)][before:]
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
