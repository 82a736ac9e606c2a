"""DescribeDomain and DescribeSpace: the settings of the Studio domain and space this app runs in.

Field names and enums: SageMaker API reference. AWS leaves out what is not set: the VPC, the key,
the Docker settings and remote access; absent there they are None. Facts: AppNetworkAccessType,
DomainVpcId, DomainKmsKeyId, DomainAuthMode, DockerAccess, VpcOnlyTrustedAccounts (how many, as
text), SpaceSharingType, SpaceRemoteAccess. The last two of an
app outside of any space are Unknown (NOT_FOUND).
A field that the installed botocore does not know
is Unknown, never None.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ..aws import Answer, call
from ..model import Fact, Known, Reason, Resource, ResourceKind, Unknown
from . import Context, Source, vouched

DOMAIN, SPACE = "DescribeDomain", "DescribeSpace"
_KEY = r"[a-zA-Z0-9:/_-]{0,2048}"

_OF_DOMAIN = {
    "AppNetworkAccessType": ("AppNetworkAccessType", r"\w+"),
    "DomainVpcId": ("VpcId", r"vpc-[0-9a-zA-Z]{1,28}"),
    "DomainKmsKeyId": ("KmsKeyId", _KEY),
    "DomainAuthMode": ("AuthMode", r"\w{1,20}"),
    "DockerAccess": ("DomainSettings.DockerSettings.EnableDockerAccess", r"\w{1,20}"),
    "VpcOnlyTrustedAccounts": ("DomainSettings.DockerSettings.VpcOnlyTrustedAccounts", r"\d+"),
}
_OF_SPACE = {
    "SpaceSharingType": ("SpaceSharingSettings.SharingType", r"\w{1,20}"),
    "SpaceRemoteAccess": ("SpaceSettings.RemoteAccess", r"\w{1,20}"),
}
_ABSENT_IS_NOT_SET = {"DomainVpcId", "DomainKmsKeyId", "DockerAccess", "SpaceRemoteAccess"} | {
    "VpcOnlyTrustedAccounts"
}


def observe(context: Context) -> Mapping[str, Fact]:
    """Ask for the domain, then for the space."""
    resource = context.resource
    if resource.domain is None:
        detail = "the metadata file names no Studio domain"
        return SOURCE.unknown(Unknown(Reason.METADATA_DAMAGED, detail))
    names = {"DomainId": resource.domain}
    domain = call(context.aws, "sagemaker", DOMAIN, names, context.stage)
    domain = _refuse_other(domain, resource, "domain", names)
    facts = _facts(_OF_DOMAIN, domain, DOMAIN)
    if isinstance(domain, Answer):
        facts["DomainKmsKeyId"] = _key(domain)
    if resource.space is None:
        none = Unknown(Reason.NOT_FOUND, "this app runs in no space", SPACE)
        return {**facts, **dict.fromkeys(_OF_SPACE, none)}
    names = {**names, "SpaceName": resource.space}
    space = call(context.aws, "sagemaker", SPACE, names, context.stage)
    space = _refuse_other(space, resource, "space", names)
    return {**facts, **_facts(_OF_SPACE, space, SPACE)}


def _refuse_other(
    answer: Answer | Unknown, resource: Resource, what: str, names: Mapping[str, str]
) -> Answer | Unknown:
    """The answer, or why it does not speak of the domain or space that we run in."""
    if isinstance(answer, Unknown):
        if answer.reason is Reason.NOT_FOUND:
            detail = f"AWS knows no such {what} in this account and Region"
            return replace(answer, reason=Reason.IDENTITY_MISMATCH, detail=detail)
        return answer
    arn = answer.body.get(f"{what.capitalize()}Arn")
    if not isinstance(arn, str):
        return Unknown(Reason.BAD_RESPONSE, f"the answer names no {what}")
    path = "/".join((what, *names.values()))
    scope = f"{resource.partition}:sagemaker:{resource.region}:{resource.account}"
    is_ours = arn.isascii() and arn.lower() == f"arn:{scope}:{path}".lower()
    if not is_ours or any(answer.body.get(key) != value for key, value in names.items()):
        detail = f"AWS's answer is about another {what} than the metadata file"
        return Unknown(Reason.IDENTITY_MISMATCH, detail)
    return answer


def _facts(
    fields: Mapping[str, tuple[str, str]], answer: Answer | Unknown, label: str
) -> dict[str, Fact]:
    if isinstance(answer, Unknown):
        return dict.fromkeys(fields, replace(answer, source=label))
    return {name: _fact(name, *fields[name], label, answer) for name in fields}


def _fact(name: str, path: str, pattern: str, label: str, answer: Answer) -> Fact:
    if path not in answer.fields:
        return Unknown(Reason.FIELD_MISSING, f"this botocore is too old to know {path}", label)
    value: object = answer.body
    for part in path.split("."):
        if value is not None and not isinstance(value, dict):
            detail = f"{path} has a value that the API does not allow"
            return Unknown(Reason.UNKNOWN_VALUE, detail, label)
        value = value.get(part) if value is not None else None
    if isinstance(value, list):
        value = str(len(value))
    if value is None and name in _ABSENT_IS_NOT_SET:
        return Known(None, label, answer.observed_at, answer.request_id)
    return vouched(path, value, pattern, label, answer)


def _key(domain: Answer) -> Fact:
    """AWS has two fields for one key; the older one counts where the newer is not there."""
    key = _fact("DomainKmsKeyId", "KmsKeyId", _KEY, DOMAIN, domain)
    if isinstance(key, Known) and key.value is None:
        return _fact("DomainKmsKeyId", "HomeEfsFileSystemKmsKeyId", _KEY, DOMAIN, domain)
    return key


SOURCE = Source(
    name="studio_api",
    label=f"{DOMAIN}, {SPACE}",
    facts=(*_OF_DOMAIN, *_OF_SPACE),
    kinds=frozenset({ResourceKind.STUDIO, ResourceKind.UNIFIED_STUDIO}),
    observe=observe,
)
