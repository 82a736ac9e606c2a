"""Checks once for every line on stdin, as a server does after its first check."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from jupyter_sm_guard import guard
from jupyter_sm_guard.model import Status
from jupyter_sm_guard.place import Place

place = Place(Path(sys.argv[1]), sys.argv[2])
for _ in sys.stdin:
    began = time.perf_counter()
    report = guard.check(place, guard.policy_of(place))
    seconds = time.perf_counter() - began
    if any(finding.status is Status.UNKNOWN for finding in report.findings):
        sys.exit("a check did not get through to AWS")
    print(json.dumps({"seconds": seconds}), flush=True)
