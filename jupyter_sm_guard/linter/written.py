"""The JSON files that cells write, and the commands of later cells read by `file://`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..cells import Part
from ..gate import FILE
from ..notebook import CELL_LIMIT, Cell

Written = dict[int, dict[str, str]]
"""By the index of the cell that reads them, the texts of files by their names."""
_MOST_FILES = 64
_MOST_READ = 2**20
"""Characters of a file, times the commands that read it: each reads all of it."""


@dataclass(frozen=True)
class _File:
    number: int
    path: str
    text: str

    @property
    def name(self) -> str:
        return self.path.rpartition("/")[2]


def written(cells: Sequence[Cell], parts: Sequence[Sequence[Part]]) -> Written:
    """What is surely in the files that cells read: what one cell before them writes, and nobody
    names otherwise. `parts` are those of each cell."""
    sources = [cell.source for cell in cells]
    if any("%cd" in source or "chdir" in source for source in sources):
        return {}
    files = [*_files(sources, parts)]
    found: Written = {}
    for file in files if len(files) <= _MOST_FILES else ():
        named = sum(source.count(file.name) for source in sources)
        form = re.compile(rf"{re.escape(FILE)}[\w./-]*?(?<![\w-]){re.escape(file.name)}")
        read = sum(len(form.findall(source)) for source in sources)
        if named == read + 1 and read * len(file.text) <= _MOST_READ:
            for cell in cells[file.number + 1 :]:
                if FILE in cell.source:
                    found.setdefault(cell.index, {})[file.path] = file.text
    return found


def _files(sources: Sequence[str], parts: Sequence[Sequence[Part]]) -> Iterator[_File]:
    for number, (source, pieces) in enumerate(zip(sources, parts, strict=True)):
        for part in pieces:
            if part.path.endswith(".json") and part.path in source:
                yield _File(number, part.path.removeprefix("./"), part.text)


def may_write(cell: Cell) -> bool:
    """Whether a cell's parts have to be looked at for files."""
    return ".json" in cell.source and len(cell.source) <= CELL_LIMIT
