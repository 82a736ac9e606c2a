"""The one next step for each reason why there is no plain verdict; pure words, no lookups.

Everything filled in (names, Region, account, ARN) has been checked against AWS's patterns where
the metadata file was read, so that a command can be copied as it stands.
"""

from __future__ import annotations

import json

from .model import Reason, Resource, ResourceKind, Step, Unknown

COLLECTOR = "the collector"
"""The source of what is not known because the collector did not tell."""

_DESCRIBE = (
    "aws sagemaker describe-notebook-instance --notebook-instance-name {name} --region {region}"
)
_NETWORK = (
    "Ask whoever manages this VPC for a way to the service that was asked: for the SageMaker API "
    "an interface endpoint for sagemaker.api in {region} with port 443 open to this instance, or a "
    "route to the internet; a proxy that the guard's policy names must answer."
)

_STEPS: dict[Reason, Step] = {
    Reason.NOT_YET_CHECKED: Step("Wait a moment: the first check is on its way."),
    Reason.NO_CREDENTIALS: Step(
        "Give this instance's Jupyter server AWS credentials: an execution role, or static keys in "
        "the environment or ~/.aws (profiles that assume a role, use SSO or run a process are not "
        "read)."
    ),
    Reason.EXPIRED_CREDENTIALS: Step(
        "Renew the AWS credentials that this server uses: AWS no longer takes them. If they come "
        "from the environment or ~/.aws, put in new ones or remove them so that the execution role "
        "is used."
    ),
    Reason.CLOCK_SKEW: Step("Set this machine's clock right: it differs too much from AWS's."),
    Reason.MISSING_PERMISSION: Step(
        "Ask whoever manages this instance's execution role to add this IAM statement; it allows "
        "what was asked and nothing else."
    ),
    Reason.THROTTLED: Step("Wait some minutes and check again: AWS had too many requests."),
    Reason.TIMEOUT: Step(_NETWORK),
    Reason.UNREACHABLE: Step(_NETWORK),
    Reason.DNS: Step(
        "Ask whoever manages this VPC why names of AWS's endpoints in {region} do not resolve here "
        "(DNS support, private DNS of the sagemaker.api endpoint)."
    ),
    Reason.TLS: Step(
        "Ask your admin whether a proxy replaces AWS's certificates; if so, its CA bundle belongs "
        "in the guard's policy as aws.ca_bundle."
    ),
    Reason.CAPTIVE: Step(
        "Ask whoever manages this network what answers in AWS's place: a login page or a filtering "
        "proxy. A proxy that must be used belongs in the guard's policy as aws.proxy."
    ),
    Reason.BAD_RESPONSE: Step(
        "Check again; if it stays, compare with what the AWS CLI gets.", _DESCRIBE
    ),
    Reason.NOT_FOUND: Step("Check that what AWS was asked for still exists.", _DESCRIBE),
    Reason.IDENTITY_MISMATCH: Step(
        "Ask your admin whether this metadata file and these credentials belong to this instance; "
        "compare with what AWS says of it.",
        _DESCRIBE,
    ),
    Reason.FIELD_MISSING: Step("Look the setting up yourself.", _DESCRIBE),
    Reason.UNKNOWN_VALUE: Step(
        "Update jupyter-sm-guard; if it stays, ask AWS's documentation what this value means. For "
        "platforms an admin can list it in the policy as supported_platforms."
    ),
    Reason.METADATA_DAMAGED: Step(
        "Stop and start the instance: SageMaker lays the metadata file anew. If it stays, ask your "
        "admin who changes it."
    ),
    Reason.EVIDENCE_INCONSISTENT: Step(
        "Ask your admin: what was seen can't be true all at once, so somebody changed it on the "
        "way or on this machine.",
        _DESCRIBE,
    ),
    Reason.SOURCES_DISAGREE: Step("Ask your admin to compare the sources shown as evidence."),
    Reason.ROOT_OBTAINABLE: Step(
        "Ask your admin to review the instance's lifecycle configuration: it most likely gives "
        "users root though the setting says otherwise."
    ),
    Reason.STALE: Step("Check again: this result is too old to count."),
    Reason.COLLECTOR: Step(
        "Ask your admin to look at this instance's collector, which checks apart from Jupyter: "
        "nothing that you do in a notebook stands in for it. What it last did is shown by:",
        "systemctl status jupyter-sm-guard-collector.timer jupyter-sm-guard-collector.service",
    ),
    Reason.NOT_PERMITTED_BY_POLICY: Step(
        "Ask your admin: the guard's policy turned off the source that would tell."
    ),
    Reason.INTERNAL_ERROR: Step(
        "Check again; if it stays, report it as a bug of jupyter-sm-guard with this text."
    ),
}


def next_step(reason: Reason, unknown: Unknown | None, resource: Resource) -> Step:
    """What to do about `reason`; for a missing permission, the IAM statement to ask for."""
    if reason is Reason.COLLECTOR or (unknown is not None and unknown.source == COLLECTOR):
        return _STEPS[Reason.COLLECTOR]
    step = _STEPS[reason]
    if reason is Reason.MISSING_PERMISSION and unknown is not None and unknown.action:
        return Step(step.text, iam_statement(unknown.action, resource))
    if resource.kind is not ResourceKind.NOTEBOOK_INSTANCE:
        return filled(Step(step.text), resource)
    return filled(step, resource)


def filled(step: Step, resource: Resource) -> Step:
    """The step with the resource's own names put in."""
    names = {
        "name": resource.name or "NAME",
        "region": resource.region or "REGION",
        "domain": resource.domain or "DOMAIN",
        "space": resource.space or "SPACE",
    }
    command = step.command.format(**names) if step.command is not None else None
    return Step(step.text.format(**names), command)


def iam_statement(action: str, resource: Resource) -> str:
    """The least IAM policy that allows `action`, as JSON to paste. What an action is on is said by
    the Service Authorization Reference; those that have no resource are on `*`."""
    statement = {
        "Sid": "JupyterSmGuard",
        "Effect": "Allow",
        "Action": action,
        "Resource": _on(action, resource),
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]}, indent=2)


def _on(action: str, resource: Resource) -> str:
    if resource.arn is None or resource.account is None:
        return "*"
    domain, space = resource.domain or "DOMAIN", resource.space or "SPACE"
    sagemaker = f"arn:{resource.partition}:sagemaker:{resource.region}:{resource.account}"
    return {
        "sagemaker:DescribeNotebookInstance": resource.arn,
        "sagemaker:ListTags": resource.arn,
        "sagemaker:DescribeDomain": f"{sagemaker}:domain/{domain}",
        "sagemaker:DescribeSpace": f"{sagemaker}:space/{domain}/{space}",
        "sagemaker:DescribeNotebookInstanceLifecycleConfig": (
            f"{sagemaker}:notebook-instance-lifecycle-config/*"
        ),
        "iam:SimulatePrincipalPolicy": f"arn:{resource.partition}:iam::{resource.account}:role/*",
    }.get(action, "*")


def in_words(steps: tuple[Step, ...]) -> str:
    """Steps as plain text: each sentence, its command below."""
    return "\n".join(
        step.text if step.command is None else f"{step.text}\n{step.command}" for step in steps
    )
