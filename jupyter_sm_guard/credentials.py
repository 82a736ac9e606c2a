"""What stands where a credential is given: a password, key or token, or something else. Pure."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator

from .secrets import find, is_drawn, is_placeholder

_SECRET_NAME = re.compile(
    r"(?:AWS_(?:ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN)|HUGGING_FACE_HUB_TOKEN|KAGGLE_KEY|"
    r"[A-Z0-9_]{0,30}(?:_TOKEN|API_KEY|PASSWORD|CLIENT_SECRET)|(?:SNOWSQL|MYSQL|DB)_PWD)"
)
_NO_SECRETS = re.compile(
    r"(?i)(?:password|passwd|admin|postgres|root|true|false|none|null|bearer|empty|not[-_ ]?needed|"
    r"unused|local|ollama|test(?:ing)?|foo(?:bar)?|minio(?:admin)?)\d{0,4}!?|"
    r"[a-z]{1,20}[-_ ]password"
)
_VARIABLE = re.compile(
    r"(?i)(?:[a-z0-9_.]{0,40}[._])?(?:password|passwd|api_?key|client_?secret|secret_?key|"
    r"secret_?access_?key|(?:access|auth|api|bot|hf|github|gitlab|slack|bearer)_?token)"
)

KEYWORDS = frozenset(
    (
        *("aws_access_key_id", "aws_secret_access_key", "aws_session_token", "password", "passwd"),
        *("MasterUserPassword", "master_user_password", "api_key", "client_secret", "secret_key"),
        *("auth_token", "access_token", "hf_token", "use_auth_token", "api_token"),
    )
)
"""Parameters that take a credential, whatever is called."""
HEADERS = (
    *("Authorization", "authorization", "api-key", "Api-Key", "API-Key", "API-KEY", "Auth-Token"),
    *("auth-token", "PRIVATE-TOKEN", "Private-Token", "private-token", "Subscription-Key"),
    "subscription-key",
)
"""The ends of the names of HTTP's headers that carry a credential."""
_SCHEMES = ("bearer", "token", "apikey", "api-key", "key")
_LONG_KEY = 16

_NAME_OF_THING = re.compile(r"[a-z]+(?:[-_.][a-z]+)*[-_.]?\d{0,4}")  # text-embedding-3


def is_named_credential(name: str | None, value: str | None) -> bool:
    """Whether a name that a notebook chose itself (`db_password`) stands for a credential: the name
    says so, and the value looks drawn at random, because such names often hold other things."""
    return (
        name is not None
        and value is not None
        and _VARIABLE.fullmatch(name) is not None
        and len(value) >= 8
        and any(map(str.isdigit, value))
        and any(map(str.isalpha, value))
        and not value.startswith(("/", "arn:", "s3://", "http", "projects/"))
        and is_drawn(value)
        and _NAME_OF_THING.fullmatch(value) is None
        and is_credential(value, name)
    )


def is_credential(value: str | None, name: str = "secret_access_key") -> bool:
    """Whether a text, given as a password, key or token of that name, is one, and none that `find`
    finds."""
    return (
        value is not None
        and len(value) <= 4000
        and " " not in value
        and value.isprintable()
        and not is_placeholder(value)
        and not _NO_SECRETS.fullmatch(value)
        and ("passw" in name.lower() or _is_key(value))
        and not find(f"{name}={value}" if len(value) == 40 else value)
    )


def _is_key(value: str) -> bool:
    """Whether a machine may have made it, as it does keys and tokens: `no-key-required` is none."""
    is_mixed = value.isalnum() and not (value.islower() or value.isupper())
    has_digit = any(map(str.isdigit, value))
    return (
        is_drawn(value)
        and _NAME_OF_THING.fullmatch(value) is None
        and (has_digit or (is_mixed and len(value) >= _LONG_KEY))
    )


def in_header(name: str, value: str) -> tuple[str, str]:
    """What a header of HTTP carries: a credential's name and the credential, without the scheme.
    Any other name and value as they are."""
    if not name.endswith(HEADERS):
        return name, value
    scheme, _, rest = value.strip().partition(" ")
    if scheme.lower() == "basic":
        return "password", _password(rest)
    return "api_key", rest if scheme.lower() in _SCHEMES else value.strip()


def _password(encoded: str) -> str:
    """The password in `user:password` as Basic authentication encodes it."""
    try:
        return base64.b64decode(encoded, validate=True).decode().partition(":")[2]
    except ValueError:
        return ""


def is_secret_name(name: str | None) -> bool:
    """Whether a variable of the environment is called as one that holds a credential."""
    return name is not None and _SECRET_NAME.fullmatch(name) is not None


_SET = re.compile(
    r"""(?<![\w.-])(["']?)([A-Za-z_][\w.]{0,80})\1[ \t]{0,9}[=:][ \t]{0,9}"""
    r"""("[^"\n]*"|'[^'\n]*'|[^\s"'(){}\[\]<>;,$`]+)(?P<more>\S?)"""
)
"""`NAME=value`, `name: value` or `"name": "value"` in a file of names and values."""
_LINE = re.compile(
    r"""^[ \t]*(?:export[ \t]{1,9})?([A-Za-z_]\w{0,80})="""
    r"""("[^"\n]*"|'[^'\n]*'|[^\s"'`$]+)[ \t\r]*$""",
    re.MULTILINE,
)
"""`NAME=value` that is all of a line."""
_LOOKED_UP = re.compile(
    r"(?i)(?:/|%\(|[^$]*\$\{|arn:|\w{1,9}://|(?:os\.environ|env|secrets?|vault|ssm|file|op)[:/.])|"
    r"[a-z_]\w*(?:\.[a-z_]\w*)+\Z"
)
"""A value that says where the credential is: a path, an address, the attribute of something."""
_OF_FILE = re.compile(r".*\.[a-z]{2,5}")
_CONNECTION = re.compile(
    r"(?<![\w.-])(?:PWD|Pwd|(?i:password)|AccountKey|SharedAccessKey)[ \t]{0,3}=[ \t]{0,3}"
    r"('[^'\n]{1,200}'|[^\s;&'\"]{1,200})"
)
_PUT_IN = re.compile("[{}()\\[\\],<>\ufffd]|\\A\\$")
"""Not in a password of such a text: a program's brackets, or what is put in when it runs."""
_CONNECTED = re.compile(
    r"(?i)(?<![\w.-])(?:server|host|data source|dbname|database|driver|dsn|uid|user|user id|"
    r"username|endpoint|accountname)[ \t]{0,3}="
)
"""What else stands in the text with which a database or a storage account is connected to."""


def is_set(name: str, value: str) -> bool:
    """Whether `name=value` sets a credential, where variables of the environment are set or a
    notebook's own names."""
    if _LOOKED_UP.match(value):
        return False
    is_secret = is_secret_name(name) and is_credential(value, name)
    return is_secret or is_named_credential(name, value)


def is_given(option: str, value: str) -> bool:
    """Whether `--option value` gives any command a credential; a file that holds one is none."""
    is_file = _LOOKED_UP.match(value) is not None or _OF_FILE.fullmatch(value) is not None
    return option.islower() and not is_file and is_named_credential(option.replace("-", "_"), value)


def in_settings(text: str) -> Iterator[tuple[int, int]]:
    """The credentials in a file of names and values, quotes included."""
    for match in _SET.finditer(text):
        value = match[3].strip("\"'")
        is_open = match[3] == value and match["more"]  # goes on in a way that is not known
        if not is_open and is_set(match[2], value):
            yield match.start(3), match.end(3)


def in_lines(text: str) -> bool:
    """Whether one of the lines is `NAME=value` and sets a credential."""
    lines = ((match[1], match[2].strip("\"'")) for match in _LINE.finditer(text))
    return any(is_set(name, value) for name, value in lines)


def in_connection(text: str) -> bool:
    """Whether a text like `host=x user=y password=z` or `Server=x;Pwd=z`, with which a database is
    connected to, holds its password."""
    if "\n" in text.strip() or not _CONNECTED.search(text):  # what has lines is a program
        return False
    for match in _CONNECTION.finditer(text):
        value = match[1].strip("'")
        is_plain = not _PUT_IN.search(value) and not _LOOKED_UP.match(value)
        if is_plain and is_named_credential("password", value) and not find(match[0]):
            return True
    return False


def in_secret(text: str) -> bool:
    """Whether what is put where secrets are kept is one: as it stands, or in JSON."""
    if text.lstrip().startswith("{"):
        return any(True for _ in in_settings(text))
    return is_named_credential("password", text)


def in_form(text: str) -> bool:
    """Whether the fields of a form (`a=b&c=d`), or JSON in its place, hold a credential."""
    if text.lstrip().startswith("{"):
        return in_secret(text)
    fields = (field.partition("=") for field in text.split("&"))
    return any(is_set(name, value) for name, _, value in fields)


def is_named(name: str | None, text: str | None) -> bool:
    """Whether a text is a credential for the name, or the header of HTTP, that it is given to."""
    if name is None or text is None:
        return False
    return is_named_credential(*in_header(name, text))
