"""Running a program of the machine: bounded in time and output, from a clean environment.

The program stays in the caller's process group, so that whoever ends the group ends it too. One
that has become root (a setuid program that hangs) can be ended by nobody without root: it is left
alone, its output closed, and the caller told.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import subprocess
import time
from dataclasses import dataclass

from .model import Reason, Unknown

OUTPUT_LIMIT = 64 * 1024
"""Bytes; a program that says more is ended."""

_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "HOME": "/nonexistent"}


@dataclass(frozen=True)
class Ran:
    """How a program ended: its exit code (negative: the signal) and what it wrote, errors too."""

    exit: int
    output: str


def run(command: tuple[str, ...], seconds: float) -> Ran | Unknown:
    """Run `command` (an absolute path and arguments) and wait at most `seconds` (+ 0.1).

    It gets no input, no terminal, none of our environment. Never raises: what did not start, does
    not end or says too much is Unknown.
    """
    name = os.path.basename(command[0])
    end = time.monotonic() + seconds
    try:
        program = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,  # a pipe: programs that fit lines to a terminal don't
            stderr=subprocess.STDOUT,
            env=_ENVIRONMENT,
            cwd="/",
        )
    except (OSError, ValueError) as error:
        return Unknown(Reason.NOT_FOUND, f"{name} can't be started ({type(error).__name__})")
    try:
        output = _read(program, end)
        if output is None:
            return Unknown(Reason.BAD_RESPONSE, f"{name} said more than {OUTPUT_LIMIT} bytes")
        return Ran(program.wait(max(end - time.monotonic(), 0.0)), output)
    except subprocess.TimeoutExpired:
        return Unknown(Reason.TIMEOUT, f"{name} did not end within {seconds:g} seconds")
    finally:
        _end(program)


def _read(program: subprocess.Popen[bytes], end: float) -> str | None:
    """All that the program writes until it closes its output; None when that is too much. Raises
    TimeoutExpired."""
    if program.stdout is None:
        return ""
    output = b""
    with selectors.DefaultSelector() as selector:
        selector.register(program.stdout, selectors.EVENT_READ)
        while len(output) <= OUTPUT_LIMIT:
            left = end - time.monotonic()
            if left <= 0 or not selector.select(left):
                raise subprocess.TimeoutExpired(program.args, 0)
            chunk = os.read(program.stdout.fileno(), 65536)
            if not chunk:
                return output.decode("utf-8", "replace")
            output += chunk
    return None


def _end(program: subprocess.Popen[bytes]) -> None:
    """End it where we may, and let go of it in any case."""
    if program.stdout is not None:
        program.stdout.close()
    with contextlib.suppress(OSError, subprocess.TimeoutExpired):
        if program.poll() is None:
            program.kill()  # PermissionError (an OSError) where it has become root
            program.wait(0.1)
