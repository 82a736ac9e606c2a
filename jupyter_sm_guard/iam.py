"""IAM policies as they stand in code: dict literals, JSON in strings, arguments of the `aws` CLI.

Pure. A policy is read into statements whose parts are texts with their places; what is put together
when the notebook runs is missing from them, and so is no finding.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .shell import Command
from .values import Value

LONGEST = 64 * 1024
"""Characters of JSON that are read; a policy has at most 20,480."""


@dataclass(frozen=True)
class Part:
    """One text of a statement (an action, a resource, a principal) and where it stands."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Statement:
    """What one statement of a policy allows or denies. `start` and `end` are where it stands."""

    allows: bool
    actions: tuple[Part, ...]
    not_actions: tuple[Part, ...]
    resources: tuple[Part, ...]
    principals: tuple[Part, ...]
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
            tuple(_parts(value.entries.get("Action"))),
            tuple(_parts(value.entries.get("NotAction"))),
            tuple(_parts(value.entries.get("Resource"))),
            tuple(_principals(value.entries.get("Principal"))),
            "Condition" in value.entries or value.open,
            value.start,
            value.end,
        )


def _parts(value: Value | None) -> Iterator[Part]:
    if value is None:
        return
    if value.text is not None:
        yield Part(value.text, value.start, value.end)
    for item in value.items:
        yield from _parts(item)


def _principals(value: Value | None) -> Iterator[Part]:
    yield from _parts(value)
    if value is not None and value.kind == "dict":
        yield from _parts(value.entries.get("AWS"))


def in_json(text: str, start: int, end: int) -> Iterator[Statement]:
    """The statements of a policy in JSON that stands from `start` to `end`; nothing for any other
    text. Every part has that place."""
    if len(text) > LONGEST or '"Statement"' not in text or not text.lstrip().startswith("{"):
        return
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return
    found = document.get("Statement") if isinstance(document, dict) else None
    for statement in found if isinstance(found, list) else [found]:
        if isinstance(statement, dict) and isinstance(statement.get("Effect"), str):
            yield _from_json(statement, start, end)


def _from_json(statement: Mapping[str, Any], start: int, end: int) -> Statement:
    def parts(value: Any) -> tuple[Part, ...]:
        values = value if isinstance(value, list) else [value]
        return tuple(Part(text, start, end) for text in values if isinstance(text, str))

    principal = statement.get("Principal")
    return Statement(
        statement["Effect"] == "Allow",
        parts(statement.get("Action")),
        parts(statement.get("NotAction")),
        parts(statement.get("Resource")),
        parts(principal.get("AWS") if isinstance(principal, dict) else principal),
        "Condition" in statement,
        start,
        end,
    )


def in_command(command: Command) -> Iterator[Statement]:
    """The statements of the policies in an `aws` command's arguments."""
    if command.name == "aws":
        for word in command.arguments:
            yield from in_json(word.text, word.start, word.end)
