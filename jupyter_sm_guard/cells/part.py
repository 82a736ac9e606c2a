"""A piece of a cell in one language, and where it stands."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field, replace
from functools import cached_property

from ..shell import Script, parse
from .lines import Line

_TAKEN = re.compile(r"=[ \t]*(?:!{1,2}|%[ \t]*(?:sx|system)[ \t]*)\Z")


@dataclass(frozen=True)
class Part:
    """A piece of a cell in one language. `kind` is `python`, `shell`, `dockerfile`, `settings` (a
    file of names and values) or `text`.

    `alone` says that it is a document of its own, whose names are not the notebook's; `written`
    that it is only put into a file, the one of that `path`: it runs elsewhere. `escaped`: it stands
    in a string, where it can't be changed without regard for that. `interpolated`: IPython puts
    values for `{this}` and `$this` first. `taken`: a variable takes what is printed.
    `valid` is IPython's answer to "is this Python" as far as it is known without parsing.
    `lenient`: it may well be something else.
    """

    kind: str
    text: str
    starts: tuple[tuple[int, int], ...] = ((0, 0),)
    alone: bool = False
    written: bool = False
    escaped: bool = False
    interpolated: bool = False
    taken: bool = False
    lenient: bool = False
    valid: bool = True
    path: str = ""
    firsts: tuple[int, ...] = field(default=(), compare=False)

    @cached_property
    def script(self) -> Script:
        """The commands of a shell's text."""
        script = parse(self.text, interpolated=self.interpolated)
        return replace(script, taken=True) if self.taken else script

    def in_cell(self, offset: int) -> int:
        """The offset in the cell's source of an offset in this text."""
        if len(self.starts) == 1:
            return self.starts[0][1] + offset - self.starts[0][0]
        firsts = [first for first, _ in self.starts] if not self.firsts else self.firsts
        first, source = self.starts[bisect_right(firsts, offset) - 1]
        return source + offset - first


def shell_from(source: str, start: int, last: Line) -> Part:
    """The command from `start` to the end of a line."""
    end = last.at + len(last.text.rstrip("\r\n"))
    taken = _TAKEN.search(source, source.rfind("\n", 0, start) + 1, start) is not None
    return Part("shell", source[start:end], ((0, start),), interpolated=True, taken=taken)
