"""The parts of a cell: by its cell magic, else Python with commands in it."""

from __future__ import annotations

import re
from dataclasses import replace

from ..shell import SHELLS, parse
from .given import kind_of_file, with_given
from .lines import Line, dedent, lines_of
from .one_pass import PYTHON_MAGICS, python_of
from .part import Part, shell_from

_SHELL_MAGICS = frozenset(("bash", "sh", "!", "sx", "system", "cmd", "zsh"))
_WRITING_MAGICS = frozenset(("writefile", "file", "writetemplate", "save"))
_SCRIPT = re.compile(
    r"%%script[ \t]+(?:--(?:bg|no-raise-error)[ \t]+|--(?:out|err|proc)(?:=|[ \t]+)\S+[ \t]+)*"
)
"""The magic with its own options; the command that it starts follows."""
_TO_VARIABLE = re.compile(r"[ \t]--out(?:=|[ \t]+)\S")
"""The option that puts into a variable what a script prints."""
_ODD = re.compile(r"[!%?]|>>>|^\s*(?:[,;/]|In \[|\.{3,}:)|\A(?:[ \t]|\s*\n[ \t])", re.MULTILINE)


def parts(source: str) -> list[Part]:
    """All parts of a cell's source, in order of their start; the Python one first."""
    if not _ODD.search(source):
        return [Part("python", source)]
    lines = lines_of(source)
    return with_given(_body(source, lines, 0))


def script_parts(language: str, source: str) -> list[Part]:
    """The parts of a file that is no notebook."""
    return with_given([Part(language, source)])


def _body(source: str, lines: list[Line], depth: int) -> list[Part]:
    first = lines[0].text if lines else ""
    if not first.startswith("%%") or re.match(r"%%\w+\?", first):
        return python_of(source, lines)
    name, _, arguments = first[2:].strip().partition(" ")
    rest = lines[1:]
    start = rest[0].at if rest else len(source)
    plain = source[start:]
    script = _SCRIPT.match(first)
    if name == "!":
        head = [shell_from(source, lines[0].at + 3, lines[0])]
    else:
        head = [shell_from(source, lines[0].at + script.end(), lines[0])] if script else []
    if name in _SHELL_MAGICS or (script and _is_shell(head[0])):
        body = Part("shell", plain, ((0, start),), interpolated=name in ("sx", "!"))
        taken = script[0] if script else f" {arguments}"
        return [*head, replace(body, taken=_TO_VARIABLE.search(taken) is not None)]
    if name in _WRITING_MAGICS:
        words = [word.strip("\"'") for word in arguments.split() if not word.startswith("-")]
        path = words[-1] if words else ""
        kind = kind_of_file(path)
        return [Part(kind, plain, ((0, start),), alone=True, written=True, path=path)]
    if depth < 5:
        while rest and rest[0].text.isspace():
            del rest[0]
        dedent(rest)
        found = [_under(name, arguments, part) for part in _body(source, rest, depth + 1)]
        return [*found[:1], *head, *found[1:]]
    return [*head, Part("text", plain, ((0, start),))]


def _is_shell(started: Part) -> bool:
    """Whether a shell reads what this command is given, also one that `sudo` or `env` starts."""
    command = next(iter(parse(started.text, interpolated=True)), None)
    if command is None:
        return False
    return command.name in SHELLS or (not command.words and bool(command.wrappers))


def _under(magic: str, arguments: str, part: Part) -> Part:
    """A part of what a cell magic is given."""
    if magic not in PYTHON_MAGICS:
        return replace(part, lenient=True)
    left = "--no-stdout" in arguments or (part.kind == "python" and "--no-display" in arguments)
    return replace(part, taken=True) if magic == "capture" and not left else part


def bare_commands(source: str) -> list[Part]:
    """Lines like `pip install x` in a cell that is no Python; IPython runs one that is alone."""
    found = []
    for match in re.finditer(
        r"^[ \t]*((?:pip3?|conda|mamba|uv)[ \t]+[a-z][^\n]*(?<!\\))$", source, re.MULTILINE
    ):
        found.append(Part("shell", match[1], ((0, match.start(1)),), interpolated=True))
    return found


def is_cell_magic(source: str) -> bool:
    """Whether the whole cell is a cell magic's, which IPython takes for Python in any case."""
    if "%%" not in source:
        return False
    lines = lines_of(source)
    first = lines[0].text if lines else ""
    return first.startswith("%%") and not re.match(r"%%\w+\?", first)
