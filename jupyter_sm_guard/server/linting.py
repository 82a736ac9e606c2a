"""The linter's process as the server sees it: started at the first request, ended when idle.

The server neither reads what a browser sends for it nor what it answers: both are passed on as they
are, so that no document stalls the event loop. What takes too long is killed, and starts anew.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
import time
from pathlib import Path
from typing import Any

from jupyter_core.utils import ensure_async
from tornado import web

BODY_LIMIT = 16 * 1024 * 1024
"""Bytes of a document in a request, and of the findings in an answer."""
DEADLINE = 10.0
"""Seconds for an answer; then the process is killed."""
IDLE = 300.0
"""Seconds without a request after which the process is not worth its memory."""
PER_SECOND, AT_ONCE = 40.0, 120.0
"""Requests: a page asks at most five times a second for each document that is typed in."""
WAITING = 16
"""Requests that wait for the process; more are refused."""

_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
_CHILD = """import sys
sys.path.insert(0, sys.argv[1])
import {package}
sys.path.append(sys.path.pop(0))
from {package}.linter.worker import main
main()"""
_FAILED = 503, json.dumps({"reason": "NOT_NOW"}).encode()


class Linting:
    """`stand_in` is the folder that stands in for /, empty for the real one."""

    def __init__(self, stand_in: str):
        self._stand_in = stand_in
        self._process: asyncio.subprocess.Process | None = None
        self._turn = asyncio.Lock()
        self._waiting = 0
        self._idle: asyncio.TimerHandle | None = None
        self._tokens, self._filled = AT_ONCE, time.monotonic()

    def may_ask(self) -> bool:
        """Whether one more request is within the rate."""
        now = time.monotonic()
        self._tokens = min(AT_ONCE, self._tokens + (now - self._filled) * PER_SECOND)
        self._filled = now
        if self._tokens < 1 or self._waiting >= WAITING:
            return False
        self._tokens -= 1
        return True

    async def ask(self, posture: list[str] | None, root: str, body: bytes) -> tuple[int, bytes]:
        """The answer's status and body; 503 where the process did not give one in time."""
        head = {"posture": posture, "root": root, "stand_in": self._stand_in}
        line = body.replace(b"\n", b" ").replace(b"\r", b" ")
        self._waiting += 1
        try:
            async with self._turn:
                return await self._answer(json.dumps(head).encode() + b"\n" + line + b"\n")
        finally:
            self._waiting -= 1

    def end(self) -> None:
        """End the process, whatever it does."""
        if self._idle is not None:
            self._idle.cancel()
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
            self._process = None

    async def _answer(self, request: bytes) -> tuple[int, bytes]:
        try:
            answer = await asyncio.wait_for(self._exchange(request), DEADLINE)
        except (OSError, ValueError, asyncio.TimeoutError):
            self.end()
            return _FAILED
        except asyncio.CancelledError:  # its answer would be taken for the next one's
            self.end()
            raise
        if self._idle is not None:
            self._idle.cancel()
        self._idle = asyncio.get_running_loop().call_later(IDLE, self.end)
        return answer

    async def _exchange(self, request: bytes) -> tuple[int, bytes]:
        process = self._process
        if process is None or process.returncode is not None:
            process = self._process = await self._start()
        if process.stdin is None or process.stdout is None:
            raise OSError("no pipes")
        process.stdin.write(request)
        await process.stdin.drain()
        status = await process.stdout.readline()
        answer = await process.stdout.readline()
        if not answer.endswith(b"\n"):
            raise OSError("the linter ended")
        return int(status), answer

    async def _start(self) -> asyncio.subprocess.Process:
        package = Path(__file__).resolve().parent.parent
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", "-c", _CHILD.format(package=package.name)),
            str(package.parent),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            limit=BODY_LIMIT,
            env={**_ENVIRONMENT, "HOME": str(Path.home())},
            cwd="/",
            start_new_session=True,
        )


async def content_of(manager: Any, given: dict[str, Any]) -> bytes:
    """The request for a file, with its content. Raises HTTPError as the contents manager does."""
    model = await ensure_async(manager.get(given["path"], content=True))
    if model["type"] not in ("notebook", "file") or model["format"] not in ("json", "text"):
        raise web.HTTPError(400)

    def whole() -> bytes:
        content = model["content"]
        text = content if isinstance(content, str) else json.dumps(content)
        return json.dumps({**given, "content": text}).encode()

    body = await asyncio.to_thread(whole)
    if len(body) > 2 * BODY_LIMIT:
        raise web.HTTPError(413)
    return body
