"""Traffic of SageMaker notebook instances should leave through your own VPC

## What it checks
Where the traffic of this machine leaves: through your own VPC, whose routes, firewalls and flow
logs decide and record, or past it. `DirectInternetAccess` Disabled with a `SubnetId` passes. What
the machine and your VPC show of the way is told beside it: interfaces, routes, addresses, and
whether the internet is reachable, which behind a NAT gateway of your own is no failure. Where
traffic leaves from an address that is none of the subnet's (the source `ec2_network` knows those),
a pass becomes a warning.

## Why it matters
SageMaker.1 judges a setting. What people need to know is the effect: which way data leaves this
machine, and whether a download from the internet will work or hang.

## How to fix
With direct internet access enabled nothing of yours decides: see SageMaker.1. Otherwise the routes,
NAT gateways and endpoints of your VPC are the place to change what can be reached.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from ipaddress import ip_address, ip_network

from ..model import Evidence, Example, FactValue, Known, Reason, Severity, Status, Verdict
from . import own_control, said, unknown

_GATEWAYS = {"igw": "an internet gateway", "nat": "a NAT gateway", "tgw": "a transit gateway"} | {
    "eigw": "an egress-only internet gateway",
}
_SEEN = (
    *("EgressAddress", "DefaultRouteInterface", "EgressAddressIPv6", "DefaultRouteInterfaceIPv6"),
    *("DefaultRouteTarget", "DefaultRouteTargetIPv6", "SubnetCidr", "SecurityGroupEgress"),
    *("VpcEndpoints", "IpAddressType", "InternetReached", "InternetProbe"),
)


def judge(evidence: Evidence) -> Verdict:
    """The setting decides, unless traffic is seen to leave elsewhere; the rest are notes."""
    return replace(_verdict(evidence), notes=tuple(_notes(evidence)))


def _verdict(evidence: Evidence) -> Verdict:
    access, subnet = evidence.fact("DirectInternetAccess"), evidence.fact("SubnetId")
    if not isinstance(access, Known):
        return unknown(access)
    if access.value == "Enabled":
        because = f"{said('DirectInternetAccess', access)}: nothing of yours decides; SageMaker.1"
        return Verdict(Status.NOT_APPLICABLE, because)
    if access.value != "Disabled":
        because = f"{said('DirectInternetAccess', access)}, a value this version does not know"
        return Verdict(Status.UNKNOWN, because, Reason.UNKNOWN_VALUE)
    if not isinstance(subnet, Known):
        return unknown(subnet)
    if subnet.value is None:
        because = "DirectInternetAccess is Disabled without a SubnetId, which AWS does not allow"
        return Verdict(Status.UNKNOWN, because, Reason.EVIDENCE_INCONSISTENT)
    because = f"{said('DirectInternetAccess', access)}, {said('SubnetId', subnet)}"
    elsewhere = _elsewhere(evidence)
    if elsewhere is None:
        return Verdict(Status.PASSED, because)
    because = f"AWS says that {because}. {elsewhere}"
    return Verdict(Status.WARNING, because, Reason.SOURCES_DISAGREE)


def _elsewhere(evidence: Evidence) -> str | None:
    """That traffic leaves from an address that is none of the subnet's, in words."""
    address, cidr = evidence.fact("EgressAddress"), evidence.fact("SubnetCidr")
    if not isinstance(address, Known) or not isinstance(cidr, Known):
        return None
    try:
        is_inside = ip_address(str(address.value)) in ip_network(str(cidr.value))
    except ValueError:  # none at all, or a range of another kind
        return None
    if is_inside:
        return None
    return (
        f"On this machine {said('EgressAddress', address)}, which is not in the subnet "
        f"({said('SubnetCidr', cidr)}). What leaves there is past your VPC; most likely another "
        "interface or a tunnel was given the default route"
    )


def _notes(evidence: Evidence) -> Iterator[str]:
    known = {name: fact.value for name in _SEEN if isinstance(fact := evidence.fact(name), Known)}
    yield from _reach(known, evidence)
    if known.get("EgressAddress"):
        interface = known.get("DefaultRouteInterface") or "no default route"
        yield f"traffic leaves from {known['EgressAddress']} by {interface}"
    if known.get("EgressAddressIPv6"):
        yield f"IPv6 traffic leaves from {known['EgressAddressIPv6']}: it has routes of its own"
    for name, what in (("DefaultRouteTarget", ""), ("DefaultRouteTargetIPv6", "IPv6 ")):
        target = known.get(name)
        if target == "none" and not what:
            yield "the subnet has no default route: only what its endpoints reach can be reached"
        elif isinstance(target, str) and target != "none":
            gateway = _GATEWAYS.get(target.split("-")[0], target)
            yield f"the subnet's {what}default route goes to {gateway}"
    if known.get("SecurityGroupEgress") == "anywhere":
        yield "its security groups let traffic out to anywhere"


def _reach(known: Mapping[str, FactValue], evidence: Evidence) -> Iterator[str]:
    reached, probe = known.get("InternetReached"), known.get("InternetProbe")
    if reached is True:
        access = evidence.fact("DirectInternetAccess")
        setting = access.value if isinstance(access, Known) else None
        ways = {"Enabled": " directly", "Disabled": " through your VPC"}
        way = "" if _elsewhere(evidence) else ways.get(str(setting), "")
        yield f"the internet is reachable{way} ({probe})"
    elif reached is False:
        yield f"the internet is not reachable from here ({probe}); downloads from it fail"


CONTROL = own_control(
    __doc__,
    name="egress",
    severity=Severity.LOW,
    category="Protect > Secure network configuration",
    resource_type="AWS::SageMaker::NotebookInstance",
    config_rule="",
    docs="https://docs.aws.amazon.com/sagemaker/latest/dg/appendix-notebook-and-internet-access.html",
    facts=("DirectInternetAccess", "SubnetId", *_SEEN),
    judge=judge,
    examples=(
        Example({"DirectInternetAccess": "Disabled", "SubnetId": "subnet-1"}, Status.PASSED),
        Example(
            {
                "DirectInternetAccess": "Disabled",
                "SubnetId": "subnet-1",
                "InternetReached": True,
                "InternetProbe": "pypi.org:443 reached",
            },
            Status.PASSED,
        ),
        Example(
            {
                "DirectInternetAccess": "Disabled",
                "SubnetId": "subnet-1",
                "EgressAddress": "172.16.86.226",
                "SubnetCidr": "10.42.0.0/16",
            },
            Status.WARNING,
            Reason.SOURCES_DISAGREE,
        ),
        Example({"DirectInternetAccess": "Enabled", "SubnetId": None}, Status.NOT_APPLICABLE),
        Example(
            {"DirectInternetAccess": "Disabled", "SubnetId": None},
            Status.UNKNOWN,
            Reason.EVIDENCE_INCONSISTENT,
        ),
        Example({"DirectInternetAccess": Reason.DNS}, Status.UNKNOWN, Reason.DNS),
    ),
)
