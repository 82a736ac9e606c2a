"""The browser half in words: which copy is served, what turns it off, and what to do about it."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path

from ..installation.browser_half import DISABLED, NAME, BrowserHalf
from ..installation.statements import Statement
from ..model import Step
from .commands import command, reinstall
from .rows import Row, statement_rows


def headline(half: BrowserHalf) -> str:
    """The section in a word or two."""
    if half.served is None:
        return "not installed"
    whole = any(statement.about == NAME for statement in half.disabled)
    state = "disabled" if whole else "disabled in part" if half.disabled else "enabled"
    return f"version {half.served.version}, {state}"


def rows(half: BrowserHalf) -> Iterator[Row]:
    """The section as text."""
    for copy in half.copies:
        state = "" if copy.whole else ", incomplete"
        label = "served" if copy.served else "shadowed"
        yield Row(label, f"{copy.version} ({copy.level}{state}): {copy.path}")
    yield from statement_rows((*half.disabling, *half.locking))
    for path in half.may_override:
        yield Row("may override", f"{path} (Python; not read)")


def to_do(half: BrowserHalf, version: str) -> Iterator[Step]:
    """How to have the right copy served, of this `version`, and nothing of it turned off."""
    served = half.served
    if served is None:
        yield Step("The browser half is not installed here. Install both halves anew:", reinstall())
    elif half.hidden is not None:
        remove = ["rm"] if os.path.islink(served.path) else ["rm", "-r"]
        yield Step(
            f"{served.path} (version {served.version}) is served in place of this environment's "
            f"copy (version {half.hidden.version}). Remove it:",
            shlex.join([*remove, served.path]),
        )
        served = half.hidden
    if served is not None and served.version != version:
        yield Step(
            f"The halves differ: the Python package is {version}, {served.path} is "
            f"{served.version}. Install both anew:",
            reinstall(),
        )
    elif served is not None and not served.whole:
        yield Step(f"{served.path} lacks its code. Install both halves anew:", reinstall())
    for statement in half.disabled:
        yield _enable(statement, half.locked)


def _enable(statement: Statement, locked: tuple[Statement, ...]) -> Step:
    levels = {"user": "user", "environment": "sys_prefix", "system": "system"}
    about, path = statement.about, Path(statement.path)
    says = f"{path} disables {about} in JupyterLab."
    locks = [lock.path for lock in locked if lock.about == about]
    if locks:
        return Step(f"{says} {locks[0]} locks it: ask your admin.")
    in_page_config = path.parent.name in ("labconfig", "page_config.d")
    if in_page_config and statement.level in levels:
        arguments = ["labextension", "enable", about, f"--level={levels[statement.level]}"]
        return Step(f"{says} Enable it:", shlex.join([command("jupyter"), *arguments]))
    if path.name == "package.json":
        page = Path(sys.prefix) / "etc" / "jupyter" / "labconfig" / "page_config.json"
        return Step(f'{says} Remove that extension, or set {DISABLED}."{about}": false in {page}.')
    return Step(f'{says} In it, take "{about}" out of {DISABLED}.')
