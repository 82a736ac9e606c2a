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
    rows = []
    for index, (what, bound) in enumerate({"until /lab": BOUND, "CPU until /lab": None}.items()):
        mine, bare = ([start[index] for start in side] for side in (ours, theirs))
        say(f"{what}: with     {spread(mine, 's')}", f"{what}: without  {spread(bare, 's')}")
        detail = f"{rounds} rounds; the ratio is the median of the rounds' own"
        pairs = median(with_us / without for with_us, without in zip(mine, bare, strict=True))
        rows.append(Row("start", what, "s", median(mine), median(bare), PEER, bound, detail, pairs))
    return rows


def _start(aws: SimulatedAws | None) -> tuple[float, float]:
    with Jupyter(aws) as jupyter:
        jupyter.get("/lab")
        return time.perf_counter() - jupyter.started, jupyter.cpu_seconds()
