"""Checks inside own mount and network namespaces, where name server and metadata service are ours.

`python namespace.py ROOT SITUATION` prints the outcome as JSON; start it by `command`, which makes
the namespaces. Nothing but loopback is in there, so no packet leaves the machine.
"""

from __future__ import annotations

import fcntl
import json
import os
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

IMDS = ("169.254.169.254", 80)
ROLE = {
    "Code": "Success",
    "AccessKeyId": "REALROLE",
    "SecretAccessKey": "s",
    "Token": "t",
    "Expiration": "2099-01-01T00:00:00Z",
}


def command(root: Path, situation: str) -> list[str]:
    """The command line that runs `situation` in new namespaces."""
    user = [] if os.getuid() == 0 else ["--user", "--map-root-user"]
    return ["unshare", *user, "--mount", "--net", sys.executable, __file__, str(root), situation]


def main(root: Path, situation: str) -> None:
    """Set the network up, look, and say what came of it."""
    _loopback("lo", "127.0.0.1")
    _loopback("lo:0", IMDS[0])
    _lay_over(root, "/etc/resolv.conf", "nameserver 127.0.0.1\n")
    if Path("/etc/nsswitch.conf").exists():
        _lay_over(root, "/etc/nsswitch.conf", "hosts: files dns\n")
    began = time.monotonic()
    outcome = _SITUATIONS[situation](root)
    sys.stdout.write(json.dumps({**outcome, "seconds": time.monotonic() - began}))


def _loopback(name: str, address: str) -> None:
    with socket.socket() as control:
        inet = struct.pack("HH4s8x", socket.AF_INET, 0, socket.inet_aton(address))
        fcntl.ioctl(control, 0x8916, struct.pack("16s16s8x", name.encode(), inet))  # SIOCSIFADDR
        up = struct.pack("16sH22x", name.encode(), 0x41)  # IFF_UP | IFF_RUNNING
        fcntl.ioctl(control, 0x8914, up)  # SIOCSIFFLAGS


def _lay_over(root: Path, path: str, content: str) -> None:
    stand_in = root / Path(path).name
    stand_in.write_text(content)
    subprocess.run(["mount", "--bind", stand_in, path], check=True)


def _check_with_name_server(answer: Callable[[bytes], bytes | None]) -> Callable[..., Any]:
    def check(root: Path) -> dict[str, object]:
        """Check against the real endpoint's name."""
        from jupyter_sm_guard import guard
        from jupyter_sm_guard.place import Place
        from jupyter_sm_guard.policy import Policy

        asked: list[bytes] = []
        server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        server.bind(("127.0.0.1", 53))

        def serve() -> None:
            while True:
                query, client = server.recvfrom(4096)
                asked.append(query)
                reply = answer(query)
                if reply is not None:
                    server.sendto(reply, client)

        threading.Thread(target=serve, daemon=True).start()
        report = guard.check(Place(root), Policy(), 3.0)
        found = [f for f in report.findings if f.check.startswith("SageMaker.")]
        outcome = {f.check: [f.status.value, f.reason] for f in found}
        return {"outcome": outcome, "asked": len(asked)}

    return check


def _nobody(query: bytes) -> bytes:
    return query[:2] + b"\x81\x83" + query[4:6] + bytes(6) + query[12:]  # NXDOMAIN


def _ask_with_imds(answer: Callable[[str], bytes | None]) -> Callable[..., Any]:
    def ask(root: Path) -> dict[str, object]:
        """Ask AWS with what the metadata service gives; a forged one is offered as well."""
        from faults.server import Connection, Server, says
        from jupyter_sm_guard import catalog, collector, metadata
        from jupyter_sm_guard.host import Host

        def serve(connection: Connection) -> None:
            line = connection.request.line if connection.request else ""
            reply = answer(line)
            if reply is None:
                connection.wait()
            else:
                says(reply)(connection)

        with Server(says()) as aws, Server(says()) as forger, Server(serve, address=IMDS) as imds:
            os.environ["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = forger.url
            resource, _ = metadata.classify(Host(root))
            way = collector.reach(Host(), resource, aws.url)
            source = {"sagemaker_api": catalog.sources()["sagemaker_api"]}
            facts = collector.collect(source, Host(root), resource, way, 8.0).facts
            return {
                "outcome": getattr(facts["RootAccess"], "reason", "known"),
                "detail": getattr(facts["RootAccess"], "detail", None),
                "signed": [request.headers["authorization"] for request in aws.requests],
                "asked": len(imds.requests),
                "forger asked": len(forger.requests),
            }

    return ask


def _role(line: str) -> bytes:
    if "token" in line:
        return b"token"
    return json.dumps(ROLE).encode() if "security-credentials/role" in line else b"role"


_SITUATIONS = {
    "the name server is mute": _check_with_name_server(lambda _: None),
    "the name server knows no such name": _check_with_name_server(_nobody),
    "the name server sends rubbish": _check_with_name_server(lambda query: query[:2] + b"rubbish"),
    "the metadata service gives credentials": _ask_with_imds(_role),
    "the metadata service hangs": _ask_with_imds(lambda _: None),
    "the metadata service sends rubbish": _ask_with_imds(lambda _: b"<html>"),
}

if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
