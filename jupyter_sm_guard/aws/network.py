"""What EC2's entries about a network come to, in a word."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

Entry = Mapping[str, Any]
"""One item of an answer's list, by botocore's names."""

_TARGETS = (
    *("NatGatewayId", "EgressOnlyInternetGatewayId", "TransitGatewayId", "GatewayId"),
    *("VpcPeeringConnectionId", "LocalGatewayId", "CarrierGatewayId", "CoreNetworkArn"),
    *("InstanceId", "NetworkInterfaceId"),
)
_WIDE = 8
"""A shorter prefix than this is most of the internet, in parts: 0.0.0.0/1 beside 128.0.0.0/1."""


def prefix(cidr: object) -> int | None:
    """The length of a network's prefix; None for what is no network."""
    try:
        return ipaddress.ip_network(str(cidr), strict=False).prefixlen
    except ValueError:
        return None


def ipv6_of(subnet: Entry) -> Iterator[str]:
    """The IPv6 networks that the subnet has now."""
    for association in subnet.get("Ipv6CidrBlockAssociationSet") or ():
        if (association.get("Ipv6CidrBlockState") or {}).get("State") == "associated":
            yield str(association.get("Ipv6CidrBlock"))


def default_target(routes: Iterable[Entry], block: str) -> str | None:
    """Where the default route leads (`block` says of which addresses): an id, or "none" without
    one; None where it is split into parts, or leads to what has no id."""
    lengths = ((route, prefix(route.get(block))) for route in routes)
    wide = [(route, length) for route, length in lengths if length is not None and length < _WIDE]
    if not wide:
        return "none"
    route, length = wide[0]
    if len(wide) > 1 or length != 0:
        return None
    target = next((str(route[name]) for name in _TARGETS if route.get(name)), None)
    return target.rpartition("/")[2] if target is not None else None


def short(service: str, region: str) -> str:
    """`sagemaker.api` of `com.amazonaws.eu-central-1.sagemaker.api`."""
    name = re.sub(r"^(?:cn\.)?(?:com\.amazonaws|aws)\.", "", service)
    return ".".join(part for part in name.split(".") if part != region)


def reach_of(groups: Iterable[Entry]) -> str:
    """What security groups together let out: to "anywhere", "restricted", or "none"."""
    rules = [rule for group in groups for rule in group.get("IpPermissionsEgress") or ()]
    lengths = [prefix(network) for rule in rules for network in _networks(rule)]
    if any(length is None or length < _WIDE for length in lengths):
        return "anywhere"
    return "restricted" if rules else "none"


def _networks(rule: Entry) -> Iterator[object]:
    yield from (item.get("CidrIp") for item in rule.get("IpRanges") or ())
    yield from (item.get("CidrIpv6") for item in rule.get("Ipv6Ranges") or ())
