"""A file or folder is made writable for everybody

## What it checks
`chmod 777`, `chmod o+w`, `chmod a+rwx`, `mkdir -m 777` and their like in shell lines and cells, and
the same modes given to `os.chmod` and `Path.chmod`, as numbers or by the names in `stat`. A sticky
folder (`chmod 1777`) is fine.

## Why it matters
Every process on the machine, whoever it runs as, can then put its own code or data in place of
yours.

## How to fix
Give write access to those who need it: `chmod u+w`, or the group's with `chmod 775`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from ..model import Severity
from ..names import Call, PythonCell
from ..shell import Command, Script, Word
from ..values import Value
from . import Edit, Fix, Match, rule

_OCTAL = re.compile(r"[0-7]{3,4}")
_LETTERS = re.compile(r"[ug]{0,2}[oa][uoga]{0,3}[+=][rxXst]{0,4}w[rwxXst]{0,4}")
_STICKY, _OTHERS = 0o1000, 0o002
_BY_NAME = {"S_ISVTX": _STICKY, "S_IWOTH": _OTHERS, "S_IRWXO": 0o007}
_MODE_OPTION = re.compile(r"-[a-zA-Z]{0,6}m|--mode")
_UMASK, _CHMOD = frozenset(("os.umask",)), frozenset(("os.chmod",))
_MESSAGE = "everybody on this machine may write there"


def _modes(command: Command) -> Iterator[Word]:
    """The words of a command that may be a mode."""
    if command.name == "chmod":
        yield from command.arguments[:4]
    if command.name in ("mkdir", "install"):
        for option, word in zip(command.arguments, command.arguments[1:], strict=False):
            if _MODE_OPTION.fullmatch(option.text):
                yield word


def _shell(script: Script) -> Iterator[Match]:
    for command in script.commands:
        if command.name == "umask" and command.texts()[:1] in (["0"], ["000"], ["0000"]):
            yield Match(command.arguments[0].start, command.end, _MESSAGE)
        for word in _modes(command):
            text = word.text
            if _OCTAL.fullmatch(text):
                mode = int(text, 8)
                if mode & 0o002 and not mode & 0o1000:
                    narrower = f"{text[:-1]}{mode & 0o5}"
                    fix = Fix(f"chmod {narrower}", (Edit(word.start, word.end, narrower),))
                    yield Match(word.start, word.end, _MESSAGE, fix=fix if word.literal else None)
                break
            if any(_LETTERS.fullmatch(part) for part in text.split(",")[:8]):
                yield Match(word.start, word.end, _MESSAGE)
                break


def _python(cell: PythonCell) -> Iterator[Match]:
    for call in cell.calls():
        mask = call.argument("mask", 0) if call.is_named(_UMASK) else None
        if mask is not None and mask.is_constant(0) and _stands_alone(call):
            yield Match(mask.start, mask.end, _MESSAGE)
        mode = _mode(call)
        bits = 0 if mode is None else _bits(call, mode)
        if mode is not None and bits & _OTHERS and not bits & _STICKY:
            yield Match(mode.start, mode.end, _MESSAGE)


def _stands_alone(call: Call) -> bool:
    """Whether nobody takes what a call gives: `os.umask(os.umask(0))` only reads the mask."""
    return any(statement.value is call.node for statement in call.cell.nodes(ast.Expr))


def _mode(call: Call) -> Value | None:
    """The mode that `os.chmod` or a path's `chmod` is given."""
    of_os = call.is_named(_CHMOD)
    return call.argument("mode", int(of_os)) if of_os or call.method == "chmod" else None


def _bits(call: Call, mode: Value) -> int:
    """The bits that a mode has for certain: what stands on either side of a `|` adds its own."""
    given = [*call.node.args, *(keyword.value for keyword in call.node.keywords)]
    nodes = [node for node in given if call.cell.span(node) == (mode.start, mode.end)]
    bits = 0 if nodes else _number(mode)
    while nodes:
        node = nodes.pop()
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
            nodes += (node.left, node.right)
        else:
            name = getattr(node, "attr", getattr(node, "id", ""))
            bits |= _BY_NAME.get(name) or _number(call.cell.value(node))
    return bits


def _number(value: Value) -> int:
    """A number, or `int("777", 8)`; 0 for what is none."""
    if value.name == "builtins.int" and len(value.arguments) == 2:
        digits, base = value.arguments
        is_octal = base.is_constant(8) and _OCTAL.fullmatch(digits.text or "")
        return int(digits.text or "", 8) if is_octal else 0
    return value.constant if isinstance(value.constant, int) else 0


RULE = rule(
    __doc__,
    name="world-writable",
    severity=Severity.MEDIUM,
    group="privilege",
    triggers=("chmod", "umask", "mkdir -", "install -"),
    shell=_shell,
    python=_python,
    in_python=("chmod", "umask"),
    local=True,
    good=(
        "!mkdir -p -m 750 data && install -m 755 run.sh /opt/bin",
        "!chmod +x run.sh",
        "!chmod 755 run.sh && chmod 644 a b",
        "!chmod 1777 /data/tmp",
        "!chmod u+w,g+w x",
        "# chmod 777 data",
        "%%writefile Dockerfile\nFROM ubuntu\nRUN chmod 777 /opt/program/serve",
        "import os\nos.chmod('x', 0o644)\nos.chmod('x', mode)",
        "import os, stat\nos.chmod(p, stat.S_IRWXU | stat.S_IRGRP)\n"
        "os.chmod(p, stat.S_IRWXU | stat.S_IRWXO | stat.S_ISVTX)\n"
        "os.chmod(p, os.stat(p).st_mode & ~stat.S_IWOTH)",
        "import os\nos.chmod('run.sh', os.stat('run.sh').st_mode | 0o111)\n"
        "os.chmod(p, int('755', 8))\nos.chmod(p, (mode | 0o777) & 0o755)\n"
        "os.chmod(p, narrowed(stat.S_IWOTH))\nchmod(p, 0o777)\nsftp.chmod(p, 0o777)",
        "import os\nmask = os.umask(0)\nos.umask(mask)\nos.chmod(p, 0o777 & ~mask)",
        "import os\nos.chmod(p, 0o777 & ~os.umask(0))",
    ),
    bad=(
        "!mkdir -p -m «777» /tmp/shared",
        "!chmod «777» data",
        "!find . -type d -exec chmod «777» {} + -o -exec chmod «o+w» '{}' \\;",
        "%%bash\numask «000»\numask 022",
        "import os\nos.umask(«0»)\nos.umask(0o077)",
        "!sudo chmod -R «0777» {mount_point}",
        "%%bash\nchmod «a+rwx» x; chmod «u=rw,o+w» y",
        "import os\nos.chmod('x', «0o777»)",
        "import os\nclass Modes:\n    mask = os.umask\nModes.mask(«0»)",
        "from pathlib import Path\nPath('x').chmod(«0o666»)",
        "import os, stat\nos.chmod('run.sh', «os.stat('run.sh').st_mode | stat.S_IWOTH»)\n"
        "path.chmod(«path.stat().st_mode | 0o002»)",
        "from os import chmod\nchmod('run.sh', «0o777»)\nchmod('x.sh', mode=«int('777', 8)»)",
        "import os, stat\nos.chmod(p, «stat.S_IRWXU | stat.S_IRWXG | stat.S_IRWXO»)\n"
        "os.chmod(p, «os.stat(p).st_mode | stat.S_IWOTH»)",
    ),
)
