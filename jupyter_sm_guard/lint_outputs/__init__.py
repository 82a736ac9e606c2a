"""Outputs of the linter: one file each, each writes a lint report down; pure, nothing is left out.

A text of a report is another's: `plain` from the other outputs makes one harmless line of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..lint_report import LintFinding, LintReport
from ..outputs import Display, plain, waiver_words

__all__ = [
    "Display",
    "LintOutput",
    "control_words",
    "headline",
    "plain",
    "url_path",
    "waiver_words",
]


@dataclass(frozen=True)
class LintOutput:
    """One output. `name` is its file and the argument of `--format`."""

    name: str
    render: Callable[[LintReport, Display], str]


def control_words(finding: LintFinding) -> str:
    """` (SageMaker.3)`, or nothing."""
    return f" ({', '.join(finding.controls)})" if finding.controls else ""


def headline(finding: LintFinding) -> str:
    """What is wrong, in one harmless line."""
    return f"{plain(finding.message)}{control_words(finding)}"


def url_path(path: str) -> str:
    """A path as part of an address: each byte that means something there escaped."""
    kept = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/"
    octets = path.encode("utf-8", "surrogateescape")
    return "".join(chr(o) if chr(o) in kept else f"%{o:02X}" for o in octets)
