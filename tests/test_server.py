"""The server extension on a real Jupyter server, asked over HTTP as a browser would."""

from __future__ import annotations

import asyncio
import functools
import json
import os
import re
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from jupyter import TOKEN, Jupyter, waiting
from tornado.httpclient import HTTPRequest
from tornado.websocket import websocket_connect

import jupyter_sm_guard
from jupyter_sm_guard import catalog
from jupyter_sm_guard.demo.aws import EmbeddedAws
from jupyter_sm_guard.demo.scenarios import INSTANCE, SCENARIOS, lay_out
from jupyter_sm_guard.model import Report
from jupyter_sm_guard.outputs import Display
from jupyter_sm_guard.server import routes
from jupyter_sm_guard.wire import from_json

REPORT = "jupyter-sm-guard/report"
ROUTES = (
    ("GET", REPORT),
    ("POST", REPORT),
    ("GET", "jupyter-sm-guard/checks"),
    ("GET", "jupyter-sm-guard/checks/SageMaker.1"),
    ("GET", f"{REPORT}/text"),
    ("GET", f"{REPORT}/json/SageMaker.1"),
    ("POST", "jupyter-sm-guard/notice"),
    ("POST", "jupyter-sm-guard/snooze"),
    ("DELETE", "jupyter-sm-guard/snooze"),
    ("POST", "jupyter-sm-guard/dismissal"),
    ("POST", "jupyter-sm-guard/lint"),
    ("POST", "jupyter-sm-guard/lint/file"),
)
SCHEMAS = Path(jupyter_sm_guard.__file__).parent / "schemas"
EVENT = "https://jupyter-sm-guard.readthedocs.io/events/report_changed"


@pytest.fixture(scope="module")
def aws() -> Iterator[EmbeddedAws]:
    with EmbeddedAws() as embedded:
        yield embedded


def start(tmp: Path, aws: EmbeddedAws, scenario: str = "non-compliant", **more: Any) -> Jupyter:
    root = tmp / "root"
    lay_out(SCENARIOS[scenario], root, aws)
    arguments = [
        f"--SmGuardApp.root={root}",
        f"--SmGuardApp.endpoint_url={aws.url}",
        *more.pop("arguments", []),
    ]
    return Jupyter(tmp, arguments, **more)


@pytest.fixture(scope="module")
def server(aws: EmbeddedAws, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Jupyter]:
    """One server for all tests that only look."""
    config = {"ServerApp": {"allow_unauthenticated_access": False}}
    with start(tmp_path_factory.mktemp("server"), aws, config=config) as jupyter:
        jupyter.report()
        yield jupyter


def test_the_report_is_the_one_json(server: Jupyter) -> None:
    answer = server.report()
    assert set(answer) == {"report", "running", "age_s", "next_s", "history", "attention", "fixed"}
    assert answer["running"] is False
    assert 0 <= answer["age_s"] < 600
    jsonschema.validate(answer["report"], json.loads((SCHEMAS / "report.schema.json").read_text()))
    statuses = {f["check"]: f["status"] for f in answer["report"]["findings"]}
    assert statuses == dict(SCENARIOS["non-compliant"].statuses)
    assert [flag["flag"] for flag in answer["report"]["integrity"]] == [
        "root_override",
        "endpoint_override",
    ]


def test_the_catalogue(server: Jupyter) -> None:
    checks = server.get("jupyter-sm-guard/checks").json["checks"]
    assert [check["id"] for check in checks] == list(catalog.controls())
    assert server.get("jupyter-sm-guard/checks/SageMaker.21").json == checks[20]


@pytest.mark.parametrize(
    ("method", "path", "status", "reason"),
    [
        ("GET", "jupyter-sm-guard/checks/SageMaker.99", 404, "NOT_FOUND"),
        ("GET", "jupyter-sm-guard/checks/sagemaker.1", 404, "NOT_FOUND"),
        ("PUT", REPORT, 405, "WRONG_METHOD"),
        ("DELETE", REPORT, 405, "WRONG_METHOD"),
        ("GET", f"{REPORT}/pdf", 404, "NOT_FOUND"),
        ("GET", f"{REPORT}/text/SageMaker.99", 404, "NOT_FOUND"),
    ],
)
def test_errors_are_a_reason_and_fixed_text(
    server: Jupyter, method: str, path: str, status: int, reason: str
) -> None:
    answer = server.request(method, path, data=b"{}" if method == "PUT" else None)
    assert answer.status == status
    assert answer.json["reason"] == reason
    assert set(answer.json) == {"reason", "message"}


def test_the_list_above_has_every_route_and_verb() -> None:
    verbs = {
        (verb.upper(), pattern)
        for pattern, handler in routes.ROUTES
        for verb in ("get", "post", "put", "patch", "delete")
        if verb in vars(handler)
    }
    listed = {
        (method, pattern)
        for method, path in ROUTES
        for pattern, _ in routes.ROUTES
        if re.fullmatch(pattern, f"/{path}")
    }
    assert verbs - {("GET", r"/jupyter-sm-guard/report/([a-z]{1,20})")} <= listed


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_a_stranger_gets_nothing(server: Jupyter, method: str, path: str) -> None:
    for headers in ({"Authorization": ""}, {"Authorization": "token wrong"}):
        answer = server.request(method, path, b"{}" if method == "POST" else None, headers)
        assert answer.status in (401, 403)
        assert b"SageMaker" not in answer.body


@pytest.mark.parametrize(("method", "path"), [route for route in ROUTES if route[0] == "GET"])
def test_answers_are_not_to_be_kept_or_guessed_at(server: Jupyter, method: str, path: str) -> None:
    headers = server.request(method, path).headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    kind = "text/plain" if path.startswith(f"{REPORT}/") else "application/json"
    assert headers["Content-Type"].startswith(kind)


def test_looking_is_no_activity_and_changes_nothing(server: Jupyter, aws: EmbeddedAws) -> None:
    before = server.get("api/status?no_track_activity=1").json["last_activity"]
    asked = aws.requests["DescribeNotebookInstance"]
    reports = [server.get(REPORT).json["report"] for _ in range(20)]
    for method, path in ROUTES:
        if method == "GET":
            server.get(path)
    assert server.get("api/status?no_track_activity=1").json["last_activity"] == before
    assert all(report == reports[0] for report in reports)
    assert aws.requests["DescribeNotebookInstance"] == asked


def test_every_handler_says_who_may_call_it(server: Jupyter) -> None:
    """The server looks at start, and lists the handlers that anybody may call."""
    log = server.log.read_text()
    named = re.findall(r"^- \w+ of (\w+) registered for (\S+)$", log, re.MULTILINE)
    assert not [route for _, route in named if "sm-guard" in route]
    assert "jupyter_sm_guard | extension was successfully loaded" in log


def test_one_structured_line_per_evaluation(server: Jupyter) -> None:
    record = server.guard_log[0]
    assert record["event"] == "evaluation"
    assert record["status"] == dict(SCENARIOS["non-compliant"].statuses)
    assert record["resource"].endswith(f"notebook-instance/{INSTANCE.lower()}")
    assert record["changed"] == list(record["status"])
    assert record["duration_s"] > 0


def test_the_report_file_is_whole_and_the_user_s_alone(server: Jupyter) -> None:
    path = server.folder / "runtime" / "jupyter-sm-guard" / "report.json"
    for _ in waiting(20):
        if path.exists():
            break
    about = path.stat()
    assert stat.S_IMODE(about.st_mode) == 0o600
    assert about.st_uid == os.geteuid()
    assert json.loads(path.read_text()) == server.get(REPORT).json["report"]
    assert [entry.name for entry in path.parent.iterdir()] == ["report.json"]


def test_the_server_extension_loads_nothing_heavy() -> None:
    script = (
        "import sys, jupyter_sm_guard.server;"
        "print([m for m in sys.modules if m.split('.')[0] in ('botocore', 'boto3', 'moto')])"
    )
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    assert loaded.stdout.strip() == b"[]"


def test_before_the_first_result_everything_is_unknown(aws: EmbeddedAws, tmp_path: Path) -> None:
    with start(tmp_path, aws, "unreachable") as server:
        first = server.get(REPORT).json
        assert first["age_s"] is None
        assert {(f["status"], f["reason"]) for f in first["report"]["findings"]} == {
            ("UNKNOWN", "NOT_YET_CHECKED")
        }


def test_a_hanging_aws_costs_the_server_nothing(aws: EmbeddedAws, tmp_path: Path) -> None:
    with start(tmp_path, aws, "unreachable") as server:
        for _ in waiting(20):
            if server.get(REPORT).json["running"]:
                break
        with ThreadPoolExecutor(50) as pool:
            answers = list(pool.map(lambda _: server.get(REPORT), range(300)))
        assert {answer.status for answer in answers} == {200}
        assert server.get("api/status").status == 200
        findings = server.report()["report"]["findings"]
        assert {f["reason"] for f in findings if f["status"] == "UNKNOWN"} == {"TIMEOUT"}
        assert [f for f in findings if f["status"] == "PASSED"] == []
        assert aws.requests["DescribeNotebookInstance"] >= 1
        began = time.monotonic()
    assert time.monotonic() - began < 20, "the server did not end by itself"


def test_requests_share_one_check_and_are_told_to_wait(aws: EmbeddedAws, tmp_path: Path) -> None:
    with start(tmp_path, aws) as server:
        server.report()
        asked = aws.requests["DescribeNotebookInstance"]
        aws.update(INSTANCE, KmsKeyId="key-1")
        with ThreadPoolExecutor(10) as pool:
            answers = list(pool.map(lambda _: server.post(REPORT), range(10)))
        statuses = sorted(answer.status for answer in answers)
        assert statuses == [202] + [429] * 9
        late = next(answer for answer in answers if answer.status == 429)
        assert 0 < int(late.headers["Retry-After"]) <= 61
        assert late.json["reason"] == "TOO_SOON"
        for _ in waiting(30):
            answer = server.get(REPORT).json
            if not answer["running"]:
                break
        statuses_now = {f["check"]: f["status"] for f in answer["report"]["findings"]}
        assert statuses_now["SageMaker.21"] == "PASSED"
        assert aws.requests["DescribeNotebookInstance"] == asked + 1
        assert server.guard_log[-1]["changed"] == ["SageMaker.21"]


def test_it_checks_by_itself_at_intervals_and_says_what_changed(
    aws: EmbeddedAws, tmp_path: Path
) -> None:
    with start(tmp_path, aws, arguments=["--SmGuardApp.interval=1"]) as server:
        server.report()
        events = asyncio.run(_events_while(server, lambda: aws.update(INSTANCE, KmsKeyId="key-1")))
        assert {"SageMaker.21"} == {id for event in events for id in event["changed"]}
        newest = server.get(REPORT).json["history"][0]
        assert (newest["check"], newest["before"], newest["after"]) == (
            *("SageMaker.21", "FAILED"),
            "PASSED",
        )
        assert all("status" not in json.dumps(event) for event in events)


def test_who_listens_before_the_first_check_hears_of_it(aws: EmbeddedAws, tmp_path: Path) -> None:
    with start(tmp_path, aws, "unreachable") as server:
        let_go = functools.partial(aws.behave, "DescribeNotebookInstance", None)
        assert server.get(REPORT).json["age_s"] is None, "it must not have been checked yet"
        events = asyncio.run(_events_while(server, let_go))
        assert events[0]["changed"] == [f["check"] for f in server.report()["report"]["findings"]]


async def _events_while(server: Jupyter, change: Any) -> list[dict[str, Any]]:
    """Our events, as a browser hears them, from before `change` until one that names a change."""
    url = f"ws://127.0.0.1:{server.port}{server.base_url}api/events/subscribe"
    headers = {"Authorization": f"token {TOKEN}"}
    socket = await websocket_connect(HTTPRequest(url, headers=headers))
    change()
    heard: list[dict[str, Any]] = []
    while not any(event["changed"] for event in heard):
        message = await asyncio.wait_for(socket.read_message(), 60)
        assert message is not None
        event = json.loads(message)
        if event["schema_id"] == EVENT:
            heard.append({"changed": event["changed"], "observed_at": event["observed_at"]})
    socket.close()
    while await socket.read_message() is not None:  # until it is closed; the loop ends with this
        pass
    return heard


def test_a_missing_permission_is_not_asked_about_again_and_again(
    aws: EmbeddedAws, tmp_path: Path
) -> None:
    with start(tmp_path, aws, "no-permission", arguments=["--SmGuardApp.interval=1"]) as server:
        server.report()
        time.sleep(4)
        assert len(server.guard_log) == 1
        assert set(server.guard_log[0]["reason"].values()) == {"MISSING_PERMISSION"}
        aws.behave("DescribeNotebookInstance", None)
        assert server.post(REPORT).status == 202


def test_as_sagemaker_runs_it_without_a_token_behind_a_prefix(
    aws: EmbeddedAws, tmp_path: Path
) -> None:
    prefix = "/proxy/some-instance/"
    with start(tmp_path, aws, token="", base_url=prefix) as server:
        assert server.report()["report"]["resource"]["name"] == INSTANCE
        refused = server.post(REPORT)
        assert refused.status == 403, "a cross-site POST must not get through"
        token = _xsrf(server)
        allowed = server.post(REPORT, Cookie=f"_xsrf={token}", X_XSRFToken=token)
        assert allowed.status == 202


def _xsrf(server: Jupyter) -> str:
    """What a browser has after it opened any page of the server."""
    import http.client

    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    connection.request("GET", server.base_url + "login")
    response = connection.getresponse()
    response.read()
    cookies = response.headers.get_all("Set-Cookie") or []
    connection.close()
    return next(c.split("=", 1)[1].split(";")[0] for c in cookies if c.startswith("_xsrf="))


AUTHORIZER = """
from jupyter_server.auth import Authorizer, IdentityProvider, User

class Hub(IdentityProvider):
    def get_user(self, handler):
        name = handler.request.headers.get("X-User")
        return User(username=name) if name else None

class ReadersMayLook(Authorizer):
    def is_authorized(self, handler, user, action, resource):
        if resource != "jupyter_sm_guard":
            return True
        return user.username == "owner" or (user.username == "reader" and action == "read")

c.ServerApp.identity_provider_class = Hub
c.ServerApp.authorizer_class = ReadersMayLook
"""


def test_with_many_users_the_authorizer_decides(aws: EmbeddedAws, tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "jupyter_server_config.py").write_text(AUTHORIZER)
    with start(tmp_path, aws) as server:
        token = "x" * 32
        xsrf = {"Cookie": f"_xsrf={token}", "X-XSRFToken": token}
        seen = {
            user: [
                server.request(
                    method, path, b"{}" if method == "POST" else None, {"X-User": user, **xsrf}
                ).status
                for method, path in ROUTES
            ]
            for user in ("guest", "reader", "owner")
        }
    assert seen == {
        "guest": [403] * len(ROUTES),
        "reader": [200 if method == "GET" else 403 for method, _ in ROUTES],
        # 400: an empty body, which only somebody who may is told
        "owner": [200, 202, 200, 200, 200, 200, 200, 400, 200, 400, 400, 400],
    }


@pytest.mark.parametrize("form", sorted(catalog.outputs()))
def test_the_report_written_down_is_what_the_command_prints(server: Jupyter, form: str) -> None:
    report = from_json(Report, server.get(REPORT).json["report"])
    written = server.get(f"{REPORT}/{form}").body.decode()
    assert written == catalog.outputs()[form].render(report, Display())
    one = server.get(f"{REPORT}/{form}/SageMaker.3").body.decode()
    assert "SageMaker.3" in one
    assert "SageMaker.21" not in one


BAD_SNOOZES: tuple[object, ...] = (
    *([], 7, "no JSON", {}, {"days": 1}, {"reason": "why"}),
    *({"days": days, "reason": "why"} for days in (0, -1, 8, 1.5, True, "1", None)),
    *({"days": 1, "reason": reason} for reason in ("", "  ", "a\nb", "\u202e", "x" * 201, 5)),
)


@pytest.mark.parametrize("body", BAD_SNOOZES, ids=range(len(BAD_SNOOZES)))
def test_a_wrong_snooze_is_refused_and_changes_nothing(server: Jupyter, body: object) -> None:
    data = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    answer = server.request("POST", "jupyter-sm-guard/snooze", data)
    assert (answer.status, answer.json["reason"]) == (400, "BAD_REQUEST")
    assert server.get(REPORT).json["attention"]["snooze"] is None


def test_a_large_request_is_refused(server: Jupyter) -> None:
    body = json.dumps({"verdict": "x" * 5000}).encode()
    answer = server.request("POST", "jupyter-sm-guard/dismissal", body)
    assert (answer.status, answer.json["reason"]) == (413, "TOO_LARGE")


def test_a_notice_is_for_one_page_and_wishes_survive_a_restart(
    aws: EmbeddedAws, tmp_path: Path
) -> None:
    home = tmp_path / "root" / str(Path.home())[1:]
    (home / "SageMaker").mkdir(parents=True)
    policy = tmp_path / "root" / "etc" / "jupyter-sm-guard" / "policy.toml"
    policy.parent.mkdir(parents=True)
    policy.write_text(
        "longest_snooze_days = 3\n[ui]\nbanner = true\n[server]\nlog = false\n"
        "[lint]\nprofile = 'default'\nshown_from = 'medium'\nbefore_run = 'ask'\n"
    )
    with start(tmp_path, aws) as server:
        attention = server.report()["attention"]
        assert attention["longest_snooze_days"] == 3
        failing = list(SCENARIOS["non-compliant"].statuses.values()).count("FAILED")
        assert len(attention["notice"]) == failing
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda _: server.post("jupyter-sm-guard/notice"), range(8)))
        told = [answer.json["checks"] for answer in answers]
        assert sorted(map(len, told)) == [0] * 7 + [failing]
        verdict = json.dumps({"verdict": attention["verdict"]}).encode()
        assert server.request("POST", "jupyter-sm-guard/dismissal", verdict).json == {"kept": True}
        too_long = json.dumps({"days": 4, "reason": "later"}).encode()
        assert server.request("POST", "jupyter-sm-guard/snooze", too_long).status == 400
        snooze = json.dumps({"days": 3, "reason": " my admin knows "}).encode()
        assert server.request("POST", "jupyter-sm-guard/snooze", snooze).json == {"kept": True}
        before = server.get(REPORT).json
        assert {change["before"] for change in before["history"]} == {None}
        assert len(before["history"]) == len(SCENARIOS["non-compliant"].statuses)
        assert 0 < before["next_s"] < 1200
        assert before["fixed"] == {
            "banner": True,
            "notices": None,
            "status_bar": None,
            "lint": None,
            "lint_profile": None,  # users may choose a stricter one
            "lint_severity": "medium",
            "lint_on_save": None,
            "lint_before_run": "ask",
        }
        assert server.guard_log == [], "the admin wants no line for each check"
    kept = home / "SageMaker" / ".jupyter-sm-guard" / "attention.json"
    assert "my admin knows" in kept.read_text()
    with start(tmp_path, aws) as server:
        after = server.report()
        assert after["attention"] == {**before["attention"], "notice": []}
        assert after["attention"]["dismissed"]
        assert after["attention"]["snooze"]["reason"] == "my admin knows"
        statuses = [{f["check"]: f["status"] for f in r["report"]["findings"]}
                    for r in (before, after)]  # fmt: skip
        assert statuses[0] == statuses[1], "a snooze must never change a report"
        assert server.request("DELETE", "jupyter-sm-guard/snooze").json == {"kept": True}
        assert server.get(REPORT).json["attention"]["snooze"] is None


def test_a_full_or_read_only_disk_leaves_the_answers(aws: EmbeddedAws, tmp_path: Path) -> None:
    (tmp_path / "runtime").mkdir()
    (tmp_path / "runtime" / "jupyter-sm-guard").write_text("a file where the folder should be")
    with start(tmp_path, aws) as server:
        assert server.report()["report"]["resource"]["name"] == INSTANCE
        assert "Traceback" not in server.log.read_text()


@pytest.mark.parametrize(
    ("argument", "says"),
    [
        ("--SmGuardApp.endpoint_url=http://example.com", "can't stand in for AWS"),
        ("--SmGuardApp.interval=0", "from 1 second to a day"),
        ("--SmGuardApp.interval=nan", "from 1 second to a day"),
        ("--SmGuardApp.root=/nonexistent", "/nonexistent is not a folder"),
    ],
)
def test_wrong_settings_are_named_and_not_used(tmp_path: Path, argument: str, says: str) -> None:
    with Jupyter(tmp_path, [argument]) as server:
        assert server.report()["report"]["integrity"] == []
        assert says in server.log.read_text()
