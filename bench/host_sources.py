"""What the sources that look at the machine add to a check."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping

from jupyter_sm_guard import catalog, collector, metadata
from jupyter_sm_guard.host import Host
from jupyter_sm_guard.model import Known
from jupyter_sm_guard.sources import Source

from .measure import Bound, Kind, Row, interleaved, median, say, spread
from .simulated import SimulatedAws

ROUNDS, QUICK_ROUNDS = 25, 3
ADDED = Bound(Kind.MORE, 300)
NAMES = ("root_access", "network_path", "imds", "platform")


def run(aws: SimulatedAws, quick: bool) -> list[Row]:
    """Collections with and without them, by turns, on this very machine and the simulated AWS."""
    api = {"sagemaker_api": catalog.sources()["sagemaker_api"]}
    both = api | {name: catalog.sources()[name] for name in NAMES}
    os.environ.update(aws.credentials)
    rounds = QUICK_ROUNDS if quick else ROUNDS
    with_them, without = interleaved(
        rounds, lambda: _collect(both, aws), lambda: _collect(api, aws)
    )
    for name, values in {"with": with_them, "without": without}.items():
        say(f"{name:12}{spread(values, 'ms')}")
    ours, theirs, detail = median(with_them), median(without), f"{rounds} rounds"
    what = f"with {', '.join(NAMES)}"
    return [Row("host sources", what, "ms", ours, theirs, "without", ADDED, detail)]


def _collect(sources: Mapping[str, Source], aws: SimulatedAws) -> float:
    resource, _ = metadata.classify(Host(aws.root))
    reach = collector.reach(Host(), resource, aws.url)
    began = time.perf_counter()
    collected = collector.collect(sources, Host(), resource, reach, 8.0)
    took = (time.perf_counter() - began) * 1000
    if not isinstance(collected.facts["RootAccess"], Known):
        raise RuntimeError("a collection did not get through to AWS")
    return took
