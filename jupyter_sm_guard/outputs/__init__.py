"""Outputs: one file each, each writes a report down; pure, and nothing is left out.

Here is what they share: the words, and `plain`, through which every text of a report goes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from ..model import Finding, Report, Resource, ResourceKind, Status, Waiver, is_waived, rfc3339

MARKS = {
    Status.PASSED: "✔",
    Status.FAILED: "✘",
    Status.WARNING: "▲",
    Status.UNKNOWN: "?",
    Status.NOT_APPLICABLE: "-",
}
KINDS = {
    ResourceKind.NOTEBOOK_INSTANCE: "notebook instance",
    ResourceKind.STUDIO: "SageMaker Studio",
    ResourceKind.UNIFIED_STUDIO: "SageMaker Unified Studio",
    ResourceKind.SAGEMAKER_OTHER: "another SageMaker resource",
    ResourceKind.NOT_SAGEMAKER: "not on SageMaker",
    ResourceKind.UNKNOWN: "a machine that could not be identified",
}
FOOTER = (
    "Reported by software running as the notebook user; attest with AWS Config or Security Hub."
)
_BY_COLLECTOR = (
    "Seen by this instance's collector (user {user}), which is to report again by {next}; shown by "
    "software running as the notebook user. Attest with AWS Config or Security Hub."
)
LONGEST = 2000
"""Characters of one text; what is longer is no honest report's."""

_INVISIBLE = frozenset("\u034f\u115f\u1160\u2800\u3164\uffa0")
_DOCS = re.compile(r"https://docs\.aws\.amazon\.com/[A-Za-z0-9._/-]*(?:#[A-Za-z0-9-]*)?", re.ASCII)


@dataclass(frozen=True)
class Display:
    """Where the text goes: columns of the terminal (None when it is not one), colour or not."""

    width: int | None = None
    colour: bool = False


@dataclass(frozen=True)
class Output:
    """One output. `name` is its file and the argument of `--format`."""

    name: str
    render: Callable[[Report, Display], str]


def plain(text: str) -> str:
    """The text on one line, without control, direction and invisible characters, which could make
    a terminal or a reader see something else, and at most `LONGEST` characters of it."""
    if len(text) > LONGEST:
        text = text[:LONGEST] + "…"
    if text.isascii() and text.isprintable():
        return text
    return "".join(" " if _misleads(character) else character for character in text)


def _misleads(character: str) -> bool:
    category = unicodedata.category(character)
    return category[0] == "C" or category in ("Zl", "Zp") or character in _INVISIBLE


def footer(report: Report) -> str:
    """Who looked, and what that is worth; not yet `plain`."""
    if report.collector is None:
        return FOOTER
    user, next_at = report.collector.user, rfc3339(report.collector.next_at)
    return _BY_COLLECTOR.format(user=user, next=next_at)


def resource_line(resource: Resource) -> str:
    """What was judged and where it is; not yet `plain`."""
    where = [part for part in (resource.region, resource.account) if part is not None]
    kind = KINDS[resource.kind]
    head = f"{resource.name} — {kind}" if resource.name is not None else kind
    return ", ".join([head, *where])


def summary(findings: Iterable[Finding]) -> str:
    """How many there are of each status, worst first, and of those that an admin waived: "2 failed,
    1 waived, 3 passed"."""
    every = list(findings)
    statuses = [finding.status for finding in every if not is_waived(finding)]
    excepted = len(every) - len(statuses)
    counts = [
        f"{statuses.count(status)} {word}"
        for status, word in (
            (Status.FAILED, "failed"),
            (Status.WARNING, "warning"),
            (Status.UNKNOWN, "unknown"),
            (Status.PASSED, "passed"),
            (Status.NOT_APPLICABLE, "not applicable"),
        )
        if status in statuses
    ]
    if excepted:
        place = sum(status in statuses for status in (Status.FAILED, Status.WARNING))
        counts.insert(place, f"{excepted} waived")
    return ", ".join(counts) if counts else "Nothing was judged"


def waived(finding: Finding) -> str | None:
    """The admin's exception in words, where there is one; not yet `plain`."""
    return waiver_words(finding.waiver) if finding.waiver is not None else None


def waiver_words(waiver: Waiver) -> str:
    """A waiver in words; not yet `plain`."""
    ticket = f" ({waiver.ticket})" if waiver.ticket is not None else ""
    return f"waived until {rfc3339(waiver.until)} by {waiver.owner}: {waiver.reason}{ticket}"


def asked(contact: str | None, exemption_link: str | None) -> Iterator[str]:
    """Whom and where the policy says to ask; not yet `plain`."""
    if contact is not None:
        yield f"Questions: {contact}"
    if exemption_link is not None:
        yield f"To ask for a waiver: {exemption_link}"


def docs_link(finding: Finding) -> str | None:
    """The address of AWS's documentation; None for any other, which must not become a link."""
    return finding.docs if _DOCS.fullmatch(finding.docs) else None
