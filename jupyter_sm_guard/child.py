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
import time
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
    targets: tuple[str, ...] = ()


@dataclass(frozen=True)
class Delivery:
    """What the child writes for a source that has finished, after how many milliseconds."""

    source: str
    facts: Mapping[str, Fact]
    milliseconds: int


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
    runs: dict[str, _Run] = {}
    out = _Out()
    for name in sorted(request.sources, key=lambda name: sources()[name].after or ""):
        source = sources()[name]
        runs[name] = _Run(source, request, out, runs.get(source.after or ""))
        runs[name].start()
    for run in runs.values():
        run.join()
    os._exit(0)  # whatever a library still wants to tidy up must not take time


def _end_with_parent() -> None:
    sys.stdin.buffer.read()  # ends when the parent closes its side, by will or by dying
    os._exit(1)


class _Run(threading.Thread):
    """A source in a thread of its own; `facts` is what it has answered so far."""

    def __init__(self, source: Source, request: Request, out: _Out, before: _Run | None):
        super().__init__(daemon=True)
        self.facts: Mapping[str, Fact] = {}
        self._source, self._request, self._out, self._before = source, request, out, before

    def run(self) -> None:
        if self._before is not None:
            self._before.join()
        began = time.monotonic()
        try:
            self.facts = self._source.observe(self._context())
            took = round((time.monotonic() - began) * 1000)
            self._out.line(to_json(Delivery(self._source.name, self.facts, took)))
        except BaseException as error:  # noqa: BLE001  # a crash is reported, and hides no other
            self._out.line({"source": self._source.name, "crash": type(error).__name__})

    def _context(self) -> Context:
        request, name = self._request, self._source.name

        def stage(waiting_for: Reason) -> None:
            self._out.line({"source": name, "stage": waiting_for.value})

        return Context(
            host=Host(Path(request.root) if request.root is not None else None),
            aws=request.aws,
            resource=request.resource,
            stage=stage,
            earlier=self._before.facts if self._before is not None else {},
            targets=request.targets,
        )
