"""Training jobs should run in a VPC of yours

## What it checks
`VpcConfig` of CreateTrainingJob. Leaving it out is a finding in the strict profile.

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
    Setting("CreateTrainingJob", "VpcConfig"),
    means="it runs in a network that AWS manages",
    name="training-job-outside-vpc",
    severity=Severity.MEDIUM,
    strict=True,
    good=(
        example(
            'import boto3\nsm = boto3.client("sagemaker")\nsm.create_training_job(VpcConfig=vpc)',
            strict=True,
        ),
        "from sagemaker.estimator import Estimator\n",
    ),
    bad=(
        example(
            'import boto3\nsm = boto3.client("sagemaker")\n«sm.create_training_job»(RoleArn=role)',
            strict=True,
        ),
        example(
            "from sagemaker.estimator import Estimator\n«Estimator»(image, role, subnets=None)",
            strict=True,
        ),
    ),
)
