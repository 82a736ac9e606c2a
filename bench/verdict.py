"""How long a verdict takes, beside the least and the most usual way to ask AWS the same."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from functools import partial

from .measure import Bound, Kind, Row, interleaved, median, say, spread
from .simulated import APART, Apart, SimulatedAws

ROUNDS, QUICK_ROUNDS = 25, 3
BESIDE_BOTO3 = Bound(Kind.RATIO, 1.3)
BESIDE_SIGNED = Bound(Kind.RATIO, 3.5)


def run(aws: SimulatedAws, quick: bool) -> list[Row]:
    """`guard.check` from a warm process, and fresh processes that make one call."""
    rounds = QUICK_ROUNDS if quick else ROUNDS
    environment = {
        **{k: v for k, v in os.environ.items() if not k.startswith("AWS_")},
        **aws.credentials,
        "HOME": str(aws.root),
    }
    with Apart("warm_check.py", str(aws.root), aws.url, environment=environment) as warm:
        for _ in range(2):  # loads the catalogue, and the disk's pages
            warm.ask()
        ours, boto3, signed = interleaved(
            rounds,
            lambda: float(warm.ask()["seconds"]) * 1000,
            partial(_fresh, "boto3_call.py", aws, environment),
            partial(_fresh, "signed_call.py", aws, environment),
        )
    for name, values in {"guard.check": ours, "boto3": boto3, "signed call": signed}.items():
        say(f"{name:12}{spread(values, 'ms')}")
    what, detail, mine = "guard.check", f"{rounds} rounds", median(ours)
    return [
        Row("verdict", what, "ms", mine, median(boto3), "boto3 process", BESIDE_BOTO3, detail),
        Row("verdict", what, "ms", mine, median(signed), "signed call", BESIDE_SIGNED, detail),
    ]


def _fresh(script: str, aws: SimulatedAws, environment: dict[str, str]) -> float:
    command = [sys.executable, "-I", str(APART / script), aws.url, aws.region, aws.instance]
    began = time.perf_counter()
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, check=True, timeout=60
    )
    took = (time.perf_counter() - began) * 1000
    if done.stdout.strip() not in {"Enabled", "Disabled"}:
        raise RuntimeError(f"{script} answered {done.stdout!r}")
    return took
