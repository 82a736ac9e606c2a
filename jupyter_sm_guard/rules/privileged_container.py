"""A container may do on the host what it likes

## What it checks
`docker run --privileged`, `--cap-add` of ALL or SYS_ADMIN, the host's processes (`--pid=host`), and
the Docker socket or the root folder mounted into a container; `privileged=True` of Docker's Python
library.

## Why it matters
Such a container is root on the instance, whatever RootAccess says, and so is every process in it.

## How to fix
Leave the flag out; grant the one capability or the one device that is needed (`--device`,
`--gpus`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..model import Severity
from ..names import PythonCell
from ..shell import Option, Script, Word, read_arguments
from . import Match, example, rule

_VALUED = ("--cap-add", "--pid", "--volume", "--mount", "--name", "--env", "--entrypoint", "--gpus")
_FLAGS = frozenset(
    ("--detach", "--disable-content-trust", "--help", "--init", "--interactive",
     "--no-healthcheck", "--oom-kill-disable", "--privileged", "--publish-all", "--quiet",
     "--read-only", "--replace", "--rm", "--sig-proxy", "--tty")
)  # fmt: skip
_SHORT_FLAGS = "ditPq"
_SOCKET = "docker.sock"
_ROOT = frozenset(("source=/", "src=/"))
_MAKING = ("run", "create", "create_host_config")


def _shell(script: Script) -> Iterator[Match]:
    for command in script.commands:
        texts = command.texts()
        if command.name not in ("docker", "podman", "nerdctl") or not {"run", "create"} & set(
            texts
        ):
            continue
        words = _before_image(command.arguments)
        for option in read_arguments(words, "evpwulhm", _VALUED).options:
            message = _grants(option)
            if message is not None:
                end = (option.value or option.word).end
                yield Match(option.word.start, end, message)


def _before_image(words: Sequence[Word]) -> Sequence[Word]:
    """What stands before the image's name; behind it is the container's own command."""
    number = next(n for n, word in enumerate(words) if word.text in ("run", "create")) + 1
    while number < len(words) and (words[number].text.startswith("-") or words[number].names):
        follows = words[number + 1].text if number + 1 < len(words) else "-"
        number += 2 if _takes_value(words[number].text) and not follows.startswith("-") else 1
    return words[:number]


def _takes_value(option: str) -> bool:
    """Whether what follows may be the option's value: of most options it is."""
    if option.startswith("--"):
        return "=" not in option and option not in _FLAGS
    letters = option[1:].lstrip(_SHORT_FLAGS)
    return len(letters) == 1 and option.startswith("-")


def _grants(option: Option) -> str | None:
    value = option.text or ""
    if option.name == "--privileged" and value != "false":
        return "this container is root on the host"
    if option.name == "--cap-add" and value.upper().removeprefix("CAP_") in ("ALL", "SYS_ADMIN"):
        return f"the capability {value} makes this container root on the host"
    if option.name == "--pid" and value == "host":
        return "this container sees and controls the host's processes"
    if option.name in ("-v", "--volume", "--mount"):
        if _SOCKET in value:
            return "with Docker's socket this container is root on the host"
        if value.startswith("/:") or not _ROOT.isdisjoint(value.split(",")):
            return "this container has the host's whole file system"
    return None


def _python(cell: PythonCell) -> Iterator[Match]:
    for call in cell.calls():
        value = call.keywords.get("privileged")
        if call.method in _MAKING and value is not None and value.is_constant(True):
            yield Match(value.start, value.end, "this container is root on the host")


RULE = rule(
    __doc__,
    name="privileged-container",
    severity=Severity.HIGH,
    group="privilege",
    controls=("SageMaker.3",),
    triggers=("docker", "podman", "nerdctl", "privileged"),
    shell=_shell,
    python=_python,
    in_python=("privileged",),
    good=(
        "!docker run --rm -v $PWD:/work -e A=1 image python train.py",
        "!docker build --tag x . && docker push x",
        "!docker run --cap-add SYS_PTRACE --privileged=false image",
        "client.containers.run('image', privileged=False)",
        "!docker run --mount type=bind,source=/data,target=/ image",
        "!docker run -it --rm -p 80:80 --gpus all image x --privileged -v /var/run/docker.sock:/s",
    ),
    bad=(
        "!docker run «--privileged» image",
        "!docker run «--cap-add=SYS_ADMIN» «--pid host» image",
        "%%bash\nsudo docker run -d \\\n  «-v /var/run/docker.sock:/var/run/docker.sock» image",
        "client.containers.run('image', privileged=«True»)",
        "import docker\ndocker.APIClient().create_host_config(privileged=«True»)",
        "!docker run «--mount type=bind,source=/,target=/host» image chroot /host",
        example("podman run «-v /:/host» image", file="x.sh"),
        "%%bash\ndocker run -itd --network host $OPTIONS --rm -e A=1 «--privileged» image bash",
    ),
)
