"""Models should use a private registry in a VPC for their primary container

## What it checks
`PrimaryContainer.ImageConfig.RepositoryAccessMode` of CreateModel, and `image_config` of the SDK's
models. `Platform` is a finding; leaving it out is one in the strict profile.

## Why it matters
With `Platform`, SageMaker pulls the image itself, by way of a network that AWS manages. With `Vpc`
it comes from a registry in your VPC, where your security groups and logs see it.

## How to fix
Set `ImageConfig` to `{"RepositoryAccessMode": "Vpc"}`, and let the VPC reach the registry (for
Amazon ECR, through interface endpoints).
"""

from ..model import Severity
from ..setting import Setting, setting_rule
from . import example

RULE = setting_rule(
    __doc__,
    Setting(
        "CreateModel",
        "PrimaryContainer.ImageConfig.RepositoryAccessMode",
        insecure=("Platform",),
        words=("Platform", "Vpc"),
        when_given="PrimaryContainer",
    ),
    means="the image does not come from a registry in your VPC",
    name="model-image-not-from-vpc-registry",
    severity=Severity.MEDIUM,
    controls=("SageMaker.16",),
    good=(
        (
            "import boto3\n"
            'sm = boto3.client("sagemaker")\n'
            'sm.create_model(PrimaryContainer={"ImageConfig": {"RepositoryAccessMode": "Vpc"}})'
        ),
    ),
    bad=(
        (
            "import boto3\n"
            'sm = boto3.client("sagemaker")\n'
            '«sm.create_model»(PrimaryContainer={"ImageConfig": {"RepositoryAccessMode": '
            '"Platform"}})'
        ),
        (
            "from sagemaker.model import Model\n"
            '«Model»(image_uri=image, image_config={"RepositoryAccessMode": "Platform"})'
        ),
        example(
            (
                "import boto3\n"
                'sm = boto3.client("sagemaker")\n'
                '«sm.create_model»(PrimaryContainer={"Image": image})'
            ),
            strict=True,
        ),
    ),
)
