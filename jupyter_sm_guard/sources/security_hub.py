"""GetFindings: what Security Hub last said of this instance, control by control.

Facts `SecurityHub SageMaker.1` and so on: PASSED, FAILED or WARNING, observed when the finding was
last updated; Unknown (NOT_FOUND) where there is no finding, (FIELD_MISSING) where its status is
another. One question for all controls: the quota is 3 requests a second for a whole account and
Region. The filters only make the answer small: each finding is looked at again here. It counts when
Security Hub itself made it (nobody can import findings under its product ARN), it is active, and it
is about our ARN; AWS writes that as people typed it or in lower case. That somebody suppressed a
finding leaves its status. Where findings are not consolidated there is one for each standard: the
newest of each counts, and of those the worst. AccessDenied is also what Security Hub answers where
it is not enabled.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from ..aws import call
from ..model import Fact, Known, Reason, Resource, ResourceKind, Unknown
from . import Context, Source

NAME = "Security Hub"
CONTROLS = ("SageMaker.1", "SageMaker.2", "SageMaker.3", "SageMaker.8", "SageMaker.21")
PAGES = 3

_STATUSES = ("PASSED", "", "WARNING", "FAILED")
"""From good to bad; "" stands for every other word."""

_TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d{1,9})?Z", re.ASCII)

Finding = Mapping[str, Any]


def observe(context: Context) -> Mapping[str, Fact]:
    """Ask for the findings about the instance we run on."""
    findings = _findings(context)
    if isinstance(findings, Unknown):
        return SOURCE.unknown(findings)
    ours = [finding for finding in findings if _is_ours(finding, context.resource)]
    return {_fact_name(id): _verdict(id, ours) for id in CONTROLS}


def _fact_name(control: str) -> str:
    return f"SecurityHub {control}"


def _findings(context: Context) -> list[Finding] | Unknown:
    """All pages, or why there is no complete answer: on the next page may be the bad news."""
    found: list[Finding] = []
    parameters = {"Filters": _filters(context.resource), "MaxResults": 100}
    for _ in range(PAGES):
        answer = call(context.aws, "securityhub", "GetFindings", parameters, context.stage)
        if isinstance(answer, Unknown):
            return answer
        page = answer.body.get("Findings")
        if not isinstance(page, list):
            return Unknown(Reason.BAD_RESPONSE, "the answer has no list of findings")
        found += [finding for finding in page if isinstance(finding, dict)]
        token = answer.body.get("NextToken")
        if not token:
            return found
        parameters["NextToken"] = token
    return Unknown(Reason.BAD_RESPONSE, f"the answer has more than {PAGES} pages")


def _filters(resource: Resource) -> Mapping[str, list[dict[str, str]]]:
    arn = resource.arn or ""

    def equals(*values: str, how: str = "EQUALS") -> list[dict[str, str]]:
        return [{"Value": value, "Comparison": how} for value in values]

    return {
        "ResourceId": equals(*dict.fromkeys((arn, arn.lower()))),
        "RecordState": equals("ACTIVE"),
        "ProductName": equals(NAME, how="PREFIX"),  # AWS renames it now and then
    }


def _is_ours(finding: Finding, resource: Resource) -> bool:
    product = f"arn:{resource.partition}:securityhub:{resource.region}::product/aws/securityhub"
    named = (finding.get("ProductFields") or {}).get("aws/securityhub/ProductName")
    return (
        finding.get("ProductArn") == product
        and str(named).startswith(NAME)
        and finding.get("AwsAccountId") == resource.account
        and finding.get("RecordState") == "ACTIVE"
        and any(_is_arn(r.get("Id"), resource.arn) for r in finding.get("Resources") or ())
    )


def _is_arn(one: object, other: str | None) -> bool:
    if not isinstance(one, str) or other is None:
        return False
    return one.isascii() and one.lower() == other.lower()


def _control_of(finding: Finding) -> str:
    named = (finding.get("Compliance") or {}).get("SecurityControlId")
    return str(named or str(finding.get("GeneratorId")).rpartition("/")[2])


def _verdict(control: str, findings: list[Finding]) -> Fact:
    newest: dict[str, tuple[datetime, int]] = {}
    for standard, moment, badness in _told(control, findings):
        if moment is None:
            return Unknown(Reason.UNKNOWN_VALUE, f"a finding on {control} has no time", NAME)
        newest[standard] = max(newest.get(standard, (moment, badness)), (moment, badness))
    if not newest:
        return Unknown(Reason.NOT_FOUND, f"{NAME} has no finding on {control} here", NAME)
    badness, moment = max((badness, moment) for moment, badness in newest.values())
    if not _STATUSES[badness]:
        return Unknown(Reason.FIELD_MISSING, f"{NAME} has no verdict on {control}", NAME)
    return Known(_STATUSES[badness], NAME, moment)


def _told(control: str, findings: list[Finding]) -> Iterator[tuple[str, datetime | None, int]]:
    """The findings on a control: by which standard, when, and how bad."""
    for finding in findings:
        if _control_of(finding) == control:
            status = str((finding.get("Compliance") or {}).get("Status"))
            badness = _STATUSES.index(status if status in _STATUSES else "")
            yield str(finding.get("GeneratorId")), _moment(finding.get("UpdatedAt")), badness


def _moment(text: object) -> datetime | None:
    match = _TIME.fullmatch(text) if isinstance(text, str) else None
    try:
        return datetime.fromisoformat(f"{match[1]}+00:00") if match else None
    except ValueError:
        return None


SOURCE = Source(
    name="security_hub",
    label=NAME,
    facts=tuple(_fact_name(id) for id in CONTROLS),
    kinds=frozenset({ResourceKind.NOTEBOOK_INSTANCE}),
    observe=observe,
    opt_in=True,
    keep=timedelta(hours=12),
)
