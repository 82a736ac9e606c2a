"""The situations that the demo can show, as data, and how one is laid out: a folder that stands in
for the machine's `/`, and resources at the embedded AWS."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from . import REGION
from .behaviour import Behaviour
from .resources import create_instance, remove_instances

if TYPE_CHECKING:
    from .aws import EmbeddedAws

DEFAULT = "non-compliant"
INSTANCE = "Demo-Notebook"
ASKED = "DescribeNotebookInstance"

_METADATA = "opt/ml/metadata/resource-metadata.json"
_VERSION = "etc/opt/ml/sagemaker-notebook-instance-version.txt"
_OS = "etc/os-release"

AL2 = 'NAME="Amazon Linux"\nVERSION="2"\nID="amzn"\nVERSION_ID="2"\nPRETTY_NAME="Amazon Linux 2"\n'
AL2023 = (
    'NAME="Amazon Linux"\nVERSION="2023"\nID="amzn"\nID_LIKE="fedora"\nVERSION_ID="2023"\n'
    'PLATFORM_ID="platform:al2023"\nPRETTY_NAME="Amazon Linux 2023"\n'
)
UBUNTU = 'NAME="Ubuntu"\nVERSION_ID="22.04"\nID=ubuntu\nPRETTY_NAME="Ubuntu 22.04.5 LTS"\n'

_ARN = f"arn:aws:sagemaker:{REGION}:{{account}}"
_KEY = f"arn:aws:kms:{REGION}:{{account}}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
_ON_INSTANCE = {
    "ResourceArn": f"{_ARN}:notebook-instance/{INSTANCE.lower()}",
    "ResourceName": INSTANCE,
}
_IN_STUDIO = {
    "AppType": "JupyterLab",
    "DomainId": "d-abcdefghijkl",
    "SpaceName": "demo-space",
    "ExecutionRoleArn": "arn:aws:iam::{account}:role/SageMakerExecutionRole",
    "ResourceArn": f"{_ARN}:app/d-abcdefghijkl/demo-space/JupyterLab/default",
    "ResourceName": "default",
    "AppImageVersion": "",
}
_CONTROLS = ("SageMaker.1", "SageMaker.2", "SageMaker.3", "SageMaker.8", "SageMaker.21")


def _statuses(*statuses: str) -> Mapping[str, str]:
    """One for each control, or one for all of them."""
    given = statuses if len(statuses) > 1 else statuses * len(_CONTROLS)
    return MappingProxyType(dict(zip(_CONTROLS, given, strict=True)))


@dataclass(frozen=True)
class Scenario:
    """`metadata` is the metadata file's object, its text (a damaged one) or None (no file);
    `settings` are CreateNotebookInstance's (None: AWS has no instance), `in_vpc` adds a subnet and
    a security group; `behaviour` is how DescribeNotebookInstance goes wrong; `statuses` is what a
    check says in the end, by control. `{account}` stands for the simulated account."""

    name: str
    description: str
    statuses: Mapping[str, str]
    metadata: Mapping[str, str] | str | None = field(default_factory=lambda: _ON_INSTANCE)
    settings: Mapping[str, Any] | None = None
    in_vpc: bool = False
    behaviour: Behaviour | None = None
    os_release: str = AL2023
    on_instance: bool = True


_BAD = {
    "DirectInternetAccess": "Enabled",
    "RootAccess": "Enabled",
    "PlatformIdentifier": "notebook-al2-v3",
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
}

_ALL = (
    Scenario(
        "non-compliant",
        "A notebook instance as people used to click it together: direct internet access, no VPC, "
        "root access, Amazon Linux 2, no key of its own; every control fails.",
        _statuses("FAILED"),
        settings=_BAD,
        os_release=AL2,
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
        _statuses("FAILED", "PASSED", "PASSED", "WARNING", "FAILED"),
        settings=_MIXED,
        in_vpc=True,
    ),
    Scenario(
        "no-permission",
        "The execution role may not describe its own notebook instance, so nothing is known; the "
        "guard shows the IAM statement to ask for.",
        _statuses("UNKNOWN"),
        settings=_BAD,
        behaviour=Behaviour.DENY,
    ),
    Scenario(
        "throttled",
        "AWS has too many requests and refuses this one, so nothing is known for now.",
        _statuses("UNKNOWN"),
        settings=_BAD,
        behaviour=Behaviour.THROTTLE,
    ),
    Scenario(
        "unreachable",
        "AWS takes the request and never answers, as behind a firewall that swallows packets; the "
        "guard gives up in time and says what it waited for.",
        _statuses("UNKNOWN"),
        settings=_BAD,
        behaviour=Behaviour.HANG,
    ),
    Scenario(
        "studio",
        "A JupyterLab space in SageMaker Studio: these controls are about notebook instances, so "
        "none applies and AWS is not asked.",
        _statuses("NOT_APPLICABLE"),
        metadata=_IN_STUDIO,
        os_release=UBUNTU,
        on_instance=False,
    ),
    Scenario(
        "not-sagemaker",
        "A machine that is not on SageMaker: the guard says so and stays quiet.",
        _statuses("NOT_APPLICABLE"),
        metadata=None,
        os_release=UBUNTU,
        on_instance=False,
    ),
    Scenario(
        "damaged-metadata",
        "A notebook instance whose metadata file is cut off in the middle: the guard can't tell "
        "which instance it runs on, and does not guess.",
        _statuses("UNKNOWN"),
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
    metadata, files = scenario.metadata, {_OS: scenario.os_release}
    if metadata is not None:
        text = metadata if isinstance(metadata, str) else json.dumps(metadata)
        files[_METADATA] = text.replace("{account}", aws.account)
    if scenario.on_instance:
        files[_VERSION] = "120.0-0\n"
    for name in (_METADATA, _VERSION, _OS):
        path = root / name
        path.unlink(missing_ok=True)
        if name in files:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(files[name], encoding="utf-8")
    aws.behave_well()
    remove_instances(aws)
    if scenario.settings is not None:
        create_instance(aws, INSTANCE, scenario.settings, scenario.in_vpc)
    aws.behave(ASKED, scenario.behaviour)
