"""SageMaker feature group online stores with standard storage should be encrypted with AWS KMS keys

## What it checks
`OnlineStoreConfig.SecurityConfig.KmsKeyId` of a feature group made with CreateFeatureGroup. An
online store without a KMS key fails. Only standard storage (`OnlineStoreConfig.StorageType`)
counts, in-memory stores do not. Whether the key is customer managed is not asked.

## Why it matters
The online store keeps the latest values of your features, ready to be read. With a KMS key of your
own you decide who may decrypt the data, see each use of the key in CloudTrail, and can take access
away by disabling it.

## How to fix
The key is fixed when the feature group is created. Create a new group with a KMS key, bring the
records over, and delete the old group: that deletes its online store. Whoever reads or writes
records then needs `kms:Decrypt` on the key.
"""

from ..model import Severity
from . import aws_control

CONTROL = aws_control(
    __doc__,
    number=18,
    severity=Severity.MEDIUM,
    category="Protect > Data Protection > Encryption of data-at-rest",
    resource_type="AWS::SageMaker::FeatureGroup",
    config_rule="sagemaker-featuregroup-online-store-encryption",
    schedule="change-triggered",
    recreate=True,
    requirements=(
        "NIST.800-53.r5 AU-9",
        "NIST.800-53.r5 CA-9(1)",
        "NIST.800-53.r5 CM-3(6)",
        "NIST.800-53.r5 SC-7(10)",
        "NIST.800-53.r5 SC-12(2)",
        "NIST.800-53.r5 SC-13",
        "NIST.800-53.r5 SC-28",
        "NIST.800-53.r5 SC-28(1)",
        "NIST.800-53.r5 SI-7(6)",
    ),
)
