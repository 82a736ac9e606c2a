"""The demo as people run it: a process that shows a JupyterLab, and leaves nothing behind."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from jupyter_sm_guard.demo import run
from jupyter_sm_guard.demo.lab import ROUTE

LIMIT = 180.0  # seconds; nothing is timed, this only ends a test that would hang
ROOT = Path(__file__).resolve().parent.parent
_URL = re.compile(r"(http://127\.0\.0\.1:\d+)/lab/tree/sample\.ipynb\?token=(\S+)")


def until(what: Callable[[], Any]) -> Any:
    """Wait until `what` is true, and return it."""
    limit = time.monotonic() + LIMIT
    while not (found := what()):
        assert time.monotonic() < limit, "it did not happen"
        time.sleep(0.1)
    return found


def parents() -> dict[int, int]:
    """Every living process and its parent; one that nobody has reaped yet is not alive."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            state, parent = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
            if state != "Z":
                found[int(folder.name)] = int(parent)
    return found


def descendants(pid: int) -> set[int]:
    """All processes that `pid` started, and those that they started."""
    known = parents()
    found, added = {pid}, {pid}
    while added:
        added = {child for child, parent in known.items() if parent in added} - found
        found |= added
    return found - {pid}


def command_line(pid: int) -> list[str]:
    return (Path("/proc") / str(pid) / "cmdline").read_text().split("\0")


def temporary_folder(pid: int) -> Path:
    """Where a process puts what is temporary."""
    variables = (Path("/proc") / str(pid) / "environ").read_text().split("\0")
    return Path(dict(each.split("=", 1) for each in variables if each)["TMPDIR"])


@dataclass
class Demo:
    """A demo in a process of its own; `home` and `temporary` are all it could write to."""

    home: Path
    temporary: Path
    process: subprocess.Popen[bytes]
    output: Path
    url: str = ""
    token: str = ""

    def words(self) -> str:
        return self.output.read_text(encoding="utf-8")

    def wait_for_url(self) -> None:
        found = until(lambda: _URL.search(self.words()) or self.process.poll() is not None)
        assert isinstance(found, re.Match), self.words()
        until(lambda: "Ctrl-C ends it." in self.words())
        self.url, self.token = found[1], found[2]

    def ask(self, path: str, body: object = None, token: str | None = None) -> tuple[int, bytes]:
        request = urllib.request.Request(self.url + path)
        given = self.token if token is None else token
        if given:
            request.add_header("Authorization", f"token {given}")
        if body is not None:
            request.add_header("Content-Type", "application/json")
            request.data = json.dumps(body).encode()
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=LIMIT) as response:
                return response.status, response.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()

    def start_kernel(self) -> None:
        """Until it has its history: before, it goes on making folders after its parent's death."""
        status, _ = self.ask("/api/kernels", {"name": "python3"})
        assert status == 201
        until(lambda: list(self.temporary.glob("*/ipython/*/history.sqlite")))
        assert [p for p in descendants(self.process.pid) if _is_kernel(p)]

    def wait(self) -> int:
        return self.process.wait(LIMIT)


def _is_kernel(pid: int) -> bool:
    with suppress(OSError):
        return "ipykernel_launcher" in command_line(pid)
    return False


Start = Callable[..., Demo]


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Start]:
    """Starts demos; those that a test leaves running are ended."""
    started: list[Demo] = []

    def go(*arguments: str) -> Demo:
        folder = tmp_path_factory.mktemp("demo")
        demo = _start(folder, arguments)
        started.append(demo)
        return demo

    yield go
    for demo in started:
        if demo.process.poll() is None:
            demo.process.terminate()
            demo.wait()


def _start(folder: Path, arguments: tuple[str, ...]) -> Demo:
    home, temporary, output = folder / "home", folder / "tmp", folder / "output"
    home.mkdir()
    temporary.mkdir()
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "TMPDIR": str(temporary),
        "PYTHONPATH": str(ROOT),
        "AWS_PROFILE": "of-the-user",
        "JUPYTER_CONFIG_DIR": str(home / "jupyter"),
    }
    with output.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "jupyter_sm_guard.cli", "demo", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            env=environment,
            cwd=folder,
        )
    return Demo(home, temporary, process, output)


@pytest.fixture(scope="module")
def demo(start: Start) -> Demo:
    """One demo for the tests that only look."""
    demo = start("--scenario", "mixed")
    demo.wait_for_url()
    return demo


def test_jupyterlab_shows_the_sample_and_the_guards_report(demo: Demo) -> None:
    assert demo.ask("/lab/tree/sample.ipynb")[0] == 200
    status, content = demo.ask("/api/contents/sample.ipynb")
    assert (status, json.loads(content)["format"]) == (200, "json")

    def report() -> dict[str, Any] | None:
        answer = json.loads(demo.ask(ROUTE)[1])
        return answer["report"] if answer["report"]["resource"]["name"] else None

    found = {finding["check"]: finding["status"] for finding in until(report)["findings"]}
    assert (found["SageMaker.1"], found["SageMaker.3"]) == ("FAILED", "PASSED")


def test_nobody_gets_in_without_the_token(demo: Demo) -> None:
    assert demo.ask(ROUTE, token="")[0] == 403
    assert demo.ask("/api/contents", token="wrong")[0] == 403
    assert not any(
        demo.token in word for pid in descendants(demo.process.pid) for word in command_line(pid)
    )


def test_jupyterlab_asks_nothing_of_the_internet(demo: Demo) -> None:
    page = demo.ask("/lab")[1].decode()
    assert '"@jupyterlab/apputils-extension:announcements"' in page
    assert '"name": "read-only"' in page


def test_the_command_it_prints_works_in_another_terminal(demo: Demo) -> None:
    """As it stands, with another PATH."""
    line = next(line for line in demo.words().splitlines() if "sm-guard check" in line)
    out = subprocess.run(
        ["sh", "-c", f"{line.strip()} --format json"],
        capture_output=True,
        env={"PATH": "/usr/bin:/bin"},
        cwd=demo.home,
        check=False,
    )
    assert out.returncode == 1, out.stderr
    assert json.loads(out.stdout)["resource"]["name"] == "Demo-Notebook"


def test_a_port_that_is_taken_is_said_at_once(demo: Demo, start: Start) -> None:
    second = start("--port", demo.url.rpartition(":")[2])
    assert second.wait() == 2
    assert len(second.words().splitlines()) == 1
    assert "can't be used" in second.words()


def test_ctrl_c_ends_everything_and_leaves_nothing(start: Start) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    demo = start("--port", str(port), "--scenario", "unreachable")
    demo.wait_for_url()
    assert demo.url.endswith(f":{port}")
    demo.start_kernel()
    started = descendants(demo.process.pid)
    demo.process.send_signal(signal.SIGINT)
    assert demo.wait() == 0
    until(lambda: not started & set(parents()))
    assert list(demo.temporary.iterdir()) == []
    assert [p for p in demo.home.rglob("*") if p.is_file()] == []


def test_nothing_outlives_a_demo_that_is_killed(start: Start) -> None:
    demo = start("--scenario", "studio-public")
    demo.wait_for_url()
    demo.start_kernel()
    started = descendants(demo.process.pid)
    demo.process.kill()
    demo.wait()
    until(lambda: not started & set(parents()))


def test_a_jupyterlab_that_dies_is_reported(start: Start) -> None:
    demo = start("--scenario", "not-sagemaker")
    demo.wait_for_url()
    demo.start_kernel()
    started = descendants(demo.process.pid)
    lab = next(
        p for p in started if "jupyterlab" in command_line(p)[:4] and "-I" not in command_line(p)
    )
    (temporary_folder(lab) / "left behind").mkdir()
    os.kill(lab, signal.SIGKILL)
    assert demo.wait() == 1
    assert "JupyterLab ended with exit code 137; the end of its log:" in demo.words()
    assert "ServerApp]" in demo.words()
    until(lambda: not started & set(parents()))
    assert list(demo.temporary.iterdir()) == []


def test_ctrl_c_before_it_is_ready(start: Start) -> None:
    demo = start()
    until(lambda: "Starting" in demo.words())
    until(lambda: descendants(demo.process.pid) or demo.process.poll() is not None)
    started = descendants(demo.process.pid)
    demo.process.send_signal(signal.SIGINT)
    assert demo.wait() == 130
    until(lambda: not started & set(parents()))
    assert list(demo.temporary.iterdir()) == []


def test_wrong_use(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert run.run_demo("complaint", None) == 2
    assert "did you mean compliant?" in capsys.readouterr().err
    assert run.run_demo("x", None) == 2
    assert "damaged-metadata" in capsys.readouterr().err
    assert run.run_demo("mixed", 99999) == 2
    assert "99999" in capsys.readouterr().err
    monkeypatch.setattr(run, "find_spec", lambda name: None if name == "moto" else name)
    assert run.run_demo("mixed", None) == 2
    said = capsys.readouterr().err
    assert "the demo needs moto: pip install 'jupyter_sm_guard[demo]'" in said
    assert said.count("\n") == 1
