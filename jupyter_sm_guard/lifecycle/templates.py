"""The script as infrastructure code. CloudFormation's text holds it; Terraform's and CDK's read the
file `on-start.sh` beside them, which a reviewer then sees as it is."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping

SCRIPT = "on-start.sh"

_ONLY_ESCAPED = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
_ESCAPED = re.compile(rf'{_ONLY_ESCAPED.pattern}|["\\\n\t]')


def cloudformation(name: str, script: str) -> str:
    """A template with the lifecycle configuration, and its name as output."""
    return f"""\
AWSTemplateFormatVersion: "2010-09-09"
Description: jupyter_sm_guard on the notebook instances that name this lifecycle configuration
Resources:
  SmGuard:
    Type: AWS::SageMaker::NotebookInstanceLifecycleConfig
    Properties:
      NotebookInstanceLifecycleConfigName: {json.dumps(name)}
      OnStart:
        - Content:
            Fn::Base64: {_yaml(script, " " * 14)}
Outputs:
  LifecycleConfigName:
    Description: for LifecycleConfigName of AWS::SageMaker::NotebookInstance
    Value: !GetAtt SmGuard.NotebookInstanceLifecycleConfigName
"""


def _yaml(text: str, indent: str) -> str:
    """A text that ends with a line's end as YAML, to be read by people; as escapes where it has
    what YAML takes for the end of a line, or does not take at all."""
    if _ONLY_ESCAPED.search(text):
        return f'"{_ESCAPED.sub(_escape, text)}"'
    # also lines of nothing but blanks: without the indent, these would be lost
    return "|\n" + "\n".join(line and indent + line for line in text[:-1].split("\n"))


def _escape(found: re.Match[str]) -> str:
    return f"\\U{ord(found[0]):08X}"


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
