"""Users should not have root access to notebook instances

## What it checks
`RootAccess` of CreateNotebookInstance and UpdateNotebookInstance. Enabled is a finding, and so is
leaving it out when an instance is created: AWS enables it.

## Why it matters
Root can change everything on the instance: what collects its logs, what keeps its settings, and
this check.

## How to fix
Write `RootAccess="Disabled"`. Lifecycle configurations still run as root. It can be changed while
the instance is stopped.
"""

from ..model import Severity
from ..setting import Setting, setting_rule

RULE = setting_rule(
    __doc__,
    Setting(
        "CreateNotebookInstance",
        "RootAccess",
        insecure=("Enabled",),
        words=("Enabled", "Disabled"),
        missing="default",
        secure="Disabled",
    ),
    Setting(
        "UpdateNotebookInstance",
        "RootAccess",
        insecure=("Enabled",),
        words=("Enabled", "Disabled"),
        missing="never",
        secure="Disabled",
    ),
    means="its users have root access",
    name="notebook-instance-with-root-access",
    severity=Severity.HIGH,
    controls=("SageMaker.3",),
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
        (
            "import boto3\n"
            'sm = boto3.client("sagemaker")\n'
            'sm.update_notebook_instance(NotebookInstanceName="n")'
        ),
    ),
    bad=(
        (
            "import boto3\n"
            'sm = boto3.client("sagemaker")\n'
            '«sm.create_notebook_instance»(NotebookInstanceName="n", SubnetId=subnet, '
            'DirectInternetAccess="Disabled", KmsKeyId=key, '
            'PlatformIdentifier="notebook-al2023-v1", '
            'InstanceMetadataServiceConfiguration={"MinimumInstanceMetadataServiceVersion": '
            '"2"}, RootAccess="Enabled")'
        ),
        (
            "import boto3\n"
            'sm = boto3.client("sagemaker")\n'
            '«sm.create_notebook_instance»(NotebookInstanceName="n", SubnetId=subnet, '
            'DirectInternetAccess="Disabled", KmsKeyId=key, '
            'PlatformIdentifier="notebook-al2023-v1", '
            'InstanceMetadataServiceConfiguration={"MinimumInstanceMetadataServiceVersion": "2"})'
        ),
        (
            "import boto3\n"
            'sm = boto3.client("sagemaker")\n'
            '«sm.update_notebook_instance»(RootAccess="Enabled")'
        ),
        (
            "!«aws sagemaker update-notebook-instance» --notebook-instance-name n --root-access "
            "Enabled"
        ),
    ),
)
