"""The process that lints what is open in editors: it does not grow with what is written in it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

EDITS = 100
WORDS = " ".join(f"w{number}" for number in range(36_000))  # some 5 MB once it is looked at
MOST = 256 * 1024  # kB, of the gigabyte after which the process is ended


def test_many_edits_of_much_text_leave_nothing_behind() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", "from jupyter_sm_guard.linter.worker import main; main()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as worker:
        for number in range(EDITS):
            source = f"x = '{WORDS} {number}'\nboto3.client('sagemaker').create_model(ModelName=x)"
            cell = {"id": "c", "type": "code", "source": source}
            given: dict[str, Any] = {"document": "d", "path": "a.ipynb", "kind": "notebook",
                                     "base": number - 1 if number else None, "revision": number,
                                     "cells": [cell]}  # fmt: skip
            if not number:
                given["order"] = ["c"]
            head = {"posture": None, "root": "", "stand_in": ""}
            assert worker.stdin is not None
            assert worker.stdout is not None
            worker.stdin.write(
                b"%s\n%s\n" % (json.dumps(head).encode(), json.dumps(given).encode())
            )
            worker.stdin.flush()
            assert worker.stdout.readline() == b"200\n"
            worker.stdout.readline()
        status = Path(f"/proc/{worker.pid}/status").read_text().splitlines()
        worker.stdin.close()
    peak = next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
    assert peak < MOST
