"""What an admin decided: `/etc/jupyter-sm-guard/policy.toml` as one frozen object.

    contact = "cloud-team@example.com"   # whom the guard tells people to ask
    interval_minutes = 15                # between checks on a running server, 1 to 1440
    longest_snooze_days = 7              # for how long notices can be put off, 0 (never) to 90
    mandatory_rules = ["sudo-in-cell"]   # linter rules that nobody can turn off

    [aws]
    proxy = "http://proxy.internal:3128" # the only proxy and CA bundle ever used
    ca_bundle = "/etc/pki/internal.pem"

    [probes]
    root_access = false                  # sources of evidence, most of them on unless false
    security_hub = true                  # and some only where they are turned on
    internet_targets = ["pypi.org:443"]  # what the internet probe may connect to; none: it is off

    [controls."SageMaker.8"]
    enabled = true
    supported_platforms = ["notebook-al2023-v1"]

A file with any mistake is not used at all: the built-in policy, which turns nothing off, applies,
and the report's integrity says so.
"""

from __future__ import annotations

import difflib
import re
import sys
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from .host import Host, Unreadable
from .redaction import redacted

PATH = "/etc/jupyter-sm-guard/policy.toml"
MOST_TARGETS = 10
"""Of the internet probe."""


@dataclass(frozen=True)
class Vocabulary:
    """The names a policy may use: controls with their parameters, and sources (probes), of which
    `opt_in` are off unless they are turned on."""

    controls: Mapping[str, Collection[str]]
    probes: Collection[str]
    opt_in: Collection[str] = ()


@dataclass(frozen=True)
class Policy:
    """The admin's decisions; `Policy()` is the built-in one. `probes_on` names the opt-in sources
    that are on, `parameters` is by control id. `problem` says why a file that is there was not
    used."""

    contact: str | None = None
    interval_minutes: int | None = None
    longest_snooze_days: int = 7
    mandatory_rules: tuple[str, ...] = ()
    proxy: str | None = None
    ca_bundle: str | None = None
    probes_off: frozenset[str] = frozenset()
    probes_on: frozenset[str] = frozenset()
    internet_targets: tuple[str, ...] = ()
    controls_off: frozenset[str] = frozenset()
    parameters: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    problem: str | None = None


class PolicyError(ValueError):
    """The policy is not usable; the message names the place and the remedy."""


def load(host: Host, vocabulary: Vocabulary) -> Policy:
    """The policy of this machine: the file's, or the built-in one with `problem` set."""
    try:
        content = host.read(PATH)
        return Policy() if content is None else parse(content, vocabulary)
    except Unreadable as error:
        return Policy(problem=str(error))
    except PolicyError as error:
        return Policy(problem=redacted(f"{PATH}: {error}"))


def parse(content: bytes, vocabulary: Vocabulary) -> Policy:
    """Read a policy file's bytes. Raises PolicyError for the first mistake in it."""
    document = _toml(content)
    read = _Table(document, "")
    values = {
        "contact": read.take("contact", _text),
        "interval_minutes": read.take("interval_minutes", _minutes),
        "longest_snooze_days": read.take("longest_snooze_days", _days),
        "mandatory_rules": read.take("mandatory_rules", _rule_names),
    }
    aws = _Table(read.take("aws", _table) or {}, "aws.")
    values |= {"proxy": aws.take("proxy", _proxy), "ca_bundle": aws.take("ca_bundle", _path)}
    probes = _Table(read.take("probes", _table) or {}, "probes.")
    flags = {name: probes.take(name, _flag) for name in vocabulary.probes}
    off = {n for n, on in flags.items() if on is False and n not in vocabulary.opt_in}
    targets = probes.take("internet_targets", _targets) or ()
    controls = _Table(read.take("controls", _table) or {}, "controls.")
    controls_off, parameters = _controls(controls, vocabulary)
    for table in (read, aws, probes, controls):
        table.refuse_the_rest()
    given = {key: value for key, value in values.items() if value is not None}
    return Policy(
        **given,
        probes_off=frozenset(off),
        probes_on=frozenset(n for n in vocabulary.opt_in if flags[n] is True),
        internet_targets=targets,
        controls_off=frozenset(controls_off),
        parameters=parameters,
    )


def _controls(
    tables: _Table, vocabulary: Vocabulary
) -> tuple[set[str], dict[str, Mapping[str, tuple[str, ...]]]]:
    off, parameters = set(), {}
    for control, known in vocabulary.controls.items():
        table = _Table(tables.take(control, _table) or {}, f'controls."{control}".')
        if table.take("enabled", _flag) is False:
            off.add(control)
        given = {name: table.take(name, _texts) for name in known}
        table.refuse_the_rest()
        parameters[control] = {name: value for name, value in given.items() if value is not None}
    return off, {control: given for control, given in parameters.items() if given}


class _Table:
    """A table of the file, from which every known key is taken and the rest is an error."""

    def __init__(self, values: Mapping[str, Any], prefix: str):
        self.left = dict(values)
        self.known: list[str] = []
        self.prefix = prefix

    def take(self, key: str, read: Callable[[Any], Any]) -> Any:
        self.known.append(key)
        if key not in self.left:
            return None
        try:
            return read(self.left.pop(key))
        except ValueError as error:
            raise PolicyError(f"{self.prefix}{key} {error}") from None

    def refuse_the_rest(self) -> None:
        for key in self.left:
            folded = {name.lower(): name for name in self.known}
            close = difflib.get_close_matches(key.lower(), folded, n=1)
            hint = (
                f"did you mean {folded[close[0]]}?" if close else f"known: {', '.join(self.known)}"
            )
            raise PolicyError(f"{self.prefix}{key} is not a known key; {hint}")


def _toml(content: bytes) -> Mapping[str, Any]:
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib  # pyright: ignore[reportMissingImports]  # only where it is needed
    try:
        return tomllib.loads(content.decode("utf-8"))
    except (ValueError, RecursionError) as error:  # ValueError: a number with thousands of digits
        raise PolicyError(f"is not TOML: {error}") from None


def _table(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise ValueError("must be a table")
    return value


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("must be true or false")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip() or not value.isprintable():
        raise ValueError("must be one line of text")
    return value.strip()


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not value:
        raise ValueError("must be a list of texts with at least one entry")
    return tuple(_text(entry) for entry in value)


def _minutes(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= 1440:
        raise ValueError("must be a whole number of minutes from 1 to 1440")
    return value


def _days(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= 90:
        raise ValueError("must be a whole number of days from 0 to 90")
    return value


def _rule_names(value: Any) -> tuple[str, ...]:
    names = _texts(value)
    for name in names:
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name):
            raise ValueError(
                f"names {name!r}, which is not the form of a rule's name (like sudo-in-cell)"
            )
    return names


def _targets(value: Any) -> tuple[str, ...]:
    targets = _texts(value)
    for target in targets:
        if not re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?:(443|80)", target):
            raise ValueError(f"names {target!r:.80}; a target is a host and port 443 or 80")
    if len(targets) > MOST_TARGETS:
        raise ValueError(f"names {len(targets)} targets; {MOST_TARGETS} at most")
    return targets


def _proxy(value: Any) -> str:
    text = _text(value)
    try:
        parts = urlsplit(text)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:  # brackets, or a port that is none
        usable = False
    if not usable:
        raise ValueError("must be a URL like http://proxy.internal:3128")
    return text


def _path(value: Any) -> str:
    if not _text(value).startswith("/"):
        raise ValueError("must be an absolute path")
    return _text(value)
