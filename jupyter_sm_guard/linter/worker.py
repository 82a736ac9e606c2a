"""The process that lints what is open in editors: a request a line, an answer a line.

A request is two lines of JSON: what the server says (posture, root, stand-in), and what the browser
sent, which only this process reads. It ends when the server does, or ends it.
"""

from __future__ import annotations

import gc
import json
import os
import resource as rlimit
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..place import Place
from .editing import Editing
from .editor_wire import RequestError
from .settings import SettingsError

MEMORY_LIMIT = 1024 * 1024 * 1024
"""Bytes of address space; what needs more ends this process and nothing else."""

ANSWERS, BYTES = 100, 4 * 1024 * 1024
"""After so many answers, or requests of so many bytes, garbage is collected: between two answers,
and not while somebody waits for one. What a change leaves behind is some 25 times its text."""


def main() -> None:
    """Answer until standard input ends."""
    rlimit.setrlimit(rlimit.RLIMIT_CORE, (0, 0))  # notebooks are in this memory
    rlimit.setrlimit(rlimit.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    os.nice(5)  # kernels come first
    gc.disable()
    editing: dict[str, Editing] = {}
    answers = size = 0
    source = sys.stdin.buffer
    while (head := source.readline()) and (body := source.readline()):
        status, answer = _answer(editing, json.loads(head), body)
        data = json.dumps(answer, separators=(",", ":")).encode()
        _write(f"{status}\n".encode() + data + b"\n")
        answers, size = answers + 1, size + len(body)
        if answers >= ANSWERS or size >= BYTES:
            gc.collect()
            answers = size = 0


def _answer(every: dict[str, Editing], head: Mapping[str, Any], body: bytes) -> tuple[int, object]:
    stand_in = head["stand_in"]
    if stand_in not in every:
        every[stand_in] = Editing(Place(Path(stand_in) if stand_in else None))
    posture = None if head["posture"] is None else tuple(head["posture"])
    try:
        given = json.loads(body)
        if not isinstance(given, dict):
            raise RequestError(400, "BAD_REQUEST")
        return 200, every[stand_in].answer(given, posture, head["root"])
    except RequestError as error:
        return error.status, {"reason": error.reason}
    except SettingsError as error:
        return 422, {"reason": "SETTINGS", "message": str(error)}
    except (ValueError, RecursionError):
        return 400, {"reason": "BAD_REQUEST"}


def _write(data: bytes) -> None:
    while data:
        data = data[os.write(1, data) :]
