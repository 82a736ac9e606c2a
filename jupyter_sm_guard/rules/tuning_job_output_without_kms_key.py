"""What hyperparameter tuning jobs write should be encrypted with a KMS key of yours

## What it checks
`OutputDataConfig.KmsKeyId` of the training job definitions of CreateHyperParameterTuningJob.
Leaving it out is a finding in the strict profile.

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
    Setting(
        "CreateHyperParameterTuningJob",
        "TrainingJobDefinition.OutputDataConfig.KmsKeyId",
        when_given="TrainingJobDefinition",
    ),
    Setting(
        "CreateHyperParameterTuningJob",
        "TrainingJobDefinitions.[].OutputDataConfig.KmsKeyId",
        when_given="TrainingJobDefinitions",
    ),
    means="a key that AWS owns encrypts its output",
    name="tuning-job-output-without-kms-key",
    severity=Severity.LOW,
    strict=True,
    good=(
        example(
            (
                "import boto3\n"
                'sm = boto3.client("sagemaker")\n'
                'sm.create_hyper_parameter_tuning_job(TrainingJobDefinition={"OutputDataConfi'
                'g": {"KmsKeyId": key}})'
            ),
            strict=True,
        ),
    ),
    bad=(
        example(
            (
                "import boto3\n"
                'sm = boto3.client("sagemaker")\n'
                '«sm.create_hyper_parameter_tuning_job»(TrainingJobDefinition={"RoleArn": '
                "role})"
            ),
            strict=True,
        ),
        example(
            (
                "import boto3\n"
                'sm = boto3.client("sagemaker")\n'
                '«sm.create_hyper_parameter_tuning_job»(TrainingJobDefinitions=[{"RoleArn": '
                "role}])"
            ),
            strict=True,
        ),
    ),
)
