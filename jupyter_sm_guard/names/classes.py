"""Classes that the notebook defines, as far as their bodies tell."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from ..values import Value
from .bindings import Binding, bindings_in
from .lookup import bound

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
