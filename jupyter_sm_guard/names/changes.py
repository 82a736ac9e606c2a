"""What a dict or list is after what happens to it: entries that are set, methods that change it,
functions of the notebook that are given it."""

from __future__ import annotations

import ast
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING

from ..values import Value, unknown
from .arguments import arguments_of
from .bindings import MOST_BINDINGS, Binding
from .conditions import is_conditional
from .each import at_call, at_time
from .loops import gone_through
from .parameters import number_of, parameters_given
from .sums import added
from .texts import MOST_ENTRIES

if TYPE_CHECKING:
    from .cell import PythonCell

SEVERAL = "is set in several ways"
"""Why a value is unknown that is another one on another way to its place."""


def after_changes(
    value: Value, bindings: list[Binding], cell: PythonCell, order: int, depth: int
) -> Value:
    """The value at a place, after those of the bindings that only change it."""
    changes = [binding for binding in bindings if not binding.is_whole]
    is_reset = any(binding.is_whole for binding in bindings[1:])
    room = MOST_BINDINGS
    for loop, group in groupby(changes, lambda change: change.around and change.around.every):
        these = list(group)
        times = None if is_reset or loop is None else _times(these, loop, cell, order, depth)
        if times is not None and len(times) * len(these) <= room:
            room -= len(times) * len(these)
            these = [replace(one, sure=True, number=n) for n in times for one in these]
        for change in these:
            value = _after_change(value, change, depth)
    return value


def _times(
    changes: list[Binding], loop: ast.For, cell: PythonCell, order: int, depth: int
) -> range | None:
    """The times that a loop makes some changes, each of them for sure, as seen from outside of it;
    None where that is not known."""
    first = changes[0]
    start, end = (0, 0) if first.around is None else first.around.loop or (0, 0)
    given = gone_through(first.cell.value(loop.iter, depth))
    is_inside = first.cell is cell and start <= order < end
    if is_inside or given.kind != "list" or given.open or not given.items:
        return None
    for change in changes:
        node = change.keys[0] if change.keys else change.node
        is_known = node is not None and change.kind in _FOLLOWED
        if not is_known or node is None or is_conditional(change.cell, node):
            return None
    return range(len(given.items))


_FOLLOWED = ("added", "appended", "entry")


def _read(change: Binding, node: ast.AST, depth: int) -> Value:
    """What an expression of a change is, at the time of it."""
    return _then(change, stored(change.cell, node, depth))


def _then(change: Binding, value: Value) -> Value:
    """What a value is at the time of a change, and in the call that makes it."""
    every = None if change.around is None else change.around.every
    if every is not None and change.number is not None:
        value = at_time(value, every.iter, change.number)
    return value if change.call is None else at_call(value, *change.call)


def stored(cell: PythonCell, node: ast.AST, depth: int) -> Value:
    """What is put into a list or dict: a name's own, unknown where that is changed later."""
    value = cell.value(node, depth)
    if not isinstance(node, ast.Name) or value.kind not in ("dict", "list"):
        return value
    scope = cell.scope_of(node)
    own = cell.locals_of(scope).get(node.id) if scope is not None else None
    history = own or cell.notebook.history(node.id)
    place = cell.number, cell.offset(node.lineno, node.col_offset)
    every = [] if history is None else history.all
    later = any(
        not one.is_whole and one.kind not in ("attribute", "given")
        and ((one.cell.number, one.order) > place or _is_again(one, every, place))
        for one in every
    )  # fmt: skip
    return unknown("is changed later") if later else value


def _is_again(change: Binding, every: list[Binding], place: tuple[int, int]) -> bool:
    """Whether a loop around a place makes a change to the same thing each time."""
    loop = None if change.around is None else change.around.loop
    if loop is None or change.cell.number != place[0] or not loop[0] <= place[1] < loop[1]:
        return False
    whole = [one for one in every if one.is_whole and one.cell is change.cell]
    return not any(loop[0] <= one.order <= change.order for one in whole)


def _after_change(value: Value, change: Binding, depth: int) -> Value:
    """A dict or list after `d[key] = value`, `d.update(…)`, `l.append(…)` and the like; open after
    whatever else happens to it."""
    if change.kind == "attribute":
        return value
    if change.kind == "given":
        return _after_call(value, change, depth)
    if value.each:  # each of them is another one now
        value = replace(value, each=())
    if change.kind == "taken":
        return _without(value, change, depth)
    if change.kind in ("added", "appended"):
        return _longer(value, change, depth)
    if change.keys:
        after = _with_entry(value, change, change.keys, _new(change, depth), depth)
    else:
        after = _updated(value, change, depth)
    return after or _lost(value, change)


def _after_call(value: Value, given: Binding, depth: int) -> Value:
    """A dict or list after a function of the notebook was given it."""
    may_change = value.kind in ("dict", "list") or bool(value.each)
    if not may_change or not isinstance(given.node, ast.Call):
        return value
    definition = given.cell.value(given.node.func, depth).definition
    if definition is None or not isinstance(definition[1], ast.FunctionDef):
        return value
    there, function = definition
    call = function, number_of(there, function, given.node, depth)
    for name, is_sure in parameters_given(function, given.node, given.keys[0]):
        history = there.locals_of(function).get(name)
        for change in [] if history is None else history.all:
            if change.is_whole:
                break  # from here on it is another one's
            if change.kind == "given":
                return _lost(value, change)
            node = change.keys[0] if change.keys else change.node
            sure = change.sure and given.sure and is_sure
            sure = sure and node is not None and not is_conditional(there, node)
            value = _after_change(value, replace(change, sure=sure, call=call), depth)
    return value


def _new(change: Binding, depth: int) -> Value:
    """What is set for certain."""
    if change.node is None or not change.sure:
        return unknown("is set when the notebook runs")
    return _read(change, change.node, depth)


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


def _without(value: Value, change: Binding, depth: int) -> Value:
    """A dict from which an entry was taken."""
    key = _read(change, change.keys[0], depth).text
    if value.kind != "dict" or key is None or value.open:
        return _lost(value, change)
    entries = {name: entry for name, entry in value.entries.items() if name != key}
    if not change.sure and key in value.entries:
        entries[key] = unknown("may have been taken away")
    return replace(value, entries=entries)


def _with_entry(
    value: Value, change: Binding, keys: tuple[ast.expr, ...], new: Value, depth: int
) -> Value | None:
    """A dict or list in which the entry that the keys lead to is another one; None where they lead
    nowhere that is known."""
    value = _as_dict(value)
    place = _place(value, _read(change, keys[0], depth))
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
        return replace(value, open=True) if value.kind == "list" else unknown(SEVERAL)
    more = _read(change, change.node, depth)
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
        return _read(change, node, depth), {}, False
    arguments, entries, is_open = arguments_of(change.cell, node, depth)
    entries = {name: _then(change, entry) for name, entry in entries.items()}
    given = _then(change, arguments[0]) if arguments else Value("dict", 0, 0)
    return given, entries, is_open
