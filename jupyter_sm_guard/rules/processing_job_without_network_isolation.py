"""Processing jobs should run with network isolation

## What it checks
`NetworkConfig.EnableNetworkIsolation` of CreateProcessingJob, however it is written: boto3, the
SageMaker Python SDK, the AWS CLI. False is a finding; leaving it out is one in the strict profile.

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
        "CreateProcessingJob",
        "NetworkConfig.EnableNetworkIsolation",
        insecure=(False,),
        secure=True,
    ),
    means="its container can reach the internet",
    name="processing-job-without-network-isolation",
    severity=Severity.MEDIUM,
    good=(
        (
            "import boto3\n"
            'sm = boto3.client("sagemaker")\n'
            'sm.create_processing_job(NetworkConfig={"EnableNetworkIsolation": True})'
        ),
        (
            "import boto3\n"
            'sm = boto3.client("sagemaker")\n'
            'sm.create_processing_job(NetworkConfig={"EnableNetworkIsolation": isolated})'
        ),
        (
            "from sagemaker.network import NetworkConfig\n"
            "from sagemaker.processing import ScriptProcessor\n"
            'ScriptProcessor(instance_type="local", '
            "network_config=NetworkConfig(enable_network_isolation=False))"
        ),
        "# sm.create_processing_job(EnableNetworkIsolation=False)  # sagemaker",
    ),
    bad=(
        (
            "import boto3\n"
            'sm = boto3.client("sagemaker")\n'
            '«sm.create_processing_job»(NetworkConfig={"EnableNetworkIsolation": False})'
        ),
        (
            "from sagemaker.network import NetworkConfig\n"
            "from sagemaker.processing import ScriptProcessor\n"
            "«ScriptProcessor»(network_config=NetworkConfig(enable_network_isolation=False))"
        ),
        (
            "from sagemaker.core.network import NetworkConfig\n"
            "from sagemaker.core.processing import ScriptProcessor\n"
            "off = False\n"
            "«ScriptProcessor»(network_config=NetworkConfig(enable_network_isolation=off))"
        ),
        "!«aws sagemaker create-processing-job» --network-config EnableNetworkIsolation=false",
        example(
            (
                "import boto3\n"
                'sm = boto3.client("sagemaker")\n'
                "«sm.create_processing_job»(RoleArn=role)"
            ),
            strict=True,
        ),
    ),
)
