"""What `with Client() as client:` gives a name to: clients that are themselves what is entered."""

from __future__ import annotations

import ast

from .names import Call

_CLIENTS = frozenset(
    ("aiohttp.ClientSession", "httpx.AsyncClient", "httpx.Client", "requests.Session",
     "requests.session", "urllib3.PoolManager")
)  # fmt: skip


_MOST = 30
"""Of so many `with` of a kind in one cell the name is looked for."""


def called(call: Call) -> str | None:
    """The dotted name of what is called, also where it is a method of such a client."""
    function = call.node.func
    receiver = function.value if isinstance(function, ast.Attribute) else None
    if call.name is not None or not isinstance(receiver, ast.Name):
        return call.name
    client = _client(call, receiver.id)
    return None if client is None else f"{client}().{call.method}"


def _client(call: Call, name: str) -> str | None:
    """The class of the client that the innermost `with` around a call gives the name to."""
    cell = call.cell
    every: tuple[ast.With | ast.AsyncWith, ...] = (
        *cell.nodes(ast.With)[:_MOST],
        *cell.nodes(ast.AsyncWith)[:_MOST],
    )
    for node in reversed(every):
        start, end = cell.span(node)
        for item in node.items if start < call.start < end else ():
            target = item.optional_vars
            if isinstance(target, ast.Name) and target.id == name:
                made = cell.value(item.context_expr)
                is_client = made.kind == "instance" and made.name in _CLIENTS
                return made.name if is_client else None
    return None
