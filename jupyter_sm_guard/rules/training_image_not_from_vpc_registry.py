"""Training jobs should use a private registry in a VPC for their image

## What it checks
`AlgorithmSpecification.TrainingImageConfig.TrainingRepositoryAccessMode` of CreateTrainingJob, and
`training_repository_access_mode` of the SDK's estimators. `Platform` is a finding; leaving it out
is none.

## Why it matters
With `Platform`, SageMaker pulls the image itself, by way of a network that AWS manages. With `Vpc`
it comes from a registry in your VPC, where your security groups and logs see it.

## How to fix
Set it to `Vpc`, and let the VPC reach the registry."""

from ..model import Severity
from ..setting import Setting, setting_rule

RULE = setting_rule(
    __doc__,
    Setting(
        "CreateTrainingJob",
        "AlgorithmSpecification.TrainingImageConfig.TrainingRepositoryAccessMode",
        insecure=("Platform",),
        words=("Platform", "Vpc"),
        missing="never",
    ),
    means="the image does not come from a registry in your VPC",
    name="training-image-not-from-vpc-registry",
    severity=Severity.MEDIUM,
    good=(
        (
            "import boto3\n"
            'sm = boto3.client("sagemaker")\n'
            'sm.create_training_job(AlgorithmSpecification={"TrainingImageConfig": '
            '{"TrainingRepositoryAccessMode": "Vpc"}})'
        ),
    ),
    bad=(
        (
            "import boto3\n"
            'sm = boto3.client("sagemaker")\n'
            '«sm.create_training_job»(AlgorithmSpecification={"TrainingImageConfig": '
            '{"TrainingRepositoryAccessMode": "Platform"}})'
        ),
        (
            "from sagemaker.estimator import Estimator\n"
            '«Estimator»(image, role, training_repository_access_mode="Platform")'
        ),
    ),
)
