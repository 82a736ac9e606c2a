"""Variables of the environment that a notebook sets: in Python, in a shell, with `%env`."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from .names import Call, PythonCell
from .shell import Command

_UPDATE = frozenset(("os.environ.update",))
_SETTERS = frozenset(("os.environ.setdefault", "os.putenv"))
_EXPORTS = ("export", "declare", "env", "set")
_MAGIC = re.compile(
    r"^[ \t]{0,40}%(?:set_)?env[ \t]{1,9}([A-Z_]{3,40})(?:[ \t]{0,9}=|[ \t])[ \t]{0,9}"
    r"([^\s#]{0,400})[ \t]{0,40}$",
    re.MULTILINE,
)


@dataclass(frozen=True)
class Variable:
    """A variable, what it is set to, and where that stands."""

    name: str
    value: str
    start: int
    end: int


def in_python(cell: PythonCell, names: Collection[str]) -> Iterator[Variable]:
    """Those of the variables that `os.environ` gets, where the value is known."""
    for assignment in cell.assignments():
        key = assignment.key
        if (
            key is None
            or key.text not in names
            or not (assignment.target or "").endswith("environ")
        ):
            continue
        if assignment.value.text is not None:
            yield Variable(key.text or "", assignment.value.text, assignment.start, assignment.end)
    for call in cell.calls():
        yield from _set_by(call, names)


def _set_by(call: Call, names: Collection[str]) -> Iterator[Variable]:
    """`os.environ.update(…)` and the like."""
    if call.is_named(_UPDATE):
        given = call.arguments[0] if call.arguments else None
        found = {name: given.entry_here(name) for name in given.entries} if given else {}
        for name, value in {**found, **call.keywords}.items():
            if name in names and value is not None and value.text is not None:
                yield Variable(name, value.text, value.start, value.end)
    if call.is_named(_SETTERS):
        key, new = call.argument("key", 0), call.argument("value", 1)
        text = None if new is None else new.text
        if key is not None and key.text in names and text is not None:
            yield Variable(key.text or "", text, call.start, call.end)


def in_shell(command: Command) -> Iterator[Variable]:
    """The variables that a command is given, or sets for those behind it."""
    words = command.assignments
    if command.name in _EXPORTS:
        words = (*words, *command.arguments)
    for word in words:
        name, equals, value = word.text.partition("=")
        if equals:
            yield Variable(name, value, word.start, word.end)


def in_magics(text: str) -> Iterator[Variable]:
    """`%env NAME=value`, which is neither Python nor shell."""
    for match in _MAGIC.finditer(text):
        yield Variable(match[1], match[2], match.start(1), match.end(2))
