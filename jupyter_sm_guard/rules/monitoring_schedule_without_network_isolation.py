"""Monitoring schedules should have network isolation enabled

## What it checks
`NetworkConfig.EnableNetworkIsolation` of the job definition inside CreateMonitoringSchedule and
UpdateMonitoringSchedule. False is a finding; leaving it out is one in the strict profile. A
schedule that names a job definition of its own is judged there.

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
    Setting(
        "CreateMonitoringSchedule",
        "MonitoringScheduleConfig.MonitoringJobDefinition.NetworkConfig.EnableNetworkIsolation",
        insecure=(False,),
        secure=True,
        when_given="MonitoringScheduleConfig.MonitoringJobDefinition",
    ),
    Setting(
        "UpdateMonitoringSchedule",
        "MonitoringScheduleConfig.MonitoringJobDefinition.NetworkConfig.EnableNetworkIsolation",
        insecure=(False,),
        secure=True,
        when_given="MonitoringScheduleConfig.MonitoringJobDefinition",
    ),
    means="its jobs can reach the internet",
    name="monitoring-schedule-without-network-isolation",
    severity=Severity.MEDIUM,
    controls=("SageMaker.14",),
    good=(
        (
            "import boto3\n"
            'sm = boto3.client("sagemaker")\n'
            'sm.create_monitoring_schedule(MonitoringScheduleConfig={"MonitoringJobDefinition": '
            '{"NetworkConfig": {"EnableNetworkIsolation": True}}})'
        ),
        example(
            (
                "import boto3\n"
                'sm = boto3.client("sagemaker")\n'
                'sm.create_monitoring_schedule(MonitoringScheduleConfig={"MonitoringJobDefinitionName'
                '": "d"})'
            ),
            strict=True,
        ),
    ),
    bad=(
        (
            "import boto3\n"
            'sm = boto3.client("sagemaker")\n'
            '«sm.create_monitoring_schedule»(MonitoringScheduleConfig={"MonitoringJobDefinition":'
            ' {"NetworkConfig": {"EnableNetworkIsolation": False}}})'
        ),
        (
            "import boto3\n"
            'sm = boto3.client("sagemaker")\n'
            '«sm.update_monitoring_schedule»(MonitoringScheduleConfig={"MonitoringJobDefinition":'
            ' {"NetworkConfig": {"EnableNetworkIsolation": False}}})'
        ),
        example(
            (
                "import boto3\n"
                'sm = boto3.client("sagemaker")\n'
                '«sm.create_monitoring_schedule»(MonitoringScheduleConfig={"MonitoringJobDefinition":'
                ' {"RoleArn": role}})'
            ),
            strict=True,
        ),
    ),
)
