"""The role's credentials are copied into the environment

## What it checks
The secret key of a session put into `os.environ`, into the environment of a process, a container or
a job: `env["AWS_SECRET_ACCESS_KEY"] = credentials.secret_key`. Copying what the environment already
has (`os.environ[…]`) is no finding.

## Why it matters
An environment is inherited by every process that is started, shown by many error reports, and kept
in the description of a job. The copy does not renew itself.

## How to fix
Hand on a profile's name (AWS_PROFILE) or a role to assume, or let the other program find the role's
credentials itself, as all of AWS's SDKs do.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ..model import Severity
from ..names import PythonCell
from . import Match, rule

_VARIABLE = "AWS_SECRET_ACCESS_KEY"
_ATTRIBUTES = ("secret_key", "secret_access_key")
_KEYS = ("SecretAccessKey", "secret_key")


def _python(cell: PythonCell) -> Iterator[Match]:
    for key, value in _entries(cell):
        if cell.value(key).text == _VARIABLE and _is_secret(cell, value):
            yield Match(*cell.span(value), "the role's secret key is copied into an environment")


def _entries(cell: PythonCell) -> Iterator[tuple[ast.expr, ast.expr]]:
    """What is set: `target[key] = value`, and `{key: value}`."""
    for node in cell.nodes(ast.Assign):
        for target in node.targets:
            if isinstance(target, ast.Subscript):
                yield target.slice, node.value
    for literal in cell.nodes(ast.Dict):
        for key, value in zip(literal.keys, literal.values, strict=True):
            if key is not None:
                yield key, value


def _is_secret(cell: PythonCell, node: ast.expr) -> bool:
    if isinstance(node, ast.Attribute):
        return node.attr in _ATTRIBUTES
    return isinstance(node, ast.Subscript) and cell.value(node.slice).text in _KEYS


RULE = rule(
    __doc__,
    name="credentials-in-environment",
    severity=Severity.MEDIUM,
    group="secret",
    triggers=(_VARIABLE,),
    python=_python,
    good=(
        "import os\nenv = {'AWS_SECRET_ACCESS_KEY': os.environ['AWS_SECRET_ACCESS_KEY']}",
        "env = {'AWS_PROFILE': 'training'}",
        "boto3.client('s3', aws_secret_access_key=credentials.secret_key)",
    ),
    bad=(
        "env = os.environ.copy()\nenv['AWS_SECRET_ACCESS_KEY'] = «credentials.secret_key»",
        "import os\nos.environ['AWS_SECRET_ACCESS_KEY'] = «a['Credentials']['SecretAccessKey']»",
        "run(env={'AWS_SECRET_ACCESS_KEY': «frozen.secret_key», 'A': 'b'})",
    ),
)
