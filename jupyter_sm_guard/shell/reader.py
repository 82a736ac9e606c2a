"""Reads shell text into words and operators.

One pass from left to right, so that the time is linear in the text, whatever stands in it. Nothing
is looked up, expanded or run: what only a running shell (`$name`, `$(…)`) or a running cell
(IPython's `{name}`) knows stands in a word as the one character UNKNOWN.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from .words import UNKNOWN, Operator, Parts, Token, Word

_DEEPEST = 24  # substitutions in each other; real ones have two or three
_PLAIN = re.compile(r"[^ \t\r\n\"'\\$`{|&;<>()]+")
_BRACE = re.compile(r"[{}\n]")
_IN_DOUBLE = re.compile(r"[^\"\\$`{]+")
_IN_SINGLE = re.compile(r"[^'{]+")
_IN_ANSI = re.compile(r"[^'\\]+")
_OPERATOR = re.compile(r"\|\||\|&|\||&&|&>>|&>|&|;;&|;;|;&|;|<<<|<<-|<<|<&|<>|<|>>|>&|>\||>|\(|\)")
_BEGINS_OPERATOR = frozenset("\n|&;<>()")
_ENDS_WORD = frozenset(("", *" \t\r\n|&;()"))
_SETTING = re.compile(r"\w{1,80}=[^=]")
_ON_TEXT = re.compile(r"(['\"])[^'\"{}\n]{0,20}\1\s{0,2}(?:\.[A-Za-z]|if\b)")
_NAME = re.compile(r"[A-Za-z_]\w*|[0-9@*#?!$-]")
_REDIRECTIONS = frozenset(("<", ">", ">>", "<<", "<<-", "<<<", "<&", ">&", "<>", ">|", "&>", "&>>"))


class Reader:
    """Reads tokens from a text. `at` maps indexes of `text` (its end included) to offsets in the
    text that the caller knows; `interpolated` says that IPython replaces `{name}` before a shell
    sees it. `broken` is where a quote or bracket opens that nothing closes: reading ends there."""

    def __init__(self, text: str, at: Sequence[int], interpolated: bool, depth: int = 0):
        self.text = text
        self.at = at
        self.interpolated = interpolated
        self.depth = depth
        self.index = 0
        self.broken: int | None = None
        self._braced: dict[int, int] | None = None
        self._awaited: list[tuple[list[Token], int, bool]] = []

    def tokens(self, closed: bool = False) -> tuple[Token, ...]:
        """All tokens to the end, or (`closed`) to the bracket that closes a substitution."""
        found: list[Token] = []
        opened, begin = 0, self.index - 1
        while self.index < len(self.text):
            self._skip_blanks()
            operator = self._operator(found)
            if operator is None:
                word = self._word()
                if word is not None:
                    self._add(found, word)
                continue
            opened += {"(": 1, ")": -1}.get(operator.text, 0)
            if closed and opened < 0:
                return tuple(found)
            opened = max(opened, 0)
            found.append(operator)
            if operator.text == "\n":
                self._here_documents()
        if closed and self.broken is None:
            self._break(begin)
        return tuple(found)

    def _skip_blanks(self) -> None:
        text, index = self.text, self.index
        while index < len(text):
            if text[index] in " \t\r":
                index += 1
            elif text.startswith(("\\\n", "\\\r\n"), index):
                index = text.index("\n", index) + 1
            elif text[index] == "#":  # only ever reached where a word could begin
                index = _line_end(text, index)
            else:
                break
        self.index = index

    def _operator(self, found: list[Token]) -> Operator | None:
        """The operator here, or None for a word (or the end, which is an empty word)."""
        text, index = self.text, self.index
        if text[index : index + 1] not in _BEGINS_OPERATOR:
            return None
        if text.startswith("\n", index):
            self.index += 1
            return Operator("\n", self.at[index])
        match = _OPERATOR.match(text, index)
        if match is None or text.startswith(("<(", ">("), index):
            return None
        self.index = match.end()
        redirects = match[0] in _REDIRECTIONS
        if redirects and found and self._is_descriptor(found[-1], index):
            found.pop()
        return Operator(match[0], self.at[index], redirects)

    def _is_descriptor(self, token: Token, index: int) -> bool:
        """Whether the token is the 2 of `2>file`."""
        return isinstance(token, Word) and token.text.isdigit() and token.end == self.at[index]

    def _add(self, found: list[Token], word: Word) -> None:
        before = found[-1] if found else None
        if isinstance(before, Operator) and before.text in ("<<", "<<-"):
            self._awaited.append((found, len(found), before.text == "<<-"))
        found.append(word)

    def _here_documents(self) -> None:
        """Put the text of each here-document begun on the line just ended in its word's place."""
        for tokens, position, tabs in self._awaited:
            word = tokens[position]
            begin = self.index
            end = begin
            while end < len(self.text):
                stop = _line_end(self.text, end)
                line = self.text[end:stop].rstrip("\r")
                if (line.lstrip("\t") if tabs else line) == word.text:
                    break
                end = stop + 1
            end = min(end, len(self.text))
            body = self.text[begin:end]
            if isinstance(word, Word):
                runs = ((0, self.at[begin]),)
                tokens[position] = replace(
                    word, text=body, start=self.at[begin], end=self.at[end], runs=runs
                )
            self.index = min(_line_end(self.text, end) + 1, len(self.text))
        self._awaited.clear()

    def _break(self, index: int) -> None:
        if self.broken is None:
            self.broken = self.at[index]
        self.index = len(self.text)

    def _word(self) -> Word | None:
        """The word here; None at the end of the text, or when nothing closes a quote in it."""
        if self.index >= len(self.text):
            return None
        begin, match = self.index, _PLAIN.match(self.text, self.index)
        if match is not None and self.text[match.end() : match.end() + 1] in _ENDS_WORD:
            self.index = match.end()
            start = self.at[begin]
            return Word(match[0], start, self.at[self.index], ((0, start),))
        parts = Parts()
        while self.index < len(self.text):
            match = _PLAIN.match(self.text, self.index)
            if match is not None:
                self._take(parts, match.end())
            elif not self._special(parts):
                break
        if self.broken is not None:
            return None
        return Word(
            "".join(parts.texts),
            self.at[begin],
            self.at[self.index],
            tuple(parts.runs),
            tuple(parts.nested),
            parts.quoted,
            tuple(parts.names),
        )

    def _take(self, parts: Parts, end: int) -> None:
        parts.add(self.text[self.index : end], self.at[self.index])
        self.index = end

    def _special(self, parts: Parts) -> bool:
        """Read a quote, escape or substitution; False where the word ends."""
        text, character = self.text, self.text[self.index]
        if character == "'":
            self._quoted(parts, _IN_SINGLE, "'")
        elif character == '"':
            self._quoted(parts, _IN_DOUBLE, '"')
        elif character == "\\":
            self._escape(parts)
        elif character in "$`{":
            self._substitution(parts)
        elif text.startswith(("<(", ">("), self.index):
            self._nested(parts, 2)
        else:
            return False
        return True

    def _quoted(self, parts: Parts, plain: re.Pattern[str], quote: str) -> None:
        begin = self.index
        self.index += 1
        parts.quoted = True
        parts.add("", self.at[begin] + 1)  # also an empty quote makes a word
        while self.index < len(self.text):
            match = plain.match(self.text, self.index)
            if match is not None:
                self._take(parts, match.end())
            elif self.text[self.index] == quote:
                self.index += 1
                return
            elif self.text[self.index] == "\\":
                self._escape(parts, "" if plain is _IN_ANSI else '$`"\\')
            else:
                self._substitution(parts)
        self._break(begin)

    def _escape(self, parts: Parts, only: str = "") -> None:
        """A backslash: it hides the end of a line, and takes the meaning from what follows."""
        text, index = self.text, self.index
        if text.startswith(("\\\n", "\\\r\n"), index):
            self.index = text.index("\n", index) + 1
            return
        if index + 1 < len(text) and (not only or text[index + 1] in only):
            self.index += 1
        self._take(parts, self.index + 1)

    def _substitution(self, parts: Parts) -> None:
        text, index = self.text, self.index
        if text[index] == "{":
            self._braces(parts, index if self.interpolated and self._is_name(index) else -1)
        elif text[index] == "`":
            self._backticks(parts)
        elif text.startswith("$(", index):
            self._nested(parts, 2)
        elif text.startswith("${", index):
            self._braces(parts, index + 1)
        elif text.startswith("$'", index):
            self.index += 1
            self._quoted(parts, _IN_ANSI, "'")
        elif (match := _NAME.match(text, index + 1)) is not None:
            self._unknown(parts, match.end())
        else:
            self._take(parts, index + 1)

    def _is_name(self, index: int) -> bool:
        """Whether IPython takes the brace for its own: not `{}`, `{{`, JSON or `{Name=value}`, but
        `{" ".join(names)}`."""
        following = self.text[index + 1 : index + 2]
        is_setting = _SETTING.match(self.text, index + 1) is not None
        is_begun = following.isidentifier() or following in ("(", "[")
        return (is_begun and not is_setting) or _ON_TEXT.match(self.text, index + 1) is not None

    def _braces(self, parts: Parts, brace: int) -> None:
        """`{…}` of one line as one unknown part; a brace that is none, or unclosed, as itself."""
        end = self._closing_braces().get(brace)
        if end is None:
            self._take(parts, self.index + 1)
        else:
            self._unknown(parts, end + 1)

    def _closing_braces(self) -> dict[int, int]:
        """Where each `{` of the text is closed on its line; found for all of them at once."""
        if self._braced is None:
            self._braced, opened = {}, []
            for match in _BRACE.finditer(self.text):
                if match[0] == "{":
                    opened.append(match.start())
                elif match[0] == "\n":
                    opened.clear()
                elif opened:
                    self._braced[opened.pop()] = match.start()
        return self._braced

    def _unknown(self, parts: Parts, end: int) -> None:
        parts.add(UNKNOWN, self.at[self.index])
        parts.names.append(self.text[self.index : end])
        self.index = end

    def _nested(self, parts: Parts, opening: int) -> None:
        """`$(…)`, `<(…)`: unknown, with the tokens inside."""
        begin = self.index
        if self.depth >= _DEEPEST:
            self._break(begin)
            return
        self.index += opening
        self.depth += 1
        tokens = self.tokens(closed=True)
        self.depth -= 1
        parts.add(UNKNOWN, self.at[begin])
        parts.nested.append(tokens)

    def _backticks(self, parts: Parts) -> None:
        begin, index = self.index, self.index + 1
        end = self.text.find("`", index)
        while end > 0 and self.text[end - 1] == "\\":
            end = self.text.find("`", end + 1)
        if end < 0 or self.depth >= _DEEPEST:
            self._break(begin)
            return
        places = self.at[index : end + 1]
        inner = Reader(self.text[index:end], places, self.interpolated, self.depth + 1)
        parts.nested.append(inner.tokens())
        parts.add(UNKNOWN, self.at[begin])
        self.index = end + 1


def _line_end(text: str, index: int) -> int:
    """The index of the line's end, that is of its newline or of the text's end."""
    end = text.find("\n", index)
    return len(text) if end < 0 else end
