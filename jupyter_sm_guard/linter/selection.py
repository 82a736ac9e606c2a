"""What a document is judged by, and what that gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from .. import catalog
from ..gate import Entry, Gate
from ..rule import Fix, Related, Rule


@dataclass(frozen=True)
class Found:
    """A match with its rule and its place: offsets in the source of the cell of that index, or in
    the text output at that path of the notebook's JSON. `line_of` is where its statement ends."""

    rule: str
    cell: int
    start: int
    end: int
    message: str
    extent: int
    output: tuple[str | int, ...] | None = None
    fix: Fix | None = None
    related: tuple[Related, ...] = ()
    likely: bool = False
    unknown: bool = False


@dataclass
class Outcome:
    """What a document gave: findings, what could not be decided, what could not be read."""

    found: list[Found] = field(default_factory=list)
    unknown: list[Found] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    suppressed: int = 0


@dataclass(frozen=True)
class Selection:
    """The rules that apply, by what the index says of them, and what decides about their matches:
    the profile, what is known of the machine, and the day. `known` are the names of all rules there
    are, `mandatory` those that nobody can suppress. `load` gives a rule by its name."""

    entries: tuple[Entry, ...]
    strict: bool = False
    posture: frozenset[str] = frozenset()
    gated: bool = True
    known: frozenset[str] = frozenset()
    mandatory: frozenset[str] = frozenset()
    today: date = date.min
    load: Callable[[str], Rule] = catalog.rule
    defaults: Mapping[str, Any] | None = field(default_factory=dict)

    def is_strict(self, name: str) -> bool:
        """Whether a rule applies as in the strict profile."""
        return self.strict or name in self.mandatory

    @cached_property
    def applied(self) -> tuple[Entry, ...]:
        """The rules for which enough is known of the machine."""
        return tuple(entry for entry in self.entries if self.posture.issuperset(entry.posture))

    @cached_property
    def gate(self) -> Gate:
        """The gate before these rules."""
        return Gate(self.applied, self.is_strict)
