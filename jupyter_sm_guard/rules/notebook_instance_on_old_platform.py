"""Notebook instances should run on supported platforms

## What it checks
`PlatformIdentifier` of CreateNotebookInstance and UpdateNotebookInstance. A platform on Amazon
Linux 1 or 2 is a finding; leaving it out is one in the strict profile.

## Why it matters
An unsupported platform gets no security patches, and AWS does not start instances on it any more.

## How to fix
Write `PlatformIdentifier="notebook-al2023-v1"`. What lies in /home/ec2-user/SageMaker stays.
"""

from ..model import Severity
from ..setting import Setting, setting_rule
from . import example

_DEAD = ("notebook-al1-v1", "notebook-al2-v1", "notebook-al2-v2", "notebook-al2-v3")

RULE = setting_rule(
    __doc__,
    Setting(
        "CreateNotebookInstance",
        "PlatformIdentifier",
        insecure=_DEAD,
        missing="strict",
        secure="notebook-al2023-v1",
    ),
    Setting(
        "UpdateNotebookInstance",
        "PlatformIdentifier",
        insecure=_DEAD,
        missing="never",
        secure="notebook-al2023-v1",
    ),
    means="it must be one that AWS supports",
    name="notebook-instance-on-old-platform",
    severity=Severity.MEDIUM,
    controls=("SageMaker.8",),
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
            'DirectInternetAccess="Disabled", RootAccess="Disabled", KmsKeyId=key, '
            'InstanceMetadataServiceConfiguration={"MinimumInstanceMetadataServiceVersion": '
            '"2"}, PlatformIdentifier="notebook-al2-v2")'
        ),
        "!«aws sagemaker update-notebook-instance» --platform-identifier notebook-al1-v1",
        example(
            (
                "import boto3\n"
                'sm = boto3.client("sagemaker")\n'
                '«sm.create_notebook_instance»(NotebookInstanceName="n", SubnetId=subnet, '
                'DirectInternetAccess="Disabled", RootAccess="Disabled", KmsKeyId=key, '
                "InstanceMetadataServiceConfiguration="
                '{"MinimumInstanceMetadataServiceVersion": "2"})'
            ),
            strict=True,
        ),
    ),
)
