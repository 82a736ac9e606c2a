"""IAM policies as they stand in code: dict literals, JSON in strings, arguments of the `aws` CLI.

Pure. A policy is read into statements whose parts are texts with their places; what is put together
when the notebook runs is missing from them, and so is no finding.
"""

from __future__ import annotations

import ast
import json
import operator
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from .names import PythonCell, each_of
from .shell import UNKNOWN, Command
from .values import Value

LONGEST = 64 * 1024
"""Characters of JSON that are read; a policy has at most 20,480."""


_WRITES = re.compile(
    r"\s{0,99}%%(?:writefile|file)[ \t]{1,9}(?:-a[ \t]{1,9})?"
    r"[^\s]{1,300}\.json[\"']?[ \t]{0,9}\r?\n"
)

_PRINCIPALS = frozenset(("Principal", "NotPrincipal"))

Place = Callable[[int], int] | tuple[int, int]
"""Where the character of that index stands; start and end of a text that is not written letter for
letter."""


@dataclass(frozen=True)
class Part:
    """One text of a statement (an action, a resource, a principal) and where it stands."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Statement:
    """What one statement of a policy allows or denies. `of_resource` says that it names a
    principal, known or not, as only policies of resources do. `start` and `end` are where it
    stands."""

    allows: bool
    actions: tuple[Part, ...]
    not_actions: tuple[Part, ...]
    resources: tuple[Part, ...]
    principals: tuple[Part, ...]
    of_resource: bool
    conditional: bool
    start: int
    end: int


def in_dict(value: Value) -> Iterator[Statement]:
    """The statement that a dict literal is; nothing for any other dict."""
    effect = value.entries.get("Effect") if value.kind == "dict" else None
    if effect is None or effect.text is None:
        return
    if "Action" in value.entries or "NotAction" in value.entries:
        yield Statement(
            effect.text == "Allow",
            tuple(_parts(value.entry_here("Action"))),
            tuple(_parts(value.entry_here("NotAction"))),
            tuple(_parts(value.entry_here("Resource"))),
            tuple(_principals(value.entries.get("Principal"))),
            not _PRINCIPALS.isdisjoint(value.entries),
            "Condition" in value.entries or value.open,
            value.start,
            value.end,
        )


def _each_in_dict(value: Value) -> Iterator[Statement]:
    """The statements that a dict literal is; in a function or a loop, of each time."""
    for one in each_of(value) if "Effect" in value.entries else ():
        yield from in_dict(one)


def _gets_condition(cell: PythonCell, assigned: ast.Assign) -> bool:
    """Whether a dict that is assigned to a name is given a condition later."""
    scope = cell.scope_of(assigned)
    for target in assigned.targets:
        if isinstance(target, ast.Name):
            own = cell.locals_of(scope).get(target.id) if scope is not None else None
            history = own or cell.notebook.history(target.id)
            for binding in history.all if history is not None else ():
                first = binding.keys[0] if binding.keys else None
                if isinstance(first, ast.Constant) and first.value == "Condition":
                    return True
    return False


def _parts(value: Value | None) -> Iterator[Part]:
    if value is None:
        return
    if value.text is not None:
        yield Part(value.text, value.start, value.end)
    for item in value.items_here:
        yield from _parts(item)


def _principals(value: Value | None) -> Iterator[Part]:
    yield from _parts(value)
    if value is not None and value.kind == "dict":
        yield from _parts(value.entries.get("AWS"))


def in_json(text: str, place: Place) -> Iterator[Statement]:
    """The statements of a policy in JSON; nothing for any other text. `place` tells where the
    characters of the text stand."""
    if len(text) > LONGEST or '"Statement"' not in text or not text.lstrip().startswith("{"):
        return
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return
    found = document.get("Statement") if isinstance(document, dict) else None
    for statement in found if isinstance(found, list) else [found]:
        if isinstance(statement, dict) and isinstance(statement.get("Effect"), str):
            yield _from_json(statement, text, place)


def _from_json(statement: Mapping[str, Any], text: str, place: Place) -> Statement:
    def parts(key: str, value: Any) -> tuple[Part, ...]:
        values = value if isinstance(value, list) else [value]
        known = [v for v in values if isinstance(v, str) and UNKNOWN not in v]
        return tuple(Part(v, *_places(text, key, v, place)) for v in known)

    principal = statement.get("Principal")
    if isinstance(principal, dict):
        principal = principal.get("AWS")
    return Statement(
        statement["Effect"] == "Allow",
        parts("Action", statement.get("Action")),
        parts("NotAction", statement.get("NotAction")),
        parts("Resource", statement.get("Resource")),
        parts("Principal", principal),
        not _PRINCIPALS.isdisjoint(statement),
        "Condition" in statement or any(UNKNOWN in key for key in statement),
        *_between(place, 0, len(text)),
    )


def _places(text: str, key: str, value: str, place: Place) -> tuple[int, int]:
    """Where the first such entry of the document stands; JSON's reader gives no places."""
    form = rf"\"{key}\"\s{{0,80}}:[^\]}}]{{0,2000}}?({re.escape(json.dumps(value))})"
    match = re.search(form, text)
    if match is None:  # written with other escapes
        return _between(place, 0, len(text))
    return _between(place, *match.span(1))


def _between(place: Place, start: int, end: int) -> tuple[int, int]:
    return place if isinstance(place, tuple) else (place(start), place(end - 1) + 1)


def in_python(cell: PythonCell) -> Iterator[Statement]:
    """The statements in a cell's dict literals, and in the JSON in its strings; not in what
    something is compared with."""
    compared = [
        cell.span(node)
        for comparison in cell.nodes(ast.Compare)
        for node in (comparison.left, *comparison.comparators)
        if isinstance(node, ast.Dict)
    ]
    conditioned = [
        cell.span(assigned.value)[0]
        for assigned in cell.nodes(ast.Assign)
        if isinstance(assigned.value, ast.Dict) and _gets_condition(cell, assigned)
    ]
    for value in cell.dicts():
        if not any(start <= value.start < end for start, end in compared):
            for statement in _each_in_dict(value):
                is_later = any(value.start == start for start in conditioned)
                yield replace(statement, conditional=statement.conditional or is_later)
    read: list[int] = []
    for value in cell.strings('"Statement"'):
        text = value.text or ""
        written = cell.text[value.start : value.end].find(text)
        place = partial(operator.add, value.start + written) if written >= 0 else None
        for statement in in_json(text, place or (value.start, value.end)):
            read.append(value.start)
            yield statement
    for value in cell.texts('"Statement"'):
        if not any(value.start <= start < value.end for start in read):
            yield from in_json(value.wording or "", (value.start, value.end))


def in_written(source: str) -> Iterator[Statement]:
    """The statements of the policy that a `%%writefile NAME.json` cell writes."""
    match = _WRITES.match(source)
    if match is not None:
        yield from in_json(source[match.end() :], partial(operator.add, match.end()))


def in_shell(command: Command) -> Iterator[Statement]:
    """The statements of the policies in an `aws` command's arguments, and in the here-documents
    that are written to files."""
    if command.name == "aws":
        for word in command.arguments:
            yield from in_json(word.text, word.place)
    for redirection in command.redirections:
        if redirection.operator.startswith("<<"):
            yield from in_json(redirection.target.text, redirection.target.place)
