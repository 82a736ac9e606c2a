"""SageMaker monitoring schedules should have network isolation enabled

## What it checks
`EnableNetworkIsolation` in `MonitoringScheduleConfig.MonitoringJobDefinition.NetworkConfig` of a
monitoring schedule. False or not configured fails. A schedule that names a definition
(`MonitoringJobDefinitionName`) has this setting in that definition.

## Why it matters
The monitoring job's container reads the data it monitors. Isolated, it can make and take no network
calls, so faulty or hostile code in it has no way to send data out or to be reached.

## How to fix
Set `EnableNetworkIsolation` to true with UpdateMonitoringSchedule, or in CreateMonitoringSchedule
for a new schedule. Try it first: a container that calls other services itself stops working.
"""

from ..model import Severity
from . import aws_control

CONTROL = aws_control(
    __doc__,
    number=14,
    severity=Severity.MEDIUM,
    category="Protect > Secure network configuration",
    resource_type="AWS::SageMaker::MonitoringSchedule",
    config_rule="sagemaker-monitoring-schedule-isolation",
    schedule="change-triggered",
)
