"""Suppressions should suppress something

## What it checks
A suppression (`# sm-guard: ignore[…]`, a tag or metadata) that names no rule, a rule that does not
exist, or one that finds nothing there. Rules that apply only in another profile or on another
machine don't count.

## Why it matters
A suppression that nothing needs any more hides the next finding of that kind at that place.

## How to fix
Delete it, or correct the name of the rule in it.
"""

from ..model import Severity
from . import rule

RULE = rule(
    __doc__,
    name="unused-suppression",
    severity=Severity.LOW,
    group="hygiene",
    triggers=("sm-guard",),
    good=(
        "# sm-guard: ignore[sudo-in-cell] installed by hand for now\n!sudo systemctl stop x",
        "text = 'sm-guard: ignore'",
    ),
    bad=(
        "# «sm-guard: ignore[sudo-in-cell] no longer»\nprint(1)",
        "# «sm-guard: ignore[sudo-in-sell] no root»\nprint(1)",
        "x = 1  # «sm-guard: ignore»",
    ),
)
