"""The check of a server's certificate is switched off

## What it checks
`curl -k`, `wget --no-check-certificate`, `verify=False`, aiohttp's `ssl=False`, `git config
http.sslVerify false`, `pip --trusted-host`, `aws --no-verify-ssl`, unverified `ssl` contexts, and
variables such as PYTHONHTTPSVERIFY=0, set in a shell, in Python, with `%env` or in a Dockerfile. A
request to this very machine (localhost) is fine.

## Why it matters
Without the check, anybody on the way can read the request, credentials included, and put other data
or code in the answer.

## How to fix
Leave the option out. For a server with a certificate of your company's own, give its authority:
`verify="/path/ca.pem"`, `curl --cacert`, REQUESTS_CA_BUNDLE.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

from ..environment import Variable, in_magics, in_python, in_shell
from ..hosts import host_of
from ..model import Severity
from ..names import Assignment, Call, PythonCell
from ..shell import UNKNOWN, Command, Script, Word, read_arguments
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
    "MLFLOW_TRACKING_INSECURE_TLS": ("true", "True", "TRUE", "1"),
}
_UNCHECKED = ("PIP_TRUSTED_HOST", "UV_INSECURE_HOST")
"""Variables with the names of servers that are not checked."""
_SET = frozenset((*_VARIABLES, *_UNCHECKED))
_HERE = ("localhost", "127.0.0.1", "0.0.0.0", "::1")  # noqa: S104 # compared with, not bound to
_METHODS = frozenset(
    (
        *("get", "post", "put", "delete", "patch", "head", "options", "request", "stream"),
        *("client", "resource", "Client", "AsyncClient", "Session", "send"),
    )
)
_WITH_URL = frozenset(("get", "post", "put", "delete", "patch", "head", "options"))
_SERVERS = ("url", "endpoint_url", "base_url", "host", "hosts")
_OFF: dict[str, tuple[tuple[bool | str | None, ...], tuple[str, ...]]] = {
    "ssl": ((False,), ("aiohttp.", "urllib3.")),
    "cert_reqs": (("CERT_NONE",), ("aiohttp.", "urllib3.")),
    "ssl_cert_reqs": ((None, "none"), ("redis.",)),
    "tlsAllowInvalidCertificates": ((True,), ("",)),
    "tlsInsecure": ((True,), ("",)),
}
"""Arguments of which a value switches the check off, and the packages that take them."""
_UNVERIFIED = frozenset(("ssl._create_unverified_context",))
_MESSAGE = "the server's certificate is not checked"
_URL = re.compile(r"https?://[^\s'\"]{0,400}", re.IGNORECASE)
_OF_SESSION = re.compile(r"(\w+)\.verify\b")
_SESSION = re.compile(r"session|client|http|request|conn|(?:^|_)s$", re.IGNORECASE)


def _shell(script: Script) -> Iterator[Match]:
    for command in script.commands:
        yield from _flags(command)
        yield from _settings(command)
        yield from _switched_off(in_shell(command))


def _flags(command: Command) -> Iterator[Match]:
    names = _FLAGS.get(command.name, ())
    if not names or _is_here(command):
        return
    arguments = read_arguments(command.arguments, _LETTERS.get(command.name, ""))
    for option in arguments.options:
        if option.name in names and not option.word.text.endswith(("=false", "=off")):
            word = option.word
            whole = word.text == option.name and option.name not in ("--trusted-host",)
            edit = Edit(word.start - 1, word.end, "")
            fix = (
                Fix(f"leave {word.text} out", (edit,))
                if whole and word.start and word.literal
                else None
            )
            yield Match(word.start, word.end, _MESSAGE, fix=fix)


def _is_here(command: Command) -> bool:
    return any(host_of(text) in _HERE for text in command.texts())


def _settings(command: Command) -> Iterator[Match]:
    """`git config http.sslVerify false`, `git -c http.sslVerify=false`, `conda config --set …`."""
    if command.name not in ("git", "conda", "mamba", "npm", "pip", "pip3"):
        return
    if command.texts()[:1] == ["-c"] and _is_here(command):  # for this one request
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
    yield from _switched_off(in_magics(text))


def _switched_off(variables: Iterable[Variable]) -> Iterator[Match]:
    for variable in variables:
        if _is_off(variable.name, variable.value):
            yield Match(variable.start, variable.end, _MESSAGE)


def _is_off(name: str, value: str) -> bool:
    """Whether a variable of the environment switches the check off."""
    if name in _UNCHECKED:
        return bool(value) and host_of(value) not in _HERE
    return value in _VARIABLES.get(name, ())


def _python(cell: PythonCell) -> Iterator[Match]:
    for call in cell.calls():
        yield from _call(call)
    yield from _switched_off(in_python(cell, _SET))
    off = [assignment for assignment in cell.assignments() if _switches_off(assignment)]
    is_here = bool(off) and _all_here(cell)
    for assignment in off:
        if not (is_here and _is_of_session(assignment, cell)):
            yield Match(assignment.start, assignment.end, _MESSAGE)


def _call(call: Call) -> Iterator[Match]:
    for name in ("verify", "verify_ssl", "verify_certs", "ssl_verify"):
        value = call.keywords.get(name)
        if value is None or not value.is_constant(False):
            continue
        if (name != "verify" or _asks(call)) and not _asks_here(call):
            fix = Fix("check it", (Edit(value.start, value.end, "True"),))
            literal = call.cell.text[value.start : value.end] == "False"
            yield Match(value.start, value.end, _MESSAGE, fix=fix if literal else None)
    for name, (off, packages) in _OFF.items():
        value = call.keywords.get(name)
        if value is None or not (call.name or "").startswith(packages):
            continue
        is_off = value.name == "ssl.CERT_NONE" or any(map(value.is_constant, off))
        if is_off and not _asks_here(call):
            yield Match(value.start, value.end, _MESSAGE)
    if call.is_named(_UNVERIFIED):
        yield Match(call.start, call.end, _MESSAGE)


def _asks(call: Call) -> bool:
    """Whether it is a request or makes a client; of other methods called `get` the first argument
    is no URL."""
    if _is_web(call.name):
        return True
    first = call.argument("url", 0) if call.method in _WITH_URL else None
    is_other = first is not None and first.kind == "constant" and "/" not in (first.text or "")
    return call.method in _METHODS and not is_other


def _asks_here(call: Call) -> bool:
    """Whether all that is asked is this very machine."""
    nodes = [keyword.value for keyword in call.node.keywords if keyword.arg in _SERVERS]
    first = 1 if call.method in ("request", "stream") else 0
    hosts = [_hosts(call.cell, node) for node in nodes or call.node.args[first : first + 1]]
    every = [host for listed in hosts for host in listed]
    return bool(every) and all(host in _HERE for host in every)


def _hosts(cell: PythonCell, node: ast.expr) -> Iterator[str | None]:
    """The hosts that an argument names, or lists; None for one that is not known."""
    if isinstance(node, ast.List):
        for element in node.elts:
            yield from _hosts(cell, element)
    elif isinstance(node, (ast.JoinedStr, ast.BinOp)):
        yield _host(_text_of(cell, node))
    else:
        value = cell.value(node)
        for item in value.items_here if value.kind == "list" else (value,):
            named = item.entries.get("host", item) if item.kind == "dict" else item
            yield _host(named.text or "")


def _host(text: str) -> str | None:
    return host_of(text.partition("://")[2] or text)


def _text_of(cell: PythonCell, node: ast.expr) -> str:
    """A text that is put together, with a mark for what is not known of it."""
    if isinstance(node, ast.JoinedStr):
        parts = (p.value if isinstance(p, ast.FormattedValue) else p for p in node.values)
        return "".join(_text_of(cell, part) for part in parts)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return _text_of(cell, node.left) + _text_of(cell, node.right)
    text = cell.value(node).text
    return UNKNOWN if text is None else text


def _all_here(cell: PythonCell) -> bool:
    """Whether every URL in a cell is this very machine's, and there are some. Other cells do not
    count: what is said of one must not hang on what stands in others and changes no name of it."""
    hosts = [host_of(url) for url in _URL.findall(cell.text)]
    return bool(hosts) and all(host in _HERE for host in hosts)


def _is_of_session(assignment: Assignment, cell: PythonCell) -> bool:
    """Whether it is about a session that the cell makes."""
    written = _OF_SESSION.match(cell.text, assignment.start)
    made = cell.bindings.get(written[1], []) if written else []
    return any(binding.is_whole for binding in made)


def _is_web(name: str | None) -> bool:
    return name is not None and name.startswith(
        ("requests.", "httpx.", "boto3.", "aiohttp.", "qdrant_client.")
    )


def _switches_off(assignment: Assignment) -> bool:
    target, value = assignment.target or "", assignment.value
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
        *_UNCHECKED,
        "tlsAllowInvalidCertificates",
        "tlsInsecure",
        "verify=",
        "verify =",
        "verify_ssl",
        "verify_certs",
        "verify_mode",
        "_create_unverified_context",
        "check_hostname",
        "aiohttp",
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
        "!curl -k https://[::1]:8443/x; git -c http.sslVerify=false clone https://localhost:3000/x",
        "!wget https://example.com/x.zip",
        "!echo curl -k",
        "!git",
        "!git config http.sslVerify true",
        "import requests\nrequests.get(url, verify=True)\nrequests.get(url, verify='/etc/ca.pem')",
        "check(data, verify=False)\ncache.get('k', verify=False)\nrows.get(0, verify=False)",
        "import requests\nrequests.get(f'https://localhost:{port}/api', verify=False)\n"
        "requests.request('GET', 'https://localhost:8443/' + path, verify=False)",
        "from opensearchpy import OpenSearch\n"
        "OpenSearch([{'host': 'localhost', 'port': 9200}], verify_certs=False)\n"
        "boto3.client('s3', endpoint_url='https://localhost:4566', verify=False)",
        "import requests\nrequests.get('https://[::1]:8443/x', verify=False)",
        "import requests\nsession = requests.Session()\nsession.verify = False\n"
        "session.get('https://localhost:8443/x')\nsession.get(f'http://127.0.0.1:{port}/x')",
        "%env PIP_TRUSTED_HOST=localhost",
        "# requests.get(url, verify=False)",
        "model.verify = False",
        "import aiohttp\naiohttp.TCPConnector(ssl=context)\n"
        "async with aiohttp.ClientSession() as s:\n"
        "    await s.get('https://localhost:8443', ssl=False)\n    await s.get(url, ssl=True)",
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
        example(
            "import aiohttp as a\nasync with a.ClientSession() as s:\n"
            "    await s.get(url, ssl=«False»)",
            "web = a.ClientSession()",
            "await web.post(url, ssl=«False»)",
        ),
        '%%writefile Dockerfile\nFROM x\nRUN ["pip", "install", "«--trusted-host»", "x.io", '
        '"y"]\nRUN <<EOT bash\npip install «--trusted-host» x.io y\nEOT',
        "import requests\nrequests.get(f'https://{host}/localhost', verify=«False»)\n"
        "session.get('/api', verify=«False»)\nsession.get(url, verify=«False»)",
        "from opensearchpy import OpenSearch\n"
        "OpenSearch(['localhost', 'search.example.com'], verify_certs=«False»)",
        "import redis\nredis.Redis(host=host, ssl=True, ssl_cert_reqs=«None»)",
        "from pymongo import MongoClient\nMongoClient(uri, tlsAllowInvalidCertificates=«True»)",
        "%env «MLFLOW_TRACKING_INSECURE_TLS=true»\n%env «PIP_TRUSTED_HOST=pypi.org»",
        "import urllib3\nurllib3.PoolManager(cert_reqs=«'CERT_NONE'»)",
        "import ssl\n«ssl._create_default_https_context = ssl._create_unverified_context»",
        "import os\n«os.environ['PYTHONHTTPSVERIFY'] = '0'»",
        "import requests\nsession = requests.Session()\n«session.verify = False»\n"
        "session.get('https://localhost:8443/x')\nsession.get('https://example.com')",
        example(
            "import requests\nsession = requests.Session()",
            "«session.verify = False»\nsession.get('https://localhost:8443/x')",
        ),
        "from requests import Session\nweb = Session()\n«web.verify = False»",
        "%env «GIT_SSL_NO_VERIFY=true»\n%set_env «NODE_TLS_REJECT_UNAUTHORIZED 0»",
        example(
            "settings = {'GIT_SSL_NO_VERIFY': 'true'}", "import os\nos.environ.update(«settings»)"
        ),
        "import os\n«os.environ.setdefault('CURL_CA_BUNDLE', '')»",
        "%%writefile Dockerfile\nFROM x\nENV A=b «GIT_SSL_NO_VERIFY=1»\n"
        "RUN --mount=type=cache,target=/r \\\n  # as root\n  pip install «--trusted-host» x.io y",
        example("export «NODE_TLS_REJECT_UNAUTHORIZED=0»", file="x.sh"),
    ),
)
