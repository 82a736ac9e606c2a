"""AutoML jobs should run in a VPC of yours

## What it checks
`SecurityConfig.VpcConfig` of CreateAutoMLJobV2 and CreateAutoMLJob, and `vpc_config` of the SDK.
Leaving it out is a finding in the strict profile.

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
    Setting("CreateAutoMLJobV2", "SecurityConfig.VpcConfig"),
    Setting("CreateAutoMLJob", "AutoMLJobConfig.SecurityConfig.VpcConfig"),
    means="it runs in a network that AWS manages",
    name="automl-job-outside-vpc",
    severity=Severity.MEDIUM,
    strict=True,
    good=(
        example(
            (
                "import boto3\n"
                'sm = boto3.client("sagemaker")\n'
                'sm.create_auto_ml_job_v2(SecurityConfig={"VpcConfig": vpc})'
            ),
            strict=True,
        ),
    ),
    bad=(
        example(
            (
                "import boto3\n"
                'sm = boto3.client("sagemaker")\n'
                "«sm.create_auto_ml_job_v2»(RoleArn=role)"
            ),
            strict=True,
        ),
    ),
)
