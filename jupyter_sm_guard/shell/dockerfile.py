"""The commands in a Dockerfile."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .commands import Script, parse

_INSTRUCTION = re.compile(r"[ \t]*(?:RUN(?:[ \t]+--\S+)*|ENV|ARG)[ \t]+", re.IGNORECASE)


def dockerfile(text: str) -> Iterator[Script]:
    """The commands of the RUN lines and the variables of the ENV and ARG lines."""
    offset, inside, start = 0, False, 0
    for line in [*text.splitlines(keepends=True), ""]:
        instruction = None if inside else _INSTRUCTION.match(line)
        if instruction is not None:
            inside, start = True, offset + instruction.end()
        goes_on = line.rstrip().endswith("\\") or line.lstrip().startswith("#")
        if inside and not goes_on:
            yield parse(text[start : offset + len(line)], offset=start)
            inside = False
        offset += len(line)
