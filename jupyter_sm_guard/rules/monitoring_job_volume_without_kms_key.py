"""Volumes of monitoring jobs should be encrypted with a KMS key of yours

## What it checks
`ClusterConfig.VolumeKmsKeyId` of the four kinds of monitoring job definitions and of the job
definition inside a monitoring schedule. Leaving it out is a finding in the strict profile, except
for instance types whose disks are local: those take no key.

## Why it matters
Encrypted with a key of your own, data can be read only by whom the key's policy allows, each use
stands in CloudTrail, and disabling the key takes access away. A key that AWS owns allows none of
it.

## How to fix
Give the ARN of a KMS key that the execution role may use."""

from ..model import Severity
from ..setting import Setting, encrypted_volume, setting_rule
from . import example

RULE = setting_rule(
    __doc__,
    Setting(
        "CreateDataQualityJobDefinition",
        "JobResources.ClusterConfig.VolumeKmsKeyId",
        when=encrypted_volume("JobResources.ClusterConfig.InstanceType"),
    ),
    Setting(
        "CreateModelBiasJobDefinition",
        "JobResources.ClusterConfig.VolumeKmsKeyId",
        when=encrypted_volume("JobResources.ClusterConfig.InstanceType"),
    ),
    Setting(
        "CreateModelExplainabilityJobDefinition",
        "JobResources.ClusterConfig.VolumeKmsKeyId",
        when=encrypted_volume("JobResources.ClusterConfig.InstanceType"),
    ),
    Setting(
        "CreateModelQualityJobDefinition",
        "JobResources.ClusterConfig.VolumeKmsKeyId",
        when=encrypted_volume("JobResources.ClusterConfig.InstanceType"),
    ),
    Setting(
        "CreateMonitoringSchedule",
        "MonitoringScheduleConfig.MonitoringJobDefinition.MonitoringResources.ClusterConfig.VolumeKmsKeyId",
        when=encrypted_volume(
            "MonitoringScheduleConfig.MonitoringJobDefinition.MonitoringResources.ClusterConfig.InstanceType"
        ),
        when_given="MonitoringScheduleConfig.MonitoringJobDefinition",
    ),
    Setting(
        "UpdateMonitoringSchedule",
        "MonitoringScheduleConfig.MonitoringJobDefinition.MonitoringResources.ClusterConfig.VolumeKmsKeyId",
        when=encrypted_volume(
            "MonitoringScheduleConfig.MonitoringJobDefinition.MonitoringResources.ClusterConfig.InstanceType"
        ),
        when_given="MonitoringScheduleConfig.MonitoringJobDefinition",
    ),
    means="a key that AWS owns encrypts its volumes",
    name="monitoring-job-volume-without-kms-key",
    severity=Severity.LOW,
    strict=True,
    good=(
        example(
            (
                "import boto3\n"
                'sm = boto3.client("sagemaker")\n'
                'sm.create_model_bias_job_definition(JobResources={"ClusterConfig": '
                '{"VolumeKmsKeyId": key}})'
            ),
            strict=True,
        ),
    ),
    bad=(
        example(
            (
                "import boto3\n"
                'sm = boto3.client("sagemaker")\n'
                '«sm.create_model_quality_job_definition»(JobResources={"ClusterConfig": '
                '{"InstanceType": "ml.m5.large"}})'
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
