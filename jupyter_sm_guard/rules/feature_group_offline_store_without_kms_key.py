"""Offline stores of feature groups should be encrypted with a KMS key of yours

## What it checks
`OfflineStoreConfig.S3StorageConfig.KmsKeyId` of CreateFeatureGroup, and `offline_store_kms_key_id`
of the SDK. Leaving it out is a finding in the strict profile. `s3_uri=False` is no offline store.

## Why it matters
Encrypted with a key of your own, data can be read only by whom the key's policy allows, each use
stands in CloudTrail, and disabling the key takes access away. A key that AWS owns allows none of
it.

## How to fix
Give the ARN of a KMS key that the execution role may use.
"""

from ..model import Severity
from ..requests import Request
from ..setting import Setting, setting_rule
from . import example


def _has_store(request: Request) -> bool | None:
    """Whether there is an offline store: the SDK takes False in place of its URI."""
    uri = request.one("OfflineStoreConfig.S3StorageConfig.S3Uri")
    return uri is None or not uri.is_constant(False)


RULE = setting_rule(
    __doc__,
    Setting(
        "CreateFeatureGroup",
        "OfflineStoreConfig.S3StorageConfig.KmsKeyId",
        when=_has_store,
        when_given="OfflineStoreConfig",
    ),
    means="a key that AWS owns encrypts the offline store",
    name="feature-group-offline-store-without-kms-key",
    severity=Severity.MEDIUM,
    controls=("SageMaker.17",),
    strict=True,
    good=(
        example(
            (
                "import boto3\n"
                'sm = boto3.client("sagemaker")\n'
                'sm.create_feature_group(OfflineStoreConfig={"S3StorageConfig": {"S3Uri": uri, '
                '"KmsKeyId": key}})'
            ),
            strict=True,
        ),
        example(
            (
                "import boto3\n"
                'sm = boto3.client("sagemaker")\n'
                'sm.create_feature_group(FeatureGroupName="f")'
            ),
            strict=True,
        ),
        example(
            (
                "from sagemaker.feature_store.feature_group import FeatureGroup\n"
                "group = FeatureGroup(name=name)\n"
                "group.create(s3_uri=False, role_arn=role, enable_online_store=True,\n"
                "    online_store_kms_key_id=key, tags=tags)"
            ),
            strict=True,
        ),
    ),
    bad=(
        example(
            (
                "import boto3\n"
                'sm = boto3.client("sagemaker")\n'
                '«sm.create_feature_group»(OfflineStoreConfig={"S3StorageConfig": {"S3Uri": uri}})'
            ),
            strict=True,
        ),
        example(
            (
                "from sagemaker.feature_store.feature_group import FeatureGroup\n"
                "group = FeatureGroup(name=name)\n"
                "«group.create»(s3_uri=uri, role_arn=role)"
            ),
            strict=True,
        ),
    ),
)
