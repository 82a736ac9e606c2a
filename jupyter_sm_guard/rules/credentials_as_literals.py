"""Credentials are given as literals

## What it checks
Passwords, keys and tokens written as text where a call, a variable of the environment, a
connection, a header of HTTP or a command takes one: `aws_secret_access_key="…"`,
`MasterUserPassword="…"`, `os.environ["HF_TOKEN"] = "…"`, `{"Authorization": "Bearer …"}`, `export
OPENAI_API_KEY=…`, `wandb login …`, `aws configure set …`; also in what a cell writes into a `.env`,
JSON, YAML or INI file or a Dockerfile. Placeholders and values that are looked up are no finding.
The value is never shown.

## Why it matters
What stands in a notebook goes wherever the notebook goes, and stays in its history.

## How to fix
Change the credential: it has been seen. On SageMaker leave AWS's keys out, the execution role is
used by itself; have others looked up in AWS Secrets Manager when the code runs, or asked for with
`getpass`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import lru_cache

from ..credentials import (
    HEADERS,
    in_header,
    is_credential,
    is_named_credential,
    is_secret_name,
)
from ..model import Severity
from ..names import Call, PythonCell
from ..secrets import find
from ..shell import Command, Script, Word, read_arguments
from ..values import Origin, Value
from . import Match, example, rule

_KEYWORDS = frozenset(
    (
        *("aws_access_key_id", "aws_secret_access_key", "aws_session_token", "password", "passwd"),
        *("MasterUserPassword", "master_user_password", "api_key", "client_secret", "secret_key"),
        *("auth_token", "access_token", "hf_token", "use_auth_token", "api_token"),
    )
)
_LOGINS = {
    "huggingface_hub.login": ("token", 0),
    "huggingface_hub.notebook_login": ("token", 0),
    "wandb.login": ("key", 1),
}
"""The argument that takes a credential: its name, and its place among those without one."""
_SETTERS = ("os.environ.setdefault", "os.putenv")
_CALLED = frozenset(name.rpartition(".")[2] for name in (*_LOGINS, *_SETTERS))
_BASIC = frozenset(("HTTPBasicAuth",))
_WRITTEN = (ast.Constant, ast.JoinedStr, ast.BinOp)
"""What may be a text that stands right there."""
_IN_PYTHON = (
    *sorted(_KEYWORDS),
    *("TOKEN", "API_KEY", "PASSWORD", "SECRET", "AWS_ACCESS_KEY_ID", "KAGGLE_KEY", "login"),
    *("PASSWD", "SECRET_KEY", "SecretKey", "secretKey", "apikey", "apiKey", "ApiKey", "APIKEY"),
    *("Passwd", "Password", "secret_access_key", "secretAccessKey", "SecretAccessKey"),
    *HEADERS,
    *("clientSecret", "ClientSecret", "auth=", "auth =", "HTTPBasicAuth", "option("),
    *(f"{whose}_token" for whose in ("bot", "github", "gitlab", "slack", "bearer")),
    *(f"{whose}Token" for whose in ("access", "auth", "api", "bot", "github", "slack", "bearer")),
    *(f"{whose}Token" for whose in ("Access", "Auth", "Api", "Bot", "GitHub", "Slack", "Bearer")),
)
_MESSAGE = "a credential is written out here"


def _python(cell: PythonCell) -> Iterator[Match]:
    seen: set[int] = set()
    sure = (v for name, v in _given(cell) if is_credential(v.text, name))
    named = (v for name, v in _named(cell) if _is_named(name, v.text))
    for value in (*sure, *named):
        if value.start not in seen and not _is_found(cell, value):
            seen.add(value.start)
            yield Match(value.start, value.end, _MESSAGE)


def _is_named(name: str | None, text: str | None) -> bool:
    if name is None or text is None:
        return False
    return is_named_credential(*in_header(name, text))


_LENGTH = 40


def _is_found(cell: PythonCell, value: Value) -> bool:
    """Whether it is the secret key behind an AWS key's id, which is found as that."""
    text, origin = value.text or "", value.origin
    if len(text) != _LENGTH or origin is None:
        return False
    return text in _found_in(_home(cell, origin).source)


@lru_cache(maxsize=16)
def _found_in(text: str) -> frozenset[str]:
    return frozenset(text[secret.start : secret.end] for secret in find(text))


def _home(cell: PythonCell, origin: Origin) -> PythonCell:
    return next((c for c in cell.notebook.cells if c.index == origin.cell), cell)


def _named(cell: PythonCell) -> Iterator[tuple[str | None, Value]]:
    """What is given to a name that only may mean a credential: only literals, a name's value is
    found where it is set."""
    for assignment in cell.assignments():
        if isinstance(assignment.node, _WRITTEN) and not _holds_named(cell, assignment.node):
            name = assignment.target if assignment.key is None else assignment.key.text
            if isinstance(name, str):
                yield name.rpartition(".")[2], assignment.value
    for key, node in cell.entries():
        if isinstance(node, _WRITTEN) and not _holds_named(cell, node):
            yield key, cell.value(node)
    for call in cell.calls():
        yield from _named_in(cell, call)


def _holds_named(cell: PythonCell, node: ast.expr) -> bool:
    """Whether it is put together with a name that is found where it is set."""
    if isinstance(node, ast.Constant):
        return False
    names = (inner for inner in ast.walk(node) if isinstance(inner, ast.Name))
    return any(_is_set_as(cell, name) for name in names)


_SETS = re.compile(r"(?:^|[\n;])[ \t]*(\w{1,80})[ \t]*(?::[^=\n]{1,80})?=[ \t]*\Z")


def _is_set_as(cell: PythonCell, name: ast.Name) -> bool:
    """Whether the text that a name stands for is written where one that means a credential is
    set."""
    value = cell.value(name)
    if value.origin is None or not is_named_credential(name.id, value.text):
        return False
    start = value.origin.start
    found = _SETS.search(_home(cell, value.origin).text[max(0, start - 200) : start])
    return found is not None and is_named_credential(found[1], value.text)


def _named_in(cell: PythonCell, call: Call) -> Iterator[tuple[str | None, Value]]:
    written = call.node.args[1:2]
    takes_pair = call.method in ("option", "login", "add_header")
    if takes_pair and written and isinstance(written[0], _WRITTEN):
        name = "password" if call.method == "login" else cell.value(call.node.args[0]).text
        yield name, cell.value(written[0])
    if any(keyword.arg == "auth" for keyword in call.node.keywords):
        pair = call.keywords["auth"]
        if pair.kind == "list" and len(pair.items) == 2:
            yield "password", pair.items_here[1]
    if call.may_be(_BASIC) and (call.name or "").endswith("HTTPBasicAuth"):
        second = call.argument("password", 1)
        yield from () if second is None else (("password", second),)


def _given(cell: PythonCell) -> Iterator[tuple[str, Value]]:
    for call in cell.calls():
        yield from _keywords(cell, call)
        if call.may_be(_CALLED):
            yield from _given_to(call)
    for assignment in cell.assignments():
        if assignment.key is not None and is_secret_name(assignment.key.text):
            yield assignment.key.text or "", assignment.value
    for key, node in cell.entries():
        if is_secret_name(key):
            yield key, cell.value(node)


def _keywords(cell: PythonCell, call: Call) -> Iterator[tuple[str, Value]]:
    nodes = {keyword.arg: keyword.value for keyword in call.node.keywords}
    if None not in nodes and _KEYWORDS.isdisjoint(nodes):
        return
    for name in call.keywords:
        node = nodes.get(name)
        is_named = isinstance(node, ast.Name) and name in _KEYWORDS and _holds_named(cell, node)
        if name in _KEYWORDS and not is_named:
            yield name, call.keywords[name]


def _given_to(call: Call) -> Iterator[tuple[str, Value]]:
    taken = _LOGINS.get(call.name or "")
    token = call.argument(*taken) if taken is not None else None
    if taken is not None and token is not None:
        yield taken[0], token
    if call.name in _SETTERS:
        name, value = call.argument("key", 0), call.argument("value", 1)
        if name is not None and value is not None and is_secret_name(name.text):
            yield name.text or "", value


def _shell(script: Script) -> Iterator[Match]:
    for command in script.commands:
        for word, password in _options(command):
            if is_named_credential("password", password):
                yield Match(word.start, word.end, _MESSAGE)
        for word, name, value in _headers(command):
            if _is_named(name, value):
                yield Match(word.start, word.end, _MESSAGE)
        yield from _in_command(command)


def _in_command(command: Command) -> Iterator[Match]:
    for word in _set_by(command):
        name, _, value = word.text.partition("=")
        is_known = word.known and word.literal
        if is_secret_name(name) and is_known and is_credential(value, name):
            yield Match(word.start, word.end, _MESSAGE)
    yield from _login(command)


def _login(command: Command) -> Iterator[Match]:
    """What the commands that log in, or configure that, are given."""
    texts = command.texts()
    if command.name in ("huggingface-cli", "hf") and "login" in texts:
        token = read_arguments(command.arguments, long=("--token",)).option("--token")
        if token is not None and is_credential(token.text) and token.word.known:
            yield Match(token.word.start, (token.value or token.word).end, _MESSAGE)
    if command.name == "aws" and texts[:2] == ["configure", "set"] and len(texts) > 3:
        word, name = command.arguments[3], texts[2].rpartition(".")[2]
        if name in _KEYWORDS and word.known and is_credential(texts[3], name):
            yield Match(word.start, word.end, _MESSAGE)
    if command.name == "wandb" and "login" in texts:
        for word in read_arguments(command.arguments, long=("--host",)).plain[1:2]:
            if word.known and word.literal and is_credential(word.text, "api_key"):
                yield Match(word.start, word.end, _MESSAGE)


_PASSWORDS = {
    "mysql": "-p", "mysqldump": "-p", "sshpass": "-p", "docker": "-p", "podman": "-p",
    "redis-cli": "-a", "curl": "-u", "twine": "-p", "mongo": "-p", "mongosh": "-p",
}  # fmt: skip
"""Programs that take a password as an option; curl behind the user's name and a colon."""


def _options(command: Command) -> Iterator[tuple[Word, str]]:
    letter = _PASSWORDS.get(command.name)
    is_login = command.name not in ("docker", "podman") or "login" in command.texts()
    if letter is None or not is_login:
        return
    before = ""
    for word in command.arguments:
        text, is_known = word.text, word.known and word.literal
        if before in (letter, "--password", "--user") and is_known:
            yield word, text.partition(":")[2] if letter == "-u" else text
        elif text.startswith("--password=") and is_known:
            yield word, text.partition("=")[2]
        elif letter == "-p" and text.startswith("-p") and len(text) > 2 and is_known:
            yield word, text[2:]
        before = text


_SET = re.compile(
    r"""(?<![\w.-])(["']?)([A-Za-z_][\w.]{0,80})\1[ \t]{0,9}[=:][ \t]{0,9}"""
    r"""("[^"\n]*"|'[^'\n]*'|[^\s"'(){}\[\]<>;,$`]+)(?P<more>\S?)"""
)
"""`NAME=value`, `name: value` or `"name": "value"` in a file of names and values."""
_LOOKED_UP = re.compile(
    r"(?i)(?:/|%\(|[^$]*\$\{|arn:|\w{1,9}://|(?:os\.environ|env|secrets?|vault|ssm|file|op)[:/.])|"
    r"[a-z_]\w*(?:\.[a-z_]\w*)+\Z"
)
"""A value that says where the credential is: a path, an address, the attribute of something."""
_KAGGLE = re.compile(r'"key"[ \t]{0,9}:[ \t]{0,9}("[0-9a-f]{32}")')


def _file(text: str) -> Iterator[Match]:
    for match in _SET.finditer(text):
        name, value = match[2], match[3].strip("\"'")
        is_open = match[3] == value and match["more"]  # goes on in a way that is not known
        if is_open or _LOOKED_UP.match(value):
            continue
        if (is_secret_name(name) and is_credential(value, name)) or is_named_credential(
            name, value
        ):
            yield Match(match.start(3), match.end(3), _MESSAGE)
    if '"username"' in text:
        for match in _KAGGLE.finditer(text):
            yield Match(match.start(1), match.end(1), _MESSAGE)


def _headers(command: Command) -> Iterator[tuple[Word, str, str]]:
    """The headers that `curl -H` and `wget --header` send, with the words that they stand in."""
    before = ""
    for word in command.arguments if command.name in ("curl", "wget") else ():
        text, before, last = word.text, word.text, before
        given = text if last in ("-H", "--header") else ""
        if text.startswith(("-H", "--header=")):
            given = text.removeprefix("-H").removeprefix("--header=")
        name, colon, value = given.partition(":")
        if colon and name.endswith(HEADERS) and word.known and word.literal:
            yield word, name, value


def _set_by(command: Command) -> Iterator[Word]:
    yield from command.assignments
    if command.name in ("export", "declare", "setx"):
        yield from command.arguments
    if command.name in ("docker", "podman"):
        for option, word in zip(command.arguments, command.arguments[1:], strict=False):
            if option.text in ("-e", "--env"):
                yield word


RULE = rule(
    __doc__,
    name="credentials-as-literals",
    severity=Severity.HIGH,
    group="secret",
    confidence="likely",
    triggers=(*_IN_PYTHON, '"username"', "mysql", "sshpass", "redis-cli", "curl", "twine", "mongo"),
    python=_python,
    in_python=_IN_PYTHON,
    local=True,
    shell=_shell,
    dockerfile=True,
    file=_file,
    good=(
        "boto3.client('s3', aws_access_key_id='YOUR_ACCESS_KEY', aws_secret_access_key=ACCESS)",
        "boto3.client('s3', aws_secret_access_key=credentials['Credentials']['SecretAccessKey'])",
        "env = {'HF_TOKEN': 'your_token_here', 'WANDB_API_KEY': '<paste it here>'}",
        "tokenizer.pad_token = tokenizer.eos_token\nx = dict(PAD_TOKEN='[PAD]')",
        "import os\nos.environ['HF_TOKEN'] = getpass()\nclient(api_key=os.environ['X_KEY'])",
        "connect(password='password')\nconnect(password=password)",
        "OpenAI(api_key='EMPTY')\nOpenAI(api_key='sk-no-key-required')\nf(api_key='lm-studio')",
        "OpenAI(api_key='sagemaker')\nos.environ['OPENAI_API_KEY'] = 'no-key'\nf(token='bedrock')",
        "headers = {'Authorization': f'Bearer {token}', 'x-api-key': os.environ['KEY'],\n"
        "           'Content-Type': 'application/json', 'Authorization': 'Bearer YOUR_TOKEN'}",
        "!curl -H 'Authorization: Bearer {token}' -H \"x-api-key: $KEY\" https://x.example.com",
        "!wandb login\n!wandb login {key}\n!wandb login --relogin --host https://w.internal",
        "secret_key = 'name-of-the-secret'\nAPI_KEY = 'text-embedding-3'\npad_token = '<pad0>'",
        "password = 'Passw0rd'\npassword = prompt()\nNEXT_TOKEN = 'q7Rw29tLmZx81'",
        "requests.get(url, auth=(user, password))\nsmtp.login(user, password)",
        "!mysql -h db -u root -p{password} prod; curl -u $USER:$PASSWORD https://x.internal",
        "%%writefile .env\nDB_PASSWORD=changeme\nA_TOKEN=${A_TOKEN}\nX_API_KEY=<your-key>",
        "%%writefile .env.example\nDB_PASSWORD=Gh7kPz9wQ2xL",
        "%%writefile app.yaml\npassword: !Ref DbPassword1\napi_key: os.environ/AZURE_API_KEY_2\n"
        "secret_key: vault:kv/app1#key\nDB_PASSWORD: arn:aws:ssm:x\npassword_file: /run/db-1\n"
        "passwd: '%(DB_PASSWORD1)s'\nauth_token: \"Bearer-${AUTH_1}\"",
        '%%writefile main.tf.json\n{"password": {"type": "string"}, "key": "3f9a8c7e6d5b"}',
        "%%writefile terraform.tfvars\npassword = random_password.db1.result\napi_key = f(key_12)",
        "%%writefile app.js\nconst password = userInput1",
        "%%writefile Dockerfile\nARG PIP_TOKEN\nENV DB_PASSWORD=$DB_PASSWORD\nENV PAD_TOKEN='<p>'",
        '%%bash\necho "DB_PASSWORD=$1-and-more" > .env\ncat > .env <<EOF\nX_API_KEY=$KEY\nEOF',
        "!export HF_TOKEN=$TOKEN; docker run -e AWS_SECRET_ACCESS_KEY -e HF_TOKEN={token} x",
    ),
    bad=(
        "client = OpenAI(api_key=«'q7Rw-29tLm-Zx81'»)",
        "import boto3\nrds.create_db_instance(MasterUserPassword=«'Tr0ub4dor&3'», Port=5432)",
        example("secret = 'Tr0ub4dor&3'", "connect(password=«secret»)"),
        "import os\nos.environ['WANDB_API_KEY'] = «'7f3a9c01e5d24b68'»",
        "from huggingface_hub import login\nlogin(«'q7Rw29tLmZx81'»)",
        "!wandb login --relogin «7f3a9c2e5b8d1f4a6c0e9b7d2f5a8c1e4b6d9f03»",
        "import wandb\nwandb.login(key=«'7f3a9c2e5b8d1f4a6c0e9b7d2f5a8c1e4b6d9f03'»)",
        "headers = {'Authorization': «'Bearer q7Rw29tLmZx81kPv'»}\n"
        "headers['x-api-key'] = «'q7Rw29tLmZx81kPv'»",
        "request.add_header('Authorization', «'Basic bWxmbG93OlRyMHViNGRvcjN4'»)",
        "!curl -H «'Authorization: Bearer q7Rw29tLmZx81kPv'» https://x.example.com",
        example("db_password = «'Tr0ub4dor&3x'»", "connect(password=db_password)"),
        "!huggingface-cli login «--token q7Rw29tLmZx81»",
        "env = {'DB_PASSWORD': «'Tr0ub4dor&3'»}",
        "secret_access_key = «'k9Fj3mQz81Lx'»\nx.AccessToken = «'q7Rw-29tLm-Zx81'»",
        "db_password = «'Tr0ub4dor&3x'»\nopenai.api_key = «'q7Rw-29tLm-Zx81'»",
        "config = {'user': 'etl', 'password': «'Tr0ub4dor&3x'»}",
        "smtp.login('me@example.org', «'Tr0ub4dor&3x'»)",
        "reader.option('user', 'etl').option('password', «'Tr0ub4dor&3x'»).load()",
        "requests.get(url, auth=('me', «'Tr0ub4dor&3x'»))",
        "!mysql -h db -u root «-pTr0ub4dor-3x» prod",
        "!curl -u «me:Tr0ub4dor-3x» https://x.internal/y",
        "!export «DB_PASSWORD='Tr0ub4dor&3'»",
        "!docker run -e «DB_PASSWORD=Tr0ub4dor-3» x",
        "!aws configure set aws_session_token «q7Rw29tLmZx81»",
        "%%writefile .env\nDB_HOST=x\nDB_PASSWORD=«Gh7kPz9wQ2xL»\nexport HF_TOKEN=«'q7Rw29tLmZx8'»",
        "%%writefile conf/app.ini\n[db]\npassword = «Gh7kPz9wQ2xL»\nauth_token: «q7Rw29tLmZx8» # x",
        '%%writefile c.json\n{"db": {"user": "x", "db_password": «"Gh7kPz9wQ2xL"»}, "port": 1}',
        "%%writefile compose.yaml\nservices:\n  db:\n    environment:\n"
        "      - POSTGRES_PASSWORD=«Gh7kPz9wQ2xL»",
        "%%writefile Dockerfile\nFROM x\nARG «PIP_TOKEN=q7Rw29tLmZx81»\n"
        "ENV A=b \\\n  «DB_PASSWORD=Gh7kPz9wQ2xL»\n"
        "ENV «DB_PASSWORD Gh7kPz9wQ2xL»\nRUN curl -u «me:Tr0ub4dor-3x» https://x.internal",
        "%%writefile ~/.kaggle/kaggle.json\n"
        '{"username":"jdoe","key":«"3f9a8c7e6d5b4a3928170f6e5d4c3b2a"»}',
        "%%bash\ncat > .env <<EOF\nDB_PASSWORD=«Gh7kPz9wQ2xL»\nEOF\n"
        "echo 'password=«Gh7kPz9wQ2xL»' >> ~/.my.cnf",
        example("«KAGGLE_KEY=7f3a9c01e5d24b68» kaggle datasets list", file="x.sh"),
    ),
)
