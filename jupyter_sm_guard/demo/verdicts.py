"""What Security Hub and AWS Config have to say: findings and results that are laid out.

Sources: Security Hub API reference, GetFindings (moto's ignores the filters); Config API reference,
GetComplianceDetailsByResource (moto has none).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ..model import rfc3339, utc_now
from . import REGION
from .messages import Answer, Call, failure

TYPE = "AWS::SageMaker::NotebookInstance"
_FIELDS = {
    "ProductName": lambda f: [f.get("ProductName")],
    "RecordState": lambda f: [f.get("RecordState")],
    "ResourceId": lambda f: [r.get("Id") for r in f.get("Resources", [])],
    "ComplianceSecurityControlId": lambda f: [f.get("Compliance", {}).get("SecurityControlId")],
}
"""The filters that are honoured; others are refused."""


class Verdicts:
    """`findings` are Security Hub's, whole, `results` Config's; `page` is how many come at once."""

    def __init__(self, account: str):
        self.account = account
        self.findings: list[Mapping[str, Any]] = []
        self.results: list[Mapping[str, Any]] = []
        self.page = 100

    def find(
        self, arn: str, control: str, status: str, at: datetime | None = None, **changes: Any
    ) -> None:
        """Security Hub has a finding of that status on a control, updated then (now); `changes`
        replace its other fields."""
        product = f"arn:aws:securityhub:{REGION}::product/aws/securityhub"
        moment = rfc3339(at or utc_now()).replace("Z", ".000Z")
        finding = {
            "SchemaVersion": "2018-10-08",
            "Id": f"arn:aws:securityhub:{REGION}:{self.account}:security-control/{control}/finding",
            "ProductArn": product,
            "ProductName": "Security Hub",
            "CompanyName": "AWS",
            "Region": REGION,
            "GeneratorId": f"security-control/{control}",
            "AwsAccountId": self.account,
            "Types": ["Software and Configuration Checks/AWS Security Best Practices"],
            "CreatedAt": moment,
            "UpdatedAt": moment,
            "Severity": {"Label": "HIGH"},
            "Title": control,
            "Description": control,
            "ProductFields": {"aws/securityhub/ProductName": "Security Hub"},
            "Resources": [{"Type": "AwsSageMakerNotebookInstance", "Id": arn, "Region": REGION}],
            "Compliance": {"Status": status, "SecurityControlId": control},
            "Workflow": {"Status": "NEW"},
            "RecordState": "ACTIVE",
        }
        self.findings.append({**finding, **changes})

    def comply(self, id: str, rule: str, status: str, at: datetime | None = None) -> None:
        """Config's rule of that name came to `status` (COMPLIANT, ...) on the instance then (now);
        `id` is what Config knows the instance by."""
        moment = (at or utc_now()).timestamp()
        named = {"ConfigRuleName": rule, "ResourceType": TYPE, "ResourceId": id}
        self.results.append(
            {
                "EvaluationResultIdentifier": {
                    "EvaluationResultQualifier": named,
                    "OrderingTimestamp": moment,
                },
                "ComplianceType": status,
                "ResultRecordedTime": moment,
                "ConfigRuleInvokedTime": moment,
            }
        )

    def clear(self) -> None:
        """Neither has anything to say."""
        self.findings.clear()
        self.results.clear()
        self.page = 100

    def answer(self, call: Call) -> Answer | None:
        """What AWS answers; None for other calls."""
        if call.service == "securityhub" and call.operation == "POST /findings":
            return self._get_findings(call.parameters() or {})
        if call.service == "config" and call.operation == "GetComplianceDetailsByResource":
            asked = call.parameters() or {}
            wanted = (asked.get("ResourceType"), asked.get("ResourceId"))
            found = [result for result in self.results if _about(result) == wanted]
            return self._paged("EvaluationResults", found, asked)
        return None

    def _get_findings(self, asked: Mapping[str, Any]) -> Answer:
        filters = asked.get("Filters", {})
        if set(filters) - set(_FIELDS):
            return failure("InvalidInputException", "a filter that is not simulated")
        found = [
            finding
            for finding in self.findings
            if all(_meets(_FIELDS[name](finding), wanted) for name, wanted in filters.items())
        ]
        return self._paged("Findings", found, asked)

    def _paged(self, name: str, found: list[Any], asked: Mapping[str, Any]) -> Answer:
        start = int(asked.get("NextToken", 0))
        end = start + self.page
        more = {"NextToken": str(end)} if end < len(found) else {}
        return Answer(200, {name: found[start:end], **more})


def _about(result: Mapping[str, Any]) -> tuple[str, str]:
    named = result["EvaluationResultIdentifier"]["EvaluationResultQualifier"]
    return named["ResourceType"], named["ResourceId"]


def _meets(values: list[Any], wanted: list[Mapping[str, str]]) -> bool:
    """Any of a field's values, and any of its filters."""
    return any(
        str(value).startswith(one["Value"])
        if one["Comparison"] == "PREFIX"
        else value == one["Value"]
        for value in values
        for one in wanted
    )
