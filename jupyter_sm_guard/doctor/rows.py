"""The doctor's text: labelled rows, aligned at 80 columns, on a terminal and in a ticket alike."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ..installation.statements import EVERYTHING, TAKEN_BACK, Statement
from ..model import Step
from ..redaction import redacted

WIDTH = 80
_LABEL = 20


@dataclass(frozen=True)
class Row:
    """A label and what is to be said under it."""

    label: str
    text: str


def section(title: str, rows: Iterable[Row]) -> Iterator[str]:
    """A title and its rows, as lines."""
    yield ""
    yield plain(title)
    for row in rows:
        yield from _wrap(row.text, f"  {plain(row.label):<{_LABEL}}", " " * (_LABEL + 2))


def statement_rows(statements: Iterable[Statement]) -> Iterator[Row]:
    """A row for each: what it says, of what, and where."""
    for statement in statements:
        null = statement.says == TAKEN_BACK
        label = "null" if null else "counts" if statement.counts else "overridden"
        about = "all extensions" if statement.about == EVERYTHING else statement.about
        yield Row(label, f"{about} {statement.says} ({statement.level}): {statement.path}")


def steps(found: Iterable[Step]) -> list[str]:
    """Numbered steps; a command has lines of its own, which are never wrapped."""
    lines: list[str] = []
    for number, step in enumerate(found, 1):
        lines += _wrap(step.text, f"  {number}. ", "     ")
        lines += [f"       {plain(line)}" for line in (step.command or "").splitlines()]
    return lines


def _wrap(text: str, first: str, later: str) -> list[str]:
    return textwrap.wrap(
        plain(text),
        WIDTH,
        initial_indent=first,
        subsequent_indent=later,
        break_on_hyphens=False,
        break_long_words=False,
    )


def plain(text: str) -> str:
    """Without what looks like a secret, without control and direction characters, which could make
    a terminal lie, and without halves of characters, which no file can hold."""
    return "".join(c if unicodedata.category(c)[0] != "C" else " " for c in redacted(text))
