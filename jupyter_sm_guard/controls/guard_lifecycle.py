"""The lifecycle configuration of SageMaker notebook instances should be there and readable

## What it checks
Whether the lifecycle configuration that the instance names still exists and can be read by its
role, and whether it is one of those that the policy lists in `required_names`.

## Why it matters
A lifecycle configuration runs as root at every start. An instance whose configuration was deleted
does not start any more; one that nobody in the notebook can read is a machine that nobody can
explain; and without the one that your organisation wants, what it installs is missing.

## How to fix
Stop the instance, attach a lifecycle configuration that exists (or none), start it again.
"""

from __future__ import annotations

from ..model import Evidence, Example, Known, Reason, Severity, Status, Step, Verdict
from . import own_control, said, unknown

NAME = "NotebookInstanceLifecycleConfigName"
READABLE = "LifecycleConfigReadable"


def judge(evidence: Evidence) -> Verdict:
    """Its name, then whether it could be read."""
    name, readable = evidence.fact(NAME), evidence.fact(READABLE)
    required = evidence.parameters.get("required_names", ())
    if not isinstance(name, Known):
        return unknown(name)
    because = said(NAME, name)
    if required and name.value not in required:
        because = f"{because}; your policy wants {' or '.join(required)}"
        return Verdict(Status.FAILED, because)
    if name.value is None:
        return Verdict(Status.NOT_APPLICABLE, because)
    if isinstance(readable, Known):
        if readable.value is True:
            return Verdict(Status.PASSED, f"{because} and it can be read")
        because = f"{because}, but {said(READABLE, readable)}"
        return Verdict(Status.UNKNOWN, because, Reason.EVIDENCE_INCONSISTENT)
    if readable.reason is Reason.NOT_FOUND:
        because = f"{because}, which does not exist: the next start of the instance will fail"
        return Verdict(Status.FAILED, because)
    return unknown(readable)


CONTROL = own_control(
    __doc__,
    name="lifecycle",
    severity=Severity.LOW,
    category="Identify > Resource configuration",
    resource_type="AWS::SageMaker::NotebookInstance",
    config_rule="",
    docs="https://docs.aws.amazon.com/sagemaker/latest/dg/notebook-lifecycle-config.html",
    parameters={"required_names": ()},
    steps=(
        Step(
            "Save your work and stop the instance, from another machine: this ends your session.",
            "aws sagemaker stop-notebook-instance --notebook-instance-name {name} "
            "--region {region}",
        ),
        Step(
            "When its status is Stopped, attach the one that your admin names.",
            "aws sagemaker update-notebook-instance --notebook-instance-name {name} "
            "--lifecycle-config-name LIFECYCLE-CONFIG --region {region}",
        ),
        Step(
            "Start it again.",
            "aws sagemaker start-notebook-instance --notebook-instance-name {name} "
            "--region {region}",
        ),
    ),
    facts=(NAME, READABLE),
    needs="lifecycle",
    judge=judge,
    examples=(
        Example({NAME: "team-start", READABLE: True}, Status.PASSED),
        Example({NAME: "team-start", READABLE: Reason.NOT_FOUND}, Status.FAILED),
        Example({NAME: None}, Status.NOT_APPLICABLE),
        Example(
            {NAME: "team-start", READABLE: Reason.MISSING_PERMISSION},
            Status.UNKNOWN,
            Reason.MISSING_PERMISSION,
        ),
        Example({NAME: Reason.TIMEOUT}, Status.UNKNOWN, Reason.TIMEOUT),
    ),
)
