"""SimulatePrincipalPolicy: which of the controls the instance's own role could undo.

Fact RoleCanUndo: the actions that are allowed, sorted, separated by a comma and a space; "" when
none is. They are simulated on what they would be used on: this instance, its role, its lifecycle
configuration, the account's Security Hub. Other instances are not looked at, nor is what service
control policies forbid (IAM user guide, "IAM policy simulator"). Where the simulator lacks a value
that a condition asks for, a denial proves nothing, and the fact is Unknown unless something else is
allowed. IAM has one endpoint for a whole partition, which a VPC without internet does not reach:
then the fact is Unknown (TIMEOUT).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ..aws import Answer, call
from ..model import Fact, Known, Reason, ResourceKind, Unknown
from . import Context, Source

NAME = "SimulatePrincipalPolicy"
FACT = "RoleCanUndo"

CREATE, PASS = "sagemaker:CreateNotebookInstance", "iam:PassRole"
_ON_ROLE = (PASS, "iam:AttachRolePolicy", "iam:PutRolePolicy")
_ON_INSTANCE = (
    CREATE,
    "sagemaker:CreatePresignedNotebookInstanceUrl",
    "sagemaker:UpdateNotebookInstance",
)
_ON_LIFECYCLE = (
    "sagemaker:CreateNotebookInstanceLifecycleConfig",
    "sagemaker:UpdateNotebookInstanceLifecycleConfig",
)
_PASSED_TO_SAGEMAKER = {
    "ContextKeyName": "iam:PassedToService",
    "ContextKeyValues": ["sagemaker.amazonaws.com"],
    "ContextKeyType": "string",
}
_DECISIONS = {"allowed": True, "explicitDeny": False, "implicitDeny": False}


def observe(context: Context) -> Mapping[str, Fact]:
    """Have AWS simulate the role's policies, a call for each resource."""
    role = context.earlier.get("RoleArn")
    if not isinstance(role, Known) or not isinstance(role.value, str):
        why = role if isinstance(role, Unknown) else None
        why = why or Unknown(Reason.NOT_YET_CHECKED, "the instance's role is not known")
        return SOURCE.unknown(replace(why, action=None))
    decided: dict[str, bool | None] = {}
    answers: list[Answer] = []
    for resource, actions in _uses(context, role.value).items():
        parameters = {
            "PolicySourceArn": role.value,
            "ActionNames": list(actions),
            "ResourceArns": [resource],
            "ContextEntries": [_PASSED_TO_SAGEMAKER],
        }
        answer = call(context.aws, "iam", NAME, parameters, context.stage)
        if isinstance(answer, Unknown):
            return SOURCE.unknown(answer)
        decisions = _decisions(answer, actions)
        if isinstance(decisions, Unknown):
            return SOURCE.unknown(decisions)
        decided.update(decisions)
        answers.append(answer)
    return {FACT: _allowed(decided, answers[-1])}


def _uses(context: Context, role: str) -> Mapping[str, tuple[str, ...]]:
    """What the actions would be used on, and the actions."""
    resource = context.resource
    scope = f"{resource.region}:{resource.account}"
    attached = context.earlier.get("NotebookInstanceLifecycleConfigName")
    script = attached.value if isinstance(attached, Known) and attached.value else "*"
    hub = f"arn:{resource.partition}:securityhub:{scope}"
    of_sagemaker = f"arn:{resource.partition}:sagemaker:{scope}"
    return {
        resource.arn or "*": _ON_INSTANCE,
        role: _ON_ROLE,
        f"{of_sagemaker}:notebook-instance-lifecycle-config/{script}": _ON_LIFECYCLE,
        f"{hub}:product/{resource.account}/default": ("securityhub:BatchImportFindings",),
        f"{hub}:hub/default": ("securityhub:BatchUpdateFindings",),
    }


def _decisions(answer: Answer, actions: tuple[str, ...]) -> dict[str, bool | None] | Unknown:
    """By action: allowed, denied, or None where the simulator lacked what a condition asks for."""
    if answer.body.get("IsTruncated"):
        return Unknown(Reason.BAD_RESPONSE, "the answer goes on, on another page")
    asked = {action.lower(): action for action in actions}
    decided: dict[str, bool | None] = {}
    for result in answer.body.get("EvaluationResults") or ():
        action = asked.get(str(result.get("EvalActionName")).lower())
        word = str(result.get("EvalDecision"))
        if action is None or word not in _DECISIONS or action in decided:
            return Unknown(Reason.UNKNOWN_VALUE, "the answer has an unexpected decision")
        is_open = word == "implicitDeny" and bool(result.get("MissingContextValues"))
        decided[action] = None if is_open else _DECISIONS[word]
    if len(decided) < len(actions):
        return Unknown(Reason.FIELD_MISSING, "the answer does not decide every action")
    return decided


def _allowed(decided: Mapping[str, bool | None], answer: Answer) -> Known | Unknown:
    can = {action for action, is_allowed in decided.items() if is_allowed}
    if not {CREATE, PASS} <= can:  # one needs the other
        can -= {CREATE, PASS}
    if not can and None in decided.values():
        undecided = ", ".join(sorted(a for a, is_allowed in decided.items() if is_allowed is None))
        detail = f"whether the role may call {undecided} depends on conditions"
        return Unknown(Reason.FIELD_MISSING, detail, NAME)
    return Known(", ".join(sorted(can)), NAME, answer.observed_at, answer.request_id)


SOURCE = Source(
    name="role",
    label=NAME,
    facts=(FACT,),
    kinds=frozenset({ResourceKind.NOTEBOOK_INSTANCE}),
    observe=observe,
    opt_in=True,
    after="sagemaker_api",
)
