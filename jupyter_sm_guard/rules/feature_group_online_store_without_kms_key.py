"""Online stores of feature groups should be encrypted with a KMS key of yours

## What it checks
`OnlineStoreConfig.SecurityConfig.KmsKeyId` of CreateFeatureGroup where an online store of the
standard kind is enabled, and `online_store_kms_key_id` of the SDK. Leaving it out is a finding in
the strict profile.

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


def _has_standard_store(request: Request) -> bool | None:
    enabled = request.one("OnlineStoreConfig.EnableOnlineStore")
    if enabled is None:
        return False
    kind = request.one("OnlineStoreConfig.StorageType")
    if kind is not None and kind.text != "Standard":
        return False if kind.text is not None else None
    return enabled.is_constant(True) if enabled.known else None


RULE = setting_rule(
    __doc__,
    Setting(
        "CreateFeatureGroup",
        "OnlineStoreConfig.SecurityConfig.KmsKeyId",
        when=_has_standard_store,
    ),
    means="a key that AWS owns encrypts the online store",
    name="feature-group-online-store-without-kms-key",
    severity=Severity.MEDIUM,
    controls=("SageMaker.18",),
    strict=True,
    good=(
        example(
            (
                "import boto3\n"
                'sm = boto3.client("sagemaker")\n'
                'sm.create_feature_group(OnlineStoreConfig={"EnableOnlineStore": True, '
                '"SecurityConfig": {"KmsKeyId": key}})'
            ),
            strict=True,
        ),
        example(
            (
                "import boto3\n"
                'sm = boto3.client("sagemaker")\n'
                'sm.create_feature_group(OnlineStoreConfig={"EnableOnlineStore": True, '
                '"StorageType": "InMemory"})'
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
    ),
    bad=(
        example(
            (
                "import boto3\n"
                'sm = boto3.client("sagemaker")\n'
                '«sm.create_feature_group»(OnlineStoreConfig={"EnableOnlineStore": True})'
            ),
            strict=True,
        ),
    ),
)
