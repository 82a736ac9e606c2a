"""Credentials are fetched from the instance's metadata by hand

## What it checks
Requests to 169.254.169.254 for the role's credentials (`…/iam/security-credentials/`), and to the
container's credentials address 169.254.170.2, with the token request before them, in shell and
Python. Asking the same service for a Region or an instance id is fine, and so is naming an address
where nothing is asked: in NO_PROXY, in a text for people.

## Why it matters
Credentials in variables end up in outputs, logs, environments and images, where they outlive the
code; and they do not renew themselves.

## How to fix
Let the SDK and the AWS CLI find the role's credentials themselves: `boto3.client("s3")`. In local
containers, mount a profile or give the container's own role.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..model import Severity
from ..names import PythonCell
from ..shell import Script, Word
from . import Match, rule

_ADDRESSES = ("169.254.169.254", "169.254.170.2", "fd00:ec2::254")
_CREDENTIALS = "iam/security-credentials"
_CONTAINER = "169.254.170.2"
_PATH_OF_CONTAINER = "CREDENTIALS_RELATIVE_URI"
_COMMANDS = ("curl ", "wget ", "#!")
_BETWEEN_WORDS = re.compile(r"[\s,]")
_MESSAGE = "the role's credentials are fetched by hand"
_TOKEN = "this token is for fetching the role's credentials by hand"  # noqa: S105 # a sentence


def _shell(script: Script) -> Iterator[Match]:
    words = [
        word
        for command in script.commands
        if command.name in ("curl", "wget")
        for word in command.arguments
        if any(address in word.text for address in _ADDRESSES)
    ]
    if not any(_asks_for_credentials(word) for word in words):
        return
    for word in words:
        if _asks_for_credentials(word):
            yield Match(word.start, word.end, _MESSAGE)
        elif "/api/token" in word.text:
            yield Match(word.start, word.end, _TOKEN)


def _asks_for_credentials(word: Word) -> bool:
    return _CREDENTIALS in word.text or _CONTAINER in word.text


def _python(cell: PythonCell) -> Iterator[Match]:
    seen = set()
    # the address may come from a name; one stands in this cell or has got into it
    for part in (_CREDENTIALS, _CONTAINER):
        for value in cell.strings(part):
            if value.start not in seen and _is_request(value.text or "", cell):
                seen.add(value.start)
                yield Match(value.start, value.end, _MESSAGE)


def _is_request(text: str, cell: PythonCell) -> bool:
    """Whether a text that names the credentials is a URL, a part of one, or a command."""
    if text.startswith(_COMMANDS):
        return True
    if _BETWEEN_WORDS.search(text):  # words for people, or a list
        return False
    if text == _CONTAINER:  # a proxy's exception, or what a URL is put together with
        return _PATH_OF_CONTAINER in cell.text
    return True


RULE = rule(
    __doc__,
    name="credentials-from-imds",
    severity=Severity.HIGH,
    group="secret",
    triggers=_ADDRESSES,
    shell=_shell,
    python=_python,
    good=(
        "!curl -s http://169.254.169.254/latest/meta-data/placement/region",
        "%%bash\nT=$(curl -X PUT http://169.254.169.254/latest/api/token)\n"
        'curl -H "X-aws-ec2-metadata-token: $T" http://169.254.169.254/latest/meta-data/instance-id',
        "url = 'http://169.254.169.254/latest/meta-data/placement/region'",
        "with open('/opt/ml/metadata/resource-metadata.json') as file:\n    pass",
        "# curl http://169.254.169.254/latest/meta-data/iam/security-credentials/",
        "import os\nos.environ['NO_PROXY'] = 'localhost,169.254.169.254,169.254.170.2'",
        "def role():\n"
        '    """Its name, without iam/security-credentials of 169.254.169.254."""\n'
        "print('never curl 169.254.170.2')\nno_proxy = ['169.254.169.254', '169.254.170.2']",
    ),
    bad=(
        "!curl -s «http://169.254.169.254/latest/meta-data/iam/security-credentials/role»",
        "%%writefile run_container.sh\n"
        'T=$(curl -s -X PUT «"http://169.254.169.254/latest/api/token"» -H "a: 21600")\n'
        'curl -H "b: $T" «http://169.254.169.254/latest/meta-data/iam/security-credentials/$R»',
        "import requests\n"
        "requests.get(«'http://169.254.169.254/latest/meta-data/iam/security-credentials/role'»)",
        "import requests\nBASE = 'http://169.254.169.254/latest/meta-data'\n"
        "requests.get(BASE + «'/iam/security-credentials/role'»)",
        "import os\nhost = «'169.254.170.2'»\n"
        "url = f\"http://{host}{os.environ['AWS_CONTAINER_CREDENTIALS_RELATIVE_URI']}\"",
        "import os, requests\nrequests.get(«'http://169.254.170.2'» + os.environ['URI'])",
        "command = «'curl -s http://169.254.170.2'» + uri",
        "%%sh\ncurl «169.254.170.2$AWS_CONTAINER_CREDENTIALS_RELATIVE_URI»",
    ),
)
