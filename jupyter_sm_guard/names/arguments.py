"""What a call is given: arguments by place and by name, those of `*…` and `**{…}` included."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from ..values import Value, unknown

if TYPE_CHECKING:
    from .cell import PythonCell

Given = tuple[tuple[Value, ...], dict[str, Value], bool]
"""Arguments without a name, those with one, and whether there may be more."""


def arguments_of(cell: PythonCell, node: ast.Call, depth: int) -> Given:
    """The arguments of a call, each followed."""
    arguments: list[Value] = []
    entries: dict[str, Value] = {}
    is_open = False
    for argument in node.args:
        if isinstance(argument, ast.Starred):
            inner = cell.value(argument.value, depth)
            if inner.kind != "list" or inner.open:
                is_open = True
                break  # what comes after stands at a place that is not known
            arguments += inner.items
        else:
            arguments.append(cell.value(argument, depth))
    for keyword in node.keywords:
        value = cell.value(keyword.value, depth)
        if keyword.arg is not None:
            entries[keyword.arg] = value
            continue
        value = _of_each(value) or value
        is_open = is_open or value.kind != "dict" or value.open
        place = cell.span(keyword.value)
        entries.update({key: entry.at(*place) for key, entry in value.entries.items()})
    return tuple(arguments), entries, is_open


def _of_each(value: Value) -> Value | None:
    """Dicts that are others each time as one, each of whose entries is another one each time; None
    where not all are known or one has an entry that another lacks."""
    first = value.every[0]
    names = first.entries.keys()
    if not value.each or any(v.kind != "dict" or v.entries.keys() != names for v in value.each):
        return None
    why = replace(unknown("is another one each time"), times=value.times)
    entries = {
        name: replace(why, each=tuple(one.entries[name] for one in value.each)) for name in names
    }
    is_open = any(one.open for one in value.each)
    return replace(first, entries=entries, open=is_open)


def is_partial(function: Value) -> bool:
    """Whether it is a function some of whose arguments `functools.partial` has set."""
    is_made = function.kind == "instance" and function.name == "functools.partial"
    return is_made and bool(function.arguments) and function.arguments[0].kind == "reference"


def given_to(function: Value, given: Given) -> Given:
    """The arguments of a call with those that a partial function already has."""
    if not is_partial(function):
        return given
    arguments, entries, is_open = given
    return (
        (*function.arguments[1:], *arguments),
        {**function.entries, **entries},
        is_open or function.open,
    )
