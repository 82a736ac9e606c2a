"""Volumes of training jobs should be encrypted with a KMS key of yours

## What it checks
`ResourceConfig.VolumeKmsKeyId` of CreateTrainingJob. Leaving it out is a finding in the strict
profile, except for instance types whose disks are local: those take no key.

## Why it matters
Encrypted with a key of your own, data can be read only by whom the key's policy allows, each use
stands in CloudTrail, and disabling the key takes access away. A key that AWS owns allows none of
it.

## How to fix
Give the ARN of a KMS key that the execution role may use.
"""

from ..model import Severity
from ..setting import Setting, encrypted_volume, setting_rule
from . import example

RULE = setting_rule(
    __doc__,
    Setting(
        "CreateTrainingJob",
        "ResourceConfig.VolumeKmsKeyId",
        when=encrypted_volume("ResourceConfig.InstanceType"),
    ),
    means="a key that AWS owns encrypts its volumes",
    name="training-job-volume-without-kms-key",
    severity=Severity.LOW,
    strict=True,
    good=(
        example(
            (
                "import boto3\n"
                'sm = boto3.client("sagemaker")\n'
                'sm.create_training_job(ResourceConfig={"VolumeKmsKeyId": key})'
            ),
            strict=True,
        ),
        example(
            (
                "import boto3\n"
                'sm = boto3.client("sagemaker")\n'
                'sm.create_training_job(ResourceConfig={"InstanceType": "ml.g5.xlarge"})'
            ),
            strict=True,
        ),
        example(
            (
                "import boto3\n"
                'sm = boto3.client("sagemaker")\n'
                'sm.create_training_job(ResourceConfig={"InstanceType": kind})'
            ),
            strict=True,
        ),
    ),
    bad=(
        example(
            (
                "import boto3\n"
                'sm = boto3.client("sagemaker")\n'
                '«sm.create_training_job»(ResourceConfig={"InstanceType": "ml.m5.large"})'
            ),
            strict=True,
        ),
    ),
)
