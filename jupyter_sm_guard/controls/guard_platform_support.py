"""The platform of SageMaker notebook instances should not be past its end of support

## What it checks
When AWS ends, or has ended, the support of the instance's platform (`PlatformIdentifier`), with the
date. SageMaker.8 says whether a platform is on AWS's list; this says until when. The operating
system that the machine itself names can turn a pass into a warning.

## Why it matters
After that date there are no security patches, and AWS no longer starts such an instance: stopped
today, it may not come back before it is upgraded.

## How to fix
Stop the instance, move it to a supported platform, start it again. Your files in
/home/ec2-user/SageMaker stay; packages and settings outside it do not.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from ..model import Evidence, Example, Known, Reason, Severity, Status, Step, Verdict
from . import own_control, said, unknown

ENDS_AS_OF = "2026-11-09"
"""When the dates were last compared with AWS's (SageMaker developer guide, "Amazon Linux 2 notebook
instances" and "JupyterLab versioning")."""

ENDS = {
    "notebook-al1-v1": date(2024, 3, 31),
    "notebook-al2-v1": date(2025, 6, 30),
    "notebook-al2-v2": date(2025, 6, 30),
    "notebook-al2-v3": date(2026, 6, 30),
}
OS_ENDS = {"Amazon Linux 1": date(2024, 3, 31), "Amazon Linux 2": date(2026, 6, 30)}
NO_END_KNOWN = ("notebook-al2023-v1",)


def judge(evidence: Evidence) -> Verdict:
    """The platform's date decides; an operating system past its own may only downgrade that."""
    platform, system = evidence.fact("PlatformIdentifier"), evidence.fact("OperatingSystem")
    old = None
    if isinstance(system, Known):
        end = OS_ENDS.get(str(system.value))
        if end is not None and end < system.observed_at.date():
            old = f"{said('OperatingSystem', system)}, whose support ended on {end}"
    if not isinstance(platform, Known):
        notes = (f"on this machine {old}",) if old is not None else ()
        return replace(unknown(platform), notes=notes)
    because, end = said("PlatformIdentifier", platform), ENDS.get(str(platform.value))
    if end is not None and end < platform.observed_at.date():
        return Verdict(Status.FAILED, f"{because}; its support ended on {end}")
    if end is None and platform.value not in NO_END_KNOWN:
        because = f"{because}, of which this version knows no date (list of {ENDS_AS_OF})"
        return Verdict(Status.UNKNOWN, because, Reason.UNKNOWN_VALUE)
    if old is not None:
        because = (
            f"AWS says that {because}. On this machine {old}. What runs counts; most likely the "
            "platform was changed and the instance not started since"
        )
        return Verdict(Status.WARNING, because, Reason.SOURCES_DISAGREE)
    until = f"support ends on {end}" if end else f"AWS names no end (list of {ENDS_AS_OF})"
    return Verdict(Status.PASSED, f"{because}; {until}")


CONTROL = own_control(
    __doc__,
    name="platform-support",
    severity=Severity.MEDIUM,
    category="Detect > Vulnerability, patch, and version management",
    resource_type="AWS::SageMaker::NotebookInstance",
    config_rule="",
    docs="https://docs.aws.amazon.com/sagemaker/latest/dg/nbi-al2.html",
    steps=(
        Step(
            "Save your work and stop the instance, from another machine: this ends your session.",
            "aws sagemaker stop-notebook-instance --notebook-instance-name {name} "
            "--region {region}",
        ),
        Step(
            "When its status is Stopped, move it to a supported platform.",
            "aws sagemaker update-notebook-instance --notebook-instance-name {name} "
            f"--platform-identifier {NO_END_KNOWN[-1]} --region {{region}}",
        ),
        Step(
            "Start it again.",
            "aws sagemaker start-notebook-instance --notebook-instance-name {name} "
            "--region {region}",
        ),
    ),
    facts=("PlatformIdentifier", "OperatingSystem", "NotebookInstanceVersion"),
    judge=judge,
    examples=(
        Example({"PlatformIdentifier": "notebook-al2023-v1"}, Status.PASSED),
        Example(
            {"PlatformIdentifier": "notebook-al2023-v1", "OperatingSystem": "Amazon Linux 2023"},
            Status.PASSED,
        ),
        Example({"PlatformIdentifier": "notebook-al2-v3"}, Status.FAILED),
        Example(
            {"PlatformIdentifier": "notebook-al2023-v1", "OperatingSystem": "Amazon Linux 2"},
            Status.WARNING,
            Reason.SOURCES_DISAGREE,
        ),
        Example(
            {"PlatformIdentifier": Reason.THROTTLED, "OperatingSystem": "Amazon Linux 2"},
            Status.UNKNOWN,
            Reason.THROTTLED,
        ),
        Example({"PlatformIdentifier": "notebook-x"}, Status.UNKNOWN, Reason.UNKNOWN_VALUE),
        Example({"PlatformIdentifier": Reason.TIMEOUT}, Status.UNKNOWN, Reason.TIMEOUT),
    ),
)
