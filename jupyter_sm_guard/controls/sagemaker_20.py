"""SageMaker model explainability job definitions should have network isolation enabled

## What it checks
`NetworkConfig.EnableNetworkIsolation` of a definition made with
CreateModelExplainabilityJobDefinition. It fails when isolation is not enabled.

## Why it matters
The job's container reads the data it explains. Isolated, it can make and take no network calls, so
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
    number=20,
    severity=Severity.HIGH,
    category="Protect > Secure network configuration > Resources not publicly accessible",
    resource_type="AWS::SageMaker::ModelExplainabilityJobDefinition",
    config_rule="sagemaker-model-explainability-job-network-isolation",
    schedule="change-triggered",
    recreate=True,
)
