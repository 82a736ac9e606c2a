"""Classes that the notebook defines, and their instances, as far as their bodies tell."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from ..values import Value
from .bindings import Binding, bindings_in
from .lookup import FUNCTIONS, bound

if TYPE_CHECKING:
    from .cell import PythonCell


def class_of(cell: PythonCell, node: ast.ClassDef, depth: int) -> Value:
    """A class, of which only what its body sets is known."""
    last: dict[str, Binding] = {}
    for name, binding in bindings_in(cell, node.body, True):
        last[name] = binding
    entries = {
        name: bound(binding, depth)
        for name, binding in last.items()
        if binding.sure and binding.kind == "value"
    }
    return Value("class", 0, 0, entries=entries, origin=cell.here(node), definition=(cell, node))


def made_of(own: Value, named: Mapping[str, Value]) -> Value | None:
    """An instance of a class of the notebook, as a value of its kind; None where more than its
    body and its call may set attributes."""
    node: ast.ClassDef | None = own.definition[1] if own.definition is not None else None
    if node is None:
        return None
    decorators = [ast.unparse(decorator) for decorator in node.decorator_list]
    methods = [inner for inner in node.body if isinstance(inner, FUNCTIONS)]
    if node.bases or node.keywords or methods or any("dataclass" not in d for d in decorators):
        return None
    return replace(own, entries={**own.entries, **named})
