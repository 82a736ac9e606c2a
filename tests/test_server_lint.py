"""Linting what is open, on a real Jupyter server: its process, its bounds, what it never logs."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from jupyter import Answer, Jupyter, waiting

from jupyter_sm_guard.demo.aws import EmbeddedAws
from jupyter_sm_guard.demo.scenarios import SCENARIOS, lay_out
from jupyter_sm_guard.server import linting

LINT = "jupyter-sm-guard/lint"
MARK = "a-text-that-no-log-may-hold"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Jupyter]:
    tmp = tmp_path_factory.mktemp("server")
    with EmbeddedAws() as aws:
        lay_out(SCENARIOS["compliant"], tmp / "root", aws)
        arguments = [f"--SmGuardApp.root={tmp / 'root'}", f"--SmGuardApp.endpoint_url={aws.url}"]
        with Jupyter(tmp, arguments) as jupyter:
            jupyter.report()
            yield jupyter


def body(source: str, **more: Any) -> bytes:
    given = {
        "document": "d",
        "path": "a.ipynb",
        "kind": "notebook",
        "base": None,
        "revision": 1,
        "order": ["a"],
        "cells": [{"id": "a", "type": "code", "source": source}],
        **more,
    }
    return json.dumps(given).encode()


def ask(server: Jupyter, data: bytes, path: str = LINT, **headers: str) -> Answer:
    return server.request("POST", path, data=data, headers=headers)


def workers(server: Jupyter) -> list[int]:
    """The linter's processes of this server."""
    assert server.process is not None
    children = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children")
    pids = [int(pid) for pid in children.read_text().split()]
    return [p for p in pids if b"linter.worker" in Path(f"/proc/{p}/cmdline").read_bytes()]


def test_a_cell_is_linted_by_what_the_report_proves(server: Jupyter) -> None:
    answer = ask(server, body("!pip install pandas\n!sudo ls"))
    assert answer.status == 200
    found = answer.json["cells"]["a"]
    assert {one["check"] for one in found} >= {"sudo-in-cell", "pip-from-internet"}
    assert answer.json["posture"] == ["no-internet", "no-root"]
    more = body("!ls", base=1, revision=2, order=None)
    assert ask(server, more).json["cells"] == {"a": []}


def test_a_process_that_is_gone_is_started_again_and_wants_everything(server: Jupyter) -> None:
    assert ask(server, body("!ls")).status == 200
    for pid in workers(server):
        os.kill(pid, signal.SIGKILL)
    statuses = [ask(server, body("!ls", base=1, revision=2)).status for _ in range(2)]
    assert statuses[-1] == 409
    assert ask(server, body("!sudo ls")).json["cells"]["a"]
    assert len(workers(server)) == 1


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"", 400),
        (b"[]", 400),
        (b"{", 400),
        (b"\n\n\n", 400),
        (b"[" * 100_000, 400),
        (body("x", kind="r"), 400),
        (body("x", base=7), 409),
        (b" " * (linting.BODY_LIMIT + 1), 413),
    ],
)
def test_what_is_no_request_is_refused_and_the_next_is_answered(
    server: Jupyter, data: bytes, status: int
) -> None:
    assert ask(server, data).status == status
    assert ask(server, body("!sudo ls")).status == 200


def test_a_file_is_linted_as_it_is_saved(server: Jupyter) -> None:
    notebooks = server.folder / "notebooks"
    (notebooks / "x.py").write_text("import os\nos.system('sudo ls')\n")
    answer = ask(server, json.dumps({"path": "x.py"}).encode(), f"{LINT}/file")
    assert ("sudo-in-cell", 2) in [(one["check"], one["line"]) for one in answer.json["found"]]
    for path, status in (("gone.py", 404), ("../x.py", 404), ("", 400)):
        given = json.dumps({"path": path}).encode()
        assert ask(server, given, f"{LINT}/file").status == status


def test_settings_beside_a_notebook_count_and_their_mistakes_are_said(server: Jupyter) -> None:
    folder = server.folder / "notebooks" / "team"
    folder.mkdir()
    settings = folder / "sm-guard.toml"
    settings.write_text('ignore = ["sudo-in-cell"]\n')
    found = ask(server, body("!sudo ls", path="team/a.ipynb")).json["cells"]["a"]
    assert "sudo-in-cell" not in {one["check"] for one in found}
    settings.write_text("colour = 1\n")
    answer = ask(server, body("!sudo ls", path="team/a.ipynb", document="e"))
    assert answer.status == 422
    assert "colour" in answer.json["message"]


def test_nothing_of_a_document_is_logged(server: Jupyter) -> None:
    ask(server, body(f"!sudo {MARK}"))
    ask(server, MARK.encode())
    assert MARK not in server.log.read_text()


def test_more_than_typing_makes_is_refused(server: Jupyter) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: ask(server, body("x")), range(400)))
    refused = [answer for answer in answers if answer.status == 429]
    assert refused
    assert refused[0].headers["Retry-After"] == "1"
    for _ in waiting(10):
        if ask(server, body("x")).status == 200:
            return
    raise AssertionError("refused for ever")


def test_the_process_ends_with_the_server(tmp_path: Path) -> None:
    with Jupyter(tmp_path, ["--ServerApp.jpserver_extensions={'jupyter_sm_guard': True}"]) as own:
        assert ask(own, body("x")).status == 200
        [pid] = workers(own)
        own.kill()
        for _ in waiting(20):
            if not Path(f"/proc/{pid}").exists() or "Z" in Path(f"/proc/{pid}/stat").read_text():
                return
    raise AssertionError("still there")
