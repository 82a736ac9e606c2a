"""SageMaker model explainability job definitions should have inter-container traffic encryption
enabled

## What it checks
`NetworkConfig.EnableInterContainerTrafficEncryption` of a definition made with
CreateModelExplainabilityJobDefinition. Not enabled fails; by its Config rule this counts only for
two or more instances (`JobResources.ClusterConfig.InstanceCount`).

## Why it matters
A job on several instances sends parts of your data from one to another. Encrypted, that traffic
cannot be read on the way. With one instance there is nothing to encrypt. Encryption can make the
job take longer.

## How to fix
A job definition cannot be updated. Create a new one with
`NetworkConfig.EnableInterContainerTrafficEncryption` set to true and let the monitoring schedule
use it (`MonitoringScheduleConfig.MonitoringJobDefinitionName` of UpdateMonitoringSchedule), then
delete the old one.
"""

from ..model import Severity
from . import aws_control

CONTROL = aws_control(
    __doc__,
    number=10,
    severity=Severity.MEDIUM,
    category="Protect > Data Protection > Encryption of data-in-transit",
    resource_type="AWS::SageMaker::ModelExplainabilityJobDefinition",
    config_rule="sagemaker-model-explainability-job-encrypt-in-transit",
    schedule="change-triggered",
    recreate=True,
)
