"""Names, certificates and proxies that are not what they should be, and what a user may put where
code runs or AWS is looked for: nothing is forged."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
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
    notebook_instance,
    nothing_left_behind,
    write,
)
from faults.server import (
    COMPLIANT,
    HOST,
    NON_COMPLIANT,
    PAGE,
    Behaviour,
    Server,
    described,
    says,
)
from faults.verdicts import (
    ALL_FAILED,
    ALL_PASSED,
    DEADLINE,
    GRACE,
    READERS,
    SHORT,
    all_unknown,
    checked,
    verdicts,
)

from jupyter_sm_guard import catalog, collector, guard, metadata
from jupyter_sm_guard.aws import Aws
from jupyter_sm_guard.host import Host
from jupyter_sm_guard.model import Known, Reason, Unknown
from jupyter_sm_guard.place import Place
from jupyter_sm_guard.policy import Policy
from jupyter_sm_guard.wire import to_json

pytestmark = [pytest.mark.floor, pytest.mark.usefixtures("static_keys")]


def vouched(machine: Place, certificate: Certificate) -> str:
    """Put the certificate onto the machine; its path there, as a policy names it."""
    path = "/etc/pki/internal.pem"
    write(machine.host.path(path), certificate.path.read_text())
    return path


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
    ours: Certificate, machine_of: Callable[[Server], Place]
) -> None:
    with Server(says(), tls=ours.context) as aws:
        report = guard.check(machine_of(aws), Policy(), DEADLINE)
    assert verdicts(report) == all_unknown(Reason.TLS)
    assert aws.requests == []


def test_the_policy_may_vouch_for_a_certificate(
    ours: Certificate, machine_of: Callable[[Server], Place]
) -> None:
    with Server(says(), tls=ours.context) as aws:
        machine = machine_of(aws)
        report = guard.check(machine, Policy(ca_bundle=vouched(machine, ours)), DEADLINE)
    assert verdicts(report) == ALL_PASSED


@pytest.mark.parametrize("content", [None, "", "no certificate\n"])
def test_a_ca_bundle_that_is_none_is_a_matter_of_tls(
    content: str | None, ours: Certificate, machine_of: Callable[[Server], Place]
) -> None:
    with Server(says(), tls=ours.context) as aws:
        machine = machine_of(aws)
        if content is not None:
            write(machine.host.path("/bundle.pem"), content)
        report = guard.check(machine, Policy(ca_bundle="/bundle.pem"), DEADLINE)
    assert verdicts(report) == all_unknown(Reason.TLS)


def test_plain_http_on_a_tls_port_is_no_answer(machine_of: Callable[[Server], Place]) -> None:
    with Server(says()) as aws:
        url = aws.url.replace("http:", "https:")
        report = guard.check(Place(machine_of(aws).root, url), Policy(), DEADLINE)
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
    machine_of: Callable[[Server], Place], monkeypatch: pytest.MonkeyPatch
) -> None:
    with Server(says(described(NON_COMPLIANT))) as aws, Server(says()) as forger:
        for name in FORGED_PROXY:
            monkeypatch.setenv(name, forger.url)
        assert verdicts(guard.check(machine_of(aws), Policy(), DEADLINE)) == ALL_FAILED
    assert forger.requests == []


@pytest.mark.parametrize(
    "name",
    ["AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "~/.aws/config"],
)
def test_only_the_policy_vouches_for_certificates(
    name: str,
    ours: Certificate,
    machine_of: Callable[[Server], Place],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bundle = f"[default]\nca_bundle = {ours.path}\n"
    for home in (tmp_path / "home", tmp_path / "root" / str(tmp_path / "home").lstrip("/")):
        if name == "~/.aws/config":
            write(home / ".aws/config", bundle)
    monkeypatch.setenv(name, str(ours.path))
    with Server(says(), tls=ours.context) as forger:
        report = guard.check(machine_of(forger), Policy(), DEADLINE)
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
    chain: str,
    machine_of: Callable[[Server], Place],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    case = CHAINS[chain]
    for name, value in case.environment.items():
        monkeypatch.setenv(name, value) if value is not None else monkeypatch.delenv(name)
    folder = tmp_path / "root" / str(tmp_path / "home" / ".aws").lstrip("/")
    for name, content in case.files.items():
        write(folder / name, content)
    with Server(says()) as aws:
        report = guard.check(machine_of(aws), Policy(), DEADLINE)
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
    machine_of: Callable[[Server], Place], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in KEYS:
        monkeypatch.delenv(name)
    write(tmp_path / "home" / ".aws" / "credentials", f"[default]\n{STATIC}")
    with Server(says()) as aws:
        report = guard.check(machine_of(aws), Policy(), DEADLINE)
    assert verdicts(report) == all_unknown(Reason.NO_CREDENTIALS)


def test_a_credentials_file_that_nobody_ever_writes_to_is_not_waited_for(
    machine_of: Callable[[Server], Place], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in KEYS:
        monkeypatch.delenv(name)
    folder = tmp_path / "root" / str(tmp_path / "home" / ".aws").lstrip("/")
    folder.mkdir(parents=True)
    os.mkfifo(folder / "credentials")
    with nothing_left_behind(), Server(says()) as aws:
        report, seconds = checked(machine_of(aws), Policy(), SHORT)
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
    machine_of: Callable[[Server], Place], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in KEYS:
        monkeypatch.delenv(name)
    with Server(says()) as aws, Server(says(json.dumps(CONTAINER_ANSWER).encode())) as service:
        monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", service.url)
        monkeypatch.setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", service.url)
        report = guard.check(machine_of(aws), Policy(), DEADLINE)
    assert verdicts(report) == all_unknown(Reason.NO_CREDENTIALS)
    assert service.requests == []
