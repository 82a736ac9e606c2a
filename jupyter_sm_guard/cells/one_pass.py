"""The one pass over a cell's text: its own syntax of IPython found, kept or blanked in place."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

from .lines import Line
from .part import Part, shell_from

PYTHON_MAGICS = frozenset(
    ("time", "timeit", "capture", "prun", "memit", "mprun", "lprun", "local", "debug", "python",
     "python3", "pypy", "tb", "ipytest", "run_pytest", "notify", "wandb", "heat", "snakeviz")
)  # fmt: skip
_COMMAND_MAGICS = ("pip", "pip3", "conda", "mamba", "micromamba", "uv")
_SHELL_LINE_MAGICS = ("sx", "system")
_OPEN, _CLOSE = frozenset("([{"), frozenset(")]}")
_TOKEN = re.compile(
    r"""[^'"\#\n\\()\[\]{}?=!%<>+\-*/&|^@:\s]+ | [^\S\n]+ | \#[^\n]* | \\\r?\n | \n
    | ==|!=|<<=|>>=|<=|>=|\*\*=|//=|[+\-*/%&|^@:]= | \"\"\" | ''' | .""",
    re.VERBOSE,
)
_ENDS = {
    '"': re.compile(r'[^\n"\\]*(?:\\(?s:.)[^\n"\\]*)*"'),
    "'": re.compile(r"[^\n'\\]*(?:\\(?s:.)[^\n'\\]*)*'"),
    '"""': re.compile(r'[^"\\]*(?:(?:\\(?s:.)|"(?!""))[^"\\]*)*"""'),
    "'''": re.compile(r"[^'\\]*(?:(?:\\(?s:.)|'(?!''))[^'\\]*)*'''"),
}
_HELP = re.compile(r"(?!\d)[\w*]+(?:\.(?!\d)[\w*]+|\[-?[0-9]+\])*\?{1,2}$")


class _Pass:
    """The one pass: `text` is read, `out` is what is left of it as Python."""

    def __init__(self, source: str, lines: list[Line]):
        self.source = source
        self.lines = lines
        self.text = "".join(line.text for line in lines)
        self.out: list[str] = []
        self.shell: list[Part] = []
        self.valid = True
        self.firsts = []
        offset = 0
        for line in lines:
            self.firsts.append(offset)
            offset += len(line.text)

    def line_of(self, offset: int) -> int:
        return bisect_right(self.firsts, offset) - 1

    def end_of_line(self, line: int) -> int:
        return self.firsts[line] + len(self.lines[line].text)

    def continued(self, offset: int) -> int:
        """The last line of those that backslashes join to the one at `offset`."""
        line = self.line_of(offset)
        while self.lines[line].text.endswith("\\\n") and line + 1 < len(self.lines):
            line += 1
        return line

    def blank(self, start: int, end: int, value: str = "0") -> None:
        """Write `value` for what stands from `start` to `end`, and only the line ends of it."""
        text = self.text[start:end]
        self.out.append(value + " " * (len(text.split("\n", 1)[0]) - len(value)))
        self.out += ["\n" + " " * len(line) for line in text.split("\n")[1:]]


@dataclass
class _Logical:
    """A logical line: where it ends, whether `?` is its last token, where `= %magic` or `= !cmd`
    starts in it."""

    end: int
    asks: bool
    assigned: int | None
    closed: bool


def python_of(source: str, lines: list[Line]) -> list[Part]:
    """The Python of these lines, the rest of them blanked, and the commands that stand there."""
    run = _Pass(source, lines)
    position, length = 0, len(run.text)
    while position < length:
        start = position
        while start < length and run.text[start] in " \t\f":
            start += 1
        run.out.append(run.text[position:start])
        if start >= length:
            break
        escape = _escape(run.text, start)
        # a command ends with its line, whatever brackets it leaves open
        end = length if escape is None else run.end_of_line(run.continued(start))
        logical = _logical(run.text, start, end)
        naked = run.text[start : logical.end].strip() in ("?", "??")  # asks for help in general
        joined = escape is not None and run.continued(start) > run.line_of(start)
        if logical.asks and not naked and not joined and (logical.closed or escape is None):
            position = _help(run, start, logical.end)
        elif escape is not None:
            position = _escaped(run, start, escape)
        elif logical.assigned is not None:
            run.out.append(run.text[start : logical.assigned])
            last = run.continued(logical.assigned)
            _command(run, logical.assigned, last)
            position = run.end_of_line(last) - 1
            run.blank(logical.assigned, position)
        else:
            position = logical.end
            run.out.append(run.text[start:position])
    starts = tuple(zip(run.firsts, (line.at for line in lines), strict=True)) or ((0, 0),)
    python = Part("python", "".join(run.out), starts, valid=run.valid, firsts=tuple(run.firsts))
    return [python, *run.shell]


def _logical(  # noqa: C901  # one scanner, one loop
    text: str, start: int, length: int
) -> _Logical:
    position, depth, previous, last = start, 0, "", ""
    assigned: int | None = None
    seen_assignment = False
    while position < length:
        match = _TOKEN.match(text, position)
        token, position = (match[0], match.end()) if match is not None else ("", length)
        if token[:1] in " \t\f\r\x0b" or (token[0] == "\\" and len(token) > 1):
            continue
        if token in _ENDS:
            closing = _ENDS[token].match(text, position)
            if closing is not None:
                position = closing.end()
            elif len(token) == 3:
                return _Logical(length, last == "?", assigned, closed=False)
        previous, last = last, token
        if token == "\n":  # noqa: S105  # a line's end is no password
            if depth == 0:
                return _Logical(position, previous == "?", assigned, closed=True)
        elif token in _OPEN:
            depth += 1
        elif token in _CLOSE:
            depth = max(0, depth - 1)
        elif token == "=" and depth == 0 and not seen_assignment:  # noqa: S105
            seen_assignment = True
            assigned = _magic_after(text, position)
    return _Logical(length, last == "\n" and previous == "?", assigned, closed=False)


def _magic_after(text: str, position: int) -> int | None:
    """Where `%magic` or `!command` starts right after an assignment's `=`."""
    match = re.compile(r"[ \t]*(?:(?=![^=])|(?=%[ \t]*(?!\d)\w))").match(text, position)
    return match.end() if match is not None else None


def _escape(text: str, start: int) -> str | None:
    """The character that makes a command of the line: none where it is part of an operator."""
    character = text[start]
    if character not in "!?%,;/":
        return None
    following = text[start + 1 : start + 2]
    if (following == "=" and character in "!%/") or character == "/" == following:
        return None
    return character


def _help(run: _Pass, start: int, end: int) -> int:
    last = run.line_of(end - 1)
    content = run.text[start : run.end_of_line(last)]
    if not _HELP.search(content[-400:]):
        run.valid = False
    run.blank(start, run.end_of_line(last) - 1)
    return run.end_of_line(last) - 1


def _escaped(run: _Pass, start: int, escape: str) -> int:
    last = run.continued(start)
    end = run.end_of_line(last) - 1
    if escape in "!%?":
        _command(run, start, last)
        run.blank(start, end)
        return end
    words = run.text[start + 1 : end].replace("\\\n", " ").split(" ", 1)
    name, rest = words[0].strip(), words[1] if len(words) > 1 else ""
    if escape == "/":
        run.valid = run.valid and bool(name)
        call = f"{name}({', '.join(rest.split())})"
    elif escape == ",":
        call = '{}("{}")'.format(name, '", "'.join(rest.split()))
    else:
        call = f'{name}("{rest.strip()}")'
    run.out.append(call)  # columns behind it are off: nobody writes notebooks in this form
    run.out.append("\n" * run.text.count("\n", start, end))
    return end


def _command(run: _Pass, start: int, last: int) -> None:
    """Keep the shell command that a line of IPython's holds, if it does."""
    line = run.line_of(start)
    at = run.lines[line].at + start - run.firsts[line]
    text = run.text[start : run.end_of_line(last)]
    if text.startswith("!"):
        at += 2 if text.startswith("!!") else 1
    else:
        match = re.match(r"%+[ \t]*(\w+)[ \t]*", text)
        if match is None:
            return
        if match[1] in _SHELL_LINE_MAGICS:
            at += match.end()
        elif match[1] in _COMMAND_MAGICS:
            at += match.start(1)
        elif match[1] in PYTHON_MAGICS and text[match.end() : match.end() + 1] == "!":
            at += match.end() + 1
        else:
            return
    run.shell.append(shell_from(run.source, at, run.lines[last]))
