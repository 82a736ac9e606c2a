"""`jupyter sm-guard check`: judge this machine."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from ..arguments import add_place, file
from ..remembered import in_colour
from ..terminal import FINDINGS, OK, UNKNOWN, width, write

if TYPE_CHECKING:
    from ..model import Report

SUMMARY = "judge this machine"
FORMATS = ("text", "json", "html", "markdown", "ask", "stamp")
"""What lies in `outputs/`, whose import `--help` does not wait for."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """How to print, and what counts."""
    parser.add_argument("--format", choices=FORMATS, default="text")
    parser.add_argument("--output", type=file, metavar="FILE", help="write there, not to stdout")
    parser.add_argument(
        "--fail-on",
        choices=["failed", "warning", "unknown"],
        default="failed",
        help="the least status for which the exit code is 1 (default: failed)",
    )
    parser.add_argument(
        "--include-waived",
        action="store_true",
        help="count what the policy waives like anything else for the exit code",
    )
    add_place(parser)


def run(options: argparse.Namespace) -> int:
    """Print the report."""
    from ..catalog import outputs
    from ..collector import DEADLINE
    from ..guard import check, policy_of
    from ..outputs import Display
    from ..place import Place

    place = Place(options.root, options.endpoint_url)
    report = check(place, policy_of(place), options.deadline or DEADLINE)
    display = Display(
        width=width() if options.output is None else None,
        colour=options.output is None and in_colour(),
    )
    write(outputs()[options.format].render(report, display), options.output)
    return exit_code(report, options.fail_on, options.include_waived)


def exit_code(report: Report, fail_on: str, include_waived: bool = False) -> int:
    """1 when a status at or above `fail_on` is there, else 4 when something is UNKNOWN, else 0. A
    waived finding counts only where it is to be included."""
    from ..model import is_waived

    counted = [f for f in report.findings if include_waived or not is_waived(f)]
    statuses = {finding.status.value.lower() for finding in counted}
    levels = ["failed", "warning", "unknown"]
    if statuses & set(levels[: levels.index(fail_on) + 1]):
        return FINDINGS
    return UNKNOWN if "unknown" in statuses else OK
