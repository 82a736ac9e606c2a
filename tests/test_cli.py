"""The command line, as a process: what it prints, what it returns, and how it takes wrong use."""

from __future__ import annotations

import json
import os
import pty
import re
import shlex
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import jsonschema
import pytest

import jupyter_sm_guard
from jupyter_sm_guard import catalog, guard, metadata, store
from jupyter_sm_guard.demo.aws import EmbeddedAws
from jupyter_sm_guard.demo.scenarios import SCENARIOS, lay_out
from jupyter_sm_guard.host import Host
from jupyter_sm_guard.model import IntegrityFlag, utc_now
from jupyter_sm_guard.place import Place
from jupyter_sm_guard.policy import Policy

COMMAND = str(Path(sys.executable).parent / "jupyter-sm-guard")
SCHEMA = Path(jupyter_sm_guard.__file__).parent / "schemas" / "report.schema.json"
FOOTER = (
    "Reported by software running as the notebook user; attest with AWS Config or Security Hub."
)
At = Callable[[str], list[str]]
KEYS = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str


def run(*arguments: str, **environment: str) -> Ran:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "NO_COLOR"))}
    done = subprocess.run(
        [COMMAND, *arguments],
        capture_output=True,
        env={**kept, **KEYS, **environment},
        text=True,
        errors="replace",
        timeout=60,
        check=False,
    )
    return Ran(done.returncode, done.stdout, done.stderr)


@pytest.fixture(scope="module")
def aws() -> Iterator[EmbeddedAws]:
    with EmbeddedAws() as embedded:
        yield embedded


@pytest.fixture
def at(aws: EmbeddedAws, tmp_path: Path) -> At:
    def lay(scenario: str) -> list[str]:
        root = tmp_path / "root"
        lay_out(SCENARIOS[scenario], root, aws)
        return ["check", "--root", str(root), "--endpoint-url", aws.url]

    return lay


@pytest.mark.parametrize(
    ("scenario", "code"),
    [
        ("non-compliant", 1),
        ("compliant", 0),
        ("mixed", 1),
        ("no-permission", 4),
        ("throttled", 4),
        ("host-disagrees", 0),
        ("studio-vpc-only", 0),
        ("studio-public", 1),
        ("not-sagemaker", 0),
        ("damaged-metadata", 4),
    ],
)
def test_every_scenario_in_json_and_text(at: At, scenario: str, code: int) -> None:
    command = at(scenario)
    as_json, as_text = run(*command, "--format", "json"), run(*command)
    assert (as_json.code, as_text.code) == (code, code)
    assert (as_json.err, as_text.err) == ("", "")
    report = json.loads(as_json.out)
    jsonschema.validate(report, json.loads(SCHEMA.read_text()))
    assert {f["check"]: f["status"] for f in report["findings"]} == SCENARIOS[scenario].statuses
    for finding in report["findings"]:
        assert re.search(rf"{finding['status']} +{re.escape(finding['check'])} ", as_text.out)
        assert finding["title"] in as_text.out
    assert FOOTER in as_text.out
    assert "\x1b" not in as_text.out, "no colour in a pipe"


def test_a_hang_ends_at_the_deadline_with_unknown(at: At) -> None:
    ran = run(*at("unreachable"), "--deadline", "2", "--format", "json")
    assert ran.code == 4
    unknown = [f for f in json.loads(ran.out)["findings"] if f["status"] == "UNKNOWN"]
    assert {f["reason"] for f in unknown} == {"TIMEOUT"}


@pytest.mark.parametrize(
    ("scenario", "fail_on", "code"),
    [
        ("compliant", "unknown", 0),
        ("no-permission", "failed", 4),
        ("no-permission", "warning", 4),
        ("no-permission", "unknown", 1),
        ("mixed", "unknown", 1),
    ],
)
def test_exit_codes_follow_fail_on(at: At, scenario: str, fail_on: str, code: int) -> None:
    assert run(*at(scenario), "--fail-on", fail_on).code == code


def test_a_warning_counts_only_when_asked_to(at: At) -> None:
    command = at("host-disagrees")
    assert run(*command).code == 0
    assert run(*command, "--fail-on", "warning").code == 1


def test_output_goes_to_a_file_whole_or_not_at_all(at: At, tmp_path: Path) -> None:
    command = at("compliant")
    target = tmp_path / "out.json"
    ran = run(*command, "--format", "json", "--output", str(target))
    assert (ran.code, ran.out, ran.err) == (0, "", "")
    assert json.loads(target.read_text())["kind"] == "check"
    missing = tmp_path / "missing" / "out.json"
    ran = run(*command, "--output", str(missing))
    assert ran.code == 2
    assert ran.err == f"jupyter-sm-guard: can't write {missing}: No such file or directory\n"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["out.json", "root"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "the following arguments are required: COMMAND; see jupyter-sm-guard --help"),
        (["chek"], "did you mean check?"),
        (["check", "--formt", "json"], "did you mean --format?"),
        (["check", "--format", "jsn"], "did you mean json?"),
        (["check", "--fail-on", "never"], "choose from"),
        (["check", "--deadline", "0"], "give seconds, more than 0 and at most 300"),
        (["check", "--deadline", "soon"], "soon is not a deadline"),
        (["check", "--deadline", "nan"], "nan is not a deadline"),
        (["check", "--root", "/nowhere/at/all"], "/nowhere/at/all is not a folder"),
        (["check", "--root", ""], "an empty name is not a folder"),
        (["check", "--output", ""], "an empty name is not a file to write to"),
        (["check", "--output", "."], ". is not a file to write to"),
        (["check", "--endpoint-url", "https://user:secret@host/"], "a URL with a user"),
        (["demo", "--port", "\u00b2"], "give a number from 1 to 65535"),
        (["check", "--endpoint-url", "http://example.com"], "can't stand in for AWS"),
        (["check", "--endpoint-url", "127.0.0.1:80"], "can't stand in for AWS"),
        (["check", "more"], "unrecognized arguments: more"),
        (
            ["explain", "SageMaker.80"],
            "no control SageMaker.80; did you mean SageMaker.8?",
        ),
        (["explain", "x"], "jupyter sm-guard explain lists them all"),
        (["demo", "--port", "99999"], "give a number from 1 to 65535"),
        (["demo", "--scenario", "complaint"], "did you mean compliant?"),
    ],
)
def test_wrong_use_is_one_line_with_a_way_out(arguments: list[str], says: str) -> None:
    ran = run(*arguments)
    assert ran.code == 2
    assert ran.out == ""
    assert ran.err.startswith("jupyter-sm-guard: ")
    assert ran.err.count("\n") == 1
    assert says in ran.err


def test_version_and_help() -> None:
    assert re.fullmatch(r"jupyter-sm-guard \d+\.\d+\.\d+\n", run("--version").out)
    assert "explain" in run("--help").out
    for command in ("check", "explain", "demo"):
        ran = run(command, "--help")
        assert ran.code == 0
        assert "--" in ran.out


def test_jupyter_finds_it_as_a_subcommand() -> None:
    jupyter = str(Path(sys.executable).parent / "jupyter")
    done = subprocess.run(
        [jupyter, "sm-guard", "--version"], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.startswith("jupyter-sm-guard ")


# --- explain -------------------------------------------------------------------------------------


def test_explain_lists_all_and_tells_one_in_three_forms() -> None:
    every = [*catalog.controls(), *catalog.rules()]
    lines = [line for line in run("explain").out.splitlines() if line]
    assert [line.split()[0] for line in lines] == every
    listed = json.loads(run("explain", "--format", "json").out)
    assert [entry.get("id") or entry["name"] for entry in listed] == every
    assert run("explain", "--format", "markdown").out.count("\n| SageMaker.") == 25
    text = run("explain", "sagemaker.3").out
    for part in (
        "HIGH",
        "What it checks",
        "Why it matters",
        "How to fix",
        "--root-access Disabled",
    ):
        assert part in text
    assert run("explain", "SageMaker.3", "--format", "markdown").out.startswith("# SageMaker.3: ")
    assert json.loads(run("explain", "SageMaker.3", "--format", "json").out)["judged"] is True


def test_explain_shows_the_server_s_verdict_only_if_it_is_this_user_s_and_fresh(
    tmp_path: Path,
) -> None:
    path = tmp_path / "jupyter-sm-guard" / "report.json"
    resource, problem = metadata.classify(Host())
    report = guard.check(Place(), Policy())
    assert report.resource == resource, problem
    store.write(report, path)
    environment = {"JUPYTER_RUNTIME_DIR": str(tmp_path)}
    seen = "On this machine, as of"
    assert seen in run("explain", "SageMaker.1", **environment).out
    flag = IntegrityFlag("endpoint_override", "somebody answered in place of AWS")
    store.write(replace(report, integrity=(flag,)), path)
    assert seen not in run("explain", "SageMaker.1", **environment).out
    store.write(report, path)
    os.chmod(path, 0o644)
    assert seen not in run("explain", "SageMaker.1", **environment).out
    store.write(replace(report, observed_at=utc_now() - timedelta(hours=25)), path)
    assert seen not in run("explain", "SageMaker.1", **environment).out


# --- terminals -----------------------------------------------------------------------------------


def on_terminal(arguments: list[str], columns: int, **environment: str) -> str:
    """What a terminal of that many columns would be sent."""
    leader, follower = pty.openpty()
    kept = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "COLUMNS", "TERM")}
    process = subprocess.Popen(
        [COMMAND, *arguments],
        stdout=follower,
        stdin=subprocess.DEVNULL,
        env={**kept, **KEYS, "COLUMNS": str(columns), "TERM": "xterm", **environment},
    )
    os.close(follower)
    sent = b""
    timer = threading.Timer(60, process.kill)
    timer.start()
    try:
        while chunk := os.read(leader, 65536):
            sent += chunk
    except OSError:  # Linux's way to say that the other side has closed
        pass
    process.wait()
    timer.cancel()
    os.close(leader)
    return sent.decode().replace("\r\n", "\n")


def test_a_terminal_gets_colour_unless_it_asks_for_none(at: At) -> None:
    command = at("mixed")
    assert "\x1b[31;1m" in on_terminal(command, 100)
    assert "\x1b" not in on_terminal(command, 100, NO_COLOR="1")
    assert "\x1b" not in on_terminal(command, 100, TERM="dumb")


@pytest.mark.parametrize("columns", [40, 80, 200])
def test_prose_fits_the_terminal_and_commands_stay_whole(at: At, columns: int) -> None:
    shown = on_terminal(at("mixed"), columns, NO_COLOR="1")
    for line in shown.splitlines():
        words = line.split()
        is_command = line.lstrip().startswith("aws ") or any(len(w) > columns - 25 for w in words)
        assert is_command or len(line) <= columns, line
    assert "aws sagemaker delete-notebook-instance --notebook-instance-name Demo-Notebook " in shown


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_a_terminal_that_knows_few_characters_is_no_bug(at: At, encoding: str) -> None:
    ran = run(*at("mixed"), PYTHONIOENCODING=encoding)
    assert (ran.code, ran.err) == (1, "")
    assert "FAILED          SageMaker.1" in ran.out


def test_the_same_advice_is_given_once(at: At) -> None:
    out = run(*at("no-permission")).out
    assert out.count('"Action": "sagemaker:DescribeNotebookInstance"') == 1
    unknown = list(SCENARIOS["no-permission"].statuses.values()).count("UNKNOWN")
    assert out.count("to do: as for SageMaker.1") == unknown - 1


def piped(arguments: list[str], into: str) -> tuple[int, str]:
    """The command's own exit code behind a pipe or redirection, and what it complained about."""
    line = f"{shlex.join([COMMAND, *arguments])} {into}; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(
        ["bash", "-c", line],
        capture_output=True,
        text=True,
        env={**os.environ, **KEYS},
        check=False,
    )
    return done.returncode, done.stderr


def test_a_reader_that_has_enough_changes_no_verdict(at: At) -> None:
    assert piped(["explain", "--format", "json"], "| head -c 10") == (0, "")
    assert piped(at("mixed"), "| true") == (1, "")


def test_a_result_that_cannot_be_written_is_no_pass(at: At) -> None:
    for into in (">/dev/full", ">&-"):
        code, complaint = piped(at("compliant"), into)
        assert code == 2
        assert complaint.startswith("jupyter-sm-guard: can't write to standard output: ")


def test_output_leaves_links_devices_and_rights_as_they_are(at: At, tmp_path: Path) -> None:
    command = [*at("compliant"), "--format", "json", "--output"]
    target, link = tmp_path / "target.json", tmp_path / "link.json"
    target.write_text("old")
    target.chmod(0o640)
    link.symlink_to(target)
    assert run(*command, str(link)).code == 0
    assert link.is_symlink()
    assert json.loads(target.read_text())["kind"] == "check"
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    assert json.loads(run(*command, "/dev/stdout").out)["kind"] == "check"
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    reader = subprocess.Popen(["cat", fifo], stdout=subprocess.PIPE, text=True)
    assert run(*command, str(fifo)).code == 0
    assert json.loads(reader.communicate(timeout=60)[0])["kind"] == "check"
    assert stat.S_ISFIFO(fifo.stat().st_mode)


def test_a_policy_cannot_write_to_the_terminal(at: At, tmp_path: Path) -> None:
    command = at("compliant")
    policy = tmp_path / "root" / "etc" / "jupyter-sm-guard" / "policy.toml"
    policy.parent.mkdir(parents=True)
    policy.write_text('"\\u001b[2J\\n FAILED  SageMaker.1" = 1')
    out = run(*command).out
    assert "\x1b" not in out
    assert "\n FAILED" not in out
    assert "the policy is not usable" in out


def test_a_bug_of_ours_has_its_own_code_and_no_traceback_of_values(tmp_path: Path) -> None:
    script = (
        "import sys; from jupyter_sm_guard import cli, guard\n"
        "def crash(place): raise RuntimeError('secret')\n"
        "guard.policy_of = crash\n"
        "sys.exit(cli.main(['check']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert done.returncode == 3
    assert "bug of ours" in done.stderr
    assert "RuntimeError" in done.stderr
    assert "secret" not in done.stderr
