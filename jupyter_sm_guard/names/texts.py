"""Texts that are put together, which are known in whole or in part."""

from __future__ import annotations

import ast
import re
import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from string import Formatter
from typing import TYPE_CHECKING

from ..shell import UNKNOWN
from ..values import Origin, Value, unknown

if TYPE_CHECKING:
    from .cell import PythonCell

LONGEST = 64 * 1024
"""Characters of a string that is put together."""
MOST_ITEMS = 4096
"""Items of a list that is put together."""
MOST_ENTRIES = 256
"""Entries of a dict that is put together: no request has as many parameters."""
_PERCENT = re.compile(
    r"%(?P<name>\(\w+\))?(?P<form>[-+ #0]*[\d*]*(?:\.[\d*]*)?)(?P<kind>[diouxXeEfFgGcrsa%])"
)
_STRIPS = ("strip", "lstrip", "rstrip")


def put_together(pieces: Iterable[str | None], origin: Origin) -> Value:
    """The text that the pieces make; None is one that is not known."""
    texts, length = [], 0
    for piece in pieces:
        texts.append(UNKNOWN if piece is None else piece)
        length += len(texts[-1])
        if length > LONGEST:
            return unknown("is too long")
    text = "".join(texts)
    if UNKNOWN not in text:
        return Value("constant", 0, 0, constant=text, origin=origin)
    why = "is put together when the notebook runs"
    return Value("unknown", 0, 0, why=why, outline=text, origin=origin)


def formatted(cell: PythonCell, node: ast.JoinedStr, depth: int) -> Value:
    """`f"…{x}…"`; with one part that is another one each time, each of them is known."""
    parts = [_piece(cell, part, depth) for part in node.values]
    pieces = [None if part is None else _shown(part) for part in parts]
    made = put_together(pieces, cell.here(node))
    various = [(n, part.each) for n, part in enumerate(parts) if part is not None and part.each]
    times = {id(part.times): part.times for part in parts if part is not None and part.each}
    if len(times) != 1 or made.outline is None:
        return made
    rows = (dict(zip((n for n, _ in various), row, strict=True))
            for row in zip(*(each for _, each in various), strict=True))  # fmt: skip
    texts = (
        [_shown(row[n]) if n in row else piece for n, piece in enumerate(pieces)] for row in rows
    )
    each = tuple(put_together(text, cell.here(node)) for text in texts)
    return replace(made, each=each, times=next(iter(times.values())))


def _piece(cell: PythonCell, part: ast.expr, depth: int) -> Value | None:
    if not isinstance(part, ast.FormattedValue):
        return cell.value(part, depth)
    if part.conversion != -1 or part.format_spec:
        return None
    return cell.value(part.value, depth)


def _shown(value: Value) -> str | None:
    """What a value is within a text."""
    is_shown = value.kind == "constant" and not isinstance(value.constant, bytes)
    return str(value.constant) if is_shown else value.wording


def joined(one: Value, other: Value, origin: Origin) -> Value | None:
    """The sum of two texts, of which one may be unknown; None where it is none of texts."""
    if one.wording is None and other.wording is None:
        return None
    if all(value.wording is not None or not value.known for value in (one, other)):
        return put_together((one.wording, other.wording), origin)
    return None


def by_percent(left: Value, right: Value, origin: Origin) -> Value | None:
    """`"… %s …" % x`; None where no text stands on the left."""
    if left.wording is None:
        return None
    given = right.items if right.kind == "list" else (right,)
    return put_together(_percent_pieces(left.wording, given, right.entries), origin)


def _percent_pieces(
    text: str, given: Sequence[Value], named: Mapping[str, Value]
) -> Iterator[str | None]:
    end = number = 0
    is_sure = True
    for match in _PERCENT.finditer(text):
        yield text[end : match.start()]
        end = match.end()
        if match["kind"] == "%":
            yield "%"
            continue
        is_sure = is_sure and "*" not in match["form"]
        is_plain = is_sure and not match["form"] and match["kind"] in "sd"
        if match["name"]:
            found = named.get(match["name"][1:-1])
        else:
            found = given[number] if number < len(given) else None
            number += 1
        yield _shown(found) if is_plain and found is not None else None
    yield text[end:]


def of_method(
    base: Value, method: str, arguments: tuple[Value, ...], named: Mapping[str, Value],
    origin: Origin,
) -> Value | None:  # fmt: skip
    """What a text's method gives; None for another thing or method."""
    text = base.wording
    if text is None:
        return None
    if method == "split" and not arguments:
        return listed(text.split(), origin)
    if method in _STRIPS and not arguments:
        return put_together([getattr(text, method)()], origin)
    if method == "join" and len(arguments) == 1 and arguments[0].kind == "list":
        return put_together(_between(text, arguments[0]), origin)
    if method == "format":
        try:
            return put_together(_filled(text, arguments, named), origin)
        except ValueError:
            return unknown("is a format that Python refuses")
    return None


def _between(text: str, given: Value) -> Iterator[str | None]:
    for number, item in enumerate(given.items):
        if number:
            yield text
        yield item.wording
    if given.open:
        yield None


def _filled(
    text: str, arguments: Sequence[Value], named: Mapping[str, Value]
) -> Iterator[str | None]:
    number = 0
    for literal, field, form, conversion in Formatter().parse(text):
        yield literal
        if field is None:
            continue
        name = field or str(number)
        number += not field
        if name.isdecimal():
            found = arguments[int(name)] if int(name) < len(arguments) else None
        else:
            found = named.get(name)
        yield None if form or conversion or found is None else _shown(found)


def words_of(text: str, origin: Origin) -> Value:
    """`shlex.split(text)`."""
    try:
        return listed(shlex.split(text), origin)
    except ValueError:
        return listed([], origin)


def listed(words: Sequence[str], origin: Origin) -> Value:
    """A list of texts."""
    if len(words) > MOST_ITEMS:
        return unknown("is too long")
    items = tuple(put_together([word], origin) for word in words)
    return Value("list", 0, 0, items=items, origin=origin)
