"""Model explainability job definitions should encrypt the traffic between containers

## What it checks
`NetworkConfig.EnableInterContainerTrafficEncryption` of CreateModelExplainabilityJobDefinition
where `JobResources.ClusterConfig.InstanceCount` is two or more. False is a finding; leaving it out
is one in the strict profile.

## Why it matters
Instances of one job send parts of your data to each other. Encrypted, that traffic cannot be read
on the way; with one instance there is none. Encryption can make the job take longer.

## How to fix
Set it to true. The ports and protocols stay the same; nothing else has to change. A job definition
can't be updated: make a new one.
"""

from ..model import Severity
from ..setting import Setting, setting_rule, several_instances
from . import example

RULE = setting_rule(
    __doc__,
    Setting(
        "CreateModelExplainabilityJobDefinition",
        "NetworkConfig.EnableInterContainerTrafficEncryption",
        insecure=(False,),
        secure=True,
        safe=True,
        when=several_instances("JobResources.ClusterConfig.InstanceCount"),
    ),
    means="its instances talk to each other in clear",
    name="model-explainability-job-without-traffic-encryption",
    severity=Severity.MEDIUM,
    controls=("SageMaker.10",),
    good=(
        (
            "import boto3\n"
            'sm = boto3.client("sagemaker")\n'
            'sm.create_model_explainability_job_definition(NetworkConfig={"EnableInterContainerTr'
            'afficEncryption": False}, JobResources={"ClusterConfig": {"InstanceCount": 1}})'
        ),
    ),
    bad=(
        (
            "import boto3\n"
            'sm = boto3.client("sagemaker")\n'
            '«sm.create_model_explainability_job_definition»(NetworkConfig={"EnableInterContainer'
            'TrafficEncryption": False}, JobResources={"ClusterConfig": {"InstanceCount": 2}})'
        ),
        example(
            (
                "import boto3\n"
                'sm = boto3.client("sagemaker")\n'
                '«sm.create_model_explainability_job_definition»(JobResources={"ClusterConfig": '
                '{"InstanceCount": 2}})'
            ),
            strict=True,
        ),
    ),
)
