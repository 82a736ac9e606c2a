"""A package of one's own may be replaced by a stranger's of the same name

## What it checks
`pip` and `uv` told to look into a private index *and* PyPI (`--extra-index-url` of a host of one's
own, PIP_EXTRA_INDEX_URL, `pip config set global.extra-index-url`), and `uv --index-strategy
unsafe-best-match`. Where the notebook sets PIP_INDEX_URL or global.index-url, whether PyPI is asked
at all is not known.

## Why it matters
With two indexes the higher version wins, wherever it lies. Whoever uploads a package of your inner
package's name to PyPI, with a high version, gets it installed and run with your role.

## How to fix
Give one index only, `--index-url`, and let that one pass public packages on (AWS CodeArtifact
does); with uv, leave its strategy at first-index.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

from ..environment import Variable, in_magics, in_python, in_shell
from ..hosts import host_of, is_well_known
from ..model import Severity
from ..names import PythonCell
from ..shell import Command, Option, Script, read_arguments
from . import Match, rule

_LONG = ("--index-url", "--extra-index-url", "--index-strategy", "--find-links", "--requirement",
         "--default-index", "--index", "--target", "--python")  # fmt: skip
_UNSAFE = "unsafe-best-match"
_EXTRA = "PIP_EXTRA_INDEX_URL"
_IN_CONFIG = ("global.extra-index-url", "install.extra-index-url")
_MESSAGE = "packages of your own index are also looked for in a public one"


def _shell(script: Script) -> Iterator[Match]:
    for command in script.commands:
        if command.name == "uv" or command.name.startswith("pip"):
            for option, message in _mixes(command):
                end = (option.value or option.word).end
                yield Match(option.word.start, end, message)
            yield from _configured(command)
        yield from _extra(in_shell(command))
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
            yield option, _MESSAGE


def _configured(command: Command) -> Iterator[Match]:
    """`pip config set global.extra-index-url URL`."""
    words = command.arguments
    for name, url in pairwise(words):
        if name.text in _IN_CONFIG and "set" in command.texts() and _is_own(url.text):
            yield Match(name.start, url.end, _MESSAGE)


def _is_own(urls: str) -> bool:
    """Whether one of the indexes is no public one."""
    hosts = [host_of(url) for url in urls.split()]
    return any(host is not None and not is_well_known(host) for host in hosts)


def _python(cell: PythonCell) -> Iterator[Match]:
    yield from _extra(in_python(cell, (_EXTRA,)))


def _text(text: str) -> Iterator[Match]:
    yield from _extra(in_magics(text))


def _extra(variables: Iterable[Variable]) -> Iterator[Match]:
    for variable in variables:
        if variable.name == _EXTRA and _is_own(variable.value):
            yield Match(variable.start, variable.end, _MESSAGE)


RULE = rule(
    __doc__,
    name="dependency-confusion",
    severity=Severity.MEDIUM,
    group="egress",
    triggers=("extra-index-url", _EXTRA, _UNSAFE),
    unless=("PIP_INDEX_URL", "global.index-url"),
    shell=_shell,
    dockerfile=True,
    python=_python,
    text=_text,
    places=("code",),
    good=(
        "!pip install --index-url https://packages.internal/simple x",
        "!pip install torch --extra-index-url https://download.pytorch.org/whl/cu121",
        "!pip install x --extra-index-url {url}",
        "!uv pip install --index-strategy first-index x",
        "%env PIP_EXTRA_INDEX_URL=https://download.pytorch.org/whl/cu121",
        "%env PIP_INDEX_URL=https://nexus.example.com/simple\n"
        "%env PIP_EXTRA_INDEX_URL=https://own.internal/simple",
    ),
    bad=(
        "%%writefile Dockerfile\nRUN pip install «--extra-index-url https://pkgs.internal/x» y",
        "!pip install «--extra-index-url https://packages.internal/simple» x",
        "%env «PIP_EXTRA_INDEX_URL=https://nexus.example.com/simple»\n%pip install x",
        "import os\n«os.environ['PIP_EXTRA_INDEX_URL'] = 'https://nexus.example.com/simple'»",
        "!pip config set «global.extra-index-url https://nexus.example.com/simple»",
        "!uv pip install «--index-strategy unsafe-best-match» -r requirements.txt",
        "%pip install -i https://own.internal/simple «--extra-index-url=https://pypi.org/simple» x",
    ),
)
