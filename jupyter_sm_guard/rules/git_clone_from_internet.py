"""A repository comes from the internet, which this instance can't reach

## What it checks
`git clone`, `git submodule add`, `git remote add` and `git pull` with an address on GitHub, GitLab,
Bitbucket, Hugging Face or another public forge, where the machine has no internet access. A server
of one's own and AWS CodeCommit or CodeConnections are fine.

## Why it matters
On an instance with DirectInternetAccess Disabled the command waits for a time-out and fails.

## How to fix
Mirror the repository to a Git server inside the network, or associate it with the notebook instance
through a connection that reaches one.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..hosts import host_of, is_well_known
from ..model import Severity
from ..names import PythonCell
from ..shell import Script
from . import Match, example, rule

_VERBS = {"clone", "pull", "fetch", "submodule", "remote", "ls-remote"}
_CALLS = frozenset(("git.Repo.clone_from", "git.repo.Repo.clone_from"))


def _shell(script: Script) -> Iterator[Match]:
    for command in script.commands:
        if command.name not in ("git", "gh") or not _VERBS & set(command.texts()):
            continue
        for word in command.arguments:
            host = host_of(word.text) if ":" in word.text else None
            if is_well_known(host):
                yield Match(word.start, word.end, _message(host))


def _message(host: str | None) -> str:
    return f"this instance has no internet access, and this is fetched from {host}"


def _python(cell: PythonCell) -> Iterator[Match]:
    for call in cell.calls():
        value = call.argument("url", 0) if call.is_named(_CALLS) else None
        if value is not None and value.text is not None and is_well_known(host_of(value.text)):
            yield Match(value.start, value.end, _message(host_of(value.text)))


RULE = rule(
    __doc__,
    name="git-clone-from-internet",
    severity=Severity.MEDIUM,
    group="egress",
    controls=("SageMaker.1",),
    triggers=("git ", "gh ", "'git'", '"git"', "clone_from"),
    posture=("no-internet",),
    written=False,
    shell=_shell,
    python=_python,
    good=(
        example("!git clone https://git.example.com/team/x.git", posture=("no-internet",)),
        example(
            "!git clone https://git-codecommit.us-east-1.amazonaws.com/v1/repos/x",
            posture=("no-internet",),
        ),
        example("!git clone {url}; git status; git pull", posture=("no-internet",)),
        example("!git config user.email me@github.com", posture=("no-internet",)),
        "!git clone https://github.com/o/r.git",
    ),
    bad=(
        example("!git clone «https://github.com/o/r.git»", posture=("no-internet",)),
        example("%%bash\ngit clone --depth 1 «git@github.com:o/r.git» r", posture=("no-internet",)),
        example("!git clone «https://huggingface.co/org/model»", posture=("no-internet",)),
    ),
)
