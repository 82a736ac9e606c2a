"""Facts of sources that must not be asked at every check, such as Security Hub: a file for each.

Its quota is 3 requests a second for a whole account and Region (Security Hub user guide, "Quotas"),
and a fleet boots in the same minute. So the first question waits for a while that differs from
machine to machine, and what was answered is kept.
"""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from .host import read_own, write_own
from .model import Fact, IntegrityFlag, Known, Reason, Resource, Unknown, rfc3339, utc_now
from .place import Place
from .sources import Source
from .wire import WireError, from_json, to_json

SPREAD = timedelta(minutes=10)
"""Within which the machines of a fleet ask for the first time: 500 of them ask once a second."""

RETRY = timedelta(hours=1)
"""After an answer that says nothing."""

_SIZE_LIMIT = 1024 * 1024


@dataclass(frozen=True)
class Kept:
    """What a source answered about `resource`, by way of `stand_ins`, and when to ask it again."""

    resource: Resource
    stand_ins: tuple[IntegrityFlag, ...]
    next_at: datetime
    facts: Mapping[str, Fact]


def recall(
    source: Source, resource: Resource, place: Place, folder: Path | None = None
) -> Mapping[str, Fact] | None:
    """The facts to go by for now; None when the source is to be asked. Never raises. They lie in
    `folder`, which is Jupyter's runtime directory where none is given.

    The first time nobody is asked: the facts are Unknown, and say when they will be known.
    """
    path = _path(source, folder)
    kept = _read(path, resource, place)
    if kept is None or not set(source.facts) <= set(kept.facts):
        return _postpone(source, resource, place, path)
    is_due = kept.next_at <= utc_now() or kept.next_at - utc_now() > _longest(source)
    return None if is_due else kept.facts


def keep(
    source: Source,
    resource: Resource,
    place: Place,
    facts: Mapping[str, Fact],
    folder: Path | None = None,
) -> None:
    """Remember what the source answered. Where nothing can be written, `recall` says so."""
    if any(isinstance(fact, Known) for fact in facts.values()):
        wait = _longest(source) * random.uniform(0.75, 1.0)  # noqa: S311  # spread, not secrecy
    else:
        wait = RETRY * random.uniform(0.75, 1.0)  # noqa: S311
    _write(_path(source, folder), Kept(resource, place.stand_ins, utc_now() + wait, facts))


def _postpone(source: Source, resource: Resource, place: Place, path: Path) -> Mapping[str, Fact]:
    until = utc_now() + SPREAD * random.random()  # noqa: S311
    detail = (
        f"{source.label} will be asked after {rfc3339(until)}: instances that start together must "
        "not ask together"
    )
    facts = source.unknown(Unknown(Reason.NOT_YET_CHECKED, detail))
    if _write(path, Kept(resource, place.stand_ins, until, facts)):
        return facts
    detail = f"{source.label} is not asked: there is no place to keep its answer"
    return source.unknown(Unknown(Reason.INTERNAL_ERROR, detail))


def _longest(source: Source) -> timedelta:
    return source.keep or RETRY


def _path(source: Source, folder: Path | None) -> Path:
    if folder is not None:
        return folder / f"{source.name}.json"
    from jupyter_core.paths import jupyter_runtime_dir

    return Path(jupyter_runtime_dir()) / "jupyter-sm-guard" / f"{source.name}.json"


def _read(path: Path, resource: Resource, place: Place) -> Kept | None:
    content = read_own(path, _SIZE_LIMIT)
    if content is None:
        return None
    try:
        kept = from_json(Kept, json.loads(content))
    except (WireError, ValueError, RecursionError):
        return None
    return kept if (kept.resource, kept.stand_ins) == (resource, place.stand_ins) else None


def _write(path: Path, kept: Kept) -> bool:
    try:
        write_own(path, json.dumps(to_json(kept)))
    except OSError:
        return False
    return True
