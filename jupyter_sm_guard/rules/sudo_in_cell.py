"""Notebook code should not use sudo

## What it checks
Commands that start with `sudo` in shell lines, `%%bash` cells, scripts, and commands that Python code
starts. What a cell writes to a file with `%%writefile` runs elsewhere and is not looked at.

## Why it matters
It works only where users have root access, which SageMaker.3 forbids: on an instance that meets the
control, the cell fails. With root, a notebook can change what keeps the instance safe.

## How to fix
Do without root: install into your own environment, or let a lifecycle configuration do it, which runs
as root whatever the instance allows its users.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..model import Severity
from ..shell import Script
from . import Match, rule


def _check(script: Script) -> Iterator[Match]:
    for command in script.commands:
        for wrapper in command.wrappers:
            if wrapper.name == "sudo":
                message = "sudo needs root access, which SageMaker.3 forbids"
                yield Match(wrapper.word.start, wrapper.word.end, message)


RULE = rule(
    __doc__,
    name="sudo-in-cell",
    severity=Severity.HIGH,
    group="privilege",
    controls=("SageMaker.3",),
    triggers=("sudo",),
    written=False,
    shell=_check,
    good=("!echo pseudo", "# !sudo yum install x", "%%writefile Dockerfile\nRUN sudo apt-get install x"),
    bad=("!«sudo» yum install x", 'import os\nos.system("«sudo» reboot")'),
)
