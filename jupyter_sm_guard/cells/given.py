"""The texts that shell commands give to Python or put into files: documents of their own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from ..shell import Word, for_file, for_python
from .part import Part

_HOLDS_CODE = re.compile(r"[ \t]-[A-Za-z]{0,9}c\b")
_DEEPEST = 3  # texts in each other: a script that writes a script
_OF_SHELL = re.compile(r".*\.(?:sh|bash)|\.(?:bashrc|bash_profile|profile|zshrc)")
_OF_SETTINGS = re.compile(
    r"(?:.*\.)?env(?:\.\w+)?|.*\.(?:ini|cfg|conf|cnf|toml|ya?ml|json|properties|tfvars)|"
    r"\.\w+rc|config|credentials|(?:.*[-_])?(?:requirements|constraints)(?:[-_].*)?\.(?:txt|in)"
)
_OF_NOBODY = ("example", "sample", "template", "dist", "tpl", "default")


def kind_of_file(path: str) -> str:
    """What is written into a file, by its name."""
    name = path.rpartition("/")[2].lower()
    if name.endswith(".py"):
        return "python"
    if _OF_SHELL.fullmatch(name):
        return "shell"
    if "dockerfile" in name:
        return "dockerfile"
    is_real = not any(word in name for word in _OF_NOBODY)
    return "settings" if is_real and _OF_SETTINGS.fullmatch(name) else "text"


def with_given(parts: list[Part]) -> list[Part]:
    """These parts, and what those of them that are a shell's hold for others."""
    found, new = parts, [part for part in parts if part.kind == "shell"]
    for _ in range(_DEEPEST):
        new = [given for part in new if part.kind == "shell" for given in _given(part)]
        if not new:
            break
        found = [*found, *new]
    return found


def _given(part: Part) -> Iterator[Part]:
    writes = ">" in part.text and ("echo" in part.text or "printf" in part.text)
    runs = "python" in part.text and _HOLDS_CODE.search(part.text)
    if not (writes or runs or "<<" in part.text):
        return
    for command in part.script:
        code, file = for_python(command), for_file(command)
        if code is not None and code.runs:
            yield _made(part, "python", code, written=part.written)
        elif file is not None and file[1].runs:
            path = file[0].text
            yield replace(_made(part, kind_of_file(path), file[1], written=True), path=path)


def _made(part: Part, kind: str, word: Word, *, written: bool) -> Part:
    starts = tuple((index, part.in_cell(at)) for index, at in word.runs)
    escaped = part.escaped or word.end - word.start != len(word.text)
    return Part(kind, word.text, starts, alone=True, written=written, escaped=escaped, lenient=True)
