"""The collector's child process: runs sources side by side and writes a line for each.

Its parent kills it at the deadline. It also ends when the parent is gone (its standard input
closes) and, should all else fail, by an alarm.
"""

from __future__ import annotations

import json
import os
import resource as rlimit
import signal
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from .aws import Aws
from .catalog import sources
from .host import Host
from .model import Fact, Reason, Resource
from .sources import Context, Source
from .wire import from_json, to_json

MEMORY_LIMIT = 400 * 1024 * 1024
"""Bytes of data the child may hold: a 300 MB answer is an error, not a swapping machine."""


@dataclass(frozen=True)
class Request:
    """What the child is told, on its standard input. `deadline`, in seconds, is the alarm's: a
    little later than the parent's."""

    sources: tuple[str, ...]
    resource: Resource
    root: str | None
    aws: Aws
    deadline: int


@dataclass(frozen=True)
class Delivery:
    """What the child writes for a source that has finished."""

    source: str
    facts: Mapping[str, Fact]


class _Out:
    """Standard output, one JSON line at a time, whichever thread has one."""

    def __init__(self) -> None:
        self.lock = threading.Lock()

    def line(self, message: object) -> None:
        data = json.dumps(message).encode() + b"\n"
        with self.lock:
            os.write(1, data)


def main() -> None:
    """Read a Request, run its sources, leave."""
    rlimit.setrlimit(rlimit.RLIMIT_CORE, (0, 0))  # credentials are in this memory
    rlimit.setrlimit(rlimit.RLIMIT_DATA, (MEMORY_LIMIT, MEMORY_LIMIT))
    request = from_json(Request, json.loads(sys.stdin.buffer.readline()))
    signal.alarm(request.deadline)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    out = _Out()
    threads = [
        threading.Thread(target=_run, args=(sources()[name], request, out), daemon=True)
        for name in request.sources
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    os._exit(0)  # whatever a library still wants to tidy up must not take time


def _end_with_parent() -> None:
    sys.stdin.buffer.read()  # ends when the parent closes its side, by will or by dying
    os._exit(1)


def _run(source: Source, request: Request, out: _Out) -> None:
    host = Host(Path(request.root) if request.root is not None else None)

    def stage(waiting_for: Reason) -> None:
        out.line({"source": source.name, "stage": waiting_for.value})

    try:
        facts = source.observe(Context(host, request.aws, request.resource, stage))
        out.line(to_json(Delivery(source.name, facts)))
    except BaseException as error:  # noqa: BLE001  # a crash is reported, and hides no other
        out.line({"source": source.name, "crash": type(error).__name__})
