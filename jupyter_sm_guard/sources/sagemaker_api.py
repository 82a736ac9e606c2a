"""DescribeNotebookInstance: the settings of this notebook instance, as AWS itself knows them.

Field names, enums and patterns: SageMaker API reference, DescribeNotebookInstance. The answer
omits `SubnetId`, `KmsKeyId` and the lifecycle configuration's name where they are not set; every
other field we read is always there on a current instance, so its absence says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from ..aws import Answer, call
from ..model import Fact, Known, Reason, Resource, ResourceKind, Unknown, rfc3339
from . import Context, Source

NAME = "DescribeNotebookInstance"

_PATTERNS = {
    "DirectInternetAccess": r"\w+",
    "RootAccess": r"\w+",
    "PlatformIdentifier": r"[a-z0-9.-]+",
    "SubnetId": r"[-0-9a-zA-Z]{1,32}",
    "KmsKeyId": r"[a-zA-Z0-9:/_-]{0,2048}",
    "NotebookInstanceStatus": r"[A-Za-z]{1,40}",
    "MinimumInstanceMetadataServiceVersion": r"\w+",
    "NotebookInstanceLifecycleConfigName": r"[a-zA-Z0-9-]{1,63}",
    "NetworkInterfaceId": r"eni-[0-9a-f]{1,32}",
    "SecurityGroups": r"[-0-9a-zA-Z, ]{0,200}",
    "IpAddressType": r"\w+",
    "RoleArn": r"arn:aws[a-z-]*:iam::\d{12}:role/[a-zA-Z0-9+=,.@_/-]{1,1024}",
    "CreationTime": r"[0-9TZ:-]{20}",
}
_ABSENT_IS_NOT_SET = {"SubnetId", "KmsKeyId", "NotebookInstanceLifecycleConfigName"}
_NOTHING_RUNS_WHEN = {"stopped", "updating", "failed", "deleting"}
"""Statuses, in lower case, in which this program can't be running on the instance. AWS adds
others (PendingMaintenance came in 2026-08): a word that we do not know is no reason to refuse."""


def observe(context: Context) -> Mapping[str, Fact]:
    """Ask for the settings of the notebook instance we run on."""
    resource = context.resource
    parameters = {"NotebookInstanceName": resource.name or ""}
    answer = call(context.aws, "sagemaker", NAME, parameters, context.stage)
    if isinstance(answer, Answer):
        answer = _refuse_other(answer, resource)
    if isinstance(answer, Unknown):
        if answer.reason is Reason.NOT_FOUND:
            detail = f"AWS knows no notebook instance {resource.name} in this account and Region"
            answer = replace(answer, reason=Reason.IDENTITY_MISMATCH, detail=detail)
        return SOURCE.unknown(answer)
    return {name: _fact(name, answer) for name in SOURCE.facts}


def _refuse_other(answer: Answer, resource: Resource) -> Answer | Unknown:
    """The answer, or why it does not speak of the instance we run on."""
    arn, status = answer.body.get("NotebookInstanceArn"), answer.body.get("NotebookInstanceStatus")
    name = answer.body.get("NotebookInstanceName", resource.name)
    if not isinstance(arn, str) or not isinstance(status, str):
        return Unknown(Reason.BAD_RESPONSE, "the answer names no notebook instance or no status")
    if not re.fullmatch(r"[A-Za-z]+", status):
        return Unknown(Reason.BAD_RESPONSE, "the answer's status is no word")
    if not _same(arn, resource.arn) or not _same(name, resource.name):
        detail = "AWS's answer is about another notebook instance than the metadata file"
        return Unknown(Reason.IDENTITY_MISMATCH, detail)
    if status.lower() in _NOTHING_RUNS_WHEN:
        detail = f"AWS says this instance is {status}, and yet we run on it"
        return Unknown(Reason.IDENTITY_MISMATCH, detail)
    return answer


def _same(one: object, other: str | None) -> bool:
    """Equal but for case: AWS lower-cases the ARNs of names that people wrote otherwise."""
    if not isinstance(one, str) or other is None:
        return False
    return one.isascii() and one.lower() == other.lower()  # beyond ASCII, look-alikes fold together


def _value(name: str, answer: Answer) -> object:
    """The field as the facts have it: a nested one by its own name, a list as one line, a time as
    RFC 3339."""
    if name == "MinimumInstanceMetadataServiceVersion":
        nested = answer.body.get("InstanceMetadataServiceConfiguration")
        return nested.get(name) if isinstance(nested, dict) else nested
    value = answer.body.get(name)
    if name == "SecurityGroups" and isinstance(value, list):
        return ", ".join(map(str, value))
    return rfc3339(value) if name == "CreationTime" and isinstance(value, datetime) else value


def _fact(name: str, answer: Answer) -> Fact:
    value = _value(name, answer)
    if value is None:
        if name in _ABSENT_IS_NOT_SET:
            return Known(None, NAME, answer.observed_at, answer.request_id)
        return Unknown(Reason.FIELD_MISSING, f"AWS's answer has no {name}", NAME)
    if not isinstance(value, str) or not re.fullmatch(_PATTERNS[name], value, re.ASCII):
        return Unknown(
            Reason.UNKNOWN_VALUE, f"{name} has a value that the API does not allow", NAME
        )
    return Known(value, NAME, answer.observed_at, answer.request_id)


SOURCE = Source(
    name="sagemaker_api",
    label=NAME,
    facts=tuple(_PATTERNS),
    kinds=frozenset({ResourceKind.NOTEBOOK_INSTANCE}),
    observe=observe,
)
