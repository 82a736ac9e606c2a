"""Volumes of hyperparameter tuning jobs should be encrypted with a KMS key of yours

## What it checks
`VolumeKmsKeyId` in the `ResourceConfig` or `HyperParameterTuningResourceConfig` of the training job
definitions of CreateHyperParameterTuningJob. Leaving it out is a finding in the strict profile,
except for instance types whose disks are local: those take no key.

## Why it matters
Encrypted with a key of your own, data can be read only by whom the key's policy allows, each use
stands in CloudTrail, and disabling the key takes access away. A key that AWS owns allows none of
it.

## How to fix
Give the ARN of a KMS key that the execution role may use."""

from ..model import Severity
from ..setting import Setting, encrypted_volume, setting_rule
from . import example

RULE = setting_rule(
    __doc__,
    Setting(
        "CreateHyperParameterTuningJob",
        "TrainingJobDefinition.ResourceConfig.VolumeKmsKeyId",
        when=encrypted_volume("TrainingJobDefinition.ResourceConfig.InstanceType"),
        when_given="TrainingJobDefinition.ResourceConfig",
    ),
    Setting(
        "CreateHyperParameterTuningJob",
        "TrainingJobDefinition.HyperParameterTuningResourceConfig.VolumeKmsKeyId",
        when=encrypted_volume(
            "TrainingJobDefinition.HyperParameterTuningResourceConfig.InstanceType"
        ),
        when_given="TrainingJobDefinition.HyperParameterTuningResourceConfig",
    ),
    means="a key that AWS owns encrypts its volumes",
    name="tuning-job-volume-without-kms-key",
    severity=Severity.LOW,
    strict=True,
    good=(
        example(
            (
                "import boto3\n"
                'sm = boto3.client("sagemaker")\n'
                'sm.create_hyper_parameter_tuning_job(TrainingJobDefinition={"ResourceConfig"'
                ': {"VolumeKmsKeyId": key}})'
            ),
            strict=True,
        ),
        example(
            (
                "import boto3\n"
                'sm = boto3.client("sagemaker")\n'
                'sm.create_hyper_parameter_tuning_job(TrainingJobDefinition={"ResourceConfig"'
                ': {"InstanceType": "ml.g5.xlarge"}})'
            ),
            strict=True,
        ),
    ),
    bad=(
        example(
            (
                "import boto3\n"
                'sm = boto3.client("sagemaker")\n'
                '«sm.create_hyper_parameter_tuning_job»(TrainingJobDefinition={"ResourceConfi'
                'g": {"InstanceType": "ml.m5.large"}})'
            ),
            strict=True,
        ),
    ),
)
