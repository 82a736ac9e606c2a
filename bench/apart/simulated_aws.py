"""Simulated AWS for the benchmarks: `python -I simulated_aws.py ROOT`, commands on stdin."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from jupyter_sm_guard.demo import CREDENTIALS, REGION
from jupyter_sm_guard.demo.aws import EmbeddedAws
from jupyter_sm_guard.demo.behaviour import Behaviour
from jupyter_sm_guard.demo.scenarios import ASKED, INSTANCE, SCENARIOS, lay_out


def main(root: Path) -> None:
    """Answer `{}` with where it is, `{"hang": bool}` by doing so; end with stdin."""
    with EmbeddedAws() as aws:
        lay_out(SCENARIOS["mixed"], root, aws)
        about = {
            "url": aws.url,
            "instance": INSTANCE,
            "region": REGION,
            "credentials": CREDENTIALS,
        }
        for line in sys.stdin:
            command = json.loads(line)
            if "hang" in command:
                aws.behave(ASKED, Behaviour.HANG if command["hang"] else None)
            print(json.dumps(about), flush=True)


main(Path(sys.argv[1]))
