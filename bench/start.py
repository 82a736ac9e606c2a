"""How much later JupyterLab answers because of the guard."""

from __future__ import annotations

import time

from .jupyter import PEER, Jupyter
from .measure import Bound, Kind, Row, interleaved, median, say, spread
from .simulated import SimulatedAws

ROUNDS, QUICK_ROUNDS = 20, 2
BOUND = Bound(Kind.RATIO, 1.03)


def run(aws: SimulatedAws, quick: bool) -> list[Row]:
    """`jupyter lab` from its start until `/api/status` and then `/lab` have answered."""
    rounds = QUICK_ROUNDS if quick else ROUNDS
    _start(aws)  # the first one reads everything from disk
    ours, theirs = interleaved(rounds, lambda: _start(aws), lambda: _start(None))
    say(f"with     {spread(ours, 's')}", f"without  {spread(theirs, 's')}")
    what = "jupyter lab until /api/status and /lab"
    detail = f"{rounds} rounds"
    return [Row("start", what, "s", median(ours), median(theirs), PEER, BOUND, detail)]


def _start(aws: SimulatedAws | None) -> float:
    with Jupyter(aws) as jupyter:
        jupyter.get("/lab")
        return time.perf_counter() - jupyter.started
