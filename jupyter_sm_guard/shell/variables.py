"""Variables that a script sets once and for all, put in where it uses them.

Only what is sure: a variable that is set in one place, on the way that every run takes, to a text
that is written there. One that a branch, a loop, `read` or another program sets stays unknown. Only
where a program's name stands, it is the last of several that are all written there: `if …; then
PKG=apt-get; else PKG=yum; fi; $PKG install`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from .words import UNKNOWN, Operator, Token, Word

_SETTING = re.compile(r"([A-Za-z_]\w*)(\+?)=")
_USE = re.compile(r"\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)\})")
_OPENS = frozenset(("if", "for", "while", "until", "case", "select", "{"))
_CLOSES = frozenset(("fi", "done", "esac", "}"))
_GOES_ON = frozenset(("then", "do", "else", "elif", "!"))
_BEFORE_PROGRAM = frozenset(
    (
        *_GOES_ON,
        "if",
        "while",
        "until",
        "{",
        "sudo",
        "-E",
        "-H",
        "-n",
        "env",
        "exec",
        "nohup",
        "time",
    )
)
_DECLARES = frozenset(("export", "readonly", "declare", "typeset", "local"))
_SETS = frozenset(("read", "unset", "for", "select", "mapfile", "readarray", "getopts", "printf"))
_PROGRAM = re.compile(r"(?!(?:echo|true|false)$)[\w./][\w./+-]*")
_LONGEST = 4096
_MOST = 256 * 1024  # characters put in altogether: a short text must not become a huge one


def filled_in(tokens: Sequence[Token]) -> Sequence[Token]:
    """The tokens with the values of such variables in their places."""
    settings, programs = _settings(tokens)
    return tuple(_Filling(settings, programs).filled(tokens)) if settings or programs else tokens


Settings = dict[str, tuple[str, int]]
"""Variables: their value, and the end of where each is set."""


def _settings(tokens: Sequence[Token]) -> tuple[Settings, Settings]:
    """The variables that are surely known, and those that are one of several programs' names."""
    found: dict[str, list[tuple[str, int]]] = {}
    doubtful: set[str] = set()
    unclear: set[str] = set()
    for command, sure in _commands(tokens):
        rest = list(command)
        declares = bool(rest) and rest[0].text in _DECLARES
        if rest and rest[0].text in _SETS:
            unclear.update(word.text for word in rest[1:])
        if any(_SETTING.match(w.text) is None and not declares for w in rest):
            continue  # `NAME=value program` is for that program alone
        for word in rest:
            setting = _SETTING.match(word.text)
            if setting is None:
                continue
            name, value = setting[1], word.text[setting.end() :]
            if not word.known or setting[2] or len(value) > _LONGEST:
                unclear.add(name)
            if not sure or name in found:
                doubtful.add(name)
            found.setdefault(name, []).append((value, word.end))
    known = {name: every for name, every in found.items() if name not in unclear}
    settings = {name: every[0] for name, every in known.items() if name not in doubtful}
    programs = {name: every[-1] for name, every in known.items() if len(every) > 1}
    return settings, {
        name: last
        for name, last in programs.items()
        if all(_PROGRAM.fullmatch(value) for value, _ in known[name])
    }


def _commands(tokens: Sequence[Token]) -> Iterator[tuple[list[Word], bool]]:
    """The words of each simple command, and whether every run gets there."""
    words: list[Word] = []
    depth, sure, redirects = 0, True, False
    for token in (*tokens, Operator("\n", 0)):
        if isinstance(token, Word):
            is_head = not words and not token.quoted and not redirects
            if is_head and token.text in _OPENS | _CLOSES | _GOES_ON:
                depth += (token.text in _OPENS) - (token.text in _CLOSES)
                words += [token] if token.text in _SETS else []
            elif not redirects:
                words.append(token)
            redirects = False
        elif token.redirects:
            redirects = True
        else:
            in_pipe = token.text in ("|", "|&", "&", "(")  # another process sets its own
            yield words, sure and depth <= 0 and not in_pipe
            words, redirects = [], False
            depth += {"(": 1, ")": -1}.get(token.text, 0)
            sure = token.text in ("\n", ";")


class _Filling:
    """Puts values in, as long as there is room."""

    def __init__(self, settings: Settings, programs: Settings):
        self.settings = settings
        self.programs = programs
        self.room = _MOST

    def filled(self, tokens: Sequence[Token]) -> Iterator[Token]:
        """The tokens, with values in their places."""
        awaits_program, redirects = True, False
        for token in tokens:
            is_program, is_target = awaits_program and not redirects, redirects
            redirects = isinstance(token, Operator) and token.redirects
            if not redirects and not is_target:
                awaits_program = _goes_before_program(token, is_program)
            if not isinstance(token, Word) or not (token.names or token.nested):
                yield token
                continue
            word = replace(token, nested=tuple(tuple(self.filled(n)) for n in token.nested))
            text = self._text(word, self.settings)
            if text is None and is_program and word.text == UNKNOWN:
                text = self._text(word, self.programs)
            if text is None:
                yield word
            elif word.text == UNKNOWN and not word.quoted:  # the shell splits it
                for part in text.split():
                    yield replace(word, text=part, runs=())
            else:
                yield replace(word, text=text, runs=())

    def _text(self, word: Word, settings: Settings) -> str | None:
        """The word's text with what is known put in; None where nothing is."""
        pieces = word.text.split(UNKNOWN)
        if len(pieces) != len(word.names) + 1 or self.room <= 0:
            return None
        text, changed = pieces[0], False
        for name, piece in zip(word.names, pieces[1:], strict=True):
            use = _USE.fullmatch(name)
            value, end = settings.get(use[1] or use[2] if use else "", ("", -1))
            is_set = 0 <= end <= word.start
            text += (value if is_set else UNKNOWN) + piece
            changed = changed or is_set
            if len(text) > 2 * _LONGEST:
                return None
        self.room -= len(text) if changed else 0
        return text if changed else None


def _goes_before_program(token: Token, awaits: bool) -> bool:
    """Whether a program's name may come next, where one was awaited or not."""
    if isinstance(token, Operator):
        return True
    return awaits and (token.text in _BEFORE_PROGRAM or _SETTING.match(token.text) is not None)
