"""Answers in XML, and answers that the oldest botocore reads: believed only when they are whole and
AWS's own. Real child process, real botocore, real TCP."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from conftest import INSTANCE
from faults.machine import KEYS, SECRETS
from faults.server import GONE, PAGE, Behaviour, Connection, Server, fails, says, shows

from jupyter_sm_guard import catalog, collector
from jupyter_sm_guard.host import Host
from jupyter_sm_guard.model import Fact, Known, Reason, Resource, ResourceKind, Unknown

pytestmark = pytest.mark.floor

ACCOUNT = "111122223333"
ROLE = f"arn:aws:sts::{ACCOUNT}:assumed-role/notebook-role"
STS = "https://sts.amazonaws.com/doc/2011-06-15/"
XML: Mapping[str, str | None] = {"Content-Type": "text/xml"}
NO_ID: Mapping[str, str | None] = {**XML, "x-amzn-RequestId": None}
BODY = (
    f'<GetCallerIdentityResponse xmlns="{STS}"><GetCallerIdentityResult><Arn>{ROLE}/jane.doe</Arn>'
    f"<UserId>AROAEXAMPLE:jane.doe</UserId><Account>{ACCOUNT}</Account></GetCallerIdentityResult>"
    "<ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></GetCallerIdentityResponse>"
)
XHTML = '<html xmlns="http://www.w3.org/1999/xhtml"><body>Log in</body></html>'
DENIED = (
    "<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>"
)


def xml(body: str, status: int = 200, headers: Mapping[str, str | None] = XML) -> Behaviour:
    return says(body.encode(), status, headers)


def _chunked(body: bytes, end: bytes = b"0\r\n\r\n") -> Behaviour:
    head = b"HTTP/1.1 200 OK\r\nx-amzn-RequestId: 1\r\nContent-Type: text/xml\r\n"

    def behave(connection: Connection) -> None:
        connection.send(head + b"Transfer-Encoding: chunked\r\n\r\n")
        connection.send(f"{len(body):x}\r\n".encode() + body + b"\r\n" + end)

    return behave


def _hang(connection: Connection) -> None:
    connection.wait()


CASES: dict[str, tuple[Behaviour, Reason | None]] = {
    "whole": (xml(BODY), None),
    "in chunks": (_chunked(BODY.encode()), None),
    "without a length": (xml(BODY, headers={**XML, "Content-Length": None}), None),
    "cut, in chunks": (_chunked(BODY[:-30].encode()), Reason.BAD_RESPONSE),
    "cut, without a length": (
        xml(BODY[:-1], headers={**XML, "Content-Length": None}),
        Reason.BAD_RESPONSE,
    ),
    "broken off": (_chunked(BODY.encode(), b""), Reason.UNREACHABLE),
    "XHTML": (xml(XHTML), Reason.CAPTIVE),
    "XHTML with a declaration": (xml('<?xml version="1.0"?>' + XHTML), Reason.CAPTIVE),
    "XHTML after a comment": (xml("<!-- x --> " + XHTML), Reason.CAPTIVE),
    "a page": (shows(PAGE), Reason.CAPTIVE),
    "a page that says it is XML": (xml(PAGE.decode()), Reason.CAPTIVE),
    "a page 403": (xml(PAGE.decode(), 403), Reason.CAPTIVE),
    "a redirect": (shows(b"", 302, Location="https://login.invalid/"), Reason.CAPTIVE),
    "another operation": (
        xml(BODY.replace("GetCallerIdentityResponse", "GetSessionTokenResponse")),
        Reason.BAD_RESPONSE,
    ),
    "another namespace": (xml(BODY.replace(STS, "urn:x")), Reason.BAD_RESPONSE),
    "no namespace": (xml(BODY.replace(f' xmlns="{STS}"', "")), Reason.BAD_RESPONSE),
    "a document type": (
        xml(f'<!DOCTYPE x [<!ENTITY a "b">]>{BODY}'),
        Reason.CAPTIVE,  # so does every web page begin
    ),
    "a document type inside": (
        xml(f'<?xml version="1.0"?><?x y?><!DOCTYPE x [<!ENTITY a "b">]>{BODY}'),
        Reason.BAD_RESPONSE,
    ),
    "a value twice": (
        xml(BODY.replace("<UserId>", "<UserId>AROAOTHER</UserId><UserId>")),
        Reason.BAD_RESPONSE,
    ),
    "no request id": (xml(BODY, headers=NO_ID), Reason.BAD_RESPONSE),
    "JSON": (says(b"{}"), Reason.BAD_RESPONSE),
    "empty": (xml(""), Reason.BAD_RESPONSE),
    "HTTP 201": (xml(BODY, 201), Reason.BAD_RESPONSE),
    "denied": (xml(DENIED, 403), Reason.MISSING_PERMISSION),
    "throttled": (xml(DENIED.replace("AccessDenied", "Throttling"), 400), Reason.THROTTLED),
    "hang": (_hang, Reason.TIMEOUT),
    "ARN of another account": (
        xml(BODY.replace(f"sts::{ACCOUNT}", "sts::999999999999")),
        Reason.BAD_RESPONSE,
    ),
    "a secret for an ARN": (
        xml(BODY.replace(f"{ROLE}/jane.doe", f"a:b:c:d:{ACCOUNT}:{SECRETS[0]}")),
        Reason.UNKNOWN_VALUE,
    ),
}


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)


def collect(aws: Server, names: tuple[str, ...], resource: Resource) -> Mapping[str, Fact]:
    host = Host(Path("/nonexistent"))
    reach = collector.reach(host, resource, aws.url)
    sources = {name: catalog.sources()[name] for name in names}
    return collector.collect(sources, host, resource, reach, 3.0).facts


@pytest.mark.parametrize("case", CASES)
def test_xml_counts_only_when_it_is_whole_and_awss(case: str) -> None:
    behaviour, reason = CASES[case]
    with Server(behaviour) as aws:
        facts = collect(aws, ("identity",), INSTANCE)
    assert not [secret for secret in (*SECRETS, "jane.doe") if secret in repr(facts)]
    fact = facts["CallerArn"]
    if reason is None:
        assert isinstance(fact, Known)
        assert (fact.value, facts["CallerAccount"]) == (
            ROLE,
            Known(ACCOUNT, "GetCallerIdentity", fact.observed_at, fact.request_id),
        )
    else:
        assert isinstance(fact, Unknown)
        # urllib3 says it in one way or the other when a connection ends within a chunk
        broken = {Reason.BAD_RESPONSE, Reason.TIMEOUT}  # what old versions of urllib3 call it
        same = {reason} | (broken if reason is Reason.UNREACHABLE else set())
        assert fact.reason in same


STUDIO = Resource(
    ResourceKind.STUDIO,
    region="eu-central-1",
    account=ACCOUNT,
    partition="aws",
    domain="d-abc",
    space="s",
)
SCOPE = f"arn:aws:sagemaker:eu-central-1:{ACCOUNT}"
TOLD: Mapping[str, Any] = {
    "DomainArn": f"{SCOPE}:domain/d-abc",
    "SpaceArn": f"{SCOPE}:space/d-abc/s",
    "DomainId": "d-abc",
    "SpaceName": "s",
    "AuthMode": "IAM",
    "AppNetworkAccessType": "VpcOnly",
    "SpaceSettings": {"RemoteAccess": "ENABLED"},
    "SpaceSharingSettings": {"SharingType": "Private"},
}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "VpcOnly"),
        ({"DomainId": "d-other"}, Reason.IDENTITY_MISMATCH),
        (
            {"DomainArn": f"{SCOPE.replace('central', 'west')}:domain/d-abc"},
            Reason.IDENTITY_MISMATCH,
        ),
        ({"DomainArn": GONE}, Reason.BAD_RESPONSE),
        ({"AppNetworkAccessType": SECRETS[1] + "!"}, Reason.UNKNOWN_VALUE),
        ({"AppNetworkAccessType": GONE}, Reason.FIELD_MISSING),
    ],
)
def test_studio_answers(changes: Mapping[str, Any], expected: str | Reason) -> None:
    told = {name: value for name, value in {**TOLD, **changes}.items() if value is not GONE}
    with Server(says(json.dumps(told).encode())) as aws:
        facts = collect(aws, ("studio_api",), STUDIO)
    fact = facts["AppNetworkAccessType"]
    assert (fact.value if isinstance(fact, Known) else fact.reason) == expected
    assert not [secret for secret in SECRETS if secret in repr(facts)]


def test_a_field_that_botocore_is_too_old_for_is_never_not_set() -> None:
    with Server(says(json.dumps(TOLD).encode())) as aws:
        fact = collect(aws, ("studio_api",), STUDIO)["SpaceRemoteAccess"]
    assert (
        fact == Unknown(Reason.FIELD_MISSING, fact.detail, fact.source)
        if isinstance(fact, Unknown)
        else fact.value == "ENABLED"
    )


ALL = (
    *("aws_config", "ec2_network", "identity", "lifecycle", "role", "security_hub"),
    "sagemaker_api",
)


@pytest.mark.parametrize(
    "behaviour",
    [says(b"{}"), says(b'{"Findings": [5], "EvaluationResults": [{}]}'), fails("AccessDenied")],
    ids=["empty", "odd", "denied"],
)
def test_no_source_knows_anything_of_nonsense(behaviour: Behaviour) -> None:
    with Server(behaviour) as aws:
        facts = collect(aws, ALL, INSTANCE)
    assert not [fact for fact in facts.values() if isinstance(fact, Known)]
    assert Reason.INTERNAL_ERROR not in {f.reason for f in facts.values() if isinstance(f, Unknown)}
