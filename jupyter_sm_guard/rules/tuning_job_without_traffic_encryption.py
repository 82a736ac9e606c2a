"""Hyperparameter tuning jobs on several instances should encrypt the traffic between them

## What it checks
`EnableInterContainerTrafficEncryption` of the training job definitions of
CreateHyperParameterTuningJob. False is a finding; leaving it out is one in the strict profile.

## Why it matters
Instances of one job send parts of your data to each other. Encrypted, that traffic cannot be read
on the way; with one instance there is none. Encryption can make the job take longer.

## How to fix
Set it to true. The ports and protocols stay the same; nothing else has to change.
"""

from ..model import Severity
from ..setting import Setting, setting_rule, several_instances
from . import example

RULE = setting_rule(
    __doc__,
    Setting(
        "CreateHyperParameterTuningJob",
        "TrainingJobDefinition.EnableInterContainerTrafficEncryption",
        insecure=(False,),
        secure=True,
        safe=True,
        when=several_instances("TrainingJobDefinition.ResourceConfig.InstanceCount"),
        when_given="TrainingJobDefinition",
    ),
    Setting(
        "CreateHyperParameterTuningJob",
        "TrainingJobDefinitions.[].EnableInterContainerTrafficEncryption",
        insecure=(False,),
        secure=True,
        safe=True,
        when=several_instances("TrainingJobDefinitions.[].ResourceConfig.InstanceCount"),
        when_given="TrainingJobDefinitions",
    ),
    means="its instances talk to each other in clear",
    name="tuning-job-without-traffic-encryption",
    severity=Severity.MEDIUM,
    good=(
        (
            "import boto3\n"
            'sm = boto3.client("sagemaker")\n'
            'sm.create_hyper_parameter_tuning_job(TrainingJobDefinition={"EnableInterContainerTra'
            'fficEncryption": True, "ResourceConfig": {"InstanceCount": 2}})'
        ),
    ),
    bad=(
        (
            "import boto3\n"
            'sm = boto3.client("sagemaker")\n'
            '«sm.create_hyper_parameter_tuning_job»(TrainingJobDefinition={"EnableInterContainerT'
            'rafficEncryption": False, "ResourceConfig": {"InstanceCount": 2}})'
        ),
        (
            "import boto3\n"
            'sm = boto3.client("sagemaker")\n'
            '«sm.create_hyper_parameter_tuning_job»(TrainingJobDefinitions=[{"EnableInterContainer'
            'TrafficEncryption": False, "ResourceConfig": {"InstanceCount": 2}}])'
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
