"""On which line of a TOML file a key stands: the reader of the standard library does not tell."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from .shape import Place
from .toml import NotToml, loads

_HEADER = re.compile(r"\s*\[(\[?)([^\[\]]+)\]?\]\s*(#.*)?")
_KEY = re.compile(r"""\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=""")


def line_of(text: str, place: Place) -> int | None:
    """The line, counted from 1, of the key or the nearest table above it; None where neither is
    written in a way that is known here (an inline table, a text of many lines that looks like TOML
    can mislead it)."""
    lines = {tuple(found): number for number, found in reversed([*_places(text)])}
    for length in range(len(place), 0, -1):
        if place[:length] in lines:
            return lines[place[:length]]
    return None


def _places(text: str) -> Iterator[tuple[int, Place]]:
    above: Place = ()
    counted: Counter[Place] = Counter()
    for number, line in enumerate(text.splitlines(), 1):
        header, key = _HEADER.fullmatch(line), _KEY.match(line)
        if header is not None:
            above = _keys(header[2])
            for length in range(1, len(above)):  # [waivers.scope] is of the last of [[waivers]]
                if counted[above[:length]]:
                    index = counted[above[:length]] - 1
                    above = (*above[:length], index, *above[length:])
                    break
            if header[1]:
                counted[above] += 1
                above = (*above, counted[above] - 1)
            yield number, above
        elif key is not None:
            yield number, (*above, *_keys(key[1]))


def _keys(text: str) -> Place:
    try:
        node: Any = loads(f"{text} = 0\n")
    except NotToml:
        return ()
    keys: list[str | int] = []
    while isinstance(node, Mapping) and node:
        key = next(iter(node))
        keys.append(key)
        node = node[key]
    return tuple(keys)
