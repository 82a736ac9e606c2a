"""Which waiver covers a check on a resource, and why the others do not.

Of several that apply, the one that lasts longest counts, because that is when the finding reopens;
of those the one whose scope is the narrowest; then the one granted last. What is left is settled by
their texts, so the order in the files never matters.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from fnmatch import fnmatchcase

from ..model import Fact, Known, Resource, Waiver
from .decisions import Grant, Policy, Scope

WARNED_DAYS = 14
"""How many days before its end a waiver's end is told."""


@dataclass(frozen=True)
class Considered:
    """A waiver of the check in question: whether it applies, and why."""

    grant: Grant
    applies: bool
    why: str


def considered(
    policy: Policy, check: str, resource: Resource, tags: Fact | None, now: datetime
) -> tuple[Considered, ...]:
    """Every waiver of `check`, those that apply first; the first of these is the one that counts.
    `tags` is the fact Tags, None where nobody asked for it."""
    if check in policy.controls_mandatory or check in policy.mandatory_rules:
        why = f"{check} is mandatory: nothing waives it"
        found = [Considered(g, False, why) for g in policy.waivers if g.check == check]
    else:
        found = [
            _considered(grant, resource, tags, now)
            for grant in policy.waivers
            if grant.check == check
        ]
    ordered = sorted(found, key=lambda one: (one.applies, *_rank(one.grant)), reverse=True)
    return tuple(
        replace(one, why=f"{one.why}; another one counts, which lasts longer or is narrower")
        if one.applies and number
        else one
        for number, one in enumerate(ordered)
    )


def in_force(
    policy: Policy, check: str, resource: Resource, tags: Fact | None, now: datetime
) -> Waiver | None:
    """The waiver that covers the check on this resource now."""
    first = next(iter(considered(policy, check, resource, tags, now)), None)
    return first.grant.waiver if first is not None and first.applies else None


def ends_soon(waiver: Waiver, now: datetime) -> str | None:
    """Words on a waiver that ends within 14 days."""
    days = (waiver.until.date() - now.date()).days
    if days > WARNED_DAYS:
        return None
    when = "today" if days == 0 else f"in {days} day{'' if days == 1 else 's'}"
    return (
        f"the waiver ends {when}, on {waiver.until.date()}; then the finding counts again. "
        f"{waiver.owner} can have it renewed"
    )


def _considered(grant: Grant, resource: Resource, tags: Fact | None, now: datetime) -> Considered:
    if now > grant.until:
        return Considered(grant, False, f"it expired on {grant.expires}")
    if now < grant.since:
        return Considered(grant, False, f"it is in force from {grant.granted} on")
    misfit = next(_misfits(grant.scope, resource, tags), None)
    if misfit is not None:
        return Considered(grant, False, misfit)
    return Considered(grant, True, f"it is in force until {grant.expires} and its scope fits")


def _misfits(scope: Scope, resource: Resource, tags: Fact | None) -> Iterator[str]:
    """Why the resource is not of the scope, or can't be told to be."""
    for what, known, wanted in (
        ("instances", resource.name, scope.instances),
        ("arns", resource.arn, scope.arns),
        ("regions", resource.region, scope.regions),
        ("accounts", resource.account, scope.accounts),
    ):
        if not wanted:
            continue
        if known is None:
            yield f"its scope names {what}, and this machine's is not known"
        elif not any(_fits(known, pattern) for pattern in wanted):
            yield f"its scope's {what} do not have {known}"
    if scope.tags:
        yield from _tag_misfits(scope.tags, tags)


def _fits(known: str, pattern: str) -> bool:
    """AWS lower-cases ARNs of names that people wrote otherwise."""
    return fnmatchcase(known.lower(), pattern.lower())


def _tag_misfits(wanted: Mapping[str, str], tags: Fact | None) -> Iterator[str]:
    if not isinstance(tags, Known):
        because = f": {tags.detail}" if tags is not None else ""
        yield f"its scope names tags, and the machine's are not known{because}"
        return
    has = json.loads(str(tags.value)) if tags.value else {}
    for key, value in wanted.items():
        if has.get(key) != value:
            yield f"its scope wants the tag {key} = {value}, which the machine does not have"


def _rank(grant: Grant) -> tuple[object, ...]:
    scope = grant.scope
    named = (scope.arns, scope.instances, scope.accounts, scope.regions)
    texts = (grant.ticket, grant.owner, grant.reason, repr((named, sorted(scope.tags.items()))))
    return grant.expires, _narrowness(scope), grant.granted, texts


def _narrowness(scope: Scope) -> int:
    """By what names fewest machines: an ARN, a whole name, tags, a name with wildcards, an account,
    a Region."""
    has_wildcard = any(set(name) & set("*?") for name in scope.instances)
    criteria = (
        bool(scope.arns),
        bool(scope.instances) and not has_wildcard,
        bool(scope.tags),
        bool(scope.instances) and set(scope.instances) != {"*"},
        bool(scope.accounts),
        bool(scope.regions),
    )
    return sum(2 ** (len(criteria) - i) for i, given in enumerate(criteria) if given)
