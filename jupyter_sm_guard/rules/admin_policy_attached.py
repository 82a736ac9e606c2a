"""A role gets an administrator's rights

## What it checks
AdministratorAccess, IAMFullAccess and PowerUserAccess attached to a role, user or group, in boto3
and the `aws` and `eksctl` commands. In the strict profile also any other policy of AWS's whose name
ends in FullAccess.

## Why it matters
Every notebook and job that has the role can then do everything in the account, and so can whatever
runs in it.

## How to fix
Attach a policy that allows what is used. IAM Access Analyzer makes one from what was really called.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..model import Severity
from ..names import PythonCell
from ..shell import Script
from . import Match, example, rule

_ADMIN = ("AdministratorAccess", "IAMFullAccess", "PowerUserAccess")
_POLICY = re.compile(r"arn:aws[a-z-]{0,10}:iam::aws:policy/(?:[\w-]{1,40}/)?(\w{1,128})")
_CALLS = ("attach_role_policy", "attach_user_policy", "attach_group_policy", "attach_policy")
_COMMANDS = ("attach-role-policy", "attach-user-policy", "attach-group-policy")


def _judge(text: str, start: int, end: int) -> Iterator[Match]:
    match = _POLICY.search(text)
    name = match[1] if match is not None else ""
    if name in _ADMIN or name.endswith("FullAccess"):
        yield Match(start, end, f"{name} is attached", strict=name not in _ADMIN)


def _python(cell: PythonCell) -> Iterator[Match]:
    for call in cell.calls():
        value = call.argument("PolicyArn", 0) if call.method in _CALLS else None
        if value is not None:
            for one in value.every:
                yield from _judge(one.text or "", value.start, value.end)


def _shell(script: Script) -> Iterator[Match]:
    for command in script.commands:
        texts = command.texts()
        attaches = command.name == "aws" and any(verb in texts for verb in _COMMANDS)
        if attaches or command.name == "eksctl":
            for word in command.arguments:
                yield from _judge(word.text, word.start, word.end)


RULE = rule(
    __doc__,
    name="admin-policy-attached",
    severity=Severity.HIGH,
    group="exposure",
    triggers=("AdministratorAccess", "PowerUserAccess", "FullAccess"),
    python=_python,
    shell=_shell,
    good=(
        "iam.attach_role_policy(RoleName=r, PolicyArn='arn:aws:iam::aws:policy/ReadOnlyAccess')",
        "arn = 'arn:aws:iam::aws:policy/AdministratorAccess'",
        "iam.attach_role_policy(RoleName=r,\n"
        "    PolicyArn='arn:aws:iam::aws:policy/AmazonSageMakerFullAccess')",
        "name = 'FSxCSIDriverFullAccess-' + cluster",
        "!aws iam detach-role-policy --policy-arn arn:aws:iam::aws:policy/IAMFullAccess",
    ),
    bad=(
        "iam.attach_role_policy(RoleName=r,\n"
        "    PolicyArn=«'arn:aws:iam::aws:policy/AdministratorAccess'»)",
        "!aws iam attach-role-policy --role-name r --policy-arn "
        "«arn:aws:iam::aws:policy/IAMFullAccess»",
        example(
            "iam.attach_role_policy(PolicyArn=«'arn:aws:iam::aws:policy/AmazonS3FullAccess'»)",
            strict=True,
        ),
        "for name in ('ReadOnlyAccess', 'PowerUserAccess'):\n"
        "    iam.attach_role_policy(RoleName=r, PolicyArn=«f'arn:aws:iam::aws:policy/{name}'»)",
        "for arn in ['arn:aws:iam::aws:policy/PowerUserAccess', other]:\n"
        "    iam.attach_role_policy(RoleName=r, PolicyArn=«arn»)",
    ),
)
