"""SageMaker Studio domains should let apps reach the network through your VPC only

## What it checks
The setting `AppNetworkAccessType` of the domain. VpcOnly passes, PublicInternetOnly fails. AWS has
the same as Config rule sagemaker-domain-in-vpc and as no Security Hub control: SageMaker.1 and .2
are about notebook instances.

## Why it matters
With PublicInternetOnly, apps reach the internet through a network that AWS manages, past your VPC's
routes, firewalls, endpoint policies and flow logs.

## How to fix
Delete the domain's running apps, set AppNetworkAccessType to VpcOnly, and give the VPC the
endpoints that Studio needs. It is not possible while RStudio is in use.
"""

from __future__ import annotations

from ..model import Evidence, Example, Known, Reason, ResourceKind, Severity, Status, Step, Verdict
from . import own_control, said, unknown

SETTING = "AppNetworkAccessType"


def judge(evidence: Evidence) -> Verdict:
    """The domain's setting decides; the machine's own copy of it may only downgrade that."""
    access, hint = evidence.fact(SETTING), evidence.fact(f"{SETTING}Hint")
    seen = said(SETTING, hint) if isinstance(hint, Known) else None
    if not isinstance(access, Known):
        verdict = unknown(access)
        notes = (f"this machine's own file says: {seen}",) if seen else ()
        return Verdict(verdict.status, verdict.because, verdict.reason, verdict.unknown, notes)
    because = said(SETTING, access)
    if access.value == "PublicInternetOnly":
        return Verdict(Status.FAILED, because)
    if access.value != "VpcOnly":
        because = f"{because}, a value this version does not know"
        return Verdict(Status.UNKNOWN, because, Reason.UNKNOWN_VALUE)
    if isinstance(hint, Known) and hint.value == "PublicInternetOnly":
        because = (
            f"AWS says that {because}. This app was started with another setting: {seen}. Most "
            "likely the domain was changed since; start the app again"
        )
        return Verdict(Status.WARNING, because, Reason.SOURCES_DISAGREE)
    return Verdict(Status.PASSED, because)


CONTROL = own_control(
    __doc__,
    name="studio-network",
    severity=Severity.HIGH,
    category="Protect > Secure network configuration",
    resource_type="AWS::SageMaker::Domain",
    config_rule="sagemaker-domain-in-vpc",
    docs="https://docs.aws.amazon.com/sagemaker/latest/dg/studio-notebooks-and-internet-access.html",
    kinds=frozenset({ResourceKind.STUDIO, ResourceKind.UNIFIED_STUDIO}),
    steps=(
        Step(
            "Ask your admin to set the domain to VpcOnly, when none of its apps runs.",
            "aws sagemaker update-domain --domain-id {domain} --app-network-access-type VpcOnly "
            "--region {region}",
        ),
    ),
    facts=(SETTING, "AppNetworkAccessTypeHint", "DomainVpcId"),
    judge=judge,
    examples=(
        Example({SETTING: "VpcOnly"}, Status.PASSED),
        Example({SETTING: "VpcOnly", f"{SETTING}Hint": "VpcOnly"}, Status.PASSED),
        Example(
            {SETTING: "VpcOnly", f"{SETTING}Hint": "PublicInternetOnly"},
            Status.WARNING,
            Reason.SOURCES_DISAGREE,
        ),
        Example({SETTING: "PublicInternetOnly"}, Status.FAILED),
        Example({SETTING: "Sometimes"}, Status.UNKNOWN, Reason.UNKNOWN_VALUE),
        Example(
            {SETTING: Reason.MISSING_PERMISSION, f"{SETTING}Hint": "VpcOnly"},
            Status.UNKNOWN,
            Reason.MISSING_PERMISSION,
        ),
    ),
)
