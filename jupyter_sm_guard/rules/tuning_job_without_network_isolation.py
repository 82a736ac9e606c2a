"""Hyperparameter tuning jobs should run with network isolation

## What it checks
`EnableNetworkIsolation` of the training job definitions of CreateHyperParameterTuningJob. False is
a finding; leaving it out is one in the strict profile.

## Why it matters
Without isolation the container, and whatever your dependencies bring into it, can send your data
anywhere and fetch code while it runs. It also gets the execution role's credentials.

## How to fix
Set it to true, and bring what the container downloads with the image or as an input.
"""

from ..model import Severity
from ..setting import Setting, setting_rule
from . import example

RULE = setting_rule(
    __doc__,
    Setting(
        "CreateHyperParameterTuningJob",
        "TrainingJobDefinition.EnableNetworkIsolation",
        insecure=(False,),
        secure=True,
        when_given="TrainingJobDefinition",
    ),
    Setting(
        "CreateHyperParameterTuningJob",
        "TrainingJobDefinitions.[].EnableNetworkIsolation",
        insecure=(False,),
        secure=True,
        when_given="TrainingJobDefinitions",
    ),
    means="its training containers can reach the internet",
    name="tuning-job-without-network-isolation",
    severity=Severity.MEDIUM,
    good=(
        example(
            (
                "import boto3\n"
                'sm = boto3.client("sagemaker")\n'
                'sm.create_hyper_parameter_tuning_job(TrainingJobDefinition={"EnableNetworkIsolation"'
                ": True})"
            ),
            strict=True,
        ),
    ),
    bad=(
        (
            "import boto3\n"
            'sm = boto3.client("sagemaker")\n'
            '«sm.create_hyper_parameter_tuning_job»(TrainingJobDefinition={"EnableNetworkIsolatio'
            'n": False})'
        ),
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
