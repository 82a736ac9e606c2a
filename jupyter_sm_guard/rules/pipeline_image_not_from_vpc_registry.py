"""Inference pipelines should use a private registry in a VPC for all containers

## What it checks
`Containers[].ImageConfig.RepositoryAccessMode` of CreateModel. `Platform` is a finding; leaving it
out is one in the strict profile.

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
        "Containers.[].ImageConfig.RepositoryAccessMode",
        insecure=("Platform",),
        words=("Platform", "Vpc"),
        when_given="Containers",
    ),
    means="an image does not come from a registry in your VPC",
    name="pipeline-image-not-from-vpc-registry",
    severity=Severity.MEDIUM,
    controls=("SageMaker.19",),
    good=(
        (
            "import boto3\n"
            'sm = boto3.client("sagemaker")\n'
            'sm.create_model(Containers=[{"ImageConfig": {"RepositoryAccessMode": "Vpc"}}])'
        ),
    ),
    bad=(
        (
            "import boto3\n"
            'sm = boto3.client("sagemaker")\n'
            "«sm.create_model»(Containers=[\n"
            '    {"ImageConfig": {"RepositoryAccessMode": "Vpc"}},\n'
            '    {"ImageConfig": {"RepositoryAccessMode": "Platform"}},\n'
            "])"
        ),
        example(
            (
                "import boto3\n"
                'sm = boto3.client("sagemaker")\n'
                '«sm.create_model»(Containers=[{"Image": image}])'
            ),
            strict=True,
        ),
    ),
)
