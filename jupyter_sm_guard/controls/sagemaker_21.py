"""SageMaker notebook instances should be encrypted with customer managed AWS KMS keys

## What it checks
Whether the notebook instance has a `KmsKeyId`, the key that encrypts its storage volume. AWS's rule
does not look whether that key is customer managed; neither does this verdict.

## Why it matters
With a key of your own you decide who may decrypt the volume and its snapshots, see each use in
CloudTrail, and can take access away by disabling the key. A key that AWS owns allows none of it.

## How to fix
The key is fixed when an instance is created. Save your work, create a new instance with a KMS key,
and delete the old one: deleting it deletes its volume.
"""

from __future__ import annotations

from ..model import Evidence, Example, Known, Reason, Severity, Status, Verdict
from . import RECREATE, aws_control, said, unknown


def judge(evidence: Evidence) -> Verdict:
    """`KmsKeyId` decides; that it is not set counts because the whole answer was verified."""
    key = evidence.fact("KmsKeyId")
    if not isinstance(key, Known):
        return unknown(key)
    status = Status.PASSED if key.value else Status.FAILED
    return Verdict(status, said("KmsKeyId", key))


CONTROL = aws_control(
    __doc__,
    number=21,
    severity=Severity.MEDIUM,
    category="Protect > Data Protection > Encryption of data-at-rest",
    resource_type="AWS::SageMaker::NotebookInstance",
    config_rule="sagemaker-notebook-instance-storage-vol-kms-encrypted",
    schedule="change-triggered",
    recreate=True,
    steps=RECREATE,
    facts=("KmsKeyId",),
    judge=judge,
    examples=(
        Example({"KmsKeyId": "arn:aws:kms:eu-central-1:111122223333:key/1"}, Status.PASSED),
        Example({"KmsKeyId": "alias/notebooks"}, Status.PASSED),
        Example({"KmsKeyId": None}, Status.FAILED),
        Example({"KmsKeyId": ""}, Status.FAILED),
        Example({"KmsKeyId": Reason.CAPTIVE}, Status.UNKNOWN, Reason.CAPTIVE),
    ),
)
