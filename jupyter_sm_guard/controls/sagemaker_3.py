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

from ..model import Evidence, Example, Known, Reason, Severity, Status, Step, Verdict, rfc3339
from . import aws_control, said, unknown


def judge(evidence: Evidence) -> Verdict:
    """`RootAccess` decides; what the host says of root may only downgrade it."""
    access, obtainable = evidence.fact("RootAccess"), evidence.fact("RootObtainable")
    seen = isinstance(obtainable, Known)
    has_root = isinstance(obtainable, Known) and obtainable.value is True
    if isinstance(access, Known) and access.value == "Enabled":
        notes = () if has_root or not seen else (_NO_ROOT_SEEN,)
        return Verdict(Status.FAILED, said("RootAccess", access), notes=notes)
    if isinstance(access, Known) and access.value == "Disabled":
        if not has_root:
            return Verdict(Status.PASSED, said("RootAccess", access))
        because = (
            f"AWS says that {said('RootAccess', access)}. {_root(evidence)} AWS counts the setting "
            f"and so reports PASSED; in practice you can become root. {_cause(evidence)}"
        )
        return Verdict(Status.WARNING, because, Reason.ROOT_OBTAINABLE)
    if has_root:
        because = f"{_root(evidence)} AWS's setting is not known"
        return Verdict(Status.WARNING, because, Reason.ROOT_OBTAINABLE)
    if not isinstance(access, Known):
        return unknown(access)
    because = f"{said('RootAccess', access)}, a value this version does not know"
    return Verdict(Status.UNKNOWN, because, Reason.UNKNOWN_VALUE)


_NO_ROOT_SEEN = (
    "on this machine no way to root was found, which changes nothing: the setting counts, and a "
    "process without the right to gain any looks the same"
)


def _root(evidence: Evidence) -> str:
    """How root can be had, as a sentence."""
    obtainable, by = evidence.fact("RootObtainable"), evidence.fact("RootBy")
    way = f"by {by.value}" if isinstance(by, Known) and by.value else "without a password"
    if not isinstance(obtainable, Known):
        return f"On this machine root can be had {way}."
    seen = f"{obtainable.source}, {rfc3339(obtainable.observed_at)}"
    return f"On this machine root can be had {way} ({seen})."


def _cause(evidence: Evidence) -> str:
    """What most likely made it so."""
    script = evidence.fact("NotebookInstanceLifecycleConfigName")
    if isinstance(script, Known) and script.value is None:
        return "Most likely somebody with root changed it: there is no lifecycle configuration"
    if isinstance(script, Known):
        return f"Most likely the lifecycle configuration {script.value}, which runs as root, did it"
    return "Most likely a lifecycle configuration, which runs as root, did it"


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
    facts=("RootAccess", "RootObtainable", "RootBy", "NotebookInstanceLifecycleConfigName"),
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
