"""`jupyter sm-guard collector`: the check apart from Jupyter, which root's timer has made."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from ..arguments import add_place, folder
from ..terminal import FINDINGS, OK, UsageError, write

SUMMARY = "check apart from Jupyter, as root's timer does (hardened install)"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to do, each with its own arguments."""
    todo = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    install = todo.add_parser("install", help="as root: lay the timer and its user down")
    look = todo.add_parser("look", help="as root: see what only root can of the notebooks' user")
    once = todo.add_parser("run", help="check once and write the report")
    todo.add_parser("remove", help="as root: take it all away again")
    for one in (install, look):
        one.add_argument("--user", required=True, help="whom notebooks run as")
        one.add_argument("--environment", required=True, type=Path, help="Jupyter's, of Python")
    for one in (install, once):
        one.add_argument("--every", type=_minutes, default=15, metavar="MINUTES")
    once.add_argument("--folder", type=folder, required=True, help="for the report, the user's own")
    add_place(once)


def _minutes(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or not 1 <= int(text) <= 1440:
        raise argparse.ArgumentTypeError(f"{text}: give minutes, 1 to 1440")
    return int(text)


def run(options: argparse.Namespace) -> int:
    """Do the action."""
    return {"install": _install, "remove": _remove, "look": _look, "run": _run}[options.action](
        options
    )


def _run(options: argparse.Namespace) -> int:
    from .. import collected, notebook_user
    from ..collector import DEADLINE
    from ..guard import collect, policy_of
    from ..outputs import resource_line, summary
    from ..place import Place

    place = Place(options.root, options.endpoint_url)
    apart = collected.Apart(notebook_user.told(place.host), options.folder)
    every, deadline = timedelta(minutes=options.every), options.deadline or DEADLINE
    report = collect(place, policy_of(place), deadline, apart, every)
    try:
        collected.write(report, options.folder)
    except OSError as error:
        raise UsageError(f"{options.folder}: {error.strerror}; give a folder to write to") from None
    write(f"{resource_line(report.resource)}: {summary(report.findings)}\n")
    return OK


def _look(options: argparse.Namespace) -> int:
    from .. import notebook_user
    from ..host import Host

    _keep_policy()
    try:
        for seen in notebook_user.look(options.user, options.environment, Host()):
            notebook_user.write(seen)
    except OSError as error:
        raise UsageError(f"{notebook_user.PATH}: {error.strerror}; only root may do this") from None
    return OK


def _install(options: argparse.Namespace) -> int:
    from ..lifecycle import service

    _keep_policy()
    return _said(service.install, options.user, options.environment, options.every)


def _keep_policy() -> None:
    """As root: have the policy that is in force kept as the last good one, for when it breaks."""
    from ..guard import policy_of
    from ..place import Place

    policy_of(Place())


def _remove(options: argparse.Namespace) -> int:
    from ..lifecycle import service

    del options
    return _said(service.remove)


def _said(do: Callable[..., str], *arguments: object) -> int:
    from ..lifecycle.service import NotDone

    try:
        write(f"{do(*arguments)}\n")
    except NotDone as problem:
        write(f"{problem}\n")
        return FINDINGS
    return OK
