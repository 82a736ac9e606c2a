"""Endpoints should start with more than one instance

## What it checks
`ProductionVariants[].InitialInstanceCount` of CreateEndpointConfig, and `initial_instance_count` of
the SDK's `deploy`. One is a finding in the strict profile; serverless variants have none.

## Why it matters
With one instance, a failure of its machine or Availability Zone, and each update of it, stops the
endpoint.

## How to fix
Start with two instances or more: SageMaker spreads them over Availability Zones.
"""

from ..model import Severity
from ..setting import Setting, setting_rule
from . import example

RULE = setting_rule(
    __doc__,
    Setting(
        "CreateEndpointConfig",
        "ProductionVariants.[].InitialInstanceCount",
        insecure=(1,),
        missing="never",
    ),
    means="one failure stops the endpoint",
    name="endpoint-with-one-instance",
    severity=Severity.MEDIUM,
    controls=("SageMaker.4",),
    strict=True,
    good=(
        example(
            (
                "import boto3\n"
                'sm = boto3.client("sagemaker")\n'
                'sm.create_endpoint_config(ProductionVariants=[{"InitialInstanceCount": 2}])'
            ),
            strict=True,
        ),
        example(
            (
                "import boto3\n"
                'sm = boto3.client("sagemaker")\n'
                'sm.create_endpoint_config(ProductionVariants=[{"ServerlessConfig": {}}])'
            ),
            strict=True,
        ),
    ),
    bad=(
        example(
            (
                "import boto3\n"
                'sm = boto3.client("sagemaker")\n'
                '«sm.create_endpoint_config»(ProductionVariants=[{"InitialInstanceCount": 1}])'
            ),
            strict=True,
        ),
        example(
            (
                "from sagemaker.model import Model\n"
                "model = Model(image_uri=image)\n"
                '«model.deploy»(1, "ml.m5.large")'
            ),
            strict=True,
        ),
    ),
)
