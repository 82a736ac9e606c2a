"""Credentials are printed

## What it checks
`print` (and `display`, `logging`) of what holds a secret, or of a variable that is set to it:
`credentials["SecretAccessKey"]`, `os.environ["AWS_SECRET_ACCESS_KEY"]`,
`session.get_credentials().secret_key`, a decrypted parameter of Systems Manager, a secret of AWS
Secrets Manager or its password; and commands whose output is credentials: `aws sts assume-role`,
`aws secretsmanager get-secret-value`, `aws ssm get-parameter --with-decryption`, `aws configure get
aws_secret_access_key`, `cat ~/.aws/credentials`. Output that goes to a file, another command or a
variable that is not printed is fine.

## Why it matters
Outputs are saved in the notebook's file, go to Git with it, and are seen by everybody it is shown
to.

## How to fix
Leave it out, or print what tells enough: the key's id, or `aws sts get-caller-identity`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from ..model import Severity
from ..names import PythonCell
from ..names.set_to import set_to
from ..shell import UNKNOWN, Command, Script, Word, argv, parse
from ..values import Value
from . import Match, example, rule

_LEVELS = ("debug", "info", "warning", "error", "critical", "exception")
_PRINTS = frozenset(
    (
        *("builtins.print", "IPython.display.display", "pprint.pprint", "display", "pprint"),
        *(
            f"{logger}.{level}"
            for logger in ("logging", "logging.getLogger()")
            for level in _LEVELS
        ),
    )
)
_LAST = frozenset(name.rpartition(".")[2] for name in _PRINTS)
_KEYS = frozenset(
    (
        *("SecretAccessKey", "SessionToken", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"),
        *("HF_TOKEN", "OPENAI_API_KEY", "GITHUB_TOKEN", "ANTHROPIC_API_KEY", "SecretString"),
        *("authorizationToken", "SecretBinary"),
        *("aws_secret_access_key", "aws_session_token", "WANDB_API_KEY"),
    )
)
_ATTRIBUTES = ("secret_key", "secret_access_key")
_SHOWN = ("builtins.str", "builtins.repr", "json.dumps", "json.loads")
_LOADS = ("json.loads", "ast.literal_eval")
_ENTRIES = re.compile(
    r"(?i)(?:\w{1,40}_)?(?:password|passwd|pwd|secret|token|api_?key|secret_?(?:access_?)?key|"
    r"private_?key)"
)
"""The entries of a secret's JSON that open something; others are hosts, ports and users."""
_COMMANDS = ("subprocess.check_output", "subprocess.getoutput", "subprocess.run", "os.popen")
_SAME = ("decode", "strip", "rstrip", "read", "stdout")
"""Methods and attributes that are the same in another form."""
_FAR = 8
"""Names that are followed one after the other."""
_CAT = re.compile(r"^[ \t]*%(?:cat|less|more)[ \t][^\n]*\.aws/credentials[ \t]*$", re.MULTILINE)
_LOOKUPS = ("os.getenv", "os.environ.get")
_ANSWERS = (
    *(".assume_role", ".get_session_token", ".assume_role_with_web_identity"),
    *(".assume_role_with_saml", ".get_federation_token", ".get_role_credentials"),
)
_MAKERS = (
    *(".get_frozen_credentials", ".get_secret_value", ".get_authorization_token", *_ANSWERS),
    ".get_secret_value()[SecretString]",
    *(f"{answer}()[{key}]" for answer in _ANSWERS for key in ("Credentials", "roleCredentials")),
)
_PARAMETER = ".get_parameter"
_LISTS = (".get_parameters", ".get_parameters_by_path", ".get_parameter_history")
_DECRYPTED = "WithDecryption"
_SECRETS = frozenset(("get-secret-value", "batch-get-secret-value"))
_PARAMETERS = frozenset(
    ("get-parameter", "get-parameters", "get-parameters-by-path", "get-parameter-history")
)
_GIVE = ("assume-role", "get-session-token", "get-federation-token", "assume-role-with-saml")
_IN_PYTHON = (
    *sorted(_KEYS),
    *_ATTRIBUTES,
    _DECRYPTED,
    *(name[1:] for name in _MAKERS if "(" not in name and name != ".assume_role"),
    *(f"{before}assume_role" for before in ".'\""),  # and no update_assume_role_policy
)
_MESSAGE = "this puts a credential into the notebook's output"


def _python(cell: PythonCell) -> Iterator[Match]:
    shown: list[ast.expr] = []
    last = cell.tree.body[-1] if cell.tree.body else None
    if isinstance(last, ast.Expr) and not cell.text.rstrip().endswith(";"):
        shown += [last.value] if _is_read(last.value) else []
    for call in cell.calls():
        if _written(call.node.func) or (call.may_be(_LAST) and call.name in _PRINTS):
            shown.extend(call.node.args)
    for node in shown:
        credential = _shows(cell, node)
        if credential is not None:
            yield Match(*cell.span(credential), _MESSAGE)


def _is_read(node: ast.expr) -> bool:
    """Whether a cell's last expression only shows what is there already or was just asked for."""
    return isinstance(node, (ast.Name, ast.Attribute, ast.Subscript, ast.Call))


def _written(function: ast.expr) -> bool:
    return isinstance(function, ast.Name) and function.id in _PRINTS


def _shows(cell: PythonCell, node: ast.expr) -> ast.expr | None:
    """The part of a printed expression that is a credential; the length of one is none."""
    waiting: list[ast.expr] = [node]
    while waiting:
        inner = waiting.pop()
        if _is_credential(cell, inner):
            return inner
        if isinstance(inner, ast.Call) and _is_shown(cell, inner.func):
            waiting.extend(inner.args)
        elif _stands_for_credential(cell, inner):
            return inner
        elif isinstance(inner, (ast.JoinedStr, ast.BinOp, ast.FormattedValue)):
            waiting.extend(n for n in ast.iter_child_nodes(inner) if isinstance(n, ast.expr))
    return None


def _is_shown(cell: PythonCell, function: ast.expr) -> bool:
    is_format = isinstance(function, ast.Attribute) and function.attr == "format"
    return is_format or cell.value(function).name in _SHOWN


def _is_credential(cell: PythonCell, node: ast.expr) -> bool:
    if (cell.value(node).name or "").endswith(_MAKERS) or _is_decrypted(cell, node):
        return True
    if isinstance(node, ast.Subscript):
        key = cell.value(node.slice).text
        made = (cell.value(node.value).name or "").endswith(_MAKERS)
        return key in _KEYS or (key == "Credentials" and made)
    if isinstance(node, ast.Attribute):
        return node.attr in _ATTRIBUTES
    if isinstance(node, ast.Call) and node.args:
        is_lookup = cell.value(node.func).name in _LOOKUPS
        return is_lookup and cell.value(node.args[0]).text in _KEYS
    return False


def _stands_for_credential(cell: PythonCell, node: ast.expr) -> bool:
    """Whether it is a name that is set to a credential, an entry of a secret's JSON, or what a
    command gave that answers with credentials."""
    for _ in range(_FAR):
        key, node = _looked_up(cell, _content(node))
        if key is not None and not _ENTRIES.fullmatch(key):
            return False
        if isinstance(node, ast.Name):
            found = set_to(cell, node)
            if found is None or found.path:
                return False
            cell, node = found.cell, found.node
        elif isinstance(node, ast.Call) and cell.value(node.func).name in _LOADS and node.args:
            node = node.args[0]
        elif key is None:
            return _is_made_of(cell.value(node)) or _is_answer(cell, node)
        if _is_credential(cell, node) or _is_made_of(cell.value(node)):
            return True
    return False


def _is_made_of(value: Value) -> bool:
    """Whether it is a credential that a function of the notebook gives, or the JSON of one."""
    while value.name in _LOADS and value.arguments:
        value = value.arguments[0]
    return (value.name or "").endswith(_MAKERS)


def _content(node: ast.expr) -> ast.expr:
    """What a text is another form of: `answer.stdout`, `made.decode().strip()`."""
    while True:
        inner = node.func if isinstance(node, ast.Call) else node
        if not isinstance(inner, ast.Attribute) or inner.attr not in _SAME:
            return node
        node = inner.value


def _looked_up(cell: PythonCell, node: ast.expr) -> tuple[str | None, ast.expr]:
    """The entry that is looked up (`x["password"]`, `x.get("password")`), and what in; None where
    none is."""
    if isinstance(node, ast.Subscript):
        return cell.value(node.slice).text or "", node.value
    method = node.func if isinstance(node, ast.Call) else None
    if isinstance(node, ast.Call) and isinstance(method, ast.Attribute) and method.attr == "get":
        return (cell.value(node.args[0]).text or "" if node.args else ""), method.value
    return None, node


def _is_answer(cell: PythonCell, node: ast.expr) -> bool:
    """Whether it is what a command printed, and that were credentials."""
    if not isinstance(node, ast.Call) or cell.value(node.func).name not in _COMMANDS:
        return False
    return bool(node.args) and any(True for _ in _shell(_script(cell.value(node.args[0]))))


def _script(command: Value) -> Script:
    """The commands of what a function that starts some is given."""
    if command.kind == "list":
        words = (Word(item.wording or UNKNOWN, item.start, item.end) for item in command.items)
        return Script(argv(tuple(words)))
    return parse(command.wording or "")


def _is_decrypted(cell: PythonCell, node: ast.expr) -> bool:
    """Whether it is an answer of `get_parameter(…, WithDecryption=True)`, or the value in it; also
    of those that give several."""
    keys: list[ast.expr] = []
    while isinstance(node, ast.Subscript):
        keys.insert(0, node.slice)
        node = node.value
    texts = [cell.value(key).text for key in keys]
    is_one = texts in ([], ["Parameter"], ["Parameter", "Value"])
    is_list = texts in ([], ["Parameters"], ["Parameters", None], ["Parameters", None, "Value"])
    makers = (*((_PARAMETER,) if is_one else ()), *(_LISTS if is_list else ()))
    if not makers:
        return False
    answer = cell.value(node)
    asked = answer.entry(_DECRYPTED) if (answer.name or "").endswith(makers) else None
    if isinstance(node, ast.Call) and f".{cell.call(node).method}" in makers:
        asked = cell.call(node).keywords.get(_DECRYPTED)
    return asked is not None and asked.is_constant(True)


def _text(text: str) -> Iterator[Match]:
    for match in _CAT.finditer(text):
        yield Match(match.start(), match.end(), _MESSAGE)


def _shell(script: Script) -> Iterator[Match]:
    """The commands that print credentials, where nothing takes their output."""
    if script.taken:
        return
    taken = {id(command.reads) for command in script.commands}
    taken |= {id(inner) for command in script.commands for inner in command.nested}
    for command in script.commands:
        to_file = any(r.operator.startswith((">", "&>")) for r in command.redirections)
        if not to_file and id(command) not in taken and _prints(command):
            yield Match(command.program.start, command.end, _MESSAGE)


def _prints(command: Command) -> bool:
    texts = command.texts()
    if command.name == "aws":
        return _answers(texts)
    if command.name in ("cat", "head", "tail", "less"):
        return any(text.endswith(".aws/credentials") for text in texts)
    if command.name in ("echo", "printf"):
        names = [name.strip("${}") for word in command.arguments for name in word.names]
        return any(name in _KEYS for name in names)
    return command.name == "printenv" and any(text in _KEYS for text in texts)


def _answers(texts: list[str]) -> bool:
    """Whether AWS answers with credentials."""
    query = _query(texts)
    if "sts" in texts and any(verb in texts for verb in _GIVE):
        return not query or "Secret" in query or "Token" in query
    if "secretsmanager" in texts and not _SECRETS.isdisjoint(texts):
        return not query or "Secret" in query
    if "ssm" in texts and not _PARAMETERS.isdisjoint(texts):
        return "--with-decryption" in texts and (not query or "Value" in query)
    is_get = texts[:2] == ["configure", "get"] and len(texts) > 2
    return is_get and texts[2].rpartition(".")[2] in _KEYS


def _query(texts: list[str]) -> str:
    """What `--query` takes out of an answer; empty for all of it."""
    return next((texts[i + 1] for i, text in enumerate(texts[:-1]) if text == "--query"), "")


RULE = rule(
    __doc__,
    name="credentials-printed",
    severity=Severity.HIGH,
    group="secret",
    triggers=(*_IN_PYTHON, *_GIVE, ".aws/credentials", "get-secret-value", "with-decryption"),
    python=_python,
    in_python=_IN_PYTHON,
    shell=_shell,
    text=_text,
    places=("code",),
    written=False,
    shown=True,
    good=(
        "print(credentials['AccessKeyId'])",
        "print(len(credentials['SecretAccessKey']))",
        "print(tokenizer.special_tokens_map['token'], secret)",
        "client('s3', aws_session_token=c['SessionToken'])",
        "c = !aws sts get-caller-identity",
        "made = !aws sts assume-role --role-arn {arn} --role-session-name x",
        "import subprocess\nfrom subprocess import check_output\n"
        "made = check_output(['aws', 'sts', 'get-session-token'])\n"
        "more = subprocess.run('aws sts get-session-token', shell=True, capture_output=True)\n"
        "subprocess.Popen('aws sts get-session-token', shell=True, stdout=subprocess.PIPE)",
        "!aws sts assume-role --role-arn {arn} --role-session-name x > creds.json",
        "!aws sts assume-role --role-arn {arn} --query Credentials.Expiration",
        "%%bash\nexport X=$(aws sts get-session-token | jq -r .Credentials.AccessKeyId)",
        "secret = !aws secretsmanager get-secret-value --secret-id prod/db --query SecretString\n"
        "%env PASSWORD=x\nvalue = %sx aws ssm get-parameter --name /db --with-decryption",
        "%%bash\nexport X=$(aws ssm get-parameter --name /db --with-decryption --query "
        "Parameter.Value)\naws secretsmanager get-secret-value --secret-id x > x.json\n"
        "aws secretsmanager get-secret-value --secret-id x --query ARN",
        "%%writefile x.sh\naws secretsmanager get-secret-value --secret-id prod/db",
        "print(ssm.get_parameter(Name='/db')['Parameter']['Value'])\n"
        "print(ssm.get_parameter(Name='/db', WithDecryption=True)['Parameter']['Version'])",
        "!ls ~/.aws/credentials",
        "auth = AWSV4SignerAuth(session.get_credentials(), region)",
        "import boto3, json\nsm = boto3.client('secretsmanager')\n"
        "secret = json.loads(sm.get_secret_value(SecretId=s)['SecretString'])\n"
        "print(secret['host'], secret.get('port'), list(secret), len(secret['password']))",
        "import os\ntoken = os.environ['HF_TOKEN']\ntoken = None\nprint(token)\n"
        "key = os.environ['OPENAI_API_KEY']\nprint(key is None, key[:3] + '…', len(key))",
        "import subprocess\nprint(subprocess.check_output('aws sts get-caller-identity'))",
        "import logging\nlogging.getLogger(__name__).info('%s', credentials['AccessKeyId'])",
        "v = ssm.get_parameter(Name='/db', WithDecryption=False)['Parameter']['Value']\nprint(v)\n"
        "print(ssm.get_parameters(Names=n, WithDecryption=True)['InvalidParameters'])",
        "%cat ~/.aws/config",
        "%%capture out\nprint(credentials['SecretAccessKey'])",
    ),
    bad=(
        "print(«credentials['SecretAccessKey']»)",
        "import json\ndisplay(json.loads(«secret['SecretString']»))",
        "import boto3\nsm = boto3.client('secretsmanager')\nsm.get_secret_value(SecretId=s)\n"
        "«sm.get_secret_value(SecretId=s)['SecretString']»",
        "import boto3\nc = boto3.client('sts').assume_role(RoleArn=a)['Credentials']\nprint(«c»)",
        "import boto3\nsm = boto3.client('secretsmanager')\n"
        "v = sm.get_secret_value(SecretId=s)['SecretString']\nprint(«v»)",
        "token = ecr.get_authorization_token()\n"
        "print(«token['authorizationData'][0]['authorizationToken']»)",
        "print('key', f\"{«c['Credentials']['SessionToken']»}\")",
        "import os\nprint(«os.environ['AWS_SECRET_ACCESS_KEY']»)",
        "import os\nprint(«os.getenv('HF_TOKEN')»)",
        "import boto3\nprint(«boto3.Session().get_credentials().secret_key»)",
        "import boto3\nanswer = boto3.client('sts').assume_role(RoleArn=a)\nprint(«answer»)",
        "import boto3\nsts = boto3.client('sts')\nmade = sts.assume_role(RoleArn=a)\n"
        "print(«made['Credentials']»)\nprint(made['Credentials']['Expiration'])",
        "import boto3\nprint(«boto3.Session().get_credentials().get_frozen_credentials()»)",
        "!«aws secretsmanager get-secret-value --secret-id prod/db --query SecretString»",
        "%%bash\n«aws ssm get-parameter --name /db --with-decryption»",
        "print(«ssm.get_parameter(Name='/db', WithDecryption=True)['Parameter']['Value']»)",
        "import boto3\nssm = boto3.client('ssm')\n"
        "answer = ssm.get_parameter(Name='/db', WithDecryption=True)\n"
        "print(«answer['Parameter']['Value']»)",
        "import boto3, json\nsm = boto3.client('secretsmanager')\n"
        "secret = json.loads(sm.get_secret_value(SecretId=s)['SecretString'])\n"
        "print(secret['user'], «secret['password']», f'{«secret»}')",
        example(
            "pw = ssm.get_parameter(Name='/db', WithDecryption=True)['Parameter']['Value']",
            "print(«pw»)",
        ),
        "print(«ssm.get_parameters(Names=n, WithDecryption=True)['Parameters'][0]['Value']»)",
        "import os\nkey = os.environ['AWS_SECRET_ACCESS_KEY']\nprint('key', «key»)",
        "secret = session.get_credentials().secret_key\n«secret»",
        "import logging, os\nlog = logging.getLogger(__name__)\n"
        "log.info('secret=%s', «os.getenv('AWS_SECRET_ACCESS_KEY')»)",
        "import subprocess\nprint(«subprocess.check_output('aws sts assume-role --role-arn x', "
        "shell=True).decode()»)\nmade = subprocess.run(['aws', 'sts', 'get-session-token'], "
        "stdout=subprocess.PIPE)\nprint(«made.stdout»)",
        "«%cat ~/.aws/credentials»",
        "!«echo ${AWS_SECRET_ACCESS_KEY}»",
        "import os\nos.system('«aws sts get-session-token»')",
        "!«aws sts assume-role --role-arn {arn} --role-session-name x»",
        "%%bash\n«aws configure get aws_secret_access_key»\n«cat ~/.aws/credentials»",
        example("«printenv AWS_SESSION_TOKEN»", file="x.sh"),
    ),
)
