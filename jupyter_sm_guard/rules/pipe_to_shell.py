"""A download is run without being looked at

## What it checks
`curl … | sh` and its relatives: `| sudo bash`, `bash -c "$(curl …)"`, `bash <(wget …)`, `source
<(curl …)`, `eval "$(curl …)"`, `| python`.

## Why it matters
Whoever controls the server, or the way to it, runs code with your role's permissions on your data.
A server can also tell a pipe from a browser, so that looking at the script first proves nothing.

## How to fix
Download the file, compare its checksum with a known one, and run that file; or install the tool
from a package or an image that is pinned.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..model import Severity
from ..shell import SHELLS, UNKNOWN, Command, Script
from . import Match, example, rule

_DOWNLOADS = frozenset({"curl", "wget", "aria2c"})
_OTHERS = frozenset({"python", "python3", "perl", "ruby", "node"})


def _shell(script: Script) -> Iterator[Match]:
    for command in script.commands:
        source = _piped(command) or _substituted(command)
        if source is not None:
            runner = command.name or command.wrappers[-1].name
            yield Match(
                min(source.start, command.start),
                max(source.end, command.end),
                f"{runner} runs what {source.name} downloads, unseen",
            )


def _piped(command: Command) -> Command | None:
    """The download at the other end of the pipe, where this command runs what it reads."""
    if not _runs_input(command):
        return None
    source, links = command.reads, 0
    while source is not None and links < 5:
        if source.name in _DOWNLOADS:
            return source
        source, links = source.reads, links + 1
    return None


def _runs_input(command: Command) -> bool:
    plain = [text for text in command.texts() if not text.startswith(("-", "+"))]
    if command.name in SHELLS:
        return not plain or "-s" in command.texts() or plain[0] == "/dev/stdin"
    if command.name in _OTHERS:
        return not plain and not {"-c", "-m", "-e"} & set(command.texts())
    return command.name in ("source", ".") and plain[:1] == ["/dev/stdin"]


def _substituted(command: Command) -> Command | None:
    """The download whose output stands where this command takes its script from."""
    source = next((inner for inner in command.nested if inner.name in _DOWNLOADS), None)
    if source is None:
        return None
    if command.wrappers and command.wrappers[-1].name == "eval":
        return source
    texts = [text for text in command.texts() if not text.startswith(("-", "+"))]
    runs = command.name in SHELLS or command.name in ("source", ".", *_OTHERS)
    return source if runs and texts[:1] == [UNKNOWN] else None


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
        "!curl -s https://example.com/data.json | python -m json.tool",
        "!echo 'curl https://example.com/x.sh | sh'",
        "!curl -s https://example.com/list | bash handle.sh",
        "!bash run.sh $(curl -s https://example.com/version)",
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
        example("«curl -s https://example.com/x.sh | bash»", file="on-start.sh"),
        "import os\nos.system('«curl -s https://example.com/x.sh | sh»')",
    ),
)
