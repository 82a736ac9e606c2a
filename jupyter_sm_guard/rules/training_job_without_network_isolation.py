"""Training jobs should run with network isolation

## What it checks
`EnableNetworkIsolation` of CreateTrainingJob, however it is written: boto3, the SageMaker Python SDK,
the AWS CLI. False is a finding; leaving it out is one in the strict profile.

## Why it matters
Without isolation the training container, and whatever your dependencies bring into it, can send your
data anywhere and fetch code while it trains. It also gets the execution role's credentials.

## How to fix
Set it to true, and bring what the container downloads with the image or as an input channel.
"""

from ..model import Severity
from ..setting import Setting, setting_rule

RULE = setting_rule(
    __doc__,
    Setting("CreateTrainingJob", "EnableNetworkIsolation", insecure=(False,), secure=True),
    means="the training container can reach the internet",
    name="training-job-without-network-isolation",
    severity=Severity.MEDIUM,
    good=(
        'boto3.client("sagemaker").create_training_job(EnableNetworkIsolation=True)',
        'boto3.client("sagemaker").create_training_job(EnableNetworkIsolation=isolated)',
    ),
    bad=(
        "import boto3\n"
        '«boto3.client("sagemaker").create_training_job»(EnableNetworkIsolation=False)',
        "from sagemaker.estimator import Estimator\n"
        "«Estimator»(image, role, enable_network_isolation=False)",
        "!«aws sagemaker create-training-job» --no-enable-network-isolation",
    ),
)
