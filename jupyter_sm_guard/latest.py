"""What a running server tells beside its report: whether a newer one is coming, what changed, and
what may ask for the user's attention."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from .model import Report, Status


@dataclass(frozen=True)
class Change:
    """A verdict that became another one while this server watched; `before` is None for the
    first. The beginning and the end of a waiver are changes too."""

    check: str
    at: datetime
    before: Status | None
    before_waived: bool
    after: Status
    after_waived: bool


@dataclass(frozen=True)
class Snooze:
    """The user's wish for no notices until then, and why."""

    since: datetime
    until: datetime
    reason: str


@dataclass(frozen=True)
class Attention:
    """What may ask for the user's attention. `verdict` names the failures and warnings as they are
    now (empty: none), `dismissed` whether the user put the warning about exactly these away,
    `notice` the checks that a notice is due about, `longest_snooze_days` the admin's cap."""

    verdict: str
    dismissed: bool
    notice: tuple[str, ...]
    snooze: Snooze | None
    longest_snooze_days: int


@dataclass(frozen=True)
class Fixed:
    """The lab's settings that the admin fixed; None leaves one to the user. `status_bar` is
    `always`, `attention` or `never`; the linter's `lint` is `marks`, `list` or `off`,
    `lint_profile` `strict`, `lint_severity` the lowest that is shown, `lint_on_save` `report` or
    `off`, `lint_before_run` `ask` or `off`."""

    banner: bool | None = None
    notices: bool | None = None
    status_bar: str | None = None
    lint: str | None = None
    lint_profile: str | None = None
    lint_severity: str | None = None
    lint_on_save: str | None = None
    lint_before_run: str | None = None


@dataclass(frozen=True)
class Latest:
    """What the server answers: its latest report, whether a newer one is being made, the report's
    age in seconds (None before the first), the seconds until the next check is due (None when none
    is planned), the changes since the server's start, newest first, what may ask for attention,
    and which settings are the admin's."""

    report: Report
    running: bool
    age_s: float | None
    next_s: float | None
    history: tuple[Change, ...]
    attention: Attention
    fixed: Fixed
