"""Which tables and keys a policy has: one description, from which files are read and the JSON
Schema is made."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from . import values as v
from .decisions import Vocabulary
from .values import Kind

Place = tuple[str | int, ...]
"""Where something stands: keys, and the number of a table in a list, which counts from 0."""


@dataclass(frozen=True)
class Table:
    """A table: known `keys`, of which some are `required`; or any keys of the form `names`, all of
    the kind `each`. At least one key has to be there where it `says` what for."""

    keys: Mapping[str, Kind | Table | Tables] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    names: str = ""
    each: Kind | None = None
    says: str = ""


@dataclass(frozen=True)
class Tables:
    """A list of tables, each written as [[key]]."""

    item: Table


@dataclass(frozen=True)
class Mistake:
    """What is wrong at `place`, with the remedy."""

    place: Place
    text: str

    def __str__(self) -> str:
        return f"{dotted(self.place)} {self.text}" if self.place else self.text


def shape(vocabulary: Vocabulary) -> Table:
    """The whole policy."""
    return Table(
        {
            "contact": v.TEXT,
            "exemption_link": v.LINK,
            "guard_version": v.VERSION,
            "interval_minutes": v.number(1, 1440, "minutes"),
            "collector_required": v.FLAG,
            "longest_snooze_days": v.number(0, 90, "days"),
            "longest_waiver_days": v.number(1, 365, "days"),
            "mandatory_rules": v.RULES,
            "aws": Table({"proxy": v.PROXY, "ca_bundle": v.FILE}),
            "probes": Table(
                {**dict.fromkeys(vocabulary.probes, v.FLAG), "internet_targets": v.TARGETS}
            ),
            "controls": Table({id: _control(known) for id, known in vocabulary.controls.items()}),
            "lint": _LINT,
            "ui": Table(
                {
                    "banner": v.FLAG,
                    "notices": v.FLAG,
                    "status_bar": v.one_of("always", "attention", "never"),
                }
            ),
            "server": Table({"log": v.FLAG, "events": v.FLAG}),
            "jobs": _JOBS,
            "waivers": Tables(_waiver(vocabulary)),
        }
    )


def _control(parameters: Any) -> Table:
    own = {name: v.PARAMETERS.get(name, v.TEXTS) for name in parameters}
    return Table({"enabled": v.FLAG, "mandatory": v.FLAG, "severity": v.SEVERITY, **own})


def _waiver(vocabulary: Vocabulary) -> Table:
    scope = Table(
        {
            "instances": v.INSTANCES,
            "arns": v.ARNS,
            "regions": v.REGIONS,
            "accounts": v.ACCOUNTS,
            "tags": Table(names=f"{v.TAG}{{1,128}}", each=v.TAG_VALUE, says="a tag"),
        },
        says='what the waiver is about; instances = ["*"] is about all',
    )
    keys: dict[str, Kind | Table | Tables] = {
        "check": v.check_name(vocabulary.controls),
        "scope": scope,
        "owner": v.TEXT,
        "reason": v.TEXT,
        "ticket": v.TEXT,
        "granted": v.DAY,
        "expires": v.DAY,
    }
    return Table(keys, required=tuple(keys))


_LINT = Table(
    {
        "profile": v.one_of("default", "strict"),
        "in_lab": v.one_of("marks", "list", "off"),
        "shown_from": v.SEVERITY,
        "on_save": v.one_of("report", "off"),
        "before_run": v.one_of("ask", "off"),
        "rules_off": v.RULES,
        "severities": Table(names=v.RULE, each=v.SEVERITY),
    }
)
_JOBS = Table(
    {
        "subnets": v.SUBNETS,
        "security_groups": v.GROUPS,
        "kms_key": v.KEY,
        "network_isolation": v.FLAG,
        "traffic_encryption": v.FLAG,
    }
)


def read(node: Kind | Table | Tables, value: Any, place: Place, mistakes: list[Mistake]) -> Any:
    """What `value` says, as nested dicts, tuples and read values. Every mistake is put into
    `mistakes`; what is mistaken is left out, or None."""
    if isinstance(node, Kind):
        try:
            return node.read(value)
        except ValueError as error:
            mistakes.append(Mistake(place, str(error)))
            return None
    if isinstance(node, Tables):
        if not isinstance(value, list):
            mistakes.append(Mistake(place, f"must be written as [[{dotted(place)}]]"))
            return None
        return [read(node.item, each, (*place, i), mistakes) for i, each in enumerate(value)]
    if not isinstance(value, dict):
        mistakes.append(Mistake(place, "must be a table"))
        return None
    return _read_table(node, value, place, mistakes)


def _read_table(
    node: Table, value: Mapping[str, Any], place: Place, mistakes: list[Mistake]
) -> dict[str, Any]:
    found = {}
    for key, given in value.items():
        kind = node.keys.get(key) or (node.each if re.fullmatch(node.names, key) else None)
        if kind is None:
            mistakes.append(Mistake((*place, key), _unknown(key, node)))
        else:
            found[key] = read(kind, given, (*place, key), mistakes)
    for key in node.required:
        if key not in value:
            mistakes.append(Mistake((*place, key), "is missing"))
    if node.says and not value:
        mistakes.append(Mistake(place, f"is empty; it has to say {node.says}"))
    return {key: read_value for key, read_value in found.items() if read_value is not None}


def _unknown(key: str, node: Table) -> str:
    if node.each is not None:
        return "is a name that can't be used here"
    folded = {name.lower(): name for name in node.keys}
    close = difflib.get_close_matches(key.lower(), folded, n=1)
    known = ", ".join(node.keys)
    hint = f"did you mean {folded[close[0]]}?" if close else f"known: {known}"
    return f"is not a known key; {hint}"


def dotted(place: Place) -> str:
    """The place as TOML writes a key: `controls."SageMaker.8".enabled`, `waivers[1].owner`, the
    latter counted from 1."""
    text = ""
    for part in place:
        if isinstance(part, int):
            text += f"[{part + 1}]"
            continue
        bare = part if re.fullmatch(r"[A-Za-z0-9_-]+", part) else f'"{_shown(part)}"'
        text += f".{bare}" if text else bare
    return text


def _shown(key: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in key[:100])


def json_schema(vocabulary: Vocabulary) -> dict[str, Any]:
    """The policy's JSON Schema. TOML's dates are texts in it, as JSON has none."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:jupyter-sm-guard:policy:1",
        "title": "Policy of jupyter_sm_guard",
        **_schema(shape(vocabulary)),
    }


def _schema(node: Kind | Table | Tables) -> dict[str, Any]:
    if isinstance(node, Kind):
        return dict(node.schema)
    if isinstance(node, Tables):
        return {"type": "array", "items": _schema(node.item)}
    made: dict[str, Any] = {"type": "object", "additionalProperties": False}
    if node.keys:
        made["properties"] = {key: _schema(each) for key, each in node.keys.items()}
    if node.each is not None:
        made["patternProperties"] = {f"^({node.names})$(?!\\n)": _schema(node.each)}
    if node.required:
        made["required"] = list(node.required)
    if node.says:
        made["minProperties"] = 1
    return made
