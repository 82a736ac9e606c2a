"""Data that inference experiments capture should be encrypted with a KMS key of yours

## What it checks
`DataStorageConfig.KmsKey` of CreateInferenceExperiment. Leaving it out is a finding in the strict
profile.

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
    Setting(
        "CreateInferenceExperiment", "DataStorageConfig.KmsKey", when_given="DataStorageConfig"
    ),
    means="a key that AWS owns encrypts it",
    name="inference-experiment-data-without-kms-key",
    severity=Severity.MEDIUM,
    controls=("SageMaker.24",),
    strict=True,
    good=(
        example(
            (
                "import boto3\n"
                'sm = boto3.client("sagemaker")\n'
                'sm.create_inference_experiment(DataStorageConfig={"KmsKey": key}, KmsKey=key)'
            ),
            strict=True,
        ),
    ),
    bad=(
        example(
            (
                "import boto3\n"
                'sm = boto3.client("sagemaker")\n'
                '«sm.create_inference_experiment»(DataStorageConfig={"Destination": uri})'
            ),
            strict=True,
        ),
    ),
)
