"""Endpoint configurations should not turn network isolation off

## What it checks
`EnableNetworkIsolation` of CreateEndpointConfig, which counts for inference components. False is a
finding.

## Why it matters
Without isolation the container, and whatever your dependencies bring into it, can send your data
anywhere and fetch code while it runs. It also gets the execution role's credentials.

## How to fix
Set it to true, and bring what the container downloads with the image or as an input.
"""

from ..model import Severity
from ..setting import Setting, setting_rule

RULE = setting_rule(
    __doc__,
    Setting(
        "CreateEndpointConfig",
        "EnableNetworkIsolation",
        insecure=(False,),
        missing="never",
        secure=True,
    ),
    means="its containers can reach the internet",
    name="endpoint-without-network-isolation",
    severity=Severity.MEDIUM,
    controls=("SageMaker.5",),
    good=(
        (
            "import boto3\n"
            'sm = boto3.client("sagemaker")\n'
            "sm.create_endpoint_config(EnableNetworkIsolation=True)"
        ),
    ),
    bad=(
        (
            "import boto3\n"
            'sm = boto3.client("sagemaker")\n'
            "«sm.create_endpoint_config»(EnableNetworkIsolation=False)"
        ),
    ),
)
