"""Credentials are given as literals

## What it checks
Passwords, keys and tokens written as text where a call, a variable of the environment, a
connection, a header of HTTP or a command takes one: `aws_secret_access_key="…"`,
`MasterUserPassword="…"`, `os.environ["HF_TOKEN"] = "…"`, `{"Authorization": "Bearer …"}`, `export
OPENAI_API_KEY=…`, `wandb login …`, `aws configure set …`, `--password …`, `echo … | docker login`;
in the text with which a database is connected to (`host=… password=…`, `Server=…;PWD=…`); also in
what a cell writes into a `.env`, JSON, YAML or INI file or a Dockerfile. Placeholders and values
that are looked up are no finding. The value is never shown.

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
from collections.abc import Callable, Iterator
from functools import lru_cache

from ..credentials import (
    HEADERS,
    KEYWORDS,
    in_connection,
    in_lines,
    in_secret,
    in_settings,
    is_credential,
    is_named,
    is_named_credential,
    is_secret_name,
    is_set,
)
from ..credentials_in_commands import in_commands
from ..model import Severity
from ..names import Call, PythonCell
from ..secrets import find
from ..shell import Script
from ..values import Origin, Value
from . import Match, example, rule

_LOGINS = {
    "huggingface_hub.login": ("token", 0),
    "huggingface_hub.notebook_login": ("token", 0),
    "wandb.login": ("key", 1),
    "azure.core.credentials.AzureKeyCredential": ("key", 0),
}
"""The argument that takes a credential: its name, and its place among those without one."""
_SETTERS = {
    "os.environ.setdefault": ("key", "value", 0),
    "os.putenv": ("key", "value", 0),
    "dotenv.set_key": ("key_to_set", "value_to_set", 1),
}
"""The arguments that take a variable and its value, and the place of the former."""
_CALLED = frozenset(name.rpartition(".")[2] for name in (*_LOGINS, *_SETTERS))
_PASSWORD_AT = {
    "paramiko.SSHClient().connect": 3,
    "paramiko.client.SSHClient().connect": 3,
    "pymysql.connect": 2,
    "MySQLdb.connect": 2,
    "cx_Oracle.connect": 1,
    "ftplib.FTP": 2,
}
"""The place of the password among the arguments without a name."""
_CONNECTS = frozenset(name.rpartition(".")[2] for name in _PASSWORD_AT)
_BASIC = frozenset(("HTTPBasicAuth", "BasicAuth", "BasicAuthentication"))
_WRITES = ("write", "write_text")
_WRITTEN = (ast.Constant, ast.JoinedStr, ast.BinOp)
"""What may be a text that stands right there."""
_IN_PYTHON = (
    *sorted(KEYWORDS),
    *("TOKEN", "API_KEY", "PASSWORD", "SECRET", "AWS_ACCESS_KEY_ID", "KAGGLE_KEY", "login"),
    *("PASSWD", "SECRET_KEY", "SecretKey", "secretKey", "apikey", "apiKey", "ApiKey", "APIKEY"),
    *("Passwd", "Password", "secret_access_key", "secretAccessKey", "SecretAccessKey"),
    *HEADERS,
    *("clientSecret", "ClientSecret", "auth=", "auth =", "BasicAuth", "option(", "_PWD", "PWD="),
    *("Pwd=", "AccountKey", "SharedAccessKey", "SecretString", "SecureString", "paramiko"),
    *("pymysql", "MySQLdb", "cx_Oracle", "FTP(", "AzureKeyCredential"),
    *(f"{whose}_token" for whose in ("bot", "github", "gitlab", "slack", "bearer")),
    *(f"{whose}Token" for whose in ("access", "auth", "api", "bot", "github", "slack", "bearer")),
    *(f"{whose}Token" for whose in ("Access", "Auth", "Api", "Bot", "GitHub", "Slack", "Bearer")),
)
_IN_COMMANDS = (
    *('"username"', "mysql", "sshpass", "redis-cli", "curl", "twine", "mongo", "secret-string"),
    *("client-secret", "secret-key", "secret-access-key", "access-token", "api-token"),
    *(f"{whose}-token" for whose in ("bot", "hf", "github", "gitlab", "slack", "bearer")),
)
_CONNECTING = ("PWD=", "Pwd=", "assword", "ASSWORD", "AccountKey", "SharedAccessKey")
_MESSAGE = "a credential is written out here"


def _python(cell: PythonCell) -> Iterator[Match]:
    seen: set[int] = set()
    sure = (v for name, v in _given(cell) if is_credential(v.text, name))
    named = (v for name, v in _named(cell) if is_named(name, v.text))
    for value in (*sure, *named, *_in_texts(cell)):
        if value.start not in seen and not _is_found(cell, value):
            seen.add(value.start)
            yield Match(value.start, value.end, _MESSAGE)


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
    names = (inner for inner in ast.walk(node) if isinstance(inner, (ast.Name, ast.Attribute)))
    return any(_is_set_as(cell, name) for name in names)


def _in_texts(cell: PythonCell) -> Iterator[Value]:
    """Texts in which a credential stands among other things: with which a database is connected
    to, which are written into a file, or put where secrets are kept."""
    if any(word in cell.text for word in _CONNECTING):
        parts = {id(part) for text in cell.nodes(ast.JoinedStr) for part in text.values}
        for node in (*cell.nodes(ast.Constant), *cell.nodes(ast.JoinedStr)):
            is_text = not isinstance(node, ast.Constant) or isinstance(node.value, str)
            value = cell.value(node) if is_text and id(node) not in parts else None
            is_found = value is not None and in_connection(value.wording or "")
            if value is not None and is_found and not _holds_named(cell, node):
                yield value
    for call in cell.calls():
        for node, holds in _taken_by(call):
            value = cell.value(node)
            if holds(value.wording or "") and not _holds_named(cell, node):
                yield value


def _taken_by(call: Call) -> Iterator[tuple[ast.expr, Callable[[str], bool]]]:
    """The arguments that are such texts, each with what tells whether it holds a credential."""
    if call.method in _WRITES and call.node.args:
        yield call.node.args[0], in_lines
    nodes = {keyword.arg: keyword.value for keyword in call.node.keywords}
    if "SecretString" in nodes:
        yield nodes["SecretString"], in_secret
    if "Type" in nodes and "Value" in nodes and call.keywords["Type"].text == "SecureString":
        yield nodes["Value"], in_secret


_SETS = re.compile(r"(?:^|[\n;])[ \t]*(\w{1,80})[ \t]*(?::[^=\n]{1,80})?=[ \t]*\Z")
_ENTERS = re.compile(
    r"""[({,\[]\s*(["']?)(?P<name>\w{1,80})\1(?P<sign>\][ \t]*=|[ \t]*[=:])[ \t]*\Z"""
)


def _is_set_as(cell: PythonCell, name: ast.Name | ast.Attribute) -> bool:
    """Whether the text that a name stands for is written where one that means a credential is
    set."""
    value = cell.value(name)
    called = name.id if isinstance(name, ast.Name) else name.attr
    if value.origin is None or not is_named_credential(called, value.text):
        return False
    found = _SETS.search(_before(cell, value.origin))
    return found is not None and is_named_credential(found[1], value.text)


def _is_entered(cell: PythonCell, value: Value) -> bool:
    """Whether the text stands in `dict(name=…)`, `{"name": …}` or `x["name"] = …` and is found
    there."""
    found = None if value.origin is None else _ENTERS.search(_before(cell, value.origin))
    if found is None:
        return False
    name, is_argument = found["name"], found["sign"].strip() == "="
    return (is_argument and _takes_credential(name)) or is_set(name, value.text or "")


def _before(cell: PythonCell, origin: Origin) -> str:
    """What stands before the place where something is written."""
    return _home(cell, origin).text[max(0, origin.start - 200) : origin.start]


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
    at = None
    if call.may_be(_BASIC) and (call.name or "").rpartition(".")[2] in _BASIC:
        at = 1
    elif call.may_be(_CONNECTS):
        at = _PASSWORD_AT.get(call.name or "")
    password = None if at is None else call.argument("password", at)
    if password is not None:
        yield "password", password


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
    if None not in nodes and not any(map(_takes_credential, nodes)):
        return
    for name in filter(_takes_credential, call.keywords):
        node = nodes.get(name)
        if node is None:
            is_elsewhere = _is_entered(cell, call.keywords[name])
        else:
            is_name = isinstance(node, (ast.Name, ast.Attribute))
            is_elsewhere = is_name and _holds_named(cell, node)
        if not is_elsewhere:
            yield name, call.keywords[name]


def _takes_credential(name: str | None) -> bool:
    return name in KEYWORDS or (name is not None and name.isupper() and is_secret_name(name))


def _given_to(call: Call) -> Iterator[tuple[str, Value]]:
    taken = _LOGINS.get(call.name or "")
    token = call.argument(*taken) if taken is not None else None
    if taken is not None and token is not None:
        yield taken[0], token
    setter = _SETTERS.get(call.name or "")
    if setter is not None:
        named, given, at = setter
        name, value = call.argument(named, at), call.argument(given, at + 1)
        if name is not None and value is not None and is_secret_name(name.text):
            yield name.text or "", value


def _shell(script: Script) -> Iterator[Match]:
    for word, end in in_commands(script):
        yield Match(word.start, end, _MESSAGE)


_KAGGLE = re.compile(r'"key"[ \t]{0,9}:[ \t]{0,9}("[0-9a-f]{32}")')


def _file(text: str) -> Iterator[Match]:
    for start, end in in_settings(text):
        yield Match(start, end, _MESSAGE)
    if '"username"' in text:
        for match in _KAGGLE.finditer(text):
            yield Match(match.start(1), match.end(1), _MESSAGE)


RULE = rule(
    __doc__,
    name="credentials-as-literals",
    severity=Severity.HIGH,
    group="secret",
    confidence="likely",
    triggers=(*_IN_PYTHON, *_IN_COMMANDS),
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
        "pyodbc.connect('SERVER=s;UID=ml;PWD={pwd1}')\nf(f'host=h password={password}')\n"
        "f('host=h user=u password=%s', 'Server=s;Pwd=<password1>', 'host=h password=$PASSWORD1')\n"
        "f('Set password=Tr0ub4dor3x to log in', 'host=h;passwordfile=Tr0ub4dor3x')\n"
        "code = 'connect(host=h, password=fetch(name1))', 'f(host=h, password=args.pw1)'\n"
        'code = """\nhost = h1\npassword = dbPass0001\n"""',
        "auth = BasicAuth('ml', password), BasicAuthentication('ml', 'password')",
        "sm.put_secret_value(SecretId=s, SecretString=json.dumps({'host': 'db-1.internal'}))\n"
        "sm.create_secret(Name=n, SecretString='<password1>')\n"
        "ssm.put_parameter(Name=n, Type='String', Value='q7Rw29tLmZx81')",
        "f.write('HF_TOKEN=' + token)\nf.write('the API_KEY=q7Rw29tLmZx81 is none')\n"
        "p.write_text(f'HF_TOKEN={token}\\n')\nf.write('X_API_KEY=$KEY_12345\\n')",
        "os.environ.update(HF_TOKEN=token, PAD_TOKEN='[PAD]')\nset_key('.env', 'HF_TOKEN', token)",
        "!echo $PASSWORD | docker login -u x --password-stdin\n"
        "!aws ecr get-login-password | docker login -u AWS --password-stdin x\n"
        "!cat /run/pw-12345x | docker login -u x --password-stdin",
        "!aws rds create-db-instance --master-user-password {password}\n"
        "!python train.py --api-key=keys/prod1.json --password file:///pw1 --access-token $TOKEN1",
        "!aws secretsmanager create-secret --secret-string file://secret1.json\n"
        "!aws ssm put-parameter --name /db --value q7Rw29tLmZx81 --type String",
        "!kubectl create secret generic x --from-literal=password=$PASSWORD",
        "!curl -d 'client_secret=$SECRET' -d 'grant_type=client_credentials&scope=q7Rw29tLmZx81' x",
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
        "pyodbc.connect(«'DRIVER={x};SERVER=s;UID=ml;PWD=Tr0ub4dor3x'»)",
        "psycopg2.connect(«'host=h user=ml password=Tr0ub4dor3x dbname=fs'»)\n"
        "connect(«f'Server={h};Password=Tr0ub4dor3x;'»)",
        "import httpx\nfrom trino.auth import BasicAuthentication\n"
        "BasicAuthentication('ml', «'Tr0ub4dor-3x'»)\nhttpx.BasicAuth('ml', «'Tr0ub4dor-3x'»)",
        "import paramiko\nc = paramiko.SSHClient()\nc.connect('h', 22, 'pi', «'Tr0ub4dor-3x'»)",
        "sm.put_secret_value(SecretId=s, SecretString=«'Tr0ub4dor-3x'»)\n"
        'sm.create_secret(Name=n, SecretString=«\'{"a": "x", "password": "Tr0ub4dor-3x"}\'»)',
        "ssm.put_parameter(Name=n, Type='SecureString', Value=«'Tr0ub4dor-3x'»)",
        "Path('.env').write_text(«'X=1\\nOPENAI_API_KEY=q7Rw29tLmZx81\\n'»)",
        "with open('.env', 'w') as f:\n    f.write(«'HF_TOKEN=q7Rw29tLmZx81\\n'»)",
        "from dotenv import set_key\nset_key('.env', 'OPENAI_API_KEY', «'q7Rw29tLmZx81'»)",
        "import os\nos.environ.update(HF_TOKEN=«'q7Rw29tLmZx81'»)",
        "cfg = dict(user='ml', password=«'Tr0ub4dor3x'»)\nsf.connect(**cfg)",
        "cfg = {'user': 'ml', 'password': 'Troubador'}\nsf.connect(**«cfg»)",
        "password = 'Troubador'\ncfg = {'password': password}\nsf.connect(**«cfg»)",
        "cfg = {}\ncfg['password'] = «'Tr0ub4dor3x'»\nsf.connect(**cfg)",
        "env = {'HF_TOKEN': «'q7Rw29tLmZx81'»}\nrun(**env)",
        "@dataclass\nclass Settings:\n    api_token: str = «'q7Rw29tLmZx81'»\n\n\n"
        "init_run(api_token=Settings.api_token)",
        "!echo «Tr0ub4dor3x» | docker login -u me --password-stdin registry.internal",
        "!aws rds create-db-instance --master-user-password «Tr0ub4dor3x» --engine x\n"
        "!aws redshift create-cluster «--master-user-password=Tr0ub4dor3x»",
        '!aws secretsmanager create-secret --secret-string «\'{"password":"Tr0ub4dor3x"}\'»',
        "!aws ssm put-parameter --name /db --type SecureString --value «Tr0ub4dor3x»",
        "!snowsql -u ml --password «Tr0ub4dor3x»; python train.py «--access-token=q7Rw29tLmZx81»",
        "!export «SNOWSQL_PWD=q7Rw29tLmZx81»",
        "!kubectl create secret generic db «--from-literal=password=Tr0ub4dor3x»",
        "!curl -d «'grant_type=client_credentials&client_secret=q7Rw29tLmZx81'» https://x.internal",
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
        "ENV A=b \\\n  «DB_PASSWORD=Gh7kPz9wQ2xL»\nENV «DB_PASSWORD Gh7kPz9wQ2xL»\n"
        "RUN curl -u «me:Tr0ub4dor-3x» https://x.internal",
        "%%writefile ~/.kaggle/kaggle.json\n"
        '{"username":"jdoe","key":«"3f9a8c7e6d5b4a3928170f6e5d4c3b2a"»}',
        "%%bash\ncat > .env <<EOF\nDB_PASSWORD=«Gh7kPz9wQ2xL»\nEOF\n"
        "echo 'password=«Gh7kPz9wQ2xL»' >> ~/.my.cnf",
        example("«KAGGLE_KEY=7f3a9c01e5d24b68» kaggle datasets list", file="x.sh"),
    ),
)
