"""SageMaker notebook instances should be launched in a custom VPC

## What it checks
Whether the notebook instance has a `SubnetId`, that is, lies in a VPC of your own account. Without
one it lies in a VPC that SageMaker manages for everybody. The account's default VPC counts too.

Where the policy lists `approved_subnets` or `approved_security_groups`, it fails in another subnet,
or with a security group that is not listed.

## Why it matters
In your own VPC, your security groups, routes, endpoint policies and flow logs decide and record
what the notebook talks to. Outside it, none of them applies.

## How to fix
The subnet is fixed when an instance is created. Save your work, create a new instance in a subnet
of your VPC, and delete the old one: deleting it deletes its volume.
"""

from __future__ import annotations

from ..model import Evidence, Example, Known, Reason, Severity, Status, Verdict
from . import NETWORK_BOUNDARY, RECREATE, aws_control, said, unknown


def judge(evidence: Evidence) -> Verdict:
    """`SubnetId` decides; that it is not set counts because the whole answer was verified."""
    access, subnet = evidence.fact("DirectInternetAccess"), evidence.fact("SubnetId")
    if not isinstance(subnet, Known):
        return unknown(subnet)
    if subnet.value is not None:
        return _approved(evidence, subnet)
    if isinstance(access, Known) and access.value == "Disabled":
        because = (
            "there is no SubnetId though DirectInternetAccess is Disabled, which AWS does not allow"
        )
        return Verdict(Status.UNKNOWN, because, Reason.EVIDENCE_INCONSISTENT)
    return Verdict(Status.FAILED, said("SubnetId", subnet))


def _approved(evidence: Evidence, subnet: Known) -> Verdict:
    """What the policy wants beyond AWS; it can only make a pass worse."""
    because = said("SubnetId", subnet)
    subnets = evidence.parameters.get("approved_subnets", ())
    approved = evidence.parameters.get("approved_security_groups", ())
    if subnets and subnet.value not in subnets:
        because = f"{because}; your policy approves {', '.join(subnets)}"
        return Verdict(Status.FAILED, because)
    if not approved:
        return Verdict(Status.PASSED, because)
    groups = evidence.fact("SecurityGroups")
    if not isinstance(groups, Known):
        return unknown(groups)
    others = set(str(groups.value or "").split(", ")) - {*approved}
    if others:
        because = f"{said('SecurityGroups', groups)}; your policy approves {', '.join(approved)}"
        return Verdict(Status.FAILED, because)
    return Verdict(Status.PASSED, f"{because}, and {said('SecurityGroups', groups)}")


CONTROL = aws_control(
    __doc__,
    number=2,
    severity=Severity.HIGH,
    category="Protect > Secure network configuration > Resources within VPC",
    resource_type="AWS::SageMaker::NotebookInstance",
    config_rule="sagemaker-notebook-instance-inside-vpc",
    schedule="change-triggered",
    recreate=True,
    requirements=NETWORK_BOUNDARY,
    steps=RECREATE,
    parameters={"approved_subnets": (), "approved_security_groups": ()},
    facts=("SubnetId", "DirectInternetAccess", "SecurityGroups"),
    judge=judge,
    examples=(
        Example({"DirectInternetAccess": "Disabled", "SubnetId": "subnet-1"}, Status.PASSED),
        Example({"DirectInternetAccess": "Enabled", "SubnetId": "subnet-1"}, Status.PASSED),
        Example({"DirectInternetAccess": "Enabled", "SubnetId": None}, Status.FAILED),
        Example({"DirectInternetAccess": Reason.FIELD_MISSING, "SubnetId": None}, Status.FAILED),
        Example(
            {"DirectInternetAccess": "Disabled", "SubnetId": None},
            Status.UNKNOWN,
            Reason.EVIDENCE_INCONSISTENT,
        ),
        Example(
            {"DirectInternetAccess": "Disabled", "SubnetId": Reason.TIMEOUT},
            Status.UNKNOWN,
            Reason.TIMEOUT,
        ),
    ),
)
