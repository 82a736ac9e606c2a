"""A command's options (`-k`, `--index-url URL`) told from its other arguments."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from .words import Word


@dataclass(frozen=True, slots=True)
class Option:
    """An option as `-k` or `--insecure`, the word it stands in, and its value where it has one. Of
    a cluster like `-sSLk` each letter is one."""

    name: str
    word: Word
    value: Word | None = None

    @property
    def text(self) -> str | None:
        """The value as text, also of `--name=value` and `-nvalue`; None without."""
        if self.value is not None:
            return self.value.text
        head, equals, rest = self.word.text.partition("=")
        if head.startswith("--"):
            return rest if equals else None
        cluster = self.word.text[self.word.text.index(self.name[1]) + 1 :]
        return cluster or None


@dataclass(frozen=True, slots=True)
class Arguments:
    """A command's arguments taken apart."""

    options: tuple[Option, ...]
    plain: tuple[Word, ...]

    def option(self, *names: str) -> Option | None:
        """The last option of one of these names, which is the one that counts."""
        return next((option for option in reversed(self.options) if option.name in names), None)


def read_arguments(
    words: Sequence[Word], letters: str = "", long: Collection[str] = ()
) -> Arguments:
    """Take arguments apart. `letters` and `long` (`--output`) are the options whose value is the
    next word; in `-ofile` and `--output=file` the value is in the option's own word."""
    options: list[Option] = []
    plain: list[Word] = []
    rest = list(reversed(words))
    while rest:
        word = rest.pop()
        if word.text == "--":
            plain.extend(reversed(rest))
            break
        if word.text.startswith("--"):
            awaits = word.text in long and bool(rest)
            options.append(
                Option(word.text.partition("=")[0], word, rest.pop() if awaits else None)
            )
        elif word.text.startswith("-") and len(word.text) > 1:
            options.extend(_cluster(word, rest, letters))
        else:
            plain.append(word)
    return Arguments(tuple(options), tuple(plain))


def _cluster(word: Word, rest: list[Word], letters: str) -> list[Option]:
    found: list[Option] = []
    for index, letter in enumerate(word.text[1:], 1):
        if letter not in letters:
            found.append(Option("-" + letter, word))
            continue
        awaits = index + 1 == len(word.text) and bool(rest)
        found.append(Option("-" + letter, word, rest.pop() if awaits else None))
        break
    return found
