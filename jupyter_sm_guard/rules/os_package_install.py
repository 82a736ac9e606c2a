"""Packages of the operating system are installed

## What it checks
`apt-get install`, `yum install`, `yum update`, `dnf`, `apk add`, `rpm -i`, `dpkg -i` and the like
in shell lines and shell cells. A Dockerfile installs into an image, which is what it is for, and
`--dry-run` installs nothing.

## Why it matters
It needs root (SageMaker.3) and the package servers of the internet, and lasts only until the
instance stops: the system volume is made anew at every start.

## How to fix
Take the tool from conda or PyPI, put it into a container image, or install it in a lifecycle script
from a mirror inside the network.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..model import Severity
from ..shell import Command, Script, is_dry
from . import Match, example, rule

_VERBS = {
    "apt": {"install", "upgrade", "full-upgrade", "build-dep"},
    "apt-get": {"install", "upgrade", "dist-upgrade", "build-dep"},
    "aptitude": {"install", "upgrade"},
    "yum": {"install", "update", "upgrade", "reinstall", "localinstall", "groupinstall"},
    "dnf": {"install", "update", "upgrade", "reinstall", "groupinstall"},
    "microdnf": {"install", "update", "upgrade"},
    "zypper": {"install", "in", "update"},
    "apk": {"add", "upgrade"},
    "snap": {"install"},
    "amazon-linux-extras": {"install"},
}


def _shell(script: Script) -> Iterator[Match]:
    for command in script.commands:
        if _installs(command) and not is_dry(command):
            word = command.program
            yield Match(
                word.start, word.end, f"{command.name} installs packages of the operating system"
            )


def _installs(command: Command) -> bool:
    texts = command.texts()
    if command.name == "rpm":
        return any(_is_cluster(text, "iUF") for text in texts)
    if command.name == "dpkg":
        return any(_is_cluster(text, "i") or text == "--install" for text in texts)
    return not _VERBS.get(command.name, set()).isdisjoint(texts)


def _is_cluster(text: str, letters: str) -> bool:
    first = text[1:2]
    return text.startswith("-") and first in letters and bool(first)


RULE = rule(
    __doc__,
    name="os-package-install",
    severity=Severity.MEDIUM,
    group="privilege",
    controls=("SageMaker.3",),
    triggers=(
        "apt-get",
        "apt_get",
        "apt ",
        "'apt'",
        '"apt"',
        "aptitude",
        "yum",
        "dnf",
        "zypper",
        "apk",
        "snap ",
        "amazon-linux-extras",
        "rpm",
        "dpkg",
    ),
    written=False,
    shell=_shell,
    good=(
        "!apt-get update",
        "!yum list installed",
        "!apt-get -s install git && apt-get install -y --dry-run git; dnf install --assumeno git",
        "!rpm -qa | grep docker; apt install --help; rpm -i --help",
        "!echo apt-get install",
        "%%bash\nif x; then PKG=apt-get; else PKG=; fi\n$PKG install -y jq\n"
        "if x; then CMD=apt-get; else CMD=$1; fi\n$CMD install -y jq\n"
        "if x; then RUN=echo; else RUN=yum; fi\n$RUN install jq\n"
        "if x; then OS=yum; else OS=dnf; fi\necho $OS install > $OS install",
        "%%writefile Dockerfile\nFROM ubuntu\nRUN apt-get update && apt-get install -y jq",
        "%%writefile setup.sh\nyum install -y jq",
        "# apt-get install -y jq",
    ),
    bad=(
        "!«apt-get» install -qq -y jq > /dev/null",
        "%%bash\napt update && «apt» install -y \\\n  graphviz",
        "! sudo «yum» -y update",
        "%%bash\nif x; then PKG=apt-get; else PKG=yum; fi\n«$PKG» install -y graphviz\n"
        "case $ID in\n  debian) GET=apt-get ;;\n  *) GET=dnf ;;\nesac\nsudo -E «${GET}» install jq",
        "import subprocess\n«subprocess.check_output('apt install -y jq'.split())»",
        "%%sh\n«rpm» -Uvh https://example.com/x.rpm",
        example("«amazon-linux-extras» install -y epel", file="on-create.sh"),
        "import sh\n«sh.sudo.apt_get»('install', 'jq')\n«sh.yum»('install', 'jq')\nsh.yum('list')",
        "import subprocess\nsubprocess.run(['«apt-get»', 'install', '-y', 'jq'], check=True)",
    ),
)
