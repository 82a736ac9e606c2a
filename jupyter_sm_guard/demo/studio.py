"""SageMaker Studio: domains and spaces to describe, as AWS describes them.

Source: SageMaker API reference, DescribeDomain and DescribeSpace. moto knows no spaces, and drops
half of what a domain has.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from . import REGION
from .constraints import misfit, violation
from .messages import Answer, Call, failure, invalid

_OPERATIONS = ("DescribeDomain", "DescribeSpace")


class Studio:
    """What is laid out, by operation, Region and names."""

    def __init__(self, account: str):
        self.account = account
        self._told: dict[tuple[str, ...], Mapping[str, Any]] = {}

    def lay_domain(self, domain: str, region: str = REGION, **fields: Any) -> None:
        """A domain with these of DescribeDomain's fields; a None removes what is there by default.

        Raises ValueError for what that can't answer.
        """
        told = {
            "DomainArn": f"arn:aws:sagemaker:{region}:{self.account}:domain/{domain}",
            "DomainId": domain,
            "DomainName": "demo",
            "Status": "InService",
            "AuthMode": "IAM",
            "AppNetworkAccessType": "PublicInternetOnly",
            "VpcId": "vpc-0a1b2c3d",
            "SubnetIds": ["subnet-0a1b2c3d"],
        }
        self._keep(("DescribeDomain", region, domain), {**told, **fields})

    def lay_space(self, domain: str, space: str, region: str = REGION, **fields: Any) -> None:
        """A space with these of DescribeSpace's fields; as `lay_domain`."""
        told = {
            "SpaceArn": f"arn:aws:sagemaker:{region}:{self.account}:space/{domain}/{space}",
            "DomainId": domain,
            "SpaceName": space,
            "Status": "InService",
            "SpaceSharingSettings": {"SharingType": "Private"},
            "SpaceSettings": {"AppType": "JupyterLab"},
        }
        self._keep(("DescribeSpace", region, domain, space), {**told, **fields})

    def clear(self) -> None:
        """No domain and no space any more."""
        self._told.clear()

    def answer(self, call: Call) -> Answer | None:
        """What AWS answers; None for calls that are not about Studio."""
        if not call.is_sagemaker or call.operation not in _OPERATIONS or not call.region:
            return None
        parameters = call.parameters()
        if parameters is None:
            return failure("SerializationException", "the body is not a JSON object")
        problem = violation(call.operation, parameters)
        if problem:
            return invalid(problem)
        names = [parameters[name] for name in ("DomainId", "SpaceName") if name in parameters]
        told = self._told.get((call.operation, call.region, *names))
        if told is None:
            return failure("ResourceNotFound", f"{call.operation[8:]} [{names[-1]}] does not exist")
        return Answer(200, told)

    def _keep(self, key: tuple[str, ...], fields: Mapping[str, Any]) -> None:
        told = {name: value for name, value in fields.items() if value is not None}
        problem = misfit(key[0], told)
        if problem:
            raise ValueError(problem)
        self._told[key] = told
