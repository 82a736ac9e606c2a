"""Whatever lies where the metadata or the policy file should be: reading it ends at once, never
passes anything, and a policy that can't be used turns nothing off."""

from __future__ import annotations

import json
import os
import socket
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from faults.machine import METADATA, POLICY, notebook_instance, write
from faults.server import ARN, NAME
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jupyter_sm_guard import guard, metadata
from jupyter_sm_guard.host import Host
from jupyter_sm_guard.judge import judge
from jupyter_sm_guard.model import Evidence, Reason, Report, ResourceKind, Status
from jupyter_sm_guard.place import Place
from jupyter_sm_guard.policy import Policy

# Each of these ends at once; that one of them blocks shows in a time-out, not in a measurement.
pytestmark = [pytest.mark.floor, pytest.mark.unit, pytest.mark.timeout(60)]

NOBODY = 65534
KIND = ResourceKind
fuzzed = settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def judged(root: Path, policy: Policy | None = None) -> Report:
    """The report on a machine where nobody asked AWS."""
    place = Place(root)
    resource, problem = metadata.classify(place.host)
    return judge(Evidence(resource, problem), policy or Policy(), place)


def statuses(report: Report) -> set[tuple[Status, Reason | None]]:
    """What the findings on AWS's controls say, together."""
    of_aws = [finding for finding in report.findings if finding.check.startswith("SageMaker.")]
    return {(finding.status, finding.reason) for finding in of_aws}


CONTROLS = {finding.check for finding in judged(Path("/nonexistent")).findings}


# --- things that are no file to read, wherever they lie


def _link(target: str) -> Callable[[Path], object]:
    return lambda path: path.symlink_to(target)


def _sparse(path: Path) -> None:
    path.touch()
    os.truncate(path, 1024**3)


def _socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server, suppress(OSError):
        folder = os.open(path.parent, os.O_RDONLY)  # a socket's own path must be short
        server.bind(f"/proc/self/fd/{folder}/{path.name}")
        os.close(folder)


def _link_to_a_good_one_outside(path: Path) -> None:
    outside = Path(tempfile.mkdtemp(dir=path.parents[4]))
    path.symlink_to(write(outside / path.name, _metadata()))


def _parent_is_a_file(path: Path) -> None:
    path.parent.rmdir()
    path.parent.touch()


def _parent_is_a_loop(path: Path) -> None:
    path.parent.rmdir()
    path.parent.symlink_to(path.parent)


def _parent_is_not_mounted(path: Path) -> None:
    path.parent.rmdir()
    path.parent.symlink_to("/nonexistent/volume")


def _parent_is_a_link_outside(path: Path) -> None:
    path.parent.rmdir()
    path.parent.symlink_to(tempfile.mkdtemp(dir=path.parents[4]))


NO_FILE: dict[str, Callable[[Path], object]] = {
    "a folder": lambda path: path.mkdir(),
    "a FIFO": os.mkfifo,
    "a socket": _socket,
    "a link to /dev/zero": _link("/dev/zero"),
    "a link to nowhere": _link("/nonexistent"),
    "a link to itself": lambda path: path.symlink_to(path),
    "a link to one outside of the machine": _link_to_a_good_one_outside,
    "a gigabyte of nothing": _sparse,
    "below a file": _parent_is_a_file,
    "below a loop of links": _parent_is_a_loop,
    "below a link to a volume that is not mounted": _parent_is_not_mounted,
    "below a link out of the machine": _parent_is_a_link_outside,
}


def at(root: Path, where: str) -> Path:
    """That path below `root`, its folder there."""
    path = root / "machine" / where
    path.parent.mkdir(parents=True)
    return path


@pytest.mark.parametrize("what", NO_FILE)
def test_metadata_that_is_no_file_is_damaged(what: str, tmp_path: Path) -> None:
    NO_FILE[what](at(tmp_path, METADATA))
    report = judged(tmp_path / "machine")
    assert report.resource.kind is KIND.UNKNOWN
    assert statuses(report) == {(Status.UNKNOWN, Reason.METADATA_DAMAGED)}


@pytest.mark.parametrize("what", NO_FILE)
def test_a_policy_that_is_no_file_turns_nothing_off(what: str, tmp_path: Path) -> None:
    NO_FILE[what](at(tmp_path, POLICY))
    refused_policy(tmp_path / "machine")


def refused_policy(root: Path) -> str:
    """Assert that the policy there does not count; what the report says of it."""
    place = Place(root)
    policy = guard.policy_of(place)
    assert policy == Policy(problem=policy.problem)
    report = judged(root, policy)
    flags = {flag.flag: flag.detail for flag in report.integrity}
    assert set(flags) == {"policy_broken", "root_override"}
    assert {finding.check for finding in report.findings} >= CONTROLS
    assert report.turned_off == ()
    return flags["policy_broken"]


@contextmanager
def nobody(folder: Path) -> Iterator[None]:
    """Be a user without rights (root may read everything)."""
    for path in [folder, *folder.parents][:3]:
        path.chmod(path.stat().st_mode | 0o011)
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.parametrize("without_rights_on", ["the file", "its folder"])
def test_what_may_not_be_read_is_damaged_and_turns_nothing_off(
    without_rights_on: str, tmp_path: Path
) -> None:
    with tempfile.TemporaryDirectory() as name:
        root = notebook_instance(Path(name))
        files = root / METADATA, write(root / POLICY, "interval_minutes = 5\n")
        locked = files if without_rights_on == "the file" else [file.parent for file in files]
        modes = [path.stat().st_mode for path in locked]
        for path in locked:
            path.chmod(0)
        with nobody(root):
            report = judged(root)
            refused_policy(root)
        for path, mode in zip(locked, modes, strict=True):
            path.chmod(mode)
    assert statuses(report) == {(Status.UNKNOWN, Reason.METADATA_DAMAGED)}


# --- metadata files with something in them


def _metadata(arn: Any = ARN, name: Any = NAME, **more: Any) -> str:
    return json.dumps({"ResourceArn": arn, "ResourceName": name, **more})


def _arn(partition: str = "aws", region: str = "eu-central-1", rest: str = "") -> str:
    return f"arn:{partition}:sagemaker:{region}:111122223333:{rest or 'notebook-instance/team-nb'}"


def _app(kind: str, **more: Any) -> str:
    return _metadata(_arn(rest=f"app/d-1/user/{kind}/default"), "default", AppType=kind, **more)


OURS: tuple[KIND, None] = (KIND.NOTEBOOK_INSTANCE, None)
STUDIO: tuple[KIND, None] = (KIND.STUDIO, None)
DAMAGED = (KIND.UNKNOWN, Reason.METADATA_DAMAGED)
CONTENTS: dict[str, tuple[str | bytes, tuple[KIND, Reason | None]]] = {
    "good": (_metadata(), OURS),
    "good with a BOM": (b"\xef\xbb\xbf" + _metadata().encode(), OURS),
    "good with more keys": (_metadata(ResourceId="x", Tomorrow=[1]), OURS),
    "the ARN in capitals": (_metadata(ARN.upper()), OURS),
    "China": (_metadata(_arn("aws-cn", "cn-north-1")), OURS),
    "GovCloud": (_metadata(_arn("aws-us-gov", "us-gov-west-1")), OURS),
    "iso": (_metadata(_arn("aws-iso", "us-iso-east-1")), OURS),
    "iso-b": (_metadata(_arn("aws-iso-b", "us-isob-east-1")), OURS),
    "sovereign cloud": (_metadata(_arn("aws-eusc", "eusc-de-east-1")), OURS),
    "JupyterLab in Studio": (_app("JupyterLab"), STUDIO),
    "Code Editor in Studio": (_app("CodeEditor"), STUDIO),
    "a kernel in Studio": (_app("KernelGateway"), STUDIO),
    "Studio with a name that is no text": (_app("JupyterLab", ResourceName="\ud800"), STUDIO),
    "a space": (_metadata(_arn(rest="space/d-1/team"), "team"), STUDIO),
    "Unified Studio": (
        _app("JupyterLab", AdditionalMetadata={"DataZoneDomainId": "dzd-1"}),
        (KIND.UNIFIED_STUDIO, None),
    ),
    "a training job": (_metadata(_arn(rest="training-job/t")), (KIND.SAGEMAKER_OTHER, None)),
    "a kind that nobody knows": (
        _metadata(_arn(rest="notebookinstance/x"), "x"),
        (KIND.SAGEMAKER_OTHER, Reason.UNKNOWN_VALUE),
    ),
    "another name than the ARN's": (
        _metadata(name="other"),
        (KIND.UNKNOWN, Reason.IDENTITY_MISMATCH),
    ),
    "a lifecycle configuration": (
        _metadata(_arn(rest="notebook-instance-lifecycle-config/team-nb")),
        DAMAGED,
    ),
    "an EC2 instance": (_metadata("arn:aws:ec2:eu-central-1:111122223333:instance/i-1"), DAMAGED),
    "no ARN": (json.dumps({"ResourceName": NAME}), DAMAGED),
    "an ARN that is a list": (_metadata([ARN]), DAMAGED),
    "an ARN that is empty": (_metadata(""), DAMAGED),
    "an ARN with a look-alike letter": (_metadata(ARN.replace("k", "\u212a")), DAMAGED),
    "two ARNs": (
        _metadata()[:-1] + f', "ResourceArn": "{_arn(rest="app/d-1/u/JupyterLab/default")}"}}',
        DAMAGED,
    ),
    "an ARN with a line break": (_metadata(ARN + "\n"), DAMAGED),
    "an ARN with a space": (_metadata(ARN.replace("team", "te am")), DAMAGED),
    "an ARN with eleven digits": (_metadata(ARN.replace("11112222", "1111222")), DAMAGED),
    "an ARN with Arabic digits": (_metadata(ARN.replace("1111", "\u0661" * 4)), DAMAGED),
    "an ARN in another partition's form": (_metadata(ARN.replace("arn:aws", "arn:aws-")), DAMAGED),
    "no name": (json.dumps({"ResourceArn": ARN}), DAMAGED),
    "a name that is a number": (_metadata(name=7), DAMAGED),
    "a name that is a path": (_metadata(_arn(rest="notebook-instance/../x"), "../x"), DAMAGED),
    "a name with a command": (_metadata(_arn(rest="notebook-instance/x;id"), "x;id"), DAMAGED),
    "a name that is too long": (
        _metadata(_arn(rest="notebook-instance/" + "x" * 64), "x" * 64),
        DAMAGED,
    ),
    "empty": ("", DAMAGED),
    "blank": (" \n", DAMAGED),
    "cut off": (_metadata()[:-1], DAMAGED),
    "twice": (_metadata() * 2, DAMAGED),
    "a list": (f"[{_metadata()}]", DAMAGED),
    "a text": (json.dumps(ARN), DAMAGED),
    "a number": ("1", DAMAGED),
    "null": ("null", DAMAGED),
    "a number of 60,000 digits": ('{"n": ' + "1" * 60_000 + "}", DAMAGED),
    "nested 30,000 deep": ("[" * 30_000 + "]" * 30_000, DAMAGED),
    "nested objects": ('{"a":' * 10_000, DAMAGED),
    "NUL bytes": (b"\0" * 500, DAMAGED),
    "UTF-16": (_metadata().encode("utf-16"), DAMAGED),
    "not UTF-8": (_metadata().encode().replace(b"Team", b"Te\xe4m"), DAMAGED),
    "too large": (_metadata(Filler="x" * 70_000), DAMAGED),
}


@pytest.mark.parametrize("content", CONTENTS)
def test_metadata_says_what_this_machine_is(content: str, tmp_path: Path) -> None:
    data, (kind, reason) = CONTENTS[content]
    write(tmp_path / METADATA, data)
    report = judged(tmp_path)
    assert report.resource.kind is kind
    assert statuses(report) == {expected_of(kind, reason)}


def expected_of(kind: KIND, reason: Reason | None) -> tuple[Status, Reason | None]:
    """What a report on nothing but the metadata file says of every control."""
    if reason is not None:
        return Status.UNKNOWN, reason
    if kind is KIND.NOTEBOOK_INSTANCE:
        return Status.UNKNOWN, Reason.NOT_YET_CHECKED
    return Status.NOT_APPLICABLE, None


@pytest.mark.parametrize("partition", ["aws-cn", "aws-us-gov", "aws-iso", "aws-iso-b", "aws-eusc"])
def test_the_resource_is_read_from_the_arn(partition: str, tmp_path: Path) -> None:
    write(tmp_path / METADATA, _metadata(_arn(partition, "cn-north-1").upper()))
    resource, _ = metadata.classify(Host(tmp_path))
    assert (resource.partition, resource.region) == (partition, "cn-north-1")
    assert (resource.account, resource.name) == ("111122223333", NAME)


def test_a_link_within_the_machine_is_followed(tmp_path: Path) -> None:
    write(tmp_path / "data" / "real.json", _metadata())
    (tmp_path / METADATA).parent.mkdir(parents=True)
    (tmp_path / METADATA).symlink_to("../../../data/real.json")
    assert judged(tmp_path).resource.kind is KIND.NOTEBOOK_INSTANCE


# --- marks of a machine besides its metadata file

NOTEBOOK_MARKS = metadata.INSTANCE_MARKERS
STUDIO_MARKS = metadata.STUDIO_MARKERS


def test_without_file_and_mark_this_is_not_sagemaker(tmp_path: Path) -> None:
    report = judged(tmp_path)
    assert report.resource.kind is KIND.NOT_SAGEMAKER
    assert statuses(report) == {(Status.NOT_APPLICABLE, None)}


@pytest.mark.parametrize("mark", [*NOTEBOOK_MARKS, *STUDIO_MARKS])
def test_a_mark_without_the_file_is_damage(mark: str, tmp_path: Path) -> None:
    write(tmp_path / mark.lstrip("/"), "")
    assert statuses(judged(tmp_path)) == {(Status.UNKNOWN, Reason.METADATA_DAMAGED)}


@pytest.mark.parametrize("mark", NOTEBOOK_MARKS)
@pytest.mark.parametrize("content", ["JupyterLab in Studio", "Unified Studio", "a training job"])
def test_metadata_of_another_kind_on_a_notebook_instance_is_a_contradiction(
    mark: str, content: str, tmp_path: Path
) -> None:
    write(tmp_path / METADATA, CONTENTS[content][0])
    write(tmp_path / mark.lstrip("/"), "")
    assert statuses(judged(tmp_path)) == {(Status.UNKNOWN, Reason.EVIDENCE_INCONSISTENT)}


@pytest.mark.parametrize("mark", [*NOTEBOOK_MARKS, *STUDIO_MARKS])
def test_marks_change_nothing_about_a_notebook_instance(mark: str, tmp_path: Path) -> None:
    write(notebook_instance(tmp_path) / mark.lstrip("/"), "")
    assert judged(tmp_path).resource.kind is KIND.NOTEBOOK_INSTANCE


# --- policies

OFF = '[controls."SageMaker.1"]\nenabled = false\n[probes]\nsagemaker_api = false\n'
POLICIES: dict[str, tuple[str | bytes, str]] = {
    "a word of its own": ("contacts = 'me'", "did you mean contact?"),
    "a word like nothing": ("zzz = 1", "known: contact"),
    "a key of aws": ("[aws]\nproxi = 'http://p:1'", "did you mean proxy?"),
    "a probe that is none": ("[probes]\nsagemaker = true", "did you mean sagemaker_api?"),
    "a control that is none": ('[controls."SageMaker.88"]', "SageMaker.8"),
    "a control in small letters": ('[controls."sagemaker.1"]', "did you mean SageMaker.1?"),
    "a control's parameter": ('[controls."SageMaker.8"]\nplatforms = ["x"]', "did you mean"),
    "no quotes around the control": ("[controls.SageMaker.8]", "SageMaker is not a known key"),
    "contact is a number": ("contact = 1", "contact must be one line"),
    "contact is empty": ("contact = ' '", "contact must be one line"),
    "contact has two lines": ('contact = "a\\nb"', "contact must be one line"),
    "the interval is a text": ("interval_minutes = '5'", "interval_minutes must be"),
    "the interval is true": ("interval_minutes = true", "interval_minutes must be"),
    "the interval is nothing": ("interval_minutes = 0", "interval_minutes must be"),
    "the interval is a year": ("interval_minutes = 525600", "interval_minutes must be"),
    "the interval has 5,000 digits": ("interval_minutes = " + "1" * 5000, "is not TOML"),
    "the interval is infinite": ("interval_minutes = inf", "interval_minutes must be"),
    "rules are a text": ("mandatory_rules = 'x'", "mandatory_rules must be"),
    "rules are numbers": ("mandatory_rules = [1]", "has the entry 1, which must be"),
    "a rule of another form": ("mandatory_rules = ['Sudo!']", "has the entry 'Sudo!'"),
    "enabled is a text": ('[controls."SageMaker.1"]\nenabled = "no"', "true or false"),
    "enabled is a number": ('[controls."SageMaker.1"]\nenabled = 0', "true or false"),
    "controls is a list": ("controls = []", "controls must be a table"),
    "a control is a text": ('controls."SageMaker.1" = "off"', "must be a table"),
    "platforms are none": ('[controls."SageMaker.8"]\nsupported_platforms = []', "at least one"),
    "the proxy is no URL": ("[aws]\nproxy = 'proxy.internal:3128'", "aws.proxy must be"),
    "the proxy has no host": ("[aws]\nproxy = 'http://'", "aws.proxy must be"),
    "the proxy's host is broken": ("[aws]\nproxy = 'http://[::1'", "aws.proxy must be"),
    "the proxy's port is a word": ("[aws]\nproxy = 'http://proxy:web'", "aws.proxy must be"),
    "the proxy's port is too high": ("[aws]\nproxy = 'http://proxy:99999'", "aws.proxy must be"),
    "the proxy is a file": ("[aws]\nproxy = 'file:///etc/passwd'", "aws.proxy must be"),
    "the CA bundle is a relative path": ("[aws]\nca_bundle = 'ca.pem'", "aws.ca_bundle must be"),
    "a mistake after what is turned off": (f"{OFF}[awz]", "did you mean aws?"),
    "a mistake before what is turned off": (f"contact = 1\n{OFF}", "contact must be one line"),
    "JSON": ('{"contact": "me"}', "is not TOML"),
    "a value is missing": ("contact =", "is not TOML"),
    "a key twice": ("contact = 'a'\ncontact = 'b'", "is not TOML"),
    "a BOM": (b"\xef\xbb\xbfcontact = 'me'", "is not TOML"),
    "UTF-16": ("contact = 'me'".encode("utf-16"), "is not TOML"),
    "not UTF-8": (b"contact = 'M\xfcller'", "is not TOML"),
    "NUL bytes": (b"\0" * 100, "is not TOML"),
    "nested 20,000 deep": ("a = " + "[" * 20_000, "is not TOML"),
    "too large": ("# " + "x" * 300_000, "is larger than"),
}


@pytest.mark.parametrize("mistake", POLICIES)
def test_a_policy_with_a_mistake_is_named_and_turns_nothing_off(
    mistake: str, tmp_path: Path
) -> None:
    content, says = POLICIES[mistake]
    write(tmp_path / POLICY, content)
    assert says in refused_policy(tmp_path)


def test_a_good_policy_is_followed_and_shows_what_it_turns_off(tmp_path: Path) -> None:
    write(tmp_path / POLICY, OFF.replace("\n", "\r\n"))
    report = judged(tmp_path, guard.policy_of(Place(tmp_path)))
    assert {finding.check for finding in report.findings} == CONTROLS - {"SageMaker.1"}
    assert report.turned_off == ("SageMaker.1",)
    assert "policy_broken" not in {flag.flag for flag in report.integrity}


def test_an_empty_policy_is_the_built_in_one(tmp_path: Path) -> None:
    write(tmp_path / POLICY, "")
    assert guard.policy_of(Place(tmp_path)) == Policy()


# --- anything at all

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
anything = st.recursive(
    scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8
)
arns = st.one_of(
    st.sampled_from([ARN, ARN.upper(), ARN + "/x", _arn(rest="app/d/u/JupyterLab/x")]),
    st.from_regex(r"arn:aws[a-z-]{0,8}:[a-z0-9]{0,9}:[a-z0-9-]{0,14}:\d{0,13}:[a-zA-Z/-]{0,40}"),
    anything,
)
documents = st.fixed_dictionaries(
    {},
    optional={"ResourceArn": arns, "ResourceName": anything | st.just(NAME), "AppType": anything},
)
metadata_files = st.one_of(
    st.binary(), anything.map(json.dumps).map(str.encode), documents.map(json.dumps).map(str.encode)
)


@fuzzed
@given(content=metadata_files)
def test_no_metadata_file_raises_passes_or_excuses_without_naming_another_resource(
    content: bytes, tmp_path: Path
) -> None:
    write(tmp_path / METADATA, content)
    report = judged(tmp_path)
    found = {finding.status for finding in report.findings if finding.check.startswith("SageMaker")}
    if found != {Status.UNKNOWN}:
        assert found == {Status.NOT_APPLICABLE}
        arn = json.loads(content)["ResourceArn"].lower()
        assert arn.startswith("arn:aws")
        assert ":sagemaker:" in arn
        assert ":notebook-instance" not in arn
    assert report.resource.kind is not KIND.NOT_SAGEMAKER


words = st.sampled_from(
    [
        *("contact", "interval_minutes", "mandatory_rules", "aws", "proxy", "ca_bundle", "probes"),
        *("controls", '"SageMaker.1"', '"SageMaker.8"', "enabled", "supported_platforms"),
        *("sagemaker_api", "[", "]", "[[", "]]", "{", "}", ".", ",", "=", "\n", " ", "#", '"', "'"),
        *("'''", '"""', "\\u", "true", "false", "15", "-1", "1e9", "0x", "1979-05-27", "inf"),
        *("'http://p:1'", "'/x'", "['a']", "9" * 5000),
    ]
)
policies = st.one_of(
    st.binary(),
    st.text().map(str.encode),
    st.lists(words | st.text(max_size=3)).map("".join).map(lambda t: t.encode(errors="ignore")),
    st.lists(st.tuples(words, words)).map(
        lambda pairs: "\n".join(f"{key} = {value}" for key, value in pairs).encode()
    ),
)


@fuzzed
@given(content=policies)
def test_no_policy_file_raises_or_hides_a_control(content: bytes, tmp_path: Path) -> None:
    write(tmp_path / POLICY, content)
    policy = guard.policy_of(Place(tmp_path))
    report = judged(tmp_path, policy)
    assert {f.check for f in report.findings} | set(report.turned_off) == CONTROLS
    if policy.problem is not None:
        refused_policy(tmp_path)
