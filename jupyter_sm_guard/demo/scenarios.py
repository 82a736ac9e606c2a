"""The situations that the demo can show, as data, and how one is laid out: a folder that stands in
for the machine's `/`, and resources at the embedded AWS."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from ..model import utc_now
from . import REGION
from .behaviour import Behaviour
from .machines import AL2, SERVICE_SIDE, UBUNTU, Machine
from .resources import create_instance, remove_instances

if TYPE_CHECKING:
    from .aws import EmbeddedAws

DEFAULT = "non-compliant"
INSTANCE = "Demo-Notebook"
ASKED = "DescribeNotebookInstance"

_METADATA = "/opt/ml/metadata/resource-metadata.json"
_VERSION = "/etc/opt/ml/sagemaker-notebook-instance-version.txt"
_POLICY = "/etc/jupyter-sm-guard/policy.toml"

_ARN = f"arn:aws:sagemaker:{REGION}:{{account}}"
_KEY = f"arn:aws:kms:{REGION}:{{account}}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
_DOMAIN, _SPACE = "d-abcdefghijkl", "demo-space"
_ON_INSTANCE = {
    "ResourceArn": f"{_ARN}:notebook-instance/{INSTANCE.lower()}",
    "ResourceName": INSTANCE,
}
_IN_STUDIO = {
    "AppType": "JupyterLab",
    "DomainId": _DOMAIN,
    "SpaceName": _SPACE,
    "ExecutionRoleArn": "arn:aws:iam::{account}:role/SageMakerExecutionRole",
    "ResourceArn": f"{_ARN}:app/{_DOMAIN}/{_SPACE}/JupyterLab/default",
    "ResourceName": "default",
    "AppImageVersion": "",
}
_STUDIO = ("network", "encryption", "docker", "remote-access", "sharing")
_AWS = ("SageMaker.1", "SageMaker.2", "SageMaker.3", "SageMaker.8", "SageMaker.21")
_OWN = ("imdsv2", "egress", "platform-support", "maintenance")
_NOTHING = "NOT_APPLICABLE"


def _statuses(*aws: str, **own: str) -> Mapping[str, str]:
    """One for each control of AWS, or one for all of them; of our own those that are given, the
    others being as with `own["own"]`, PASSED without it."""
    given = aws if len(aws) > 1 else aws * len(_AWS)
    others = own.pop("own", "PASSED")
    ours = {f"guard.{name}": own.pop(name.replace("-", "_"), others) for name in _OWN}
    if own:
        raise ValueError(f"there is no {', '.join(own)}")
    ours["guard.jupyter-advisories"] = _NOTHING
    return MappingProxyType(dict(zip(_AWS, given, strict=True)) | ours)


def _only_aws(status: str) -> Mapping[str, str]:
    return MappingProxyType(dict.fromkeys(_AWS, status))


def _in_studio(*studio: str) -> Mapping[str, str]:
    ours = dict(zip((f"guard.studio-{name}" for name in _STUDIO), studio, strict=True))
    return MappingProxyType(dict.fromkeys(_AWS, _NOTHING) | ours)


@dataclass(frozen=True)
class Scenario:
    """`metadata` is the metadata file's object, its text (a damaged one) or None (no file);
    `settings` are CreateNotebookInstance's (None: AWS has no instance), `in_vpc` adds a subnet and
    a security group, `lifecycle` a lifecycle configuration of that name; `domain` and `space` are
    what DescribeDomain and DescribeSpace tell in Studio; `behaviour` is how
    DescribeNotebookInstance goes wrong; `machine` is what the machine shows, `policy` its admin's
    file; `statuses` is what a check says in the end, by control. `{account}` stands for the
    simulated account."""

    name: str
    description: str
    statuses: Mapping[str, str]
    metadata: Mapping[str, str] | str | None = field(default_factory=lambda: _ON_INSTANCE)
    settings: Mapping[str, Any] | None = None
    in_vpc: bool = False
    lifecycle: str | None = None
    domain: Mapping[str, Any] | None = None
    space: Mapping[str, Any] = field(default_factory=dict)
    behaviour: Behaviour | None = None
    machine: Machine = field(default_factory=Machine)
    policy: str | None = None
    on_instance: bool = True


_BAD = {
    "DirectInternetAccess": "Enabled",
    "RootAccess": "Enabled",
    "PlatformIdentifier": "notebook-al2-v3",
    "InstanceMetadataServiceConfiguration": {"MinimumInstanceMetadataServiceVersion": "1"},
}
_GOOD = {
    "DirectInternetAccess": "Disabled",
    "RootAccess": "Disabled",
    "PlatformIdentifier": "notebook-al2023-v1",
    "KmsKeyId": _KEY,
    "InstanceMetadataServiceConfiguration": {"MinimumInstanceMetadataServiceVersion": "2"},
}
_MIXED = {
    "DirectInternetAccess": "Enabled",
    "RootAccess": "Disabled",
    "PlatformIdentifier": "notebook-al2023-v2",
    "InstanceMetadataServiceConfiguration": {"MinimumInstanceMetadataServiceVersion": "2"},
}
_OLD = Machine(
    AL2, has_root=True, imds=200, interfaces=("eth0",), interface="eth0", ipv4=SERVICE_SIDE
)
_ELSEWHERE = Machine(UBUNTU, interfaces=("eth0",), interface="eth0", ipv4="192.168.0.17")


def _app(network: str) -> Machine:
    """A Studio app's machine, which has a file of Studio's own."""
    internal = json.dumps({"Stage": "prod", "AppNetworkAccessType": network})
    more = {"/opt/.sagemakerinternal/internal-metadata.json": internal}
    return Machine(UBUNTU, has_root=True, interfaces=("eth0",), interface="eth0", more=more)


_MARK = "# Laid by the demo, in place of one that it laid before.\n"
"""At the head of the policies of scenarios; one that somebody wrote to try it out has none."""


def _with_waivers() -> str:
    """A policy with two waivers: one holds for long, the other ends in nine days."""
    today = utc_now().date()
    given = (
        ("SageMaker.3", "OPS-1207", 60, '{ tags = { team = "demo" } }',
         "the vendor's installer needs root until its next version"),
        ("SageMaker.21", "OPS-1188", 9, '{ instances = ["demo-*"] }',
         "moves to an encrypted instance with the next release"),
    )  # fmt: skip
    head = (
        'contact = "cloud-team@example.com"\nexemption_link = "https://tickets.example.com/new"\n'
    )
    return head + "".join(
        f'[[waivers]]\ncheck = "{check}"\nowner = "Kim Example"\nticket = "{ticket}"\n'
        f'reason = "{reason}"\ngranted = {today - timedelta(days=20)}\n'
        f"expires = {today + timedelta(days=days)}\nscope = {scope}\n"
        for check, ticket, days, scope, reason in given
    )


_ALL = (
    Scenario(
        "non-compliant",
        "A notebook instance as people used to click it together: direct internet access, no VPC, "
        "root access, Amazon Linux 2, no key of its own; every control of AWS fails.",
        _statuses("FAILED", imdsv2="FAILED", egress=_NOTHING, platform_support="FAILED"),
        settings=_BAD,
        machine=_OLD,
    ),
    Scenario(
        "compliant",
        "A notebook instance as Security Hub wants it: in a VPC, without direct internet access, "
        "without root, on Amazon Linux 2023, encrypted with a KMS key; every control passes.",
        _statuses("PASSED"),
        settings=_GOOD,
        in_vpc=True,
    ),
    Scenario(
        "mixed",
        "A notebook instance in a VPC that keeps its direct internet access, has no key of its own "
        "and runs on a platform newer than the documented ones: some of everything.",
        _statuses(
            *("FAILED", "PASSED", "PASSED", "WARNING", "FAILED"),
            egress=_NOTHING,
            platform_support="UNKNOWN",
        ),
        settings=_MIXED,
        in_vpc=True,
    ),
    Scenario(
        "host-disagrees",
        "AWS says that root access is disabled, and on the machine sudo works without a password: "
        "the lifecycle configuration gave it back. AWS counts the setting; the guard warns.",
        _statuses("PASSED", "PASSED", "WARNING", "PASSED", "PASSED"),
        settings=_GOOD,
        in_vpc=True,
        lifecycle="team-start",
        machine=Machine(has_root=True),
    ),
    Scenario(
        "dual-stack",
        "A compliant notebook instance with IPv4 and IPv6, each with routes of its own, and an "
        "admin who wants to know whether the internet can be reached: through the VPC it can, "
        "which is no failure and is told.",
        _statuses("PASSED"),
        settings=_GOOD | {"IpAddressType": "dualstack"},
        in_vpc=True,
        machine=Machine(ipv6="2a05:d014:1b2:3c01::17", internet={"pypi.org:443": "reached"}),
        policy='[probes]\ninternet_targets = ["pypi.org:443"]\n',
    ),
    Scenario(
        "no-endpoint",
        "A compliant notebook instance in a VPC without internet and without an interface endpoint "
        "for the SageMaker API: AWS never answers, so nothing is known, and nothing passes.",
        _statuses("UNKNOWN", own="UNKNOWN"),
        settings=_GOOD,
        in_vpc=True,
        behaviour=Behaviour.HANG,
        machine=Machine(internet={"pypi.org:443": "no route"}),
        policy='[probes]\ninternet_targets = ["pypi.org:443"]\n',
    ),
    Scenario(
        "waived",
        "A notebook instance with root access and without a key of its own, both waived by the "
        "admin's policy until a date: nothing else fails, and one of the waivers ends soon.",
        _statuses("PASSED", "PASSED", "FAILED", "PASSED", "FAILED"),
        settings={key: value for key, value in _GOOD.items() if key != "KmsKeyId"}
        | {"RootAccess": "Enabled", "Tags": [{"Key": "team", "Value": "demo"}]},
        in_vpc=True,
        machine=Machine(has_root=True),
        policy=_with_waivers(),
    ),
    Scenario(
        "imdsv1-open",
        "A notebook instance that is compliant to AWS, and whose instance metadata service still "
        "gives credentials to whoever asks without a token.",
        _statuses("PASSED", imdsv2="FAILED"),
        settings=_GOOD
        | {"InstanceMetadataServiceConfiguration": {"MinimumInstanceMetadataServiceVersion": "1"}},
        in_vpc=True,
        machine=Machine(imds=200),
    ),
    Scenario(
        "no-permission",
        "The execution role may not describe its own notebook instance, so nothing is known; the "
        "guard shows the IAM statement to ask for.",
        _statuses("UNKNOWN", own="UNKNOWN"),
        settings=_BAD,
        behaviour=Behaviour.DENY,
    ),
    Scenario(
        "throttled",
        "AWS has too many requests and refuses this one, so nothing is known for now.",
        _statuses("UNKNOWN", own="UNKNOWN"),
        settings=_BAD,
        behaviour=Behaviour.THROTTLE,
    ),
    Scenario(
        "unreachable",
        "AWS takes the request and never answers, as behind a firewall that swallows packets; the "
        "guard gives up in time and says what it waited for.",
        _statuses("UNKNOWN", own="UNKNOWN"),
        settings=_BAD,
        behaviour=Behaviour.HANG,
    ),
    Scenario(
        "studio-vpc-only",
        "A JupyterLab space in SageMaker Studio, in a domain as it should be. The controls of AWS "
        "are about notebook instances and do not apply; those of domain and space pass.",
        _in_studio("PASSED", "PASSED", "PASSED", "PASSED", "PASSED"),
        metadata=_IN_STUDIO,
        domain={"AppNetworkAccessType": "VpcOnly", "KmsKeyId": _KEY},
        machine=_app("VpcOnly"),
        on_instance=False,
    ),
    Scenario(
        "studio-public",
        "A shared JupyterLab space in SageMaker Studio, in a domain with direct internet access, "
        "Docker and remote access.",
        _in_studio("FAILED", "FAILED", "FAILED", "FAILED", "FAILED"),
        metadata=_IN_STUDIO,
        domain={
            "AppNetworkAccessType": "PublicInternetOnly",
            "DomainSettings": {"DockerSettings": {"EnableDockerAccess": "ENABLED"}},
        },
        space={
            "SpaceSettings": {"RemoteAccess": "ENABLED"},
            "SpaceSharingSettings": {"SharingType": "Shared"},
        },
        machine=_app("PublicInternetOnly"),
        on_instance=False,
    ),
    Scenario(
        "not-sagemaker",
        "A machine that is not on SageMaker: the guard says so and stays quiet.",
        _only_aws(_NOTHING),
        metadata=None,
        machine=_ELSEWHERE,
        on_instance=False,
    ),
    Scenario(
        "damaged-metadata",
        "A notebook instance whose metadata file is cut off in the middle: the guard can't tell "
        "which instance it runs on, and does not guess.",
        _only_aws("UNKNOWN"),
        metadata='{"ResourceArn": "' + _ARN + ":notebook-inst",
        settings=_GOOD,
        in_vpc=True,
    ),
)

SCENARIOS: Mapping[str, Scenario] = MappingProxyType({each.name: each for each in _ALL})
"""Every scenario by its name; `DEFAULT` names the one to show when nobody chooses."""


def lay_out(scenario: Scenario, root: Path, aws: EmbeddedAws) -> None:
    """Write the machine's files below `root` (made when missing) and make the AWS resources, both
    in place of what an earlier call left there."""
    files = _files(scenario, aws)
    for name in {name for other in _ALL for name in _files(other, aws)}:
        path = root / name.lstrip("/")
        if name == _POLICY and name not in files and not _is_ours(path):
            continue
        path.unlink(missing_ok=True)
        if name in files:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(files[name], encoding="utf-8")
    aws.behave_well()
    aws.forget()
    remove_instances(aws)
    if scenario.settings is not None:
        create_instance(aws, INSTANCE, scenario.settings, scenario.in_vpc, scenario.lifecycle)
    if scenario.domain is not None:
        domain = json.loads(json.dumps(dict(scenario.domain)).replace("{account}", aws.account))
        aws.studio.lay_domain(_DOMAIN, **domain)
        aws.studio.lay_space(_DOMAIN, _SPACE, **scenario.space)
    aws.behave(ASKED, scenario.behaviour)


def _is_ours(policy: Path) -> bool:
    """Whether a scenario laid it; one that somebody wrote to try it out stays."""
    return policy.is_file() and policy.read_text("utf-8").startswith(_MARK)


def _files(scenario: Scenario, aws: EmbeddedAws) -> dict[str, str]:
    """What lies on the machine, by path."""
    metadata, files = scenario.metadata, scenario.machine.files()
    if metadata is not None:
        text = metadata if isinstance(metadata, str) else json.dumps(metadata)
        files[_METADATA] = text.replace("{account}", aws.account)
    if scenario.on_instance:
        files[_VERSION] = "120.0-0\n"
    if scenario.policy is not None:
        files[_POLICY] = _MARK + scenario.policy
    return files
