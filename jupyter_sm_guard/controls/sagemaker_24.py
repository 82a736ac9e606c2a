"""SageMaker inference experiments should have data storage encrypted with customer managed AWS KMS
keys

## What it checks
`DataStorageConfig.KmsKey` of an inference experiment made with CreateInferenceExperiment. It fails
when no key is set; whether the key that is set is customer managed is not asked. It counts only
with data capture, that is, where there is a `DataStorageConfig`.

## Why it matters
Captured requests and responses are your users' data, kept in S3. With a KMS key of your own you
decide who may decrypt the data, see each use of the key in CloudTrail, and can take access away by
disabling it.

## How to fix
Set `DataStorageConfig.KmsKey` to a customer managed key: in UpdateInferenceExperiment while the
experiment's status is Created or Running, else in a new experiment. What was captured before keeps
its old encryption.
"""

from ..model import Severity
from . import aws_control

CONTROL = aws_control(
    __doc__,
    number=24,
    severity=Severity.MEDIUM,
    category="Protect > Data Protection > Encryption of data-at-rest",
    resource_type="AWS::SageMaker::InferenceExperiment",
    config_rule="sagemaker-inf-experiment-data-storage-kms-encrypted",
    schedule="change-triggered",
)
