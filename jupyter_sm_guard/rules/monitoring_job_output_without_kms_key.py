"""What monitoring jobs write should be encrypted with a KMS key of yours

## What it checks
`KmsKeyId` in the output configuration of the four kinds of monitoring job definitions and of the
job definition inside a monitoring schedule. Leaving it out is a finding in the strict profile.

## Why it matters
Encrypted with a key of your own, data can be read only by whom the key's policy allows, each use
stands in CloudTrail, and disabling the key takes access away. A key that AWS owns allows none of
it.

## How to fix
Give the ARN of a KMS key that the execution role may use."""

from ..model import Severity
from ..setting import Setting, setting_rule
from . import example

RULE = setting_rule(
    __doc__,
    Setting("CreateDataQualityJobDefinition", "DataQualityJobOutputConfig.KmsKeyId"),
    Setting("CreateModelBiasJobDefinition", "ModelBiasJobOutputConfig.KmsKeyId"),
    Setting(
        "CreateModelExplainabilityJobDefinition", "ModelExplainabilityJobOutputConfig.KmsKeyId"
    ),
    Setting("CreateModelQualityJobDefinition", "ModelQualityJobOutputConfig.KmsKeyId"),
    Setting(
        "CreateMonitoringSchedule",
        "MonitoringScheduleConfig.MonitoringJobDefinition.MonitoringOutputConfig.KmsKeyId",
        when_given="MonitoringScheduleConfig.MonitoringJobDefinition",
    ),
    Setting(
        "UpdateMonitoringSchedule",
        "MonitoringScheduleConfig.MonitoringJobDefinition.MonitoringOutputConfig.KmsKeyId",
        when_given="MonitoringScheduleConfig.MonitoringJobDefinition",
    ),
    means="a key that AWS owns encrypts its output",
    name="monitoring-job-output-without-kms-key",
    severity=Severity.LOW,
    strict=True,
    good=(
        example(
            (
                "import boto3\n"
                'sm = boto3.client("sagemaker")\n'
                'sm.create_model_bias_job_definition(ModelBiasJobOutputConfig={"KmsKeyId": '
                "key})"
            ),
            strict=True,
        ),
    ),
    bad=(
        example(
            (
                "import boto3\n"
                'sm = boto3.client("sagemaker")\n'
                "«sm.create_model_quality_job_definition»(RoleArn=role)"
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
