"""A policy allows everything

## What it checks
Statements that allow the action `*`, all actions of a service on all resources (`s3:*` on `*`), all
but some (`NotAction`), or to pass every role (`iam:PassRole` on `*`) with no condition. In dict
literals, JSON in strings and in files that `%%writefile` writes, and the `aws` command. Policies in
markdown, statements that deny, and single actions on `*` are no finding, nor are policies of
resources, which name a principal: `*` is there that resource.

## Why it matters
Whoever gets at the role, through any notebook or job that has it, can do all of that. Passing every
role is as much as being every role.

## How to fix
Allow the actions that are used, on the resources that they are used on. IAM Access Analyzer makes
such a policy from what was really called.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..iam import Part, Statement, in_python, in_shell, in_written
from ..model import Severity
from ..names import PythonCell
from ..shell import Script
from . import Match, example, rule


def _wildcard(statement: Statement) -> tuple[Part, str] | None:
    """What allows too much, and in what way."""
    if not statement.allows or statement.conditional or statement.of_resource:
        return None
    everywhere = any(part.text == "*" for part in statement.resources)
    for part in statement.not_actions[:1]:
        if everywhere:
            return part, "everything but these actions is allowed, on every resource"
    for part in statement.actions:
        action = part.text.lower()
        if action in ("*", "*:*") and statement.resources:
            return part, "every action is allowed"
        if action.endswith(":*") and everywhere:
            return part, f"every action of {action[:-2]} is allowed, on every resource"
        if action == "iam:passrole" and everywhere:
            return part, "every role may be passed on, an administrator's too"
    return None


def _python(cell: PythonCell) -> Iterator[Match]:
    yield from _matches(in_python(cell))


def _shell(script: Script) -> Iterator[Match]:
    for command in script.commands:
        yield from _matches(in_shell(command))


def _text(text: str) -> Iterator[Match]:
    yield from _matches(in_written(text))


def _matches(statements: Iterator[Statement]) -> Iterator[Match]:
    for statement in statements:
        found = _wildcard(statement)
        if found is not None:
            part, message = found
            yield Match(part.start, part.end, message)


RULE = rule(
    __doc__,
    name="wildcard-iam",
    severity=Severity.MEDIUM,
    group="exposure",
    triggers=("Action",),
    also=(":*", '"*"', "'*'", '\\"*\\"'),
    unless=("SERVICE_CONTROL_POLICY",),  # which limits, and allows nothing by itself
    python=_python,
    shell=_shell,
    text=_text,
    places=("code",),
    good=(
        "s = {'Effect': 'Allow', 'Action': ['s3:GetObject'], 'Resource': 'arn:aws:s3:::b/*'}",
        "s = {'Effect': 'Allow', 'Action': 'cloudwatch:PutMetricData', 'Resource': '*'}",
        "s = {'Effect': 'Deny', 'Action': '*', 'Resource': '*'}",
        "s = {'Effect': 'Allow', 'Action': 's3:*', 'Resource': 'arn:aws:s3:::b/*'}",
        "s = {'Effect': 'Allow', 'Action': 'iam:PassRole', 'Resource': '*',\n"
        "     'Condition': {'StringEquals': {'iam:PassedToService': 'sagemaker.amazonaws.com'}}}",
        example(
            "1",
            markdown=('{"Effect": "Allow", "Action": "sagemaker:*", "Resource": "*"}',),
        ),
        "redshift.create_cluster(PubliclyAccessible=False)",
        '%%writefile p.json\n{"Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]}',
        "x = {'Action': '*', 'Resource': '*'}",
        "root = {'Effect': 'Allow', 'Principal': {'AWS': f'arn:aws:iam::{account}:root'},\n"
        "        'Action': 'kms:*', 'Resource': '*'}",
        '%%writefile key.json\n{"Statement": [{"Effect": "Allow", "Action": "kms:*",\n'
        ' "Principal": {"Service": "logs.amazonaws.com"}, "Resource": "*"}]}',
        "assert policy != {'Effect': 'Allow', 'Action': '*', 'Resource': '*'}",
        'p = f\'{{"Statement": [{{"Effect": "Allow", "Action": "*", "Resource": "*", \'\\\n'
        '    f\'"{condition}": {{"Bool": {{"aws:SecureTransport": "true"}}}}}}]}}\'',
    ),
    bad=(
        "policy = {'Version': '2012-10-17', 'Statement': [\n"
        "    {'Effect': 'Allow', 'Action': «'*'», 'Resource': '*'}]}",
        's = {"Effect": "Allow", "Action": ["ec2:Describe*", «"s3:*"»], "Resource": ["*"]}',
        "s = {'Effect': 'Allow', 'Action': «'iam:PassRole'», 'Resource': '*'}",
        'p = \'\'\'{"Statement": {"Effect": "Allow", "Action": «"s3:*"», "Resource": "*"}}\'\'\'',
        "!aws iam put-role-policy --role-name r --policy-name p --policy-document "
        '\'{"Statement": [{"Effect": "Allow", "Action": «"*"», "Resource": "*"}]}\'',
        '%%writefile policies/p.json\n{"Statement": [{"Effect": "Allow",\n'
        ' "Action": «"*"», "Resource": "*"}]}',
        "%%bash\ncat <<EOF > policy.json\n"
        '{"Statement": [{"Effect": "Allow", "Resource": "*",\n  "Action": [«"sqs:*"»]}]}'
        "\nEOF",
        'p = «f\'{{"Statement": [{{"Effect": "Allow", "Action": "*", "Resource": "*", \'\\\n'
        '    f\'"Sid": "{name}"}}]}}\'»',
    ),
)
