"""A thousand requests at once while AWS hangs: they get their answer, and so does everybody."""

from __future__ import annotations

import time
from typing import Any

from .jupyter import PEER, TOKEN, Jupyter
from .measure import Bound, Kind, Row, median, percentile, say, spread
from .simulated import Apart, SimulatedAws

ROUNDS, QUICK_ROUNDS = 6, 1
REQUESTS = 1000
P99 = Bound(Kind.OURS, 1000)
OTHERS = Bound(Kind.RATIO, 1.5)
ERRORS = Bound(Kind.OURS, 0)
REPORT, STATUS = "/jupyter-sm-guard/report", "/api/status"


def run(aws: SimulatedAws, quick: bool) -> list[Row]:
    """Bursts by turns: of reports from a server with the guard (a check hangs the while), of
    `/api/status` from one without; `/api/status` is probed on both during it."""
    rounds = QUICK_ROUNDS if quick else ROUNDS
    ours, theirs = [], []
    aws.hang(True)
    try:
        with (
            Jupyter(aws, interval=1) as jupyter,
            Jupyter(None) as bare,
            Apart("burst.py") as clients,
        ):
            for each, path in ((jupyter, REPORT), (bare, STATUS)):  # both know their routes now
                _burst(clients, each, path, requests=50)
            for _ in range(rounds):
                ours.append(_while_hanging(clients, jupyter))
                theirs.append(_burst(clients, bare, STATUS))
    finally:
        aws.hang(False)
    return [
        *_rows("GET report", "requests", ours, theirs, P99, None),
        *_rows("other routes", "probes", ours, theirs, None, OTHERS),
        Row("load", "requests that failed", "", sum(b["errors"] for b in ours), bound=ERRORS),
    ]


def _rows(
    what: str, kind: str, ours: list[Any], theirs: list[Any], p99: Bound | None, both: Bound | None
) -> list[Row]:
    """The median and the 99th percentile of the bursts' own ones."""
    rows = []
    for name, percent, bound in (("median", 50, both), ("p99", 99, p99 or both)):
        mine, bare = (
            [percentile(burst[kind], percent) for burst in side] for side in (ours, theirs)
        )
        say(
            f"{what} {name}, a burst each: with     {spread(mine, 'ms')}",
            f"{what} {name}, a burst each: without  {spread(bare, 'ms')}",
        )
        label = f"{what}, {REQUESTS} at once, {name}"
        detail = f"{len(ours)} bursts"
        rows.append(Row("load", label, "ms", median(mine), median(bare), PEER, bound, detail))
    return rows


def _while_hanging(clients: Apart, jupyter: Jupyter) -> Any:
    """A burst during which a check waited for AWS from the first to the last answer."""
    for _ in range(20):
        if not jupyter.report()["running"]:
            jupyter.until(lambda: bool(jupyter.report()["running"]))
            time.sleep(0.5)  # the collector has loaded botocore and asked
        burst = _burst(clients, jupyter, REPORT)
        if jupyter.report()["running"]:
            return burst
    raise RuntimeError("no check hung long enough")


def _burst(clients: Apart, jupyter: Jupyter, path: str, requests: int = REQUESTS) -> Any:
    return clients.ask(port=jupyter.port, path=path, probe=STATUS, requests=requests, token=TOKEN)
