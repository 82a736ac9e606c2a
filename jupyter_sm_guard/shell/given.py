"""Texts in a command line that are no shell's: what Python is given, what is put into a file."""

from __future__ import annotations

import re

from .commands import HERE, PYTHON, Command
from .words import Word

_EXPANDED = re.compile(r"[$`]")
_WITH_VALUE = ("-W", "-X")


def for_python(command: Command) -> Word | None:
    """The text that Python runs: of `-c`, or what it reads from a `<<`."""
    if command.first or not PYTHON.fullmatch(command.name):
        return None
    words = iter(command.arguments)
    for word in words:
        if word.text in _WITH_VALUE:
            next(words, None)
        elif re.fullmatch(r"-[A-Za-z]*c", word.text):
            return next((code for code in words if code.known), None)
        elif word.text == "-":
            break
        elif not word.text.startswith("-"):
            return None
    given = _here_document(command)
    # where a shell puts values in, it is not known what Python reads
    is_whole = given is not None and (given.quoted or not _EXPANDED.search(given.text))
    return given if is_whole else None


def for_file(command: Command) -> tuple[Word, Word] | None:
    """The name of a file and the text that is put there: `cat > NAME <<END`, `tee NAME <<END`,
    `echo TEXT > NAME`."""
    plain = [word for word in command.arguments if not word.text.startswith("-")]
    if command.name == "tee":
        name, text = next(iter(plain), None), _here_document(command)
    else:
        files = (r.target for r in command.redirections if r.operator in (">", ">>", ">|"))
        name, text = next(files, None), None
        if command.name == "cat" and not plain:
            text = _here_document(command)
        elif command.name in ("echo", "printf") and len(plain) == 1 and plain[0].known:
            text = plain[0]
    return (name, text) if name is not None and text is not None else None


def _here_document(command: Command) -> Word | None:
    return next((r.target for r in command.redirections if r.operator in HERE), None)
