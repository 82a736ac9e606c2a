"""The expression that a name is set to, where what it stands for is known only when it runs."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from .cell import PythonCell
from .lookup import reaching


@dataclass(frozen=True, slots=True)
class Setting:
    """An expression with the cell it stands in; `path` is the way into the tuple it gives, where
    that is taken apart (`_, secret = …`)."""

    cell: PythonCell
    node: ast.expr
    path: tuple[int, ...]


def set_to(cell: PythonCell, name: ast.Name) -> Setting | None:
    """What sets a name, where one statement alone can have done so; a function's own names are
    followed within it."""
    scope = cell.scope_of(name)
    own = cell.locals_of(scope).get(name.id) if scope is not None else None
    history = own if scope is not None else cell.notebook.history(name.id)
    place = cell.offset(name.lineno, name.col_offset)
    deciding = None if history is None else reaching(history, cell, place)
    if deciding is None or len(deciding) != 1:
        return None
    binding = deciding[0]
    if binding.kind != "value" or not isinstance(binding.node, ast.expr):
        return None
    return Setting(binding.cell, binding.node, binding.path)
