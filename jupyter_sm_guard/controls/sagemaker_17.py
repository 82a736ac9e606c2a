"""SageMaker feature group offline stores should be encrypted with AWS KMS keys

## What it checks
`OfflineStoreConfig.S3StorageConfig.KmsKeyId` of a feature group made with CreateFeatureGroup. An
offline store in S3 without a KMS key fails. Whether the key is customer managed is not asked.

## Why it matters
The offline store keeps the history of your features in S3. With a KMS key of your own you decide
who may decrypt the data, see each use of the key in CloudTrail, and can take access away by
disabling it.

## How to fix
The key is fixed when the feature group is created. Create a new group with a KMS key (its role
needs `kms:GenerateDataKey` on it), bring the records over, and delete the old group: that removes
its online store at once, while what its offline store wrote stays in S3 until you delete it there.
"""

from ..model import Severity
from . import aws_control

CONTROL = aws_control(
    __doc__,
    number=17,
    severity=Severity.MEDIUM,
    category="Protect > Data Protection > Encryption of data-at-rest",
    resource_type="AWS::SageMaker::FeatureGroup",
    config_rule="sagemaker-featuregroup-encryption-at-rest",
    schedule="change-triggered",
    recreate=True,
)
