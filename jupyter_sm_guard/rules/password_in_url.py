"""A password stands in a URL

## What it checks
URLs with a password (`https://user:password@host/`, `postgresql://…`, `redis://:password@host`) in
commands, strings, `%sql` and `%env`, and in what a cell writes into a `.env`, JSON, YAML or INI
file, a `requirements.txt` or a Dockerfile. Passwords that are put in when the code runs,
placeholders, and databases on this very machine are no finding.
The value is never shown.

## Why it matters
A URL is printed, logged and kept in `.git/config` as a whole; few places hide the password in it.

## How to fix
Change the password: it has been seen. Use a credential helper for Git, `~/.netrc`, or AWS Secrets
Manager, and put the URL together when the code runs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..model import Severity
from ..names import PythonCell
from ..secrets import find, is_placeholder
from ..shell import UNKNOWN, Script, Word
from . import Match, rule

_URL = re.compile(
    r"[a-z][a-z0-9+_]{1,40}://[^\s/:@'\"<>]{0,80}:([^\s/@'\"<>]{3,200})@([\w.-]{1,200}|[{\ufffd]|$)"
)
"""The host may be put in when the code runs; then a string may end, or have a gap, before it."""
_MAGICS = ("%sql", "%env", "%set_env")
_MAGIC = re.compile(r"^[ \t]*(?:\w{1,80}[ \t]*=[ \t]*)?%{1,2}(?:sql|env|set_env)\b[^\n]*", re.M)
"""Lines that IPython hands on as they are, to what is neither Python nor a shell."""
_AT = re.compile(r"[^\s]@|\\\r?\n@")
"""As it stands in a string; in Python a decorator's comes first in its line."""
_NO_SECRET = re.compile(
    r"(?i)(?:pass|password|passwd|pwd|secret|token|postgres|admin|root|guest|mysql|test|user)\d{0,4}"
)
_HERE = ("localhost", "127.0.0.1", "0.0.0.0", "host")  # noqa: S104 # compared with, not bound to
_MESSAGE = "a password stands in this URL"


def _places(text: str) -> Iterator[tuple[int, int]]:
    """The passwords in the URLs of a text. Linear: every part of the form is bounded."""
    if "://" not in text or "@" not in text:
        return
    for match in _URL.finditer(text):
        password, host = match[1], match[2].lower()
        plain = "{" not in password and "$" not in password and UNKNOWN not in password
        secret = not is_placeholder(password) and not _NO_SECRET.fullmatch(password)
        if plain and secret and host not in _HERE and not find(password):
            yield match.start(1), match.end(1)


def _shell(script: Script) -> Iterator[Match]:
    for command in script.commands:
        for word in (*command.words, *command.assignments):
            for start, end in _places(word.text) if _is_written(word) else ():
                yield Match(word.place(start), word.place(end - 1) + 1, _MESSAGE)


def _is_written(word: Word) -> bool:
    """False for a variable that was found to hold the URL: it is reported where it is set."""
    return word.literal or not word.known


def _python(cell: PythonCell) -> Iterator[Match]:
    for value in cell.strings("://") if _may_hold_url(cell.text) else ():
        for _ in _places(value.text or ""):
            yield Match(value.start, value.end, _MESSAGE)
            break


def _may_hold_url(text: str) -> bool:
    """Whether a string with a user in a URL may stand in Python, in pieces or escaped too."""
    return any(part in text for part in ("//", ":/", "\\")) and _AT.search(text) is not None


def _text(text: str) -> Iterator[Match]:
    is_there = "://" in text and any(magic in text for magic in _MAGICS)
    for line in _MAGIC.finditer(text) if is_there else ():
        for start, end in _places(line[0]):
            yield Match(line.start() + start, line.start() + end, _MESSAGE)


def _file(text: str) -> Iterator[Match]:
    for start, end in _places(text):
        yield Match(start, end, _MESSAGE)


RULE = rule(
    __doc__,
    name="password-in-url",
    severity=Severity.HIGH,
    group="secret",
    confidence="likely",
    triggers=("@",),
    also=("://",),
    shell=_shell,
    dockerfile=True,
    file=_file,
    text=_text,
    places=("code",),
    python=_python,
    local=True,
    good=(
        "!git clone https://user:...token...@example.com/x",
        "!git clone https://{user}:{token}@example.com/x",
        "!git clone https://git@example.com/x git@example.com:o/r.git",
        "url = f'postgresql://{user}:{password}@db.internal/x'",
        "url = 'postgresql://user:password@localhost:5432/db'",
        "%%writefile .env\nDATABASE_URL=postgresql://etl:${DB_PASSWORD}@db.internal/x",
        "url = 'postgresql://<user>:<password>@db.internal/x'",
        "url = 'https://example.com/@scope:x/y@1.2'",
        "url = f'https://joe:{password}@' + host",
        "!git clone https://joe:$PASSWORD@$HOST/x",
        "%sql postgresql://{user}:{password}@db.internal/x\n%sql postgresql://etl@db.internal/x\n"
        "%sql SELECT email FROM t WHERE email = 'joe@example.com'",
        "redis.from_url('redis://:password@cache.internal')\nu = 'http://:8080/@x', 'http://[::1]:8080'",
        "%%writefile requirements.txt\n--index-url https://${USER}:${TOKEN}@pypi.internal/simple\n"
        "lib @ git+ssh://git@git.internal/lib.git\ntoken==1.0.12345678",
    ),
    bad=(
        "!git clone https://joe:«Tr0ub4dor3»@git.internal/x",
        '%%bash\nURL="https://joe:«Tr0ub4dor3»@git.internal/x"',
        "%%writefile .env\nDATABASE_URL=postgresql://etl:«Tr0ub4dor3»@db.internal/x",
        "%%writefile Dockerfile\nRUN pip install git+https://joe:«Tr0ub4dor3»@git.internal/x",
        "engine = create_engine(«'postgresql://joe:Tr0ub4dor3@db.internal/x'»)",
        "@step\ndef f():\n    u = («'mysql://joe:'  # me\n    r'Tr0ub4dor3' '@db.internal'»)",
        "url = «'https://joe:\\\nTr0ub4dor3\\\n@git.internal/x'»",
        "url = «'https://joe:Tr0ub4dor3@'» + host",
        "url = «'postgresql://joe:Tr0ub4dor3@{}:5432/x'».format(host)",
        "!git clone https://joe:«Tr0ub4dor3»@$HOST/x",
        "!git clone https://joe:«Tr0ub4dor3»@{host}/x",
        "%load_ext sql\n"
        "%sql redshift+redshift_connector://ml:«Tr0ub4dor3»@wg.redshift-serverless.amazonaws.com/dev",
        "%%sql postgresql://ml:«Tr0ub4dor3»@db.internal/x\nSELECT 1",
        "%env REDIS_URL=redis://:«Tr0ub4dor3»@cache.internal:6379",
        "redis.from_url(«'rediss://:Tr0ub4dor3@cache.internal:6380/0'»)",
        "%%writefile requirements.txt\n--index-url https://joe:«Tr0ub4dor3»@pypi.internal/simple\nx",
    ),
)
