"""Commands that the doctor advises, by the absolute paths of the environment it runs in."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

from .._version import VERSION
from ..installation.server_half import NAME


def command(name: str) -> str:
    """A command of this environment."""
    return str(Path(sys.prefix) / "bin" / name)


def reinstall() -> str:
    """The command that lays down both halves again, in this environment and at this version."""
    options = ["install", "--force-reinstall", "--no-deps"]
    return shlex.join([command("python"), "-m", "pip", *options, f"{NAME}=={VERSION}"])
