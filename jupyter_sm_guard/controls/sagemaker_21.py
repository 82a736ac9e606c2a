"""SageMaker notebook instances should be encrypted with customer managed AWS KMS keys

## What it checks
Whether the notebook instance has a `KmsKeyId`, the key that encrypts its storage volume. AWS's rule
does not look whether that key is customer managed; neither does this verdict.

Where the policy lists `approved_kms_keys`, it fails with another key. An alias is compared with
aliases and a key with keys; where only the other sort is listed, it can't be told and is UNKNOWN.

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
    because = said("KmsKeyId", key)
    if not key.value:
        return Verdict(Status.FAILED, because)
    approved = evidence.parameters.get("approved_kms_keys", ())
    if not approved or any(_same(str(key.value), other) for other in approved):
        return Verdict(Status.PASSED, because)
    because = f"{because}; your policy approves {', '.join(approved)}"
    if not any(_is_alias(other) == _is_alias(str(key.value)) for other in approved):
        return Verdict(Status.UNKNOWN, because, Reason.UNKNOWN_VALUE)
    return Verdict(Status.FAILED, because)


def _is_alias(key: str) -> bool:
    return "alias/" in key


def _same(key: str, other: str) -> bool:
    """Equal, or the same id where one is an ARN and the other is not."""
    if key.startswith("arn:") and other.startswith("arn:"):
        return key == other
    return _id(key) == _id(other)


def _id(key: str) -> str:
    name = key.rpartition(":")[2]
    return name.removeprefix("key/")


CONTROL = aws_control(
    __doc__,
    number=21,
    severity=Severity.MEDIUM,
    category="Protect > Data Protection > Encryption of data-at-rest",
    resource_type="AWS::SageMaker::NotebookInstance",
    config_rule="sagemaker-notebook-instance-storage-vol-kms-encrypted",
    schedule="change-triggered",
    recreate=True,
    parameters={"approved_kms_keys": ()},
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
