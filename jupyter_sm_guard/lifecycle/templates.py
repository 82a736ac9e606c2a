"""The script as infrastructure code. CloudFormation's text holds it; Terraform's and CDK's read the
file `on-start.sh` beside them, which a reviewer then sees as it is."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping

SCRIPT = "on-start.sh"


def cloudformation(name: str, script: str) -> str:
    """A template with the lifecycle configuration, and its name as output."""
    body = "".join(
        f"            {line}" if line.strip() else line for line in script.splitlines(True)
    )
    return f"""\
AWSTemplateFormatVersion: "2010-09-09"
Description: jupyter_sm_guard on the notebook instances that name this lifecycle configuration
Resources:
  SmGuard:
    Type: AWS::SageMaker::NotebookInstanceLifecycleConfig
    Properties:
      NotebookInstanceLifecycleConfigName: {name}
      OnStart:
        - Content:
            Fn::Base64: |
{"".join("    " + line if line.strip() else line for line in body.splitlines(True))}\
Outputs:
  LifecycleConfigName:
    Description: for LifecycleConfigName of AWS::SageMaker::NotebookInstance
    Value: !GetAtt SmGuard.NotebookInstanceLifecycleConfigName
"""


def terraform(name: str, _script: str) -> str:
    """A resource of Terraform's AWS provider."""
    return f"""\
resource "aws_sagemaker_notebook_instance_lifecycle_configuration" "sm_guard" {{
  name     = {json.dumps(name)}
  on_start = base64encode(file("${{path.module}}/{SCRIPT}"))
}}

output "lifecycle_config_name" {{
  description = "for lifecycle_config_name of aws_sagemaker_notebook_instance"
  value       = aws_sagemaker_notebook_instance_lifecycle_configuration.sm_guard.name
}}
"""


def cdk(name: str, _script: str) -> str:
    """A construct of CDK 2, in Python."""
    return f'''\
"""jupyter_sm_guard on the notebook instances that name this lifecycle configuration."""

from pathlib import Path

from aws_cdk import Fn, aws_sagemaker as sagemaker
from constructs import Construct


class SmGuard(Construct):
    """`config_name` is for CfnNotebookInstance(lifecycle_config_name=…)."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        script = Path(__file__).with_name("{SCRIPT}").read_text(encoding="utf-8")
        hook = sagemaker.CfnNotebookInstanceLifecycleConfig.NotebookInstanceLifecycleHookProperty(
            content=Fn.base64(script)
        )
        config = sagemaker.CfnNotebookInstanceLifecycleConfig(
            self,
            "Config",
            notebook_instance_lifecycle_config_name={json.dumps(name)},
            on_start=[hook],
        )
        self.config_name = config.attr_notebook_instance_lifecycle_config_name
'''


FILES: Mapping[str, tuple[str, Callable[[str, str], str]]] = {
    "cloudformation": ("sm-guard.yaml", cloudformation),
    "terraform": ("sm_guard.tf", terraform),
    "cdk": ("sm_guard.py", cdk),
}
"""By format: the file's name, and what makes its text from the configuration's name and script."""

NAME = re.compile(r"(?=.{1,63}$)[a-zA-Z0-9](-*[a-zA-Z0-9])*")
"""What SageMaker takes as the name of a lifecycle configuration."""
