"""IAM's policy simulator: which actions a role is allowed. moto has none.

Source: IAM API reference, SimulatePrincipalPolicy.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

from .messages import Call, XmlAnswer

_NAMESPACE = "https://iam.amazonaws.com/doc/2010-05-08/"


class Roles:
    """Every role is allowed `allowed`, whatever the resource; `missing` are the keys of conditions
    that the simulator has no value for."""

    def __init__(self) -> None:
        self.allowed: frozenset[str] = frozenset()
        self.missing: tuple[str, ...] = ()

    def allow(self, *actions: str) -> None:
        """Exactly these from now on."""
        self.allowed = frozenset(actions)

    def clear(self) -> None:
        """Nothing is allowed."""
        self.allowed, self.missing = frozenset(), ()

    def answer(self, call: Call) -> XmlAnswer | None:
        """What AWS answers; None for other calls."""
        if call.service != "iam" or call.operation != "SimulatePrincipalPolicy":
            return None
        asked = parse_qs(call.body.decode("utf-8", "replace"))
        names = [v[0] for k, v in asked.items() if re.fullmatch(r"ActionNames\.member\.\d+", k)]
        resource = asked.get("ResourceArns.member.1", ["*"])[0]
        results = "".join(self._result(name, resource) for name in names)
        return XmlAnswer(
            200,
            f'<SimulatePrincipalPolicyResponse xmlns="{_NAMESPACE}"><SimulatePrincipalPolicyResult>'
            f"<IsTruncated>false</IsTruncated><EvaluationResults>{results}</EvaluationResults>"
            "</SimulatePrincipalPolicyResult><ResponseMetadata><RequestId>1</RequestId>"
            "</ResponseMetadata></SimulatePrincipalPolicyResponse>",
        )

    def _result(self, action: str, resource: str) -> str:
        decision = "allowed" if action in self.allowed else "implicitDeny"
        missing = "".join(f"<member>{escape(key)}</member>" for key in self.missing)
        return (
            f"<member><EvalActionName>{escape(action)}</EvalActionName>"
            f"<EvalResourceName>{escape(resource)}</EvalResourceName>"
            f"<EvalDecision>{decision}</EvalDecision><MatchedStatements/>"
            f"<MissingContextValues>{missing}</MissingContextValues></member>"
        )
