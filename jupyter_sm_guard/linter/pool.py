"""Many files on several processors, and large ones apart from the rest: whatever a file does to the
process that reads it, that is said of the file, and the others are read.

A process has so long for a file, and so much memory. One that takes longer is killed, one that dies
has its file named, and another goes on with the next file. Small files are read in the process
that asks, which costs nothing: what can take long or much takes a large file.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import selectors
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NoReturn

from . import results

Work = Callable[[str], dict[str, Any]]

DEADLINE = 20.0
"""Seconds for one file. The slowest that is allowed (2 MB of code) takes some 8 when idle."""
MEMORY = 1 << 30
"""Bytes that a process may take on top of what it starts with: a notebook of 50 MB needs half."""
LARGE = 64 * 1024
"""Bytes from which on a file is read in a process of its own, which costs some 10 ms once a run."""
_MANY = 8
_TICK = 0.5


def spread(
    files: Sequence[str], work: Work, jobs: int, done: Callable[[int], None]
) -> Iterator[tuple[str, dict[str, Any] | None]]:
    """(file, result) of every file in any order; `"lost"` is set in the result of one whose process
    did not finish it."""
    many = jobs > 1 and len(files) >= _MANY
    apart = [file for file in files if many or (_is_large(file) and _may_fork())]
    there = set(apart)
    here = [file for file in files if file not in there]
    workers = _workers(apart, work, jobs)
    try:
        for number, file in enumerate(here, 1):
            yield file, _safely(work, file)
            done(number)
        for number, (file, result) in enumerate(_gathered(workers, work), len(here) + 1):
            yield file, result
            done(number)
    finally:
        for worker in workers:
            worker.end()


def _is_large(file: str) -> bool:
    try:
        return os.stat(file).st_size >= LARGE
    except (OSError, ValueError):
        return False  # reading it says why


def _may_fork() -> bool:
    """Not unasked among threads, as in a server: a lock that one of them holds would never be
    released in the child."""
    threading = sys.modules.get("threading")
    return hasattr(os, "fork") and (threading is None or threading.active_count() == 1)


def _safely(work: Work, file: str) -> dict[str, Any]:
    """The result of a file; of one at which a rule fails, that."""
    try:
        return work(file)
    except Exception as error:  # noqa: BLE001  # one file's trouble is not that of the others
        frame = error.__traceback__
        while frame is not None and frame.tb_next is not None:
            frame = frame.tb_next
        code = frame.tb_frame.f_code if frame is not None else None
        where = f"{os.path.basename(code.co_filename)}:{code.co_name}" if code is not None else "?"
        return _lost(f"a fault of the linter: {type(error).__name__} in {where}; please report it")


def _lost(reason: str) -> dict[str, Any]:
    return {**results.skipped(reason), "lost": True}


class _Worker:
    """A process and the files that it is to read, in their order."""

    def __init__(self, files: Sequence[str]):
        self.files = list(files)
        self.read = 0
        self.child = self.descriptor = -1
        self.parts: list[bytes] = []
        self.silent = 0.0

    def start(self, work: Work, inherited: Sequence[int]) -> None:
        """Fork, for the files that are left. `inherited` are the descriptors of the others."""
        reader, writer = os.pipe()
        self.parts, self.silent = [], 0.0
        sys.stdout.flush()
        self.child = os.fork()
        if self.child == 0:
            _run(self.files[self.read :], work, writer, (reader, *inherited))
        os.close(writer)
        self.descriptor = reader

    def end(self) -> int:
        """Kill the process, and say how it ended: as `os.waitpid` does."""
        if self.child <= 0:
            return 0
        os.close(self.descriptor)
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.child, signal.SIGKILL)
        _, status = os.waitpid(self.child, 0)
        self.child = self.descriptor = -1
        return status

    def take(self, chunk: bytes) -> Iterator[tuple[str, dict[str, Any]]]:
        """The results that are complete with this chunk."""
        self.silent = 0.0
        self.parts.append(chunk)
        if b"\n" not in chunk:
            return
        *lines, rest = b"".join(self.parts).split(b"\n")
        self.parts = [rest]
        for line in lines:
            self.read += 1
            yield self.files[self.read - 1], json.loads(line)

    @property
    def finished(self) -> bool:
        return self.read == len(self.files)


def _workers(files: Sequence[str], work: Work, jobs: int) -> list[_Worker]:
    if not files:
        return []
    gc.collect()
    gc.freeze()  # what is there now is shared by all processes, and never copied
    count = min(jobs, len(files))
    workers = [_Worker(files[number::count]) for number in range(count)]
    for worker in workers:
        worker.start(work, _descriptors(workers))
    gc.unfreeze()
    return workers


def _descriptors(workers: Sequence[_Worker]) -> list[int]:
    return [worker.descriptor for worker in workers if worker.descriptor >= 0]


def _run(files: Sequence[str], work: Work, writer: int, inherited: Sequence[int]) -> NoReturn:
    """The child: a line of JSON a file."""
    try:
        for descriptor in inherited:
            os.close(descriptor)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends us
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        _limit_memory()
        gc.disable()
        with os.fdopen(writer, "w", encoding="utf-8") as out:
            for number, file in enumerate(files):
                out.write(f"{json.dumps(_safely(work, file))}\n")
                out.flush()
                if number % 200 == 199:
                    gc.collect()
        os._exit(0)
    finally:
        os._exit(1)


def _limit_memory() -> None:
    """Where the system can tell what is taken, and can limit it."""
    try:
        import resource

        with open("/proc/self/statm", encoding="ascii") as file:
            taken = int(file.read().split()[0]) * resource.getpagesize()
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        limit = taken + MEMORY
        if hard == resource.RLIM_INFINITY or limit < hard:
            resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
    except (ImportError, OSError, ValueError):
        pass


def _gathered(workers: list[_Worker], work: Work) -> Iterator[tuple[str, dict[str, Any]]]:
    with selectors.DefaultSelector() as selector:
        for worker in workers:
            selector.register(worker.descriptor, selectors.EVENT_READ, worker)
        before = time.monotonic()
        while selector.get_map():
            ready = selector.select(_TICK)
            now = time.monotonic()
            # a stretch in which we were stopped ourselves counts as one tick: so were they
            passed, before = min(now - before, 2 * _TICK), now
            for key, _ in ready:
                chunk = os.read(key.fd, 1 << 20)
                yield from key.data.take(chunk)
                if not chunk or key.data.finished:
                    selector.unregister(key.fd)
                    yield from _ended(key.data, "", work, selector)
            waiting = {id(key.data) for key, _ in ready}
            for key in list(selector.get_map().values()):
                worker = key.data
                worker.silent += 0 if id(worker) in waiting else passed
                if worker.silent > DEADLINE:
                    selector.unregister(key.fd)
                    why = f"took longer than {DEADLINE:.0f} s; split it, or clear its outputs"
                    yield from _ended(worker, why, work, selector)


def _ended(
    worker: _Worker, why: str, work: Work, selector: selectors.BaseSelector
) -> Iterator[tuple[str, dict[str, Any]]]:
    """What to say of the file that a process did not finish; another one takes those behind it."""
    status = worker.end()
    if worker.finished:
        return
    if not why:
        why = "ended the process that read it"
        if os.WIFSIGNALED(status):
            why += f" ({signal.Signals(os.WTERMSIG(status)).name})"
    yield worker.files[worker.read], _lost(why)
    worker.read += 1
    if not worker.finished:
        others = [key.data for key in selector.get_map().values()]
        worker.start(work, _descriptors(others))
        selector.register(worker.descriptor, selectors.EVENT_READ, worker)
