"""Words and operators as simple commands: pipes followed, wrappers and nested scripts opened."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from .reader import Reader
from .variables import filled_in
from .words import UNKNOWN, Operator, Token, Word
from .wrappers import ASSIGNMENT, SHELLS, Wrapper, program, script_of, unwrap

_DEEPEST = 8  # scripts in scripts (`bash -c "bash -c …"`)
_RESERVED = frozenset(
    ("if", "then", "elif", "else", "fi", "while", "until", "do", "done", "{", "}", "!", "esac")
)
_HEADS = frozenset({"for", "select", "case"})  # nothing is run by these words themselves
_EXECUTE = frozenset({"-exec", "-execdir", "-ok", "-okdir"})
HERE = frozenset({"<<", "<<-", "<<<"})
PYTHON = re.compile(r"(python|pypy)[0-9.]*(\.exe)?")


@dataclass(frozen=True, slots=True)
class Redirection:
    """`> file` and the like. For a here-document (`<<`) the target is its text."""

    operator: str
    target: Word


@dataclass(frozen=True, slots=True, eq=False)
class Command:
    """One program that a shell starts. `words` are the program and its arguments, without the
    `wrappers` in front (outermost first, those of an outer `sudo bash -c` included) and without
    the `assignments` (NAME=value). `reads` is the command at the other end of a pipe, and
    `nested` are the commands whose output stands in the words (`$(…)`, `<(…)`). `words` is empty
    for a mere `sudo -i` or `NAME=value`. `start` and `end` are offsets in the parsed text.

    `name` is the program without its folder, `pip` for `python -m pip`, "" where it is not known;
    `first` the index of its word."""

    words: tuple[Word, ...]
    start: int
    end: int
    wrappers: tuple[Wrapper, ...] = ()
    assignments: tuple[Word, ...] = ()
    redirections: tuple[Redirection, ...] = ()
    reads: Command | None = field(default=None, repr=False)  # a pipe may be thousands long
    nested: tuple[Command, ...] = ()
    name: str = ""
    first: int = 0

    @property
    def program(self) -> Word:
        """The word of the program, or of the module; only where there are words."""
        return self.words[self.first]

    @property
    def arguments(self) -> tuple[Word, ...]:
        """The words behind the program (behind the module, for `python -m pip`)."""
        return self.words[self.first + 1 :]

    def texts(self) -> list[str]:
        """The arguments' texts; a part that is not known is the character UNKNOWN."""
        return [word.text for word in self.arguments]


@dataclass(frozen=True, slots=True)
class Script:
    """The commands of a text in the order in which they stand there. `broken` is the offset of a
    quote or bracket that nothing closes; what stands before it was read, what follows was not.
    `taken`: what it prints goes into a variable and is not shown."""

    commands: tuple[Command, ...]
    broken: int | None = None
    taken: bool = False

    def __iter__(self) -> Iterator[Command]:
        return iter(self.commands)


def parse(text: str, *, interpolated: bool = False, offset: int = 0) -> Script:
    """The commands of a shell text. `interpolated` says that `{name}` is IPython's, as
    in `!` lines; `offset` is added to every place. Never raises; takes time linear in the text."""
    reader = Reader(text, range(offset, offset + len(text) + 1), interpolated)
    found: list[Command] = []
    tokens = reader.tokens()
    # in a `!` line, `$name` is a name of the notebook
    _Builder(found, interpolated).read(tokens if interpolated else filled_in(tokens))
    return Script(tuple(sorted(found, key=lambda command: command.start)), reader.broken)


def argv(words: Sequence[Word]) -> tuple[Command, ...]:
    """The commands that a list of arguments starts, as `subprocess.run([...])` does."""
    found: list[Command] = []
    builder = _Builder(found, interpolated=False)
    builder.words.extend(words)
    builder.finish()
    return tuple(found)


class _Builder:
    """Makes commands of tokens, in the order in which they end."""

    def __init__(
        self,
        found: list[Command],
        interpolated: bool,
        wrappers: tuple[Wrapper, ...] = (),
        depth: int = 0,
    ):
        self.found = found
        self.interpolated = interpolated
        self.outer = wrappers
        self.depth = depth
        self.words: list[Word] = []
        self.redirections: list[Redirection] = []
        self.reads: Command | None = None
        self.cases = 0
        self.skipping = ""  # until this operator: a pattern of `case`, or an array's elements

    def read(self, tokens: Sequence[Token]) -> None:
        """Add the commands of these tokens."""
        redirects = ""
        for token in tokens:
            if isinstance(token, Word):
                self._word(token, redirects)
            elif not token.redirects:
                self._operator(token)
            redirects = token.text if isinstance(token, Operator) and token.redirects else ""
        self.finish()

    def _word(self, word: Word, redirects: str) -> None:
        if redirects:
            self.redirections.append(Redirection(redirects, word))
        elif self.skipping != ")":
            self.words.append(word)
        elif self.cases and word.text == "esac":
            self.skipping = ""
            self.cases -= 1

    def _operator(self, operator: Operator) -> None:
        text = operator.text
        if self.skipping:
            if text == self.skipping:
                self.skipping = ""
            return
        if not self.words and text in ("\n", "("):
            return  # what follows still reads from the pipe
        first = self.words[0].text if self.words else ""
        if text == "(":
            self._bracket()
        elif first == "case":
            self.words.clear()
            self.cases += 1
            self.skipping = ")" if text != ")" else ""
        elif text in ("|", "|&"):
            self.finish()
            self.reads = self.found[-1] if self.found else None
        else:
            self.finish()
            if text.startswith(";") and text != ";" and self.cases:
                self.skipping = ")"

    def _bracket(self) -> None:
        """A bracket behind a word: an array's elements (`NAME=(…)`), or a function's `()`."""
        if self.words[-1].text.endswith("="):
            self.skipping = ")"
        self.words.clear()

    def finish(self) -> None:
        """End the command at hand, if there is one."""
        words, redirections, reads = self.words, tuple(self.redirections), self.reads
        self.words, self.redirections, self.reads = [], [], None
        nested = self._nested(words, redirections)
        words = self._without_reserved(words)
        if not words or words[0].text in _HEADS:
            return
        command = _unwrapped(words, self.outer, redirections, reads, nested)
        self.found.append(command)
        self._scripts(command)

    def _without_reserved(self, words: list[Word]) -> list[Word]:
        """The words behind `if`, `do`, `{`, `function NAME` and the like."""
        first = 0  # cut once: a line of a hostile text may be thousands of such words
        while first < len(words) and not words[first].quoted:
            text = words[first].text
            if text not in _RESERVED and text != "function":
                break
            if text == "esac":
                self.cases = max(self.cases - 1, 0)
            first += 2 if text == "function" else 1
        return words[first:]

    def _nested(
        self, words: Sequence[Word], redirections: Sequence[Redirection]
    ) -> tuple[Command, ...]:
        """The commands of the substitutions in these words; they also stand for themselves."""
        begin = len(self.found)
        for word in (*words, *(redirection.target for redirection in redirections)):
            for tokens in word.nested:
                _Builder(self.found, self.interpolated, self.outer, self.depth).read(tokens)
        return tuple(self.found[begin:])

    def _scripts(self, command: Command) -> None:
        """Add the commands of the text that this one runs: `bash -c TEXT`, `bash <<END`."""
        if self.depth >= _DEEPEST:
            return
        for words in _executed(command):
            builder = _Builder(self.found, self.interpolated, command.wrappers, self.depth + 1)
            builder.words.extend(words)
            builder.finish()
        for word in _scripts(command):
            if not word.text.strip(UNKNOWN):
                continue
            inner = Reader(word.text, word.places(), self.interpolated)
            builder = _Builder(self.found, self.interpolated, command.wrappers, self.depth + 1)
            builder.read(inner.tokens())


def _executed(command: Command) -> Iterator[list[Word]]:
    """The commands that `find … -exec COMMAND ;` starts."""
    words: list[Word] | None = None
    for word in command.arguments if command.name == "find" else ():
        if words is None:
            words = [] if word.text in _EXECUTE else None
        elif word.text in (";", "+"):
            yield words
            words = None
        else:
            words.append(word)


def _scripts(command: Command) -> list[Word]:
    """The texts that this command runs as a shell's: of `-c`, or what it reads from a `<<`."""
    if command.words:
        name = program(command.words[0])
        script = script_of(command.words)
        if script is not None:
            return [script]
        options = all(w.text.startswith(("-", "+")) for w in command.words[1:])
        reads = name == "su" or (name in SHELLS and options)
    else:
        reads = any(wrapper.name == "sudo" for wrapper in command.wrappers)
    return [r.target for r in command.redirections if reads and r.operator in HERE]


def _unwrapped(
    words: Sequence[Word],
    outer: tuple[Wrapper, ...],
    redirections: tuple[Redirection, ...],
    reads: Command | None,
    nested: tuple[Command, ...],
) -> Command:
    """The command of these words, with the wrappers and assignments in front of it apart."""
    assignments = _assignments(words)
    wrappers, rest = list(outer), words[len(assignments) :]
    while rest and len(wrappers) < len(outer) + _DEEPEST:
        wrapper, given, rest = unwrap(rest)
        if wrapper is None:
            break
        wrappers.append(wrapper)
        assignments.extend(given)
    first = _module(rest) if rest else 0
    return Command(
        words=tuple(rest),
        start=words[0].start,
        end=words[-1].end,
        wrappers=tuple(wrappers),
        assignments=tuple(assignments),
        redirections=redirections,
        reads=reads,
        nested=nested,
        name=program(rest[first]) if rest and rest[first].known else "",
        first=first,
    )


def _module(words: Sequence[Word]) -> int:
    """The index of the module's name in `python -m module`; 0 for any other command."""
    name = program(words[0])
    if not PYTHON.fullmatch(name) and UNKNOWN not in name:
        return 0
    for index, word in enumerate(words[1:4], 1):
        if word.text == "-m":
            return index + 1 if index + 1 < len(words) else 0
        if not word.text.startswith("-"):
            break
    return 0


def _assignments(words: Sequence[Word]) -> list[Word]:
    """The leading words that set variables."""
    found: list[Word] = []
    for word in words:
        if not ASSIGNMENT.match(word.text):
            break
        found.append(word)
    return found
