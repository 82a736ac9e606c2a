"""A package of one's own may be replaced by a stranger's of the same name

## What it checks
`pip` and `uv` told to look into a private index *and* PyPI (`--extra-index-url` of a host of one's
own), and `uv --index-strategy unsafe-best-match`.

## Why it matters
With two indexes the higher version wins, wherever it lies. Whoever uploads a package of your inner
package's name to PyPI, with a high version, gets it installed and run with your role.

## How to fix
Give one index only, `--index-url`, and let that one pass public packages on (AWS CodeArtifact
does); with uv, leave its strategy at first-index.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..hosts import host_of, is_well_known
from ..model import Severity
from ..shell import Command, Option, Script, read_arguments
from . import Match, rule

_LONG = ("--index-url", "--extra-index-url", "--index-strategy", "--find-links", "--requirement",
         "--default-index", "--index", "--target", "--python")  # fmt: skip
_UNSAFE = "unsafe-best-match"


def _shell(script: Script) -> Iterator[Match]:
    for command in script.commands:
        if command.name == "uv" or command.name.startswith("pip"):
            for option, message in _mixes(command):
                end = (option.value or option.word).end
                yield Match(option.word.start, end, message)
        for word in command.assignments:
            if word.text == f"UV_INDEX_STRATEGY={_UNSAFE}":
                yield Match(word.start, word.end, "the highest version of any index is installed")


def _mixes(command: Command) -> Iterator[tuple[Option, str]]:
    arguments = read_arguments(command.arguments, "rceift", _LONG)
    index = arguments.option("-i", "--index-url", "--default-index")
    own_index = index is not None and not is_well_known(host_of(index.text or ""))
    for option in arguments.options:
        host = host_of(option.text or "")
        if option.name == "--index-strategy" and option.text == _UNSAFE:
            yield option, "the highest version of any index is installed, a stranger's too"
            continue
        is_extra = option.name == "--extra-index-url" and host is not None
        if is_extra and is_well_known(host) is own_index:
            yield option, "packages of your own index are also looked for in a public one"


RULE = rule(
    __doc__,
    name="dependency-confusion",
    severity=Severity.MEDIUM,
    group="egress",
    triggers=("extra-index-url", _UNSAFE),
    shell=_shell,
    dockerfile=True,
    good=(
        "!pip install --index-url https://packages.internal/simple x",
        "!pip install torch --extra-index-url https://download.pytorch.org/whl/cu121",
        "!pip install x --extra-index-url {url}",
        "!uv pip install --index-strategy first-index x",
    ),
    bad=(
        "%%writefile Dockerfile\nRUN pip install «--extra-index-url https://pkgs.internal/x» y",
        "!pip install «--extra-index-url https://packages.internal/simple» x",
        "!uv pip install «--index-strategy unsafe-best-match» -r requirements.txt",
        "%pip install -i https://own.internal/simple «--extra-index-url=https://pypi.org/simple» x",
    ),
)
