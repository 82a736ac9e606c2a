"""A download is run without being looked at

## What it checks
`curl … | sh` and its relatives: `| sudo bash`, `bash -c "$(curl …)"`, `bash <(wget …)`, `source
<(curl …)`, `bash <<< "$(curl …)"`, `eval "$(curl …)"`, also through a variable, and `| python`.

## Why it matters
Whoever controls the server, or the way to it, runs code with your role's permissions on your data.
A server can also tell a pipe from a browser, so that looking at the script first proves nothing.

## How to fix
Download the file, compare its checksum with a known one, and run that file; or install the tool
from a package or an image that is pinned.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..model import Severity
from ..shell import SHELLS, UNKNOWN, Command, Redirection, Script, Word
from . import Match, example, rule

_DOWNLOADS = frozenset({"curl", "wget", "aria2c"})
_OTHERS = frozenset({"python", "python3", "perl", "ruby", "node"})
_CODE = re.compile(r"-[A-Za-z]*[cme]")
"""Options with which these run something else than what they read."""
_INPUT = frozenset({"<", "<<", "<<-", "<<<"})
_CHECKS = frozenset({"sha256sum", "sha512sum", "shasum", "gpg", "gpgv", "openssl", "cosign"})
_DECLARES = frozenset({"export", "readonly", "declare", "typeset", "local"})


def _shell(script: Script) -> Iterator[Match]:
    kept: dict[str, Command] = {}
    for command in script.commands:
        source = _piped(command) or _substituted(command)
        if source is not None:
            start, end = min(source.start, command.start), max(source.end, command.end)
            given = _given(command)
            if given is not None and given.target.nested:
                end = max(end, given.target.end)
            yield Match(start, end, _message(command, source))
        elif (source := _in_variable(command, kept)) is not None:
            yield Match(command.start, command.end, _message(command, source))
        _keep(command, kept)


def _message(command: Command, source: Command) -> str:
    runner = command.name or command.wrappers[-1].name
    return f"{runner} runs what {source.name} downloads, unseen"


def _piped(command: Command) -> Command | None:
    """The download at the other end of the pipe, where this command runs what it reads."""
    if not _runs_input(command) or _given(command) is not None:
        return None
    source, links = command.reads, 0
    while source is not None and links < 5:
        if source.name in _DOWNLOADS:
            return source
        source, links = source.reads, links + 1
    return None


def _runs_input(command: Command) -> bool:
    texts = command.texts()
    plain = [text for text in texts if not text.startswith(("-", "+"))]
    if command.name in SHELLS:
        return not plain or "-s" in texts or plain[0] == "/dev/stdin"
    if command.name in _OTHERS:
        own = texts[: texts.index("-")] if "-" in texts else texts  # what follows is the script's
        return not any(_CODE.match(text) or not text.startswith("-") for text in own)
    return command.name in ("source", ".") and plain[:1] == ["/dev/stdin"]


def _given(command: Command) -> Redirection | None:
    """What a command reads instead of a pipe."""
    return next((r for r in command.redirections if r.operator in _INPUT), None)


def _is_eval(command: Command) -> bool:
    return bool(command.wrappers) and command.wrappers[-1].name == "eval"


def _substituted(command: Command) -> Command | None:
    """The download whose output stands where this command takes its script from."""
    source = next((inner for inner in command.nested if inner.name in _DOWNLOADS), None)
    if source is None:
        return None
    if _is_eval(command):
        return source
    given = _given(command)
    if given is not None and given.target.nested and _runs_input(command):
        return source if given.target.text.strip() == UNKNOWN else None
    texts = [text for text in command.texts() if not text.startswith(("-", "+"))]
    runs = command.name in SHELLS or command.name in ("source", ".", *_OTHERS)
    reads = {"-", "-s"} & set(command.texts())
    return source if runs and not reads and texts[:1] == [UNKNOWN] else None


def _keep(command: Command, kept: dict[str, Command]) -> None:
    """Note which variables hold a download, and forget those that no longer do."""
    if command.name in _CHECKS:
        kept.clear()
    words = command.arguments if command.name in _DECLARES else command.assignments
    for word in words:
        name, equals, value = word.text.partition("=")
        is_whole = value == UNKNOWN and word.nested and len(command.nested) == 1
        if is_whole and command.nested[0].name in _DOWNLOADS:
            kept[name] = command.nested[0]
        elif equals:
            kept.pop(name, None)


def _in_variable(command: Command, kept: dict[str, Command]) -> Command | None:
    """The download that is in the variable where this command takes its script from."""
    script = _from_variable(command) if kept else None
    if script is None or script.text.strip() != UNKNOWN or len(script.names) != 1:
        return None
    return kept.get(script.names[0].strip("${}"))


def _from_variable(command: Command) -> Word | None:
    """The word that holds this command's script: `eval "$x"`, `bash -c "$x"`, `bash <<< "$x"`,
    `echo "$x" | bash`."""
    if _is_eval(command):
        return command.words[0] if len(command.words) == 1 else None
    if "-c" in command.texts() and command.name in (*SHELLS, *_OTHERS):
        return next((word for word in command.arguments if not word.text.startswith("-")), None)
    if not _runs_input(command):
        return None
    if (given := _given(command)) is not None:
        return given.target if given.operator == "<<<" else None
    reads = command.reads
    if reads is None or reads.name not in ("echo", "printf"):
        return None
    words = [word for word in reads.arguments if word.names]
    return words[0] if len(words) == 1 else None


RULE = rule(
    __doc__,
    name="pipe-to-shell",
    severity=Severity.HIGH,
    group="privilege",
    triggers=("curl", "wget", "aria2c"),
    shell=_shell,
    good=(
        "!curl -fsSLO https://example.com/install.sh && sha256sum -c sums && bash install.sh",
        "!curl -s https://example.com/data.json | jq .",
        "!curl -s https://example.com/data.json | python -m json.tool\n"
        "!curl -s https://example.com/data.json | python3 -mjson.tool",
        "!echo 'curl https://example.com/x.sh | sh'",
        "!curl -s https://example.com/list | bash handle.sh",
        "!bash run.sh $(curl -s https://example.com/version)",
        '!python3 - "$(curl -s https://example.com/version)" < x.py',
        "%%bash\ncurl -s https://example.com/x.json | python3 - <<'PY'\nprint(1)\nPY",
        '%%bash\nx=$(curl -s https://example.com/x.sh)\necho "$sum $x" | sha256sum -c && eval "$x"',
        '%%bash\nx=$(curl -s https://example.com/x)\nbash run.sh "$x"\nbash -c "echo $x"\n'
        'python3 - "$x" < x.py\nbash -s "$x" < x.sh\nsource "$x"\n'
        'echo "$x" | bash run.sh\ncat <<< "$x"\nx="ls"\neval "$x"',
        "%%writefile Dockerfile\nFROM ubuntu\nRUN curl -s https://example.com/x.sh | bash",
    ),
    bad=(
        "!«curl -s https://example.com/x.sh | bash»",
        "%%bash\n«curl -fL https://example.com/x.sh | sudo sh»",
        "!«wget -qO- https://example.com/x.sh | tee log | sudo -E bash -»",
        '!«bash -c "$(curl -fsSL https://example.com/x.sh)"»',
        "%%sh\n«curl https://example.com/x.sh |\n  bash -s -- --yes»",
        '%%bash\n«source <(curl -s https://example.com/x.sh)»\n«eval "$(wget -qO- {url})"»',
        "!«curl -sSL https://example.com/get-poetry.py | python3 -»",
        "!«curl -sSL https://example.com/poetry.py | python3 - --version 1.8.2»",
        '%%bash\n«source /dev/stdin <<< "$(curl -s https://example.com/x.sh)"»\n'
        "«bash < <(curl -s https://example.com/x.sh)»",
        '%%bash\nx=$(curl -s https://example.com/x.sh)\n«eval "$x"»\n«bash -c "$x"»\n'
        'echo "$x" | «sh -s»',
        example("«curl -s https://example.com/x.sh | bash»", file="on-start.sh"),
        "import os\nos.system('«curl -s https://example.com/x.sh | sh»')",
    ),
)
