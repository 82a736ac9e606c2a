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
from botocore.loaders import Loader
from faults import namespace
from faults.machine import (
    KEY,
    KEYS,
    SECRETS,
    TOKEN,
    Certificate,
    certificate,
    children,
    notebook_instance,
    nothing_left_behind,
    write,
)
from faults.server import (
    ARN,
    COMPLIANT,
    GONE,
    HOST,
    NON_COMPLIANT,
    PAGE,
    REQUEST_ID,
    SITUATIONS,
    Behaviour,
    Server,
    described,
    says,
)

from jupyter_sm_guard import catalog, collector, guard, metadata
from jupyter_sm_guard.aws import Aws
from jupyter_sm_guard.host import Host
from jupyter_sm_guard.model import Known, Reason, Report, Status, Unknown
from jupyter_sm_guard.place import Place
from jupyter_sm_guard.policy import Policy
from jupyter_sm_guard.wire import to_json

pytestmark = pytest.mark.floor

DESCRIBE = "DescribeNotebookInstance"
DEADLINE = 8.0
SHORT = 2.5
GRACE = 0.5

Verdicts = Mapping[str, tuple[Status, Reason | None]]

PASSED = (Status.PASSED, None)
FAILED = (Status.FAILED, None)
ALL_PASSED: Verdicts = {f"SageMaker.{n}": PASSED for n in (1, 2, 3, 8, 21)}
ALL_FAILED: Verdicts = {f"SageMaker.{n}": FAILED for n in (1, 2, 3, 8, 21)}


def unknown(reason: Reason) -> tuple[Status, Reason]:
    """One control's verdict where its evidence is missing."""
    return Status.UNKNOWN, reason


def all_unknown(reason: Reason) -> Verdicts:
    """Every control's verdict where the whole answer is missing."""
    return dict.fromkeys(ALL_PASSED, unknown(reason))


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

# Which fields decide which control, when everything else is compliant.
READERS = {
    "DirectInternetAccess": ("SageMaker.1",),
    "SubnetId": ("SageMaker.1", "SageMaker.2"),
    "RootAccess": ("SageMaker.3",),
    "PlatformIdentifier": ("SageMaker.8",),
    "KmsKeyId": ("SageMaker.21",),
}
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


def verdicts(report: Report) -> Verdicts:
    """Status and reason of every finding on a control of AWS's, which the answer decides."""
    return {f.check: (f.status, f.reason) for f in report.findings if f.check in ALL_PASSED}


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Static keys, and a home folder of our own."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name, value in {**KEYS, "HOME": str(tmp_path / "home")}.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def place(tmp_path: Path) -> Callable[[Server], Place]:
    """A notebook instance for which that server is AWS."""
    root = notebook_instance(tmp_path / "root")
    return lambda aws: Place(root, aws.url)


def vouched(machine: Place, certificate: Certificate) -> str:
    """Put the certificate onto the machine; its path there, as a policy names it."""
    path = "/etc/pki/internal.pem"
    write(machine.host.path(path), certificate.path.read_text())
    return path


def checked(place: Place, policy: Policy, deadline: float) -> tuple[Report, float]:
    """The report and how long it took."""
    began = time.monotonic()
    report = guard.check(place, policy, deadline)
    return report, time.monotonic() - began


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
def test_nothing_is_left_behind(situation: str, place: Callable[[Server], Place]) -> None:
    case = CASES[situation]
    with nothing_left_behind(), Server(case.behaviour) as aws:
        guard.check(place(aws), Policy(), min(case.deadline, 1.5))


def test_nothing_is_left_behind_by_thirty_checks(place: Callable[[Server], Place]) -> None:
    with nothing_left_behind(), Server(SITUATIONS["drip body"]) as aws:
        for _ in range(30):
            guard.check(place(aws), Policy(), 0.2)


@pytest.mark.parametrize("deadline", [0.0, 0.01, 0.2])
def test_a_deadline_that_nobody_can_keep_is_a_timeout(
    deadline: float, place: Callable[[Server], Place]
) -> None:
    with nothing_left_behind(), Server(says()) as aws:
        report, seconds = checked(place(aws), Policy(), deadline)
    assert verdicts(report) == all_unknown(Reason.TIMEOUT)
    assert seconds <= deadline + GRACE


def test_the_child_is_alone_and_knows_no_secret_but_by_its_standard_input(
    place: Callable[[Server], Place],
) -> None:
    before = children()
    with Server(SITUATIONS["hang"]) as aws, ThreadPoolExecutor(1) as pool:
        check = pool.submit(guard.check, place(aws), Policy(), DEADLINE)
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
    place: Callable[[Server], Place], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Standing in for Python; the request is larger than a pipe holds."""
    deaf = tmp_path / "deaf"
    deaf.write_text("#!/bin/sh\nexec sleep 60\n")
    deaf.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(deaf))
    for name in ("AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.setenv(name, "\udc80" * 8000)
    with Server(says()) as server:
        report, seconds = checked(place(server), Policy(), 1.0)
    assert seconds <= 1.0 + GRACE
    assert verdicts(report) == all_unknown(Reason.TIMEOUT)


def test_a_child_that_no_longer_moves_is_killed(place: Callable[[Server], Place]) -> None:
    before = children()
    with (
        nothing_left_behind(),
        Server(SITUATIONS["hang"]) as aws,
        ThreadPoolExecutor(1) as pool,
    ):
        check = pool.submit(checked, place(aws), Policy(), SHORT)
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


# --- names and certificates


def in_namespaces(root: Path, situation: str) -> dict[str, Any]:
    """What happens where the only network is loopback; skips where namespaces are forbidden."""
    command = namespace.command(root, situation)
    if subprocess.run([*command[: command.index(sys.executable)], "true"], check=False).returncode:
        if os.environ.get("CI") == "true":
            pytest.fail("this machine forbids namespaces, and CI must not leave this untested")
        pytest.skip("this machine forbids namespaces (unshare --mount --net)")
    path = os.pathsep.join([str(Path(__file__).parent), *filter(None, sys.path)])
    result = subprocess.run(
        command, env={**os.environ, "PYTHONPATH": path}, capture_output=True, check=False, text=True
    )
    assert result.returncode == 0, result.stderr
    outcome: dict[str, Any] = json.loads(result.stdout)
    return outcome


@pytest.mark.parametrize(
    ("situation", "seconds"),
    [
        ("the name server is mute", 3.0 + GRACE),
        ("the name server knows no such name", 3.0),
        ("the name server sends rubbish", 3.0 + GRACE),
    ],
)
def test_a_dead_name_server_is_named(situation: str, seconds: float, tmp_path: Path) -> None:
    seen = in_namespaces(notebook_instance(tmp_path), situation)
    assert seen["outcome"] == {c: ["UNKNOWN", "DNS"] for c in ALL_PASSED}
    assert seen["asked"]
    assert seen["seconds"] <= seconds


@pytest.mark.parametrize(
    ("situation", "outcome"),
    [
        ("the metadata service gives credentials", "known"),
        ("the metadata service hangs", "NO_CREDENTIALS"),
        ("the metadata service sends rubbish", "NO_CREDENTIALS"),
    ],
)
def test_the_execution_role_comes_from_the_metadata_service_at_its_own_address(
    situation: str, outcome: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in KEYS:
        monkeypatch.delenv(name)
    seen = in_namespaces(notebook_instance(tmp_path), situation)
    assert seen["outcome"] == outcome, seen
    assert ["REALROLE" in header for header in seen["signed"]] == [True] * (outcome == "known")
    assert seen["asked"]
    assert seen["forger asked"] == 0


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """A certificate that nobody trusts by himself."""
    return certificate(tmp_path_factory.mktemp("certificate"))


def test_a_certificate_that_nobody_vouches_for_is_refused(
    ours: Certificate, place: Callable[[Server], Place]
) -> None:
    with Server(says(), tls=ours.context) as aws:
        report = guard.check(place(aws), Policy(), DEADLINE)
    assert verdicts(report) == all_unknown(Reason.TLS)
    assert aws.requests == []


def test_the_policy_may_vouch_for_a_certificate(
    ours: Certificate, place: Callable[[Server], Place]
) -> None:
    with Server(says(), tls=ours.context) as aws:
        machine = place(aws)
        report = guard.check(machine, Policy(ca_bundle=vouched(machine, ours)), DEADLINE)
    assert verdicts(report) == ALL_PASSED


@pytest.mark.parametrize("content", [None, "", "no certificate\n"])
def test_a_ca_bundle_that_is_none_is_a_matter_of_tls(
    content: str | None, ours: Certificate, place: Callable[[Server], Place]
) -> None:
    with Server(says(), tls=ours.context) as aws:
        machine = place(aws)
        if content is not None:
            write(machine.host.path("/bundle.pem"), content)
        report = guard.check(machine, Policy(ca_bundle="/bundle.pem"), DEADLINE)
    assert verdicts(report) == all_unknown(Reason.TLS)


def test_plain_http_on_a_tls_port_is_no_answer(place: Callable[[Server], Place]) -> None:
    with Server(says()) as aws:
        url = aws.url.replace("http:", "https:")
        report = guard.check(Place(place(aws).root, url), Policy(), DEADLINE)
    assert verdicts(report) == all_unknown(Reason.TLS)


# --- proxies


def test_the_proxy_of_the_policy_is_used(ours: Certificate, tmp_path: Path) -> None:
    root = notebook_instance(tmp_path)
    with Server(says(), tls=ours.context, tunnel=True) as proxy:
        policy = Policy(proxy=proxy.url, ca_bundle=vouched(Place(root), ours))
        report = guard.check(Place(root), policy, DEADLINE)
    assert verdicts(report) == ALL_PASSED
    assert proxy.requests[0].line.startswith(f"CONNECT {HOST}:443 ")


def test_a_proxy_that_is_away_is_said(tmp_path: Path) -> None:
    root = notebook_instance(tmp_path)
    with Server(says(), backlog=None) as proxy:
        report = guard.check(Place(root), Policy(proxy=proxy.url), DEADLINE)
    assert verdicts(report) == all_unknown(Reason.UNREACHABLE)
    assert "proxy" in report.findings[0].because


# --- forgeries: each offers a compliant answer, or code to run, where the user may put it

FORGED_PROXY = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy")
ENVIRONMENTS: dict[str, Callable[[str, Path], Mapping[str, str]]] = {
    "AWS_ENDPOINT_URL": lambda url, _: {"AWS_ENDPOINT_URL": url},
    "AWS_ENDPOINT_URL_SAGEMAKER": lambda url, _: {"AWS_ENDPOINT_URL_SAGEMAKER": url},
    "proxies": lambda url, _: dict.fromkeys(FORGED_PROXY, url),
    "AWS_CONFIG_FILE": lambda url, home: {
        "AWS_CONFIG_FILE": str(write(home / "c", f"[default]\nendpoint_url = {url}\n"))
    },
    "AWS_DATA_PATH": lambda _, home: {"AWS_DATA_PATH": str(forged_models(home / "data"))},
    "PYTHONPATH": lambda _, home: {
        "PYTHONPATH": str(write(home / "path" / "sitecustomize.py", runs(home)).parent)
    },
    "a botocore on PYTHONPATH": lambda _, home: {
        "PYTHONPATH": str(write(home / "path" / "botocore.py", runs(home)).parent)
    },
    "PYTHONUSERBASE": lambda _, home: {
        "PYTHONUSERBASE": str(home / "base"),
        "X": str(write(home / "base" / site_packages() / "usercustomize.py", runs(home))),
    },
}
HOMES: dict[str, Callable[[str, Path], object]] = {
    "endpoint_url in ~/.aws/config": lambda url, home: write(
        home / ".aws/config", f"[default]\nendpoint_url = {url}\n"
    ),
    "a services section in ~/.aws/config": lambda url, home: write(
        home / ".aws/config",
        f"[default]\nservices = s\n[services s]\nsagemaker =\n  endpoint_url = {url}\n",
    ),
    "a process in ~/.aws/config": lambda _, home: write(
        home / ".aws/config", f"[default]\ncredential_process = touch {home}/executed\n"
    ),
    "~/.aws/models": lambda _, home: forged_models(home / ".aws/models"),
    "usercustomize": lambda _, home: write(
        home / ".local" / site_packages() / "usercustomize.py", runs(home)
    ),
}


def site_packages() -> str:
    """Where a user's own packages lie below his base."""
    return f"lib/python{sys.version_info[0]}.{sys.version_info[1]}/site-packages"


def runs(home: Path) -> str:
    """Code that leaves a trace."""
    return f"open({str(home / 'executed')!r}, 'w')\n"


def forged_models(folder: Path) -> Path:
    """A service model that reads every field of the answer from one that is compliant."""
    model = Loader().load_service_model("sagemaker", "service-2", "2017-07-24")
    members = model["shapes"]["DescribeNotebookInstanceOutput"]["members"]
    for field in READERS:
        members[field] = {**members[field], "locationName": f"Forged{field}"}
    write(folder / "sagemaker" / "2017-07-24" / "service-2.json", json.dumps(model))
    return folder


@pytest.fixture
def honest_and_forger(ours: Certificate) -> Iterator[tuple[Server, Server]]:
    """AWS, reached by the policy's proxy, and somebody who offers a compliant answer."""
    forged = {f"Forged{field}": COMPLIANT[field] for field in READERS}
    answer = says(described(NON_COMPLIANT, **forged))
    with Server(answer, tls=ours.context, tunnel=True) as aws, Server(says()) as forger:
        yield aws, forger


def _nothing_is_forged(
    root: Path, home: Path, servers: tuple[Server, Server], ours: Certificate
) -> None:
    aws, forger = servers
    machine = Place(notebook_instance(root))
    policy = Policy(proxy=aws.url, ca_bundle=vouched(machine, ours))
    report = guard.check(machine, policy, DEADLINE)
    assert verdicts(report) == ALL_FAILED
    assert forger.requests == []
    assert not (home / "executed").exists()


@pytest.mark.parametrize("forgery", ENVIRONMENTS)
def test_the_environment_forges_nothing(
    forgery: str,
    honest_and_forger: tuple[Server, Server],
    ours: Certificate,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in ENVIRONMENTS[forgery](honest_and_forger[1].url, tmp_path / "home").items():
        monkeypatch.setenv(name, value)
    _nothing_is_forged(tmp_path / "root", tmp_path / "home", honest_and_forger, ours)


@pytest.mark.parametrize("forgery", HOMES)
def test_the_home_folder_forges_nothing(
    forgery: str,
    honest_and_forger: tuple[Server, Server],
    ours: Certificate,
    tmp_path: Path,
) -> None:
    below_the_root = tmp_path / "root" / str(tmp_path / "home").lstrip("/")
    for home in (tmp_path / "home", below_the_root):
        HOMES[forgery](honest_and_forger[1].url, home)
    _nothing_is_forged(tmp_path / "root", tmp_path / "home", honest_and_forger, ours)
    assert not (below_the_root / "executed").exists()


@pytest.mark.parametrize(
    "forgery", [n for n in (*ENVIRONMENTS, *HOMES) if "PYTHON" not in n and n != "usercustomize"]
)
def test_the_call_itself_takes_nothing_from_where_the_child_would_not_even_look(
    forgery: str, tmp_path: Path, honest_and_forger: tuple[Server, Server], ours: Certificate
) -> None:
    aws, forger = honest_and_forger
    home = tmp_path / "home"
    forged = {**ENVIRONMENTS, **HOMES}[forgery](forger.url, home)
    environment = forged if isinstance(forged, dict) else {}
    way = Aws(
        "eu-central-1",
        proxy=aws.url,
        ca_bundle=str(ours.path),
        credentials=KEYS,
        home=str(home),
        metadata_services=False,
    )
    assert _root_access_by_a_bare_call(way, environment, tmp_path) == "Enabled"
    assert forger.requests == []
    assert not (home / "executed").exists()


def test_the_call_itself_takes_no_proxy_from_the_environment(tmp_path: Path) -> None:
    with Server(says(described(NON_COMPLIANT))) as aws, Server(says()) as forger:
        way = Aws("eu-central-1", endpoint_url=aws.url, credentials=KEYS, metadata_services=False)
        environment = dict.fromkeys(FORGED_PROXY, forger.url)
        assert _root_access_by_a_bare_call(way, environment, tmp_path) == "Enabled"
    assert forger.requests == []


def _root_access_by_a_bare_call(way: Aws, environment: Mapping[str, str], folder: Path) -> str:
    code = (
        "from jupyter_sm_guard.aws import Aws, call\n"
        f"way = {way!r}\n"
        "about = {'NotebookInstanceName': 'x'}\n"
        "print(call(way, 'sagemaker', 'DescribeNotebookInstance', about, id).body['RootAccess'])"
    )
    path = str(Path(guard.__file__).parents[1])
    result = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, **environment, "PYTHONPATH": path},
        cwd=folder,
        capture_output=True,
        check=True,
        text=True,
    )
    return result.stdout.strip()


def test_proxies_of_the_environment_are_not_used_for_an_endpoint_of_our_own(
    place: Callable[[Server], Place], monkeypatch: pytest.MonkeyPatch
) -> None:
    with Server(says(described(NON_COMPLIANT))) as aws, Server(says()) as forger:
        for name in FORGED_PROXY:
            monkeypatch.setenv(name, forger.url)
        assert verdicts(guard.check(place(aws), Policy(), DEADLINE)) == ALL_FAILED
    assert forger.requests == []


@pytest.mark.parametrize(
    "name",
    ["AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "~/.aws/config"],
)
def test_only_the_policy_vouches_for_certificates(
    name: str,
    ours: Certificate,
    place: Callable[[Server], Place],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bundle = f"[default]\nca_bundle = {ours.path}\n"
    for home in (tmp_path / "home", tmp_path / "root" / str(tmp_path / "home").lstrip("/")):
        if name == "~/.aws/config":
            write(home / ".aws/config", bundle)
    monkeypatch.setenv(name, str(ours.path))
    with Server(says(), tls=ours.context) as forger:
        report = guard.check(place(forger), Policy(), DEADLINE)
    assert verdicts(report) == all_unknown(Reason.TLS)
    assert forger.requests == []


# --- credentials

STATIC = f"aws_access_key_id = {KEY}\naws_secret_access_key = {SECRETS[1]}\n"
ROLE_PROFILE = (
    "[profile r]\nrole_arn = arn:aws:iam::111122223333:role/r\nsource_profile = default\n"
)
CONTAINER_ANSWER = {
    "AccessKeyId": KEY,
    "SecretAccessKey": SECRETS[1],
    "Token": TOKEN,
    "Expiration": "2099-01-01T00:00:00Z",
}
NO_KEYS = dict.fromkeys(KEYS)


@dataclass(frozen=True)
class Chain:
    """Where credentials are, and whether they are found."""

    environment: Mapping[str, str | None]
    files: Mapping[str, str | bytes]
    found: bool


CHAINS = {
    "keys in the environment": Chain({}, {}, True),
    "keys and a token in the environment": Chain({"AWS_SESSION_TOKEN": TOKEN}, {}, True),
    "keys in the environment before a profile": Chain({"AWS_PROFILE": "nobody"}, {}, True),
    "nothing": Chain(NO_KEYS, {}, False),
    "a key without its secret": Chain({"AWS_SECRET_ACCESS_KEY": None}, {}, False),
    "a secret without its key": Chain({"AWS_ACCESS_KEY_ID": None}, {}, False),
    "empty keys": Chain(dict.fromkeys(KEYS, ""), {}, False),
    "a key of a megabyte": Chain({"AWS_ACCESS_KEY_ID": "A" * 100_000}, {}, False),
    "a file": Chain(NO_KEYS, {"credentials": f"[default]\n{STATIC}"}, True),
    "a config file": Chain(NO_KEYS, {"config": f"[default]\n{STATIC}"}, True),
    "a profile": Chain(
        {**NO_KEYS, "AWS_PROFILE": "team"}, {"credentials": f"[team]\n{STATIC}"}, True
    ),
    "a profile of the config file": Chain(
        {**NO_KEYS, "AWS_PROFILE": "team"}, {"config": f"[profile team]\n{STATIC}"}, True
    ),
    "a profile that is not there": Chain(
        {**NO_KEYS, "AWS_PROFILE": "nobody"}, {"credentials": f"[default]\n{STATIC}"}, False
    ),
    "a profile that assumes a role": Chain(
        {**NO_KEYS, "AWS_PROFILE": "r"},
        {"config": ROLE_PROFILE, "credentials": f"[default]\n{STATIC}"},
        False,
    ),
    "a profile that uses SSO": Chain(
        NO_KEYS, {"config": "[default]\nsso_start_url = https://sso.invalid\n"}, False
    ),
    "a file with a key without its secret": Chain(
        NO_KEYS, {"credentials": f"[default]\naws_access_key_id = {KEY}\n"}, False
    ),
    "a file that is damaged": Chain(NO_KEYS, {"credentials": f"{STATIC}[default"}, False),
    "a file that is not text": Chain(NO_KEYS, {"credentials": b"\xff\xfe\0\0" * 99}, False),
    "a config file that is damaged": Chain(NO_KEYS, {"config": f"{STATIC}[default"}, False),
}


@pytest.mark.parametrize("chain", CHAINS)
def test_credentials_are_found_or_said_to_be_missing(
    chain: str, place: Callable[[Server], Place], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = CHAINS[chain]
    for name, value in case.environment.items():
        monkeypatch.setenv(name, value) if value is not None else monkeypatch.delenv(name)
    folder = tmp_path / "root" / str(tmp_path / "home" / ".aws").lstrip("/")
    for name, content in case.files.items():
        write(folder / name, content)
    with Server(says()) as aws:
        report = guard.check(place(aws), Policy(), DEADLINE)
    expected = ALL_PASSED if case.found else all_unknown(Reason.NO_CREDENTIALS)
    assert verdicts(report) == expected
    assert [KEY in request.headers["authorization"] for request in aws.requests] == (
        [True] * case.found
    )
    token = case.environment.get("AWS_SESSION_TOKEN")
    assert all(request.headers.get("x-amz-security-token") == token for request in aws.requests)
    text = json.dumps(to_json(report))
    assert not [secret for secret in SECRETS if secret in text]


def test_credentials_of_the_real_home_are_not_used_for_a_stand_in(
    place: Callable[[Server], Place], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in KEYS:
        monkeypatch.delenv(name)
    write(tmp_path / "home" / ".aws" / "credentials", f"[default]\n{STATIC}")
    with Server(says()) as aws:
        report = guard.check(place(aws), Policy(), DEADLINE)
    assert verdicts(report) == all_unknown(Reason.NO_CREDENTIALS)


def test_a_credentials_file_that_nobody_ever_writes_to_is_not_waited_for(
    place: Callable[[Server], Place], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in KEYS:
        monkeypatch.delenv(name)
    folder = tmp_path / "root" / str(tmp_path / "home" / ".aws").lstrip("/")
    folder.mkdir(parents=True)
    os.mkfifo(folder / "credentials")
    with nothing_left_behind(), Server(says()) as aws:
        report, seconds = checked(place(aws), Policy(), SHORT)
    assert verdicts(report) == all_unknown(Reason.NO_CREDENTIALS)
    assert seconds <= SHORT + GRACE


def _fact_with_container(root: Path, behaviour: Behaviour, allowed: bool) -> tuple[Any, Server]:
    resource, _ = metadata.classify(Host(notebook_instance(root)))
    source = {"sagemaker_api": catalog.sources()["sagemaker_api"]}
    with Server(says()) as aws, Server(behaviour) as container:
        way = Aws(
            "eu-central-1",
            endpoint_url=aws.url,
            credentials={
                "AWS_CONTAINER_CREDENTIALS_FULL_URI": f"{container.url}/role",
                "AWS_EC2_METADATA_DISABLED": "true",
            },
            metadata_services=allowed,
        )
        facts = collector.collect(source, Host(root), resource, way, DEADLINE).facts
    return facts["RootAccess"], container


def test_the_container_gives_credentials(tmp_path: Path) -> None:
    answer = says(json.dumps(CONTAINER_ANSWER).encode())
    fact, container = _fact_with_container(tmp_path, answer, allowed=True)
    assert isinstance(fact, Known)
    assert container.requests[0].line == "GET /role HTTP/1.1"


@pytest.mark.parametrize("answer", [says(PAGE), says(b"{}"), says(b"no", 404)])
def test_a_container_that_answers_nonsense_gives_none(answer: Behaviour, tmp_path: Path) -> None:
    fact, _ = _fact_with_container(tmp_path, answer, allowed=True)
    assert isinstance(fact, Unknown)
    assert fact.reason is Reason.NO_CREDENTIALS


def test_no_metadata_service_is_asked_about_a_stand_in(
    place: Callable[[Server], Place], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in KEYS:
        monkeypatch.delenv(name)
    with Server(says()) as aws, Server(says(json.dumps(CONTAINER_ANSWER).encode())) as service:
        monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", service.url)
        monkeypatch.setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", service.url)
        report = guard.check(place(aws), Policy(), DEADLINE)
    assert verdicts(report) == all_unknown(Reason.NO_CREDENTIALS)
    assert service.requests == []
