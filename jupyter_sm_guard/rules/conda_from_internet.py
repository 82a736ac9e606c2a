"""Conda packages come from the internet, which this instance can't reach

## What it checks
`conda`, `mamba` and `micromamba` installing, creating or updating from public channels, where the
machine has no internet access. Channels of one's own with `--override-channels`, `--offline` and
clones are fine.

## Why it matters
On an instance with DirectInternetAccess Disabled the command waits for a time-out and fails.

## How to fix
Use a mirror inside the network (`-c https://conda.internal/main --override-channels`, or
`channels:` and `default_channels:` in ~/.condarc), or an image that has the packages.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..hosts import has_scheme, host_of, is_well_known
from ..model import Severity
from ..shell import UNKNOWN, Arguments, Command, Script, Word, read_arguments
from . import Match, example, rule

_LONG = ("--name", "--prefix", "--channel", "--file", "--clone", "--solver", "--revision")
_OFFLINE = {"--offline", "--use-local", "--clone", "--dry-run", "--revision"}


def _shell(script: Script) -> Iterator[Match]:
    for command in script.commands:
        verb = _verb(command)
        if verb is None:
            continue
        words = [word for word in command.arguments if word.start > verb.start]
        if _asks_internet(read_arguments(words, "npcf", _LONG), verb.text):
            message = (
                f"this instance has no internet access, and {command.name} asks public channels"
            )
            yield Match(command.program.start, verb.end, message)


def _verb(command: Command) -> Word | None:
    if command.name not in ("conda", "mamba", "micromamba"):
        return None
    words = list(command.arguments)
    if words and words[0].text == "env":
        words = words[1:]
    verbs = ("install", "create", "update", "upgrade")
    return words[0] if words and words[0].text in verbs else None


def _asks_internet(arguments: Arguments, verb: str) -> bool:
    names = {option.name for option in arguments.options}
    if names & _OFFLINE:
        return False
    channels = [o.text or "" for o in arguments.options if o.name in ("-c", "--channel")]
    if "--override-channels" in names and channels:
        return any(_is_public(channel) for channel in channels)
    lists = bool(names & {"-f", "--file", "--all"})
    local = [w.text for w in arguments.plain if w.text.endswith((".conda", ".tar.bz2"))]
    packages = len(arguments.plain) - len(local)
    return packages > 0 or lists or verb in ("update", "upgrade")


def _is_public(channel: str) -> bool:
    if has_scheme(channel):
        return is_well_known(host_of(channel))
    return not channel.startswith((UNKNOWN, "/", "file:"))


RULE = rule(
    __doc__,
    name="conda-from-internet",
    severity=Severity.MEDIUM,
    group="egress",
    controls=("SageMaker.1",),
    triggers=("conda", "mamba"),
    posture=("no-internet",),
    written=False,
    shell=_shell,
    good=(
        example("!conda list && conda env list; conda info", posture=("no-internet",)),
        example(
            "%conda install -c https://conda.internal/main --override-channels x",
            posture=("no-internet",),
        ),
        example("!conda create --name x --clone base", posture=("no-internet",)),
        example("!conda install --offline pkgs/x-1.0.conda", posture=("no-internet",)),
        example("%%writefile Dockerfile\nFROM x\nRUN conda install y", posture=("no-internet",)),
        example("!conda run -n x python train.py", posture=("no-internet",)),
        "%conda install numpy",
    ),
    bad=(
        example("%«conda install» -y -c conda-forge x", posture=("no-internet",)),
        example("!«mamba create» -n x python=3.11", posture=("no-internet",)),
        example("%%bash\n«conda env update» -f environment.yml", posture=("no-internet",)),
        example(
            "«conda install» --override-channels -c conda-forge x",
            file="on-create.sh",
            posture=("no-internet",),
        ),
    ),
)
