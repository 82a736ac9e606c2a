"""Training jobs should run with network isolation

## What it checks
`EnableNetworkIsolation` of CreateTrainingJob, however it is written: boto3, the SageMaker Python
SDK, the AWS CLI. False is a finding; leaving it out is one in the strict profile.

## Why it matters
Without isolation the container, and whatever your dependencies bring into it, can send your data
anywhere and fetch code while it runs. It also gets the execution role's credentials.

## How to fix
Set it to true, and bring what the container downloads with the image or as an input.
"""

from ..model import Severity
from ..setting import Setting, setting_rule
from . import example

RULE = setting_rule(
    __doc__,
    Setting("CreateTrainingJob", "EnableNetworkIsolation", insecure=(False,), secure=True),
    means="its container can reach the internet",
    name="training-job-without-network-isolation",
    severity=Severity.MEDIUM,
    good=(
        (
            "import boto3\n"
            'sm = boto3.client("sagemaker")\n'
            "sm.create_training_job(EnableNetworkIsolation=True)"
        ),
        (
            "import boto3\n"
            'sm = boto3.client("sagemaker")\n'
            "sm.create_training_job(EnableNetworkIsolation=isolated)"
        ),
        (
            "from sagemaker.estimator import Estimator\n"
            'Estimator(image, role, 1, "local", enable_network_isolation=False)'
        ),
        "# sm.create_training_job(EnableNetworkIsolation=False)  # sagemaker",
    ),
    bad=(
        (
            "import boto3\n"
            'sm = boto3.client("sagemaker")\n'
            "«sm.create_training_job»(EnableNetworkIsolation=False)"
        ),
        (
            "from sagemaker.estimator import Estimator\n"
            "«Estimator»(image, role, enable_network_isolation=False)"
        ),
        (
            "from sagemaker.train import ModelTrainer\n"
            "from sagemaker.train.configs import Networking\n"
            "net = Networking(enable_network_isolation=False)\n"
            "«ModelTrainer»(training_image=image, networking=net)"
        ),
        "!«aws sagemaker create-training-job» --no-enable-network-isolation",
        example(
            'import boto3\nsm = boto3.client("sagemaker")\n«sm.create_training_job»(RoleArn=role)',
            strict=True,
        ),
    ),
)
