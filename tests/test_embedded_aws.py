"""The embedded AWS: as strict as SageMaker, misbehaving on demand, and gone when it is stopped."""

from __future__ import annotations

import http.client
import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError
from botocore.loaders import Loader
from botocore.model import ServiceModel

from jupyter_sm_guard import guard
from jupyter_sm_guard.demo import CREDENTIALS
from jupyter_sm_guard.demo.aws import EmbeddedAws
from jupyter_sm_guard.demo.behaviour import Behaviour
from jupyter_sm_guard.demo.messages import CONTENT_TYPE
from jupyter_sm_guard.demo.resources import create_instance, remove_instances
from jupyter_sm_guard.demo.scenarios import ASKED, INSTANCE, SCENARIOS, Scenario, lay_out
from jupyter_sm_guard.model import Reason, Status
from jupyter_sm_guard.place import Place

LIMIT = 60.0
NAME = {"NotebookInstanceName": INSTANCE}


@pytest.fixture(scope="module")
def shared() -> Iterator[EmbeddedAws]:
    with EmbeddedAws() as aws:
        yield aws


@pytest.fixture
def aws(shared: EmbeddedAws) -> EmbeddedAws:
    """One AWS for all tests, without instances and well-behaved."""
    shared.behave_well()
    remove_instances(shared)
    shared.requests.clear()
    return shared


@pytest.fixture(autouse=True)
def _credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)


def describe(aws: EmbeddedAws) -> dict[str, Any]:
    answer: dict[str, Any] = aws.client("sagemaker").describe_notebook_instance(**NAME)
    return answer


def error_of(aws: EmbeddedAws, operation: str, **parameters: Any) -> tuple[str, str, int]:
    """Code, message and HTTP status of the error that the call gives."""
    with pytest.raises(ClientError) as caught:
        getattr(aws.client("sagemaker"), operation)(**parameters)
    error, about = caught.value.response["Error"], caught.value.response["ResponseMetadata"]
    return error["Code"], error["Message"], about["HTTPStatusCode"]


def raw(
    aws: EmbeddedAws, operation: str, body: bytes, signed: bool = True
) -> tuple[int, Any, bytes]:
    """Status, headers and body as they come over the wire."""
    host = aws.url.removeprefix("http://")
    scope = "Credential=testing/20261123/eu-central-1/sagemaker/aws4_request"
    headers = {"X-Amz-Target": f"SageMaker.{operation}", "Content-Type": CONTENT_TYPE}
    if signed:
        headers["Authorization"] = f"AWS4-HMAC-SHA256 {scope}, SignedHeaders=host, Signature=00"
    connection = http.client.HTTPConnection(host, timeout=LIMIT)
    connection.request("POST", "/", body, headers)
    response = connection.getresponse()
    content = response.read()
    connection.close()
    return response.status, response.headers, content


def complaints(shape: Any, value: Any, place: str = "") -> list[str]:
    """Where `value` is not what botocore's model of an answer allows."""
    if shape.type_name == "structure":
        found = [f"{place}.{name} is unknown" for name in value if name not in shape.members]
        known = [name for name in value if name in shape.members]
        return found + [
            complaint
            for name in known
            for complaint in complaints(shape.members[name], value[name], f"{place}.{name}")
        ]
    if shape.type_name == "list":
        return [c for item in value for c in complaints(shape.member, item, f"{place}[]")]
    allowed = shape.metadata.get("enum")
    return [f"{place} is {value}"] if allowed and value not in allowed else []


def test_answers_fit_the_api_and_are_framed_like_aws(aws: EmbeddedAws) -> None:
    model = ServiceModel(Loader().load_service_model("sagemaker", "service-2"), "sagemaker")
    create_instance(aws, INSTANCE, SCENARIOS["compliant"].settings or {}, in_vpc=True)
    for operation in ("DescribeNotebookInstance", "ListNotebookInstances"):
        body = json.dumps(NAME if operation.startswith("D") else {}).encode()
        status, headers, content = raw(aws, operation, body)
        assert status == 200
        assert headers["Content-Type"] == "application/x-amz-json-1.1"
        assert headers["x-amzn-RequestId"]
        assert headers["Content-Length"] == str(len(content))
        shape = model.operation_model(operation).output_shape
        assert complaints(shape, json.loads(content)) == []


def test_what_is_not_said_has_awss_defaults(aws: EmbeddedAws) -> None:
    create_instance(aws, INSTANCE, {})
    told = describe(aws)
    assert told["NotebookInstanceArn"].endswith(f":{aws.account}:notebook-instance/demo-notebook")
    assert told["NotebookInstanceName"] == "Demo-Notebook"
    assert told["PlatformIdentifier"] == "notebook-al2023-v1"
    assert told["DirectInternetAccess"] == told["RootAccess"] == "Enabled"
    assert told["IpAddressType"] == "ipv4"
    assert told["InstanceMetadataServiceConfiguration"]["MinimumInstanceMetadataServiceVersion"]
    assert not {"SubnetId", "KmsKeyId", "NetworkInterfaceId"} & set(told)


def test_an_instance_in_a_vpc_has_a_network_interface_there(aws: EmbeddedAws) -> None:
    create_instance(aws, INSTANCE, {"DirectInternetAccess": "Disabled"}, in_vpc=True)
    told = describe(aws)
    found = aws.client("ec2").describe_network_interfaces(
        NetworkInterfaceIds=[told["NetworkInterfaceId"]]
    )["NetworkInterfaces"]
    assert [interface["SubnetId"] for interface in found] == [told["SubnetId"]]


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"DirectInternetAccess": "Disabled"}, "subnet"),
        ({"SubnetId": "subnet-00000000"}, "does not exist"),
        ({"PlatformIdentifier": "notebook-al1-v1"}, "not supported"),
        ({"PlatformIdentifier": "notebook-al2-v1"}, "not supported"),
        ({"PlatformIdentifier": "notebook-al2-v2"}, "not supported"),
        ({"PlatformIdentifier": "notebook-al3000-v1"}, "platformIdentifier"),
        ({"RootAccess": "enabled"}, "rootAccess"),
        ({"DirectInternetAccess": "No"}, "directInternetAccess"),
        ({"IpAddressType": "ipv6"}, "ipAddressType"),
        (
            {
                "InstanceMetadataServiceConfiguration": {
                    "MinimumInstanceMetadataServiceVersion": "3"
                }
            },
            "minimumInstanceMetadataServiceVersion",
        ),
        ({"VolumeSizeInGB": 16385}, "volumeSizeInGB"),
        ({"KmsKeyId": "a key"}, "kmsKeyId"),
        ({"SecurityGroupIds": [f"sg-{n}" for n in range(6)]}, "securityGroupIds"),
    ],
)
def test_what_aws_refuses_is_refused(
    aws: EmbeddedAws, settings: Mapping[str, Any], said: str
) -> None:
    with pytest.raises(ClientError) as caught:
        create_instance(aws, INSTANCE, settings)
    assert caught.value.response["Error"]["Code"] == "ValidationException"
    assert said in caught.value.response["Error"]["Message"]
    assert error_of(aws, "describe_notebook_instance", **NAME)[1] == "RecordNotFound"


def test_types_that_moto_does_not_know_are_accepted(aws: EmbeddedAws) -> None:
    sagemaker = aws.client("sagemaker")
    role = f"arn:aws:iam::{aws.account}:role/Role"
    sagemaker.create_notebook_instance(**NAME, InstanceType="ml.g5.xlarge", RoleArn=role)
    assert describe(aws)["InstanceType"] == "ml.g5.xlarge"


def test_requests_that_are_not_requests(aws: EmbeddedAws) -> None:
    assert b"MissingAuthenticationToken" in raw(aws, ASKED, b"{}", signed=False)[2]
    assert b"UnknownOperation" in raw(aws, "DescribeNotebook", b"{}")[2]
    assert b"Serialization" in raw(aws, ASKED, b"[]")[2]
    assert b"Serialization" in raw(aws, ASKED, b"{")[2]
    assert b"must not be null" in raw(aws, ASKED, b"{}")[2]
    assert b"NotSimulated" in raw(aws, "ListDevices", b"{}")[2]


def test_settings_change_only_while_it_is_stopped(aws: EmbeddedAws) -> None:
    sagemaker = aws.client("sagemaker")
    create_instance(aws, INSTANCE, {"PlatformIdentifier": "notebook-al2-v3"})
    change = {**NAME, "RootAccess": "Disabled", "PlatformIdentifier": "notebook-al2023-v1"}
    assert "not in ([Stopped, Failed])" in error_of(aws, "update_notebook_instance", **change)[1]
    sagemaker.stop_notebook_instance(**NAME)
    gone = {**NAME, "PlatformIdentifier": "notebook-al2-v1"}
    assert "not supported" in error_of(aws, "update_notebook_instance", **gone)[1]
    sagemaker.update_notebook_instance(**change)
    sagemaker.start_notebook_instance(**NAME)
    told = describe(aws)
    assert (told["RootAccess"], told["PlatformIdentifier"], told["NotebookInstanceStatus"]) == (
        "Disabled",
        "notebook-al2023-v1",
        "InService",
    )


def test_an_instance_on_a_platform_that_is_gone_does_not_start_again(aws: EmbeddedAws) -> None:
    create_instance(aws, INSTANCE, {})
    aws.update(INSTANCE, PlatformIdentifier="notebook-al2-v1")
    aws.client("sagemaker").stop_notebook_instance(**NAME)
    assert "not supported" in error_of(aws, "start_notebook_instance", **NAME)[1]


def test_tags_are_found_by_the_lower_cased_arn(aws: EmbeddedAws) -> None:
    create_instance(aws, INSTANCE, {"Tags": [{"Key": "team", "Value": "fraud"}]})
    arn = describe(aws)["NotebookInstanceArn"]
    tags = aws.client("sagemaker").list_tags(ResourceArn=arn)["Tags"]
    assert tags == [{"Key": "team", "Value": "fraud"}]


def test_fields_can_be_changed_to_anything_while_it_runs(aws: EmbeddedAws) -> None:
    create_instance(aws, INSTANCE, {})
    aws.update(INSTANCE, RootAccess="Sometimes", DirectInternetAccess=None, KmsKeyId="alias/mine")
    told = describe(aws)
    assert (told["RootAccess"], told["KmsKeyId"]) == ("Sometimes", "alias/mine")
    assert "DirectInternetAccess" not in told
    with pytest.raises(ValueError, match="RootAcess"):
        aws.update(INSTANCE, RootAcess="Enabled")
    with pytest.raises(KeyError):
        aws.update("no-such-instance", RootAccess="Enabled")


@pytest.mark.parametrize(
    ("behaviour", "code", "status", "said"),
    [
        (Behaviour.DENY, "AccessDeniedException", 400, "sagemaker:DescribeNotebookInstance on "),
        (Behaviour.DENY, "AccessDeniedException", 400, "notebook-instance/demo-notebook"),
        (Behaviour.THROTTLE, "ThrottlingException", 400, "Rate exceeded"),
        (Behaviour.EXPIRED, "ExpiredTokenException", 400, "expired"),
        (Behaviour.ERROR, "InternalFailure", 500, "internal"),
    ],
)
def test_misbehaving_on_demand(
    aws: EmbeddedAws, behaviour: Behaviour, code: str, status: int, said: str
) -> None:
    create_instance(aws, INSTANCE, {})
    aws.behave(ASKED, behaviour)
    error = error_of(aws, "describe_notebook_instance", **NAME)
    assert (error[0], error[2]) == (code, status)
    assert said in error[1]
    assert len(aws.client("sagemaker").list_notebook_instances()["NotebookInstances"]) == 1
    aws.behave(ASKED, None)
    assert describe(aws)["NotebookInstanceStatus"] == "InService"
    assert aws.requests[ASKED] == 2


def _ask_and_forget(aws: EmbeddedAws, ended: threading.Event) -> threading.Thread:
    """Ask from another thread; `ended` is set once the connection was closed without an answer."""
    sagemaker = aws.client("sagemaker")

    def ask() -> None:
        with pytest.raises(ConnectionClosedError):
            sagemaker.describe_notebook_instance(**NAME)
        ended.set()

    asking = threading.Thread(target=ask)
    asking.start()
    return asking


def _until_asked(aws: EmbeddedAws, times: int) -> None:
    limit = time.monotonic() + LIMIT
    while aws.requests[ASKED] < times and time.monotonic() < limit:
        time.sleep(0.01)
    assert aws.requests[ASKED] == times


def test_a_hanging_call_hangs_until_told_otherwise(aws: EmbeddedAws) -> None:
    aws.behave(ASKED, Behaviour.HANG)
    ended = threading.Event()
    asking = _ask_and_forget(aws, ended)
    _until_asked(aws, 1)
    assert not ended.wait(0.5)
    aws.behave(ASKED, None)
    asking.join(LIMIT)
    assert ended.is_set()


def test_nothing_is_left_when_it_is_stopped() -> None:
    before = set(threading.enumerate())
    aws = EmbeddedAws().start()
    host, port = aws.url.removeprefix("http://").split(":")
    silent = socket.create_connection((host, int(port)), LIMIT)
    aws.behave(ASKED, Behaviour.HANG)
    ended = threading.Event()
    asking = _ask_and_forget(aws, ended)
    _until_asked(aws, 1)
    aws.stop()
    aws.stop()
    asking.join(LIMIT)
    assert ended.is_set()
    assert silent.recv(1) == b""
    silent.close()
    assert set(threading.enumerate()) <= before
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((host, int(port)), LIMIT)
    with pytest.raises(RuntimeError):
        _ = aws.url


def test_a_client_that_leaves_frees_its_thread(aws: EmbeddedAws) -> None:
    aws.behave(ASKED, Behaviour.HANG)
    with pytest.raises(TimeoutError):
        _raw_for_a_moment(aws)
    limit = time.monotonic() + LIMIT
    while any("(_work)" in thread.name for thread in threading.enumerate()):
        assert time.monotonic() < limit
        time.sleep(0.05)


def _raw_for_a_moment(aws: EmbeddedAws) -> None:
    connection = http.client.HTTPConnection(aws.url.removeprefix("http://"), timeout=0.3)
    try:
        connection.request("POST", "/", b"{}", {"X-Amz-Target": f"SageMaker.{ASKED}"})
        connection.getresponse()
    finally:
        connection.close()


def test_two_know_nothing_of_each_other(aws: EmbeddedAws) -> None:
    create_instance(aws, INSTANCE, {})
    with EmbeddedAws() as other:
        assert other.account != aws.account
        assert other.client("sagemaker").list_notebook_instances()["NotebookInstances"] == []
        assert other.client("sts").get_caller_identity()["Account"] == other.account


@pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=SCENARIOS.keys())
def test_a_check_says_what_the_scenario_promises(
    aws: EmbeddedAws, tmp_path: Path, scenario: Scenario
) -> None:
    reasons = {
        "no-permission": Reason.MISSING_PERMISSION,
        "throttled": Reason.THROTTLED,
        "unreachable": Reason.TIMEOUT,
        "no-endpoint": Reason.TIMEOUT,
        "damaged-metadata": Reason.METADATA_DAMAGED,
    }
    lay_out(scenario, tmp_path, aws)
    aws.requests.clear()
    place = Place(tmp_path, aws.url)
    report = guard.check(place, guard.policy_of(place), deadline=LIMIT)
    found = {finding.check: finding.status.value for finding in report.findings}
    assert found == scenario.statuses
    waived = {finding.check for finding in report.findings if finding.waiver is not None}
    assert waived == ({"SageMaker.3", "SageMaker.21"} if scenario.name == "waived" else set())
    if scenario.name in reasons:
        unknown = [f for f in report.findings if f.status is Status.UNKNOWN]
        assert {finding.reason for finding in unknown} == {reasons[scenario.name]}
    elsewhere = {"studio-vpc-only", "studio-public", "not-sagemaker", "damaged-metadata"}
    assert bool(aws.requests[ASKED]) == (scenario.name not in elsewhere)


@pytest.mark.parametrize(
    ("scenario", "check", "words"),
    [
        ("host-disagrees", "SageMaker.3", "Most likely the lifecycle configuration team-start"),
        ("host-disagrees", "SageMaker.3", "by sudo without a password"),
        ("dual-stack", "guard.egress", "the internet is reachable through your VPC (pypi.org:443"),
        ("dual-stack", "guard.egress", "IPv6 traffic leaves from 2a05:d014:1b2:3c01::17"),
        ("no-endpoint", "SageMaker.1", "no answer"),
        ("waived", "SageMaker.21", "the waiver ends in 9 days"),
        ("imdsv1-open", "guard.imdsv2", "MinimumInstanceMetadataServiceVersion is 1"),
        ("studio-public", "guard.studio-network", "AppNetworkAccessType is PublicInternetOnly"),
        ("studio-public", "SageMaker.3", "sudo works there by design"),
    ],
)
def test_what_a_scenario_is_there_to_show(
    aws: EmbeddedAws, tmp_path: Path, scenario: str, check: str, words: str
) -> None:
    lay_out(SCENARIOS[scenario], tmp_path, aws)
    place = Place(tmp_path, aws.url)
    report = guard.check(place, guard.policy_of(place), deadline=LIMIT)
    finding = next(finding for finding in report.findings if finding.check == check)
    assert words in " ".join([finding.because, *finding.notes])


def test_one_folder_can_be_laid_out_again(aws: EmbeddedAws, tmp_path: Path) -> None:
    def files(root: Path) -> dict[str, str]:
        found = (path for path in root.rglob("*") if path.is_file())
        return {str(path.relative_to(root)): path.read_text() for path in found}

    again, fresh = tmp_path / "again", tmp_path / "fresh"
    lay_out(SCENARIOS["dual-stack"], again, aws)
    lay_out(SCENARIOS["not-sagemaker"], again, aws)
    lay_out(SCENARIOS["not-sagemaker"], fresh, aws)
    assert files(again) == files(fresh)


def test_a_policy_that_somebody_tries_out_stays(aws: EmbeddedAws, tmp_path: Path) -> None:
    policy = tmp_path / "etc" / "jupyter-sm-guard" / "policy.toml"
    lay_out(SCENARIOS["dual-stack"], tmp_path, aws)
    assert "internet_targets" in policy.read_text()
    lay_out(SCENARIOS["compliant"], tmp_path, aws)
    assert not policy.exists()
    policy.write_text('contact = "us"\n')
    lay_out(SCENARIOS["mixed"], tmp_path, aws)
    assert policy.read_text() == 'contact = "us"\n'


def test_scenarios_are_known_without_moto() -> None:
    code = (
        "import sys; import jupyter_sm_guard.demo.run; print({'moto', 'flask'} & set(sys.modules))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout == "set()\n"
