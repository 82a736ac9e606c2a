"""DescribeNotebookInstanceLifecycleConfig: whether the attached lifecycle configuration is there.

Fact LifecycleConfigReadable: True when AWS answered with it and with a script in it, None when the
instance has none, Unknown (NOT_FOUND) when it was deleted. The script's text, which may hold
passwords, never becomes a fact.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ..aws import Answer, call
from ..model import Fact, Known, Reason, ResourceKind, Unknown
from . import Context, Source

NAME = "DescribeNotebookInstanceLifecycleConfig"
ATTACHED = "NotebookInstanceLifecycleConfigName"
FACT = "LifecycleConfigReadable"


def observe(context: Context) -> Mapping[str, Fact]:
    """Ask for the lifecycle configuration that the instance names."""
    attached = context.earlier.get(ATTACHED)
    if not isinstance(attached, Known):
        why = attached or Unknown(Reason.NOT_YET_CHECKED, f"{ATTACHED} is not known")
        return SOURCE.unknown(replace(why, action=None))
    if attached.value is None:
        return {FACT: attached}
    answer = call(context.aws, "sagemaker", NAME, {ATTACHED: attached.value}, context.stage)
    if isinstance(answer, Unknown):
        return SOURCE.unknown(answer)
    if answer.body.get(ATTACHED) != attached.value:
        detail = "AWS's answer is about another lifecycle configuration"
        return SOURCE.unknown(Unknown(Reason.IDENTITY_MISMATCH, detail))
    if not any(_has_script(answer, hook) for hook in ("OnCreate", "OnStart")):
        detail = "AWS's answer has no script in it"
        return SOURCE.unknown(Unknown(Reason.FIELD_MISSING, detail))
    return {FACT: Known(True, NAME, answer.observed_at, answer.request_id)}


def _has_script(answer: Answer, hook: str) -> bool:
    scripts = answer.body.get(hook)
    if not isinstance(scripts, list):
        return False
    return any(isinstance(script, dict) and script.get("Content") for script in scripts)


SOURCE = Source(
    name="lifecycle",
    label=NAME,
    facts=(FACT,),
    kinds=frozenset({ResourceKind.NOTEBOOK_INSTANCE}),
    observe=observe,
    opt_in=True,
    after="sagemaker_api",
)
