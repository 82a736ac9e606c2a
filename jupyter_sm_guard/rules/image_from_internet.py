"""A container image comes from the internet, which this instance can't reach

## What it checks
`docker pull` from Docker Hub or another public registry, and `docker run` of an image that names
one, where the machine has no internet access. Images in Amazon ECR are fine.

## Why it matters
On an instance with DirectInternetAccess Disabled the pull waits for a time-out and fails.

## How to fix
Copy the image into an Amazon ECR repository of yours, or set up a pull-through cache there; ECR is
reached through VPC endpoints.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..hosts import is_public
from ..model import Severity
from ..shell import UNKNOWN, Script, Word, read_arguments
from . import Match, example, rule

_LONG = ("--platform", "--name", "--volume", "--env", "--gpus", "--entrypoint", "--network",
         "--env-file", "--shm-size", "--mount", "--user", "--workdir", "--publish")  # fmt: skip


def _shell(script: Script) -> Iterator[Match]:
    for command in script.commands:
        if command.name not in ("docker", "podman", "nerdctl"):
            continue
        plain = read_arguments(command.arguments, "evpwuhm", _LONG).plain
        if len(plain) > 1 and plain[0].text in ("pull", "run") and _is_outside(*plain[:2]):
            word = plain[1]
            message = "this instance has no internet access, and this image is in a public registry"
            yield Match(word.start, word.end, message)


def _is_outside(verb: Word, image: Word) -> bool:
    if image.text.startswith(UNKNOWN):
        return False
    host, slash, _ = image.text.partition("/")
    if slash and ("." in host or ":" in host or UNKNOWN in host):
        return is_public(host.partition(":")[0]) and UNKNOWN not in host
    return verb.text == "pull" and host != "localhost"


RULE = rule(
    __doc__,
    name="image-from-internet",
    severity=Severity.MEDIUM,
    group="egress",
    controls=("SageMaker.1",),
    triggers=("docker", "podman", "nerdctl"),
    posture=("no-internet",),
    written=False,
    shell=_shell,
    good=(
        example(
            "!docker pull 123456789012.dkr.ecr.us-east-1.amazonaws.com/x:1",
            posture=("no-internet",),
        ),
        example(
            "!docker pull {image}; docker run -it my-image; docker images", posture=("no-internet",)
        ),
        "!docker pull ubuntu",
    ),
    bad=(
        example("!docker pull «ubuntu:24.04»", posture=("no-internet",)),
        example("%%bash\ndocker run --rm -e A=1 «ghcr.io/o/x:1» ls", posture=("no-internet",)),
        example("!docker pull «public.ecr.aws/lambda/python:3.12»", posture=("no-internet",)),
    ),
)
