"""A policy lets everybody in

## What it checks
Policies that allow something to the principal `*` with no condition: of buckets, keys, queues,
topics, repositories, and roles that everybody may assume, and functions that everybody may call
(`add_permission`). In dict literals, JSON in strings and the
`aws` command. Policies of VPC endpoints are no finding: the network is their border.

## Why it matters
`*` is everybody: every AWS account, and for S3 everybody on the internet without one.

## How to fix
Name the accounts or roles that need access, or add a condition such as `aws:PrincipalOrgID`.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..iam import Part, Statement, in_python, in_shell, in_written
from ..model import Severity
from ..names import PythonCell
from ..shell import Command, Script, read_arguments
from . import Match, rule

_NARROWER = frozenset(("SourceArn", "SourceAccount", "PrincipalOrgID"))
"""Of Lambda's AddPermission: whom of everybody it is about."""
_MESSAGE = "everybody is let in: the principal is * and there is no condition"


def _public(statement: Statement) -> Part | None:
    """The principal that is everybody, where a statement allows without a condition."""
    if not statement.allows or statement.conditional:
        return None
    return next((p for p in statement.principals if p.text in ("*", "arn:aws:iam::*:root")), None)


def _python(cell: PythonCell) -> Iterator[Match]:
    if "vpc_endpoint" in cell.text.lower() or "vpcendpoint" in cell.text.lower():
        return
    for statement in in_python(cell):
        part = _public(statement)
        if part is not None:
            yield Match(part.start, part.end, _MESSAGE)
    for call in cell.calls() if "add_permission" in cell.text else ():
        given = call.keywords
        everybody = given.get("Principal") if call.method == "add_permission" else None
        narrowed = call.open or not _NARROWER.isdisjoint(given)
        if everybody is not None and everybody.text == "*" and not narrowed:
            yield Match(everybody.start, everybody.end, _MESSAGE)


_NARROWING = ("--source-arn", "--source-account", "--principal-org-id")


def _let_in(command: Command) -> Iterator[Match]:
    """`aws lambda add-permission --principal "*"`."""
    texts = command.texts()
    if command.name == "aws" and texts[:2] == ["lambda", "add-permission"]:
        arguments = read_arguments(command.arguments, long=("--principal", *_NARROWING))
        principal = arguments.option("--principal")
        if principal is not None and principal.text == "*" and not arguments.option(*_NARROWING):
            yield Match(principal.word.start, (principal.value or principal.word).end, _MESSAGE)


def _shell(script: Script) -> Iterator[Match]:
    for command in script.commands:
        yield from _let_in(command)
        if not any("vpc-endpoint" in text for text in command.texts()):
            for statement in in_shell(command):
                part = _public(statement)
                if part is not None:
                    yield Match(part.start, part.end, _MESSAGE)


def _text(text: str) -> Iterator[Match]:
    for statement in in_written(text):
        part = _public(statement)
        if part is not None:
            yield Match(part.start, part.end, _MESSAGE)


RULE = rule(
    __doc__,
    name="public-policy",
    severity=Severity.HIGH,
    group="exposure",
    triggers=("Principal", "principal"),
    also=('"*"', "'*'", ":*:root", '\\"*\\"'),
    python=_python,
    text=_text,
    places=("code",),
    shell=_shell,
    good=(
        "import boto3\nboto3.client('lambda').add_permission(FunctionName='f', StatementId='s',\n"
        "    Action='lambda:InvokeFunction', Principal='*', PrincipalOrgID=org)",
        "trust = {'Effect': 'Allow', 'Principal': {'Service': 'sagemaker.amazonaws.com'},\n"
        "         'Action': 'sts:AssumeRole'}",
        "p = {'Effect': 'Deny', 'Principal': '*', 'Action': 's3:*', 'Resource': arn}",
        "p = {'Effect': 'Allow', 'Principal': '*', 'Action': 's3:GetObject', 'Resource': arn,\n"
        "     'Condition': {'StringEquals': {'aws:PrincipalOrgID': org}}}",
        "ec2.create_vpc_endpoint(PolicyDocument=json.dumps({'Statement': [\n"
        "    {'Effect': 'Allow', 'Principal': '*', 'Action': 's3:GetObject', 'Resource': arn}]}))",
        "x = {'Principal': '*'}",
        "s = {'Effect': 'Allow', 'Principal': '*', 'Action': 'sns:Publish', 'Resource': arn}\n"
        "s['Condition'] = {'ArnLike': {'aws:SourceArn': bucket}}",
        "!aws lambda add-permission --function-name f --principal '*' --source-account {account}",
        '%%writefile p.json\n{"Statement": {"Effect": "Allow",\n'
        ' "Principal": {"AWS": "111122223333"}, "Action": "s3:GetObject", "Resource": "*"}}',
    ),
    bad=(
        "!aws lambda add-permission --function-name f --statement-id s «--principal '*'»",
        "import boto3\nboto3.client('lambda').add_permission(FunctionName='f', StatementId='s',\n"
        "    Action='lambda:InvokeFunction', Principal=«'*'»)",
        '%%writefile bucket.json\n{"Statement": {"Effect": "Allow", "Principal": «"*"»,\n'
        ' "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}}',
        "policy = {'Version': '2012-10-17', 'Statement': [{\n"
        "    'Effect': 'Allow', 'Principal': «'*'», 'Action': 's3:GetObject',\n"
        "    'Resource': f'arn:aws:s3:::{bucket}/*'}]}",
        "trust = {'Effect': 'Allow', 'Principal': {'AWS': «'*'»}, 'Action': 'sts:AssumeRole'}",
        'p = \'\'\'{"Statement": [{"Effect": "Allow", "Principal": «"*"»,\n'
        '    "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}]}\'\'\'',
        '!aws s3api put-bucket-policy --bucket b --policy \'{"Statement": [{"Effect": "Allow", '
        '"Principal": «"*"», "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}]}\'',
    ),
)
