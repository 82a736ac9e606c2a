"""The commands that Python code gives to a shell or starts: `os.system("…")`, `subprocess.run([…])`
and the like."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from dataclasses import replace

from ..names import Call, each_of
from ..shell import SHELLS, UNKNOWN, Command, Script, Word, argv, parse
from ..values import Value

_CALLS_WITH_COMMAND = frozenset(
    ("os.system", "os.popen", "subprocess.getoutput", "subprocess.getstatusoutput",
     "subprocess.run", "subprocess.call", "subprocess.check_call", "subprocess.check_output",
     "subprocess.Popen", "asyncio.create_subprocess_shell", "commands.getoutput", "pexpect.run",
     "pexpect.spawn", "invoke.run", "invoke.Context().run", "fabric.Connection().local",
     "fabric.api.local")
)  # fmt: skip

_TAKING = ("check_output", "getoutput", "getstatusoutput", "popen")
_FORMATTED = re.compile(r"""[fF](['"])(?!\1)([^\\\n]{1,4000}?)\1""")
"""A formatted string in one line, without escapes."""
_OF_IPYTHON = frozenset(("system", "getoutput", "system_raw", "system_piped"))
_EXEC = re.compile(r"os\.(?:exec|(spawn))([lv])p?e?|os\.posix_spawnp?")
"""What starts a program by its path or name and the whole list of its arguments."""
_OF_SH = ("sudo", "apt_get", "yum", "dnf", "bash", "curl", "wget", "chmod")
"""Programs that are looked for among those which the package `sh` starts by their names."""
_METHODS_WITH_COMMAND = frozenset(
    (*(name.rpartition(".")[2] for name in _CALLS_WITH_COMMAND), "create_subprocess_exec", "main",
     *_OF_IPYTHON, "run_line_magic", "run_cell_magic", "posix_spawn", "posix_spawnp", *_OF_SH,
     *(f"{start}{way}" for start in ("exec", "spawn") for way in ("l", "le", "lp", "lpe")),
     *(f"{start}{way}" for start in ("exec", "spawn") for way in ("v", "ve", "vp", "vpe")))
)  # fmt: skip


def scripts(call: Call) -> Iterator[tuple[Script, bool]]:
    """The commands that `os.system("…")`, `subprocess.run([…])` and the like start, and whether
    their places are places in the cell's text."""
    if call.may_be(_METHODS_WITH_COMMAND) or _is_with_sudo(call):
        for script, in_place in _started(call):
            yield (replace(script, taken=True) if _takes_output(call) else script), in_place
            yield from _read(call, script)


def _is_with_sudo(call: Call) -> bool:
    """`sh.sudo.systemctl(…)`, which may be any program."""
    function = call.node.func
    return isinstance(function, ast.Attribute) and getattr(function.value, "attr", "") == "sudo"


def _takes_output(call: Call) -> bool:
    method = call.method or (call.name or "").rpartition(".")[2]
    return method in _TAKING or not {"capture_output", "stdout"}.isdisjoint(call.keywords)


def _started(call: Call) -> Iterator[tuple[Script, bool]]:
    words = _words(call)
    if words:
        yield Script(argv(words)), True
    yield from _magic(call)
    if (call.name or "") in _REMOTE:
        yield from _by_connection(call)
    if call.name not in _CALLS_WITH_COMMAND and not _is_of_ipython(call):
        return
    command = call.argument("args", 0) or call.argument("command") or call.argument("cmd")
    if command is not None:
        for one in each_of(command) if command.outline is None else (command,):
            yield from _given(call, one)


def _given(call: Call, command: Value) -> Iterator[tuple[Script, bool]]:
    if command.kind == "list":
        yield Script(argv(_listed(call, command))), _written_in(call, command)
    elif _takes_shell(call):
        yield from _in_text(call, command)
    elif "input" in call.keywords:  # then the text is a program's name
        yield Script(argv([_of(call, command)])), _written_in(call, command)


_REMOTE = frozenset(("fabric.Connection().run", "fabric.Connection().sudo",
                     "invoke.Context().sudo"))  # fmt: skip


def _by_connection(call: Call) -> Iterator[tuple[Script, bool]]:
    """What runs on the host that a connection is made to, if that is this machine; or as root."""
    made, command = call.receiver, call.argument("command", 0)
    host = made.entry("host") or next(iter(made.arguments), None)
    is_far = len(made.arguments) > 2 or "port" in made.entries or "gateway" in made.entries
    is_here = host is not None and host.text in _HERE and not is_far
    is_here = is_here or call.name == "invoke.Context().sudo"
    text = None if command is None or not is_here else command.wording
    if text is not None:
        yield parse(f"sudo {text}" if call.method == "sudo" else text), False


_HERE = ("localhost", "127.0.0.1")


def _read(call: Call, script: Script) -> Iterator[tuple[Script, bool]]:
    """What a shell that is started is given to read: `input="…"`."""
    nodes = [keyword.value for keyword in call.node.keywords if keyword.arg == "input"]
    if not nodes or not any(map(_reads_input, script)):
        return
    node = nodes[0]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        node = node.func.value if node.func.attr == "encode" else node
    given = call.cell.value(node)
    text = given.wording
    if isinstance(given.constant, bytes):
        text = given.constant.decode(errors="replace")
    if text is not None:
        place = _inside(call, given)
        yield parse(text, offset=place or 0), place is not None


def _reads_input(command: Command) -> bool:
    """Whether it is a shell that reads its commands from nothing but what it is given."""
    texts = command.texts()
    is_free = command.reads is None and not command.redirections
    plain = "-s" in texts or all(text.startswith("-") for text in texts)
    return is_free and plain and command.name in SHELLS and not any(map(_SCRIPT.match, texts))


_SCRIPT = re.compile(r"-[A-Za-z]*c")


def _words(call: Call) -> list[Word]:
    """The words of what is started by words one by one; none for any other call."""
    if call.name == "asyncio.create_subprocess_exec":
        return [_of(call, item) for item in call.arguments]
    if (call.name or "").startswith("sh."):
        return _by_sh(call)
    if found := _EXEC.fullmatch(call.name or ""):
        given = call.arguments[1:] if found[1] else call.arguments
        arguments = given[1:]
        if found[2] != "l":
            arguments = given[1].items_here if len(given) > 1 else ()
        return [_of(call, item) for item in (*given[:1], *arguments[1:])]
    listed = call.argument("args", 0) if call.name in _PIP else None
    if listed is None or listed.kind != "list":
        return []
    return [Word("pip", call.start, call.name_end), *(_of(call, item) for item in listed.items)]


def _by_sh(call: Call) -> list[Word]:
    """`sh.yum("install", "x")` and `sh.sudo.yum("install", "x")`."""
    names = (call.name or "").split(".")[1:]
    if names[0] not in _OF_SH or "()" in names[-1]:
        return []
    start, end = call.start, call.name_end
    texts = [name.replace("_", "-") if name in _OF_SH else UNKNOWN for name in names]
    words = [Word(text, start, end, names=(call.cell.text[start:end],)) for text in texts]
    return [*words, *(_of(call, item) for item in call.arguments)]


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
    return call.method in _OF_IPYTHON and call.receiver.name in _IPYTHON


_IPYTHON = ("IPython.get_ipython", "IPython.core.getipython.get_ipython")


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


def _listed(call: Call, command: Value) -> list[Word]:
    """The words of a list; what `json.dumps` makes for SageMaker is read too. Other services' JSON
    is found as the dict that it is."""
    words = [_of(call, item) for item in command.items]
    if all(word.text != "sagemaker" for word in words[:8]):
        return words
    return [
        replace(word, text=_json(item.arguments[0]), names=(item.name,))
        if item.kind == "instance" and item.name == "json.dumps" and item.arguments
        else word
        for word, item in zip(words, command.items, strict=True)
    ]


_MOST_IN_JSON, _DEEPEST = 500, 30


def _json(value: Value) -> str:
    """What `json.dumps` makes of a value, with the character UNKNOWN for what is not known."""
    room = _MOST_IN_JSON

    def content(part: Value, depth: int = 0) -> object:
        nonlocal room
        room -= 1 if depth < _DEEPEST else _MOST_IN_JSON
        if room > 0 and part.kind == "dict":
            entries = {name: content(entry, depth + 1) for name, entry in part.entries.items()}
            return {**entries, UNKNOWN: UNKNOWN} if part.open else entries
        if room > 0 and part.kind == "list":
            items = [content(item, depth + 1) for item in part.items]
            return [*items, UNKNOWN] if part.open else items
        if part.kind == "constant" and not isinstance(part.constant, (bytes, complex)):
            return part.constant
        return part.wording or UNKNOWN

    made = content(value)
    return json.dumps(made, ensure_ascii=False) if room > 0 else UNKNOWN
