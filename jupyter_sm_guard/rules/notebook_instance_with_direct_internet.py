"""Notebook instances should not have direct internet access

## What it checks
`DirectInternetAccess` of CreateNotebookInstance. Enabled is a finding, and so is leaving it out:
AWS enables it.

## Why it matters
With direct internet access, traffic leaves through a network that AWS manages, past your VPC's
routes, firewalls, endpoint policies and flow logs.

## How to fix
Write `DirectInternetAccess="Disabled"`, together with a subnet of your VPC: AWS allows it only
then. The setting is fixed when an instance is created: create it right.
"""

from ..model import Severity
from ..setting import Setting, has_subnet, setting_rule
from . import example

RULE = setting_rule(
    __doc__,
    Setting(
        "CreateNotebookInstance",
        "DirectInternetAccess",
        insecure=("Enabled",),
        words=("Enabled", "Disabled"),
        missing="default",
        secure="Disabled",
        fixable=has_subnet,
    ),
    means="the instance has direct internet access",
    name="notebook-instance-with-direct-internet",
    severity=Severity.HIGH,
    controls=("SageMaker.1",),
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
            'RootAccess="Disabled", KmsKeyId=key, PlatformIdentifier="notebook-al2023-v1", '
            'InstanceMetadataServiceConfiguration={"MinimumInstanceMetadataServiceVersion": '
            '"2"}, DirectInternetAccess="Enabled")'
        ),
        (
            "import boto3\n"
            'sm = boto3.client("sagemaker")\n'
            '«sm.create_notebook_instance»(NotebookInstanceName="n", SubnetId=subnet, '
            'RootAccess="Disabled", KmsKeyId=key, PlatformIdentifier="notebook-al2023-v1", '
            'InstanceMetadataServiceConfiguration={"MinimumInstanceMetadataServiceVersion": "2"})'
        ),
        (
            "import boto3\n"
            'sm = boto3.client("sagemaker")\n'
            '«sm.create_notebook_instance»(NotebookInstanceName="n", SubnetId=subnet, '
            'RootAccess="Disabled", KmsKeyId=key, PlatformIdentifier="notebook-al2023-v1", '
            'InstanceMetadataServiceConfiguration={"MinimumInstanceMetadataServiceVersion": '
            '"2"}, DirectInternetAccess="True")'
        ),
        (
            "!«aws sagemaker create-notebook-instance» --notebook-instance-name n --subnet-id s "
            "--root-access Disabled --kms-key-id k"
        ),
        example(
            (
                "#!/bin/bash\n"
                "«aws sagemaker create-notebook-instance» \\\n"
                "  --notebook-instance-name n --direct-internet-access Enabled --subnet-id s"
            ),
            file="make.sh",
        ),
        (
            "from sagemaker.core.resources import NotebookInstance\n"
            '«NotebookInstance.create»(direct_internet_access="Enabled", subnet_id=s)'
        ),
    ),
)
