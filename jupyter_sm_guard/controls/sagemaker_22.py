"""SageMaker monitoring schedules should have inter-container traffic encryption enabled

## What it checks
`EnableInterContainerTrafficEncryption` in
`MonitoringScheduleConfig.MonitoringJobDefinition.NetworkConfig` of a monitoring schedule. It fails
when `NetworkConfig` is missing or the flag is not true. A schedule that names a definition
(`MonitoringJobDefinitionName`) is not evaluated: look at that definition.

## Why it matters
A monitoring job on several instances sends parts of your data from one to another. Encrypted, that
traffic cannot be read on the way. Encryption can make the job take longer.

## How to fix
AWS's guide says that this cannot be changed on an existing schedule. Create a new one with the flag
set to true (CreateMonitoringSchedule), check that it runs, and delete the old one; its execution
history stays.
"""

from ..model import Severity
from . import aws_control

CONTROL = aws_control(
    __doc__,
    number=22,
    severity=Severity.MEDIUM,
    category="Protect > Data Protection > Encryption of data-in-transit",
    resource_type="AWS::SageMaker::MonitoringSchedule",
    config_rule="sagemaker-monitoring-schedule-traffic-encryption",
    schedule="change-triggered",
    recreate=True,
)
