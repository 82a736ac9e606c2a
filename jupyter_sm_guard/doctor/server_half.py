"""The server half in words: enabled or not, which file decides that, and what to do about it."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path

from ..installation.server_half import MAIN, NAME, ServerHalf
from ..installation.statements import TAKEN_BACK, Statement
from ..model import Step
from .commands import command, reinstall
from .rows import Row, statement_rows


def headline(half: ServerHalf) -> str:
    """The section in a word or two."""
    if half.enabled is None:
        return "not enabled: no file says so"
    return "enabled" if half.enabled else "disabled"


def rows(half: ServerHalf) -> Iterator[Row]:
    """The section as text."""
    yield from statement_rows(half.statements)
    for path in half.may_override:
        yield Row("may override", f"{path} (Python; not read)")
    if not half.folders:
        yield Row("folders", "none: JUPYTER_NO_CONFIG is set")
    for number, folder in enumerate(half.folders):
        yield Row("looked in" if number == 0 else "then", folder)


def to_do(half: ServerHalf) -> Iterator[Step]:
    """How to have it enabled, by the file that decides."""
    decider = half.decider
    if half.enabled:
        return
    if not half.folders:
        yield Step("JUPYTER_NO_CONFIG is set, so Jupyter reads no configuration. Unset it.")
    elif decider is None:
        yield Step(
            "No configuration file enables the server half; installing the package lays one down:",
            reinstall(),
        )
    else:
        yield _mend(decider)


def _mend(decider: Statement) -> Step:
    flags = {"user": "--user", "environment": "--sys-prefix", "system": "--system"}
    path = Path(decider.path)
    # Jupyter's command writes this file of a level and no other, so elsewhere it would not help.
    own_file = path.parent.name == f"{MAIN}.d" and path.name == f"{NAME}.json"
    if decider.says == "disabled" and own_file and decider.level in flags:
        arguments = ["server", "extension", "enable", NAME, flags[decider.level]]
        return Step(
            f"The server half is disabled by {path}. Enable it:",
            shlex.join([command("jupyter"), *arguments]),
        )
    says = {"disabled": "disables the server half", TAKEN_BACK: "takes the server half back"}
    return Step(
        f"{path} {says.get(decider.says, 'says neither true nor false of the server half')}. "
        f"In it, set ServerApp.jpserver_extensions.{NAME} to true, or take the entry out."
    )
