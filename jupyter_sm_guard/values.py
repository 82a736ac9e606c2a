"""What an expression is known to be without running it: a constant, a list, a dict, an imported
thing, what a call of such a thing gives; or unknown, which is never a finding."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Constant = str | bytes | bool | int | float | complex | None


@dataclass(frozen=True)
class Origin:
    """Where a value was written: the cell's index and the offsets in its source."""

    cell: int
    start: int
    end: int


@dataclass(frozen=True)
class Value:
    """`kind` is `constant`, `list`, `dict`, `reference` (a thing with a dotted name), `instance`
    (what calling the thing of that name gives), `class` (one that the notebook defines) or
    `unknown`.

    `start` and `end` are where the expression stands that was asked about, `origin` where what it
    stands for was written; the same place for a literal. `open` says that a list, dict or call may
    hold more than is seen. `arguments` are those of the call that made an instance, or a dict's
    values under keys that are no texts. `outline` is
    what is written of a text that is put together when the notebook runs, the character U+FFFD for
    each part that is not. `each` is what is known of an unknown value that is another one each
    time, `times` the loop or the function by which it is; `definition` the cell and the definition
    of a function of the notebook.
    """

    kind: str
    start: int
    end: int
    constant: Constant = None
    items: tuple[Value, ...] = ()
    entries: Mapping[str, Value] = field(default_factory=dict)
    arguments: tuple[Value, ...] = ()
    name: str | None = None
    open: bool = False
    origin: Origin | None = None
    why: str = ""
    outline: str | None = None
    each: tuple[Value, ...] = ()
    times: Any = field(default=None, compare=False, repr=False)
    definition: tuple[Any, Any] | None = field(default=None, compare=False, repr=False)

    @property
    def every(self) -> tuple[Value, ...]:
        """What it may be: itself, or what it is each time."""
        return self.each or (self,)

    @property
    def known(self) -> bool:
        """Whether it is known what this is; parts of it may still be unknown."""
        return self.kind != "unknown"

    @property
    def text(self) -> str | None:
        """The text of a string constant; None for anything else."""
        return self.constant if isinstance(self.constant, str) else None

    @property
    def wording(self) -> str | None:
        """What is written of a text, U+FFFD for each part that is not; None for anything else."""
        return self.text if self.outline is None else self.outline

    def is_constant(self, constant: Constant) -> bool:
        """Whether it is this very constant: 0 is not False."""
        return (
            self.kind == "constant"
            and type(self.constant) is type(constant)
            and self.constant == constant
        )

    def at(self, start: int, end: int) -> Value:
        """The same value, asked about at another place."""
        if start == self.start and end == self.end:
            return self
        moved = object.__new__(Value)  # `replace` takes ten times as long, and this is asked most
        moved.__dict__.update(self.__dict__, start=start, end=end)
        return moved

    def entry(self, key: str) -> Value | None:
        """A dict's entry or an instance's keyword argument; None where it has none."""
        return self.entries.get(key)

    def entry_here(self, key: str) -> Value | None:
        """A dict's entry at its own place where the dict is written right there, else at the place
        of the dict: what a name stands for may be written in another cell."""
        found = self.entries.get(key)
        return None if found is None else self._placed(found)

    @property
    def items_here(self) -> tuple[Value, ...]:
        """A list's items, each at a place of the same kind."""
        return tuple(map(self._placed, self.items))

    def _placed(self, part: Value) -> Value:
        origin = self.origin
        is_written = origin is not None and (origin.start, origin.end) == (self.start, self.end)
        inside = self.start <= part.start and part.end <= self.end
        return part if is_written and inside else part.at(self.start, self.end)


def unknown(why: str, start: int = 0, end: int = 0) -> Value:
    """No value, and why."""
    made = object.__new__(Value)  # as in `at`: most of what is asked about is unknown
    made.__dict__.update(_UNKNOWN.__dict__, start=start, end=end, why=why)
    return made


_UNKNOWN = Value("unknown", 0, 0)
