"""Studio domains should be encrypted with a KMS key of yours

## What it checks
`KmsKeyId` of CreateDomain. Leaving it out is a finding in the strict profile.

## Why it matters
Encrypted with a key of your own, data can be read only by whom the key's policy allows, each use
stands in CloudTrail, and disabling the key takes access away. A key that AWS owns allows none of
it.

## How to fix
Give the ARN of a KMS key that the execution role may use. It is fixed when a domain is created.
"""

from ..model import Severity
from ..setting import Setting, setting_rule
from . import example

RULE = setting_rule(
    __doc__,
    Setting("CreateDomain", "KmsKeyId"),
    means="a key that AWS owns encrypts its file system",
    name="domain-without-kms-key",
    severity=Severity.MEDIUM,
    strict=True,
    good=(
        example(
            (
                "import boto3\n"
                'sm = boto3.client("sagemaker")\n'
                'sm.create_domain(KmsKeyId=key, AppNetworkAccessType="VpcOnly")'
            ),
            strict=True,
        ),
    ),
    bad=(
        example(
            'import boto3\nsm = boto3.client("sagemaker")\n«sm.create_domain»(DomainName="d")',
            strict=True,
        ),
    ),
)
