"""SageMaker notebook instances as AWS keeps them: moto's, and beside them what moto drops.

moto forgets the platform, the IMDS setting, the address type and the network interface, knows no
update, keeps ARNs as they are typed, and accepts what AWS refuses.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any

from .constraints import sagemaker, violation
from .lifecycle_configs import LifecycleConfigs
from .messages import Answer, Call, failure, invalid
from .settings import created, refusal, updated

_ANY_TYPE = "ml.t3.medium"  # moto's list of instance types is old: it never learns the real one

Parameters = dict[str, Any]
Moto = Callable[[Call, Mapping[str, Any]], Answer]
"""Has moto answer a call, with these parameters in place of its own."""


class NotebookInstances:
    """Answers SageMaker's operations. What is kept here, by Region and name, overlays what moto
    describes; None removes a field."""

    def __init__(self, account: str, moto: Moto):
        self.account = account
        self._moto = moto
        self._lock = threading.RLock()
        self._kept: dict[tuple[str, str], Parameters] = {}
        self._arns: dict[str, str] = {}
        self._configs = LifecycleConfigs(account)
        self._special: dict[str, Callable[[Call, Parameters], Answer]] = {
            "CreateNotebookInstance": self._create,
            "DescribeNotebookInstance": self._describe,
            "UpdateNotebookInstance": self._update,
            "StartNotebookInstance": self._move,
            "StopNotebookInstance": self._move,
            "DeleteNotebookInstance": self._move,
            "ListNotebookInstances": self._list,
        }

    def arn(self, region: str, parameters: Mapping[str, Any]) -> str:
        """The ARN of the notebook instance that a request names, `*` when it names none."""
        name = parameters.get("NotebookInstanceName")
        if not isinstance(name, str):
            return "*"
        return f"arn:aws:sagemaker:{region}:{self.account}:notebook-instance/{name}".lower()

    def answer(self, call: Call) -> Answer:
        """What SageMaker answers."""
        if not call.region:
            return failure("MissingAuthenticationTokenException", "Missing Authentication Token")
        if call.operation not in sagemaker().operation_names:
            return failure("UnknownOperationException", f"{call.operation} is not an operation")
        parameters = call.parameters()
        if parameters is None:
            return failure("SerializationException", "the body is not a JSON object")
        problem = violation(call.operation, parameters)
        if problem:
            return invalid(problem)
        with self._lock:
            handle = self._special.get(call.operation, self._forward)
            answer = self._configs.answer(call, parameters) or handle(call, parameters)
            return Answer(answer.status, self._lower_arns(answer.content))

    def change(self, region: str, name: str, fields: Mapping[str, Any]) -> None:
        """Let DescribeNotebookInstance tell `fields` from now on, legal values or not.

        Raises KeyError when there is no such instance, ValueError for a field it does not have.
        """
        output = sagemaker().operation_model("DescribeNotebookInstance").output_shape
        unknown = set(fields) - set(getattr(output, "members", ()))
        if unknown:
            raise ValueError(f"DescribeNotebookInstance has no {', '.join(sorted(unknown))}")
        with self._lock:
            self._kept[region, name].update(fields)

    def _forward(self, call: Call, parameters: Parameters) -> Answer:
        arn = parameters.get("ResourceArn")
        if isinstance(arn, str):
            parameters["ResourceArn"] = self._arns.get(arn.lower(), arn)
        return self._moto(call, parameters)

    def _create(self, call: Call, parameters: Parameters) -> Answer:
        problem = refusal(parameters) or self._configs.refusal(call.region, parameters)
        if problem:
            return invalid(problem)
        kept = created(parameters)
        if "SubnetId" in parameters:
            interface = self._new_interface(call.region, parameters)
            if interface is None:
                return invalid(f"The subnet ID '{parameters['SubnetId']}' does not exist")
            kept["NetworkInterfaceId"] = interface
        answer = self._forward(call, {**parameters, "InstanceType": _ANY_TYPE})
        if answer.status == 200:
            self._kept[call.region, parameters["NotebookInstanceName"]] = kept
        return answer

    def _new_interface(self, region: str, parameters: Parameters) -> str | None:
        """The id of a network interface in the subnet that is asked for; None without one."""
        from moto.ec2.models import ec2_backends  # slow, and only needed with a subnet

        ec2 = ec2_backends[self.account][region]
        for subnet in ec2.describe_subnets():
            if subnet.id == parameters["SubnetId"]:
                groups = parameters.get("SecurityGroupIds")
                return str(ec2.create_network_interface(subnet, "", group_ids=groups).id)
        return None

    def _describe(self, call: Call, parameters: Parameters) -> Answer:
        answer = self._forward(call, parameters)
        if answer.status != 200:
            return answer
        told = {**answer.content, **self._kept[call.region, parameters["NotebookInstanceName"]]}
        return Answer(200, {name: value for name, value in told.items() if value is not None})

    def _list(self, call: Call, parameters: Parameters) -> Answer:
        """A page of what moto lists, with what it does not know of; it ignores this filter."""
        field = "NotebookInstanceLifecycleConfigName"
        wanted = parameters.pop(f"{field}Contains", None)
        answer = self._forward(call, parameters)
        if answer.status != 200:
            return answer
        listed = []
        for one in answer.content["NotebookInstances"]:
            kept = self._kept.get((call.region, one["NotebookInstanceName"]), {})
            told = {**one, **{name: kept[name] for name in (*one, field) if name in kept}}
            listed.append({name: value for name, value in told.items() if value is not None})
        matching = [one for one in listed if wanted is None or wanted in one.get(field, "")]
        return Answer(200, {**answer.content, "NotebookInstances": matching})

    def _update(self, call: Call, parameters: Parameters) -> Answer:
        name = {"NotebookInstanceName": parameters["NotebookInstanceName"]}
        described = self._describe(call.other("DescribeNotebookInstance"), name)
        if described.status != 200:
            return described
        status = described.content["NotebookInstanceStatus"]
        if status not in ("Stopped", "Failed"):
            return invalid(
                f"Status ({status}) not in ([Stopped, Failed]). Unable to transition to "
                f"(Updating) for Notebook Instance ({self.arn(call.region, name)})"
            )
        problem = refusal({**described.content, **parameters})
        problem = problem or self._configs.refusal(call.region, parameters)
        if problem:
            return invalid(problem)
        self._kept[call.region, parameters["NotebookInstanceName"]].update(updated(parameters))
        return Answer(200, {})

    def _move(self, call: Call, parameters: Parameters) -> Answer:
        """Start, stop or delete: moto's status counts again, or nothing is kept any more."""
        key = (call.region, parameters["NotebookInstanceName"])
        kept = self._kept.get(key, {})
        problem = refusal({"PlatformIdentifier": kept.get("PlatformIdentifier")})
        if call.operation == "StartNotebookInstance" and problem:
            return invalid(problem)
        answer = self._forward(call, parameters)
        if answer.status == 200:
            kept.pop("NotebookInstanceStatus", None)
            if call.operation == "DeleteNotebookInstance":
                del self._kept[key]
        return answer

    def _lower_arns(self, content: Any) -> Any:
        """AWS hands out SageMaker's ARNs in lower case; moto finds them only as it made them."""
        if isinstance(content, Mapping):
            return {name: self._lower_arns(value) for name, value in content.items()}
        if isinstance(content, list):
            return [self._lower_arns(value) for value in content]
        if isinstance(content, str) and content.startswith("arn:aws:sagemaker:"):
            self._arns[content.lower()] = content
            return content.lower()
        return content
