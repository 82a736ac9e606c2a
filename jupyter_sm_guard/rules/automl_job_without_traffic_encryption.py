"""AutoML jobs should encrypt the traffic between containers

## What it checks
`SecurityConfig.EnableInterContainerTrafficEncryption` of CreateAutoMLJobV2 and CreateAutoMLJob, and
`encrypt_inter_container_traffic` of the SDK. False is a finding; leaving it out is one in the
strict profile. An AutoML job decides itself how many instances it takes.

## Why it matters
Instances of one job send parts of your data to each other. Encrypted, that traffic cannot be read
on the way; with one instance there is none. Encryption can make the job take longer.

## How to fix
Set it to true. The ports and protocols stay the same; nothing else has to change.
"""

from ..model import Severity
from ..setting import Setting, setting_rule
from . import example

RULE = setting_rule(
    __doc__,
    Setting(
        "CreateAutoMLJobV2",
        "SecurityConfig.EnableInterContainerTrafficEncryption",
        insecure=(False,),
        secure=True,
        safe=True,
    ),
    Setting(
        "CreateAutoMLJob",
        "AutoMLJobConfig.SecurityConfig.EnableInterContainerTrafficEncryption",
        insecure=(False,),
        secure=True,
        safe=True,
    ),
    means="its instances talk to each other in clear",
    name="automl-job-without-traffic-encryption",
    severity=Severity.MEDIUM,
    good=(
        (
            "import boto3\n"
            'sm = boto3.client("sagemaker")\n'
            'sm.create_auto_ml_job_v2(SecurityConfig={"EnableInterContainerTrafficEncryption": '
            "True})"
        ),
    ),
    bad=(
        (
            "import boto3\n"
            'sm = boto3.client("sagemaker")\n'
            '«sm.create_auto_ml_job_v2»(SecurityConfig={"EnableInterContainerTrafficEncryption": '
            "False})"
        ),
        (
            "from sagemaker.automl.automlv2 import AutoMLV2\n"
            "«AutoMLV2»(config, role=role, encrypt_inter_container_traffic=False)"
        ),
        example(
            'import boto3\nsm = boto3.client("sagemaker")\n«sm.create_auto_ml_job»(RoleArn=role)',
            strict=True,
        ),
    ),
)
