"""The check of a server's certificate is switched off

## What it checks
`curl -k`, `wget --no-check-certificate`, `verify=False`, `git config http.sslVerify false`, `pip
--trusted-host`, `aws --no-verify-ssl`, unverified `ssl` contexts, and variables such as
PYTHONHTTPSVERIFY=0, set in a shell, in Python, with `%env` or in a Dockerfile. A request to this
very machine (localhost) is fine.

## Why it matters
Without the check, anybody on the way can read the request, credentials included, and put other data
or code in the answer.

## How to fix
Leave the option out. For a server with a certificate of your company's own, give its authority:
`verify="/path/ca.pem"`, `curl --cacert`, REQUESTS_CA_BUNDLE.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..hosts import host_of
from ..model import Severity
from ..names import Assignment, Call, PythonCell
from ..shell import Command, Script, Word, read_arguments
from . import Edit, Fix, Match, example, rule

_FLAGS = {
    "curl": ("-k", "--insecure", "--proxy-insecure"),
    "wget": ("--no-check-certificate",),
    "pip": ("--trusted-host",),
    "pip3": ("--trusted-host",),
    "uv": ("--allow-insecure-host", "--trusted-host"),
    "aws": ("--no-verify-ssl",),
    "conda": ("--insecure",),
    "helm": ("--insecure-skip-tls-verify",),
    "kubectl": ("--insecure-skip-tls-verify",),
}
_LETTERS = {"curl": "AbcCdDeEFHKmoPQrtTuUwxXyYz", "pip": "rceif", "pip3": "rceif"}
_SETTINGS = ("http.sslverify", "https.sslverify", "ssl_verify", "strict-ssl")
_VARIABLES = {
    "PYTHONHTTPSVERIFY": ("0",),
    "GIT_SSL_NO_VERIFY": ("1", "true", "True"),
    "NODE_TLS_REJECT_UNAUTHORIZED": ("0",),
    "CURL_CA_BUNDLE": ("",),
    "REQUESTS_CA_BUNDLE": ("",),
}
_HERE = ("localhost", "127.0.0.1", "0.0.0.0")  # noqa: S104 # compared with, not bound to
_METHODS = frozenset(
    (
        *("get", "post", "put", "delete", "patch", "head", "options", "request", "stream"),
        *("client", "resource", "Client", "AsyncClient", "Session", "send"),
    )
)
_UNVERIFIED = frozenset(("ssl._create_unverified_context",))
_UPDATE, _SETTERS = (
    frozenset(("os.environ.update",)),
    frozenset(("os.environ.setdefault", "os.putenv")),
)
_MESSAGE = "the server's certificate is not checked"
_MAGIC = re.compile(
    r"^[ \t]{0,40}%(?:set_)?env[ \t]{1,9}([A-Z_]{3,40})(?:[ \t]{0,9}=|[ \t])[ \t]{0,9}"
    r"([^\s#]{0,9})$",
    re.MULTILINE,
)
_SESSION = re.compile(r"session|client|http|request|conn|(?:^|_)s$", re.IGNORECASE)


def _shell(script: Script) -> Iterator[Match]:
    for command in script.commands:
        yield from _flags(command)
        yield from _settings(command)
        words = command.assignments
        if command.name in ("export", "declare", "env", "set"):
            words = (*words, *command.arguments)
        for word in words:
            name, _, value = word.text.partition("=")
            if value in _VARIABLES.get(name, ()) and "=" in word.text:
                yield Match(word.start, word.end, _MESSAGE)


def _flags(command: Command) -> Iterator[Match]:
    names = _FLAGS.get(command.name, ())
    if not names or any(host_of(text) in _HERE for text in command.texts()):
        return
    arguments = read_arguments(command.arguments, _LETTERS.get(command.name, ""))
    for option in arguments.options:
        if option.name in names and not option.word.text.endswith("=false"):
            word = option.word
            whole = word.text == option.name and option.name not in ("--trusted-host",)
            edit = Edit(word.start - 1, word.end, "")
            fix = (
                Fix(f"leave {word.text} out", (edit,))
                if whole and word.start and word.literal
                else None
            )
            yield Match(word.start, word.end, _MESSAGE, fix=fix)


def _settings(command: Command) -> Iterator[Match]:
    """`git config http.sslVerify false`, `git -c http.sslVerify=false`, `conda config --set …`."""
    if command.name not in ("git", "conda", "mamba", "npm", "pip", "pip3"):
        return
    for word, following in zip(command.arguments, (*command.arguments[1:], None), strict=False):
        name, _, value = word.text.partition("=")
        if name.lower() in _SETTINGS:
            given = value or (following.text if following is not None else "")
            if given.lower() in ("false", "0", "no"):
                yield Match(word.start, _end(word, value, following), _MESSAGE)
        elif name == "global.trusted-host":
            yield Match(word.start, word.end, _MESSAGE)


def _end(word: Word, value: str, following: Word | None) -> int:
    return word.end if value or following is None else following.end


def _text(text: str) -> Iterator[Match]:
    """`%env NAME=value`, which is neither Python nor shell."""
    for match in _MAGIC.finditer(text):
        if match[2] in _VARIABLES.get(match[1], ()):
            yield Match(match.start(1), match.end(), _MESSAGE)


def _python(cell: PythonCell) -> Iterator[Match]:
    for call in cell.calls():
        yield from _call(call)
        yield from _set_by(call)
    for assignment in cell.assignments():
        if _switches_off(assignment):
            yield Match(assignment.start, assignment.end, _MESSAGE)


def _call(call: Call) -> Iterator[Match]:
    for name in ("verify", "verify_ssl", "verify_certs", "ssl_verify"):
        value = call.keywords.get(name)
        if value is None or not value.is_constant(False):
            continue
        first = call.argument("url", 0)
        here = first is not None and first.text is not None and host_of(first.text) in _HERE
        if not here and (name != "verify" or call.method in _METHODS or _is_web(call.name)):
            fix = Fix("check it", (Edit(value.start, value.end, "True"),))
            literal = value.end - value.start == len("False")
            yield Match(value.start, value.end, _MESSAGE, fix=fix if literal else None)
    for name, off in (("ssl", False), ("cert_reqs", "CERT_NONE")):
        value = call.keywords.get(name)
        is_off = value is not None and (value.is_constant(off) or value.name == "ssl.CERT_NONE")
        if value is not None and is_off and (call.name or "").startswith(("aiohttp.", "urllib3.")):
            yield Match(value.start, value.end, _MESSAGE)
    if call.is_named(_UNVERIFIED):
        yield Match(call.start, call.end, _MESSAGE)


def _set_by(call: Call) -> Iterator[Match]:
    """`os.environ.update(…)` and the like."""
    if call.is_named(_UPDATE) and call.arguments:
        for variable, value in call.arguments[0].entries.items():
            if value.text in _VARIABLES.get(variable, ()):
                yield Match(value.start, value.end, _MESSAGE)
    if call.is_named(_SETTERS):
        name, given = call.argument("key", 0), call.argument("value", 1)
        known = _VARIABLES.get(name.text or "", ()) if name is not None else ()
        if given is not None and given.text in known:
            yield Match(call.start, call.end, _MESSAGE)


def _is_web(name: str | None) -> bool:
    return name is not None and name.startswith(("requests.", "httpx.", "boto3.", "aiohttp."))


def _switches_off(assignment: Assignment) -> bool:
    target, value = assignment.target or "", assignment.value
    if target.endswith("environ") and assignment.key is not None:
        return value.text in _VARIABLES.get(assignment.key.text or "", ())
    if target == "ssl._create_default_https_context":
        return value.name == "ssl._create_unverified_context"
    if target.endswith(".verify_mode"):
        return value.name == "ssl.CERT_NONE"
    if not value.is_constant(False):
        return False
    base, _, attribute = target.rpartition(".")
    if attribute == "verify":  # not every object's
        return _is_web(base) or _SESSION.search(base.rpartition(".")[2]) is not None
    return attribute == "check_hostname"


RULE = rule(
    __doc__,
    name="tls-check-off",
    severity=Severity.HIGH,
    group="privilege",
    triggers=(
        "curl",
        "--no-check-certificate",
        "trusted-host",
        "insecure",
        "--no-verify-ssl",
        "sslVerify",
        "sslverify",
        "ssl_verify",
        "strict-ssl",
        *_VARIABLES,
        "verify=",
        "verify =",
        "verify_ssl",
        "verify_certs",
        "verify_mode",
        "_create_unverified_context",
        "check_hostname",
        "TCPConnector",
        "cert_reqs",
        '"verify"',
        "'verify'",
    ),
    shell=_shell,
    dockerfile=True,
    python=_python,
    text=_text,
    places=("code",),
    good=(
        "!curl -fsSL https://example.com/k -o k",
        "!curl -k https://localhost:8443/health",
        "!wget https://example.com/x.zip",
        "!echo curl -k",
        "!git",
        "!git config http.sslVerify true",
        "import requests\nrequests.get(url, verify=True)\nrequests.get(url, verify='/etc/ca.pem')",
        "check(data, verify=False)",
        "# requests.get(url, verify=False)",
        "model.verify = False",
        "import aiohttp\naiohttp.TCPConnector(ssl=context)",
        "import urllib3\nurllib3.PoolManager(cert_reqs='CERT_REQUIRED')",
        "%env PYTHONHTTPSVERIFY=1\n# %env PYTHONHTTPSVERIFY=0",
        "!PYTHONHTTPSVERIFY=1 python x.py",
    ),
    bad=(
        "! wget https://example.com/x.zip «--no-check-certificate» && unzip x.zip",
        "!wget «--no-check-certificate» -q {url}",
        "%%bash\ncurl «-sSLk» https://example.com/x -o x\ncurl «--insecure» $URL",
        "!pip install «--trusted-host» pypi.example.com x",
        "!git config --global «http.sslVerify false»",
        "!git -c «http.sslVerify=false» clone https://example.com/x.git",
        "!«GIT_SSL_NO_VERIFY=1» git pull",
        "!aws s3 ls «--no-verify-ssl»",
        "import requests as r\nr.get('https://example.com', verify=«False»)",
        "import boto3\nboto3.client('s3', verify=«False»)",
        "%%bash\npython3 -u - <<'PY'\nimport requests\nrequests.get(u, verify=«False»)\nPY",
        '!python -c "import requests; requests.get(\\"https://x.io\\", verify=«False»)"',
        example("import os", "%%writefile x.py\nimport os\nx = 'curl -k y.io'\n«os.system(x)»"),
        "%%bash\ncat > get.sh <<EOF\ncurl «-k» https://example.com/$X -o x\nEOF",
        "import aiohttp\naiohttp.TCPConnector(ssl=«False»)",
        "import urllib3\nurllib3.PoolManager(cert_reqs=«'CERT_NONE'»)",
        "import ssl\n«ssl._create_default_https_context = ssl._create_unverified_context»",
        "import os\n«os.environ['PYTHONHTTPSVERIFY'] = '0'»",
        "import requests\nsession = requests.Session()\n«session.verify = False»",
        "from requests import Session\nweb = Session()\n«web.verify = False»",
        "%env «GIT_SSL_NO_VERIFY=true»\n%set_env «NODE_TLS_REJECT_UNAUTHORIZED 0»",
        "import os\n«os.environ.setdefault('CURL_CA_BUNDLE', '')»",
        "%%writefile Dockerfile\nFROM x\nENV A=b «GIT_SSL_NO_VERIFY=1»\n"
        "RUN --mount=type=cache,target=/r \\\n  # as root\n  pip install «--trusted-host» x.io y",
        example("export «NODE_TLS_REJECT_UNAUTHORIZED=0»", file="x.sh"),
    ),
)
