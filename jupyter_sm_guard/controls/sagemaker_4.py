"""SageMaker endpoint production variants should have an initial instance count greater than 1

## What it checks
`ProductionVariants[].InitialInstanceCount` of an endpoint configuration made with
CreateEndpointConfig. It fails when a variant starts with one instance. Only configurations on
instances count: serverless ones are exempt.

## Why it matters
A variant on one instance has a single point of failure: when that instance or its Availability Zone
fails, the variant answers nobody until a replacement runs.

## How to fix
An endpoint configuration cannot be updated. Create a new one in which every variant starts with two
or more instances, move the endpoint to it with UpdateEndpoint (AWS does this without loss of
availability), and delete the old one when the endpoint no longer uses it. More instances cost more.
"""

from ..model import Severity
from . import aws_control

CONTROL = aws_control(
    __doc__,
    number=4,
    severity=Severity.MEDIUM,
    category="Recover > Resilience > High availability",
    resource_type="AWS::SageMaker::EndpointConfig",
    config_rule="sagemaker-endpoint-config-prod-instance-count",
    schedule="periodic",
    recreate=True,
    requirements=(
        "NIST.800-53.r5 CP-10",
        "NIST.800-53.r5 SC-5",
        "NIST.800-53.r5 SC-36",
        "NIST.800-53.r5 SA-13",
    ),
)
