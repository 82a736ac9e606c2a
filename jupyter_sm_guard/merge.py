"""Who disagrees with whom: a control's verdict from AWS's own answer, beside what Security Hub and
AWS Config last said of the same control.

The answer of the API counts; the two judge the same setting, up to a day later (Config evaluates
periodic rules every 12 or 24 hours). So what they say can lower a pass or be a note beside a
verdict, the worse of them, and never makes one better. Where the API did not answer they decide
nothing: only its answer tells since when there is this instance, and findings go by its name.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from .model import Control, Evidence, Known, Reason, Status, Verdict, rfc3339

WITNESSES = {"Security Hub": "SecurityHub", "AWS Config": "Config"}
"""By name, the one that counts more first: how their facts begin; the control's id follows."""


def told_by_others(control: Control) -> tuple[str, ...]:
    """The names of the facts that Security Hub and Config give about the control."""
    if not control.is_aws or control.judge is None:
        return ()
    return tuple(f"{prefix} {control.id}" for prefix in WITNESSES.values())


def merged(control: Control, verdict: Verdict, evidence: Evidence) -> Verdict:
    """The verdict as it stands beside what the other two say."""
    for name, fact_name in zip(WITNESSES, told_by_others(control), strict=False):
        told = evidence.fact(fact_name)
        if isinstance(told, Known):
            verdict = _beside(verdict, name, told, evidence)
        elif fact_name in evidence.facts and told.reason is not Reason.NOT_FOUND:
            note = f"{name} did not tell: {told.detail}"
            verdict = replace(verdict, notes=(*verdict.notes, note))
    return verdict


def _beside(verdict: Verdict, name: str, told: Known, evidence: Evidence) -> Verdict:
    says = f"{name} says {told.value} ({rfc3339(told.observed_at)})"
    if _is_older_than_instance(told, evidence):
        note = f"{says}, which is older than this instance: of one of the same name before it"
        return replace(verdict, notes=(*verdict.notes, note))
    if verdict.status is Status.PASSED and told.value in ("FAILED", "WARNING"):
        because = (
            f"AWS's API says that {verdict.because}. {says}. The setting counts, and it is judged "
            f"here at once, there up to a day later; so most likely {name} has not looked again "
            "since it was changed"
        )
        return replace(
            verdict, status=Status.WARNING, because=because, reason=Reason.SOURCES_DISAGREE
        )
    if verdict.status is Status.UNKNOWN:
        note = f"{says}, which alone is no proof: it may be about an instance of this name before"
    elif verdict.status is Status.FAILED and told.value == "PASSED":
        note = f"{says}; it looks again within a day, and will say FAILED then"
    else:
        note = f"{says}, too" if verdict.status.value == told.value else says
    return replace(verdict, notes=(*verdict.notes, note))


def _is_older_than_instance(told: Known, evidence: Evidence) -> bool:
    created = evidence.fact("CreationTime")
    if not isinstance(created, Known) or not isinstance(created.value, str):
        return False
    return told.observed_at < datetime.fromisoformat(created.value.replace("Z", "+00:00"))
