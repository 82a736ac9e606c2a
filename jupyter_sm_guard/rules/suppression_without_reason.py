"""Suppressions should say why

## What it checks
A suppression with nothing behind the names of its rules.

## Why it matters
Whoever reads it later cannot tell whether it was thought about, and nobody dares to take it out.

## How to fix
Write the reason behind it: `# sm-guard: ignore[rule-name] why`.
"""

from ..model import Severity
from . import rule

RULE = rule(
    __doc__,
    name="suppression-without-reason",
    severity=Severity.LOW,
    group="hygiene",
    triggers=("sm-guard",),
    good=("!sudo systemctl stop x  # sm-guard: ignore[sudo-in-cell] the image lacks it",),
    bad=("!sudo systemctl stop x  # «sm-guard: ignore[sudo-in-cell]»",),
)
