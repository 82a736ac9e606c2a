"""What a project decided: `[tool.sm-guard]` in pyproject.toml, or sm-guard.toml; the nearest
counts.

profile = "default"                  # or "strict"
posture = ["vpc-only"]               # or "auto", "none", or the path of a report
fail-on = "low"                      # low, medium, high, critical, never
select = ["SageMaker.3", "secret"]   # rules by name, control, severity or group; all without it
ignore = ["endpoint-with-one-instance"]
exclude = ["archive/**"]             # files not to look at
baseline = "sm-guard-baseline.json"

[[ignore-in]]                        # findings not to report, by path
paths = ["workshops/**"]
rules = ["sudo-in-cell"]
reason = "these run on instances of their own"
until = 2027-01-31                   # optional
"""

from __future__ import annotations

import difflib
import os
import sys
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from typing import Any

from ..gate import Entry
from ..host import Unreadable
from ..model import Severity
from ..rule import GROUPS

NAMES = ("sm-guard.toml", "pyproject.toml")
PROFILES = ("default", "strict")
FAIL_ON = ("low", "medium", "high", "critical", "never")
_LIMIT = 1024 * 1024


class SettingsError(ValueError):
    """The configuration is not usable; the message names the file, the place and the remedy."""


@dataclass(frozen=True)
class IgnoreIn:
    """Findings that are not reported in some files, and why."""

    paths: tuple[str, ...]
    rules: tuple[str, ...]
    reason: str
    until: date | None = None


@dataclass(frozen=True)
class Settings:
    """The decisions; `Settings()` are the built-in ones. Paths are relative to `folder`."""

    folder: str = ""
    source: str = ""
    profile: str = "default"
    posture: tuple[str, ...] = ("auto",)
    fail_on: str = "low"
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    baseline: str | None = None
    ignore_in: tuple[IgnoreIn, ...] = ()

    def excluded(self, path: str) -> bool:
        """Whether a file is not to be looked at."""
        return any(self._matches(path, pattern) for pattern in self.exclude)

    def ignored(self, path: str, rule: str, today: date) -> bool:
        """Whether a rule's findings in a file are not to be reported."""
        return any(
            rule in entry.rules
            and (entry.until is None or entry.until >= today)
            and any(self._matches(path, pattern) for pattern in entry.paths)
            for entry in self.ignore_in
        )

    def _matches(self, path: str, pattern: str) -> bool:
        relative = os.path.relpath(os.path.abspath(path), self.folder or os.curdir)
        relative = relative.replace(os.sep, "/")
        forms = (pattern, pattern.replace("**/", ""), pattern.rstrip("/") + "/*")
        return any(fnmatchcase(relative, form) for form in forms)


def nearest(path: str, known: Collection[str]) -> Settings:
    """The settings for a file: those of the nearest folder above it that has some.

    Raises SettingsError.
    """
    folder = os.path.abspath(path)
    folder = folder if os.path.isdir(folder) else os.path.dirname(folder)
    while True:
        for name in NAMES:
            file = os.path.join(folder, name)
            content = _content(file)
            if content is None or (name == "pyproject.toml" and b"sm-guard" not in content):
                continue
            table = _table(content, file, name)
            if table is not None:
                return parse(table, file, known)
        parent = os.path.dirname(folder)
        if parent == folder:
            return Settings()
        folder = parent


def _content(file: str) -> bytes | None:
    from ..host import Host

    try:
        return Host().read(file, _LIMIT) if os.path.isfile(file) else None
    except Unreadable as error:
        raise SettingsError(str(error)) from None


def _table(content: bytes, file: str, name: str) -> Mapping[str, Any] | None:
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib  # pyright: ignore[reportMissingImports]  # only where it is needed
    try:
        document = tomllib.loads(content.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise SettingsError(f"{file} is not TOML: {error}") from None
    if name == "sm-guard.toml":
        return document
    tool = document.get("tool")
    table = tool.get("sm-guard") if isinstance(tool, dict) else None
    if table is not None and not isinstance(table, dict):
        raise SettingsError(f"{file}: tool.sm-guard must be a table")
    return table


def parse(table: Mapping[str, Any], file: str, known: Collection[str]) -> Settings:
    """Settings from a table. Raises SettingsError for the first mistake in it."""
    readers: dict[str, Callable[[Any], Any]] = {
        "profile": lambda value: _one_of(value, PROFILES),
        "posture": _postures,
        "fail-on": lambda value: _one_of(value, FAIL_ON),
        "select": _texts,
        "ignore": _texts,
        "exclude": _texts,
        "baseline": _text,
        "ignore-in": lambda value: _ignores(value, known),
    }
    given: dict[str, Any] = {}
    for key, value in table.items():
        if key not in readers:
            close = difflib.get_close_matches(key, readers, 1)
            hint = f"did you mean {close[0]}?" if close else f"known: {', '.join(readers)}"
            raise SettingsError(f"{file}: {key} is not a known key; {hint}")
        try:
            given[key.replace("-", "_")] = readers[key](value)
        except ValueError as error:
            raise SettingsError(f"{file}: {key} {error}") from None
    for key in ("select", "ignore"):
        for word in given.get(key, ()):
            if problem := unknown_word(word, known):
                raise SettingsError(f"{file}: {key} {problem}")
    return Settings(folder=os.path.dirname(file), source=file, **given)


def unknown_word(word: str, known: Collection[str]) -> str | None:
    """What is wrong with a word that selects rules; None for one that does."""
    words = [*known, *GROUPS, *(severity.value.lower() for severity in Severity)]
    if word in words or word.lower() in words or word.lower().startswith("sagemaker."):
        return None
    close = difflib.get_close_matches(word, words, 1)
    hint = f"did you mean {close[0]}?" if close else "use a rule, control, severity or group"
    return f"names {word}, which is none; {hint}"


def selects(word: str, rule: Entry) -> bool:
    """Whether a word means a rule: by its name, control, severity or group."""
    low = word.lower()
    return low in (rule.name, rule.group, rule.severity.lower()) or low in (
        control.lower() for control in rule.controls
    )


def _one_of(value: Any, words: tuple[str, ...]) -> str:
    if value not in words:
        raise ValueError(f"must be one of {', '.join(words)}")
    return str(value)


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError("must be a text")
    return value


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise ValueError("must be a list of texts")
    return tuple(_text(entry) for entry in value)


def _postures(value: Any) -> tuple[str, ...]:
    return (_text(value),) if isinstance(value, str) else _texts(value)


def _ignores(value: Any, known: Collection[str]) -> tuple[IgnoreIn, ...]:
    if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
        raise ValueError("must be written as [[ignore-in]]")
    return tuple(_ignore(entry, known) for entry in value)


def _ignore(entry: Mapping[str, Any], known: Collection[str]) -> IgnoreIn:
    for key in entry:
        _refuse(key, ("paths", "rules", "reason", "until"), "has the unknown key")
    paths, rules = _texts(entry.get("paths", [])), _texts(entry.get("rules", []))
    if not paths or not rules or not entry.get("reason"):
        raise ValueError("needs paths, rules and a reason")
    for name in rules:
        _refuse(name, known, "names no rule:")
    until = entry.get("until")
    if isinstance(until, str):
        until = date.fromisoformat(until)
    if until is not None and not isinstance(until, date):
        raise ValueError("has an until that is no date")
    return IgnoreIn(paths, rules, _text(entry["reason"]), until)


def _refuse(word: str, known: Collection[str], says: str) -> None:
    if word not in known:
        close = difflib.get_close_matches(word, known, 1)
        raise ValueError(f"{says} {word}" + (f"; did you mean {close[0]}?" if close else ""))
