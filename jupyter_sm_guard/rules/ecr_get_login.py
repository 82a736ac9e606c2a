"""A registry's password is shown

## What it checks
`aws ecr get-login`, whose output is a command with a password in it, and `aws ecr
get-login-password` whose output nothing takes: no other command, variable or file.

## Why it matters
The password opens the registry for twelve hours. On a command line other users of the machine see
it; as output it is saved in the notebook.

## How to fix
Hand it on without showing it: `aws ecr get-login-password | docker login --username AWS
--password-stdin REGISTRY`.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..model import Severity
from ..shell import Script
from . import Match, rule


def _shell(script: Script) -> Iterator[Match]:
    taken = {id(command.reads) for command in script.commands}
    taken |= {id(inner) for command in script.commands for inner in command.nested}
    for command in script.commands:
        texts = command.texts()
        if command.name != "aws" or "ecr" not in texts:
            continue
        start, end = command.program.start, command.end
        shown = not (script.taken or id(command) in taken or command.redirections)
        if "get-login" in texts:
            yield Match(start, end, "ecr get-login prints a password, and is gone from AWS CLI 2")
        elif "get-login-password" in texts and shown:
            yield Match(start, end, "this prints the registry's password")


RULE = rule(
    __doc__,
    name="ecr-get-login",
    severity=Severity.MEDIUM,
    group="secret",
    triggers=("get-login",),
    written=False,
    shell=_shell,
    good=(
        "!aws ecr get-login-password | docker login --username AWS --password-stdin {registry}",
        "%%bash\naws --region $R ecr get-login-password |\n  docker login --password-stdin x",
        "%%bash\nPASSWORD=$(aws ecr get-login-password)",
        "pw = !aws ecr get-login-password",
        "import subprocess\npw = subprocess.check_output(['aws', 'ecr', 'get-login-password'])\n"
        "subprocess.run('aws ecr get-login-password', shell=True, capture_output=True)",
        "import subprocess\nsubprocess.run(['docker', 'login', '--password-stdin', 'x'],\n"
        "               input=subprocess.check_output(['aws', 'ecr', 'get-login-password']))",
        "%%capture pw\n!aws ecr get-login-password",
        "%%bash --out pw\naws ecr get-login-password",
    ),
    bad=(
        "!$(«aws ecr get-login --no-include-email --region us-east-1»)",
        "x = !(«aws ecr get-login --registry-ids 1 --no-include-email»)",
        "%%sh\n«aws ecr get-login-password --region us-east-1»\necho done",
        "import subprocess\nsubprocess.run(['«aws', 'ecr', 'get-login-password»'])",
        "%%capture --no-stdout\n!«aws ecr get-login-password»",
        "%%bash --err problems\n«aws ecr get-login-password»",
    ),
)
