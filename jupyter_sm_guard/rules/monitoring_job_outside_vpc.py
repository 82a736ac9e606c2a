"""Monitoring jobs should run in a VPC of yours

## What it checks
`NetworkConfig.VpcConfig` of the four kinds of monitoring job definitions and of the job definition
inside a monitoring schedule. Leaving it out is a finding in the strict profile.

## Why it matters
Outside your VPC the containers use a network that AWS manages: your security groups, endpoint
policies and flow logs see nothing of what they send.

## How to fix
Give the subnets and security groups of your VPC, and let it have endpoints for Amazon S3 and what
else the job talks to."""

from ..model import Severity
from ..setting import Setting, setting_rule
from . import example

RULE = setting_rule(
    __doc__,
    Setting("CreateDataQualityJobDefinition", "NetworkConfig.VpcConfig"),
    Setting("CreateModelBiasJobDefinition", "NetworkConfig.VpcConfig"),
    Setting("CreateModelExplainabilityJobDefinition", "NetworkConfig.VpcConfig"),
    Setting("CreateModelQualityJobDefinition", "NetworkConfig.VpcConfig"),
    Setting(
        "CreateMonitoringSchedule",
        "MonitoringScheduleConfig.MonitoringJobDefinition.NetworkConfig.VpcConfig",
        when_given="MonitoringScheduleConfig.MonitoringJobDefinition",
    ),
    Setting(
        "UpdateMonitoringSchedule",
        "MonitoringScheduleConfig.MonitoringJobDefinition.NetworkConfig.VpcConfig",
        when_given="MonitoringScheduleConfig.MonitoringJobDefinition",
    ),
    means="its jobs run in a network that AWS manages",
    name="monitoring-job-outside-vpc",
    severity=Severity.MEDIUM,
    strict=True,
    good=(
        example(
            (
                "import boto3\n"
                'sm = boto3.client("sagemaker")\n'
                'sm.create_model_bias_job_definition(NetworkConfig={"VpcConfig": vpc})'
            ),
            strict=True,
        ),
        example(
            (
                "import boto3\n"
                'sm = boto3.client("sagemaker")\n'
                'sm.create_monitoring_schedule(MonitoringScheduleConfig={"MonitoringJobDefini'
                'tionName": "x"})'
            ),
            strict=True,
        ),
    ),
    bad=(
        example(
            (
                "import boto3\n"
                'sm = boto3.client("sagemaker")\n'
                "«sm.create_data_quality_job_definition»(RoleArn=role)"
            ),
            strict=True,
        ),
        example(
            (
                "import boto3\n"
                'sm = boto3.client("sagemaker")\n'
                '«sm.create_monitoring_schedule»(MonitoringScheduleConfig={"MonitoringJobDefi'
                'nition": {}})'
            ),
            strict=True,
        ),
    ),
)
