"""SageMaker Studio spaces should be private

## What it checks
The sharing type of the space that this app runs in. Private passes, Shared fails.

## Why it matters
Whoever is in a shared space acts as its role and sees everybody's files and outputs there, secrets
in them included.

## How to fix
Work that is not shared belongs in a private space: create one and move your files there. Where
people do work together, an admin can turn this control off by policy.
"""

from __future__ import annotations

from ..model import Evidence, Example, Known, Reason, ResourceKind, Severity, Status, Step, Verdict
from . import own_control, said, unknown

SETTING = "SpaceSharingType"


def judge(evidence: Evidence) -> Verdict:
    """The setting decides."""
    setting = evidence.fact(SETTING)
    if evidence.resource.space is None:
        return Verdict(Status.NOT_APPLICABLE, "this app runs in no space")
    if not isinstance(setting, Known):
        return unknown(setting)
    because = said(SETTING, setting)
    if setting.value == "Shared":
        return Verdict(Status.FAILED, because)
    if setting.value in ("Private",):
        return Verdict(Status.PASSED, because)
    because = f"{because}, a value this version does not know"
    return Verdict(Status.UNKNOWN, because, Reason.UNKNOWN_VALUE)


CONTROL = own_control(
    __doc__,
    name="studio-sharing",
    severity=Severity.LOW,
    category="Protect > Secure access management",
    resource_type="AWS::SageMaker::Space",
    config_rule="",
    docs="https://docs.aws.amazon.com/sagemaker/latest/dg/domain-space.html",
    kinds=frozenset({ResourceKind.STUDIO, ResourceKind.UNIFIED_STUDIO}),
    steps=(Step("Create a private space and move your files there."),),
    facts=(SETTING,),
    judge=judge,
    examples=(
        Example({SETTING: "Private"}, Status.PASSED),
        Example({SETTING: "Shared"}, Status.FAILED),
        Example({SETTING: "Sometimes"}, Status.UNKNOWN, Reason.UNKNOWN_VALUE),
        Example({SETTING: Reason.DNS}, Status.UNKNOWN, Reason.DNS),
    ),
)
