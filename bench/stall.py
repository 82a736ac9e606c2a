"""How long a check keeps the server's event loop from anything else."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from urllib.parse import urlencode

from .jupyter import Jupyter
from .measure import Bound, Kind, Row, median, number, percentile, say
from .simulated import SimulatedAws

ROUNDS, QUICK_ROUNDS = 2, 1
CHECKS = {"good": 6, "hanging": 2}
"""Checks a round, of each side, while AWS is like that."""

BOUND = Bound(Kind.OURS, 20)
IDLE, PEERS = "no check", ("inline", "executor")
Data = dict[tuple[str, str], list[float]]


def run(aws: SimulatedAws, quick: bool) -> list[Row]:
    """Lateness of 2 ms ticks inside the server, and of `/api` outside, while checks run."""
    ticks: Data = {}
    probes: Data = {}
    for _ in range(QUICK_ROUNDS if quick else ROUNDS):
        with _hanging_ends_well(aws):
            _ours(aws, ticks, probes)
            _peers(aws, ticks, probes)
    rows = []
    for state, checks in CHECKS.items():
        for side in ("guard", *PEERS, IDLE):
            key = (side, "" if side == IDLE else state)
            say(f"{state:8} {side:9} ticks {_tail(ticks[key])}; GET /api {_tail(probes[key])}")
        ours = percentile(ticks["guard", state], 99.9)
        for peer in (*PEERS, IDLE):
            theirs = percentile(ticks[peer, "" if peer == IDLE else state], 99.9)
            name = peer if peer == IDLE else f"boto3 {peer}"
            bound = BOUND if peer == PEERS[0] else None
            detail = f"{checks} checks a round" if bound else ""
            what = f"lateness p99.9, AWS {state}"
            rows.append(Row("stall", what, "ms", ours, theirs, name, bound, detail))
    return rows


def _ours(aws: SimulatedAws, ticks: Data, probes: Data) -> None:
    with Jupyter(aws, inside=True, interval=1) as jupyter:
        for state, count in CHECKS.items():
            aws.hang(state == "hanging")
            _watch(jupyter, ("guard", state), partial(_await, jupyter, count), ticks, probes)


def _peers(aws: SimulatedAws, ticks: Data, probes: Data) -> None:
    where = {"url": aws.url, "region": aws.region, "instance": aws.instance}
    with Jupyter(None, inside=True) as jupyter:
        jupyter.get("/api/status")
        time.sleep(1)
        _watch(jupyter, (IDLE, ""), lambda: time.sleep(6), ticks, probes)
        for peer in PEERS:
            for state, count in CHECKS.items():
                aws.hang(state == "hanging")
                path = f"/bench/naive?{urlencode({'how': peer, **where})}"
                check = partial(_check, jupyter, path, count)
                _watch(jupyter, (peer, state), check, ticks, probes)


def _check(jupyter: Jupyter, path: str, count: int) -> None:
    for _ in range(count):
        jupyter.get(path)
        time.sleep(0.3)


def _await(jupyter: Jupyter, count: int) -> None:
    """Until `count` checks have begun and ended."""
    for _ in range(count):
        jupyter.until(lambda: bool(jupyter.report()["running"]))
        jupyter.until(lambda: not jupyter.report()["running"])
    time.sleep(0.3)


def _watch(
    jupyter: Jupyter, key: tuple[str, str], checks: Callable[[], None], ticks: Data, probes: Data
) -> None:
    jupyter.get("/bench/start")
    with _probing(jupyter) as milliseconds:
        checks()
    noted = jupyter.json("/bench/ticks")
    ticks.setdefault(key, []).extend(noted["all" if key[0] == IDLE else "during"])
    probes.setdefault(key, []).extend(milliseconds)


@contextmanager
def _probing(jupyter: Jupyter) -> Iterator[list[float]]:
    """`GET /api` every 20 ms from outside; what each took."""
    taken: list[float] = []
    ending = threading.Event()

    def probe() -> None:
        while not ending.wait(0.02):
            began = time.perf_counter()
            jupyter.get("/api")
            taken.append((time.perf_counter() - began) * 1000)

    thread = threading.Thread(target=probe)
    thread.start()
    try:
        yield taken
    finally:
        ending.set()
        thread.join()


@contextmanager
def _hanging_ends_well(aws: SimulatedAws) -> Iterator[None]:
    try:
        yield
    finally:
        aws.hang(False)


def _tail(values: list[float]) -> str:
    middle, high, most = median(values), percentile(values, 99.9), max(values)
    return f"n {len(values)}, median {number(middle)}, p99.9 {number(high)}, max {number(most)} ms"
