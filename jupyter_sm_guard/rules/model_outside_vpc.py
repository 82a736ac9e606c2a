"""Models should run in a VPC of yours

## What it checks
`VpcConfig` of CreateModel and of the SDK's models. Leaving it out is a finding in the strict
profile.

## Why it matters
Outside your VPC the containers use a network that AWS manages: your security groups, endpoint
policies and flow logs see nothing of what they send.

## How to fix
Give the subnets and security groups of your VPC, and let it have endpoints for Amazon S3 and what
else the job talks to.
"""

from ..model import Severity
from ..setting import Setting, setting_rule
from . import example

RULE = setting_rule(
    __doc__,
    Setting("CreateModel", "VpcConfig"),
    means="its containers run in a network that AWS manages",
    name="model-outside-vpc",
    severity=Severity.MEDIUM,
    strict=True,
    good=(
        example(
            'import boto3\nsm = boto3.client("sagemaker")\nsm.create_model(VpcConfig=vpc)',
            strict=True,
        ),
    ),
    bad=(
        example(
            'import boto3\nsm = boto3.client("sagemaker")\n«sm.create_model»(ModelName="m")',
            strict=True,
        ),
        example(
            "from sagemaker.model import Model\n«Model»(image_uri=image, vpc_config=None)",
            strict=True,
        ),
    ),
)
