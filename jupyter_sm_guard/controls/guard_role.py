"""The role of SageMaker notebook instances should not be able to undo the controls

## What it checks
Whether the instance's own role may do what makes the controls mean little: change the instance,
write or attach a lifecycle script (which always runs as root), pass a role to a new instance, hand
out links to it, or change what Security Hub says. AWS's policy simulator answers
(`iam:SimulatePrincipalPolicy`); it knows no service control policies.

## Why it matters
Everybody in the notebook acts as this role. A role that can attach a lifecycle script has root,
whatever RootAccess says; one that can update findings can make a failure disappear.

## How to fix
Take these actions from the role, or deny them to it, and leave them to the people who run the
instances.
"""

from __future__ import annotations

from ..model import Evidence, Example, Known, Reason, Severity, Status, Step, Verdict
from . import own_control, said, unknown


def judge(evidence: Evidence) -> Verdict:
    """Any such action that is allowed fails."""
    can = evidence.fact("RoleCanUndo")
    if not isinstance(can, Known):
        return unknown(can)
    if can.value == "":
        none = f"the role may do none of it ({can.source}, {can.observed_at:%Y-%m-%dT%H:%M:%SZ})"
        return Verdict(Status.PASSED, none)
    if not isinstance(can.value, str):
        because = f"{said('RoleCanUndo', can)}, which is no list of actions"
        return Verdict(Status.UNKNOWN, because, Reason.UNKNOWN_VALUE)
    return Verdict(Status.FAILED, f"the role may call {can.value} ({can.source})")


CONTROL = own_control(
    __doc__,
    name="role",
    severity=Severity.HIGH,
    category="Protect > Secure access management",
    resource_type="AWS::SageMaker::NotebookInstance",
    config_rule="",
    docs="https://docs.aws.amazon.com/sagemaker/latest/dg/notebook-lifecycle-config.html",
    steps=(
        Step(
            "Ask your admin to take the actions shown as evidence from the role of {name}, or to "
            "deny them with a permissions boundary."
        ),
    ),
    facts=("RoleCanUndo", "RoleArn"),
    needs="role",
    judge=judge,
    examples=(
        Example({"RoleCanUndo": ""}, Status.PASSED),
        Example({"RoleCanUndo": "sagemaker:UpdateNotebookInstance"}, Status.FAILED),
        Example({"RoleCanUndo": None}, Status.UNKNOWN, Reason.UNKNOWN_VALUE),
        Example(
            {"RoleCanUndo": Reason.MISSING_PERMISSION}, Status.UNKNOWN, Reason.MISSING_PERMISSION
        ),
    ),
)
