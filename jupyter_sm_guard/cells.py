"""A cell as IPython sees it: which of it is Python, which is shell, which is another file's text.

IPython turns its own syntax into Python one piece at a time and reads the whole cell again after
each; here it is one pass from left to right, so the time is linear in the cell's length. What is no
Python is blanked in place, so that every position stays what it is in the notebook.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field

_PYTHON_MAGICS = frozenset(
    ("time", "timeit", "capture", "prun", "memit", "mprun", "lprun", "local", "debug", "python",
     "python3", "pypy", "tb", "ipytest", "run_pytest", "notify", "wandb", "heat", "snakeviz")
)  # fmt: skip
_SHELL_MAGICS = frozenset(("bash", "sh", "!", "sx", "system", "cmd", "zsh"))
_WRITING_MAGICS = frozenset(("writefile", "file", "writetemplate", "save"))
_COMMAND_MAGICS = ("pip", "pip3", "conda", "mamba", "micromamba", "uv")
_SHELL_LINE_MAGICS = ("sx", "system")
_OPEN, _CLOSE = frozenset("([{"), frozenset(")]}")
_STRING_PREFIX = re.compile(r"[rubfRUBF]{0,2}\Z")
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
_CLASSIC = re.compile(r"\s*(?:>>>|\.\.\.)[ \t]?")
_NUMBERED = re.compile(r"(?:(?:(?:\[nav\]|\[ins\])?[ ])?In[ ]\[\d+\]:[ ]|\s*\.{3,}:[ ]?)")
_ODD = re.compile(r"[!%?]|>>>|^\s*(?:[,;/]|In \[|\.{3,}:)|\A(?:[ \t]|\s*\n[ \t])", re.MULTILINE)


@dataclass(frozen=True)
class Part:
    """A piece of a cell in one language. `kind` is `python`, `shell`, `dockerfile` or `text`.

    `written` says that `%%writefile` writes it: it runs elsewhere. `interpolated`: IPython puts
    values for `{this}` and `$this` first. `valid` is IPython's answer to "is this Python" as far
    as it is known without parsing. `lenient`: it may well be something else.
    """

    kind: str
    text: str
    starts: tuple[tuple[int, int], ...] = ((0, 0),)
    written: bool = False
    interpolated: bool = False
    lenient: bool = False
    valid: bool = True
    firsts: tuple[int, ...] = field(default=(), compare=False)

    def in_cell(self, offset: int) -> int:
        """The offset in the cell's source of an offset in this text."""
        if len(self.starts) == 1:
            return self.starts[0][1] + offset - self.starts[0][0]
        firsts = [first for first, _ in self.starts] if not self.firsts else self.firsts
        first, source = self.starts[bisect_right(firsts, offset) - 1]
        return source + offset - first


def parts(source: str) -> list[Part]:
    """All parts of a cell's source, in order of their start; the Python one first."""
    if not _ODD.search(source):
        return [Part("python", source)]
    lines = _lines(source)
    return _body(source, lines, 0)


@dataclass
class _Line:
    """A line without the indentation and prompts that IPython takes away; `at` is where the rest
    of it starts in the source."""

    text: str
    at: int

    def cut(self, count: int) -> None:
        self.text, self.at = self.text[count:], self.at + count


def _lines(source: str) -> list[_Line]:
    found, offset = [], 0
    for text in (source if source.endswith("\n") else source + "\n").splitlines(keepends=True):
        found.append(_Line(text, offset))
        offset += len(text)
    while found and found[0].text.isspace():
        del found[0]
    _dedent(found)
    _strip_classic_prompts(found)
    if found and (
        _NUMBERED.match(found[0].text) or (len(found) > 1 and _NUMBERED.match(found[1].text))
    ):
        for line in found:
            if match := _NUMBERED.match(line.text):
                line.cut(match.end())
    return found


def _dedent(lines: list[_Line]) -> None:
    margin = _common_indent(lines)
    for line in lines:
        if line.text.isspace():
            line.text = "\n"
        elif margin:
            line.cut(len(margin))


def _common_indent(lines: list[_Line]) -> str:
    margin: str | None = None
    for line in lines:
        if line.text.isspace():
            continue
        indent = line.text[: len(line.text) - len(line.text.lstrip(" \t"))]
        margin = indent if margin is None else _shared(margin, indent)
        if not margin:
            break
    return margin or ""


def _shared(one: str, other: str) -> str:
    length = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), None)
    return one[: min(len(one), len(other)) if length is None else length]


def _is_prompted(lines: list[_Line]) -> bool:
    return any(line.text.lstrip().startswith(">>>") for line in lines)


def _strip_classic_prompts(lines: list[_Line]) -> None:
    if not _is_prompted(lines):
        return
    segments: list[list[_Line]] = [[]]
    for line, quoted in zip(lines, _quoted(lines), strict=True):
        if quoted:
            segments.append([])
        else:
            segments[-1].append(line)
    if any(map(_is_prompted, segments)):
        for segment in segments:
            _strip_segment(segment)


def _strip_segment(lines: list[_Line]) -> None:
    stripped = False
    for line in lines:
        if match := _CLASSIC.match(line.text):
            line.cut(match.end())
            stripped = True
    if stripped:
        _dedent(lines)


def _quoted(lines: list[_Line]) -> list[bool]:
    """For each line whether it lies in a string of three quotes that is no prompted code."""
    inside: str | None = None
    keep = prompted = False
    found = []
    for line in lines:
        found.append(inside is not None and keep)
        for match in re.finditer(r"(?<!\\)(\"\"\"|''')", line.text):
            if inside is None:
                inside = match[1]
                before = line.text[: match.start()]
                rest = _CLASSIC.sub("", before, count=1)
                was_prompted = rest != before and prompted
                keep = not was_prompted and _STRING_PREFIX.match(rest.strip()) is not None
                found[-1] = keep
            elif inside == match[1]:
                inside, keep = None, False
        prompted = prompted or line.text.lstrip().startswith(">>>")
    return found


def _body(source: str, lines: list[_Line], depth: int) -> list[Part]:
    first = lines[0].text if lines else ""
    if not first.startswith("%%") or re.match(r"%%\w+\?", first):
        return _python(source, lines)
    name, _, arguments = first[2:].strip().partition(" ")
    rest = lines[1:]
    start = rest[0].at if rest else len(source)
    plain = source[start:]
    if name in _SHELL_MAGICS or (name == "script" and re.match(r"(ba|z|k)?sh\b", arguments)):
        head = [] if name != "!" else [_shell(source, lines[0].at + 3, lines[0])]
        return [*head, Part("shell", plain, ((0, start),), interpolated=name in ("sx", "!"))]
    if name in _WRITING_MAGICS:
        return [Part(_written_kind(arguments), plain, ((0, start),), written=True)]
    if depth < 5:
        while rest and rest[0].text.isspace():
            del rest[0]
        _dedent(rest)
        known = name in _PYTHON_MAGICS
        found = _body(source, rest, depth + 1)
        return found if known else [_lenient(part) for part in found]
    return [Part("text", plain, ((0, start),))]


def _lenient(part: Part) -> Part:
    return Part(part.kind, part.text, part.starts, part.written, part.interpolated, lenient=True)


def _written_kind(arguments: str) -> str:
    """By the name of the file that is written; quotes and options before it don't count."""
    words = [word.strip("\"'") for word in arguments.split() if not word.startswith("-")]
    name = words[-1].rpartition("/")[2].lower() if words else ""
    if name.endswith(".py"):
        return "python"
    if name.endswith((".sh", ".bash")):
        return "shell"
    return "dockerfile" if "dockerfile" in name else "text"


def _shell(source: str, start: int, last: _Line) -> Part:
    end = last.at + len(last.text.rstrip("\r\n"))
    return Part("shell", source[start:end], ((0, start),), interpolated=True)


class _Pass:
    """The one pass: `text` is read, `out` is what is left of it as Python."""

    def __init__(self, source: str, lines: list[_Line]):
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


def _python(source: str, lines: list[_Line]) -> list[Part]:
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
        elif match[1] in _PYTHON_MAGICS and text[match.end() : match.end() + 1] == "!":
            at += match.end() + 1
        else:
            return
    run.shell.append(_shell(run.source, at, run.lines[last]))


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
    lines = _lines(source)
    first = lines[0].text if lines else ""
    return first.startswith("%%") and not re.match(r"%%\w+\?", first)
