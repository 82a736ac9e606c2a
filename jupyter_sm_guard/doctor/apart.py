"""The collector, which checks apart from Jupyter: whether there is one, and when it last did."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from .. import advice, collected
from ..guard import policy_of
from ..model import Reason, Report, Resource, Step, Unknown, rfc3339, utc_now
from ..place import Place
from .rows import Row


@dataclass(frozen=True)
class Apart:
    """`governs` says whether only its report counts here, `required` whether the policy says so;
    `problem` is why its report does not count, where it should."""

    path: str
    installed: bool
    required: bool
    governs: bool
    problem: str | None = None
    observed_at: datetime | None = None
    age_s: int | None = None
    next_at: datetime | None = None
    version: str | None = None


def look(place: Place, resource: Resource) -> Apart:
    """Read its report, as every door does."""
    policy = policy_of(place)
    about = Apart(
        path=collected.PATH,
        installed=collected.is_installed(place.host),
        required=policy.collector_required,
        governs=collected.governs(place, policy),
    )
    found = collected.latest(resource, place) if about.governs else None
    return about if found is None else _with(about, found)


def _with(about: Apart, found: Report | Unknown) -> Apart:
    if isinstance(found, Unknown):
        return replace(about, problem=found.detail)
    return replace(
        about,
        observed_at=found.observed_at,
        age_s=round((utc_now() - found.observed_at).total_seconds()),
        next_at=found.collector.next_at if found.collector is not None else None,
        version=found.version[:40],
    )


def rows(about: Apart) -> Iterator[Row]:
    """The section as text."""
    if not about.governs:
        yield Row("none", "this user's own server checks; there is no collector of root's")
        return
    why = "the policy requires it" if about.required else "root installed it"
    yield Row("only it counts", why if about.installed else f"{why}, and it is not installed")
    yield Row("report", about.path)
    if about.observed_at is not None and about.next_at is not None:
        yield Row("checked", f"{rfc3339(about.observed_at)}, {about.age_s} seconds ago")
        yield Row("next by", rfc3339(about.next_at))
        yield Row("made by", f"jupyter_sm_guard {about.version}")
    if about.problem is not None:
        yield Row("not believed", about.problem)


def to_do(about: Apart, resource: Resource) -> Iterator[Step]:
    """A collector that should have reported."""
    if about.problem is not None:
        step = advice.next_step(Reason.COLLECTOR, None, resource)
        yield Step(f"{about.problem}. {step.text}", step.command)
