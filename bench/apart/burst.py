"""Clients in a process of their own: many requests at one moment, and one that asks time and again.

The connections are opened beforehand, so that the system's accept queue is not what is measured.
Answers one JSON line for each on stdin, with milliseconds.
"""

from __future__ import annotations

import asyncio
import json
import resource
import sys
import time
from typing import Any

AT_ONCE = 50  # connections that are being opened
PERIOD = 0.02  # seconds between two probes
LIMIT = 60.0


async def _ask(port: int, path: str, token: str, go: asyncio.Event | None = None) -> float:
    """Milliseconds until the whole answer is here. Raises for any but status 200."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        if go is not None:
            _opened.release()
            await go.wait()
        began = time.perf_counter()
        head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: token {token}\r\n"
        writer.write(f"{head}Connection: close\r\n\r\n".encode())
        answer = await reader.read()  # until the server closes
        took = (time.perf_counter() - began) * 1000
    finally:
        writer.close()
    if not answer.startswith(b"HTTP/1.1 200 ") or not answer.endswith(b"}"):
        raise OSError(answer[:40])
    return took


async def _probe(order: dict[str, Any], ending: asyncio.Event) -> list[float]:
    """Ask every PERIOD seconds, whether the answers come or not; what each took."""
    tasks = []
    while not ending.is_set():
        tasks.append(asyncio.create_task(_ask(order["port"], order["probe"], order["token"])))
        await asyncio.sleep(PERIOD)
    return await asyncio.gather(*tasks)


async def _burst(order: dict[str, Any]) -> dict[str, Any]:
    go, ending = asyncio.Event(), asyncio.Event()
    port, path, token = order["port"], order["path"], order["token"]
    tasks = []
    for _ in range(order["requests"]):
        await _opened.acquire()
        tasks.append(asyncio.create_task(_ask(port, path, token, go)))
    for _ in range(AT_ONCE):
        await _opened.acquire()
    for _ in range(AT_ONCE):
        _opened.release()
    go.set()
    prober = asyncio.create_task(_probe(order, ending))
    results = await asyncio.gather(*tasks, return_exceptions=True)
    ending.set()
    taken = [result for result in results if isinstance(result, float)]
    return {"requests": taken, "errors": len(results) - len(taken), "probes": await prober}


_opened = asyncio.Semaphore(AT_ONCE)
_loop = asyncio.new_event_loop()
_hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (_hard, _hard))
for line in sys.stdin:
    answer = _loop.run_until_complete(asyncio.wait_for(_burst(json.loads(line)), LIMIT))
    print(json.dumps(answer), flush=True)
