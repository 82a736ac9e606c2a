"""Values of which parts are others each time that a place is reached."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from ..values import Value

_MOST_PARTS = 5000
"""Parts that are looked at for one value, counted each time that it is another one."""


def each_of(value: Value) -> Iterator[Value]:
    """What a value is each time; the value itself where it is always the same, or where it can't
    be told which parts belong together."""
    parts = parts_of(value)
    times = {len(part.each) for part in parts if part.each}
    if len(times) != 1 or len(parts) * max(times) > _MOST_PARTS:
        yield value
        return
    for number in range(times.pop()):
        yield made_over(value, partial(_at, number))


def _at(number: int, part: Value) -> Value | None:
    return part.each[number] if part.each else None


def always(value: Value) -> Value:
    """The value without what it is only at some times."""
    return made_over(value, _without_times)


def _without_times(part: Value) -> Value | None:
    return replace(part, each=()) if part.each else None


def parts_of(value: Value) -> list[Value]:
    """The value and all that is in it, each once."""
    every = [value]
    seen = {id(value)}
    for whole in every:  # which grows while it is read
        for part in (*whole.items, *whole.arguments, *whole.entries.values()):
            if id(part) not in seen and len(every) <= _MOST_PARTS:
                seen.add(id(part))
                every.append(part)
    return every


def made_over(value: Value, change: Callable[[Value], Value | None]) -> Value:
    """The value with other parts; `change` gives None for one that stays as it is. One part may be
    in many places, and is looked at once."""
    known: dict[int, tuple[Value, Value]] = {}

    def made(part: Value) -> Value:
        if id(part) not in known:
            other = change(part)
            known[id(part)] = part, other.at(part.start, part.end) if other else inside(part)
        return known[id(part)][1]

    def inside(whole: Value) -> Value:
        items, arguments = tuple(map(made, whole.items)), tuple(map(made, whole.arguments))
        entries = {name: made(part) for name, part in whole.entries.items()}
        before = (*whole.items, *whole.arguments, *whole.entries.values())
        after = (*items, *arguments, *entries.values())
        if all(one is other for one, other in zip(before, after, strict=True)):
            return whole
        return replace(whole, items=items, arguments=arguments, entries=entries)

    return made(value)
