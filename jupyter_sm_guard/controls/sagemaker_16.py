"""SageMaker models should use private registry in VPC for primary containers

## What it checks
`PrimaryContainer.ImageConfig` of a model made with CreateModel. It fails when `ImageConfig` is
missing or its `RepositoryAccessMode` is Platform, which means an image in Amazon ECR. Models
without a primary container are not looked at.

## Why it matters
The image is the code that your model runs in. A registry inside your VPC keeps that code, and the
way it is fetched, within a network that you control.

## How to fix
A model cannot be updated. Put the image into a private Docker registry that your VPC reaches, and
create a new model with `PrimaryContainer.ImageConfig.RepositoryAccessMode` set to Vpc and a
`VpcConfig` for that VPC. A model whose image stays in Amazon ECR goes on failing.
"""

from ..model import Severity
from . import aws_control

CONTROL = aws_control(
    __doc__,
    number=16,
    severity=Severity.MEDIUM,
    category="Protect > Secure network configuration > Resources within VPC",
    resource_type="AWS::SageMaker::Model",
    config_rule="sagemaker-model-private-registry-required",
    schedule="change-triggered",
    recreate=True,
)
