"""SageMaker Studio domains should not enable Docker access

## What it checks
The setting `EnableDockerAccess` of the domain. ENABLED fails; AWS's default is off.

## Why it matters
With Docker, people in the domain build and run images of any origin beside their notebooks. In a
VpcOnly domain `VpcOnlyTrustedAccounts` at least limits whose images those are.

## How to fix
Turn Docker access off in the domain's settings, where local containers are not needed.
"""

from __future__ import annotations

from ..model import Evidence, Example, Known, Reason, ResourceKind, Severity, Status, Step, Verdict
from . import own_control, said, unknown

SETTING = "DockerAccess"


def judge(evidence: Evidence) -> Verdict:
    """The setting decides; not set is off."""
    setting = evidence.fact(SETTING)
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
    name="studio-docker",
    severity=Severity.MEDIUM,
    category="Protect > Secure access management",
    resource_type="AWS::SageMaker::Domain",
    config_rule="",
    docs="https://docs.aws.amazon.com/sagemaker/latest/dg/studio-updated-local-get-started.html",
    kinds=frozenset({ResourceKind.STUDIO, ResourceKind.UNIFIED_STUDIO}),
    steps=(
        Step(
            "Ask your admin to turn Docker access off.",
            "aws sagemaker update-domain --domain-id {domain} --domain-settings-for-update "
            "DockerSettings={{EnableDockerAccess=DISABLED}} --region {region}",
        ),
    ),
    facts=(
        SETTING,
        "VpcOnlyTrustedAccounts",
    ),
    judge=judge,
    examples=(
        Example({SETTING: None}, Status.PASSED),
        Example({SETTING: "DISABLED"}, Status.PASSED),
        Example({SETTING: "ENABLED"}, Status.FAILED),
        Example({SETTING: "Sometimes"}, Status.UNKNOWN, Reason.UNKNOWN_VALUE),
        Example({SETTING: Reason.DNS}, Status.UNKNOWN, Reason.DNS),
    ),
)
