"""Monitoring schedules should encrypt the traffic between containers

## What it checks
`NetworkConfig.EnableInterContainerTrafficEncryption` of the job definition inside
CreateMonitoringSchedule and UpdateMonitoringSchedule, where it has two or more instances. False is
a finding; leaving it out is one in the strict profile.

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
        "CreateMonitoringSchedule",
        (
            "MonitoringScheduleConfig.MonitoringJobDefinition.NetworkConfig.EnableInterContainerT"
            "rafficEncryption"
        ),
        insecure=(False,),
        secure=True,
        safe=True,
        when=several_instances(
            "MonitoringScheduleConfig.MonitoringJobDefinition.MonitoringResources.ClusterConfig.I"
            "nstanceCount"
        ),
        when_given="MonitoringScheduleConfig.MonitoringJobDefinition",
    ),
    Setting(
        "UpdateMonitoringSchedule",
        (
            "MonitoringScheduleConfig.MonitoringJobDefinition.NetworkConfig.EnableInterContainerT"
            "rafficEncryption"
        ),
        insecure=(False,),
        secure=True,
        safe=True,
        when=several_instances(
            "MonitoringScheduleConfig.MonitoringJobDefinition.MonitoringResources.ClusterConfig.I"
            "nstanceCount"
        ),
        when_given="MonitoringScheduleConfig.MonitoringJobDefinition",
    ),
    means="its instances talk to each other in clear",
    name="monitoring-schedule-without-traffic-encryption",
    severity=Severity.MEDIUM,
    controls=("SageMaker.22",),
    good=(
        (
            "import boto3\n"
            'sm = boto3.client("sagemaker")\n'
            'sm.create_monitoring_schedule(MonitoringScheduleConfig={"MonitoringJobDefinition": '
            '{"NetworkConfig": {"EnableInterContainerTrafficEncryption": True}, '
            '"MonitoringResources": {"ClusterConfig": {"InstanceCount": 2}}}})'
        ),
    ),
    bad=(
        (
            "import boto3\n"
            'sm = boto3.client("sagemaker")\n'
            '«sm.create_monitoring_schedule»(MonitoringScheduleConfig={"MonitoringJobDefinition":'
            " {\n"
            '    "NetworkConfig": {"EnableInterContainerTrafficEncryption": False},\n'
            '    "MonitoringResources": {"ClusterConfig": {"InstanceCount": 2}}\n'
            "}})"
        ),
        example(
            (
                "import boto3\n"
                'sm = boto3.client("sagemaker")\n'
                '«sm.create_monitoring_schedule»(MonitoringScheduleConfig={"MonitoringJobDefinition":'
                ' {"MonitoringResources": {"ClusterConfig": {"InstanceCount": 2}}}})'
            ),
            strict=True,
        ),
    ),
)
