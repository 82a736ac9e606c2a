"""What is known of the machine that the notebooks run on: without internet, without root.

On the instance the latest report says it: SageMaker.1 PASSED means that it has no direct internet
access, SageMaker.3 PASSED that its users have no root. Elsewhere it is told, or nothing is known.
"""

from __future__ import annotations

import json
from pathlib import Path

from .. import collected, metadata, store
from ..catalog import vocabulary
from ..model import Report, ResourceKind, Status
from ..place import Place
from ..policy import load
from ..rule import POSTURES
from ..wire import WireError, from_json

WORDS = {"vpc-only": "no-internet", **{word: word for word in POSTURES}}
_PROVEN_BY = {"SageMaker.1": "no-internet", "SageMaker.3": "no-root"}
_LIMIT = 8 * 1024 * 1024


class PostureError(ValueError):
    """The posture is neither a known word nor a report; the message says which words there are."""


def known(words: tuple[str, ...], place: Place) -> tuple[frozenset[str], str]:
    """The posture, and who says so. Raises PostureError."""
    if words in ((), ("none",)):
        return frozenset(), ""
    if words == ("auto",):
        return _automatic(place)
    if (
        len(words) == 1
        and words[0] not in WORDS
        and ("/" in words[0] or words[0].endswith(".json"))
    ):
        return of_report(_read(Path(words[0]))), f"the report {words[0]}"
    for word in words:
        if word not in WORDS:
            every = ", ".join(("auto", "none", *WORDS))
            raise PostureError(f"{word} is no posture; use {every}, or a report's file")
    return frozenset(WORDS[word] for word in words), "as told"


def _automatic(place: Place) -> tuple[frozenset[str], str]:
    resource, _ = metadata.classify(place.host)
    if resource.kind is not ResourceKind.NOTEBOOK_INSTANCE:
        return frozenset(), ""
    found = (
        collected.latest(resource, place)
        if collected.governs(place, load(place.host, vocabulary()))
        else store.read(store.default_path(), resource, place)
    )
    if not isinstance(found, Report):
        return frozenset(), ""
    return of_report(found), "this instance's report"


def of_report(report: Report) -> frozenset[str]:
    """What a report proves."""
    return frozenset(
        _PROVEN_BY[finding.check]
        for finding in report.findings
        if finding.check in _PROVEN_BY and finding.status is Status.PASSED
    )


def _read(path: Path) -> Report:
    try:
        with path.open("rb") as file:
            return from_json(Report, json.loads(file.read(_LIMIT)))
    except OSError as error:
        raise PostureError(f"{path}: {error.strerror}") from None
    except (WireError, ValueError, RecursionError):
        raise PostureError(f"{path} is no report of `check --format json`") from None
