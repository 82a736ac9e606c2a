"""The subnet's network as EC2 knows it: where its routes lead, which endpoints it has, what its
security groups let out.

Facts, each from the answer that is its source: Vpc, SubnetCidr and SubnetCidrIPv6 (DescribeSubnets;
None: it has none); DefaultRouteTarget and DefaultRouteTargetIPv6 (DescribeRouteTables): the id of
what the default route leads to, such as nat-, igw-, tgw- or eigw-, or "none"; VpcEndpoints
(DescribeVpcEndpoints): names of the services without Region, sorted, separated by commas;
SecurityGroupEgress (DescribeSecurityGroups): "anywhere", "restricted" (what prefix lists name is
not looked at), or "none". All are None when the instance is in no subnet of yours.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from ..aws import Answer, call
from ..aws.network import Entry, default_target, ipv6_of, prefix, reach_of, short
from ..model import Fact, Known, Reason, ResourceKind, Unknown
from . import Context, Source, vouched

SUBNETS, ROUTES = "DescribeSubnets", "DescribeRouteTables"
ENDPOINTS, GROUPS = "DescribeVpcEndpoints", "DescribeSecurityGroups"

_TARGET = r"(?:nat|igw|eigw|vgw|tgw|eni|i|pcx|lgw|cagw|vpce|core-network)-[0-9a-z]{1,32}|none"
_CIDR = r"[0-9a-f.:]{2,39}/\d{1,3}"
Facts = dict[str, Fact]


def observe(context: Context) -> Mapping[str, Fact]:
    """Four questions; one that fails leaves only its own facts unknown."""
    subnet, groups = context.earlier.get("SubnetId"), context.earlier.get("SecurityGroups")
    if not isinstance(subnet, Known):
        why = subnet or Unknown(Reason.NOT_YET_CHECKED, "the instance's subnet is not known")
        return SOURCE.unknown(replace(why, action=None))
    if not isinstance(subnet.value, str):
        return dict.fromkeys(SOURCE.facts, subnet)
    facts = _subnet(context, subnet.value)
    facts.update(_routes(context, subnet.value, facts["Vpc"]))
    facts.update(_endpoints(context, facts["Vpc"]))
    facts.update(_egress(context, groups))
    return facts


def _ask(
    context: Context, operation: str, key: str, is_ours: Callable[[Entry], bool], **asked: Any
) -> tuple[list[Entry], Answer] | Unknown:
    """What the answer lists under `key`, when every entry of it is what we asked for."""
    answer = call(context.aws, "ec2", operation, asked, context.stage)
    if isinstance(answer, Unknown):
        return replace(answer, source=operation)
    found = answer.body.get(key)
    entries: list[Entry] = list(found) if isinstance(found, list) else []
    if answer.body.get("NextToken"):
        return Unknown(Reason.BAD_RESPONSE, "the answer goes on, on another page", operation)
    if not all(isinstance(entry, dict) and is_ours(entry) for entry in entries):
        detail = "AWS's answer is about something else than was asked"
        return Unknown(Reason.IDENTITY_MISMATCH, detail, operation)
    return entries, answer


def _subnet(context: Context, subnet: str) -> Facts:
    asked = _ask(
        context, SUBNETS, "Subnets", lambda e: e.get("SubnetId") == subnet, SubnetIds=[subnet]
    )
    names = ("Vpc", "SubnetCidr", "SubnetCidrIPv6")
    if isinstance(asked, Unknown):
        return dict.fromkeys(names, asked)
    entries, answer = asked
    if len(entries) != 1:
        why = Unknown(Reason.NOT_FOUND, "AWS's answer has no such subnet", SUBNETS)
        return dict.fromkeys(names, why)
    none = Known(None, SUBNETS, answer.observed_at, answer.request_id)
    cidr, wide = entries[0].get("CidrBlock"), list(ipv6_of(entries[0]))
    is_ipv6_only = cidr is None and entries[0].get("Ipv6Native") is True
    return {
        "Vpc": vouched("VpcId", entries[0].get("VpcId"), r"vpc-[0-9a-z]{1,28}", SUBNETS, answer),
        "SubnetCidr": none if is_ipv6_only else _cidr("CidrBlock", cidr, answer),
        "SubnetCidrIPv6": _cidr("Ipv6CidrBlock", ",".join(wide), answer) if wide else none,
    }


def _cidr(name: str, value: object, answer: Answer) -> Fact:
    fact = vouched(name, value, _CIDR, SUBNETS, answer)
    if isinstance(fact, Known) and prefix(fact.value) is None:
        return Unknown(Reason.UNKNOWN_VALUE, f"{name} is no network", SUBNETS)
    return fact


def _routes(context: Context, subnet: str, vpc: Fact) -> Facts:
    """A subnet without a route table of its own goes by the main one of its VPC."""
    names = ("DefaultRouteTarget", "DefaultRouteTargetIPv6")
    key = "RouteTables"

    def is_own(table: Entry) -> bool:
        return any(a.get("SubnetId") == subnet for a in table.get("Associations") or ())

    def is_main(table: Entry) -> bool:
        in_vpc = isinstance(vpc, Known) and table.get("VpcId") == vpc.value
        return in_vpc and any(a.get("Main") is True for a in table.get("Associations") or ())

    own = _filters({"association.subnet-id": subnet})
    asked = _ask(context, ROUTES, key, is_own, Filters=own)
    if not isinstance(asked, Unknown) and not asked[0]:
        if not isinstance(vpc, Known):
            return dict.fromkeys(names, _not_asked(vpc, ROUTES))
        main = _filters({"vpc-id": str(vpc.value), "association.main": "true"})
        asked = _ask(context, ROUTES, key, is_main, Filters=main)
    if isinstance(asked, Unknown):
        return dict.fromkeys(names, asked)
    tables, answer = asked
    if len(tables) != 1:
        why = Unknown(Reason.NOT_FOUND, "AWS's answer has no route table of the subnet", ROUTES)
        return dict.fromkeys(names, why)
    routes = [r for r in tables[0].get("Routes") or () if r.get("State") == "active"]
    blocks = {names[0]: "DestinationCidrBlock", names[1]: "DestinationIpv6CidrBlock"}
    return {name: _target(default_target(routes, b), answer) for name, b in blocks.items()}


def _target(target: str | None, answer: Answer) -> Fact:
    if target is None:
        detail = "the route table splits the default route into parts"
        return Unknown(Reason.UNKNOWN_VALUE, detail, ROUTES)
    return vouched("Routes", target, _TARGET, ROUTES, answer)


def _endpoints(context: Context, vpc: Fact) -> Facts:
    name = "VpcEndpoints"
    if not isinstance(vpc, Known):
        return {name: _not_asked(vpc, ENDPOINTS)}

    def is_here(endpoint: Entry) -> bool:
        return endpoint.get("VpcId") == vpc.value

    asked = _ask(context, ENDPOINTS, name, is_here, Filters=_filters({"vpc-id": str(vpc.value)}))
    if isinstance(asked, Unknown):
        return {name: asked}
    entries, answer = asked
    services = {
        short(str(e.get("ServiceName")), context.aws.region)
        for e in entries
        if str(e.get("State")).lower() == "available"
    }
    text = ",".join(sorted(services))
    return {name: vouched("ServiceName", text, r"[a-z0-9.,-]{0,8000}", ENDPOINTS, answer)}


def _egress(context: Context, groups: Fact | None) -> Facts:
    name = "SecurityGroupEgress"
    ids = groups.value if isinstance(groups, Known) else None
    if not isinstance(ids, str) or not ids:
        return {name: _not_asked(groups, GROUPS)}
    wanted = ids.split(", ")
    asked = _ask(
        context, GROUPS, "SecurityGroups", lambda e: e.get("GroupId") in wanted, GroupIds=wanted
    )
    if isinstance(asked, Unknown):
        return {name: asked}
    entries, answer = asked
    if {entry["GroupId"] for entry in entries} != set(wanted):
        return {name: Unknown(Reason.NOT_FOUND, "AWS's answer lacks a security group", GROUPS)}
    return {name: Known(reach_of(entries), GROUPS, answer.observed_at, answer.request_id)}


def _filters(wanted: Mapping[str, str]) -> list[dict[str, object]]:
    return [{"Name": name, "Values": [value]} for name, value in wanted.items()]


def _not_asked(why: Fact | None, operation: str) -> Unknown:
    """What depends on a fact that is not known is not known for the same reason."""
    reason = why.reason if isinstance(why, Unknown) else Reason.FIELD_MISSING
    detail = why.detail if isinstance(why, Unknown) else "the instance has no security group"
    return Unknown(reason, f"{operation} was not asked: {detail}", operation)


SOURCE = Source(
    name="ec2_network",
    label="EC2",
    facts=(
        *("Vpc", "SubnetCidr", "SubnetCidrIPv6", "DefaultRouteTarget", "DefaultRouteTargetIPv6"),
        *("VpcEndpoints", "SecurityGroupEgress"),
    ),
    kinds=frozenset({ResourceKind.NOTEBOOK_INSTANCE}),
    observe=observe,
    opt_in=True,
    after="sagemaker_api",
)
