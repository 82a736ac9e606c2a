"""Many files on several processors. A process that dies takes no file silently with it."""

from __future__ import annotations

import gc
import json
import os
import selectors
import signal
from collections.abc import Callable, Iterator, Sequence
from typing import Any

Work = Callable[[str], dict[str, Any]]


def spread(
    files: Sequence[str], work: Work, jobs: int, done: Callable[[int], None]
) -> Iterator[tuple[str, dict[str, Any] | None]]:
    """(file, result) of every file in any order; None for one whose process ended without it."""
    if jobs < 2 or len(files) < 8:
        for number, file in enumerate(files, 1):
            yield file, work(file)
            done(number)
        return
    gc.collect()
    gc.freeze()  # what is there now is shared by all processes, and never copied
    children: list[tuple[int, int]] = []
    try:
        for number in range(jobs):
            children.append(_start(files[number::jobs], work, [c[1] for c in children]))
        yield from _gathered(children, files, jobs, done)
    finally:
        gc.unfreeze()
        for child, descriptor in children:
            os.close(descriptor)
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)


def _start(files: Sequence[str], work: Work, inherited: list[int]) -> tuple[int, int]:
    reader, writer = os.pipe()
    child = os.fork()
    if child:
        os.close(writer)
        return child, reader
    try:
        os.close(reader)
        for descriptor in inherited:
            os.close(descriptor)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends us
        gc.disable()
        with os.fdopen(writer, "w", encoding="utf-8") as out:
            for number, file in enumerate(files):
                out.write(f"{json.dumps([number, work(file)])}\n")
                out.flush()
                if number % 200 == 199:
                    gc.collect()
        signal.pause()
    finally:
        os._exit(1)


def _gathered(
    children: list[tuple[int, int]], files: Sequence[str], jobs: int, done: Callable[[int], None]
) -> Iterator[tuple[str, dict[str, Any] | None]]:
    left = {number: list(files[number::jobs]) for number in range(jobs)}
    counts = dict.fromkeys(left, 0)
    parts: dict[int, list[bytes]] = {number: [] for number in left}
    with selectors.DefaultSelector() as selector:
        for number, (_, descriptor) in enumerate(children):
            selector.register(descriptor, selectors.EVENT_READ, number)
        while selector.get_map():
            for key, _ in selector.select():
                number = int(key.data)
                chunk = os.read(key.fd, 1 << 20)
                if not chunk:
                    selector.unregister(key.fd)
                    continue
                for index, result in _whole_lines(parts[number], chunk):
                    yield left[number][index], result
                    counts[number] += 1
                done(sum(counts.values()))
                if counts[number] == len(left[number]):
                    selector.unregister(key.fd)
    yield from ((file, None) for number, own in left.items() for file in own[counts[number] :])


def _whole_lines(parts: list[bytes], chunk: bytes) -> list[Any]:
    """The results that are complete with this chunk; the rest stays in `parts`."""
    parts.append(chunk)
    if b"\n" not in chunk:
        return []
    *lines, rest = b"".join(parts).split(b"\n")
    parts[:] = [rest]
    return [json.loads(line) for line in lines]
