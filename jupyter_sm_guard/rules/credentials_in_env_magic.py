"""A credential is set with %env

## What it checks
`%env NAME=value` and `%set_env NAME value`, also as `run_line_magic("env", …)`, where the name is a
credential's (HF_TOKEN, OPENAI_API_KEY, DB_PASSWORD) and the value is written out. Placeholders and
values that are put in (`$token`, `{token}`) are no finding. The value is never shown.

## Why it matters
What stands in a notebook goes wherever the notebook goes, and `%env` prints it once more into the
output.

## How to fix
Change the credential: it has been seen. Have it looked up in AWS Secrets Manager when the code
runs, or ask for it: `os.environ["HF_TOKEN"] = getpass()`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..credentials import is_credential, is_secret_name
from ..model import Severity
from ..names import Call, PythonCell
from . import Match, rule

_SETTING = r"([A-Z0-9_]{3,40})[ =][ =]?[ \t]{0,9}(\S{6,4000})"
_LINE = re.compile(r"[ \t]{0,40}%(?:set_)?env[ \t]{1,9}" + _SETTING)
_GIVEN = re.compile(r"[ \t]{0,40}%?(?:set_)?env[ \t]{1,9}" + _SETTING)
_MAGICS = ("env", "set_env")
_IN_PYTHON = ("run_line_magic", ".magic(")
_MESSAGE = "a credential is written out here"


def _text(text: str) -> Iterator[Match]:
    offset = 0
    for line in text.splitlines(keepends=True):
        match = _LINE.match(line)
        if match is not None and _is_secret(match):
            yield Match(offset + match.start(2), offset + match.end(2), _MESSAGE)
        offset += len(line)


def _is_secret(match: re.Match[str]) -> bool:
    return is_secret_name(match[1]) and is_credential(match[2], match[1])


def _python(cell: PythonCell) -> Iterator[Match]:
    for call in cell.calls():
        line = _line(call) if call.method in ("run_line_magic", "magic") else None
        match = None if line is None else _GIVEN.match(line)
        if match is not None and _is_secret(match):
            yield Match(*cell.span(call.node.args[-1]), _MESSAGE)


def _line(call: Call) -> str | None:
    """The line that IPython is given, with the magic's name: `run_line_magic("env", "X=y")`."""
    texts = [call.cell.value(argument).text for argument in call.node.args]
    if call.method == "magic" and len(texts) == 1:
        return texts[0]
    is_known = len(texts) == 2 and texts[0] in _MAGICS and texts[1] is not None
    return f"{texts[0]} {texts[1]}" if is_known else None


RULE = rule(
    __doc__,
    name="credentials-in-env-magic",
    severity=Severity.HIGH,
    group="secret",
    confidence="likely",
    triggers=("%env", "%set_env", *_IN_PYTHON),
    text=_text,
    python=_python,
    in_python=_IN_PYTHON,
    local=True,
    places=("code",),
    good=(
        "%env AWS_DEFAULT_REGION=us-east-1",
        "%env HF_TOKEN=$token\n%env DB_PASSWORD={password}",
        "%env HF_TOKEN=<your token>",
        "%env OPENAI_API_KEY=sk-no-key-required",
        "%env TOKENIZERS_PARALLELISM=false",
        "get_ipython().run_line_magic('env', 'HF_TOKEN=' + token)\n"
        "get_ipython().run_line_magic('env', 'HF_TOKEN=<your token>')\nget_ipython().magic('env')",
    ),
    bad=(
        "%env DB_PASSWORD=«Tr0ub4dor&3»",
        "import os\n%set_env OPENAI_API_KEY «q7Rw29tLmZx81»",
        "get_ipython().run_line_magic('env', «'HF_TOKEN=q7Rw29tLmZx81'»)",
        "get_ipython().magic(«'%env DB_PASSWORD=Tr0ub4dor&3'»)",
    ),
)
