"""Notebook instances should require version 2 of the instance metadata service

## What it checks
`InstanceMetadataServiceConfiguration.MinimumInstanceMetadataServiceVersion` of
CreateNotebookInstance and UpdateNotebookInstance. "1" is a finding; leaving it out is one in the
strict profile.

## Why it matters
Version 1 answers any request from the machine, also one that code was tricked into; version 2 asks
for a token first.

## How to fix
Write "2" for `MinimumInstanceMetadataServiceVersion`. It can be changed while the instance is
stopped.
"""

from ..model import Severity
from ..setting import Setting, setting_rule
from . import example

RULE = setting_rule(
    __doc__,
    Setting(
        "CreateNotebookInstance",
        "InstanceMetadataServiceConfiguration.MinimumInstanceMetadataServiceVersion",
        insecure=("1",),
        words=("1", "2"),
        missing="strict",
        secure="2",
    ),
    Setting(
        "UpdateNotebookInstance",
        "InstanceMetadataServiceConfiguration.MinimumInstanceMetadataServiceVersion",
        insecure=("1",),
        words=("1", "2"),
        missing="never",
        secure="2",
    ),
    means="code may get credentials without asking for a token",
    name="notebook-instance-allows-imds-v1",
    severity=Severity.MEDIUM,
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
        (
            "!aws sagemaker update-notebook-instance --notebook-instance-name n "
            "--instance-metadata-service-configuration MinimumInstanceMetadataServiceVersion=2"
        ),
        'import boto3\nsm = boto3.client("sagemaker")\nsm.create_notebook_instance(**parameters)',
    ),
    bad=(
        (
            "!«aws sagemaker update-notebook-instance» --notebook-instance-name n "
            "--instance-metadata-service-configuration MinimumInstanceMetadataServiceVersion=1"
        ),
        (
            "import boto3\n"
            'sm = boto3.client("sagemaker")\n'
            '«sm.create_notebook_instance»(NotebookInstanceName="n", SubnetId=subnet, '
            'DirectInternetAccess="Disabled", RootAccess="Disabled", KmsKeyId=key, '
            'PlatformIdentifier="notebook-al2023-v1", '
            'InstanceMetadataServiceConfiguration={"MinimumInstanceMetadataServiceVersion": "1"})'
        ),
        example(
            (
                "import boto3\n"
                'sm = boto3.client("sagemaker")\n'
                '«sm.create_notebook_instance»(NotebookInstanceName="n", SubnetId=subnet, '
                'DirectInternetAccess="Disabled", RootAccess="Disabled", KmsKeyId=key, '
                'PlatformIdentifier="notebook-al2023-v1")'
            ),
            strict=True,
        ),
    ),
)
