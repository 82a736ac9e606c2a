"""SageMaker Studio domains should be encrypted with a customer managed AWS KMS key

## What it checks
Whether the domain has a `KmsKeyId`, the key that encrypts its home file system, and whether that is
no key of AWS's own (an alias that begins with `alias/aws/`). A key that is named by its id is taken
for one of yours.

## Why it matters
With a key of your own you decide who may decrypt people's home folders, see each use in CloudTrail,
and can take access away by disabling the key.

## How to fix
The key is fixed when a domain is created. Create a new domain with a KMS key, move people's files
there, and delete the old one.
"""

from __future__ import annotations

from ..model import Evidence, Example, Known, Reason, ResourceKind, Severity, Status, Step, Verdict
from . import own_control, said, unknown


def judge(evidence: Evidence) -> Verdict:
    """`DomainKmsKeyId` decides; that it is not set counts because the whole answer was verified."""
    key = evidence.fact("DomainKmsKeyId")
    if not isinstance(key, Known):
        return unknown(key)
    is_own = bool(key.value) and "alias/aws/" not in str(key.value)
    status = Status.PASSED if is_own else Status.FAILED
    return Verdict(status, said("DomainKmsKeyId", key))


CONTROL = own_control(
    __doc__,
    name="studio-encryption",
    severity=Severity.MEDIUM,
    category="Protect > Data Protection > Encryption of data-at-rest",
    resource_type="AWS::SageMaker::Domain",
    config_rule="",
    docs="https://docs.aws.amazon.com/sagemaker/latest/dg/encryption-at-rest-studio.html",
    recreate=True,
    kinds=frozenset({ResourceKind.STUDIO, ResourceKind.UNIFIED_STUDIO}),
    steps=(
        Step(
            "Ask your admin for a domain with a KMS key; your files must be moved there, as a "
            "domain's key can't be changed.",
            "aws sagemaker create-domain --domain-name NEW-NAME --auth-mode IAM --kms-key-id "
            "KEY-ARN --vpc-id VPC --subnet-ids SUBNET --app-network-access-type VpcOnly "
            "--default-user-settings ExecutionRole=ROLE-ARN --region {region}",
        ),
    ),
    facts=("DomainKmsKeyId",),
    judge=judge,
    examples=(
        Example({"DomainKmsKeyId": "arn:aws:kms:eu-central-1:111122223333:key/1"}, Status.PASSED),
        Example({"DomainKmsKeyId": None}, Status.FAILED),
        Example({"DomainKmsKeyId": ""}, Status.FAILED),
        Example({"DomainKmsKeyId": "alias/aws/elasticfilesystem"}, Status.FAILED),
        Example({"DomainKmsKeyId": Reason.CAPTIVE}, Status.UNKNOWN, Reason.CAPTIVE),
    ),
)
