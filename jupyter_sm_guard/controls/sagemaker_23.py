"""SageMaker inference experiments should have instance storage volume encrypted with customer
managed AWS KMS keys

## What it checks
`KmsKey` of an inference experiment made with CreateInferenceExperiment, the key for the storage
volume of the instances that host the endpoint. It fails when no key is set; whether the key that is
set is customer managed is not asked.

## Why it matters
The volume holds what the instances store while they host your models. With a KMS key of your own
you decide who may decrypt the data, see each use of the key in CloudTrail, and can take access away
by disabling it.

## How to fix
UpdateInferenceExperiment does not change this key. Stop the experiment and create a new one with
`KmsKey` set to a customer managed key whose policy allows the experiment's role to use it.
"""

from ..model import Severity
from . import aws_control

CONTROL = aws_control(
    __doc__,
    number=23,
    severity=Severity.MEDIUM,
    category="Protect > Data Protection > Encryption of data-at-rest",
    resource_type="AWS::SageMaker::InferenceExperiment",
    config_rule="sagemaker-inf-experiment-instance-storage-kms-encrypted",
    schedule="change-triggered",
    recreate=True,
)
