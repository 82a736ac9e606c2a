"""The nouns of jupyter_sm_guard: facts, evidence, controls, verdicts, findings, reports.

Frozen data and nothing else: no input or output, no AWS, no Jupyter. Everything that leaves the
program (the CLI's JSON, the server's answers, the file for kernels) is one of these written by
`wire.to_json`, and the TypeScript types are generated from them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from enum import Enum

SCHEMA = 1
"""Version of the report's JSON. It grows when a reader of the older one could misread the newer."""


class Status(str, Enum):
    """What a control's verdict says. Only positive, verified evidence yields `PASSED`."""

    PASSED = "PASSED"
    FAILED = "FAILED"
    WARNING = "WARNING"
    UNKNOWN = "UNKNOWN"
    NOT_APPLICABLE = "NOT_APPLICABLE"


class Severity(str, Enum):
    """Severities as AWS Security Hub assigns them to its controls, worst first."""

    CRITICAL = "CRITICAL"
    HIGH = "HIGH"
    MEDIUM = "MEDIUM"
    LOW = "LOW"


class Reason(str, Enum):
    """Why a status is neither a plain pass nor a plain fail; the list is closed."""

    NOT_YET_CHECKED = "NOT_YET_CHECKED"
    NO_CREDENTIALS = "NO_CREDENTIALS"
    EXPIRED_CREDENTIALS = "EXPIRED_CREDENTIALS"
    CLOCK_SKEW = "CLOCK_SKEW"
    MISSING_PERMISSION = "MISSING_PERMISSION"
    THROTTLED = "THROTTLED"
    TIMEOUT = "TIMEOUT"
    DNS = "DNS"
    UNREACHABLE = "UNREACHABLE"
    TLS = "TLS"
    CAPTIVE = "CAPTIVE"
    BAD_RESPONSE = "BAD_RESPONSE"
    NOT_FOUND = "NOT_FOUND"
    IDENTITY_MISMATCH = "IDENTITY_MISMATCH"
    FIELD_MISSING = "FIELD_MISSING"
    UNKNOWN_VALUE = "UNKNOWN_VALUE"
    METADATA_DAMAGED = "METADATA_DAMAGED"
    EVIDENCE_INCONSISTENT = "EVIDENCE_INCONSISTENT"
    SOURCES_DISAGREE = "SOURCES_DISAGREE"
    ROOT_OBTAINABLE = "ROOT_OBTAINABLE"
    STALE = "STALE"
    COLLECTOR = "COLLECTOR"
    NOT_PERMITTED_BY_POLICY = "NOT_PERMITTED_BY_POLICY"
    INTERNAL_ERROR = "INTERNAL_ERROR"


class ResourceKind(str, Enum):
    """What machine this is, as far as its metadata file proves it."""

    NOTEBOOK_INSTANCE = "notebook-instance"
    STUDIO = "studio"
    UNIFIED_STUDIO = "unified-studio"
    SAGEMAKER_OTHER = "sagemaker-other"
    NOT_SAGEMAKER = "not-sagemaker"
    UNKNOWN = "unknown"


def utc_now() -> datetime:
    """The current time, aware and in UTC."""
    return datetime.now(timezone.utc)


def rfc3339(moment: datetime) -> str:
    """`2026-11-23T10:41:07Z`: RFC 3339 in UTC, to the second."""
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


FactValue = str | bool | None
"""A known value; None means the verified answer says that the setting is not set."""


@dataclass(frozen=True)
class Known:
    """A value somebody vouches for: which source, and when."""

    value: FactValue
    source: str
    observed_at: datetime
    request_id: str | None = None


@dataclass(frozen=True)
class Unknown:
    """No value, and why. `action` is the IAM action that was denied, where one was."""

    reason: Reason
    detail: str
    source: str | None = None
    action: str | None = None


Fact = Known | Unknown


@dataclass(frozen=True)
class Resource:
    """What is judged. Every field but `kind` is None where the metadata does not tell it; `app`,
    `domain` and `space` are Studio's."""

    kind: ResourceKind
    arn: str | None = None
    name: str | None = None
    region: str | None = None
    account: str | None = None
    partition: str | None = None
    app: str | None = None
    domain: str | None = None
    space: str | None = None


@dataclass(frozen=True)
class IntegrityFlag:
    """Something that lessens what this report is worth: a short name, and what it was."""

    flag: str
    detail: str


@dataclass(frozen=True)
class Evidence:
    """All facts about the resource. `problem` says why the resource itself is not known,
    `integrity` what lessens the worth of the facts, `asked` names the sources that were asked."""

    resource: Resource
    problem: Unknown | None = None
    facts: Mapping[str, Fact] = field(default_factory=dict)
    parameters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    integrity: tuple[IntegrityFlag, ...] = ()
    asked: frozenset[str] = frozenset()

    def fact(self, name: str) -> Fact:
        """The fact of that name; Unknown when no source delivered it."""
        missing = Unknown(Reason.NOT_YET_CHECKED, f"nothing was asked for {name}")
        return self.facts.get(name, missing)


@dataclass(frozen=True)
class Verdict:
    """A status and the evidence for it in words. `unknown` carries the fact that was missing,
    `notes` say what else was seen, without weight for the status."""

    status: Status
    because: str
    reason: Reason | None = None
    unknown: Unknown | None = None
    notes: tuple[str, ...] = ()


Judge = Callable[[Evidence], Verdict]
"""Pure: the same evidence gives the same verdict, and nothing else is looked at."""


@dataclass(frozen=True)
class Step:
    """One step of a remedy: what to do, and what to copy for it. In a control's steps `{name}`,
    `{region}`, `{domain}` and `{space}` stand for the resource's own."""

    text: str
    command: str | None = None


@dataclass(frozen=True)
class Example:
    """Evidence for a control and the verdict it must give; a Reason stands for an Unknown."""

    facts: Mapping[str, FactValue | Reason]
    status: Status
    reason: Reason | None = None


@dataclass(frozen=True)
class Control:
    """One requirement on a resource, with AWS Security Hub's data where the id is AWS's.

    `judge` is None for controls on resources other than the machine we run on: those are known
    (for `explain`), not judged. `facts` names what `judge` reads, in the order shown. `kinds` are
    the resources it judges; on others a control of AWS's is NOT_APPLICABLE and one of ours is not
    there. `needs` names a source that only the policy turns on, and without which the control is
    not judged. `config_rule` (empty: none) is AWS Config's, `schedule` its trigger; `recreate` says
    that AWS allows no change in place.
    """

    id: str
    title: str
    severity: Severity
    category: str
    resource_type: str
    config_rule: str
    schedule: str
    what: str
    why: str
    fix: str
    docs: str
    recreate: bool = False
    steps: tuple[Step, ...] = ()
    requirements: tuple[str, ...] = ()
    parameters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    facts: tuple[str, ...] = ()
    kinds: frozenset[ResourceKind] = frozenset({ResourceKind.NOTEBOOK_INSTANCE})
    needs: str | None = None
    judge: Judge | None = None
    examples: tuple[Example, ...] = ()

    @property
    def is_aws(self) -> bool:
        """Whether AWS Security Hub has this control; the others are the guard's own."""
        return self.id.startswith("SageMaker.")


@dataclass(frozen=True)
class EvidenceRow:
    """One known fact behind a finding; a null value means "not set"."""

    fact: str
    value: FactValue
    source: str
    observed_at: datetime
    request_id: str | None = None


@dataclass(frozen=True)
class Waiver:
    """An admin's dated exception. It changes how a finding is shown, never its status."""

    owner: str
    reason: str
    until: datetime
    ticket: str | None = None


@dataclass(frozen=True)
class Finding:
    """A control's verdict on the resource, complete enough to be shown on its own."""

    check: str
    title: str
    severity: Severity
    status: Status
    reason: Reason | None
    because: str
    evidence: tuple[EvidenceRow, ...]
    what: str
    why: str
    fix: str
    steps: tuple[Step, ...]
    recreate: bool
    requirements: tuple[str, ...]
    docs: str
    waiver: Waiver | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Collector:
    """Who made a report apart from Jupyter (a user of the system), and when the next one is due."""

    user: str
    next_at: datetime


@dataclass(frozen=True)
class Report:
    """Findings on one resource, worst severity first. `turned_off` names the controls that the
    admin's policy excludes, `contact` whom the policy says to ask, `exemption_link` where it says
    to ask for a waiver (https). `collector` is None where the notebook's own user asked."""

    schema: int
    kind: str
    version: str
    resource: Resource
    observed_at: datetime
    integrity: tuple[IntegrityFlag, ...]
    findings: tuple[Finding, ...]
    turned_off: tuple[str, ...] = ()
    contact: str | None = None
    exemption_link: str | None = None
    collector: Collector | None = None


def is_waived(finding: Finding, now: datetime | None = None) -> bool:
    """Whether an admin's exception covers what the finding says, and still does at `now` where that
    is given. One of a pass covers nothing."""
    waiver = finding.waiver
    is_bad = finding.status in (Status.FAILED, Status.WARNING)
    return is_bad and waiver is not None and (now is None or now <= waiver.until)


def natural(name: str) -> tuple[tuple[int, str], ...]:
    """A sort key that puts `SageMaker.2` before `SageMaker.21`."""
    parts = re.findall(r"\d+|\D+", name)
    return tuple((int(part), "") if part.isdigit() else (-1, part) for part in parts)


def by_severity(finding: Finding) -> tuple[int, tuple[tuple[int, str], ...]]:
    """The order of findings in every report: severity, then id."""
    return list(Severity).index(finding.severity), natural(finding.check)
