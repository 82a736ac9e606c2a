"""Training jobs on several instances should encrypt the traffic between them

## What it checks
`EnableInterContainerTrafficEncryption` of CreateTrainingJob where `ResourceConfig.InstanceCount` is
two or more. False is a finding; leaving it out is one in the strict profile. Where the number of
instances can't be known, nothing is reported.

## Why it matters
Instances of one job send parts of your data to each other. Encrypted, that traffic cannot be read
on the way; with one instance there is none. Encryption can make the job take longer.

## How to fix
Set it to true. The ports and protocols stay the same; nothing else has to change.
"""

from ..model import Severity
from ..setting import Setting, setting_rule, several_instances
from . import example

RULE = setting_rule(
    __doc__,
    Setting(
        "CreateTrainingJob",
        "EnableInterContainerTrafficEncryption",
        insecure=(False,),
        secure=True,
        safe=True,
        when=several_instances("ResourceConfig.InstanceCount"),
    ),
    means="its instances talk to each other in clear",
    name="training-job-without-traffic-encryption",
    severity=Severity.MEDIUM,
    good=(
        (
            "import boto3\n"
            'sm = boto3.client("sagemaker")\n'
            "sm.create_training_job(EnableInterContainerTrafficEncryption=False, "
            'ResourceConfig={"InstanceCount": 1})'
        ),
        (
            "import boto3\n"
            'sm = boto3.client("sagemaker")\n'
            "sm.create_training_job(EnableInterContainerTrafficEncryption=False, "
            'ResourceConfig={"InstanceCount": n})'
        ),
    ),
    bad=(
        (
            "import boto3\n"
            'sm = boto3.client("sagemaker")\n'
            "«sm.create_training_job»(EnableInterContainerTrafficEncryption=False, "
            'ResourceConfig={"InstanceCount": 2})'
        ),
        (
            "from sagemaker.estimator import Estimator\n"
            '«Estimator»(image, role, 2, "ml.m5.large", encrypt_inter_container_traffic=False)'
        ),
        example(
            (
                "import boto3\n"
                'sm = boto3.client("sagemaker")\n'
                '«sm.create_training_job»(ResourceConfig={"InstanceCount": 2})'
            ),
            strict=True,
        ),
    ),
)
