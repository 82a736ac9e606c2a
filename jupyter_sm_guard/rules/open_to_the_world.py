"""A port is opened for the whole internet

## What it checks
Ingress rules of security groups that let in `0.0.0.0/0` or `::/0`, in boto3 and the `aws` command.

## Why it matters
Scanners find an open port within minutes. Security groups of notebook instances, endpoints and file
systems need to let in the addresses of the VPC only.

## How to fix
Give the VPC's range of addresses, or another security group (`UserIdGroupPairs`).
"""

from __future__ import annotations

from collections.abc import Iterator

from ..model import Severity
from ..names import PythonCell
from ..shell import Script
from ..values import Value
from . import Match, rule

_WORLD = ("0.0.0.0/0", "::/0")
_MESSAGE = "the whole internet is let in"


def _python(cell: PythonCell) -> Iterator[Match]:
    for call in cell.calls():
        if call.method in ("authorize_security_group_ingress", "authorize_ingress"):
            seen = set()
            for value in _worlds(list(call.keywords.values())):
                if value.start not in seen:
                    seen.add(value.start)
                    yield Match(value.start, value.end, _MESSAGE)


def _worlds(values: list[Value]) -> Iterator[Value]:
    """The texts among these values, and in them, that mean everybody; a policy is never deep."""
    waiting, steps = list(values), 0
    while waiting and steps < 1000:
        value, steps = waiting.pop(), steps + 1
        if any(one.text in _WORLD for one in value.every):
            yield value
        waiting.extend(value.items_here)
        waiting.extend(filter(None, map(value.entry_here, value.entries)))


def _shell(script: Script) -> Iterator[Match]:
    for command in script.commands:
        if command.name == "aws" and "authorize-security-group-ingress" in command.texts():
            for word in command.arguments:
                if any(world in word.text for world in _WORLD):
                    yield Match(word.start, word.end, _MESSAGE)


RULE = rule(
    __doc__,
    name="open-to-the-world",
    severity=Severity.HIGH,
    group="exposure",
    triggers=("authorize",),
    also=_WORLD,
    python=_python,
    shell=_shell,
    good=(
        "ec2.authorize_security_group_ingress(GroupId=g, IpProtocol='tcp', CidrIp='10.0.0.0/16')",
        "ec2.authorize_security_group_egress(GroupId=g, CidrIp='0.0.0.0/0')",
        "!aws ec2 authorize-security-group-ingress --group-id {g} --cidr {vpc}",
    ),
    bad=(
        "ec2.authorize_security_group_ingress(GroupId=g, CidrIp=«'0.0.0.0/0'»)",
        "ec2.authorize_security_group_ingress(GroupId=g, IpPermissions=[\n"
        "    {'FromPort': 22, 'IpRanges': [{'CidrIp': «'0.0.0.0/0'»}]}])",
        "!aws ec2 authorize-security-group-ingress --group-id {g} --port 22 --cidr «0.0.0.0/0»",
    ),
)
