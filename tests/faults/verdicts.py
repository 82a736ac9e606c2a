"""What checks of a notebook instance come to, whose AWS answers in other ways."""

from __future__ import annotations

import time
from collections.abc import Mapping

from jupyter_sm_guard import guard
from jupyter_sm_guard.model import Reason, Report, Status
from jupyter_sm_guard.place import Place
from jupyter_sm_guard.policy import Policy

DEADLINE = 8.0
SHORT = 2.5
GRACE = 0.5

Verdicts = Mapping[str, tuple[Status, Reason | None]]

PASSED = (Status.PASSED, None)
FAILED = (Status.FAILED, None)
ALL_PASSED: Verdicts = {f"SageMaker.{n}": PASSED for n in (1, 2, 3, 8, 21)}
ALL_FAILED: Verdicts = {f"SageMaker.{n}": FAILED for n in (1, 2, 3, 8, 21)}

# Which fields decide which control, when everything else is compliant.
READERS = {
    "DirectInternetAccess": ("SageMaker.1",),
    "SubnetId": ("SageMaker.1", "SageMaker.2"),
    "RootAccess": ("SageMaker.3",),
    "PlatformIdentifier": ("SageMaker.8",),
    "KmsKeyId": ("SageMaker.21",),
}


def unknown(reason: Reason) -> tuple[Status, Reason]:
    """One control's verdict where its evidence is missing."""
    return Status.UNKNOWN, reason


def all_unknown(reason: Reason) -> Verdicts:
    """Every control's verdict where the whole answer is missing."""
    return dict.fromkeys(ALL_PASSED, unknown(reason))


def checked(place: Place, policy: Policy, deadline: float) -> tuple[Report, float]:
    """The report and how long it took."""
    began = time.monotonic()
    report = guard.check(place, policy, deadline)
    return report, time.monotonic() - began


def verdicts(report: Report) -> Verdicts:
    """Status and reason of every finding on a control of AWS's, which the answer decides."""
    return {f.check: (f.status, f.reason) for f in report.findings if f.check in ALL_PASSED}
