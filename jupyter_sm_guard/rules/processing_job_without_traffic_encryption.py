"""Processing jobs on several instances should encrypt the traffic between them

## What it checks
`NetworkConfig.EnableInterContainerTrafficEncryption` of CreateProcessingJob where
`ProcessingResources.ClusterConfig.InstanceCount` is two or more. False is a finding; leaving it out
is one in the strict profile. Where the number of instances can't be known, nothing is reported.

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
        "CreateProcessingJob",
        "NetworkConfig.EnableInterContainerTrafficEncryption",
        insecure=(False,),
        secure=True,
        safe=True,
        when=several_instances("ProcessingResources.ClusterConfig.InstanceCount"),
    ),
    means="its instances talk to each other in clear",
    name="processing-job-without-traffic-encryption",
    severity=Severity.MEDIUM,
    good=(
        (
            "import boto3\n"
            'sm = boto3.client("sagemaker")\n'
            'sm.create_processing_job(NetworkConfig={"EnableInterContainerTrafficEncryption": '
            'False}, ProcessingResources={"ClusterConfig": {"InstanceCount": 1}})'
        ),
        (
            "import boto3\n"
            'sm = boto3.client("sagemaker")\n'
            'sm.create_processing_job(NetworkConfig={"EnableInterContainerTrafficEncryption": '
            'False}, ProcessingResources={"ClusterConfig": {"InstanceCount": n}})'
        ),
    ),
    bad=(
        (
            "import boto3\n"
            'sm = boto3.client("sagemaker")\n'
            '«sm.create_processing_job»(NetworkConfig={"EnableInterContainerTrafficEncryption": '
            'False}, ProcessingResources={"ClusterConfig": {"InstanceCount": 2}})'
        ),
        (
            "from sagemaker.network import NetworkConfig\n"
            "from sagemaker.processing import ScriptProcessor\n"
            "«ScriptProcessor»(\n"
            "    instance_count=4, "
            "network_config=NetworkConfig(encrypt_inter_container_traffic=False)\n"
            ")"
        ),
        example(
            (
                "import boto3\n"
                'sm = boto3.client("sagemaker")\n'
                "«sm.create_processing_job»("
                'ProcessingResources={"ClusterConfig": {"InstanceCount": 2}})'
            ),
            strict=True,
        ),
    ),
)
