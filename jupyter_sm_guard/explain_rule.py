"""A rule of the linter in words, for the terminal, a documentation page and other tools."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterable

from .rule import Example, Rule
from .wire import Json, to_json

_FIELDS = ("name", "title", "severity", "confidence", "group", "controls", "what", "why", "how",
           "strict", "posture")  # fmt: skip


def as_json(rule: Rule) -> dict[str, Json]:
    """The catalogue entry: every field of the rule but its code, its examples and its triggers."""
    return {name: to_json(getattr(rule, name)) for name in _FIELDS}


def explain_rule(rule: Rule, form: str, width: int | None) -> str:
    """One rule as `text`, `json` or `markdown`."""
    if form == "json":
        return json.dumps(as_json(rule), indent=2) + "\n"
    return _markdown(rule) if form == "markdown" else _text(rule, width)


def overview_of_rules(rules: Iterable[Rule], form: str = "markdown") -> str:
    """All rules: a line each as `text`, or a table whose names lead to their pages."""
    if form == "text":
        return "".join(f"{r.name:<48} {r.severity.value:<8} {r.title}\n" for r in rules)
    head = ["| rule | title | severity | group | applies |", "|---|---|---|---|---|"]
    rows = [
        f"| [{r.name}]({r.name.replace('-', '_')}.md) | {r.title} | {r.severity.value} | {r.group} "
        f"| {_applies(r)} |"
        for r in rules
    ]
    return "\n".join([*head, *rows]) + "\n"


def _applies(rule: Rule) -> str:
    if rule.posture:
        return f"where the posture is {', '.join(rule.posture)}"
    if rule.strict:
        return "in the strict profile"
    return "always" + (", more in the strict profile" if rule.strict_triggers else "")


def _facts(rule: Rule) -> list[tuple[str, str]]:
    return [
        ("severity", rule.severity.value),
        ("confidence", rule.confidence),
        ("group", rule.group),
        ("controls", ", ".join(rule.controls) or "none"),
        ("applies", _applies(rule)),
    ]


def _sections(rule: Rule) -> tuple[tuple[str, str], ...]:
    return (
        ("What it checks", rule.what),
        ("Why it matters", rule.why),
        ("How to fix", rule.how),
        ("How to suppress", f"`# sm-guard: ignore[{rule.name}] and why` on the line."),
    )


def _text(rule: Rule, width: int | None) -> str:
    columns = min(width or 100, 100)
    lines = [*textwrap.wrap(f"{rule.name}: {rule.title}", columns), ""]
    lines += [f"{name + ':':<13}{value}" for name, value in _facts(rule)]
    for heading, body in _sections(rule):
        lines += ["", heading]
        for paragraph in body.split("\n\n"):
            lines += textwrap.wrap(paragraph, columns, initial_indent="  ", subsequent_indent="  ")
    return "\n".join(lines) + "\n"


def _markdown(rule: Rule) -> str:
    lines = [f"# {rule.name}: {rule.title}", "", "| | |", "|---|---|"]
    lines += [f"| {name} | {value} |" for name, value in _facts(rule)]
    for heading, body in _sections(rule):
        lines += ["", f"## {heading}", "", body]
    for heading, examples in (("Found", rule.bad[:2]), ("Not found", rule.good[:2])):
        lines += ["", f"## {heading}"]
        for given in examples:
            lines += ["", *_example(given)]
    return "\n".join(lines) + "\n"


def _example(given: Example) -> list[str]:
    language = "sh" if given.file.endswith(".sh") else "python"
    cells = "\n\n".join((*given.cells, *given.markdown, *given.outputs))
    return [f"```{language}", *re.sub("[«»]", "", cells).strip("\n").split("\n"), "```"]
