"""What would have to be called so that a lifecycle configuration is as wanted. Pure."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from . import is_ours

NAME = "NotebookInstanceLifecycleConfigName"
CHANGEABLE = ("Stopped", "Failed")
"""Statuses in which UpdateNotebookInstance works (its API reference: the instance must be
stopped)."""

PASSING = ("Stopping", "Updating")
"""Statuses after which an instance is Stopped by itself."""


@dataclass(frozen=True)
class Step:
    """One call. `subject` is what it changes; `says` is the step in words. One that `ends_all` is
    needed by all after it, one that `needs_all` needs all before it."""

    subject: str
    says: str
    operation: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    ends_all: bool = False
    needs_all: bool = False


@dataclass(frozen=True)
class Blocked:
    """What can't be done now, why, and what to do first."""

    subject: str
    why: str
    remedy: str


@dataclass(frozen=True)
class Plan:
    """`settled` says what is as wanted already."""

    steps: tuple[Step, ...] = ()
    blocked: tuple[Blocked, ...] = ()
    settled: tuple[str, ...] = ()


def script_of(config: Mapping[str, Any], hook: str = "OnStart") -> str | None:
    """The script of a lifecycle configuration as AWS describes it; None without one."""
    hooks = config.get(hook) or []
    if not hooks:
        return None
    return base64.b64decode(hooks[0].get("Content", "")).decode("utf-8", "replace")


def has_ours(config: Mapping[str, Any]) -> bool:
    """Whether its start script is ours alone."""
    return is_ours(script_of(config) or "")


def to_apply(
    name: str,
    script: str,
    config: Mapping[str, Any] | None,
    instances: Sequence[Mapping[str, Any]],
    replace: bool,
) -> Plan:
    """From what AWS describes (`config` None: there is none of that name) to that script in the
    configuration `name`, attached to all `instances`. `replace` lets go of what they have now."""
    content = base64.b64encode(script.encode()).decode()
    on_start = [{"Content": content}]
    size = f"{len(script.encode())} bytes"
    steps: list[Step] = []
    settled: list[str] = []
    if config is None:
        wanted = {NAME: name, "OnStart": on_start}
        says = f"create it with the script ({size})"
        steps.append(
            Step(name, says, "CreateNotebookInstanceLifecycleConfig", wanted, ends_all=True)
        )
    elif not has_ours(config):
        why = "a lifecycle configuration of that name exists and is not the guard's alone"
        return Plan(blocked=(Blocked(name, why, "give another --name"),))
    elif script_of(config) == script:
        settled.append(f"{name} has this script already")
    else:
        kept = {"OnCreate": config["OnCreate"]} if config.get("OnCreate") else {}
        wanted = {NAME: name, "OnStart": on_start, **kept}
        says = f"replace its start script ({size}); every instance that has it runs that from its "
        operation = "UpdateNotebookInstanceLifecycleConfig"
        steps.append(Step(name, says + "next start on", operation, wanted, ends_all=True))
    blocked: list[Blocked] = []
    for instance in instances:
        _attach(name, instance, replace, steps, blocked, settled)
    return Plan(tuple(steps), tuple(blocked), tuple(settled))


def _attach(
    name: str,
    instance: Mapping[str, Any],
    replace: bool,
    steps: list[Step],
    blocked: list[Blocked],
    settled: list[str],
) -> None:
    subject = str(instance["NotebookInstanceName"])
    other = instance.get(NAME)
    if other == name:
        settled.append(f"{subject} has {name} already")
    elif other and not replace:
        why = f"has the lifecycle configuration {other}, and an instance can have one only"
        remedy = f"append our script to that of {other}, or give --replace to let go of it"
        blocked.append(Blocked(subject, why, remedy))
    elif instance["NotebookInstanceStatus"] not in CHANGEABLE:
        blocked.append(_running(instance))
    else:
        instead = f" in place of {other}" if other else ""
        says = f"attach {name}{instead}; it runs when the instance starts"
        steps.append(_update(instance, says, LifecycleConfigName=name))


def to_remove(
    name: str,
    config: Mapping[str, Any] | None,
    using: Sequence[Mapping[str, Any]],
    only: Sequence[str] = (),
) -> Plan:
    """Detach `name` from the instances that use it, or only from those named, and delete it when
    none is left."""
    if config is None and not using:
        return Plan(settled=(f"there is no lifecycle configuration {name}",))
    if config is not None and not has_ours(config):
        why = "is not the guard's alone, so it is left as it is"
        return Plan(blocked=(Blocked(name, why, "delete it with the aws command, if you must"),))
    names = [str(instance["NotebookInstanceName"]) for instance in using]
    chosen = [one for one in using if not only or one["NotebookInstanceName"] in only]
    left = [each for each in names if only and each not in only]
    says = f"detach {name}; from its next start on the guard is not there"
    steps = [
        _update(instance, says, DisassociateLifecycleConfig=True)
        for instance in chosen
        if instance["NotebookInstanceStatus"] in CHANGEABLE
    ]
    running = (one for one in chosen if one["NotebookInstanceStatus"] not in CHANGEABLE)
    blocked = [_running(instance) for instance in running]
    settled = [f"{each} does not have {name}" for each in only if each not in names]
    if left:
        settled.append(f"{name} stays, for {', '.join(left)}")
    elif blocked:
        blocked.append(Blocked(name, "stays while an instance has it", "detach those first"))
    elif config is not None and config.get("OnCreate"):
        settled.append(f"{name} stays: it has a script for creation, which is not the guard's")
    elif config is not None:
        operation = "DeleteNotebookInstanceLifecycleConfig"
        steps.append(Step(name, "delete it", operation, {NAME: name}, needs_all=True))
    return Plan(tuple(steps), tuple(blocked), tuple(settled))


def _running(instance: Mapping[str, Any]) -> Blocked:
    name, status = instance["NotebookInstanceName"], instance["NotebookInstanceStatus"]
    why = f"is {status}, and AWS changes a lifecycle configuration only while it is Stopped"
    stop = f"aws sagemaker stop-notebook-instance --notebook-instance-name {name}"
    wait = f"aws sagemaker wait notebook-instance-stopped --notebook-instance-name {name}"
    remedy = f"have its users save their work, then: {stop} && {wait}, and run this again"
    if status in PASSING:
        remedy = f"wait for it: {wait}, and run this again"
    elif status == "Pending":
        remedy = f"it starts; when it is InService: {stop} && {wait}, and run this again"
    elif status == "Deleting":
        remedy = "leave it out: it goes away"
    return Blocked(str(name), why, remedy)


def _update(instance: Mapping[str, Any], says: str, **change: Any) -> Step:
    # RootAccess as it is: the API's model gives it a default, and nobody says what an update
    # without it does.
    kept = {"RootAccess": instance["RootAccess"]} if instance.get("RootAccess") else {}
    name = str(instance["NotebookInstanceName"])
    wanted = {"NotebookInstanceName": name, **kept, **change}
    return Step(name, says, "UpdateNotebookInstance", wanted)


def lines(plan: Plan) -> Iterator[str]:
    """The plan, for reading."""
    for step in plan.steps:
        yield f"  + {step.subject}: {step.says}"
    for blocked in plan.blocked:
        yield f"  ✘ {blocked.subject}: {blocked.why}"
        yield f"      {blocked.remedy}"
    for settled in plan.settled:
        yield f"  = {settled}"


def standing(name: str, config: Mapping[str, Any], instances: Sequence[Mapping[str, Any]]) -> str:
    """How things are: whose script it is, and which of the instances have it."""
    whose = "the guard's" if has_ours(config) else "not the guard's alone"
    digest = hashlib.sha256((script_of(config) or "").encode()).hexdigest()
    told = [f"{whose}, start script SHA-256 {digest}"]
    for instance in instances:
        other = instance.get(NAME)
        has = "has it" if other == name else f"does not have it, but {other or 'none'}"
        status = instance["NotebookInstanceStatus"]
        told.append(f"  {instance['NotebookInstanceName']}: {has} ({status})")
    return "\n".join([*told, *(() if instances else ["  no instance has it"]), ""])
