"""What adding two values gives, and computing with whole numbers."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable

from ..values import Origin, Value, unknown
from .texts import MOST_ITEMS, joined

_LARGEST = 2**31
_ARITHMETIC: dict[type[ast.operator], Callable[[int, int], int]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
}


def added(left: Value, right: Value, origin: Origin) -> Value:
    """The sum of texts, lists or whole numbers."""
    if "list" in (left.kind, right.kind) and {left.kind, right.kind} <= {"list", "unknown"}:
        items = [*(left.items_here if left.known else (left,))]
        items += right.items_here if right.known else (right,)
        if len(items) > MOST_ITEMS:
            return unknown("is too long")
        is_open = any(not value.known or value.open for value in (left, right))
        return Value("list", 0, 0, items=tuple(items), open=is_open, origin=origin)
    return joined(left, right, origin) or calculated(left, right, ast.Add(), origin)


def calculated(left: Value, right: Value, by: ast.operator, origin: Origin) -> Value:
    """What an operator makes of two whole numbers."""
    work = _ARITHMETIC.get(type(by))
    one, other = _integer(left), _integer(right)
    if work and one is not None and other is not None:
        return Value("constant", 0, 0, constant=work(one, other), origin=origin)
    return unknown("is computed when the notebook runs")


def _integer(value: Value) -> int | None:
    """A whole number that is no truth value and of ordinary size."""
    number = value.constant
    if isinstance(number, int) and not isinstance(number, bool) and abs(number) < _LARGEST:
        return number
    return None
