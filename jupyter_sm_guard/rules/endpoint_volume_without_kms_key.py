"""Storage of endpoints should be encrypted with a KMS key of yours

## What it checks
`KmsKeyId` of CreateEndpointConfig and `kms_key` of the SDK's `deploy`. Leaving it out is a finding
in the strict profile, except for instance types whose disks are local: those take no key.

## Why it matters
Encrypted with a key of your own, data can be read only by whom the key's policy allows, each use
stands in CloudTrail, and disabling the key takes access away. A key that AWS owns allows none of
it.

## How to fix
Give the ARN of a KMS key that the execution role may use.
"""

from ..model import Severity
from ..setting import Setting, attaches_storage, setting_rule
from . import example

RULE = setting_rule(
    __doc__,
    Setting("CreateEndpointConfig", "KmsKeyId", when=attaches_storage),
    means="a key that AWS owns encrypts its storage",
    name="endpoint-volume-without-kms-key",
    severity=Severity.LOW,
    strict=True,
    good=(
        example(
            'import boto3\nsm = boto3.client("sagemaker")\nsm.create_endpoint_config(KmsKeyId=key)',
            strict=True,
        ),
        example(
            (
                "import boto3\n"
                'sm = boto3.client("sagemaker")\n'
                'sm.create_endpoint_config(ProductionVariants=[{"InstanceType": "ml.g5.xlarge", '
                '"InitialInstanceCount": 2}])'
            ),
            strict=True,
        ),
    ),
    bad=(
        example(
            (
                "import boto3\n"
                'sm = boto3.client("sagemaker")\n'
                '«sm.create_endpoint_config»(ProductionVariants=[{"InstanceType": "ml.m5.large", '
                '"InitialInstanceCount": 2}])'
            ),
            strict=True,
        ),
    ),
)
