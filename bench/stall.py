"""How long a check keeps the server's event loop from anything else.

The bound is on lateness without the time that the loop's thread stood in the system's queue for a
processor: on a machine with other work that time is most of it, also in a server at rest.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
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
KINDS = {
    "lateness p99.9": (IDLE, *PEERS),
    "with the queue p99.9": (IDLE, *PEERS),
    "GET /api p99": (IDLE, PEERS[0]),
}
"""What is measured, and the peers that the table shows beside it."""

Ticks = dict[tuple[str, str], list[tuple[float, float]]]
Probes = dict[tuple[str, str], list[float]]


def run(aws: SimulatedAws, quick: bool) -> list[Row]:
    """Lateness of 2 ms ticks inside the server, and of `/api` outside, while checks run."""
    ticks: Ticks = {}
    probes: Probes = {}
    for _ in range(QUICK_ROUNDS if quick else ROUNDS):
        with _hanging_ends_well(aws):
            _ours(aws, ticks, probes)
            _peers(aws, ticks, probes)
    return [row for state in CHECKS for row in _rows(state, ticks, probes)]


def _rows(state: str, ticks: Ticks, probes: Probes) -> list[Row]:
    """What the ticks say about checks while AWS is like that; the first row of a kind is bound."""
    late: dict[str, list[float]] = {}
    for side in ("guard", *PEERS, IDLE):
        key = (side, "" if side == IDLE else state)
        raw, own = zip(*ticks[key], strict=True)
        late[side] = [percentile(own, 99.9), percentile(raw, 99.9), percentile(probes[key], 99)]
        say(
            f"{state:8} {side:9} ticks {_tail(own)}",
            f"{'':18} with the queue {_tail(raw)}",
            f"{'':18} GET /api {_tail(probes[key])}",
        )
    rows = []
    for index, (kind, shown) in enumerate(KINDS.items()):
        for peer in shown:
            name = peer if peer == IDLE else f"boto3 {peer}"
            bound = BOUND if (index, peer) == (0, IDLE) else None
            ours, theirs = late["guard"][index], late[peer][index]
            rows.append(Row("stall", f"AWS {state}, {kind}", "ms", ours, theirs, name, bound))
    return rows


def _ours(aws: SimulatedAws, ticks: Ticks, probes: Probes) -> None:
    with Jupyter(aws, inside=True, interval=1) as jupyter:
        for state, count in CHECKS.items():
            aws.hang(state == "hanging")
            _watch(jupyter, ("guard", state), partial(_await, jupyter, count), ticks, probes)


def _peers(aws: SimulatedAws, ticks: Ticks, probes: Probes) -> None:
    where = {"url": aws.url, "region": aws.region, "instance": aws.instance}
    for peer in PEERS:  # a server each: the first check imports boto3
        with Jupyter(None, inside=True) as jupyter:
            time.sleep(3)  # it has more to do after its first answer
            _watch(jupyter, (IDLE, ""), partial(time.sleep, 3), ticks, probes)
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
    jupyter: Jupyter, key: tuple[str, str], checks: Callable[[], None], ticks: Ticks, probes: Probes
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


def _tail(values: Sequence[float]) -> str:
    middle, high, most = median(values), percentile(values, 99.9), max(values)
    return f"n {len(values)}, median {number(middle)}, p99.9 {number(high)}, max {number(most)} ms"
