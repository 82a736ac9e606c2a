"""The admin's policy file: what it says counts, and a mistake in it never means fewer checks."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import INSTANCE
from hypothesis import given
from hypothesis import strategies as st

from jupyter_sm_guard import catalog, guard
from jupyter_sm_guard._version import VERSION
from jupyter_sm_guard.judge import judge
from jupyter_sm_guard.model import Evidence
from jupyter_sm_guard.place import Place
from jupyter_sm_guard.policy import PATH, Policy, PolicyError, parse

pytestmark = pytest.mark.unit

WORDS = catalog.vocabulary()
FULL = b"""
contact = "cloud-team@example.com"
interval_minutes = 30
mandatory_rules = ["sudo-in-cell"]
[aws]
proxy = "http://proxy.internal:3128"
ca_bundle = "/etc/pki/internal.pem"
[probes]
sagemaker_api = false
[controls."SageMaker.21"]
enabled = false
[controls."SageMaker.8"]
supported_platforms = ["notebook-al2023-v1", "notebook-al2023-v2"]
"""


def test_everything_a_policy_can_say() -> None:
    assert parse(FULL, WORDS) == Policy(
        contact="cloud-team@example.com",
        interval_minutes=30,
        mandatory_rules=("sudo-in-cell",),
        proxy="http://proxy.internal:3128",
        ca_bundle="/etc/pki/internal.pem",
        probes_off=frozenset({"sagemaker_api"}),
        controls_off=frozenset({"SageMaker.21"}),
        parameters={
            "SageMaker.8": {"supported_platforms": ("notebook-al2023-v1", "notebook-al2023-v2")}
        },
    )


def test_an_empty_policy_is_the_built_in_one() -> None:
    assert parse(b"", WORDS) == Policy()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("contatc = 'x'", r"contatc is not a known key; did you mean contact\?"),
        ("zzz = 1", "zzz is not a known key; known: contact, exemption_link, guard_version"),
        ("[probes]\nsagemaker_apis = true", r"did you mean sagemaker_api\?"),
        (
            "[controls.'SageMaker.9']\nenabled = false",
            r'controls\."SageMaker\.9" is not a known key',
        ),
        ("[controls.'sagemaker.1']\nenabled = false", r"did you mean SageMaker\.1\?"),
        ("[controls.'SageMaker.1']\nenable = false", r"did you mean enabled\?"),
        ("[controls.'SageMaker.1']\nenabled = 'no'", "enabled must be true or false"),
        ("[controls.'SageMaker.8']\nsupported_platforms = []", "at least one entry"),
        ("[controls.'SageMaker.8']\nsupported_platforms = 'x'", "must be a list of texts"),
        ("controls = 1", "controls must be a table"),
        ("contact = 5", "contact must be one line of text"),
        ('contact = "a\\u001b[31m"', "contact must be one line of text"),
        ("interval_minutes = 0", "whole number of minutes from 1 to 1440"),
        ("interval_minutes = true", "whole number of minutes"),
        ("interval_minutes = 1.5", "whole number of minutes"),
        ("mandatory_rules = ['Sudo']", "must be a rule's name in small letters"),
        ("[aws]\nproxy = 'proxy:3128'", "must be a URL like"),
        ("[aws]\nca_bundle = 'pki.pem'", "must be an absolute path"),
        ("[aws]\nendpoint_url = 'http://x'", "aws.endpoint_url is not a known key"),
        ("contact = ", "is not TOML"),
    ],
)
def test_a_mistake_is_named_with_its_place_and_remedy(text: str, message: str) -> None:
    with pytest.raises(PolicyError, match=message):
        parse(text.encode(), WORDS)


def test_bytes_that_are_not_text_are_named() -> None:
    with pytest.raises(PolicyError, match="is not TOML"):
        parse(b"contact = '\xff'", WORDS)


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_give_a_policy_or_its_error(content: bytes) -> None:
    try:
        policy = parse(content, WORDS)
    except PolicyError as error:
        assert str(error)  # noqa: PT017  # either outcome is right; nothing else may come out
    else:
        assert policy.problem is None


def test_a_broken_file_means_the_built_in_policy_and_a_flag(tmp_path: Path) -> None:
    path = tmp_path / PATH.lstrip("/")
    path.parent.mkdir(parents=True)
    path.write_text(
        "[controls.'SageMaker.1']\nenabled = false\n[controls.'SageMaker.2']\nenabeld=1\n"
    )
    place = Place(root=tmp_path)
    policy = guard.policy_of(place)
    assert policy.controls_off == frozenset()
    report = guard.check(place, policy)
    assert {finding.check for finding in report.findings} >= {"SageMaker.1", "SageMaker.2"}
    flags = {flag.flag: flag.detail for flag in report.integrity}
    assert "did you mean enabled?" in flags["policy_broken"]
    assert PATH in flags["policy_broken"]


@pytest.mark.parametrize(("wanted", "differs"), [(VERSION, False), ("0.0.9", True), (None, False)])
def test_another_version_than_the_policy_s_says_so(wanted: str | None, differs: bool) -> None:
    text = b"" if wanted is None else f'guard_version = "{wanted}"\n'.encode()
    policy = parse(text, WORDS)
    report = judge(Evidence(INSTANCE), policy, Place())
    flags = {flag.flag: flag.detail for flag in report.integrity}
    says = f"the policy is for version 0.0.9 of the guard, and this is {VERSION}"
    assert flags == ({"version_differs": says} if differs else {})


def test_a_policy_that_is_there_is_used(tmp_path: Path) -> None:
    path = tmp_path / PATH.lstrip("/")
    path.parent.mkdir(parents=True)
    path.write_bytes(FULL)
    report = guard.check(Place(root=tmp_path), guard.policy_of(Place(root=tmp_path)))
    assert report.turned_off == ("SageMaker.21",)
    assert report.contact == "cloud-team@example.com"
    assert "policy_broken" not in {flag.flag for flag in report.integrity}
