"""`jupyter sm-guard doctor`: what is installed where, and what is wrong with it."""

from __future__ import annotations

import argparse

from ..arguments import add_place, file
from ..terminal import FINDINGS, OK, write

SUMMARY = "say what is installed where, and what is wrong with it"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """How to print it."""
    parser.add_argument("--format", choices=["text", "json"], default="text")
    parser.add_argument("--output", type=file, metavar="FILE", help="write there, not to stdout")
    add_place(parser)


def run(options: argparse.Namespace) -> int:
    """Print the diagnosis."""
    from ..collector import DEADLINE
    from ..doctor import as_json, as_text, diagnose
    from ..place import Place

    place = Place(options.root, options.endpoint_url)
    diagnosis = diagnose(place, options.deadline or DEADLINE)
    form = {"text": as_text, "json": as_json}[options.format]
    write(form(diagnosis), options.output)
    return FINDINGS if diagnosis.to_do else OK
