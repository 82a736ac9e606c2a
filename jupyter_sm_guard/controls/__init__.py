"""Controls: one file each, each judges evidence; none asks the world anything.

A control's docstring is its text for people: the title, then *What it checks*, *Why it matters*
and *How to fix*. AWS's titles, severities, categories, rules, schedules and requirements are those
of the Security Hub user guide, "Security Hub controls for SageMaker AI".
"""

from __future__ import annotations

import re
from typing import Any

from ..model import Control, Known, Status, Step, Unknown, Verdict, rfc3339

DOCS = "https://docs.aws.amazon.com/securityhub/latest/userguide/sagemaker-controls.html"
_SECTIONS = ("What it checks", "Why it matters", "How to fix")


NETWORK_BOUNDARY = (
    "NIST.800-53.r5 AC-21",
    "NIST.800-53.r5 AC-3",
    "NIST.800-53.r5 AC-3(7)",
    "NIST.800-53.r5 AC-4",
    "NIST.800-53.r5 AC-4(21)",
    "NIST.800-53.r5 AC-6",
    "NIST.800-53.r5 SC-7",
    "NIST.800-53.r5 SC-7(11)",
    "NIST.800-53.r5 SC-7(16)",
    "NIST.800-53.r5 SC-7(20)",
    "NIST.800-53.r5 SC-7(21)",
    "NIST.800-53.r5 SC-7(3)",
    "NIST.800-53.r5 SC-7(4)",
    "NIST.800-53.r5 SC-7(9)",
)
"""The requirements that AWS relates to both SageMaker.1 and SageMaker.2."""

RECREATE = (
    Step(
        "Copy what you need from /home/ec2-user/SageMaker to Amazon S3 or another machine: "
        "deleting the instance deletes it."
    ),
    Step(
        "Create a new instance that meets all of these controls (put in its name, type, role, "
        "subnet, security group and KMS key).",
        "aws sagemaker create-notebook-instance --notebook-instance-name NEW-NAME "
        "--instance-type TYPE --role-arn ROLE-ARN --subnet-id SUBNET "
        "--security-group-ids SECURITY-GROUP --direct-internet-access Disabled "
        "--root-access Disabled --kms-key-id KEY-ARN --region {region}",
    ),
    Step(
        "When the new one works, stop this one, from another machine.",
        "aws sagemaker stop-notebook-instance --notebook-instance-name {name} --region {region}",
    ),
    Step(
        "When its status is Stopped, delete it.",
        "aws sagemaker delete-notebook-instance --notebook-instance-name {name} --region {region}",
    ),
)
"""The way out where AWS allows no change in place: the same for each such control of a notebook
instance, so that one new instance mends them all."""


def aws_control(doc: str | None, *, number: int, **data: Any) -> Control:
    """A control of AWS Security Hub, its words taken from the file's docstring."""
    title, what, why, fix = sections(doc or "")
    id = f"SageMaker.{number}"
    return Control(
        id=id, title=title, what=what, why=why, fix=fix, docs=f"{DOCS}#sagemaker-{number}", **data
    )


def own_control(doc: str | None, *, name: str, **data: Any) -> Control:
    """A control of the guard's own, which AWS does not have; its words are the file's docstring."""
    title, what, why, fix = sections(doc or "")
    return Control(
        id=f"guard.{name}", title=title, what=what, why=why, fix=fix, schedule="", **data
    )


def sections(doc: str) -> tuple[str, str, str, str]:
    """Title and the three sections of a docstring, each unwrapped into paragraphs.

    Raises ValueError when the headings are not exactly these, in this order.
    """
    title, *rest = re.split(r"^## (.+)$", doc.strip(), flags=re.MULTILINE)
    if tuple(rest[::2]) != _SECTIONS:
        raise ValueError(f"a control's docstring needs the headings {', '.join(_SECTIONS)}")
    what, why, fix = (_unwrap(body) for body in rest[1::2])
    return _unwrap(title), what, why, fix


def _unwrap(text: str) -> str:
    return "\n\n".join(" ".join(part.split()) for part in re.split(r"\n\s*\n", text.strip()))


def said(name: str, fact: Known) -> str:
    """`DirectInternetAccess is Enabled (DescribeNotebookInstance, 2026-11-23T10:41:07Z)`."""
    value = "not set" if fact.value in (None, "") else fact.value
    return f"{name} is {value} ({fact.source}, {rfc3339(fact.observed_at)})"


def unknown(fact: Unknown) -> Verdict:
    """The verdict where a fact that decides is missing."""
    return Verdict(Status.UNKNOWN, fact.detail, fact.reason, fact)
