"""SageMaker notebook instances should run on supported platforms

## What it checks
The setting `PlatformIdentifier` of the notebook instance, against the platforms that AWS lists as
supported. A platform that is newer than this version's list is a warning, not a failure: AWS adds
platforms before it documents them.

## Why it matters
An unsupported platform gets no security patches, and AWS no longer lets it start: an instance on
Amazon Linux 2 that is stopped today may not come back before it is upgraded.

## How to fix
Stop the instance, move it to a supported platform, start it again. Your files in
/home/ec2-user/SageMaker stay; packages and settings outside it do not, and lifecycle scripts may
need changes (yum becomes dnf).
"""

from __future__ import annotations

import re

from ..model import Evidence, Example, Known, Reason, Severity, Status, Step, Verdict
from . import aws_control, said, unknown

PLATFORMS_AS_OF = "2026-11-09"
"""When the two lists were last compared with AWS's (Security Hub user guide, SageMaker.8;
SageMaker developer guide, "Amazon Linux 2 notebook instances")."""

SUPPORTED = ("notebook-al2023-v1",)
DEAD = ("notebook-al1-v1", "notebook-al2-v1", "notebook-al2-v2", "notebook-al2-v3")


def judge(evidence: Evidence) -> Verdict:
    """Dead fails, whatever the policy lists; listed passes; newer than every known one warns."""
    platform = evidence.fact("PlatformIdentifier")
    if not isinstance(platform, Known):
        return unknown(platform)
    because = said("PlatformIdentifier", platform)
    supported = evidence.parameters.get("supported_platforms", SUPPORTED)
    if platform.value in DEAD:
        return Verdict(Status.FAILED, f"{because}; AWS has ended its support")
    if platform.value in supported:
        return Verdict(Status.PASSED, because)
    if platform.value in SUPPORTED:
        return Verdict(Status.FAILED, f"{because}; your policy allows {', '.join(supported)}")
    age = _age(str(platform.value))
    listed = max((known for known in map(_age, (*supported, *SUPPORTED)) if known), default=None)
    if age is not None and listed is not None and age > listed:
        because = f"{because}, newer than the supported ones we know (list of {PLATFORMS_AS_OF})"
        return Verdict(Status.WARNING, because, Reason.UNKNOWN_VALUE)
    because = f"{because}, which this version can't place (list of {PLATFORMS_AS_OF})"
    return Verdict(Status.UNKNOWN, because, Reason.UNKNOWN_VALUE)


def _age(platform: str) -> tuple[int, int] | None:
    """Year and version; Amazon Linux is named by its year since 2023."""
    match = re.fullmatch(r"notebook-al(20\d\d)-v([1-9]\d?)", platform, re.ASCII)
    return (int(match[1]), int(match[2])) if match is not None else None


CONTROL = aws_control(
    __doc__,
    number=8,
    severity=Severity.MEDIUM,
    category="Detect > Vulnerability, patch, and version management",
    resource_type="AWS::SageMaker::NotebookInstance",
    config_rule="sagemaker-notebook-instance-platform-version",
    schedule="periodic",
    parameters={"supported_platforms": SUPPORTED},
    steps=(
        Step(
            "Save your work and stop the instance, from another machine: this ends your session.",
            "aws sagemaker stop-notebook-instance --notebook-instance-name {name} "
            "--region {region}",
        ),
        Step(
            "When its status is Stopped, move it to a supported platform.",
            "aws sagemaker update-notebook-instance --notebook-instance-name {name} "
            f"--platform-identifier {SUPPORTED[-1]} --region {{region}}",
        ),
        Step(
            "Start it again.",
            "aws sagemaker start-notebook-instance --notebook-instance-name {name} "
            "--region {region}",
        ),
    ),
    facts=("PlatformIdentifier",),
    judge=judge,
    examples=(
        Example({"PlatformIdentifier": "notebook-al2023-v1"}, Status.PASSED),
        Example({"PlatformIdentifier": "notebook-al2-v3"}, Status.FAILED),
        Example({"PlatformIdentifier": "notebook-al1-v1"}, Status.FAILED),
        Example({"PlatformIdentifier": "notebook-al2023-v2"}, Status.WARNING, Reason.UNKNOWN_VALUE),
        Example({"PlatformIdentifier": "notebook-x"}, Status.UNKNOWN, Reason.UNKNOWN_VALUE),
        Example({"PlatformIdentifier": Reason.FIELD_MISSING}, Status.UNKNOWN, Reason.FIELD_MISSING),
    ),
)
