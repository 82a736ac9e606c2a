"""Which way do packets leave this machine? Its routes, its addresses, its interfaces.

No packet is sent: connecting a UDP socket only makes the kernel choose a route and with it the
source address (udp(7)). The addresses asked for are kept free for documentation (RFC 5737, RFC
3849). Routes are /proc/net/route and /proc/net/ipv6_route (proc(5)), the main table only: where
rules choose other tables, the egress address tells. Interfaces' names mean nothing; those that no
device stands behind (/sys/class/net/NAME/device) are marked.

Recorded: `egress` is {"ipv4": "10.42.1.17", "ipv6": null}; the files are files.
"""

from __future__ import annotations

import errno
import ipaddress
import re
import socket
from collections.abc import Callable, Mapping

from ..host import Host, Unreadable
from ..model import Fact, FactValue, Known, Reason, ResourceKind, Unknown, utc_now
from . import Context, Source

LABEL = "this machine's network"

_UP, _REJECT = 0x1, 0x200
"""Flags of a route (linux/route.h)."""

_NOWHERE = {"*", "lo"}
"""The interface of a route of type blackhole, and loopback."""

_NO_ROUTE = {
    *(errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT),
    errno.EINVAL,  # a route of type blackhole
}
_SOMEWHERE = {"ipv4": (socket.AF_INET, "192.0.2.1"), "ipv6": (socket.AF_INET6, "2001:db8::1")}
_NAME = re.compile(r"[!-+\--~]{1,15}", re.ASCII)  # printable, no comma


def observe(context: Context) -> Mapping[str, Fact]:
    """Look at each; what one lacks hinders no other."""
    host = context.host
    looks: dict[str, Callable[[], FactValue]] = {
        "DefaultRouteInterface": lambda: default_ipv4(_text(host, "/proc/net/route")),
        "DefaultRouteInterfaceIPv6": lambda: _default_ipv6(host),
        "EgressAddress": lambda: _egress(host, "ipv4"),
        "EgressAddressIPv6": lambda: _egress(host, "ipv6"),
        "Interfaces": lambda: _interfaces(host),
    }
    return {name: _fact(look) for name, look in looks.items()}


def _fact(look: Callable[[], FactValue]) -> Fact:
    try:
        return Known(look(), LABEL, utc_now())
    except Unreadable as error:
        return Unknown(Reason.NOT_FOUND, str(error), LABEL)
    except ValueError as error:
        return Unknown(Reason.UNKNOWN_VALUE, str(error), LABEL)
    except OSError as error:
        detail = f"the way out can't be told: {error.strerror or type(error).__name__}"
        return Unknown(Reason.UNREACHABLE, detail, LABEL)


def _text(host: Host, path: str, missing: str | None = None) -> str:
    """A file of the kernel's. Raises Unreadable."""
    content = host.read(path, 1024 * 1024)
    if content is None and missing is None:
        raise Unreadable(f"there is no {path}")
    return (missing or "") if content is None else content.decode("ascii", "replace")


def default_ipv4(table: str) -> str | None:
    """The interface of the default route of least metric in /proc/net/route; None without one.
    Raises ValueError, and nothing else, for what is no such table."""
    lines = [line.split() for line in table.splitlines()]
    if not lines or lines[0][:2] != ["Iface", "Destination"]:
        raise ValueError("/proc/net/route is not the table it should be")
    routes = []
    for line in filter(None, lines[1:]):
        try:
            interface, to, _, flags, _, _, metric, mask = line[:8]
            if int(to, 16) == int(mask, 16) == 0 and _is_usable(flags):
                routes.append((int(metric), interface))
        except ValueError:
            raise ValueError("/proc/net/route has a line that is no route") from None
    return _first(routes)


def _default_ipv6(host: Host) -> str | None:
    _text(host, "/proc/net/route")  # where this is and the other is not, the kernel has no IPv6
    return default_ipv6(_text(host, "/proc/net/ipv6_route", missing=""))


def default_ipv6(table: str) -> str | None:
    """The same for /proc/net/ipv6_route, which has no head."""
    routes = []
    for line in filter(None, (line.split() for line in table.splitlines())):
        try:
            to, length, _, _, _, metric, _, _, flags, interface = line
            if int(to, 16) == int(length, 16) == 0 and _is_usable(flags):
                routes.append((int(metric, 16), interface))
        except ValueError:
            raise ValueError("/proc/net/ipv6_route has a line that is no route") from None
    return _first(routes)


def _is_usable(flags: str) -> bool:
    """Up, and not one that only refuses (the kernel's own default for IPv6 is such a one)."""
    return int(flags, 16) & (_UP | _REJECT) == _UP


def _first(routes: list[tuple[int, str]]) -> str | None:
    leading_out = [route for route in routes if route[1] not in _NOWHERE]
    return _named(min(leading_out, key=lambda route: route[0])[1]) if leading_out else None


def _named(interface: str) -> str:
    if not _NAME.fullmatch(interface):
        raise ValueError("an interface has a name that can't be shown")
    return interface


def _egress(host: Host, version: str) -> str | None:
    """The address from which packets to the internet would leave; None without a route."""
    if host.root is not None:
        recorded = host.recorded("egress")
        if not isinstance(recorded, dict) or version not in recorded:
            raise Unreadable(f"no egress address is recorded for {version}")
        return None if recorded[version] is None else str(_address(recorded[version]))
    family, somewhere = _SOMEWHERE[version]
    try:
        with socket.socket(family, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as unsent:
            unsent.connect((somewhere, 9))
            return str(_address(unsent.getsockname()[0]))
    except OSError as error:
        if error.errno in _NO_ROUTE:
            return None
        raise


def _address(text: object) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    return ipaddress.ip_address(text if isinstance(text, str) else "")


def _interfaces(host: Host) -> str | None:
    """All interfaces but loopback, by name: `docker0 (virtual), eth0, eth2`; None without any."""
    lines = _text(host, "/proc/net/dev").splitlines()[2:]
    names = sorted(_named(line.rpartition(":")[0].strip()) for line in lines if line.strip())
    return ", ".join(_marked(host, name) for name in names if name != "lo") or None


def _marked(host: Host, name: str) -> str:
    if not host.exists(f"/sys/class/net/{name}"):
        raise Unreadable("/sys/class/net does not tell which interfaces are virtual")
    return name if host.exists(f"/sys/class/net/{name}/device") else f"{name} (virtual)"


SOURCE = Source(
    name="network_path",
    label=LABEL,
    facts=(
        *("DefaultRouteInterface", "DefaultRouteInterfaceIPv6"),
        *("EgressAddress", "EgressAddressIPv6", "Interfaces"),
    ),
    kinds=frozenset(
        {ResourceKind.NOTEBOOK_INSTANCE, ResourceKind.STUDIO, ResourceKind.UNIFIED_STUDIO}
    ),
    observe=observe,
)
