"""Networks of virtual cables: what the sources make of each, and of what answers in it.

`python network.py FOLDER` prints, by situation, what network_path, internet and imds say. Started
by `isolated`. `far` is the rest of the world, in a network namespace of its own: it owns the
addresses below and drops what is for others. Each machine is one more, with a name server on its
loopback that is ours. Nothing leaves: the cables end in `far`.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

GOOD, UNTRUSTED, REFUSES, DROPS, HANGS, DRIPS, NO_TLS, OTHER_NAME = (
    f"52.94.0.{number}" for number in range(1, 9)
)
GOOD6 = "2600:1f00::1"
LIVE = (GOOD, UNTRUSTED, REFUSES, HANGS, DRIPS, NO_TLS, OTHER_NAME)
SERVICE, CUSTOMER = ("172.16.86.226/20", "172.16.80.1/20"), ("10.42.1.17/24", "10.42.1.1/24")
CUSTOMER6 = ("2600:1f14:abcd::17/64", "2600:1f14:abcd::1/64")
ISSUER = "Example Interception Ltd"

NAMES: Mapping[str, tuple[str, ...]] = {
    "good.example": (GOOD,),
    "both.example": (GOOD6, GOOD),
    "six.example": (GOOD6,),
    "untrusted.example": (UNTRUSTED,),
    "refuses.example": (REFUSES,),
    "drops.example": (DROPS,),
    "hangs.example": (HANGS,),
    "drips.example": (DRIPS,),
    "notls.example": (NO_TLS,),
    "othername.example": (OTHER_NAME,),
    "metadata.example": ("169.254.169.254",),
    "dns.example": ("169.254.169.253",),
    "metadata6.example": ("fd00:ec2::254",),
    "loopback.example": ("127.0.0.1",),
    "mixed.example": (GOOD, "10.0.0.1"),
    "mapped.example": ("::ffff:10.0.0.1",),
}


@dataclass(frozen=True)
class Machine:
    """Cables (the address here and that of far), routes, and targets to try."""

    cables: Mapping[str, tuple[str, str]]
    routes: tuple[str, ...] = ()
    targets: tuple[str, ...] = ("good.example:443",)
    mute: bool = False
    trusting: bool = True


_VIA_SERVICE, _VIA_CUSTOMER = "default via 172.16.80.1", "default via 10.42.1.1"
_BAD_TARGETS = tuple(
    f"{name}.example:443"
    for name in ("untrusted", "refuses", "drops", "hangs", "drips", "notls", "othername", "nowhere")
)
_PRIVATE_TARGETS = tuple(
    f"{name}.example:{port}"
    for name, port in (
        *(("metadata", 80), ("dns", 80), ("metadata6", 80), ("loopback", 80)),
        *(("mixed", 443), ("mapped", 443)),
    )
)
MACHINES: Mapping[str, Machine] = {
    "no VPC": Machine({"s0": SERVICE}, (_VIA_SERVICE,)),
    "VPC with direct internet": Machine({"s0": SERVICE, "c0": CUSTOMER}, (_VIA_SERVICE,)),
    "VPC only, NAT": Machine({"s0": SERVICE, "c0": CUSTOMER}, (_VIA_CUSTOMER,)),
    "VPC only, no NAT": Machine({"c0": CUSTOMER}, (_VIA_CUSTOMER,), ("drops.example:443",)),
    "IPv6 alone leads out": Machine(
        {"c0": CUSTOMER, "x0": CUSTOMER6},
        ("-6 default via 2600:1f14:abcd::1",),
        ("both.example:443", "good.example:80"),
    ),
    "both lead out": Machine(
        {"c0": CUSTOMER, "x0": CUSTOMER6},
        (_VIA_CUSTOMER, "-6 default via 2600:1f14:abcd::1"),
        ("six.example:443", "good.example:80"),
    ),
    "nothing leads out": Machine({"c0": CUSTOMER}, (), ("good.example:443", "nowhere.example:80")),
    "a black hole by default": Machine({"c0": CUSTOMER}, ("blackhole default",)),
    "two defaults": Machine(
        {"s0": SERVICE, "c0": CUSTOMER}, (f"{_VIA_SERVICE} metric 200", f"{_VIA_CUSTOMER} metric 5")
    ),
    "bad targets": Machine({"c0": CUSTOMER}, (_VIA_CUSTOMER,), _BAD_TARGETS),
    "private targets": Machine({"c0": CUSTOMER}, (_VIA_CUSTOMER,), _PRIVATE_TARGETS),
    "the name server is mute": Machine({"c0": CUSTOMER}, (_VIA_CUSTOMER,), mute=True),
    "only loopback": Machine({}, ()),
    "the policy vouches for nobody": Machine(
        {"c0": CUSTOMER}, (_VIA_CUSTOMER,), trusting=False, targets=("good.example:443",)
    ),
}


# --- making it


def ip(*words: str) -> None:
    """ip(8)."""
    subprocess.run(["ip", *(part for word in words for part in word.split())], check=True)


def main(folder: Path) -> None:
    """Make `far`, then a machine after the other."""
    (folder / "resolv.conf").write_text("nameserver 127.0.0.1\n")
    (folder / "nsswitch.conf").write_text("hosts: dns\n")
    for name in ("resolv.conf", "nsswitch.conf"):
        subprocess.run(["mount", "--bind", folder / name, f"/etc/{name}"], check=True)
    subprocess.run(["mount", "-t", "tmpfs", "tmpfs", "/run"], check=True)
    _certificates(folder)
    ip("netns add far")
    ip("-n far link set lo up")
    for address in LIVE:
        ip(f"-n far addr add {address}/32 dev lo")
    ip(f"-n far addr add {GOOD6}/128 dev lo nodad")
    far = _python("far", "far", str(folder))
    assert far.stdout is not None
    far.stdout.readline()  # it listens
    seen: dict[str, Any] = {}
    try:
        for number, (name, machine) in enumerate(MACHINES.items()):
            seen[name] = _machine(f"m{number}", name, machine, folder)
    finally:
        far.kill()
        far.wait()
    seen["metadata service"] = metadata_service()
    sys.stdout.write(json.dumps(seen))


def _machine(space: str, name: str, machine: Machine, folder: Path) -> Any:
    ip(f"netns add {space}")
    ip(f"-n {space} link set lo up")
    for cable, (here, there) in machine.cables.items():
        end = f"{space}{cable}"
        ip(f"link add {cable} netns {space} type veth peer name {end} netns far")
        for where, link, address in ((space, cable, here), ("far", end, there)):
            ip(f"-n {where} addr add {address} dev {link}", "nodad" if ":" in address else "")
            ip(f"-n {where} link set {link} up")
    for route in machine.routes:
        words = route.split()
        family = [words.pop(0)] if words[0] == "-6" else []
        ip(*family, f"-n {space} route add", *words)
    done = _python(space, "look", str(folder), name)
    output, _ = done.communicate(timeout=60)
    ip(f"netns del {space}")
    for cable in machine.cables:
        subprocess.run(["ip", "-n", "far", "link", "del", f"{space}{cable}"],
                       check=False, capture_output=True)  # fmt: skip
    return json.loads(output)


def _python(space: str, *arguments: str) -> subprocess.Popen[str]:
    command = ["ip", "netns", "exec", space, sys.executable, __file__, *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def _certificates(folder: Path) -> None:
    """`ours`, of which the policy knows, and `theirs`, which anybody could make."""
    names = ",".join(f"DNS:{name}" for name in NAMES if not name.startswith("othername"))
    for name, issuer in (("ours", "Example Authority"), ("theirs", ISSUER)):
        subprocess.run(
            [*("openssl", "req", "-x509", "-newkey", "ec", "-nodes"),
             *("-pkeyopt", "ec_paramgen_curve:P-256"),
             *("-days", "2", "-subj", f"/O={issuer}/CN=x", "-addext", f"subjectAltName={names}"),
             *("-keyout", folder / f"{name}.key", "-out", folder / f"{name}.pem")],
            check=True, capture_output=True,
        )  # fmt: skip


# --- the rest of the world


def far(folder: Path) -> None:
    """Listen at every address, until killed."""
    ours, theirs = (_tls(folder / f"{name}.pem") for name in ("ours", "theirs"))
    for address, tls in ((GOOD, ours), (UNTRUSTED, theirs), (OTHER_NAME, ours), (GOOD6, ours)):
        _listen(address, 443, lambda stream, tls=tls: _shake(stream, tls))  # type: ignore[misc]
        _listen(address, 80, lambda stream: stream.recv(1))
    _listen(HANGS, 443, lambda stream: stream.recv(100_000) and time.sleep(60))
    _listen(DRIPS, 443, _drip)
    _listen(NO_TLS, 443, lambda stream: stream.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n"))
    sys.stdout.write("listening\n")
    sys.stdout.flush()
    threading.Event().wait()


def _tls(path: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path, path.with_suffix(".key"))
    return context


def _listen(address: str, port: int, serve: Callable[[socket.socket], object]) -> None:
    server = socket.create_server(
        (address, port), family=socket.AF_INET6 if ":" in address else socket.AF_INET
    )

    def one(stream: socket.socket) -> None:
        with contextlib.suppress(OSError), stream:
            serve(stream)

    def accept() -> None:
        while True:
            threading.Thread(target=one, args=[server.accept()[0]], daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()


def _shake(stream: socket.socket, tls: ssl.SSLContext) -> None:
    """What is sent after the handshake would be a mistake, and goes to standard error."""
    with tls.wrap_socket(stream, server_side=True) as session:
        if data := session.recv(1):
            sys.stderr.write(f"the probe sent {data!r}\n")


def _drip(stream: socket.socket) -> None:
    for byte in b"\x16\x03\x03\x40\x00" + bytes(100):
        stream.sendall(bytes([byte]))
        time.sleep(0.2)


# --- looking, from a machine


def look(folder: Path, name: str) -> None:
    """Print the facts, how long each source took, and the packets that network_path sent."""
    from jupyter_sm_guard.sources import internet, network_path

    machine = MACHINES[name]
    _name_server(machine.mute)
    sent = _packets()
    seen = _observe(network_path.SOURCE)
    seen["packets"] = _packets() - sent
    bundle = str(folder / "ours.pem") if machine.trusting else None
    began = time.monotonic()
    seen |= _observe(internet.SOURCE, machine.targets, bundle)
    sys.stdout.write(json.dumps({**seen, "seconds": time.monotonic() - began}))
    sys.stdout.flush()
    os._exit(0)  # as the collector's child does: a look-up may still hang


def _observe(source: Any, targets: tuple[str, ...] = (), bundle: str | None = None) -> Any:
    from jupyter_sm_guard.aws import Aws
    from jupyter_sm_guard.host import Host
    from jupyter_sm_guard.model import Known, Resource, ResourceKind
    from jupyter_sm_guard.sources import Context

    resource = Resource(ResourceKind.NOTEBOOK_INSTANCE)
    aws = Aws("eu-central-1", ca_bundle=bundle)
    context = Context(Host(), aws, resource, lambda _: None, targets=targets)
    facts = source.observe(context)
    return {n: f.value if isinstance(f, Known) else [f.reason, f.detail] for n, f in facts.items()}


def _packets() -> int:
    """How many this machine has sent, on any interface but loopback."""
    lines = (line.split() for line in Path("/proc/net/dev").read_text().splitlines()[2:])
    return sum(int(line[10]) for line in lines if line[0] != "lo:")


def _name_server(mute: bool) -> None:
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 53))

    def serve() -> None:
        while True:
            query, client = server.recvfrom(4096)
            if not mute:
                server.sendto(_answer(query), client)

    threading.Thread(target=serve, daemon=True).start()


def _answer(query: bytes) -> bytes:
    """A DNS answer of NAMES."""
    at, labels = 12, []
    while query[at]:
        labels.append(query[at + 1 : at + 1 + query[at]].decode())
        at += 1 + query[at]
    question, kind = query[12 : at + 5], query[at + 2]
    addresses = NAMES.get(".".join(labels).lower())
    if addresses is None:
        return query[:2] + b"\x81\x83\0\1\0\0\0\0\0\0" + question
    family, size = (socket.AF_INET6, 16) if kind == 28 else (socket.AF_INET, 4)
    found = [socket.inet_pton(family, a) for a in addresses if (":" in a) == (size == 16)]
    records = b"".join(
        b"\xc0\x0c\0" + bytes([kind]) + b"\0\1\0\0\0\x3c\0" + bytes([size]) + a for a in found
    )
    return query[:2] + b"\x81\x80\0\1\0" + bytes([len(found)]) + b"\0\0\0\0" + question + records


# --- the metadata service


def metadata_service() -> dict[str, Any]:
    """What imds says of each way to answer (or not) at the service's address."""
    from faults.server import Server
    from jupyter_sm_guard.sources import imds

    seen: dict[str, Any] = {}

    def note(name: str, server: Server | None = None) -> None:
        began = time.monotonic()
        facts = _observe(imds.SOURCE)
        asked = [request.line for request in server.requests] if server else []
        seen[name] = {**facts, "seconds": time.monotonic() - began, "asked": asked}

    ip("link set lo up")
    note("nothing has its address")
    ip("addr add 169.254.169.254/32 dev lo")
    note("nobody listens there")
    for name, (behaviour, backlog) in _services().items():
        with Server(behaviour, backlog=backlog, address=imds.ADDRESS) as server:
            note(name, server)
    return seen


def _services() -> dict[str, tuple[Any, int]]:
    from faults.server import Connection, says, shows

    def tokens(connection: Connection) -> None:
        headers = connection.request.headers if connection.request else {}
        has_token = "x-aws-ec2-metadata-token" in headers
        says(b"ami-id", 200 if has_token else 401)(connection)

    def sends(data: bytes) -> Callable[[Connection], None]:
        return lambda connection: connection.send(data)

    return {
        "it wants a token": (tokens, 64),
        "it wants none": (says(b"ami-id"), 64),
        "it hangs": (lambda connection: connection.wait(), 64),
        "it drips": (lambda connection: connection.drip(b"HTTP/1.1 200 OK\r\n"), 64),
        "it drips without end": (_drip_without_end, 64),
        "a black hole": (says(), 0),
        "it forbids": (says(b"", 403), 64),
        "it redirects": (shows(b"", 302, Location="http://127.0.0.1/"), 64),
        "it is broken": (says(b"", 500), 64),
        "it says no HTTP": (sends(b"SSH-2.0-OpenSSH_9.6\r\n"), 64),
        "it says HTTP 2000": (sends(b"HTTP/1.1 2000 OK\r\n"), 64),
        "it says nothing": (sends(b""), 64),
        "its line has no end": (sends(b"HTTP/1.1 200 " + b"x" * 100_000), 64),
        "it resets": (lambda connection: connection.reset(), 64),
    }


def _drip_without_end(connection: Any) -> None:
    for _ in range(100):
        connection.send(b"H")
        if connection.wait(0.05):
            return


if __name__ == "__main__":
    if sys.argv[1] == "far":
        far(Path(sys.argv[2]))
    elif sys.argv[1] == "look":
        look(Path(sys.argv[2]), sys.argv[3])
    else:
        main(Path(sys.argv[1]))
