"""SageMaker models should use private registry in VPC for multi-container inference pipelines

## What it checks
`Containers[].ImageConfig` of a model made with CreateModel for an inference pipeline of several
containers. It fails when any container has no `ImageConfig` or its `RepositoryAccessMode` is
Platform, which means an image in Amazon ECR.

## Why it matters
The images are the code that your pipeline runs, and one of them is enough to read what passes
through. A registry inside your VPC keeps that code, and the way it is fetched, within a network
that you control.

## How to fix
A model cannot be updated. Put all images into a private Docker registry that your VPC reaches, and
create a new model with `ImageConfig.RepositoryAccessMode` set to Vpc for each of its `Containers`
and a `VpcConfig` for that VPC. A model with an image in Amazon ECR goes on failing.
"""

from ..model import Severity
from . import aws_control

CONTROL = aws_control(
    __doc__,
    number=19,
    severity=Severity.MEDIUM,
    category="Protect > Secure network configuration > Resources within VPC",
    resource_type="AWS::SageMaker::Model",
    config_rule="sagemaker-model-multicontainer-private-registry",
    schedule="change-triggered",
    recreate=True,
)
