"""What files say about us, and which of them Jupyter goes by."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

TAKEN_BACK = "taken back"
EVERYTHING = "*"


@dataclass(frozen=True)
class Statement:
    """What a file says about `about` (an extension, a plugin of one, or `*` for all): "enabled",
    "disabled", "locked", "unlocked", "neither true nor false", or "taken back" (null). `counts`
    marks what Jupyter goes by; `level` is whose the file is."""

    path: str
    about: str
    says: str
    level: str
    counts: bool = False


def decided(statements: Iterable[Statement]) -> tuple[Statement, ...]:
    """Mark the first about each name, given what wins first. A null takes back only what lower
    files of its own folder say: Jupyter merges a folder before it merges folders."""
    settled, taken_back, result = set[str](), set[tuple[Path, str]](), []
    for statement in statements:
        folder = _folder(statement)
        is_silent = bool({(folder, statement.about), (folder, EVERYTHING)} & taken_back)
        counts = False
        if statement.says == TAKEN_BACK:
            taken_back.add((folder, statement.about))
        elif not is_silent and statement.about not in settled:
            settled.add(statement.about)
            counts = True
        result.append(replace(statement, counts=counts))
    return tuple(result)


def _folder(statement: Statement) -> Path:
    parent = Path(statement.path).parent
    return parent.parent if parent.name.endswith(".d") else parent
