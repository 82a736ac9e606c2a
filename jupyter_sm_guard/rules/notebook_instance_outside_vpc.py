"""Notebook instances should be launched in a custom VPC

## What it checks
`SubnetId` of CreateNotebookInstance. Leaving it out, or an empty one, is a finding: the instance is
then in a VPC of SageMaker's.

## Why it matters
Outside your VPC the containers use a network that AWS manages: your security groups, endpoint
policies and flow logs see nothing of what they send.

## How to fix
Give `SubnetId` and `SecurityGroupIds` of your VPC. The setting is fixed when an instance is
created: create it right.
"""

from ..model import Severity
from ..setting import Setting, setting_rule

RULE = setting_rule(
    __doc__,
    Setting("CreateNotebookInstance", "SubnetId", missing="default"),
    means="the instance is in a network that AWS manages",
    name="notebook-instance-outside-vpc",
    severity=Severity.HIGH,
    controls=("SageMaker.2",),
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
            '«sm.create_notebook_instance»(NotebookInstanceName="n", '
            'DirectInternetAccess="Disabled", RootAccess="Disabled", KmsKeyId=key, '
            'PlatformIdentifier="notebook-al2023-v1", '
            'InstanceMetadataServiceConfiguration={"MinimumInstanceMetadataServiceVersion": "2"})'
        ),
        (
            "import boto3\n"
            'sm = boto3.client("sagemaker")\n'
            '«sm.create_notebook_instance»(NotebookInstanceName="n", '
            'DirectInternetAccess="Disabled", RootAccess="Disabled", KmsKeyId=key, '
            'PlatformIdentifier="notebook-al2023-v1", '
            'InstanceMetadataServiceConfiguration={"MinimumInstanceMetadataServiceVersion": '
            '"2"}, SubnetId="")'
        ),
    ),
)
