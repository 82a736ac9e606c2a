"""The sources of facts, really asked, as a check asks them: answers, times, and why there is none.

This is the one section that starts a process and asks AWS: the collector's child, and in it what
the policy leaves on. What is kept of earlier answers is neither used nor changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from .. import advice, catalog, integrity
from ..guard import policy_of
from ..model import Fact, IntegrityFlag, Known, Reason, Resource, Step, Unknown
from ..observation import ask
from ..place import Place
from ..policy import PATH, Policy
from ..sources import Source
from .rows import Row

_TO_BE_MENDED = frozenset(Reason) - {
    *(Reason.NOT_YET_CHECKED, Reason.FIELD_MISSING, Reason.UNKNOWN_VALUE, Reason.NOT_FOUND),
    *(Reason.NOT_PERMITTED_BY_POLICY, Reason.THROTTLED),
}
"""Why a source says nothing, where somebody can do something about it."""


@dataclass(frozen=True)
class Answers:
    """One source. `off` says what keeps it from being asked, None where it was asked;
    `milliseconds` is None where it was not, or did not end within the deadline."""

    name: str
    label: str
    off: str | None
    milliseconds: int | None
    facts: Mapping[str, Fact]


@dataclass(frozen=True)
class Sources:
    """All sources for this kind of resource, asked within `deadline_ms`. `integrity` is what every
    report says of overrides by the user, `remarks` what is worth a line here only."""

    deadline_ms: int
    sources: tuple[Answers, ...]
    integrity: tuple[IntegrityFlag, ...]
    remarks: tuple[IntegrityFlag, ...]


def look(place: Place, resource: Resource, deadline: float) -> Sources:
    """Ask; ends within `deadline` seconds + 0.5."""
    policy = policy_of(place)
    collected = ask(place, policy, deadline)
    here = {n: s for n, s in catalog.sources().items() if resource.kind in s.kinds}
    answers = (
        Answers(
            name=name,
            label=source.label,
            off=None if name in collected.milliseconds else _off(source, policy),
            milliseconds=collected.milliseconds.get(name),
            facts={fact: collected.facts[fact] for fact in source.facts if fact in collected.facts},
        )
        for name, source in here.items()
    )
    return Sources(
        deadline_ms=round(deadline * 1000),
        sources=tuple(answers),
        integrity=(*place.stand_ins, *integrity.flags(place)),
        remarks=integrity.remarks(place),
    )


def _off(source: Source, policy: Policy) -> str:
    if source.name in policy.probes_off:
        return f"{PATH} turns it off ([probes] {source.name} = false)"
    on = 'internet_targets = ["HOST:443"]' if source.name == "internet" else f"{source.name} = true"
    return f"it is off unless {PATH} says otherwise ([probes] {on})"


def rows(found: Sources) -> Iterator[Row]:
    """The section as text."""
    if not found.sources:
        yield Row("none", "there are no sources of facts for a machine of this kind")
    for source in found.sources:
        yield Row(source.name, _how(source, found.deadline_ms))
        yield from (Row("", text) for text in _facts(source.facts))
    for flag in found.integrity:
        yield Row("in each report", f"{flag.flag}: {flag.detail}")
    for flag in found.remarks:
        yield Row("only said here", f"{flag.flag}: {flag.detail}")


def _how(source: Answers, deadline: int) -> str:
    if source.off is not None:
        return f"not asked: {source.off}"
    ids = [f.request_id for f in source.facts.values() if isinstance(f, Known) and f.request_id]
    took = (
        f"{source.milliseconds} ms"
        if source.milliseconds is not None
        else (f"no end within {deadline} ms")
    )
    return ", ".join([f"{source.label}: {took}", *(f"request {id}" for id in dict.fromkeys(ids))])


def _facts(facts: Mapping[str, Fact]) -> Iterator[str]:
    """A line for each, those that are unknown for the same reason together."""
    unknown: dict[str, list[str]] = {}
    for name, fact in facts.items():
        if isinstance(fact, Known):
            yield f"{name} = {_value(fact)}"
        else:
            unknown.setdefault(_why(fact), []).append(name)
    for why, names in unknown.items():
        yield f"{', '.join(names) if len(names) < len(facts) else 'everything'} unknown: {why}"


def _value(fact: Known) -> str:
    if fact.value is None:
        return "not set"
    return fact.value if isinstance(fact.value, str) else str(fact.value).lower()


def _why(fact: Unknown) -> str:
    action = f" (action {fact.action})" if fact.action is not None else ""
    return f"{fact.reason.value}, {fact.detail}{action}"


def to_do(found: Sources, resource: Resource) -> Iterator[Step]:
    """What keeps sources from answering, each cause once."""
    seen = set[Step]()
    for source in found.sources:
        for fact in source.facts.values():
            if isinstance(fact, Known) or fact.reason not in _TO_BE_MENDED:
                continue
            step = advice.next_step(fact.reason, fact, resource)
            if step not in seen:
                seen.add(step)
                yield Step(f"{source.name}: {fact.detail}. {step.text}", step.command)
