"""Outputs: one file each, each writes a report down; pure, and nothing is left out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..model import Report


@dataclass(frozen=True)
class Display:
    """Where the text goes: columns of the terminal (None when it is not one), colour or not."""

    width: int | None = None
    colour: bool = False


@dataclass(frozen=True)
class Output:
    """One output. `name` is its file and the argument of `--format`."""

    name: str
    render: Callable[[Report, Display], str]
