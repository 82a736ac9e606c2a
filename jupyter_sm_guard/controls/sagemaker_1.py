"""Amazon SageMaker notebook instances should not have direct internet access

## What it checks
The setting `DirectInternetAccess` of the notebook instance. Enabled fails. Whether the machine can
reach the internet is another question: behind a NAT gateway of your own VPC it can, and passes.

## Why it matters
With direct internet access, traffic leaves through a network that AWS manages, past your VPC's
routes, firewalls, endpoint policies and flow logs. Data can leave unseen, and whatever a notebook
downloads comes in unchecked.

## How to fix
The setting is fixed when an instance is created. Save your work, create a new instance in a subnet
of your VPC with direct internet access disabled, and delete the old one: deleting it deletes its
volume. The new instance reaches AWS through interface endpoints (PrivateLink), and the internet,
where it must, through a NAT gateway.
"""

from __future__ import annotations

from ..model import Evidence, Example, Known, Reason, Severity, Status, Verdict
from . import NETWORK_BOUNDARY, RECREATE, aws_control, said, unknown


def judge(evidence: Evidence) -> Verdict:
    """`DirectInternetAccess` decides; `SubnetId` must not contradict it."""
    access, subnet = evidence.fact("DirectInternetAccess"), evidence.fact("SubnetId")
    if not isinstance(access, Known):
        return unknown(access)
    if access.value == "Enabled":
        return Verdict(Status.FAILED, said("DirectInternetAccess", access))
    if access.value != "Disabled":
        because = f"{said('DirectInternetAccess', access)}, a value this version does not know"
        return Verdict(Status.UNKNOWN, because, Reason.UNKNOWN_VALUE)
    if not isinstance(subnet, Known):
        return unknown(subnet)
    if subnet.value is None:
        because = "DirectInternetAccess is Disabled without a SubnetId, which AWS does not allow"
        return Verdict(Status.UNKNOWN, because, Reason.EVIDENCE_INCONSISTENT)
    return Verdict(Status.PASSED, said("DirectInternetAccess", access))


CONTROL = aws_control(
    __doc__,
    number=1,
    severity=Severity.HIGH,
    category="Protect > Secure network configuration",
    resource_type="AWS::SageMaker::NotebookInstance",
    config_rule="sagemaker-notebook-no-direct-internet-access",
    schedule="periodic",
    recreate=True,
    requirements=(
        *NETWORK_BOUNDARY,
        "PCI DSS v3.2.1/1.2.1",
        "PCI DSS v3.2.1/1.3.1",
        "PCI DSS v3.2.1/1.3.2",
        "PCI DSS v3.2.1/1.3.4",
        "PCI DSS v3.2.1/1.3.6",
        "PCI DSS v4.0.1/1.4.4",
    ),
    steps=RECREATE,
    facts=("DirectInternetAccess", "SubnetId"),
    judge=judge,
    examples=(
        Example({"DirectInternetAccess": "Disabled", "SubnetId": "subnet-1"}, Status.PASSED),
        Example({"DirectInternetAccess": "Enabled", "SubnetId": "subnet-1"}, Status.FAILED),
        Example({"DirectInternetAccess": "Enabled", "SubnetId": None}, Status.FAILED),
        Example(
            {"DirectInternetAccess": "Disabled", "SubnetId": None},
            Status.UNKNOWN,
            Reason.EVIDENCE_INCONSISTENT,
        ),
        Example(
            {"DirectInternetAccess": Reason.MISSING_PERMISSION, "SubnetId": "subnet-1"},
            Status.UNKNOWN,
            Reason.MISSING_PERMISSION,
        ),
    ),
)
