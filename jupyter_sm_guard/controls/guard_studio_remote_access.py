"""SageMaker Studio spaces should not allow remote access

## What it checks
The setting `RemoteAccess` of the space that this app runs in. ENABLED fails; AWS's default is off.

## Why it matters
Remote access lets an editor on somebody's own machine work inside the space: code, data and the
role's credentials are then on a machine that your network does not guard.

## How to fix
Turn remote access off in the space's settings, where it is not needed.
"""

from __future__ import annotations

from ..model import Evidence, Example, Known, Reason, ResourceKind, Severity, Status, Step, Verdict
from . import own_control, said, unknown

SETTING = "SpaceRemoteAccess"


def judge(evidence: Evidence) -> Verdict:
    """The setting decides; not set is off."""
    setting = evidence.fact(SETTING)
    if evidence.resource.space is None:
        return Verdict(Status.NOT_APPLICABLE, "this app runs in no space")
    if not isinstance(setting, Known):
        return unknown(setting)
    because = said(SETTING, setting)
    if setting.value == "ENABLED":
        return Verdict(Status.FAILED, because)
    if setting.value in (None, "DISABLED"):
        return Verdict(Status.PASSED, because)
    because = f"{because}, a value this version does not know"
    return Verdict(Status.UNKNOWN, because, Reason.UNKNOWN_VALUE)


CONTROL = own_control(
    __doc__,
    name="studio-remote-access",
    severity=Severity.MEDIUM,
    category="Protect > Secure access management",
    resource_type="AWS::SageMaker::Space",
    config_rule="",
    docs="https://docs.aws.amazon.com/sagemaker/latest/dg/remote-access.html",
    kinds=frozenset({ResourceKind.STUDIO, ResourceKind.UNIFIED_STUDIO}),
    steps=(
        Step(
            "Stop the app and turn remote access off.",
            "aws sagemaker update-space --domain-id {domain} --space-name {space} "
            "--space-settings RemoteAccess=DISABLED --region {region}",
        ),
    ),
    facts=(SETTING,),
    judge=judge,
    examples=(
        Example({SETTING: None}, Status.PASSED),
        Example({SETTING: "DISABLED"}, Status.PASSED),
        Example({SETTING: "ENABLED"}, Status.FAILED),
        Example({SETTING: "Sometimes"}, Status.UNKNOWN, Reason.UNKNOWN_VALUE),
        Example({SETTING: Reason.DNS}, Status.UNKNOWN, Reason.DNS),
    ),
)
