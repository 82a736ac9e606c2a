"""Policy files to one Policy: each is read alone, with all its mistakes; then they are laid over
each other, and what contradicts itself is found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from ..latest import Fixed
from .decisions import LONGEST_WAIVER_DAYS, Grant, Jobs, Lint, Policy, Scope, Vocabulary
from .lines import line_of
from .shape import Mistake, Place, Table, dotted, read, shape
from .toml import NotToml, loads

Values = dict[str, Any]


@dataclass(frozen=True)
class Part:
    """One policy file: its path, as it is to be named, and its bytes."""

    path: str
    content: bytes


class PolicyError(ValueError):
    """The policy is not usable. `mistakes` are all of them, each a line with file, place and
    remedy; the message is the first, and how many there are."""

    def __init__(self, mistakes: Sequence[str]):
        self.mistakes = tuple(mistakes)
        more = len(self.mistakes) - 1
        others = f" (and {more} more mistake{'s' if more > 1 else ''})" if more else ""
        super().__init__(self.mistakes[0] + others)


def parse(content: bytes, vocabulary: Vocabulary, path: str = "") -> Policy:
    """Read one policy file's bytes. Raises PolicyError with every mistake in it."""
    return of((Part(path, content),), vocabulary)


def of(parts: Sequence[Part], vocabulary: Vocabulary) -> Policy:
    """The policy that the files are together, the last one with the last word. Raises
    PolicyError."""
    whole = shape(vocabulary)
    documents = [_document(part, whole) for part in parts]
    values = [each for each, _ in documents]
    merged: Values = {}
    for each in values:
        merged = _merged(merged, each)
    longest = merged.get("longest_waiver_days", LONGEST_WAIVER_DAYS)
    mistakes: list[str] = []
    for part, (each, found) in zip(parts, documents, strict=True):
        more = [*_contradictions(each), *_overlong(each, longest)]
        more += _halves(merged) if part is parts[-1] else ()
        mistakes += _sorted(part, [*found, *more])
    if mistakes:
        raise PolicyError(mistakes)
    grants = [
        _grant(waiver, part.path)
        for part, each in zip(parts, values, strict=True)
        for waiver in each.get("waivers", ())
    ]
    return _policy(merged, vocabulary, tuple(grants), parts, values)


def _document(part: Part, whole: Table) -> tuple[Values, list[Mistake]]:
    """What a file says, and what is wrong in it."""
    try:
        document = loads(part.content.decode("utf-8"))
    except UnicodeDecodeError as error:
        return {}, [Mistake((), f"is not TOML: {error}")]
    except NotToml as error:
        return {}, [Mistake((), str(error))]
    mistakes: list[Mistake] = []
    return read(whole, document, (), mistakes), mistakes


def _sorted(part: Part, mistakes: Sequence[Mistake]) -> list[str]:
    """A line each, in the order of the file."""
    text = part.content.decode("utf-8", "replace")
    numbered = [(line_of(text, m.place) if m.place else None, m) for m in mistakes]
    lines = []
    for number, mistake in sorted(numbered, key=lambda pair: pair[0] or 0):
        at = f"line {number}" if number is not None else ""
        where = ", ".join(filter(None, [part.path, at]))
        lines.append(f"{where}: {mistake}" if where else str(mistake))
    return lines


def _merged(one: Values, other: Values, place: Place = ()) -> Values:
    """`other` laid over `one`. Waivers and mandatory rules add up, and what is mandatory stays so:
    a later file can't take away what an earlier one made sure of."""
    result = dict(one)
    for key, value in other.items():
        before = result.get(key)
        if isinstance(before, dict) and isinstance(value, dict):
            result[key] = _merged(before, value, (*place, key))
        elif key == "waivers" and not place:
            result[key] = [*(before or ()), *value]
        elif key == "mandatory_rules" and not place:
            result[key] = tuple(dict.fromkeys((*(before or ()), *value)))
        elif key == "collector_required" or (key == "mandatory" and place[:1] == ("controls",)):
            result[key] = bool(before) or value
        else:
            result[key] = value
    return result


def _contradictions(values: Values) -> Iterator[Mistake]:
    """What one file says two ways. Between files, the stricter counts."""
    mandatory = set()
    for id, control in values.get("controls", {}).items():
        if control.get("mandatory"):
            mandatory.add(id)
            if control.get("enabled") is False:
                yield Mistake(("controls", id, "enabled"), "is false, and yet it is mandatory")
    rules = set(values.get("mandatory_rules", ()))
    for name in values.get("lint", {}).get("rules_off", ()):
        if name in rules:
            yield Mistake(("lint", "rules_off"), f"names {name}, which mandatory_rules names too")
    for i, waiver in enumerate(values.get("waivers", ())):
        check = (waiver or {}).get("check")
        if check in mandatory | rules:
            says = f"is {check}, which is mandatory: nothing waives it"
            yield Mistake(("waivers", i, "check"), says)


def _overlong(values: Values, longest: int) -> Iterator[Mistake]:
    for i, waiver in enumerate(values.get("waivers", ())):
        granted, expires = (waiver or {}).get("granted"), (waiver or {}).get("expires")
        if granted is None or expires is None:
            continue
        place = ("waivers", i, "expires")
        if expires < granted:
            yield Mistake(place, f"is {expires}, before it was granted ({granted})")
        elif expires - granted > timedelta(days=longest):
            yield Mistake(
                place,
                f"is {(expires - granted).days} days after it was granted; {longest} at most, so "
                f"{granted + timedelta(days=longest)} (longest_waiver_days)",
            )


def _halves(merged: Values) -> Iterator[Mistake]:
    """A VPC is subnets and security groups."""
    jobs = merged.get("jobs", {})
    if ("subnets" in jobs) != ("security_groups" in jobs):
        missing = "security_groups" if "subnets" in jobs else "subnets"
        yield Mistake(("jobs", missing), "is missing: a VPC is given by both")


def _grant(values: Values, source: str) -> Grant:
    rest = {key: value for key, value in values.items() if key != "scope"}
    return Grant(**rest, scope=Scope(**values["scope"]), source=source)


def _policy(
    merged: Values,
    vocabulary: Vocabulary,
    grants: tuple[Grant, ...],
    parts: Sequence[Part],
    values: Sequence[Values],
) -> Policy:
    controls = merged.get("controls", {})
    probes = merged.get("probes", {})
    mandatory = frozenset(id for id, given in controls.items() if given.get("mandatory"))
    off = {id for id, given in controls.items() if given.get("enabled") is False}
    about = {"enabled", "mandatory", "severity"}
    parameters = {
        id: {name: value for name, value in given.items() if name not in about}
        for id, given in controls.items()
    }
    plain = ("contact", "exemption_link", "guard_version", "interval_minutes", "collector_required",
             "longest_snooze_days", "longest_waiver_days", "mandatory_rules")  # fmt: skip
    lint = dict(merged.get("lint", {}))
    rules = merged.get("mandatory_rules", ())
    lint["rules_off"] = tuple(n for n in lint.get("rules_off", ()) if n not in rules)
    return Policy(
        **{key: merged[key] for key in plain if key in merged},
        **merged.get("aws", {}),
        **merged.get("server", {}),
        probes_off=frozenset(
            n for n in vocabulary.probes if probes.get(n) is False and n not in vocabulary.opt_in
        ),
        probes_on=frozenset(n for n in vocabulary.opt_in if probes.get(n) is True),
        internet_targets=probes.get("internet_targets", ()),
        controls_off=frozenset(off - mandatory),
        controls_mandatory=mandatory,
        overruled=tuple(sorted(off & mandatory)),
        parameters={id: given for id, given in parameters.items() if given},
        severities={id: g["severity"] for id, g in controls.items() if "severity" in g},
        waivers=grants,
        lint=Lint(**lint),
        ui=Fixed(**merged.get("ui", {})),
        jobs=Jobs(**merged["jobs"]) if "jobs" in merged else None,
        files=tuple(part.path for part in parts),
        origins=_origins(parts, values),
    )


def _origins(parts: Sequence[Part], values: Sequence[Values]) -> Mapping[str, str]:
    origins: dict[str, str] = {}
    for part, each in zip(parts, values, strict=True):
        for place in _leaves(each):
            key = dotted(place)
            adds_up = key == "mandatory_rules" and key in origins
            origins[key] = f"{origins[key]}, {part.path}" if adds_up else part.path
    return origins


def _leaves(values: Values, place: Place = ()) -> Iterator[Place]:
    for key, value in values.items():
        if isinstance(value, dict) and value:
            yield from _leaves(value, (*place, key))
        elif key != "waivers":
            yield (*place, key)
