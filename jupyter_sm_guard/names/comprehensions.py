"""What a comprehension makes, as far as its elements do not depend on what it goes through."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from ..values import Origin, Value, unknown
from .texts import MOST_ENTRIES

if TYPE_CHECKING:
    from .cell import PythonCell


def listed_by(cell: PythonCell, node: ast.ListComp | ast.GeneratorExp, depth: int) -> Value:
    """`[{"Image": image} for image in images]`: one such element, and maybe more."""
    item = cell.value(node.elt, depth)
    return Value("list", 0, 0, items=(item,), open=True, origin=cell.here(node))


def dict_by(cell: PythonCell, node: ast.DictComp, depth: int) -> Value:
    """`{key: False for key in ["a", "b"]}`."""
    first = node.generators[0]
    is_plain = len(node.generators) == 1 and not first.ifs and isinstance(first.target, ast.Name)
    is_key = isinstance(node.key, ast.Name) and isinstance(first.target, ast.Name)
    if not is_plain or not is_key or node.key.id != first.target.id:  # type: ignore[attr-defined]
        return unknown("is made when the notebook runs")
    keys = cell.value(first.iter, depth)
    return from_keys((keys, cell.value(node.value, depth)), cell.here(node))


def from_keys(given: tuple[Value, ...], origin: Origin) -> Value:
    """`dict.fromkeys(["a", "b"], False)`."""
    keys = given[0] if given and given[0].kind == "list" and not given[0].open else None
    names = [key.text for key in keys.items] if keys is not None else [None]
    if None in names or len(names) > MOST_ENTRIES:
        return unknown("is made when the notebook runs")
    value = given[1] if len(given) > 1 else Value("constant", 0, 0, origin=origin)
    entries = {name: value for name in names if name is not None}
    return Value("dict", 0, 0, entries=entries, origin=origin)
