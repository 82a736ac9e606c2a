"""SageMaker notebook instances should have no maintenance pending

## What it checks
The status of the notebook instance. PendingMaintenance and InMaintenance fail: AWS is about to
change the machine, as in the upgrades of Amazon Linux 2 instances that began on 2026-08-01.

## Why it matters
Maintenance stops the instance. What is not saved is lost, and so is what lies outside
/home/ec2-user/SageMaker; afterwards packages may be others and lifecycle scripts may fail.

## How to fix
Save your work now. Then stop the instance at a time that suits you, move it to a supported platform
and start it again, before AWS does.
"""

from __future__ import annotations

from ..model import Evidence, Example, Known, Reason, Severity, Status, Step, Verdict
from . import own_control, said, unknown

STATUS = "NotebookInstanceStatus"


def judge(evidence: Evidence) -> Verdict:
    """The status decides."""
    status = evidence.fact(STATUS)
    if not isinstance(status, Known):
        return unknown(status)
    because = said(STATUS, status)
    if status.value in ("PendingMaintenance", "InMaintenance"):
        return Verdict(Status.FAILED, because)
    if status.value in ("InService", "Pending", "Stopping"):
        return Verdict(Status.PASSED, because)
    because = f"{because}, a status this version does not know"
    return Verdict(Status.UNKNOWN, because, Reason.UNKNOWN_VALUE)


CONTROL = own_control(
    __doc__,
    name="maintenance",
    severity=Severity.LOW,
    category="Detect > Vulnerability, patch, and version management",
    resource_type="AWS::SageMaker::NotebookInstance",
    config_rule="",
    docs="https://docs.aws.amazon.com/sagemaker/latest/dg/nbi-al2.html",
    steps=(
        Step("Save your work to /home/ec2-user/SageMaker or to Amazon S3."),
        Step(
            "Stop the instance, from another machine, at a time that suits you.",
            "aws sagemaker stop-notebook-instance --notebook-instance-name {name} "
            "--region {region}",
        ),
        Step("Do what SageMaker.8 and guard.platform-support say, and start it again."),
    ),
    facts=(STATUS,),
    judge=judge,
    examples=(
        Example({STATUS: "InService"}, Status.PASSED),
        Example({STATUS: "PendingMaintenance"}, Status.FAILED),
        Example({STATUS: "InMaintenance"}, Status.FAILED),
        Example({STATUS: "Resting"}, Status.UNKNOWN, Reason.UNKNOWN_VALUE),
        Example({STATUS: Reason.MISSING_PERMISSION}, Status.UNKNOWN, Reason.MISSING_PERMISSION),
    ),
)
