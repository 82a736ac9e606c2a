"""The kinds of arguments that commands take; each raises argparse's error with what to give."""

from __future__ import annotations

import argparse
from pathlib import Path

MAX_DEADLINE = 300.0


def add_place(parser: argparse.ArgumentParser) -> None:
    """Where to look, and for how long."""
    parser.add_argument(
        "--deadline",
        type=seconds,
        metavar="SECONDS",
        help="end by then, whatever AWS does (default: 8)",
    )
    parser.add_argument(
        "--root", type=folder, metavar="DIR", help="a folder that stands in for / (for tests)"
    )
    parser.add_argument(
        "--endpoint-url", type=endpoint, metavar="URL", help="another AWS (for tests)"
    )


def file(text: str) -> Path:
    """A file to write to."""
    if not text or Path(text).is_dir():
        raise argparse.ArgumentTypeError(f"{text or 'an empty name'} is not a file to write to")
    return Path(text)


def port(text: str) -> int:
    """A TCP port, 1 to 65535."""
    if not (text.isascii() and text.isdigit()) or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"{text} is not a port; give a number from 1 to 65535")
    return int(text)


def seconds(text: str) -> float:
    """A deadline in seconds."""
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value <= MAX_DEADLINE:
        raise argparse.ArgumentTypeError(
            f"{text} is not a deadline; give seconds, more than 0 and at most {MAX_DEADLINE:.0f}"
        )
    return value


def folder(text: str) -> Path:
    """A folder that is there."""
    from . import place

    try:
        return place.folder(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def endpoint(text: str) -> str:
    """The URL of an AWS endpoint."""
    from .place import endpoint_url

    try:
        return endpoint_url(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def add_account(parser: argparse.ArgumentParser) -> None:
    """Which AWS, as for the `aws` command."""
    parser.add_argument("--region", metavar="REGION", help="default: as for the aws command")
    parser.add_argument("--profile", metavar="NAME", help="default: as for the aws command")
    parser.add_argument(
        "--endpoint-url", type=endpoint, metavar="URL", help="another AWS (for tests)"
    )
