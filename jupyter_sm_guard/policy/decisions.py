"""What a policy can decide, as frozen objects; nothing is read here."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timezone

from ..latest import Fixed
from ..model import Severity, Waiver

LONGEST_WAIVER_DAYS = 90
"""From `granted` to `expires`, unless the policy's `longest_waiver_days` says otherwise."""


@dataclass(frozen=True)
class Vocabulary:
    """The names a policy may use: controls with their parameters, and sources (probes), of which
    `opt_in` are off unless they are turned on. `rules` are the linter's that this version knows;
    a policy may name others, of another version, which is noted."""

    controls: Mapping[str, Collection[str]]
    probes: Collection[str]
    opt_in: Collection[str] = ()
    rules: Collection[str] = ()


@dataclass(frozen=True)
class Scope:
    """What a waiver is about: a resource that fits every criterion given. `instances` may hold the
    wildcards * and ?, all pairs of `tags` must be there, of the others one."""

    instances: tuple[str, ...] = ()
    arns: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Grant:
    """A waiver as the policy has it; `source` is the file. In force from the first moment of
    `granted` to the last of `expires`, both in UTC."""

    check: str
    scope: Scope
    owner: str
    reason: str
    ticket: str
    granted: date
    expires: date
    source: str = ""

    @property
    def since(self) -> datetime:
        """The first moment."""
        return datetime.combine(self.granted, time.min, timezone.utc)

    @property
    def until(self) -> datetime:
        """The last second."""
        return datetime.combine(self.expires, time(23, 59, 59), timezone.utc)

    @property
    def waiver(self) -> Waiver:
        """As a finding shows it."""
        return Waiver(self.owner, self.reason, self.until, self.ticket)


@dataclass(frozen=True)
class Jobs:
    """What every job that a notebook starts is to have; for the SageMaker SDK's defaults."""

    subnets: tuple[str, ...] = ()
    security_groups: tuple[str, ...] = ()
    kms_key: str | None = None
    network_isolation: bool = True
    traffic_encryption: bool = True


@dataclass(frozen=True)
class Lint:
    """The linter; None leaves a thing to the user. In the lab: whether it shows `marks`, a `list`
    alone or is `off`, from which severity on, what it does `on_save` of a document (`report` or
    `off`) and `before_run` of a cell (`ask` or `off`). `severities` are by rule."""

    profile: str | None = None
    in_lab: str | None = None
    shown_from: Severity | None = None
    on_save: str | None = None
    before_run: str | None = None
    rules_off: tuple[str, ...] = ()
    severities: Mapping[str, Severity] = field(default_factory=dict)


@dataclass(frozen=True)
class Policy:
    """The admin's decisions; `Policy()` is the built-in one. `probes_on` names the opt-in sources
    that are on; `parameters` and `severities` are by control id.

    `overruled` are the controls that one file turns off and another made mandatory. `problem` says
    why files that are there were not used, and `instead` what applies in their place. `files` are
    those that were, `origins` tells which of them said what, by dotted key.
    """

    contact: str | None = None
    exemption_link: str | None = None
    guard_version: str | None = None
    interval_minutes: int | None = None
    collector_required: bool = False
    longest_snooze_days: int = 7
    longest_waiver_days: int = LONGEST_WAIVER_DAYS
    mandatory_rules: tuple[str, ...] = ()
    proxy: str | None = None
    ca_bundle: str | None = None
    probes_off: frozenset[str] = frozenset()
    probes_on: frozenset[str] = frozenset()
    internet_targets: tuple[str, ...] = ()
    controls_off: frozenset[str] = frozenset()
    controls_mandatory: frozenset[str] = frozenset()
    parameters: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    severities: Mapping[str, Severity] = field(default_factory=dict)
    waivers: tuple[Grant, ...] = ()
    lint: Lint = field(default_factory=Lint)
    ui: Fixed = field(default_factory=Fixed)
    log: bool = True
    events: bool = True
    jobs: Jobs | None = None
    overruled: tuple[str, ...] = ()
    problem: str | None = None
    instead: str = "the built-in one"
    files: tuple[str, ...] = field(default=(), compare=False)
    origins: Mapping[str, str] = field(default_factory=dict, compare=False)

    @property
    def fixed(self) -> Fixed:
        """What users of the lab can't change. They may choose a stricter profile than the
        policy's, as everywhere."""
        lint = self.lint
        return replace(
            self.ui,
            lint=lint.in_lab,
            lint_profile=lint.profile if lint.profile == "strict" else None,
            lint_severity=lint.shown_from.value.lower() if lint.shown_from else None,
            lint_on_save=lint.on_save,
            lint_before_run=lint.before_run,
        )

    @property
    def asks_for_tags(self) -> bool:
        """Whether a waiver goes by tags, so that AWS is to be asked for them."""
        return any(grant.scope.tags for grant in self.waivers)
