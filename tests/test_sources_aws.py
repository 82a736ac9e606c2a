"""The sources that ask AWS for more than the instance, against the embedded AWS: real child, real
botocore, real HTTP."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from conftest import INSTANCE

from jupyter_sm_guard import catalog, collector
from jupyter_sm_guard.demo import CREDENTIALS
from jupyter_sm_guard.demo.aws import EmbeddedAws
from jupyter_sm_guard.demo.behaviour import Behaviour
from jupyter_sm_guard.demo.resources import create_instance, remove_instances
from jupyter_sm_guard.host import Host
from jupyter_sm_guard.model import Fact, Known, Reason, Resource, ResourceKind, Unknown, utc_now

NAME = "Team-NB"
DOMAIN, SPACE = "d-abcdefghijkl", "demo-space"
JUDGED = tuple(i for i, c in catalog.controls().items() if c.judge is not None and c.is_aws)
SETTINGS = {"DirectInternetAccess": "Disabled", "RootAccess": "Disabled"}


@pytest.fixture(scope="module")
def shared() -> Iterator[EmbeddedAws]:
    with EmbeddedAws() as aws:
        yield aws


@pytest.fixture
def aws(shared: EmbeddedAws, monkeypatch: pytest.MonkeyPatch) -> EmbeddedAws:
    """One AWS for all tests, well-behaved and with nothing in it; credentials for it."""
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    shared.behave_well()
    shared.forget()
    remove_instances(shared)
    shared.requests.clear()
    return shared


def arn(aws: EmbeddedAws) -> str:
    return f"arn:aws:sagemaker:eu-central-1:{aws.account}:notebook-instance/team-nb"


def collect(
    aws: EmbeddedAws, *names: str, root: Path | None = None, deadline: float = 8.0, **changes: Any
) -> Mapping[str, Fact]:
    """The facts of these sources, by way of the real child; `changes` are to the resource."""
    studio = ResourceKind.STUDIO in catalog.sources()[names[0]].kinds and len(names) == 1
    about: dict[str, Any] = {**vars(INSTANCE), "account": aws.account, "arn": arn(aws)}
    if studio and names[0] != "identity":
        about |= {"kind": ResourceKind.STUDIO, "domain": DOMAIN, "space": SPACE}
    resource = Resource(**(about | changes))
    host = Host(root or Path("/nonexistent"))
    reach = collector.reach(host, resource, aws.url)
    sources = {name: catalog.sources()[name] for name in names}
    return collector.collect(sources, host, resource, reach, deadline).facts


def values(facts: Mapping[str, Fact], *names: str) -> Mapping[str, Any]:
    """Values, or the reason where there is none."""
    chosen = {name: facts[name] for name in names or facts}
    return {n: f.value if isinstance(f, Known) else f.reason for n, f in chosen.items()}


NETWORK = catalog.sources()["ec2_network"].facts


def test_who_aws_takes_us_for(aws: EmbeddedAws) -> None:
    facts = collect(aws, "identity")
    assert values(facts) == {
        "CallerAccount": aws.account,
        "CallerArn": f"arn:aws:sts::{aws.account}:user/moto",
    } or isinstance(facts["CallerArn"], Known)


def _subnet_of(aws: EmbeddedAws) -> tuple[Any, str, str]:
    """A client of EC2, and the instance's subnet and VPC."""
    ec2 = aws.client("ec2")
    told = aws.client("sagemaker").describe_notebook_instance(NotebookInstanceName=NAME)
    subnet = ec2.describe_subnets(SubnetIds=[told["SubnetId"]])["Subnets"][0]
    return ec2, subnet["SubnetId"], subnet["VpcId"]


def test_the_subnets_network(aws: EmbeddedAws) -> None:
    create_instance(aws, NAME, SETTINGS, in_vpc=True)
    ec2, subnet, vpc = _subnet_of(aws)
    facts = collect(aws, "sagemaker_api", "ec2_network")
    assert values(facts, *NETWORK) == {
        "Vpc": vpc,
        "SubnetCidr": "10.42.1.0/24",
        "SubnetCidrIPv6": None,
        "DefaultRouteTarget": "none",
        "DefaultRouteTargetIPv6": "none",
        "VpcEndpoints": "",
        "SecurityGroupEgress": "anywhere",
    }
    service = "com.amazonaws.eu-central-1.sagemaker.api"
    ec2.create_vpc_endpoint(VpcId=vpc, ServiceName=service, VpcEndpointType="Interface")
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
    facts = collect(aws, "sagemaker_api", "ec2_network")
    assert values(facts, "DefaultRouteTarget", "VpcEndpoints") == {
        "DefaultRouteTarget": gateway,
        "VpcEndpoints": "sagemaker.api",
    }


def test_a_call_that_fails_makes_only_its_own_facts_unknown(aws: EmbeddedAws) -> None:
    create_instance(aws, NAME, SETTINGS, in_vpc=True)
    aws.behave("DescribeRouteTables", Behaviour.DENY)
    aws.behave("DescribeVpcEndpoints", Behaviour.THROTTLE)
    facts = collect(aws, "sagemaker_api", "ec2_network")
    route = facts["DefaultRouteTarget"]
    assert isinstance(route, Unknown)
    assert (route.reason, route.action) == (
        Reason.MISSING_PERMISSION,
        "ec2:DescribeRouteTables",
    )
    assert values(facts, "SubnetCidr", "VpcEndpoints", "SecurityGroupEgress") == {
        "SubnetCidr": "10.42.1.0/24",
        "VpcEndpoints": Reason.THROTTLED,
        "SecurityGroupEgress": "anywhere",
    }


def test_without_a_subnet_ec2_is_not_asked(aws: EmbeddedAws) -> None:
    create_instance(aws, NAME, {})
    facts = collect(aws, "sagemaker_api", "ec2_network")
    assert set(values(facts, *NETWORK).values()) == {None}
    assert not [operation for operation in aws.requests if "Subnets" in operation]


def hub(*statuses: str | Reason) -> Mapping[str, Any]:
    """What Security Hub says, control by control; NOT_FOUND for the rest."""
    told = dict(zip(JUDGED, statuses, strict=False))
    return {f"SecurityHub {id}": told.get(id, Reason.NOT_FOUND) for id in JUDGED}


def test_the_controls_that_others_judge_are_the_judged_ones() -> None:
    for name, prefix in (("security_hub", "SecurityHub"), ("aws_config", "Config")):
        facts = catalog.sources()[name].facts
        assert set(facts) == {f"{prefix} {id}" for id in JUDGED}
    from jupyter_sm_guard.sources.aws_config import RULES

    assert {id: catalog.controls()[id].config_rule for id in JUDGED} == RULES


def test_security_hubs_findings(aws: EmbeddedAws) -> None:
    now = utc_now()
    aws.verdicts.find(arn(aws).replace("team-nb", "Team-NB"), JUDGED[0], "FAILED", now)
    aws.verdicts.find(arn(aws), JUDGED[1], "PASSED", Workflow={"Status": "SUPPRESSED"})
    aws.verdicts.find(arn(aws), JUDGED[2], "NOT_AVAILABLE")
    facts = collect(aws, "security_hub", arn=arn(aws).replace("team-nb", "Team-NB"))
    assert values(facts) == hub("FAILED", "PASSED", Reason.FIELD_MISSING)
    failed = facts[f"SecurityHub {JUDGED[0]}"]
    assert isinstance(failed, Known)
    assert failed.observed_at == now.replace(microsecond=0)


def test_of_several_findings_the_newest_of_each_standard_and_of_those_the_worst(
    aws: EmbeddedAws,
) -> None:
    aws.verdicts.page = 2
    old, own = utc_now() - timedelta(days=3), arn(aws)
    aws.verdicts.find(own, JUDGED[0], "FAILED", old)
    aws.verdicts.find(own, JUDGED[0], "PASSED")
    for status, standard in (("PASSED", "fsbp"), ("FAILED", "nist"), ("PASSED", "cis")):
        compliance = {"Status": status}
        generator = f"{standard}/v/1/{JUDGED[1]}"
        aws.verdicts.find(own, "x", "", GeneratorId=generator, Compliance=compliance)
    assert values(collect(aws, "security_hub")) == hub("PASSED", "FAILED")
    assert aws.requests["POST /findings"] == 3


def test_findings_that_are_not_security_hubs_own_do_not_count(aws: EmbeddedAws) -> None:
    own, id = arn(aws), JUDGED[0]
    forged = f"arn:aws:securityhub:eu-central-1:{aws.account}:product/{aws.account}/default"
    aws.verdicts.find(own, id, "PASSED", ProductArn=forged)
    aws.verdicts.find(own, id, "PASSED", ProductFields={"aws/securityhub/ProductName": "Mine"})
    aws.verdicts.find(own, id, "PASSED", AwsAccountId="999999999999")
    aws.verdicts.find(own, id, "PASSED", RecordState="ARCHIVED")
    aws.verdicts.find(own + "2", id, "PASSED")
    aws.verdicts.find(own, "SageMaker.99", "PASSED")
    assert values(collect(aws, "security_hub")) == hub()


def test_more_pages_than_we_read_are_no_answer(aws: EmbeddedAws) -> None:
    aws.verdicts.page = 1
    for id in JUDGED:
        aws.verdicts.find(arn(aws), id, "PASSED")
    assert set(values(collect(aws, "security_hub")).values()) == {Reason.BAD_RESPONSE}


def test_configs_results(aws: EmbeddedAws) -> None:
    rule = {id: catalog.controls()[id].config_rule for id in JUDGED}
    aws.verdicts.comply(NAME, f"securityhub-{rule[JUDGED[0]]}-1a2b3c4d", "NON_COMPLIANT")
    aws.verdicts.comply(arn(aws), rule[JUDGED[1]], "COMPLIANT")
    aws.verdicts.comply(NAME, rule[JUDGED[2]], "INSUFFICIENT_DATA")
    aws.verdicts.comply(NAME, f"ours-{rule[JUDGED[3]]}", "COMPLIANT")
    told = values(collect(aws, "aws_config"))
    assert [told[f"Config {id}"] for id in JUDGED[:4]] == [
        "FAILED",
        "PASSED",
        Reason.FIELD_MISSING,
        Reason.NOT_FOUND,
    ]


def test_what_the_role_can_undo(aws: EmbeddedAws) -> None:
    create_instance(aws, NAME, {})
    assert values(collect(aws, "sagemaker_api", "role"), "RoleCanUndo") == {"RoleCanUndo": ""}
    aws.roles.missing = ("aws:ResourceTag/team",)
    undecided = collect(aws, "sagemaker_api", "role")["RoleCanUndo"]
    assert isinstance(undecided, Unknown)
    aws.roles.allow("sagemaker:CreateNotebookInstance", "securityhub:BatchUpdateFindings")
    alone = "securityhub:BatchUpdateFindings"
    assert values(collect(aws, "sagemaker_api", "role"), "RoleCanUndo") == {"RoleCanUndo": alone}
    aws.roles.allow("sagemaker:CreateNotebookInstance", "iam:PassRole")
    both = "iam:PassRole, sagemaker:CreateNotebookInstance"
    assert values(collect(aws, "sagemaker_api", "role"), "RoleCanUndo") == {"RoleCanUndo": both}


def test_the_lifecycle_configuration(aws: EmbeddedAws) -> None:
    sagemaker, fact = aws.client("sagemaker"), "LifecycleConfigReadable"
    script = base64.b64encode(b"export TOKEN=sEcReT").decode()
    name = {"NotebookInstanceLifecycleConfigName": "team-start"}
    sagemaker.create_notebook_instance_lifecycle_config(**name, OnStart=[{"Content": script}])
    create_instance(aws, NAME, {})
    assert values(collect(aws, "sagemaker_api", "lifecycle"), fact) == {fact: None}
    aws.update(NAME, **name)
    facts = collect(aws, "sagemaker_api", "lifecycle")
    assert values(facts, fact) == {fact: True}
    assert "sEcReT" not in repr(facts)
    assert script not in repr(facts)
    sagemaker.delete_notebook_instance_lifecycle_config(**name)
    assert values(collect(aws, "sagemaker_api", "lifecycle"), fact) == {fact: Reason.NOT_FOUND}
    aws.update(NAME, NotebookInstanceLifecycleConfigName=None)  # as the next test expects it


def test_the_tags(aws: EmbeddedAws) -> None:
    tags = {"team": "a", "cost center": "x=1/2@b", "who": "Zoë", "note": "<b>\u202e</b>", "e": ""}
    given = [{"Key": key, "Value": value} for key, value in tags.items()]
    create_instance(aws, NAME, {"Tags": given})
    (found,) = values(collect(aws, "tags")).values()
    assert json.loads(found) == {"team": "a", "cost center": "x=1/2@b", "e": ""}


def test_a_studio_domain_and_space(aws: EmbeddedAws) -> None:
    aws.studio.lay_domain(
        DOMAIN,
        AppNetworkAccessType="VpcOnly",
        HomeEfsFileSystemKmsKeyId="1234abcd-12ab-34cd-56ef-1234567890ab",
        DomainSettings={
            "DockerSettings": {
                "EnableDockerAccess": "ENABLED",
                "VpcOnlyTrustedAccounts": ["111122223333", "444455556666"],
            }
        },
    )
    settings = {"AppType": "JupyterLab", "RemoteAccess": "ENABLED"}
    aws.studio.lay_space(DOMAIN, SPACE, SpaceSettings=settings)
    assert values(collect(aws, "studio_api")) == {
        "AppNetworkAccessType": "VpcOnly",
        "DomainVpcId": "vpc-0a1b2c3d",
        "DomainKmsKeyId": "1234abcd-12ab-34cd-56ef-1234567890ab",
        "DomainAuthMode": "IAM",
        "DockerAccess": "ENABLED",
        "VpcOnlyTrustedAccounts": "2",
        "SpaceSharingType": "Private",
        "SpaceRemoteAccess": "ENABLED",
    }
    aws.studio.lay_domain(DOMAIN, VpcId=None)
    aws.studio.lay_space(DOMAIN, SPACE)
    told = values(collect(aws, "studio_api"))
    not_set = ("DomainVpcId", "DomainKmsKeyId", "DockerAccess", "SpaceRemoteAccess")
    assert {told[name] for name in not_set} == {None}


def test_a_domain_of_somebody_else_is_no_evidence(aws: EmbeddedAws) -> None:
    aws.studio.lay_domain(DOMAIN, DomainArn=f"arn:aws:sagemaker:eu-central-1:{'9' * 12}:domain/d-x")
    assert set(values(collect(aws, "studio_api")).values()) == {Reason.IDENTITY_MISMATCH}


def test_an_app_outside_of_any_space(aws: EmbeddedAws) -> None:
    aws.studio.lay_domain(DOMAIN)
    told = values(collect(aws, "studio_api", space=None))
    assert told["AppNetworkAccessType"] == "PublicInternetOnly"
    assert told["SpaceSharingType"] is Reason.NOT_FOUND
    assert aws.requests["DescribeSpace"] == 0


def test_the_fake_refuses_what_aws_never_answers(aws: EmbeddedAws) -> None:
    for wrong in ({"AppNetworkAccessType": "Sometimes"}, {"Nothing": "x"}):
        with pytest.raises(ValueError, match=r"AppNetwork|appNetwork|Nothing"):
            aws.studio.lay_domain(DOMAIN, **wrong)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'{"AppNetworkAccessType": "VpcOnly"}', "VpcOnly"),
        (b'{"AppNetworkAccessType": "AKIDEXAMPLE0SECRET"}', Reason.UNKNOWN_VALUE),
        (b'{"AppNetworkAccessType": ["VpcOnly"]}', Reason.UNKNOWN_VALUE),
        (b"{}", Reason.FIELD_MISSING),
        (b"[", Reason.BAD_RESPONSE),
        (None, Reason.NOT_FOUND),
    ],
)
def test_studios_own_file(
    aws: EmbeddedAws, tmp_path: Path, content: bytes | None, said: str | Reason
) -> None:
    if content is not None:
        path = tmp_path / "opt/.sagemakerinternal/internal-metadata.json"
        path.parent.mkdir(parents=True)
        path.write_bytes(content)
    source = catalog.sources()["studio_host"]
    from jupyter_sm_guard.aws import Aws
    from jupyter_sm_guard.sources import Context

    context = Context(Host(tmp_path), Aws("eu-central-1"), INSTANCE, lambda _: None)
    assert values(source.observe(context)) == {"AppNetworkAccessTypeHint": said}
    assert "AKID" not in repr(source.observe(context))


OPERATIONS = {
    "identity": ("GetCallerIdentity", "sts:GetCallerIdentity"),
    "security_hub": ("POST /findings", "securityhub:GetFindings"),
    "aws_config": ("GetComplianceDetailsByResource", "config:GetComplianceDetailsByResource"),
    "studio_api": ("DescribeDomain", "sagemaker:DescribeDomain"),
    "tags": ("ListTags", "sagemaker:ListTags"),
}


@pytest.mark.parametrize("name", OPERATIONS)
@pytest.mark.parametrize(
    ("behaviour", "reason"),
    [
        (Behaviour.DENY, Reason.MISSING_PERMISSION),
        (Behaviour.THROTTLE, Reason.THROTTLED),
        (Behaviour.EXPIRED, Reason.EXPIRED_CREDENTIALS),
        (Behaviour.ERROR, Reason.BAD_RESPONSE),
    ],
)
def test_every_failure_has_its_reason(
    aws: EmbeddedAws, name: str, behaviour: Behaviour, reason: Reason
) -> None:
    operation, action = OPERATIONS[name]
    aws.studio.lay_domain(DOMAIN)
    aws.studio.lay_space(DOMAIN, SPACE)
    aws.behave(operation, behaviour)
    fact = next(iter(collect(aws, name).values()))
    assert isinstance(fact, Unknown)
    assert fact.reason is reason
    assert fact.action == (action if behaviour is Behaviour.DENY else None)


def test_all_at_once_and_one_that_hangs_holds_up_no_other(aws: EmbeddedAws) -> None:
    create_instance(aws, NAME, SETTINGS, in_vpc=True)
    aws.verdicts.find(arn(aws), JUDGED[0], "PASSED")
    aws.behave("GetCallerIdentity", Behaviour.HANG)
    names = ("sagemaker_api", "ec2_network", "security_hub", "aws_config", "role", "lifecycle")
    facts = collect(aws, *names, "identity", deadline=4.0)
    assert values(facts, "CallerArn", "RoleCanUndo", f"SecurityHub {JUDGED[0]}", "SubnetCidr") == {
        "CallerArn": Reason.TIMEOUT,
        "RoleCanUndo": "",
        f"SecurityHub {JUDGED[0]}": "PASSED",
        "SubnetCidr": "10.42.1.0/24",
    }


SECRET = "https://x.notebook/?authToken=AKIDEXAMPLE0SECRET&X-Amz-Signature=00"


def test_what_is_planted_in_awss_texts_never_becomes_a_fact(aws: EmbeddedAws) -> None:
    create_instance(aws, NAME, SETTINGS, in_vpc=True)
    aws.studio.lay_domain(DOMAIN, FailureReason=SECRET, Url=SECRET)
    aws.studio.lay_space(DOMAIN, SPACE, FailureReason=SECRET, Url=SECRET)
    for id in JUDGED:
        bad = {"Status": SECRET, "SecurityControlId": id}
        aws.verdicts.find(arn(aws), id, "", Compliance=bad, Title=SECRET, UpdatedAt=SECRET)
        aws.verdicts.comply(NAME, catalog.controls()[id].config_rule, SECRET)
    aws.roles.missing = (SECRET,)
    found = [collect(aws, "studio_api")]
    found.append(collect(aws, "sagemaker_api", "security_hub", "aws_config", "role"))
    assert not re.search("AKID|authToken|Signature", json.dumps([repr(f) for f in found]))
