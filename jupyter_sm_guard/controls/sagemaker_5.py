"""SageMaker models should have network isolation enabled

## What it checks
`EnableNetworkIsolation` of a model made with CreateModel. False fails.

## Why it matters
An isolated container can make and take no network calls and gets no AWS credentials. Faulty or
hostile code in the image or the model then has no way to send your data out or to be reached.

## How to fix
A model cannot be updated. Create a new one with `EnableNetworkIsolation` set to true, and use it in
a new endpoint configuration or job. Try it first: a container that calls AWS or other services
itself stops working.
"""

from ..model import Severity
from . import aws_control

CONTROL = aws_control(
    __doc__,
    number=5,
    severity=Severity.MEDIUM,
    category="Protect > Secure network configuration > Resources not publicly accessible",
    resource_type="AWS::SageMaker::Model",
    config_rule="sagemaker-model-isolation-enabled",
    schedule="change-triggered",
    recreate=True,
)
