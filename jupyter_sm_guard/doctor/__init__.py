"""`jupyter sm-guard doctor`: which halves are installed where, which file decides, what to do.

It only reads: it starts no process, asks no network, writes nothing, and takes over no secret.
Each section is a file with `look` (what is there), `rows` (as text) and `to_do` (what to do).
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

from ..model import Step
from ..place import Place
from ..wire import to_json
from . import browser_half, environment, kernels, machine, running, server_half
from .files import Reader, Unread
from .rows import Row, section, steps

SCHEMA = 1
"""Version of the diagnosis's JSON."""


@dataclass(frozen=True)
class Diagnosis:
    """All that was found. `unread` names what is there and could not be used; `to_do` is empty when
    nothing is wrong."""

    schema: int
    environment: environment.Environment
    server_half: server_half.ServerHalf
    browser_half: browser_half.BrowserHalf
    kernels: tuple[kernels.Kernel, ...]
    servers: tuple[running.Server, ...]
    report: running.ReportFile
    machine: machine.Machine
    unread: tuple[Unread, ...]
    to_do: tuple[Step, ...]


def diagnose(place: Place | None = None) -> Diagnosis:
    """Look at everything; nothing that is there makes this fail."""
    place, reader = place or Place(), Reader()
    here = environment.look(place.host)
    server = server_half.look(reader)
    browser = browser_half.look(reader)
    found_kernels = kernels.look(reader)
    servers = running.servers(reader)
    about = machine.look(place)
    report = running.report(reader, place, about.resource)
    to_do = [
        *environment.to_do(here),
        *_unread_to_do(reader.unread),
        *server_half.to_do(server),
        *browser_half.to_do(browser, here.version),
        *kernels.to_do(found_kernels, here.version),
        *running.to_do(reader, servers, _changed_at(server, browser)),
        *machine.to_do(about),
    ]
    return Diagnosis(
        schema=SCHEMA,
        environment=here,
        server_half=server,
        browser_half=browser,
        kernels=found_kernels,
        servers=servers,
        report=report,
        machine=about,
        unread=reader.unread,
        to_do=tuple(to_do),
    )


def _unread_to_do(unread: tuple[Unread, ...]) -> Iterator[Step]:
    for file in unread:
        yield Step(f"{file.path}: {file.reason}. Mend or remove it.")


def _changed_at(
    server: server_half.ServerHalf, browser: browser_half.BrowserHalf
) -> datetime | None:
    """When what a server loads at its start was last changed: our code, and what decides on it."""
    paths = [str(Path(__file__).parent.parent / "_version.py")]
    statements = (*server.statements, *browser.disabling)
    paths += [statement.path for statement in statements if statement.counts]
    times = [os.stat(path).st_mtime for path in paths if os.path.exists(path)]
    return datetime.fromtimestamp(max(times), timezone.utc) if times else None


def as_json(diagnosis: Diagnosis) -> str:
    """The diagnosis for other tools; plain ASCII."""
    return json.dumps(to_json(diagnosis), indent=2) + "\n"


def as_text(diagnosis: Diagnosis) -> str:
    """The diagnosis for people and tickets, what to do at its end."""
    found = diagnosis
    server, browser = found.server_half, found.browser_half
    server_title = f"Server half: {server_half.headline(server)}"
    browser_title = f"Browser half: {browser_half.headline(browser)}"
    lines = [
        *section("This command", environment.rows(found.environment)),
        *section(server_title, server_half.rows(server)),
        *section(browser_title, browser_half.rows(browser)),
        *section("Kernels", kernels.rows(found.kernels)),
        *section("Running servers", running.server_rows(found.servers)),
        *section("Latest report", running.report_rows(found.report)),
        *section("Machine", machine.rows(found.machine)),
    ]
    if found.unread:
        unread = (Row("not usable", f"{file.path}: {file.reason}") for file in found.unread)
        lines += section("Files and folders that could not be used", unread)
    lines += ["", "What to do", *(steps(found.to_do) or ["  Nothing is wrong here."])]
    return "\n".join(lines[1:]) + "\n"
