"""A server extension that looks at its server from inside: is the event loop late, what is loaded.

It also holds the naive peers: a handler that asks AWS with boto3, inline or in a thread.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from pathlib import Path
from typing import Any

from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.serverapp import ServerApp
from tornado import web

PERIOD = 0.002
AFTERMATH = 0.25
"""Seconds after a check that still belong to it: its result is announced then."""


Tick = tuple[float, float]
"""Milliseconds late; and without those that the thread stood in the queue for a processor."""


class Ticker:
    """Means to run every PERIOD seconds and notes by how many milliseconds it was late.

    Ticks keep to a fixed schedule: a loop that stands still for 100 ms is late for 50 of them.
    """

    def __init__(self, settings: dict[str, Any]):
        self._settings = settings
        self.naive_checks = 0
        self._until = 0.0
        self._task: asyncio.Task[None] | None = None
        self._all: list[Tick] = []
        self._during: list[Tick] = []

    def start(self) -> None:
        """Forget what was noted and go on noting."""
        self._all, self._during = [], []
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._run())

    def noted(self) -> dict[str, Any]:
        """Lateness of all ticks, and of those during a check."""
        return {"all": self._all, "during": self._during}

    def checking(self) -> None:
        """Ticks from now on, and those missed before, belong to a check."""
        self._until = asyncio.get_running_loop().time() + AFTERMATH

    def _is_checking(self) -> bool:
        guard = self._settings.get("jupyter_sm_guard")
        return self.naive_checks > 0 or bool(guard and guard.evaluator.running)

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        due, queued, before = loop.time(), 0.0, _queued()
        while True:
            due += PERIOD
            wait = due - loop.time()
            await asyncio.sleep(wait)
            now, total = loop.time(), _queued()
            # Ticks missed while standing still come one after the other, without a wait.
            queued, before = total - before + (queued if wait <= 0 else 0.0), total
            late = max(0.0, now - due) * 1000
            tick = (late, max(0.0, late - queued))
            self._all.append(tick)
            if self._is_checking():
                self.checking()
            if due < self._until:
                self._during.append(tick)


def _queued() -> float:
    """Milliseconds that this thread has waited for a processor which others held; 0 where the
    system does not say."""
    try:
        return int(Path("/proc/thread-self/schedstat").read_bytes().split()[1]) / 1e6
    except (OSError, IndexError):
        return 0.0


class Start(JupyterHandler):
    """Forget the ticks so far."""

    @web.authenticated
    async def get(self) -> None:
        self.settings["bench_ticker"].start()
        self.finish({})


class Ticks(JupyterHandler):
    """The ticks since the start."""

    @web.authenticated
    async def get(self) -> None:
        self.finish(self.settings["bench_ticker"].noted())


class About(JupyterHandler):
    """Who we are, and what this process has loaded."""

    @web.authenticated
    async def get(self) -> None:
        loaded = {name.partition(".")[0] for name in sys.modules}
        self.finish({"pid": os.getpid(), "modules": sorted(loaded)})


class Naive(JupyterHandler):
    """The check that one writes first."""

    @web.authenticated
    async def get(self) -> None:
        where = [self.get_argument(name) for name in ("url", "region", "instance")]
        ticker: Ticker = self.settings["bench_ticker"]
        ticker.naive_checks += 1
        began = time.perf_counter()
        try:
            if self.get_argument("how") == "inline":
                answer = describe(*where)
            else:
                loop = asyncio.get_running_loop()
                answer = await loop.run_in_executor(None, describe, *where)
        finally:
            ticker.naive_checks -= 1
            ticker.checking()
        self.finish({"answer": answer, "seconds": time.perf_counter() - began})


def describe(url: str, region: str, instance: str) -> str:
    """DescribeNotebookInstance, with the guard's own time-outs to be fair."""
    import boto3
    from botocore.config import Config

    retries = {"mode": "standard", "total_max_attempts": 2}
    config = Config(connect_timeout=1, read_timeout=2, retries=retries)
    client = boto3.client(
        "sagemaker",
        region_name=region,
        endpoint_url=url,
        config=config,
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
    )
    try:
        answer = client.describe_notebook_instance(NotebookInstanceName=instance)
    except Exception as error:  # noqa: BLE001  # a time-out is what half of the benchmark is about
        return type(error).__name__
    return str(answer["RootAccess"])


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "bench_extension"}]


def _load_jupyter_server_extension(app: ServerApp) -> None:
    app.web_app.settings["bench_ticker"] = Ticker(app.web_app.settings)
    routes = [("start", Start), ("ticks", Ticks), ("about", About), ("naive", Naive)]
    app.web_app.add_handlers(".*$", [(f"/bench/{name}", handler) for name, handler in routes])
