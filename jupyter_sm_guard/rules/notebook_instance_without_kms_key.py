"""Notebook instances should be encrypted with KMS keys of yours

## What it checks
`KmsKeyId` of CreateNotebookInstance. Leaving it out, or an empty one, is a finding.

## Why it matters
Encrypted with a key of your own, data can be read only by whom the key's policy allows, each use
stands in CloudTrail, and disabling the key takes access away. A key that AWS owns allows none of
it.

## How to fix
Give the ARN of a KMS key that the execution role may use. The setting is fixed when an instance is
created: create it right.
"""

from ..model import Severity
from ..setting import Setting, setting_rule

RULE = setting_rule(
    __doc__,
    Setting("CreateNotebookInstance", "KmsKeyId", missing="default"),
    means="a key that AWS owns encrypts its volume",
    name="notebook-instance-without-kms-key",
    severity=Severity.MEDIUM,
    controls=("SageMaker.21",),
    good=(
        (
            "import boto3\n"
            'sm = boto3.client("sagemaker")\n'
            'sm.create_notebook_instance(NotebookInstanceName="n", SubnetId=subnet, '
            'DirectInternetAccess="Disabled", RootAccess="Disabled", KmsKeyId=key, '
            'PlatformIdentifier="notebook-al2023-v1", '
            'InstanceMetadataServiceConfiguration={"MinimumInstanceMetadataServiceVersion": "2"})'
        ),
        "vertex.create_notebook_instance(parent=parent, notebook_instance=instance)",
        (
            "from google.cloud import notebooks_v1\n"
            "client = notebooks_v1.NotebookServiceClient()\n"
            "client.create_notebook_instance(parent=parent, Name=1)"
        ),
        (
            "!aws sagemaker create-notebook-instance --notebook-instance-name n --subnet-id s "
            "--direct-internet-access Disabled --root-access Disabled --kms-key-id k"
        ),
        'import boto3\nsm = boto3.client("sagemaker")\nsm.create_notebook_instance(**parameters)',
    ),
    bad=(
        (
            "import boto3\n"
            'sm = boto3.client("sagemaker")\n'
            '«sm.create_notebook_instance»(NotebookInstanceName="n", SubnetId=subnet, '
            'DirectInternetAccess="Disabled", RootAccess="Disabled", '
            'PlatformIdentifier="notebook-al2023-v1", '
            'InstanceMetadataServiceConfiguration={"MinimumInstanceMetadataServiceVersion": "2"})'
        ),
    ),
)
