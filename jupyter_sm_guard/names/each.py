"""Values of which parts are others each time that a place is reached."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from ..values import Value

_MOST_PARTS = 5000
"""Parts that are looked at for one value, counted each time that it is another one."""


def each_of(value: Value) -> Iterator[Value]:
    """What a value is each time, by each loop and function of its parts in turn; the value itself
    where it is always the same, or that would be too much."""
    parts = parts_of(value)
    times = {id(part.times): (part.times, len(part.each)) for part in parts if part.each}
    if not times or len(parts) * sum(number for _, number in times.values()) > _MOST_PARTS:
        yield value
        return
    for by, number in times.values():
        for one in range(number):
            yield at_time(value, by, one)


def at_time(value: Value, by: object, number: int) -> Value:
    """What a value is at one of the times that a loop or a function makes it another one."""
    return made_over(value, partial(_at, by, number))


def _at(by: object, number: int, part: Value) -> Value | None:
    return part.each[number] if part.each and part.times is by else None


def at_call(value: Value, function: object, number: int | None) -> Value:
    """What a value is in one call of a function, without what loops and other functions make."""

    def chosen(part: Value) -> Value | None:
        if part.each and part.times is function and number is not None:
            return always(part.each[number])
        return _without_times(part)

    return made_over(value, chosen)


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
