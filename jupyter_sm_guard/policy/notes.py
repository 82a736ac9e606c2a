"""What is no mistake in a policy, and yet worth knowing: waivers that are over or about to be,
names that this version does not know, what has no effect."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from .decisions import Grant, Policy, Vocabulary
from .waivers import WARNED_DAYS


def notes(policy: Policy, vocabulary: Vocabulary, now: datetime) -> tuple[str, ...]:
    """A line each, with what to do about it."""
    waivers = [line for grant in policy.waivers for line in _of_waiver(grant, policy, now)]
    overruled = (
        f'controls."{id}" is turned off in one file and mandatory in another: it stays on'
        for id in policy.overruled
    )
    return (*overruled, *_unknown_rules(policy, vocabulary), *waivers)


def _unknown_rules(policy: Policy, vocabulary: Vocabulary) -> Iterator[str]:
    known = {*vocabulary.controls, *vocabulary.rules}
    for place, names in (
        ("mandatory_rules", policy.mandatory_rules),
        ("lint.rules_off", policy.lint.rules_off),
        ("lint.severities", tuple(policy.lint.severities)),
        ("waivers", tuple(grant.check for grant in policy.waivers)),
    ):
        for name in dict.fromkeys(names):
            if name not in known:
                yield f"{place} names {name}, a rule that this version does not know"


def _of_waiver(grant: Grant, policy: Policy, now: datetime) -> Iterator[str]:
    name = f"the waiver of {grant.check} ({grant.ticket}, {grant.owner})"
    if grant.check in policy.controls_mandatory or grant.check in policy.mandatory_rules:
        yield f"{name} has no effect: {grant.check} is mandatory"
    if grant.check in policy.controls_off:
        yield f"{name} has no effect: {grant.check} is turned off"
    if now > grant.until:
        yield f"{name} expired on {grant.expires}: nothing is waived by it; remove or renew it"
    elif now < grant.since:
        yield f"{name} is not in force before {grant.granted}"
    elif (grant.expires - now.date()).days <= WARNED_DAYS:
        yield f"{name} ends on {grant.expires}: renew it, or have the control mended by then"
