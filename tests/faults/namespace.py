"""Runs checks inside own mount and network namespaces, where this machine's name server is ours.

`python namespace.py ROOT SITUATION` prints the outcome as JSON. Start it by `command`, which makes
the namespaces. Nothing but loopback is in there, so no packet leaves the machine.
"""

from __future__ import annotations

import ctypes
import fcntl
import json
import os
import socket
import struct
import sys
import threading
import time
from pathlib import Path

SITUATIONS = ("mute", "nxdomain", "refused", "imds", "imds hangs", "imds answers nonsense")
IMDS = "169.254.169.254"


def command(root: Path, situation: str) -> list[str]:
    """The command line that runs `situation` in new namespaces."""
    user = [] if os.getuid() == 0 else ["--user", "--map-root-user"]
    return ["unshare", *user, "--mount", "--net", sys.executable, __file__, str(root), situation]


def main(root: Path, situation: str) -> None:
    """Set the network up, check, and say what came of it."""
    from jupyter_sm_guard import guard
    from jupyter_sm_guard.place import Place
    from jupyter_sm_guard.policy import Policy

    _loopback_up()
    _lay_over(root, Path("/etc/resolv.conf"), "nameserver 127.0.0.1\n")
    if Path("/etc/nsswitch.conf").exists():
        _lay_over(root, Path("/etc/nsswitch.conf"), "hosts: files dns\n")
    asked: list[bytes] = []
    if situation != "refused":
        _name_server(situation == "mute", asked)
    if situation.startswith("imds"):
        _print(**_credentials_from_imds(root, situation, asked))
        return
    began = time.monotonic()
    report = guard.check(Place(root), Policy(), 3.0)
    seconds = time.monotonic() - began
    _print(
        outcome={f.check: (f.status.value, f.reason and f.reason.value) for f in report.findings},
        seconds=seconds,
        asked=len(asked),
    )


def _print(**outcome: object) -> None:
    sys.stdout.write(json.dumps(outcome))


def _credentials_from_imds(root: Path, situation: str, asked: list[bytes]) -> dict[str, object]:
    """The sources' answers with a metadata service on its real address, and a forged one."""
    from faults.server import Server, says

    from jupyter_sm_guard import catalog, collector, metadata
    from jupyter_sm_guard.host import Host
    from jupyter_sm_guard.model import Unknown

    role = {"Code": "Success", "AccessKeyId": "FROMIMDS", "SecretAccessKey": "s", "Token": "t"}
    role["Expiration"] = "2099-01-01T00:00:00Z"
    answers = {"imds": json.dumps(role).encode(), "imds answers nonsense": b"<html>"}
    with (
        Server(says()) as aws,
        Server(says(answers["imds"].replace(b"FROM", b"FAKE"))) as forger,
        Server(_imds(answers.get(situation))) as imds,
    ):
        threading.Thread(target=_forward, args=(imds.address,), daemon=True).start()
        os.environ["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = forger.url
        resource, _ = metadata.classify(Host(root))
        way = collector.reach(Host(), resource, aws.url)
        began = time.monotonic()
        facts = collector.collect(catalog.sources(), Host(root), resource, way, 8.0)
        fact = facts["RootAccess"]
        return {
            "outcome": fact.reason.value if isinstance(fact, Unknown) else fact.value,
            "seconds": time.monotonic() - began,
            "signed": [r.headers.get("authorization", "") for r in aws.requests],
            "forger": len(forger.requests),
        }
