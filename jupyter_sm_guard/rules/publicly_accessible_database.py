"""A database gets a public address

## What it checks
`PubliclyAccessible=True` of Amazon RDS, Redshift and DMS in boto3, and `--publicly-accessible` of
the `aws` command.

## Why it matters
The database can then be reached from the internet, where only its password protects it.

## How to fix
Leave it private, and reach it from the VPC that the notebook instance is in.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..model import Severity
from ..names import PythonCell
from ..shell import Script
from . import Edit, Fix, Match, rule

_MESSAGE = "this database can be reached from the internet"


def _python(cell: PythonCell) -> Iterator[Match]:
    for call in cell.calls():
        value = call.keywords.get("PubliclyAccessible") or call.keywords.get("publiclyAccessible")
        if value is not None and value.is_constant(True):
            literal = cell.text[value.start : value.end] == "True"
            fix = Fix("keep it private", (Edit(value.start, value.end, "False"),))
            yield Match(value.start, value.end, _MESSAGE, fix=fix if literal else None)


def _shell(script: Script) -> Iterator[Match]:
    for command in script.commands:
        if command.name == "aws":
            for word in command.arguments:
                if word.text == "--publicly-accessible":
                    yield Match(word.start, word.end, _MESSAGE)


RULE = rule(
    __doc__,
    name="publicly-accessible-database",
    severity=Severity.HIGH,
    group="exposure",
    triggers=("ubliclyAccessible", "--publicly-accessible"),
    python=_python,
    shell=_shell,
    good=(
        "redshift.create_cluster(ClusterIdentifier=c, PubliclyAccessible=False)",
        "rds.create_db_instance(PubliclyAccessible=public)",
        "!aws rds create-db-instance --no-publicly-accessible",
    ),
    bad=(
        "redshift.create_cluster(ClusterIdentifier=c, PubliclyAccessible=«True»)",
        "!aws rds create-db-instance --db-instance-identifier x «--publicly-accessible»",
    ),
)
