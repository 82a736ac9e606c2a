"""The expression that a name is set to, where what it stands for is known only when it runs."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from .bindings import Binding, History
from .cell import PythonCell


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
    binding = None if history is None else _binding(history, cell, name)
    if binding is None or binding.kind != "value" or not isinstance(binding.node, ast.expr):
        return None
    return Setting(binding.cell, binding.node, binding.path)


def _binding(history: History, cell: PythonCell, name: ast.Name) -> Binding | None:
    place = cell.number, cell.offset(name.lineno, name.col_offset)
    reaching = history.before(place)
    while reaching and _holds(reaching[-1], cell, place[1]):  # `x = f(x)` is about the x before
        reaching = history.before((cell.number, reaching[-1].order))
    return reaching[0] if reaching is not None and len(reaching) == 1 else None


def _holds(binding: Binding, cell: PythonCell, order: int) -> bool:
    if binding.cell is not cell or binding.node is None:
        return False
    start, end = cell.span(binding.node)
    return start <= order < end
