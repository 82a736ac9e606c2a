"""Hyperparameter tuning jobs should run in a VPC of yours

## What it checks
`VpcConfig` of the training job definitions of CreateHyperParameterTuningJob. Leaving it out is a
finding in the strict profile.

## Why it matters
Outside your VPC the containers use a network that AWS manages: your security groups, endpoint
policies and flow logs see nothing of what they send.

## How to fix
Give the subnets and security groups of your VPC, and let it have endpoints for Amazon S3 and what
else the job talks to.
"""

from ..model import Severity
from ..setting import Setting, setting_rule
from . import example

RULE = setting_rule(
    __doc__,
    Setting(
        "CreateHyperParameterTuningJob",
        "TrainingJobDefinition.VpcConfig",
        when_given="TrainingJobDefinition",
    ),
    Setting(
        "CreateHyperParameterTuningJob",
        "TrainingJobDefinitions.[].VpcConfig",
        when_given="TrainingJobDefinitions",
    ),
    means="its training jobs run in a network that AWS manages",
    name="tuning-job-outside-vpc",
    severity=Severity.MEDIUM,
    strict=True,
    good=(
        example(
            (
                "import boto3\n"
                'sm = boto3.client("sagemaker")\n'
                'sm.create_hyper_parameter_tuning_job(TrainingJobDefinition={"VpcConfig": vpc})'
            ),
            strict=True,
        ),
    ),
    bad=(
        example(
            (
                "import boto3\n"
                'sm = boto3.client("sagemaker")\n'
                '«sm.create_hyper_parameter_tuning_job»(TrainingJobDefinition={"ResourceConfig": '
                '{"InstanceCount": 2}})'
            ),
            strict=True,
        ),
    ),
)
