"""What `import jupyter_sm_guard` costs a bare interpreter."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import partial

from .measure import Bound, Kind, Row, interleaved, median, say, spread
from .simulated import APART, SimulatedAws

ROUNDS, QUICK_ROUNDS = 15, 2
BOUND = Bound(Kind.OURS, 10)
NOTHING = Bound(Kind.OURS, 0)


def run(_: SimulatedAws, quick: bool) -> list[Row]:
    """Milliseconds inside the import statement, and what is loaded beyond the standard library."""
    rounds = QUICK_ROUNDS if quick else ROUNDS
    modules = ("jupyter_sm_guard", "jupyter_lsp", "boto3")
    ours, lsp, boto3 = interleaved(rounds, *(partial(_import, name) for name in modules))
    data = {"jupyter_sm_guard": ours, "jupyter_lsp": lsp, "boto3": boto3}
    times = {name: [milliseconds for milliseconds, _ in rows] for name, rows in data.items()}
    for name, values in times.items():
        say(f"{name:17}{spread(values, 'ms')}")
    foreign = ours[0][1]
    say(f"outside the standard library: {', '.join(foreign) or 'nothing'}")
    mine = median(times["jupyter_sm_guard"])
    what, detail = "import jupyter_sm_guard", f"{rounds} fresh processes each"
    return [
        Row("import", what, "ms", mine, median(times["boto3"]), "import boto3", BOUND, detail),
        Row("import", what, "ms", mine, median(times["jupyter_lsp"]), "import jupyter_lsp"),
        Row("import", "foreign modules loaded", "modules", len(foreign), bound=NOTHING),
    ]


def _import(module: str) -> tuple[float, list[str]]:
    script = str(APART / "import_time.py")
    done = subprocess.run(
        [sys.executable, "-I", script, module], capture_output=True, check=True, timeout=60
    )
    milliseconds, foreign = json.loads(done.stdout)
    return float(milliseconds), list(foreign)
