"""What was there before: a baseline holds back known findings and lets new ones through.

A finding is known by its file, its rule and the text of its line, so that moved cells and changed
outputs make nothing new of it; of two equal lines each counts.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from ..lint_report import LintFinding

VERSION = 1
_LIMIT = 64 * 1024 * 1024


class BaselineError(ValueError):
    """The baseline can't be used; the message says why."""


def write(findings: Iterable[LintFinding], path: Path) -> str:
    """The text of a baseline file that is to lie at `path`."""
    known: dict[str, Counter[str]] = {}
    for finding in findings:
        known.setdefault(_relative(finding.path, path), Counter())[_key(finding)] += 1
    files = {name: dict(sorted(counts.items())) for name, counts in sorted(known.items())}
    return json.dumps({"version": VERSION, "files": files}, indent=1) + "\n"


def read(path: Path) -> dict[str, Counter[str]]:
    """The findings of a baseline by file. Raises BaselineError."""
    try:
        with path.open("rb") as file:
            found = json.loads(file.read(_LIMIT))
        if found["version"] != VERSION:
            raise BaselineError(f"{path} is of another version; write it anew")
        return {name: Counter(counts) for name, counts in found["files"].items()}
    except OSError as error:
        raise BaselineError(f"{path}: {error.strerror}") from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        if isinstance(error, BaselineError):
            raise
        raise BaselineError(f"{path} is no baseline; write one with --write-baseline") from None


def new(
    findings: Iterable[LintFinding],
    known: dict[str, Counter[str]],
    path: Path,
    held: frozenset[str],
) -> list[LintFinding]:
    """The findings that the baseline does not know; those of rules in `held` always are new."""
    left = {name: Counter(counts) for name, counts in known.items()}
    kept = []
    for finding in findings:
        counts = left.get(_relative(finding.path, path), Counter())
        if counts[_key(finding)] > 0 and finding.check not in held:
            counts[_key(finding)] -= 1
        else:
            kept.append(finding)
    return kept


def _key(finding: LintFinding) -> str:
    return f"{finding.check}:{finding.fingerprint}"


def _relative(path: str, baseline: Path) -> str:
    return os.path.relpath(os.path.abspath(path), baseline.resolve().parent).replace(os.sep, "/")
