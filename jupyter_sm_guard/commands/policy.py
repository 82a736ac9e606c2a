"""`jupyter sm-guard policy`: check a policy file, show what applies here and why, start one."""

from __future__ import annotations

import argparse
import difflib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..arguments import add_place, file
from ..terminal import OK, WRONG_USE, UsageError, write

if TYPE_CHECKING:
    from ..place import Place
    from ..policy import Policy

SUMMARY = "validate, show or start the admin's policy"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to do with it."""
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    validate = verbs.add_parser("validate", help="name every mistake of policy files")
    validate.add_argument(
        "files", nargs="+", type=Path, metavar="FILE", help="in the order in which they apply"
    )
    show = verbs.add_parser("show", help="every value that applies here, and who said so")
    show.add_argument("--format", choices=["text", "json"], default="text")
    show.add_argument("--why", metavar="CHECK", help="one control or rule, and its waivers")
    add_place(show)
    init = verbs.add_parser("init", help="write a policy to start from")
    init.add_argument("--output", type=file, metavar="FILE", help="write there, not to stdout")


def run(options: argparse.Namespace) -> int:
    """Do it."""
    if options.verb == "validate":
        return _validate(options.files)
    if options.verb == "init":
        return _init(options.output)
    from ..guard import policy_of
    from ..place import Place

    place = Place(options.root, options.endpoint_url)
    policy = policy_of(place)
    if options.why is not None:
        found = _why(options.why, place, policy, options.deadline)
        write(_json(found) if options.format == "json" else _lines(_why_text(found)))
    else:
        found = _everything(policy)
        write(_json(found) if options.format == "json" else _lines(_text(found)))
    return OK


def _validate(paths: list[Path]) -> int:
    from ..catalog import vocabulary
    from ..host import Host, Unreadable
    from ..model import utc_now
    from ..policy.files import SIZE_LIMIT
    from ..policy.notes import notes
    from ..policy.reading import Part, PolicyError, of

    parts = []
    for path in paths:
        try:
            content = Host().read(str(path.absolute()), SIZE_LIMIT)
        except Unreadable as error:
            raise UsageError(str(error)) from None
        if content is None:
            raise UsageError(f"there is no file {path}")
        parts.append(Part(str(path), content))
    try:
        policy = of(parts, vocabulary())
    except PolicyError as error:
        sys.stderr.write(_lines(error.mistakes))
        return WRONG_USE
    found = notes(policy, vocabulary(), utc_now())
    waivers = len(policy.waivers)
    says = f"valid, {waivers} waiver{'' if waivers == 1 else 's'}"
    write(_lines([*(f"note: {note}" for note in found), says]))
    return OK


def _init(output: Path | None) -> int:
    from ..policy.starter import STARTER

    if output is not None and output.exists():
        raise UsageError(f"{output} is there already; give another name")
    write(STARTER, output)
    return OK


def _everything(policy: Policy) -> dict[str, Any]:
    from ..catalog import controls, vocabulary
    from ..model import utc_now
    from ..observation import probes_of
    from ..policy.notes import notes
    from ..policy.shown import of_waiver, settings

    judged = {id: control for id, control in controls().items() if control.judge is not None}
    return {
        "schema": 1,
        "files": policy.files,
        "problem": policy.problem,
        "instead": policy.instead if policy.problem is not None else None,
        "notes": notes(policy, vocabulary(), utc_now()),
        "settings": [vars(each) for each in settings(policy, judged, probes_of(policy))],
        "waivers": [of_waiver(grant) for grant in policy.waivers],
    }


def _why(check: str, place: Place, policy: Policy, deadline: float | None) -> dict[str, Any]:
    from .. import metadata
    from ..catalog import controls
    from ..collector import DEADLINE
    from ..model import utc_now
    from ..observation import tags_of
    from ..policy.shown import of_considered, of_control, setting
    from ..policy.waivers import considered
    from ..rule_index import INDEX

    known = {c.id.casefold(): c.id for c in controls().values() if c.judge is not None}
    known |= {name: name for name in INDEX}
    id = known.get(check.casefold())
    if id is None:
        close = difflib.get_close_matches(check.casefold(), known, n=1)
        hint = f"did you mean {known[close[0]]}?" if close else "see jupyter sm-guard explain"
        raise UsageError(f"{check} is no control that is judged here and no rule; {hint}")
    if id in controls():
        places = list(of_control(controls()[id], policy))
    else:
        is_on = id in policy.mandatory_rules or id not in policy.lint.rules_off
        severity = policy.lint.severities.get(id)
        places = [
            (("lint", "rules_off"), "on" if is_on else "off"),
            (("mandatory_rules",), id in policy.mandatory_rules),
            (("lint", "severities", id), severity and severity.value.lower()),
        ]
    resource, _ = metadata.classify(place.host)
    has_tags = any(grant.scope.tags for grant in policy.waivers if grant.check == id)
    tags = tags_of(place, policy, deadline or DEADLINE) if has_tags else None
    found = considered(policy, id, resource, tags, utc_now())
    return {
        "schema": 1,
        "check": id,
        "problem": policy.problem,
        "settings": [vars(setting(place, value, policy)) for place, value in places],
        "waived": bool(found) and found[0].applies,
        "waivers": [of_considered(one) for one in found],
    }


def _json(found: dict[str, Any]) -> str:
    return json.dumps(found, indent=2) + "\n"


def _lines(lines: Any) -> str:
    from ..outputs import plain

    return "".join(f"{plain(line)}\n" for line in lines)


def _text(found: dict[str, Any]) -> Iterator[str]:
    yield from _problem(found)
    yield f"files: {', '.join(found['files']) or 'none, so the built-in policy applies'}"
    yield from (f"note: {note}" for note in found["notes"])
    yield from _settings(found["settings"])
    for waiver in found["waivers"]:
        yield f"waiver: {_waiver(waiver)}"


def _problem(found: dict[str, Any]) -> Iterator[str]:
    if found["problem"] is not None:
        yield f"not usable: {found['problem']}"
        yield f"so {found.get('instead') or 'another one'} applies"


def _settings(settings: list[dict[str, Any]]) -> Iterator[str]:
    widest = max(len(each["key"]) for each in settings)
    for each in settings:
        yield f"{each['key']:<{widest}}  {_value(each['value'])}  ({each['source']})"


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None or value in ((), {}):
        return "-"
    if isinstance(value, dict):
        return ", ".join(f"{key} {_value(each)}" for key, each in value.items())
    return ", ".join(map(str, value)) if isinstance(value, (tuple, list)) else str(value)


def _waiver(waiver: dict[str, Any]) -> str:
    scope = "; ".join(f"{key} {_value(value)}" for key, value in waiver["scope"].items())
    return (
        f"{waiver['check']} for {scope}, from {waiver['granted']} to {waiver['expires']}, by "
        f"{waiver['owner']} ({waiver['ticket']}): {waiver['reason']} ({waiver['source']})"
    )


def _why_text(found: dict[str, Any]) -> Iterator[str]:
    yield from _problem(found)
    yield from _settings(found["settings"])
    if not found["waivers"]:
        yield f"waivers: none of {found['check']}"
    for waiver in found["waivers"]:
        yield f"{'applies' if waiver['applies'] else 'does not apply'}: {_waiver(waiver)}"
        yield f"    because {waiver['why']}"
