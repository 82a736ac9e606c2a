"""Suppressions should not be past their date

## What it checks
A suppression with `until=YYYY-MM-DD` whose day is over. It no longer holds anything back.

## Why it matters
A date is a promise to look again. Without a reminder nobody does.

## How to fix
Mend what was suppressed, or set a new date with a new reason.
"""

from ..model import Severity
from . import rule

RULE = rule(
    __doc__,
    name="expired-suppression",
    severity=Severity.LOW,
    group="hygiene",
    triggers=("sm-guard",),
    good=("!sudo systemctl stop x  # sm-guard: ignore[sudo-in-cell] by hand until=2999-01-01",),
    bad=("!sudo systemctl stop x  # «sm-guard: ignore[sudo-in-cell] by hand until=2020-01-01»",),
)
