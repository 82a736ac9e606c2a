"""`jupyter sm-guard doctor`: which halves are installed where, which file decides, what to do.

It asks what a check asks (`asked`: in a child process, AWS included, only what the policy leaves
on); apart from that it only reads, starts no process and asks no network. It writes nothing, takes
over no secret, and masks what looks like one. Each section is a file with `rows` (as text) and
`to_do` (what to do), most with `look` (what is there); `installation` looks at the two halves.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

from ..collector import DEADLINE
from ..installation import browser_half as browser_files
from ..installation import server_half as server_files
from ..installation.files import Reader, Unread
from ..model import Step
from ..place import Place
from ..redaction import redacted
from ..wire import Json, to_json
from . import apart, asked, browser_half, environment, kernels, machine, running, server_half
from .rows import Row, section, steps

SCHEMA = 2
"""Version of the diagnosis's JSON."""


@dataclass(frozen=True)
class Diagnosis:
    """All that was found. `unread` names what is there and could not be used; `to_do` is empty when
    nothing is wrong."""

    schema: int
    environment: environment.Environment
    server_half: server_files.ServerHalf
    browser_half: browser_files.BrowserHalf
    kernels: tuple[kernels.Kernel, ...]
    servers: tuple[running.Server, ...]
    report: running.ReportFile
    collector: apart.Apart
    machine: machine.Machine
    asked: asked.Sources
    unread: tuple[Unread, ...]
    to_do: tuple[Step, ...]


def diagnose(place: Place | None = None, deadline: float = DEADLINE) -> Diagnosis:
    """Look at everything, and give sources `deadline` seconds; nothing there makes this fail."""
    place, reader = place or Place(), Reader()
    here = environment.look(place.host)
    server = server_files.look(reader)
    browser = browser_files.look(reader)
    found_kernels = kernels.look(reader)
    servers = running.servers(reader)
    about = machine.look(place)
    report = running.report(reader, place, about.resource)
    collector = apart.look(place, about.resource)
    answers = asked.look(place, about.resource, deadline)
    to_do = [
        *environment.to_do(here),
        *_unread_to_do(reader.unread),
        *server_half.to_do(server),
        *browser_half.to_do(browser, here.version),
        *kernels.to_do(found_kernels, here.version),
        *running.to_do(reader, servers, _changed_at(server, browser)),
        *machine.to_do(about),
        *apart.to_do(collector, about.resource),
        *asked.to_do(answers, about.resource),
    ]
    return Diagnosis(
        schema=SCHEMA,
        environment=here,
        server_half=server,
        browser_half=browser,
        kernels=found_kernels,
        servers=servers,
        report=report,
        collector=collector,
        machine=about,
        asked=answers,
        unread=reader.unread,
        to_do=tuple(to_do),
    )


def _unread_to_do(unread: tuple[Unread, ...]) -> Iterator[Step]:
    for file in unread:
        yield Step(f"{file.path}: {file.reason}. Mend or remove it.")


def _changed_at(
    server: server_files.ServerHalf, browser: browser_files.BrowserHalf
) -> datetime | None:
    """When what a server loads at its start was last changed: our code, and what decides on it."""
    paths = [str(Path(__file__).parent.parent / "_version.py")]
    statements = (*server.statements, *browser.disabling)
    paths += [statement.path for statement in statements if statement.counts]
    times = [os.stat(path).st_mtime for path in paths if os.path.exists(path)]
    return datetime.fromtimestamp(max(times), timezone.utc) if times else None


def as_json(diagnosis: Diagnosis) -> str:
    """The diagnosis for other tools; plain ASCII."""
    return json.dumps(_redacted(to_json(diagnosis)), indent=2) + "\n"


def _redacted(data: Json) -> Json:
    if isinstance(data, str):
        return redacted(data)
    if isinstance(data, list):
        return [_redacted(entry) for entry in data]
    if isinstance(data, dict):
        return {redacted(key): _redacted(value) for key, value in data.items()}
    return data


def as_text(diagnosis: Diagnosis) -> str:
    """The diagnosis for people and tickets, what to do at its end."""
    found = diagnosis
    server, browser = found.server_half, found.browser_half
    server_title = f"Server half: {server_half.headline(server)}"
    browser_title = f"Browser half: {browser_half.headline(browser)}"
    sources_title = "Sources"
    if found.collector.governs:
        sources_title += ", asked as this user (the collector's report is what counts)"
    lines = [
        *section("This command", environment.rows(found.environment)),
        *section(server_title, server_half.rows(server)),
        *section(browser_title, browser_half.rows(browser)),
        *section("Kernels", kernels.rows(found.kernels)),
        *section("Running servers", running.server_rows(found.servers)),
        *section("Latest report", running.report_rows(found.report)),
        *section("Collector", apart.rows(found.collector)),
        *section("Machine", machine.rows(found.machine)),
        *section(sources_title, asked.rows(found.asked)),
    ]
    if found.unread:
        unread = (Row("not usable", f"{file.path}: {file.reason}") for file in found.unread)
        lines += section("Files and folders that could not be used", unread)
    lines += ["", "What to do", *(steps(found.to_do) or ["  Nothing is wrong here."])]
    return "\n".join(lines[1:]) + "\n"
