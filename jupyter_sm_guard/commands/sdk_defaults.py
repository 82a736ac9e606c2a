"""`jupyter sm-guard sdk-defaults`: the SageMaker SDK's config.yaml, as the policy wants jobs."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from ..arguments import file, folder
from ..terminal import OK, UsageError, write

if TYPE_CHECKING:
    from ..policy import Jobs

SUMMARY = "write the SageMaker SDK's defaults from the policy"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which policy, and where to."""
    parser.add_argument(
        "--output", type=_output, metavar="FILE", help="write there; - is stdout (default)"
    )
    parser.add_argument(
        "--policy", type=Path, metavar="FILE", help="this policy file, not the machine's"
    )
    parser.add_argument(
        "--root", type=folder, metavar="DIR", help="a folder that stands in for / (for tests)"
    )


def _output(text: str) -> Path | None:
    return None if text == "-" else file(text)


def run(options: argparse.Namespace) -> int:
    """Write them."""
    from ..policy.jobs import yaml

    jobs, where = _jobs(options)
    if jobs is None:
        says = "add at least [jobs], with subnets, security_groups and kms_key"
        raise UsageError(f"{where} says nothing of jobs; {says}")
    write(yaml(jobs), options.output)
    return OK


def _jobs(options: argparse.Namespace) -> tuple[Jobs | None, str]:
    """What the policy says of jobs, and which files it is."""
    from ..catalog import vocabulary
    from ..guard import policy_of
    from ..host import Host, Unreadable
    from ..place import Place
    from ..policy import PATH, PolicyError, parse

    if options.policy is None:
        policy = policy_of(Place(options.root))
        if policy.problem is not None:
            raise UsageError(f"the policy is not usable: {policy.problem}")
        return policy.jobs, ", ".join(policy.files) or PATH
    try:
        content = Host().read(str(options.policy.absolute()))
        if content is None:
            raise UsageError(f"there is no file {options.policy}")
        return parse(content, vocabulary(), str(options.policy)).jobs, str(options.policy)
    except (Unreadable, PolicyError) as error:
        raise UsageError(str(error)) from None
