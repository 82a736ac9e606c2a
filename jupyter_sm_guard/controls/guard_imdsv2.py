"""SageMaker notebook instances should require IMDSv2

## What it checks
The setting `MinimumInstanceMetadataServiceVersion` of the notebook instance. 2 passes, 1 fails.
Where the setting says 2 and the machine still answers without a token, a pass becomes a warning.

## Why it matters
The instance metadata service hands out the credentials of the instance's role. Version 1 gives them
to anything that can make a plain web request from the machine, a tricked web application or a page
opened through a proxy included; version 2 first wants a token, which such requests can't get.

## How to fix
Stop the instance, set the minimum version to 2, start it again: your files in
/home/ec2-user/SageMaker stay. Current AWS SDKs and the AWS CLI use version 2 by themselves.
"""

from __future__ import annotations

from dataclasses import replace

from ..model import Evidence, Example, Known, Reason, Severity, Status, Step, Verdict
from . import own_control, said, unknown

SETTING = "MinimumInstanceMetadataServiceVersion"


def judge(evidence: Evidence) -> Verdict:
    """The setting decides; that version 1 answers on the machine may only downgrade it."""
    version, answers = evidence.fact(SETTING), evidence.fact("ImdsV1Answers")
    seen = said("ImdsV1Answers", answers) if isinstance(answers, Known) and answers.value else None
    if not isinstance(version, Known):
        notes = (f"on this machine version 1 answers: {seen}",) if seen is not None else ()
        return replace(unknown(version), notes=notes)
    because = said(SETTING, version)
    if version.value == "1":
        return Verdict(Status.FAILED, because)
    if version.value != "2":
        because = f"{because}, a value this version does not know"
        return Verdict(Status.UNKNOWN, because, Reason.UNKNOWN_VALUE)
    if seen is None:
        return Verdict(Status.PASSED, because)
    because = (
        f"AWS says that {because}. On this machine version 1 answers all the same: {seen}. What "
        "answers counts; most likely the setting was changed and the instance not started since, "
        "or something on the way answers in its place"
    )
    return Verdict(Status.WARNING, because, Reason.SOURCES_DISAGREE)


CONTROL = own_control(
    __doc__,
    name="imdsv2",
    severity=Severity.MEDIUM,
    category="Protect > Network security",
    resource_type="AWS::SageMaker::NotebookInstance",
    config_rule="",
    docs="https://docs.aws.amazon.com/sagemaker/latest/dg/nbi-imds.html",
    steps=(
        Step(
            "Save your work and stop the instance, from another machine: this ends your session.",
            "aws sagemaker stop-notebook-instance --notebook-instance-name {name} "
            "--region {region}",
        ),
        Step(
            "When its status is Stopped, require version 2.",
            "aws sagemaker update-notebook-instance --notebook-instance-name {name} "
            "--instance-metadata-service-configuration MinimumInstanceMetadataServiceVersion=2 "
            "--region {region}",
        ),
        Step(
            "Start it again.",
            "aws sagemaker start-notebook-instance --notebook-instance-name {name} "
            "--region {region}",
        ),
    ),
    facts=(SETTING, "ImdsV1Answers"),
    judge=judge,
    examples=(
        Example({SETTING: "2"}, Status.PASSED),
        Example({SETTING: "2", "ImdsV1Answers": False}, Status.PASSED),
        Example({SETTING: "2", "ImdsV1Answers": True}, Status.WARNING, Reason.SOURCES_DISAGREE),
        Example({SETTING: "1", "ImdsV1Answers": False}, Status.FAILED),
        Example({SETTING: "3"}, Status.UNKNOWN, Reason.UNKNOWN_VALUE),
        Example({SETTING: Reason.FIELD_MISSING}, Status.UNKNOWN, Reason.FIELD_MISSING),
        Example(
            {SETTING: Reason.FIELD_MISSING, "ImdsV1Answers": True},
            Status.UNKNOWN,
            Reason.FIELD_MISSING,
        ),
    ),
)
