"""What a name stands for at a place: the bindings that may decide it, and what they make of it."""

from __future__ import annotations

import ast
import builtins
from dataclasses import replace
from typing import TYPE_CHECKING

from ..values import Value, unknown
from .arguments import arguments_of
from .bindings import MOST_BINDINGS, Binding, History
from .loops import gone_through
from .parameters import given_by_calls, is_of_class, parameters_given, parameters_of
from .sums import added
from .texts import MOST_ENTRIES

if TYPE_CHECKING:
    from .cell import PythonCell

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_BUILTINS = frozenset(dir(builtins))
_MODULES = frozenset(("boto3", "botocore", "os", "requests", "sagemaker", "subprocess"))


def name_of(cell: PythonCell, node: ast.Name, depth: int) -> Value:
    """What a name is known to be where it stands."""
    value = _named(cell, node, depth)
    # which of them gets there a condition may decide
    return replace(value, each=()) if value.each and cell.is_conditional(node) else value


def _named(cell: PythonCell, node: ast.Name, depth: int) -> Value:
    order = cell.offset(node.lineno, node.col_offset)
    scope, runs_later = cell.scope_of(node), False
    while scope is not None:
        local = _local(cell, scope, node, order, depth)
        if local is not None:
            return local
        runs_later = runs_later or isinstance(scope, FUNCTIONS)
        scope = cell.scope_of(scope)
    history = cell.notebook.history(node.id)
    if history is None:
        return _not_bound(cell, node.id, order)
    if runs_later:  # every binding may be the one that the function sees
        every = history.all
        is_few = len(every) <= MOST_BINDINGS and not any(b.kind == "added" for b in every)
        return _joined(every, depth) if is_few else unknown(_SEVERAL)
    deciding = reaching(history, cell, order)
    if deciding is None:
        return unknown(_SEVERAL)
    return _joined(deciding, depth) if deciding else unknown("is set only later")


_SEVERAL = "is set in several ways"
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


def reaching(history: History, cell: PythonCell, order: int) -> list[Binding] | None:
    """The bindings of a name that may decide what it is at a place; None for too many. One that
    holds the place binds only after it was evaluated: `x = f(x)` is about the x before."""
    found = history.before((cell.number, order))
    while found and _holds(found[-1], cell, order):
        found = history.before((cell.number, found[-1].order))
    return found


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
    deciding = reaching(history, cell, order)
    return _joined(deciding, depth) if deciding else unknown("is set only later")


_LOOPS = (ast.For, ast.AsyncFor, ast.While)


def _parameter(cell: PythonCell, scope: ast.AST, node: ast.Name, order: int, depth: int) -> Value:
    if (around := cell.class_of(node)) is not None:
        kind = "class" if is_of_class(scope) else "object"
        return Value(kind, 0, 0, open=True, origin=cell.here(around), definition=(cell, around))
    history = cell.locals_of(scope).get(node.id)
    deciding = [] if history is None else reaching(history, cell, order)
    if deciding and deciding[0].is_whole and deciding[0].sure:
        return _joined(deciding, depth)
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
        given = replace(unknown("is another one in each call"), each=each)
    return _after_changes(given, deciding or [], depth)


def _joined(bindings: list[Binding], depth: int) -> Value:
    """What a name is after these bindings, of which any may be the one that counts."""
    values = [bound(binding, depth) for binding in bindings if binding.is_whole]
    value = values[0] if values else unknown("is set elsewhere")
    if not all(same(value, other) or _is_moved(value, other) for other in values[1:]):
        return unknown(_SEVERAL)
    return _after_changes(value, bindings, depth)


def _after_changes(value: Value, bindings: list[Binding], depth: int) -> Value:
    for change in bindings:
        if not change.is_whole:
            value = _after_change(value, change, depth)
    return value


def _after_change(value: Value, change: Binding, depth: int) -> Value:
    """A dict or list after `d[key] = value`, `d.update(…)`, `l.append(…)` and the like; open after
    whatever else happens to it."""
    if change.kind == "attribute":
        return value
    if change.kind == "given":
        return _after_call(value, change, depth)
    if change.kind in ("added", "appended"):
        return _longer(value, change, depth)
    if change.keys:
        after = _with_entry(value, change, change.keys, _new(change, depth), depth)
    else:
        after = _updated(value, change, depth)
    return after or _lost(value, change)


def _after_call(value: Value, given: Binding, depth: int) -> Value:
    """A dict or list after a function of the notebook was given it."""
    if value.kind not in ("dict", "list") or not isinstance(given.node, ast.Call):
        return value
    definition = given.cell.value(given.node.func, depth).definition
    if definition is None or not isinstance(definition[1], ast.FunctionDef):
        return value
    there, function = definition
    for name, is_sure in parameters_given(function, given.node, given.keys[0]):
        history = there.locals_of(function).get(name)
        for change in [] if history is None else history.all:
            if change.is_whole:
                break  # from here on it is another one's
            if change.kind == "given":
                return _lost(value, change)
            sure = change.sure and given.sure and is_sure
            value = _after_change(value, replace(change, sure=sure), depth)
    return value


def _new(change: Binding, depth: int) -> Value:
    """What is set for certain."""
    if change.node is None or not change.sure:
        return unknown("is set when the notebook runs")
    return change.cell.value(change.node, depth)


def _updated(value: Value, change: Binding, depth: int) -> Value | None:
    """A dict after `d.update(…)`; None where what is added is not known."""
    value = _as_dict(value)
    if value.kind != "dict" or not isinstance(change.node, ast.expr) or not change.sure:
        return None
    given, entries, is_open = _added_by(change, change.node, depth)
    if given.kind != "dict":
        return None
    entries = {**value.entries, **given.entries, **entries}
    if len(entries) > MOST_ENTRIES:
        return unknown("is too long")
    return replace(value, entries=entries, open=value.open or given.open or is_open)


def _with_entry(
    value: Value, change: Binding, keys: tuple[ast.expr, ...], new: Value, depth: int
) -> Value | None:
    """A dict or list in which the entry that the keys lead to is another one; None where they lead
    nowhere that is known."""
    value = _as_dict(value)
    place = _place(value, change.cell.value(keys[0], depth))
    if place is None:
        return None
    before = value.items[place] if isinstance(place, int) else value.entries.get(place)
    if change.kind == "default" and (before is not None or value.open):
        return value if before is not None else None
    if len(keys) > 1:
        inner = None if before is None else _with_entry(before, change, keys[1:], new, depth)
        new = inner or unknown("may have been changed")
    if isinstance(place, int):
        return replace(value, items=(*value.items[:place], new, *value.items[place + 1 :]))
    return replace(value, entries={**value.entries, place: new})


def _as_dict(value: Value) -> Value:
    """What is unknown, as a dict that may hold anything: what sets an entry of it says so."""
    is_unknown = not value.known and value.outline is None
    return replace(value, kind="dict", entries={}, open=True) if is_unknown else value


def _place(value: Value, key: Value) -> str | int | None:
    """A dict's key or a list's number; None where it is not known."""
    number = key.constant
    if value.kind == "dict":
        return key.text
    is_there = value.kind == "list" and not value.open and isinstance(number, int)
    return number if is_there and number in range(len(value.items)) else None  # type: ignore[return-value]


def _longer(value: Value, change: Binding, depth: int) -> Value:
    """After `x += y`, `l.append(y)` and `l.extend(y)`."""
    if not isinstance(change.node, ast.expr) or not change.sure:
        return replace(value, open=True) if value.kind == "list" else unknown(_SEVERAL)
    more = change.cell.value(change.node, depth)
    if change.kind == "appended":
        more = Value("list", 0, 0, items=(more,))
    return added(value, more, value.origin or change.cell.here(change.node))


def _lost(value: Value, change: Binding) -> Value:
    """After a change that can't be followed."""
    if value.kind == "dict":
        lost = {key: unknown("may have been changed") for key in value.entries}
        return replace(value, entries=lost, open=True)
    if change.kind == "update" and not change.by_method:  # `flag |= True`
        return unknown("is computed when the notebook runs")
    return replace(value, items=(), open=True) if value.kind == "list" else value


def _added_by(change: Binding, node: ast.expr, depth: int) -> tuple[Value, dict[str, Value], bool]:
    """What an update adds: a dict, entries by name, and whether there is more."""
    if not (isinstance(node, ast.Call) and change.by_method):
        return change.cell.value(node, depth), {}, False
    arguments, entries, is_open = arguments_of(change.cell, node, depth)
    return arguments[0] if arguments else Value("dict", 0, 0), entries, is_open


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
    if binding.kind == "each":
        value = gone_through(value)
        is_seen = value.kind == "list" and not value.open and len(value.items) <= MOST_BINDINGS
        each = tuple(_taken(item, binding.path) for item in value.items) if is_seen else ()
        return replace(unknown("is another one each time"), each=each)
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


def same(one: Value, other: Value) -> bool:
    """Whether two values are known to be one and the same."""
    if one.kind != other.kind or not one.known:
        return False
    if one.kind == "constant":
        return other.is_constant(one.constant)
    if one.kind in ("class", "object"):
        return one.origin == other.origin
    if one.kind == "reference" or (one.name == other.name and not one.entries):
        return one.name == other.name and not other.entries
    return one.origin == other.origin


def _is_moved(one: Value, other: Value) -> bool:
    """Whether a `try` imports one thing from where each version of a package has it."""
    if not one.kind == other.kind == "reference" or one.name is None or other.name is None:
        return False
    ends = {(v.partition(".")[0], v.rpartition(".")[2]) for v in (one.name, other.name)}
    return len(ends) == 1
