"""What several test files share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timezone

import pytest

from jupyter_sm_guard.model import Evidence, Fact, FactValue, Known, Reason, Resource, Unknown
from jupyter_sm_guard.model import ResourceKind as Kind

NOON = datetime(2026, 11, 23, 12, 0, 0, tzinfo=timezone.utc)
INSTANCE = Resource(
    Kind.NOTEBOOK_INSTANCE,
    arn="arn:aws:sagemaker:eu-central-1:111122223333:notebook-instance/team-nb",
    name="Team-NB",
    region="eu-central-1",
    account="111122223333",
    partition="aws",
)


def fact(value: FactValue | Reason) -> Fact:
    """A Known, or for a Reason an Unknown."""
    if isinstance(value, Reason):
        return Unknown(value, f"no value because of {value.value}")
    return Known(value, "DescribeNotebookInstance", NOON, "request-1")


@pytest.fixture(scope="session")
def evidence_of() -> Callable[..., Evidence]:
    """Evidence about a notebook instance with the given facts; Reasons stand for Unknowns."""

    def make(**facts: FactValue | Reason) -> Evidence:
        return Evidence(INSTANCE, facts={name: fact(value) for name, value in facts.items()})

    return make
