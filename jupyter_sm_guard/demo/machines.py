"""Simulated machines as they show themselves: files below a folder that stands in for `/`, and the
record of what programs and sockets there would say (`host.RECORDED`)."""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from ..host import RECORDED

AL2 = 'NAME="Amazon Linux"\nVERSION="2"\nID="amzn"\nVERSION_ID="2"\nPRETTY_NAME="Amazon Linux 2"\n'
AL2023 = (
    'NAME="Amazon Linux"\nVERSION="2023"\nID="amzn"\nID_LIKE="fedora"\nVERSION_ID="2023"\n'
    'PLATFORM_ID="platform:al2023"\nPRETTY_NAME="Amazon Linux 2023"\n'
)
UBUNTU = 'NAME="Ubuntu"\nVERSION_ID="22.04"\nID=ubuntu\nPRETTY_NAME="Ubuntu 22.04.5 LTS"\n'

SERVICE_SIDE, CUSTOMER_SIDE = "172.16.86.226", "10.42.1.17"
"""Addresses in the VPC that SageMaker manages, and in the demo's own subnet."""

CURRENT = MappingProxyType({"jupyterlab": "4.6.6", "jupyter_server": "2.21.1", "notebook": None})
_ROOT = "User ec2-user may run the following commands on demo:\n    (ALL) NOPASSWD: ALL\n"
_NO_ROOT = "sudo: a password is required\n"
_STATUS = "Name:\tpython\nUid:\t1000\t1000\t1000\t1000\nCapEff:\t0000000000000000\nNoNewPrivs:\t0\n"
_ROUTES = (
    "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n"
    "{interface}\t00000000\t0100A8C0\t0003\t0\t0\t512\t00000000\t0\t0\t0\n"
)
_ROUTE_6 = "{none} 00 {none} 00 {gateway} 00000200 00000001 00000000 00000003 {interface:>8}\n"
_COUNTERS = "    0    0    0    0    0     0          0         0"
_HEAD = "Inter-|   Receive                 |  Transmit\n face |bytes    packets\n"


@dataclass(frozen=True)
class Machine:
    """`ipv4` and `ipv6` are the addresses that traffic leaves from (None: no way), by `interface`
    of all `interfaces`; `imds` is what a request without a token gets."""

    os_release: str = AL2023
    has_root: bool = False
    imds: int = 401
    interfaces: tuple[str, ...] = ("eth0", "eth2")
    interface: str = "eth2"
    ipv4: str | None = CUSTOMER_SIDE
    ipv6: str | None = None
    packages: Mapping[str, str | None] = field(default_factory=lambda: CURRENT)
    internet: Mapping[str, str] = field(default_factory=dict)
    more: Mapping[str, str] = field(default_factory=dict)

    def files(self) -> dict[str, str]:
        """Every file by its path on the machine."""
        lines = [f"{name:>6}: {_COUNTERS} {_COUNTERS}\n" for name in ("lo", *self.interfaces)]
        devices = {f"/sys/class/net/{name}/device/uevent": "" for name in self.interfaces}
        return {
            "/etc/os-release": self.os_release,
            "/proc/self/status": _STATUS,
            "/proc/net/dev": _HEAD + "".join(lines),
            "/proc/net/route": _ROUTES.format(interface=self.interface) if self.ipv4 else "",
            "/proc/net/ipv6_route": self._ipv6_routes(),
            RECORDED: json.dumps(self._recorded(), indent=2) + "\n",
            **devices,
            **self.more,
        }

    def _ipv6_routes(self) -> str:
        if self.ipv6 is None:
            return ""
        gateway = ipaddress.IPv6Address("fe80::1").packed.hex()
        return _ROUTE_6.format(none="0" * 32, gateway=gateway, interface=self.interface)

    def _recorded(self) -> dict[str, object]:
        sudo = {"exit": 0, "output": _ROOT} if self.has_root else {"exit": 1, "output": _NO_ROOT}
        return {
            "sudo": sudo,
            "docker_socket": False,
            "imds": self.imds,
            "egress": {"ipv4": self.ipv4, "ipv6": self.ipv6},
            "packages": dict(self.packages),
            "internet": dict(self.internet),
        }
