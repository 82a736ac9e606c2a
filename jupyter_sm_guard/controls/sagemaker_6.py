"""SageMaker app image configurations should be tagged

## What it checks
The tags of an app image configuration. It fails without any tag, or, where the control's parameter
`requiredKeyTags` (up to 6 keys, none by default) is set, when one of those keys is missing. Tags
that AWS sets itself (`aws:`) do not count.

## Why it matters
Tags say whose something is and what it is for. Cost reports, access rules that go by tag, and
whoever has to clean up or answer an alarm depend on them.

## How to fix
Add tags with AddTags (`ResourceArn`, `Tags`), or give them from the start in `Tags` of
CreateAppImageConfig. Tags are readable by many: put nothing secret into them.
"""

from ..model import Severity
from . import aws_control

CONTROL = aws_control(
    __doc__,
    number=6,
    severity=Severity.LOW,
    category="Identify > Inventory > Tagging",
    resource_type="AWS::SageMaker::AppImageConfig",
    config_rule="sagemaker-app-image-config-tagged",
    schedule="change-triggered",
)
