"""What batch transform jobs write should be encrypted with a KMS key of yours

## What it checks
`TransformOutput.KmsKeyId` of CreateTransformJob and its argument in the SDK's Transformer. Leaving
it out is a finding in the strict profile.

## Why it matters
Encrypted with a key of your own, data can be read only by whom the key's policy allows, each use
stands in CloudTrail, and disabling the key takes access away. A key that AWS owns allows none of
it.

## How to fix
Give the ARN of a KMS key that the execution role may use.
"""

from ..model import Severity
from ..setting import Setting, setting_rule
from . import example

RULE = setting_rule(
    __doc__,
    Setting("CreateTransformJob", "TransformOutput.KmsKeyId"),
    means="a key that AWS owns encrypts it",
    name="transform-job-output-without-kms-key",
    severity=Severity.LOW,
    strict=True,
    good=(
        example(
            (
                "import boto3\n"
                'sm = boto3.client("sagemaker")\n'
                'sm.create_transform_job(TransformOutput={"KmsKeyId": key})'
            ),
            strict=True,
        ),
    ),
    bad=(
        example(
            (
                "import boto3\n"
                'sm = boto3.client("sagemaker")\n'
                '«sm.create_transform_job»(TransformResources={"InstanceType": "ml.m5.large"})'
            ),
            strict=True,
        ),
    ),
)
