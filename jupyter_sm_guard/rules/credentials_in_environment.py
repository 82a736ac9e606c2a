"""The role's credentials are copied into the environment

## What it checks
The secret key of a session put into `os.environ`, into the environment of a process, a container or
a job: `env["AWS_SECRET_ACCESS_KEY"] = credentials.secret_key`, `dict(AWS_SECRET_ACCESS_KEY=…)`,
`os.environ.setdefault(…)`, also by way of a variable. Copying what the environment already
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
from ..names.set_to import set_to
from . import Match, example, rule

_MESSAGE = "the role's secret key is copied into an environment"
_VARIABLE = "AWS_SECRET_ACCESS_KEY"
_ATTRIBUTES = ("secret_key", "secret_access_key")
_KEYS = ("SecretAccessKey", "secret_key")
_FROZEN = ("get_frozen_credentials", 1)
"""The method that gives a tuple, and which part of it is the secret key."""
_SETTERS = ("setdefault", "putenv")
_FAR = 8
"""Names that are followed one after the other."""


def _python(cell: PythonCell) -> Iterator[Match]:
    entries = ((cell.value(key).text, value) for key, value in _entries(cell))
    for name, value in (*entries, *_given(cell)):
        if name == _VARIABLE and _is_secret(cell, value):
            yield Match(*cell.span(value), _MESSAGE)


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


def _given(cell: PythonCell) -> Iterator[tuple[str | None, ast.expr]]:
    """What calls set: `dict(key=value)`, `os.environ.update(key=value)`, `putenv("key", value)`."""
    for call in cell.calls():
        function, node = call.node.func, call.node
        name = function.id if isinstance(function, ast.Name) else call.method
        if name in ("dict", "update"):
            yield from ((keyword.arg, keyword.value) for keyword in node.keywords)
        elif name in _SETTERS and len(node.args) == 2:
            yield cell.value(node.args[0]).text, node.args[1]


def _is_secret(cell: PythonCell, node: ast.expr) -> bool:
    path: tuple[int, ...] = ()
    for _ in range(_FAR):
        found = set_to(cell, node) if isinstance(node, ast.Name) and not path else None
        if found is None:
            break
        cell, node, path = found.cell, found.node, found.path
    if path:
        is_frozen = isinstance(node, ast.Call) and cell.call(node).method == _FROZEN[0]
        return is_frozen and path == _FROZEN[1:]
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
        "env.setdefault('AWS_SECRET_ACCESS_KEY', '')\nenv.update(AWS_SECRET_ACCESS_KEY=None)\n"
        "key, _, token = c.get_frozen_credentials()\nenv['AWS_SECRET_ACCESS_KEY'] = key",
    ),
    bad=(
        "env = os.environ.copy()\nenv['AWS_SECRET_ACCESS_KEY'] = «credentials.secret_key»",
        "import os\nos.environ['AWS_SECRET_ACCESS_KEY'] = «a['Credentials']['SecretAccessKey']»",
        "run(env={'AWS_SECRET_ACCESS_KEY': «frozen.secret_key», 'A': 'b'})",
        "env = dict(os.environ, AWS_SECRET_ACCESS_KEY=«frozen.secret_key»)\n"
        "os.environ.update(AWS_SECRET_ACCESS_KEY=«frozen.secret_key»)",
        "import os\nos.environ.setdefault('AWS_SECRET_ACCESS_KEY', «c.secret_key»)\n"
        "os.putenv('AWS_SECRET_ACCESS_KEY', «c.secret_key»)",
        example(
            "secret = frozen.secret_key\n_, key, token = c.get_frozen_credentials()",
            "env['AWS_SECRET_ACCESS_KEY'] = «secret»\nenv = {'AWS_SECRET_ACCESS_KEY': «key»}",
        ),
    ),
)
