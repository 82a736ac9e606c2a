"""Whatever AWS, the network or the credentials do, a check ends, leaves nothing behind, and passes
only on verified evidence. Every case is end to end: real child process, real botocore, real TCP."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from faults.machine import (
    KEYS,
    SECRETS,
    children,
    notebook_instance,
    nothing_left_behind,
)
from faults.server import (
    ARN,
    GONE,
    NON_COMPLIANT,
    REQUEST_ID,
    SITUATIONS,
    Behaviour,
    Server,
    described,
    says,
)
from faults.verdicts import (
    ALL_FAILED,
    ALL_PASSED,
    DEADLINE,
    FAILED,
    GRACE,
    READERS,
    SHORT,
    Verdicts,
    all_unknown,
    checked,
    unknown,
    verdicts,
)

from jupyter_sm_guard import guard
from jupyter_sm_guard.model import Reason, Report, Status
from jupyter_sm_guard.place import Place
from jupyter_sm_guard.policy import Policy
from jupyter_sm_guard.wire import to_json

pytestmark = [pytest.mark.floor, pytest.mark.usefixtures("static_keys")]

DESCRIBE = "DescribeNotebookInstance"

# Which reason each situation has; none of them says anything about our instance.
WHOLE_ANSWER = {
    Reason.TIMEOUT: ("hang", "drip header", "drip body"),
    Reason.UNREACHABLE: (
        "reset",
        "reset within the body",
        "no HTTP",
        "endless header",
        "thousand headers",
    ),
    Reason.CAPTIVE: (
        "redirect to a login page",
        "redirect with an answer",
        "login page",
        "login page without a type",
        "login page that says it is JSON",
        "login page 403",
        "network authentication required",
    ),
    Reason.BAD_RESPONSE: (
        "empty body",
        "empty body without request id",
        "empty object",
        "empty object without request id",
        "no request id",
        "body shorter than promised",
        "body cut within",
        "body longer than promised",
        "no length",
        "no length and cut within",
        "length that is no number",
        "chunked",
        "chunked with a length",
        "request id of spaces",
        "request id of control characters",
        "a setting twice",
        "the ARN twice",
        "status with a space",
        "JSON list",
        "JSON null",
        "JSON number",
        "JSON text",
        "broken JSON",
        "two objects",
        "nested 200,000 deep",
        "UTF-16",
        "not UTF-8",
        "NUL bytes",
        "gzip",
        "300 MB",
        "HTTP 201",
        "HTTP 203",
        "HTTP 204",
        "internal error",
        "unavailable",
        "internal error as a page",
        "unavailable as a page",
        "error without a body",
        "error with the answer in it",
        "error of wrong types",
        "no ARN",
        "ARN of a wrong type",
        "no status",
        "empty status",
        "status of a wrong type",
    ),
    Reason.THROTTLED: ("throttled", "too many requests"),
    Reason.MISSING_PERMISSION: (
        "denied",
        "denied explicitly",
        "denied by SCP",
        "denied by endpoint policy",
    ),
    Reason.EXPIRED_CREDENTIALS: ("expired token", "unknown key", "wrong signature"),
    Reason.CLOCK_SKEW: ("clock slow", "clock fast", "clock skewed"),
    Reason.IDENTITY_MISMATCH: (
        "other account",
        "other instance",
        "other Region",
        "other partition",
        "other name",
        "ARN with a look-alike letter",
        "no such instance",
        "Stopped",
        "stopped in small letters",
        "Deleting",
        "Updating",
        "Failed",
    ),
}
ENDS_AT_THE_DEADLINE = {"hang", "drip header", "drip body", "black hole"}

OUTSIDE_THE_API = {
    "a number": 1,
    "true": True,
    "false": False,
    "a list": ["Disabled"],
    "an object": {"Value": "Disabled"},
    "a sentence": "Disabled for all but root",
    "a line break": "Disabled\n",
    "a letter of another alphabet": "D\u0456sabled",
}


@dataclass(frozen=True)
class Case:
    """A way to answer, and what every control must make of it."""

    behaviour: Behaviour
    expected: Verdicts
    deadline: float = DEADLINE
    backlog: int | None = 64


def _case(expected: Mapping[str, tuple[Status, Reason | None]], **fields: Any) -> Case:
    return Case(says(described(**fields)), {**ALL_PASSED, **expected})


def _field_cases() -> Iterator[tuple[str, Case]]:
    for what, value in OUTSIDE_THE_API.items():
        answer = says(described(**dict.fromkeys(READERS, value)))
        yield f"every field is {what}", Case(answer, all_unknown(Reason.UNKNOWN_VALUE))
    for field, readers in READERS.items():
        broken = dict.fromkeys(readers, unknown(Reason.UNKNOWN_VALUE))
        yield f"{field} is a sentence", _case(broken, **{field: "Disabled for all but root"})
    for field in ("DirectInternetAccess", "RootAccess", "PlatformIdentifier"):
        missing = dict.fromkeys(READERS[field], unknown(Reason.FIELD_MISSING))
        for what, value in {"missing": GONE, "null": None}.items():
            yield f"{field} is {what}", _case(missing, **{field: value})


CONTRADICTION = dict.fromkeys(READERS["SubnetId"], unknown(Reason.EVIDENCE_INCONSISTENT))
CASES: dict[str, Case] = {
    "compliant": _case({}),
    "not compliant": Case(says(described(NON_COMPLIANT)), ALL_FAILED),
    "the ARN in capitals": _case({}, NotebookInstanceArn=ARN.upper()),
    "Pending": _case({}, NotebookInstanceStatus="Pending"),
    "a status nobody knows": _case({}, NotebookInstanceStatus="Hibernating"),
    "a field nobody knows": _case({}, TomorrowsField={"Enabled": [True]}),
    "SubnetId is missing though access is disabled": _case(CONTRADICTION, SubnetId=GONE),
    "SubnetId is null though access is disabled": _case(CONTRADICTION, SubnetId=None),
    "SubnetId is empty": _case(
        dict.fromkeys(READERS["SubnetId"], unknown(Reason.UNKNOWN_VALUE)), SubnetId=""
    ),
    "SubnetId is missing": _case(
        {"SageMaker.1": FAILED, "SageMaker.2": FAILED},
        SubnetId=GONE,
        DirectInternetAccess="Enabled",
    ),
    "KmsKeyId is missing": _case({"SageMaker.21": FAILED}, KmsKeyId=GONE),
    "KmsKeyId is empty": _case({"SageMaker.21": FAILED}, KmsKeyId=""),
    "DirectInternetAccess has a new word": _case(
        {"SageMaker.1": unknown(Reason.UNKNOWN_VALUE)}, DirectInternetAccess="Restricted"
    ),
    "DirectInternetAccess in small letters": _case(
        {"SageMaker.1": unknown(Reason.UNKNOWN_VALUE)}, DirectInternetAccess="disabled"
    ),
    "RootAccess has a new word": _case(
        {"SageMaker.3": unknown(Reason.UNKNOWN_VALUE)}, RootAccess="Sometimes"
    ),
    "PlatformIdentifier has a new word": _case(
        {"SageMaker.8": unknown(Reason.UNKNOWN_VALUE)}, PlatformIdentifier="notebook-next"
    ),
    "the port is closed": Case(says(), all_unknown(Reason.UNREACHABLE), backlog=None),
    "black hole": Case(says(), all_unknown(Reason.TIMEOUT), SHORT, backlog=0),
    **dict(_field_cases()),
    **{
        situation: Case(
            SITUATIONS[situation],
            all_unknown(reason),
            SHORT if situation in ENDS_AT_THE_DEADLINE else DEADLINE,
        )
        for reason, situations in WHOLE_ANSWER.items()
        for situation in situations
    },
}


@dataclass(frozen=True)
class Outcome:
    """What a check of one case gave."""

    report: Report
    seconds: float
    asked: int


@pytest.fixture(scope="module")
def outcomes(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Mapping[str, Outcome]]:
    """The cases that this run asks for, some at a time: most of their time is waiting."""
    root = notebook_instance(tmp_path_factory.mktemp("instance"))

    def outcome(case: Case) -> Outcome:
        with Server(case.behaviour, backlog=case.backlog) as aws:
            report, seconds = checked(Place(root, aws.url), Policy(), case.deadline)
        return Outcome(report, seconds, len(aws.requests))

    calls = [getattr(item, "callspec", None) for item in request.session.items]
    wanted = {call.params["situation"] for call in calls if call and "situation" in call.params}
    with pytest.MonkeyPatch.context() as patch, ThreadPoolExecutor(4) as pool:
        for name, value in KEYS.items():
            patch.setenv(name, value)
        futures = {name: pool.submit(outcome, CASES[name]) for name in CASES if name in wanted}
        yield {name: future.result() for name, future in futures.items()}


def test_every_situation_has_its_reason_in_the_table() -> None:
    assert sorted(s for group in WHOLE_ANSWER.values() for s in group) == sorted(SITUATIONS)


@pytest.mark.parametrize("situation", CASES)
def test_every_control_says_what_the_answer_is_worth(
    situation: str, outcomes: Mapping[str, Outcome]
) -> None:
    assert verdicts(outcomes[situation].report) == CASES[situation].expected


@pytest.mark.parametrize("situation", CASES)
def test_the_check_ends_in_time_and_asks_twice_at_most(
    situation: str, outcomes: Mapping[str, Outcome]
) -> None:
    outcome = outcomes[situation]
    assert outcome.seconds <= CASES[situation].deadline + GRACE
    assert outcome.asked <= 2


@pytest.mark.parametrize("situation", CASES)
def test_what_passes_shows_aws_own_words_and_what_does_not_says_why(
    situation: str, outcomes: Mapping[str, Outcome]
) -> None:
    report = outcomes[situation].report
    for finding in report.findings:
        if finding.status in (Status.PASSED, Status.FAILED):
            asked = {row.request_id for row in finding.evidence if row.source == DESCRIBE}
            assert asked == {REQUEST_ID}
        elif finding.status is not Status.NOT_APPLICABLE:
            assert finding.because
            assert finding.steps
    text = json.dumps(to_json(report))
    assert not [secret for secret in SECRETS if secret in text]


@pytest.mark.parametrize("situation", WHOLE_ANSWER[Reason.MISSING_PERMISSION])
def test_a_denial_names_the_permission_to_ask_for(
    situation: str, outcomes: Mapping[str, Outcome]
) -> None:
    finding = outcomes[situation].report.findings[0]
    statement = json.loads(finding.steps[0].command or "")["Statement"][0]
    assert statement["Action"] == "sagemaker:DescribeNotebookInstance"
    assert statement["Resource"] == ARN


@pytest.mark.parametrize("situation", ["broken JSON", "two objects", "NUL bytes", "empty body"])
def test_what_is_no_json_is_called_so(situation: str, outcomes: Mapping[str, Outcome]) -> None:
    assert "not JSON" in outcomes[situation].report.findings[0].because


@pytest.mark.parametrize(
    "situation", ["compliant", "hang", "drip body", "reset", "body cut within", "300 MB"]
)
def test_nothing_is_left_behind(situation: str, machine_of: Callable[[Server], Place]) -> None:
    case = CASES[situation]
    with nothing_left_behind(), Server(case.behaviour) as aws:
        guard.check(machine_of(aws), Policy(), min(case.deadline, 1.5))


def test_nothing_is_left_behind_by_thirty_checks(machine_of: Callable[[Server], Place]) -> None:
    with nothing_left_behind(), Server(SITUATIONS["drip body"]) as aws:
        for _ in range(30):
            guard.check(machine_of(aws), Policy(), 0.2)


@pytest.mark.parametrize("deadline", [0.0, 0.01, 0.2])
def test_a_deadline_that_nobody_can_keep_is_a_timeout(
    deadline: float, machine_of: Callable[[Server], Place]
) -> None:
    with nothing_left_behind(), Server(says()) as aws:
        report, seconds = checked(machine_of(aws), Policy(), deadline)
    assert verdicts(report) == all_unknown(Reason.TIMEOUT)
    assert seconds <= deadline + GRACE


def test_the_child_is_alone_and_knows_no_secret_but_by_its_standard_input(
    machine_of: Callable[[Server], Place],
) -> None:
    before = children()
    with Server(SITUATIONS["hang"]) as aws, ThreadPoolExecutor(1) as pool:
        check = pool.submit(guard.check, machine_of(aws), Policy(), DEADLINE)
        while not aws.requests and not check.done():
            time.sleep(0.02)
        (child,) = children() - before
        process = Path("/proc", str(child))
        arguments = (process / "cmdline").read_bytes().split(b"\0")
        environment = (process / "environ").read_text().strip("\0").split("\0")
        limits = (process / "limits").read_text()
        folder, session = os.readlink(process / "cwd"), os.getsid(child)
        os.kill(child, 9)
        report = check.result()
    assert b"-I" in arguments
    assert sorted(entry.partition("=")[0] for entry in environment) == ["HOME", "LANG", "PATH"]
    assert not [secret for secret in SECRETS if secret.encode() in b"".join(arguments)]
    assert folder == "/"
    assert session == child
    assert limits.split("Max core file size")[1].split()[:2] == ["0", "0"]
    assert verdicts(report) == all_unknown(Reason.INTERNAL_ERROR)


def test_a_child_that_does_not_read_is_not_waited_for(
    machine_of: Callable[[Server], Place], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Standing in for Python; the request is larger than a pipe holds."""
    deaf = tmp_path / "deaf"
    deaf.write_text("#!/bin/sh\nexec sleep 60\n")
    deaf.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(deaf))
    for name in ("AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.setenv(name, "\udc80" * 8000)
    with Server(says()) as server:
        report, seconds = checked(machine_of(server), Policy(), 1.0)
    assert seconds <= 1.0 + GRACE
    assert verdicts(report) == all_unknown(Reason.TIMEOUT)


def test_a_child_that_no_longer_moves_is_killed(machine_of: Callable[[Server], Place]) -> None:
    before = children()
    with (
        nothing_left_behind(),
        Server(SITUATIONS["hang"]) as aws,
        ThreadPoolExecutor(1) as pool,
    ):
        check = pool.submit(checked, machine_of(aws), Policy(), SHORT)
        while not (children() - before) and not check.done():
            time.sleep(0.02)
        (child,) = children() - before
        started = Path(f"/proc/{child}/cmdline")
        # before it is a program of its own, its parent waits for that
        while started.read_bytes() == Path("/proc/self/cmdline").read_bytes():
            time.sleep(0.02)
        os.kill(child, signal.SIGSTOP)
        try:
            report, seconds = check.result(timeout=4 * SHORT)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
    assert verdicts(report) == all_unknown(Reason.TIMEOUT)
    assert seconds <= SHORT + GRACE


def test_the_child_runs_the_code_of_its_parent_though_another_copy_is_installed(
    tmp_path: Path,
) -> None:
    package = Path(guard.__file__).parent
    copy = shutil.copytree(
        package, tmp_path / package.name, ignore=shutil.ignore_patterns("labextension")
    )
    source = copy / "sources" / "sagemaker_api.py"
    source.write_text(f"{source.read_text()}\nobserve(None)  # crashes\n")
    code = (
        "from jupyter_sm_guard import aws, collector, host, model, sources\n"
        "source = sources.Source('sagemaker_api', '', ('RootAccess',), frozenset(), print)\n"
        "way = aws.Aws('eu-central-1', metadata_services=False)\n"
        "resource = model.Resource(model.ResourceKind.UNKNOWN)\n"
        "facts = collector.collect({source.name: source}, host.Host(), resource, way, 8.0).facts\n"
        "print(facts['RootAccess'].reason.value)\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        cwd=tmp_path,
        capture_output=True,
        check=True,
        text=True,
    )
    assert result.stdout.strip() == "INTERNAL_ERROR"
