"""The commands that Python code gives to a shell or starts: `os.system("…")`, `subprocess.run([…])`
and the like."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import replace

from ..names import Call
from ..shell import UNKNOWN, Script, Word, argv, parse
from ..values import Value

WORDS = ("subprocess", "system", "popen", "Popen", "getoutput", "pip.main", "pip._internal",
         "run_line_magic", "run_cell_magic", "pexpect")  # fmt: skip
"""One of these stands in every cell that starts commands."""
_CALLS_WITH_COMMAND = frozenset(
    ("os.system", "os.popen", "subprocess.getoutput", "subprocess.getstatusoutput",
     "subprocess.run", "subprocess.call", "subprocess.check_call", "subprocess.check_output",
     "subprocess.Popen", "asyncio.create_subprocess_shell", "commands.getoutput", "pexpect.run",
     "pexpect.spawn")
)  # fmt: skip

_TAKING = ("check_output", "getoutput", "getstatusoutput", "popen")
_FORMATTED = re.compile(r"""[fF](['"])(?!\1)([^\\\n]{1,4000}?)\1""")
"""A formatted string in one line, without escapes."""
_OF_IPYTHON = frozenset(("system", "getoutput", "system_raw", "system_piped"))
_METHODS_WITH_COMMAND = frozenset(
    (*(name.rpartition(".")[2] for name in _CALLS_WITH_COMMAND), "create_subprocess_exec", "main",
     *_OF_IPYTHON, "run_line_magic", "run_cell_magic")
)  # fmt: skip


def scripts(call: Call) -> Iterator[tuple[Script, bool]]:
    """The commands that `os.system("…")`, `subprocess.run([…])` and the like start, and whether
    their places are places in the cell's text."""
    if call.may_be(_METHODS_WITH_COMMAND):
        for script, in_place in _started(call):
            yield (replace(script, taken=True) if _takes_output(call) else script), in_place


def _takes_output(call: Call) -> bool:
    method = call.method or (call.name or "").rpartition(".")[2]
    return method in _TAKING or not {"capture_output", "stdout"}.isdisjoint(call.keywords)


def _started(call: Call) -> Iterator[tuple[Script, bool]]:
    words = _words(call)
    if words:
        yield Script(argv(words)), True
    yield from _magic(call)
    if call.name not in _CALLS_WITH_COMMAND and not _is_of_ipython(call):
        return
    command = call.argument("args", 0) or call.argument("command") or call.argument("cmd")
    for one in command.every if command is not None else ():
        if one.kind == "list":
            yield Script(argv([_of(call, item) for item in one.items])), _written_in(call, one)
        elif _takes_shell(call):
            yield from _in_text(call, one)


def _words(call: Call) -> list[Word]:
    """The words of what is started by words one by one; none for any other call."""
    if call.name == "asyncio.create_subprocess_exec":
        return [_of(call, item) for item in call.arguments]
    listed = call.argument("args", 0) if call.name in _PIP else None
    if listed is None or listed.kind != "list":
        return []
    return [Word("pip", call.start, call.name_end), *(_of(call, item) for item in listed.items)]


_PIP = ("pip.main", "pip._internal.main")
_INSTALLERS = ("pip", "conda", "mamba", "micromamba", "uv")
_SHELLS = ("bash", "sh", "sx", "system")


def _magic(call: Call) -> Iterator[tuple[Script, bool]]:
    """`get_ipython().run_line_magic("pip", "install x")`, which is what `%pip` becomes."""
    if call.method not in ("run_line_magic", "run_cell_magic"):
        return
    name = call.argument("magic_name", 0)
    line = call.argument("line", 1)
    cell = call.argument("cell", 2)
    magic = None if name is None else name.text
    text = "" if line is None else line.text or ""
    if magic in _INSTALLERS:
        yield parse(f"{magic} {text}"), False
    elif magic in _SHELLS:
        yield parse(text if cell is None else cell.text or ""), False


def _in_text(call: Call, command: Value) -> Iterator[tuple[Script, bool]]:
    if command.text is not None:
        place = _inside(call, command)
        yield parse(command.text, offset=place or 0), place is not None
    elif call.node.args:
        start, end = call.cell.span(call.node.args[0])
        if written := _FORMATTED.fullmatch(call.cell.text, start, end):
            # its `{name}` are for Python what IPython's are in a shell line
            yield parse(written[2], interpolated=True, offset=written.start(2)), True
        elif command.outline is not None:
            yield parse(command.outline), False


def _is_of_ipython(call: Call) -> bool:
    """`get_ipython().system("…")`, which is what `!…` becomes."""
    function = call.node.func
    made = function.value if isinstance(function, ast.Attribute) else None
    return (
        call.method in _OF_IPYTHON
        and isinstance(made, ast.Call)
        and isinstance(made.func, ast.Name)
        and made.func.id == "get_ipython"
    )


def _takes_shell(call: Call) -> bool:
    shell = call.keywords.get("shell")
    is_subprocess = (call.name or "").startswith("subprocess.") and "get" not in (call.name or "")
    return not is_subprocess or (shell is not None and shell.is_constant(True))


def _written_in(call: Call, value: Value) -> bool:
    origin = value.origin
    return (
        origin is not None
        and origin.cell == call.cell.index
        and call.start <= origin.start < call.end
    )


def _inside(call: Call, value: Value) -> int | None:
    """Where a string's text starts in the cell, where it stands there letter for letter."""
    if not _written_in(call, value) or value.text is None:
        return None
    return (
        value.start + 1 if call.cell.text[value.start + 1 : value.end - 1] == value.text else None
    )


def _of(call: Call, item: Value) -> Word:
    if item.text is not None:
        place = _inside(call, item)
        if place is not None:
            return Word(item.text, place, place + len(item.text))
        names = () if _written_in(call, item) else (call.cell.text[item.start : item.end],)
        return Word(item.text, item.start, item.end, names=names)
    if item.name == "sys.executable":
        return Word("python", item.start, item.end)
    return Word(item.outline or UNKNOWN, item.start, item.end)
