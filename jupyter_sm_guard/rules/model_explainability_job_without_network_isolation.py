"""Model explainability job definitions should have network isolation enabled

## What it checks
`NetworkConfig.EnableNetworkIsolation` of CreateModelExplainabilityJobDefinition, and
`network_config` of the SDK's ModelExplainabilityMonitor. False is a finding; leaving it out is one
in the strict profile.

## Why it matters
Without isolation the container, and whatever your dependencies bring into it, can send your data
anywhere and fetch code while it runs. It also gets the execution role's credentials.

## How to fix
Set it to true, and bring what the container downloads with the image or as an input. A job
definition can't be updated: make a new one.
"""

from ..model import Severity
from ..setting import Setting, setting_rule
from . import example

RULE = setting_rule(
    __doc__,
    Setting(
        "CreateModelExplainabilityJobDefinition",
        "NetworkConfig.EnableNetworkIsolation",
        insecure=(False,),
        secure=True,
    ),
    means="its jobs can reach the internet",
    name="model-explainability-job-without-network-isolation",
    severity=Severity.HIGH,
    controls=("SageMaker.20",),
    good=(
        (
            "import boto3\n"
            'sm = boto3.client("sagemaker")\n'
            'sm.create_model_explainability_job_definition(NetworkConfig={"EnableNetworkIsolation'
            '": True})'
        ),
    ),
    bad=(
        (
            "import boto3\n"
            'sm = boto3.client("sagemaker")\n'
            '«sm.create_model_explainability_job_definition»(NetworkConfig={"EnableNetworkIsolati'
            'on": False})'
        ),
        (
            "from sagemaker.model_monitor import ModelExplainabilityMonitor\n"
            "from sagemaker.network import NetworkConfig\n"
            "«ModelExplainabilityMonitor»(role=role, "
            "network_config=NetworkConfig(enable_network_isolation=False))"
        ),
        example(
            (
                "import boto3\n"
                'sm = boto3.client("sagemaker")\n'
                "«sm.create_model_explainability_job_definition»(RoleArn=role)"
            ),
            strict=True,
        ),
    ),
)
