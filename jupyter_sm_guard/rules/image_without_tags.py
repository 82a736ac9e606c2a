"""Images should be tagged

## What it checks
`Tags` of CreateImage. Leaving them out is a finding in the strict profile.

## Why it matters
Tags say whose a resource is and what for, and policies can go by them.

## How to fix
Give at least one tag; which ones, your organisation decides.
"""

from ..model import Severity
from ..setting import Setting, setting_rule
from . import example

RULE = setting_rule(
    __doc__,
    Setting("CreateImage", "Tags"),
    means="nobody can tell whose it is",
    name="image-without-tags",
    severity=Severity.LOW,
    controls=("SageMaker.7",),
    strict=True,
    good=(
        example(
            (
                "import boto3\n"
                'sm = boto3.client("sagemaker")\n'
                'sm.create_image(Tags=[{"Key": "k", "Value": "v"}])'
            ),
            strict=True,
        ),
    ),
    bad=(
        example(
            'import boto3\nsm = boto3.client("sagemaker")\n«sm.create_image»(RoleArn=role)',
            strict=True,
        ),
    ),
)
