"""What loops go through: lists, the entries of dicts, lists side by side."""

from __future__ import annotations

from ..values import Origin, Value, unknown

ITERATOR, SET = "iterator", "set"
"""Names of lists that are none: what can be gone through once only, what has no order."""


def gone_through(value: Value) -> Value:
    """What a loop goes through: of a dict, its keys."""
    return of_dict(value, "keys") if value.kind == "dict" else value


def of_dict(value: Value, method: str) -> Value:
    """What `keys()`, `values()` and `items()` of a dict give."""
    place = value.origin or Origin(0, 0, 0)
    keys = [Value("constant", 0, 0, constant=key, origin=place) for key in value.entries]
    keys += [unknown("is a key that is no text")] * len(value.arguments)
    values = [*value.entries.values(), *value.arguments]
    rows = values if method == "values" else keys
    if method == "items":
        pairs = zip(keys, values, strict=True)
        rows = [Value("list", 0, 0, items=pair, origin=place) for pair in pairs]
    return Value("list", 0, 0, items=tuple(rows), open=value.open, origin=place)


def made_of(function: str, given: tuple[Value, ...], origin: Origin) -> Value | None:
    """What `zip`, `enumerate`, `list` and `tuple` make of lists; None for any other function, and
    where the lists are not known."""
    lists = tuple(map(gone_through, given))
    if not lists or any(value.kind != "list" or value.open for value in lists):
        return None
    if any(value.name == SET for value in lists):
        return None
    if function == "builtins.enumerate" and len(lists) == 1:
        numbers = range(len(lists[0].items))
        items = tuple(Value("constant", 0, 0, constant=n, origin=origin) for n in numbers)
        lists = (Value("list", 0, 0, items=items), *lists)
    elif function in ("builtins.list", "builtins.tuple") and len(lists) == 1:
        return lists[0]
    elif function != "builtins.zip":
        return None
    rows = zip(*(value.items for value in lists), strict=False)
    made = [Value("list", 0, 0, items=row, origin=origin) for row in rows]
    return Value("list", 0, 0, items=tuple(made), origin=origin, name=ITERATOR)
