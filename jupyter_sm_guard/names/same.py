"""Whether two values are one and the same, as far as that is known."""

from __future__ import annotations

from collections.abc import Sequence

from ..values import Value

_DEEPEST, _MOST = 3, 30
"""Lists and dicts that are deeper or longer are the same only where they are written once."""


def same(one: Value, other: Value, depth: int = 0) -> bool:
    """Whether two values are known to be one and the same."""
    if one.kind != other.kind or not one.known:
        return False
    if one.kind == "constant":
        return other.is_constant(one.constant)
    if one.kind == "reference":
        return one.name == other.name and not one.entries and not other.entries
    if one.kind in ("class", "object"):
        return one.origin == other.origin
    if one.items is other.items and one.entries is other.entries:
        return one.arguments is other.arguments and one.origin == other.origin
    if one.open or other.open or depth >= _DEEPEST:
        return False
    return (
        one.name == other.name
        and one.entries.keys() == other.entries.keys()
        and _all_same(one.items, other.items, depth)
        and _all_same(one.arguments, other.arguments, depth)
        and _all_same([*one.entries.values()], [other.entries[name] for name in one.entries], depth)
    )


def _all_same(these: Sequence[Value], those: Sequence[Value], depth: int) -> bool:
    """Two that are not known make no difference: what they are part of is not known by them."""
    return len(these) == len(those) <= _MOST and all(
        not (one.known or other.known) or same(one, other, depth + 1)
        for one, other in zip(these, those, strict=True)
    )
