"""The commands in a Dockerfile.

Source: Docker's reference of the Dockerfile, https://docs.docker.com/reference/dockerfile/ (shell
and exec form, here-documents, `ENV` without a `=`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .commands import Command, Script, argv, parse
from .words import Word

_INSTRUCTION = re.compile(r"[ \t]*(RUN(?:[ \t]+--\S+)*|ENV|ARG)[ \t]+", re.IGNORECASE)
_HERE = re.compile(r"(?<!\S)[0-9]{0,2}<<-?([\"']?)([A-Za-z_]\w*)\1(?!\S)")
_ONLY_HERE = re.compile(_HERE.pattern + r"[ \t\r]*\n")
_FOR_A_SHELL = re.compile(r"(?!#!)|#![ \t]*\S*?\b(?:env[ \t]+)?(?:ba|da|k|z)?sh\b")
_LIST = re.compile(r'\[[ \t]*"[^\n]*"[ \t]*\]\s*')
_ITEM = re.compile(r'"((?:[^"\\\n]|\\.)*)"')
_AROUND = " \t\r\"'"
_OLD_ENV = re.compile(r"(\w+)[ \t]+(\S[^\n]*)")


def dockerfile(text: str) -> Iterator[Script]:
    """The commands of the RUN lines and the variables of the ENV and ARG lines."""
    for name, start, end in _instructions(text):
        body = text[start:end]
        if name == "ENV" and (old := _OLD_ENV.match(body)):
            yield Script((_old_env(old, start),))
        elif name == "RUN" and _LIST.fullmatch(body):
            words = [Word(m[1], start + m.start(1), start + m.end(1)) for m in _ITEM.finditer(body)]
            yield Script(argv(words))
        elif name == "RUN" and (only := _ONLY_HERE.match(body)):
            script, last = body[only.end() :], body.rstrip().rpartition("\n")[2]
            if last.strip() == only[2]:
                script = script[: script.rindex(last)]
            if _FOR_A_SHELL.match(script):
                yield parse(script, offset=start + only.end())
        else:
            yield parse(body, offset=start)


def _instructions(text: str) -> Iterator[tuple[str, int, int]]:
    """Each instruction's name, and where what it is given starts and ends, its here-documents
    included."""
    name, start, offset = "", 0, 0
    awaited: list[str] | None = None  # the here-documents; None before its own lines end
    for line in [*text.splitlines(keepends=True), ""]:
        end = offset + len(line)
        if not name and (instruction := _INSTRUCTION.match(line)):
            name, start, awaited = instruction[1][:3].upper(), offset + instruction.end(), None
        goes_on = line.rstrip().endswith("\\") or line.lstrip().startswith("#")
        if name and awaited is None and not goes_on:
            awaited = [found[2] for found in _HERE.finditer(text, start, end)]
        elif awaited and line.strip() == awaited[0]:
            del awaited[0]
        if name and (not line or awaited == []):
            yield name, start, end
            name = ""
        offset = end


def _old_env(found: re.Match[str], offset: int) -> Command:
    """`ENV NAME value`, which is `ENV NAME="value"`."""
    start, end = offset + found.start(), offset + found.end(2)
    runs = ((0, start), (len(found[1]) + 1, offset + found.start(2)))
    word = Word(f"{found[1]}={found[2].strip(_AROUND)}", start, end, runs)
    return Command((), start, end, assignments=(word,))
