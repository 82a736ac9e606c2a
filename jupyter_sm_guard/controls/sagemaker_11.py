"""SageMaker data quality job definitions should have network isolation enabled

## What it checks
`NetworkConfig.EnableNetworkIsolation` of a definition made with CreateDataQualityJobDefinition. It
fails when isolation is not enabled.

## Why it matters
The job's container reads the data it checks. Isolated, it can make and take no network calls, so
faulty or hostile code in it has no way to send data out or to be reached.

## How to fix
A job definition cannot be updated. Create a new one with `NetworkConfig.EnableNetworkIsolation` set
to true and let the monitoring schedule use it
(`MonitoringScheduleConfig.MonitoringJobDefinitionName` of UpdateMonitoringSchedule), then delete
the old one. Try it first: a container that calls other services itself stops working.
"""

from ..model import Severity
from . import aws_control

CONTROL = aws_control(
    __doc__,
    number=11,
    severity=Severity.MEDIUM,
    category="Protect > Secure network configuration",
    resource_type="AWS::SageMaker::DataQualityJobDefinition",
    config_rule="sagemaker-data-quality-job-isolation",
    schedule="change-triggered",
    recreate=True,
)
