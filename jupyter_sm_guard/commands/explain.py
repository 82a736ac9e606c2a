"""`jupyter sm-guard explain`: what a control or a rule checks, why, and how to fix it."""

from __future__ import annotations

import argparse
import difflib
import json

from ..terminal import OK, UsageError, width, write

SUMMARY = "say what a control or rule checks, why, and how to fix it"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which one."""
    parser.add_argument(
        "id", nargs="?", metavar="ID", help="such as SageMaker.1 or sudo-in-cell; all without it"
    )
    parser.add_argument("--format", choices=["text", "json", "markdown"], default="text")


def run(options: argparse.Namespace) -> int:
    """Print what is known of it."""
    from ..explain import explain
    from ..guard import named, seen_here, whom_to_ask
    from ..place import Place
    from ..rule_index import INDEX

    if options.id is not None and options.id.lower() in INDEX:
        from ..catalog import rule
        from ..explain_rule import explain_rule

        write(explain_rule(rule(options.id.lower()), options.format, width()))
        return OK
    if options.id is None:
        write(_everything(options.format))
        return OK
    try:
        control = named(options.id)
    except ValueError as error:
        close = difflib.get_close_matches(options.id.lower(), INDEX, 1, 0.75)
        if close:
            hint = f"there is no control or rule {options.id}; did you mean {close[0]}?"
            raise UsageError(hint) from None
        raise UsageError(str(error)) from None
    text = explain(control, options.format, width())
    more = [seen_here(control, Place()), whom_to_ask(Place())] if options.format == "text" else []
    write("\n".join([text, *filter(None, more)]))
    return OK


def _everything(form: str) -> str:
    """A line for each control and each rule of the linter."""
    from ..catalog import controls, rules
    from ..explain import as_json, overview
    from ..explain_rule import as_json as rule_as_json
    from ..explain_rule import overview_of_rules

    if form == "json":
        every = [as_json(control) for control in controls().values()]
        every += [rule_as_json(rule) for rule in rules().values()]
        return json.dumps(every, indent=2) + "\n"
    rows = overview_of_rules(rules().values(), form)
    return f"{overview(controls().values(), form)}\n{rows}"
