"""GetComplianceDetailsByResource: what AWS Config's rules last said of this instance.

Facts `Config SageMaker.1` and so on: PASSED (COMPLIANT) or FAILED (NON_COMPLIANT), observed when
the result was recorded; Unknown (NOT_FOUND) where no rule told anything, (FIELD_MISSING) where the
rule came to no verdict. Rules are known by their names: AWS's own, as Security Hub makes them
(`securityhub-RULE-SUFFIX`) or as in a conformance pack (`RULE-conformance-pack-SUFFIX`); rules
that people named otherwise are not seen. Of several rules for a control the worst counts; one with
parameters of its own (subnets, platforms) may be stricter than the control.

AWS does not say by which id Config knows a notebook instance: we ask by name, then by ARN, and
believe only results that name the id we asked for. No result is no verdict, and never a good one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

from ..aws import call
from ..model import Fact, Known, Reason, ResourceKind, Unknown
from . import Context, Source

NAME = "AWS Config"
TYPE = "AWS::SageMaker::NotebookInstance"
PAGES = 3
RULES = {
    "SageMaker.1": "sagemaker-notebook-no-direct-internet-access",
    "SageMaker.2": "sagemaker-notebook-instance-inside-vpc",
    "SageMaker.3": "sagemaker-notebook-instance-root-access-check",
    "SageMaker.8": "sagemaker-notebook-instance-platform-version",
    "SageMaker.21": "sagemaker-notebook-instance-storage-vol-kms-encrypted",
}

_STATUSES = ("COMPLIANT", "", "NON_COMPLIANT")
"""From good to bad; "" stands for every other word."""
_SAID = {"COMPLIANT": "PASSED", "NON_COMPLIANT": "FAILED"}

Result = Mapping[str, Any]


def observe(context: Context) -> Mapping[str, Fact]:
    """Ask for the rules' results on the instance we run on."""
    results: list[Result] = []
    for id in (context.resource.name, context.resource.arn):
        found = _results(context, id or "")
        if isinstance(found, Unknown):
            return SOURCE.unknown(found)
        results += found
    return {
        _fact_name(control): _verdict(control, rule, results) for control, rule in RULES.items()
    }


def _fact_name(control: str) -> str:
    return f"Config {control}"


def _results(context: Context, id: str) -> list[Result] | Unknown:
    """All pages, or why there is no complete answer: on the next page may be the bad news."""
    found: list[Result] = []
    parameters = {"ResourceType": TYPE, "ResourceId": id}
    for _ in range(PAGES):
        answer = call(
            context.aws, "config", "GetComplianceDetailsByResource", parameters, context.stage
        )
        if isinstance(answer, Unknown):
            return answer
        page = answer.body.get("EvaluationResults") or []
        found += [r for r in page if isinstance(r, dict) and _is_about(r, id)]
        token = answer.body.get("NextToken")
        if not token:
            return found
        parameters["NextToken"] = token
    return Unknown(Reason.BAD_RESPONSE, f"the answer has more than {PAGES} pages")


def _qualifier(result: Result) -> Mapping[str, Any]:
    named = (result.get("EvaluationResultIdentifier") or {}).get("EvaluationResultQualifier")
    return named if isinstance(named, dict) else {}


def _is_about(result: Result, id: str) -> bool:
    named = _qualifier(result)
    told = str(named.get("ResourceId"))
    return named.get("ResourceType") == TYPE and told.isascii() and told.lower() == id.lower()


def _is_rule(name: object, rule: str) -> bool:
    pattern = (
        rf"(?:securityhub-{rule}-[a-z0-9]{{1,16}}|{rule}(?:-conformance-pack-[a-z0-9]{{1,32}})?)"
    )
    return isinstance(name, str) and re.fullmatch(pattern, name, re.ASCII) is not None


def _verdict(control: str, rule: str, results: list[Result]) -> Fact:
    newest: dict[str, tuple[datetime, int]] = {}
    for result in results:
        name, moment = _qualifier(result).get("ConfigRuleName"), result.get("ResultRecordedTime")
        if not _is_rule(name, rule):
            continue
        if not isinstance(moment, datetime) or moment.tzinfo is None:
            return Unknown(Reason.UNKNOWN_VALUE, f"a result on {control} has no time", NAME)
        status = str(result.get("ComplianceType"))
        told = (moment, _STATUSES.index(status if status in _STATUSES else ""))
        newest[str(name)] = max(newest.get(str(name), told), told)
    if not newest:
        return Unknown(Reason.NOT_FOUND, f"{NAME} has no result on {control} here", NAME)
    badness, moment = max((badness, moment) for moment, badness in newest.values())
    if not _STATUSES[badness]:
        return Unknown(Reason.FIELD_MISSING, f"{NAME} has no verdict on {control}", NAME)
    return Known(_SAID[_STATUSES[badness]], NAME, moment.astimezone(timezone.utc))


SOURCE = Source(
    name="aws_config",
    label=NAME,
    facts=tuple(_fact_name(control) for control in RULES),
    kinds=frozenset({ResourceKind.NOTEBOOK_INSTANCE}),
    observe=observe,
    opt_in=True,
    keep=timedelta(hours=12),
)
