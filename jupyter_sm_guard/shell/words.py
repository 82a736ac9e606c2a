"""What shell text is made of: words and operators, each with its place."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

UNKNOWN = "\ufffd"
"""Stands in a word's text for a part whose value is not written there."""


@dataclass(frozen=True, slots=True)
class Operator:
    """`|`, `&&`, `;`, `>` and so on, and the end of a line as `\\n`."""

    text: str
    start: int
    redirects: bool = False


@dataclass(frozen=True, slots=True)
class Word:
    """A word without its quotes. `start` and `end` are offsets in the text that was parsed, quotes
    included; `runs` holds (offset in `text`, offset in the parsed text) for every run of characters
    that stand together in both; `nested` the tokens of the substitutions in it; `names` the
    variables in it as they are written (`$x`, `${x}`, `{x}`)."""

    text: str
    start: int
    end: int
    runs: tuple[tuple[int, int], ...] = ()
    nested: tuple[tuple[Token, ...], ...] = ()
    quoted: bool = False
    names: tuple[str, ...] = ()

    @property
    def known(self) -> bool:
        """Whether all of it is written there."""
        return UNKNOWN not in self.text

    @property
    def literal(self) -> bool:
        """Whether the text itself stands there, and not a variable's name."""
        return not self.names

    def place(self, index: int) -> int:
        """Where the character `text[index]` stands in the text that was parsed."""
        run = bisect_right(self.runs, (index, self.end)) - 1
        if run < 0:
            return self.start
        begin, at = self.runs[run]
        return min(at + index - begin, self.end)

    def places(self) -> list[int]:
        """`place` of every character, and of the end (inside a closing quote)."""
        if not self.runs:  # a word that was not read from a shell's text
            return [self.start] * len(self.text) + [self.end]
        found: list[int] = []
        for index, (begin, at) in enumerate(self.runs):
            last = index + 1 == len(self.runs)
            end = len(self.text) if last else self.runs[index + 1][0]
            found.extend(range(at, at + end - begin))
        found.append(self.end if self.text.endswith(UNKNOWN) or not found else found[-1] + 1)
        return found


Token = Word | Operator


class Parts:
    """A word while it is read."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.runs: list[tuple[int, int]] = []
        self.nested: list[tuple[Token, ...]] = []
        self.names: list[str] = []
        self.quoted = False
        self.length = 0

    def add(self, text: str, at: int) -> None:
        """Add what stands at that offset."""
        self.texts.append(text)
        self.runs.append((self.length, at))
        self.length += len(text)
