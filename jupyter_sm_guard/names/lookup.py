"""What a name stands for at a place: the bindings that may decide it, and what they make of it."""

from __future__ import annotations

import ast
import builtins
from dataclasses import replace
from typing import TYPE_CHECKING

from ..values import Value, unknown
from .bindings import MOST_BINDINGS, Binding, History
from .changes import SEVERAL, after_changes
from .conditions import is_conditional
from .each import always
from .loops import ITERATOR, gone_through
from .parameters import given_by_calls, is_of_class, parameters_of
from .same import same

if TYPE_CHECKING:
    from .cell import PythonCell

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_BUILTINS = frozenset(dir(builtins))
_MODULES = frozenset(("boto3", "botocore", "os", "requests", "sagemaker", "subprocess"))


def name_of(cell: PythonCell, node: ast.Name, depth: int) -> Value:
    """What a name is known to be where it stands."""
    value = _named(cell, node, depth)
    # which of them gets there a condition may decide
    return replace(value, each=()) if value.each and is_conditional(cell, node) else value


def _named(cell: PythonCell, node: ast.Name, depth: int) -> Value:
    order = cell.offset(node.lineno, node.col_offset)
    scope, runs_later = cell.scope_of(node), False
    while scope is not None:
        local = _local(cell, scope, node, order, depth)
        if local is not None:
            return local
        runs_later = runs_later or isinstance(scope, FUNCTIONS)
        scope = cell.scope_of(scope)
    if cell.notebook.has_classes and cell.is_in_class_body(node, order):
        return unknown("is a name in a class")
    history = cell.notebook.history(node.id)
    if history is None:
        return _not_bound(cell, node.id, order)
    if history.is_global:  # a function may set it at any time
        return unknown(SEVERAL)
    if runs_later:  # every binding may be the one that the function sees
        every = history.all
        every = opened(every, depth) if len(every) <= MOST_BINDINGS else every
        is_few = len(every) <= MOST_BINDINGS and not any(b.kind == "added" for b in every)
        return always(_joined(every, cell, -1, depth)) if is_few else unknown(SEVERAL)
    deciding = reaching(history, cell, order, depth)
    if deciding is None:
        return unknown(SEVERAL)
    return _joined(deciding, cell, order, depth) if deciding else unknown("is set only later")


_STARRED = ("sagemaker", "sagemaker_core", "boto3")
"""Packages of which `from … import *` is followed: others may bring anything."""


def _not_bound(cell: PythonCell, name: str, order: int) -> Value:
    """A name that nothing in the notebook sets."""
    if name in _BUILTINS:
        return Value("reference", 0, 0, name=f"builtins.{name}")
    if name == "get_ipython":
        return Value("reference", 0, 0, name="IPython.get_ipython")
    if name in _MODULES:  # imported by what `%run` or another notebook's import brings
        return Value("reference", 0, 0, name=name)
    return _from_star(cell, name, order)


def _from_star(cell: PythonCell, name: str, order: int) -> Value:
    """A name that nothing sets, where one `from … import *` can have brought it."""
    history = cell.notebook.history("*")
    before = history.before((cell.number, order)) if history is not None else None
    every = {binding.imported or "" for binding in before or ()}
    modules = [module[:-2] for module in every if module.partition(".")[0] in _STARRED]
    if len(modules) == 1:
        return Value("reference", 0, 0, name=f"{modules[0]}.{name}")
    return unknown("is not set in this notebook")


def reaching(
    history: History, cell: PythonCell, order: int, depth: int = 0
) -> list[Binding] | None:
    """The bindings of a name that may decide what it is at a place; None for too many. One that
    holds the place binds only after it was evaluated: `x = f(x)` is about the x before."""
    found = history.before((cell.number, order))
    while found and _holds(found[-1], cell, order):
        found = history.before((cell.number, found[-1].order))
    if not found or all(binding.sure for binding in found):
        return found
    found = opened(found, depth)
    for number in range(len(found) - 1, -1, -1):
        if found[number].is_whole and _comes_first(found[number], cell, order):
            return found[number:]
    return found


def opened(bindings: list[Binding], depth: int) -> list[Binding]:
    """The bindings without those whose branch a constant closes; where one opens it, for sure."""
    return [binding for binding in (_opened(each, depth) for each in bindings) if binding]


def _opened(binding: Binding, depth: int) -> Binding | None:
    if binding.around is None or not binding.around.tests:
        return binding
    sure = binding.around.sure
    for test, wanted in binding.around.tests:
        value = binding.cell.value(test, depth)
        sure = sure and value.kind == "constant"
        if value.kind == "constant" and bool(value.constant) is not wanted:
            return None
    return replace(binding, sure=sure)


def _comes_first(binding: Binding, cell: PythonCell, order: int) -> bool:
    """Whether a binding is made whenever the place is reached, and before."""
    block = None if binding.around is None else binding.around.block
    is_inside = block is not None and binding.cell is cell and block[0] <= order < block[1]
    return binding.sure or is_inside


def _holds(binding: Binding, cell: PythonCell, order: int) -> bool:
    if binding.cell is not cell or binding.node is None or binding.kind == "import":
        return False
    start, end = cell.span(binding.node)
    return start <= order < end


def _local(
    cell: PythonCell, scope: ast.AST, node: ast.Name, order: int, depth: int
) -> Value | None:
    """A function's own name: an argument, or a variable."""
    if node.id in parameters_of(scope):
        return _parameter(cell, scope, node, order, depth)
    for generator in getattr(scope, "generators", ()):
        if any(isinstance(n, ast.Name) and n.id == node.id for n in ast.walk(generator.target)):
            return unknown("is another one each time")
    history = cell.locals_of(scope).get(node.id)
    if history is None or all(binding.kind == "attribute" for binding in history.all):
        return None
    deciding = reaching(history, cell, order, depth)
    return _joined(deciding, cell, order, depth) if deciding else unknown("is set only later")


_LOOPS = (ast.For, ast.AsyncFor, ast.While)


def _parameter(cell: PythonCell, scope: ast.AST, node: ast.Name, order: int, depth: int) -> Value:
    if (around := cell.class_of(node)) is not None:
        kind = "class" if is_of_class(scope) else "object"
        return Value(kind, 0, 0, open=True, origin=cell.here(around), definition=(cell, around))
    history = cell.locals_of(scope).get(node.id)
    deciding = [] if history is None else reaching(history, cell, order, depth)
    if deciding and deciding[0].is_whole and deciding[0].sure:
        return _joined(deciding, cell, order, depth)
    is_set = deciding is None or any(binding.is_whole for binding in deciding)
    if history is not None and not deciding:  # it is set later, and that may come before
        is_set = is_set or any(isinstance(inner, _LOOPS) for inner in ast.walk(scope))
    if is_set or not isinstance(scope, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return unknown("is an argument of a function")
    values = list(given_by_calls(cell, scope, node.id, depth))
    given = values[0]
    if not all(same(given, other) for other in values[1:]):
        is_seen = any(value.known or value.outline is not None for value in values)
        each = tuple(values) if is_seen else ()
        given = replace(unknown("is another one in each call"), each=each, times=scope)
    return after_changes(given, deciding or [], cell, order, depth)


def _joined(bindings: list[Binding], cell: PythonCell, order: int, depth: int) -> Value:
    """What a name is at a place after these bindings, of which any may be the one that counts."""
    values = [_seen_at(binding, cell, order, depth) for binding in bindings if binding.is_whole]
    value = values[0] if values else unknown("is set elsewhere")
    if not all(same(value, other) or _is_moved(value, other) for other in values[1:]):
        return unknown(SEVERAL)
    return after_changes(value, bindings, cell, order, depth)


def _seen_at(binding: Binding, cell: PythonCell, order: int, depth: int) -> Value:
    """What a binding makes of its name at a place: outside of its loop, one of what it was."""
    value = bound(binding, depth)
    if binding.around is None or binding.around.loop is None:
        return value
    start, end = binding.around.loop
    return value if binding.cell is cell and start <= order < end else always(value)


def bound(binding: Binding, depth: int) -> Value:
    """What a binding makes of its name, before anything changes that."""
    cell = binding.cell
    if binding.imported is not None:
        return Value("reference", 0, 0, name=binding.imported)
    if binding.function is not None:
        return replace(
            unknown("is a function of the notebook"), definition=(cell, binding.function)
        )
    if binding.node is None or binding.kind == "import":
        return unknown("is made when the notebook runs")
    value = cell.value(binding.node, depth)
    if value.name == ITERATOR and binding.kind != "each":
        return unknown("can be gone through once")
    if binding.kind == "each":
        value = gone_through(value)
        is_seen = value.kind == "list" and not value.open and len(value.items) <= MOST_BINDINGS
        each = tuple(_taken(item, binding.path) for item in value.items) if is_seen else ()
        return replace(unknown("is another one each time"), each=each, times=binding.node)
    if binding.kind == "within":  # what others make gives itself, as sessions and connections do
        return value if value.kind == "instance" else unknown("is made when the notebook runs")
    return _taken(value, binding.path)


def _taken(value: Value, path: tuple[int, ...]) -> Value:
    """What a tuple that is taken apart has at a place."""
    for number in path:
        if value.kind != "list" or value.open or number >= len(value.items):
            return unknown("is taken apart when the notebook runs")
        value = value.items[number]
    return value


def _is_moved(one: Value, other: Value) -> bool:
    """Whether a `try` imports one thing from where each version of a package has it."""
    if not one.kind == other.kind == "reference" or one.name is None or other.name is None:
        return False
    ends = {(v.partition(".")[0], v.rpartition(".")[2]) for v in (one.name, other.name)}
    return len(ends) == 1
