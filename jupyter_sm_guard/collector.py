"""Collecting facts in a child process that is killed at a deadline.

botocore's time-outs do not bound a call (a byte a second, a dead name server), and a thread that
hangs in one can't be ended. So the sources run in a child: `python -I`, an environment of three
variables, its own process group, bounded memory. It writes one JSON line per finished source; when
the deadline passes the group is killed, and whatever is missing is Unknown with its reason.
"""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from .aws import CREDENTIAL_VARIABLES, Aws
from .child import Delivery, Request
from .host import Host, Unreadable
from .model import Fact, Reason, Resource, Unknown
from .redaction import redacted
from .sources import Source
from .wire import WireError, from_json, to_json

DEADLINE = 8.0
"""Seconds after which a collection ends, whatever AWS, the network or a probe does."""

OUTPUT_LIMIT = 1024 * 1024
VARIABLE_LIMIT = 8192

_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": "/nonexistent"}
_CHILD = """import sys
sys.path.insert(0, sys.argv[1])  # the parent's own code, whatever else is installed
import {package}
sys.path.append(sys.path.pop(0))  # its neighbours come last
from {package}.child import main
main()"""


def reach(
    host: Host,
    resource: Resource,
    endpoint_url: str | None = None,
    proxy: str | None = None,
    ca_bundle: str | None = None,
) -> Aws:
    """How AWS is reached from this process's user: the credentials' variables and home folder.

    With a stand-in root, no metadata service of the real machine is asked, and `~/.aws` is the
    one under that root.
    """
    home = os.environ.get("HOME", "")
    variables = {
        name: value
        for name in CREDENTIAL_VARIABLES
        if 0 < len(value := os.environ.get(name, "")) <= VARIABLE_LIMIT
    }
    files = f"{home}/.aws/credentials", f"{home}/.aws/config"
    return Aws(
        region=resource.region or "",
        endpoint_url=endpoint_url,
        proxy=proxy,
        ca_bundle=ca_bundle,
        credentials=variables,
        home=str(host.path(home)) if home.startswith("/") and _is_inside(host, files) else None,
        metadata_services=host.root is None,
    )


def _is_inside(host: Host, files: tuple[str, ...]) -> bool:
    try:
        there = [host.exists(file) for file in files]  # all are looked at: one bad one is enough
    except Unreadable:  # a link out of the stand-in root, or no right to look
        return False
    return any(there)


@dataclass(frozen=True)
class Collected:
    """Facts by name, and by source how many milliseconds it took; None where it did not end."""

    facts: Mapping[str, Fact]
    milliseconds: Mapping[str, int | None]


def collect(
    sources: Mapping[str, Source],
    host: Host,
    resource: Resource,
    aws: Aws,
    deadline: float,
    targets: tuple[str, ...] = (),
) -> Collected:
    """The facts of `sources` about `resource`, within `deadline` seconds (+ 0.5 at most).

    Never raises: what a source did not deliver is Unknown (TIMEOUT or DNS when it was killed,
    INTERNAL_ERROR when it or the child crashed).
    """
    root = str(host.root) if host.root else None
    request = Request(tuple(sources), resource, root, aws, int(deadline) + 2, targets)
    run = _Run()
    try:
        run.go(json.dumps(to_json(request)).encode(), deadline)
    except OSError as error:
        run.problem = Unknown(Reason.INTERNAL_ERROR, f"the collector did not start: {error}")
    facts: dict[str, Fact] = {}
    for name, source in sources.items():
        facts.update(source.unknown(run.why_missing(name)))
        delivered = run.deliveries[name].facts if name in run.deliveries else {}
        facts.update({f: _redacted(delivered[f]) for f in source.facts if f in delivered})
    took = {n: run.deliveries[n].milliseconds if n in run.deliveries else None for n in sources}
    return Collected(facts, took)


def _redacted(fact: Fact) -> Fact:
    """The fact without what looks like a secret: it comes from outside, and goes into reports."""
    if isinstance(fact, Unknown):
        return replace(fact, detail=redacted(fact.detail))
    value = redacted(fact.value) if isinstance(fact.value, str) else fact.value
    request = redacted(fact.request_id) if fact.request_id is not None else None
    return replace(fact, value=value, request_id=request)


class _Run:
    """One child process, from its start to its end."""

    def __init__(self) -> None:
        self.deliveries: dict[str, Delivery] = {}
        self.stages: dict[str, Reason] = {}
        self.crashes: dict[str, str] = {}
        self.pending = b""
        self.received = 0
        self.ended = False
        self.killed = False
        self.problem: Unknown | None = None

    def go(self, request: bytes, deadline: float) -> None:
        end = time.monotonic() + deadline
        package = Path(__file__).resolve().parent
        flags = "-IS" if sys.flags.no_site else "-I"
        command = [sys.executable, flags, "-c", _CHILD.format(package=package.name)]
        with subprocess.Popen(
            [*command, str(package.parent)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_ENVIRONMENT,
            cwd="/",
            start_new_session=True,
        ) as child:
            try:
                self._converse(child, request, end)
            finally:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(child.pid, signal.SIGKILL)  # it leads its group and is not reaped

    def _converse(self, child: subprocess.Popen[bytes], request: bytes, end: float) -> None:
        if child.stdin is None or child.stdout is None:
            return
        stdin, stdout = child.stdin.fileno(), child.stdout.fileno()
        os.set_blocking(stdin, False)  # a child that does not read must not make us wait
        unsent = request + b"\n"
        with selectors.DefaultSelector() as selector:
            selector.register(stdin, selectors.EVENT_WRITE)
            selector.register(stdout, selectors.EVENT_READ)
            while not self.ended:
                left = end - time.monotonic()
                ready = {key.fd for key, _ in selector.select(left)} if left > 0 else set[int]()
                if not ready:
                    self.killed = True
                    return
                if stdin in ready:
                    unsent = unsent[_send(stdin, unsent) :]
                    if not unsent:
                        selector.unregister(stdin)
                if stdout in ready:
                    self._receive(os.read(stdout, 65536))

    def _receive(self, chunk: bytes) -> None:
        self.received += len(chunk)
        self.ended = not chunk or self.received > OUTPUT_LIMIT
        *lines, self.pending = (self.pending + chunk).split(b"\n")
        for line in lines:
            self._take(line)

    def _take(self, line: bytes) -> None:
        try:
            message = json.loads(line)
            name = str(message["source"])
            if "facts" in message:
                self.deliveries[name] = from_json(Delivery, message)
            elif "stage" in message:
                self.stages[name] = Reason(message["stage"])
            else:
                self.crashes[name] = str(message["crash"])
        except (ValueError, KeyError, TypeError, AttributeError, WireError):
            self.problem = Unknown(
                Reason.INTERNAL_ERROR, "the collector wrote something unreadable"
            )

    def why_missing(self, name: str) -> Unknown:
        if name in self.crashes:
            return Unknown(
                Reason.INTERNAL_ERROR, f"the source {name} crashed: {self.crashes[name]}"
            )
        if self.killed:
            reason = self.stages.get(name, Reason.TIMEOUT)
            what = "a name server" if reason is Reason.DNS else "AWS or the network"
            return Unknown(reason, f"no answer within the deadline; it was waiting for {what}")
        return self.problem or Unknown(
            Reason.INTERNAL_ERROR, "the collector ended without an answer"
        )


def _send(descriptor: int, data: bytes) -> int:
    """How much of `data` is off our hands: what was written, or all when nobody will read it."""
    try:
        return os.write(descriptor, data)
    except BlockingIOError:
        return 0
    except BrokenPipeError:
        return len(data)
