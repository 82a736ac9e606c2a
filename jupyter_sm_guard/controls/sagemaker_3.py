"""Users should not have root access to SageMaker notebook instances

## What it checks
The setting `RootAccess` of the notebook instance. Enabled fails. AWS counts this setting alone;
where the machine itself shows that root can be had all the same, the guard makes of a pass a
warning.

## Why it matters
With root, anyone in the notebook can read and change everything on the instance: its credentials
and logs, security tools, the work of others. Lifecycle scripts always run as root, whatever the
setting says, so people rarely need it.

## How to fix
Stop the instance, turn root access off, start it again: your files in /home/ec2-user/SageMaker
stay. pip and conda go on working for your own environments; what needs root (system packages)
belongs in a lifecycle configuration.
"""

from __future__ import annotations

from ..model import Evidence, Example, Known, Reason, Severity, Status, Step, Verdict
from . import aws_control, said, unknown


def judge(evidence: Evidence) -> Verdict:
    """`RootAccess` decides; what the host says of root may only downgrade it."""
    access, obtainable = evidence.fact("RootAccess"), evidence.fact("RootObtainable")
    root = isinstance(obtainable, Known) and obtainable.value is True
    if isinstance(access, Known) and access.value == "Enabled":
        return Verdict(Status.FAILED, said("RootAccess", access))
    if isinstance(access, Known) and access.value == "Disabled":
        if not root:
            return Verdict(Status.PASSED, said("RootAccess", access))
        because = (
            f"{said('RootAccess', access)}, but on this machine root can be had without a "
            "password; AWS counts the setting and so reports PASSED"
        )
        return Verdict(Status.WARNING, because, Reason.ROOT_OBTAINABLE)
    if root:
        because = "root can be had without a password on this machine; AWS's setting is not known"
        return Verdict(Status.WARNING, because, Reason.ROOT_OBTAINABLE)
    if not isinstance(access, Known):
        return unknown(access)
    because = f"{said('RootAccess', access)}, a value this version does not know"
    return Verdict(Status.UNKNOWN, because, Reason.UNKNOWN_VALUE)


CONTROL = aws_control(
    __doc__,
    number=3,
    severity=Severity.HIGH,
    category="Protect > Secure access management > Root user access restrictions",
    resource_type="AWS::SageMaker::NotebookInstance",
    config_rule="sagemaker-notebook-instance-root-access-check",
    schedule="change-triggered",
    requirements=(
        "NIST.800-53.r5 AC-2(1)",
        "NIST.800-53.r5 AC-3(15)",
        "NIST.800-53.r5 AC-3(7)",
        "NIST.800-53.r5 AC-6",
        "NIST.800-53.r5 AC-6(10)",
        "NIST.800-53.r5 AC-6(2)",
    ),
    steps=(
        Step(
            "Save your work and stop the instance, from another machine: this ends your session.",
            "aws sagemaker stop-notebook-instance --notebook-instance-name {name} "
            "--region {region}",
        ),
        Step(
            "When its status is Stopped, turn root access off.",
            "aws sagemaker update-notebook-instance --notebook-instance-name {name} "
            "--root-access Disabled --region {region}",
        ),
        Step(
            "Start it again.",
            "aws sagemaker start-notebook-instance --notebook-instance-name {name} "
            "--region {region}",
        ),
    ),
    facts=("RootAccess", "RootObtainable"),
    judge=judge,
    examples=(
        Example({"RootAccess": "Disabled"}, Status.PASSED),
        Example({"RootAccess": "Disabled", "RootObtainable": False}, Status.PASSED),
        Example({"RootAccess": "Enabled"}, Status.FAILED),
        Example({"RootAccess": "Enabled", "RootObtainable": False}, Status.FAILED),
        Example(
            {"RootAccess": "Disabled", "RootObtainable": True},
            Status.WARNING,
            Reason.ROOT_OBTAINABLE,
        ),
        Example(
            {"RootAccess": Reason.THROTTLED, "RootObtainable": True},
            Status.WARNING,
            Reason.ROOT_OBTAINABLE,
        ),
        Example(
            {"RootAccess": Reason.THROTTLED, "RootObtainable": False},
            Status.UNKNOWN,
            Reason.THROTTLED,
        ),
        Example({"RootAccess": "Sometimes"}, Status.UNKNOWN, Reason.UNKNOWN_VALUE),
    ),
)
