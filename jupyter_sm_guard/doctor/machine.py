"""What the guard takes this machine for, and the admin's policy."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .. import advice, metadata, policy
from ..guard import policy_of
from ..host import Unreadable
from ..model import Resource, Step, Unknown
from ..place import Place
from .rows import Row


@dataclass(frozen=True)
class Machine:
    """`problem` says why the resource is not known; `policy_problem` why the policy is not used,
    `policy_instead` what applies in its place."""

    resource: Resource
    problem: Unknown | None
    policy: str
    policy_present: bool
    policy_problem: str | None
    policy_instead: str | None


def look(place: Place) -> Machine:
    """Read the metadata file and the policy, as a check does."""
    resource, problem = metadata.classify(place.host)
    try:
        present = place.host.exists(policy.PATH) or place.host.exists(policy.MORE)
    except Unreadable:
        present = True
    found = policy_of(place)
    where = ", ".join(found.files) or policy.PATH
    instead = found.instead if found.problem is not None else None
    return Machine(resource, problem, where, present, found.problem, instead)


def rows(machine: Machine) -> Iterator[Row]:
    """The section as text."""
    resource = machine.resource
    yield Row("this machine", " ".join(filter(None, [resource.kind.value, resource.arn])))
    if machine.problem is not None:
        yield Row("because", machine.problem.detail)
    state = "not used" if machine.policy_problem else "in use" if machine.policy_present else "none"
    yield Row("policy", machine.policy_problem or f"{state}: {machine.policy}")


def to_do(machine: Machine) -> Iterator[Step]:
    """A machine that can't be identified, a policy that can't be used."""
    if machine.problem is not None:
        step = advice.next_step(machine.problem.reason, machine.problem, machine.resource)
        yield Step(f"{machine.problem.detail}. {step.text}", step.command)
    if machine.policy_problem is not None:
        yield Step(
            f"The policy is not used, so {machine.policy_instead} applies: "
            f"{machine.policy_problem}. Ask your admin to mend it."
        )
