"""What AutoML jobs write should be encrypted with a KMS key of yours

## What it checks
`OutputDataConfig.KmsKeyId` of CreateAutoMLJob and CreateAutoMLJobV2, and `output_kms_key` of the
SDK's classes. Leaving it out is a finding in the strict profile.

## Why it matters
Encrypted with a key of your own, data can be read only by whom the key's policy allows, each use
stands in CloudTrail, and disabling the key takes access away. A key that AWS owns allows none of
it.

## How to fix
Give the ARN of a KMS key that the execution role may use."""

from ..model import Severity
from ..setting import Setting, setting_rule
from . import example

RULE = setting_rule(
    __doc__,
    Setting("CreateAutoMLJobV2", "OutputDataConfig.KmsKeyId"),
    Setting("CreateAutoMLJob", "OutputDataConfig.KmsKeyId"),
    means="a key that AWS owns encrypts its output",
    name="automl-job-output-without-kms-key",
    severity=Severity.LOW,
    strict=True,
    good=(
        example(
            (
                "import boto3\n"
                'sm = boto3.client("sagemaker")\n'
                'sm.create_auto_ml_job_v2(OutputDataConfig={"KmsKeyId": key})'
            ),
            strict=True,
        ),
        example('from sagemaker import AutoML\nAutoML(role, "y", output_kms_key=key)', strict=True),
    ),
    bad=(
        example(
            (
                "import boto3\n"
                'sm = boto3.client("sagemaker")\n'
                "«sm.create_auto_ml_job_v2»(RoleArn=role)"
            ),
            strict=True,
        ),
        example(
            'from sagemaker import AutoML\n«AutoML»(role=role, target_attribute_name="y")',
            strict=True,
        ),
    ),
)
