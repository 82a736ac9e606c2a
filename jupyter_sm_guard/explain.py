"""A control in words, for the terminal, a documentation page and other tools."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable

from .advice import filled, in_words
from .model import Control, Resource, ResourceKind, Step
from .wire import Json, to_json

_FIELDS = (
    *("id", "title", "severity", "category", "resource_type", "config_rule", "schedule"),
    *("what", "why", "fix", "recreate", "requirements", "parameters", "docs"),
)


def as_json(control: Control) -> dict[str, Json]:
    """The catalogue entry that the server answers and `explain --format json` prints: every field
    of the control but its code, its examples and the facts it reads."""
    entry = {name: to_json(getattr(control, name)) for name in _FIELDS}
    return {**entry, "steps": to_json(_steps(control)), "judged": control.judge is not None}


def explain(control: Control, form: str, width: int | None) -> str:
    """One control as `text`, `json` or `markdown`."""
    if form == "json":
        return json.dumps(as_json(control), indent=2) + "\n"
    return _markdown(control) if form == "markdown" else _text(control, width)


def overview(controls: Iterable[Control], form: str) -> str:
    """All controls: a line each, or as a table or list."""
    if form == "json":
        return json.dumps([as_json(c) for c in controls], indent=2) + "\n"
    if form == "markdown":
        rows = [f"| {c.id} | {c.title} | {c.severity.value} | {_judged(c)} |" for c in controls]
        return (
            "\n".join(["| control | title | severity | judged here |", "|---|---|---|---|", *rows])
            + "\n"
        )
    return "".join(f"{c.id:<13} {c.severity.value:<7} {c.title}\n" for c in controls)


def _steps(control: Control) -> tuple[Step, ...]:
    return tuple(filled(step, Resource(ResourceKind.UNKNOWN)) for step in control.steps)


def _judged(control: Control) -> str:
    return "yes" if control.judge is not None else "no: it is not about the machine this runs on"


def _config_rule(control: Control) -> str:
    if not control.config_rule:
        return "none"
    when = f" ({control.schedule})" if control.schedule else ""
    return control.config_rule + when


def _facts(control: Control) -> list[tuple[str, str]]:
    rows = [
        ("severity", control.severity.value),
        ("category", control.category),
        ("resource", control.resource_type),
        ("AWS Config rule", _config_rule(control)),
        ("change", "needs a new resource" if control.recreate else "in place"),
        ("judged here", _judged(control)),
        ("turned on by", f"probes.{control.needs} in the policy" if control.needs else "default"),
        ("requirements", ", ".join(control.requirements) or "none listed by AWS"),
    ]
    rows += [(name, ", ".join(values)) for name, values in control.parameters.items()]
    return [*rows, ("documentation", control.docs)]


def _text(control: Control, width: int | None) -> str:
    columns = min(width or 100, 100)
    lines = textwrap.wrap(f"{control.id}: {control.title}", columns)
    lines.append("")
    for name, value in _facts(control):
        lines += textwrap.wrap(
            f"{name + ':':<21}{value}",
            columns,
            subsequent_indent=" " * 21,
            break_long_words=False,
            break_on_hyphens=False,
        )
    for heading, body in _sections(control):
        lines += ["", heading]
        for paragraph in body.split("\n\n"):
            lines += textwrap.wrap(paragraph, columns, initial_indent="  ", subsequent_indent="  ")
    if control.steps:
        lines += ["", *(f"  {line}" for line in in_words(_steps(control)).splitlines())]
    return "\n".join(lines) + "\n"


def _markdown(control: Control) -> str:
    lines = [f"# {control.id}: {control.title}", "", "| | |", "|---|---|"]
    lines += [f"| {name} | {value} |" for name, value in _facts(control)]
    for heading, body in _sections(control):
        lines += ["", f"## {heading}", "", body]
    for number, step in enumerate(_steps(control), 1):
        lines += ["", f"{number}. {step.text}"]
        if step.command is not None:
            lines += ["", "   ```sh", f"   {step.command}", "   ```"]
    return "\n".join(lines) + "\n"


def _sections(control: Control) -> tuple[tuple[str, str], ...]:
    return (
        ("What it checks", control.what),
        ("Why it matters", control.why),
        ("How to fix", control.fix),
    )
