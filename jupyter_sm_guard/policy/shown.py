"""Every value that a policy comes to, and which file said it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from ..model import Control
from .decisions import Grant, Jobs, Policy
from .shape import dotted
from .waivers import Considered

BUILT_IN = "built-in"


@dataclass(frozen=True)
class Setting:
    """`value` is plain data, None where nothing is set."""

    key: str
    value: Any
    source: str


def settings(
    policy: Policy, controls: Mapping[str, Control], probes: Mapping[str, bool]
) -> tuple[Setting, ...]:
    """All of them. `controls` are those that are judged here, `probes` says which sources are
    asked."""
    found = (
        *_plain(policy),
        *((("probes", name), is_on) for name, is_on in probes.items()),
        (("probes", "internet_targets"), policy.internet_targets),
        *(each for control in controls.values() for each in of_control(control, policy)),
        *((("lint", key), value) for key, value in _lint(policy).items()),
        *((("ui", key), getattr(policy.ui, key)) for key in ("banner", "notices", "status_bar")),
        *((("jobs", key), value) for key, value in asdict(policy.jobs or Jobs()).items()),
    )
    return tuple(setting(place, value, policy) for place, value in found)


def setting(place: tuple[str, ...], value: Any, policy: Policy) -> Setting:
    """One value with its source."""
    key = dotted(place)
    sources = [o for k, o in policy.origins.items() if k == key or k.startswith(f"{key}.")]
    return Setting(key, value, ", ".join(dict.fromkeys(sources)) or BUILT_IN)


def _plain(policy: Policy) -> Iterator[tuple[tuple[str, ...], Any]]:
    for key in (
        *("contact", "exemption_link", "guard_version", "interval_minutes", "collector_required"),
        *("longest_snooze_days", "longest_waiver_days", "mandatory_rules"),
    ):
        yield (key,), getattr(policy, key)
    for table, key in (
        *(("aws", "proxy"), ("aws", "ca_bundle"), ("server", "log"), ("server", "events")),
    ):
        yield (table, key), getattr(policy, key)


def _lint(policy: Policy) -> dict[str, Any]:
    words = {name: severity.value.lower() for name, severity in policy.lint.severities.items()}
    least = policy.lint.shown_from
    shown_from = least.value.lower() if least is not None else None
    return {**asdict(policy.lint), "shown_from": shown_from, "severities": words}


def of_control(control: Control, policy: Policy) -> Iterator[tuple[tuple[str, ...], Any]]:
    """What holds for one control: places and values."""
    id = control.id
    yield ("controls", id, "enabled"), id not in policy.controls_off
    yield ("controls", id, "mandatory"), id in policy.controls_mandatory
    yield ("controls", id, "severity"), policy.severities.get(id, control.severity).value.lower()
    given = policy.parameters.get(id, {})
    for name, default in control.parameters.items():
        yield ("controls", id, name), given.get(name, default)


def of_waiver(grant: Grant) -> dict[str, Any]:
    """A waiver as plain data, without what its scope leaves open."""
    scope = {key: value for key, value in asdict(grant.scope).items() if value}
    days = {"granted": grant.granted.isoformat(), "expires": grant.expires.isoformat()}
    return {**asdict(grant), "scope": scope, **days}


def of_considered(one: Considered) -> dict[str, Any]:
    """A waiver and why it applies or not."""
    return {**of_waiver(one.grant), "applies": one.applies, "why": one.why}
