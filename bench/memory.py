"""What the server weighs more because of the guard, after a check."""

from __future__ import annotations

import time
from pathlib import Path

from .jupyter import PEER, Jupyter
from .measure import Bound, Kind, Row, interleaved, median, say, spread
from .simulated import SimulatedAws

ROUNDS, QUICK_ROUNDS = 7, 1
BOUND = Bound(Kind.MORE, 6)
NOTHING = Bound(Kind.OURS, 0)
AWS_LIBRARIES = {"boto3", "botocore", "s3transfer", "aiobotocore"}
KINDS = ("RSS", "PSS", "USS")


def run(aws: SimulatedAws, quick: bool) -> list[Row]:
    """RSS, PSS and USS in MiB, with the guard and without."""
    rounds = QUICK_ROUNDS if quick else ROUNDS
    ours, theirs = interleaved(rounds, lambda: _weigh(aws), lambda: _weigh(None))
    rows = []
    for index, kind in enumerate(KINDS):
        mine, bare = ([mib[index] for mib, _ in side] for side in (ours, theirs))
        say(f"{kind} with     {spread(mine, 'MiB')}", f"{kind} without  {spread(bare, 'MiB')}")
        what, detail = f"{kind} after a check", f"{rounds} rounds"
        rows.append(Row("memory", what, "MiB", median(mine), median(bare), PEER, BOUND, detail))
    loaded = sorted(AWS_LIBRARIES.intersection(set().union(*(modules for _, modules in ours))))
    say(f"AWS libraries in the server: {', '.join(loaded) or 'none'}")
    what = "AWS libraries in the server"
    rows.append(Row("memory", what, "modules", len(loaded), bound=NOTHING))
    return rows


def _weigh(aws: SimulatedAws | None) -> tuple[list[float], set[str]]:
    with Jupyter(aws, inside=True) as jupyter:
        jupyter.get("/lab")
        if aws is not None:
            jupyter.until(lambda: jupyter.report()["age_s"] is not None)
            time.sleep(1)
        else:
            time.sleep(3)
        about = jupyter.json("/bench/about")
        return _mib(about["pid"]), set(about["modules"])


def _mib(pid: int) -> list[float]:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    kib = {name: int(rest.split()[0]) for name, rest in (line.split(":", 1) for line in lines)}
    own = kib["Private_Clean"] + kib["Private_Dirty"]
    return [value / 1024 for value in (kib["Rss"], kib["Pss"], own)]
