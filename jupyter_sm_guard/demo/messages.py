"""Requests to the demo's AWS and its answers, in the JSON protocol that SageMaker speaks."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

from werkzeug.wrappers import Request, Response

from .behaviour import Behaviour

CONTENT_TYPE = "application/x-amz-json-1.1"
_SCOPE = re.compile(r"Credential=[^/\s]+/\d{8}/([^/\s]+)/([^/\s]+)/aws4_request")


@dataclass(frozen=True)
class Call:
    """One request. `service` and `region` are those it is signed for, "" when it is not signed.

    `operation` is the API's name for services that send it (SageMaker and other JSON services,
    EC2, STS); for REST services it is the method and path, `POST /findings/import`.
    """

    service: str
    region: str
    operation: str
    target: str
    body: bytes
    environ: Mapping[str, Any]

    @classmethod
    def read(cls, environ: dict[str, Any]) -> Call:
        """The request that a WSGI server hands over; reads its body."""
        request = Request(environ)
        body = request.get_data()
        scope = _SCOPE.search(request.headers.get("Authorization", ""))
        target = request.headers.get("X-Amz-Target", "")
        operation = target.rpartition(".")[2]
        if not operation and request.mimetype == "application/x-www-form-urlencoded":
            operation = parse_qs(body.decode("utf-8", "replace")).get("Action", [""])[0]
        return cls(
            service=scope[2] if scope else "",
            region=scope[1] if scope else "",
            operation=operation or f"{request.method} {request.path}",
            target=target,
            body=body,
            environ=environ,
        )

    @property
    def is_sagemaker(self) -> bool:
        return self.target.startswith("SageMaker.")

    def other(self, operation: str) -> Call:
        """The same call of another operation of SageMaker, for somebody who asks twice."""
        return replace(self, operation=operation, target=f"SageMaker.{operation}")

    def parameters(self) -> dict[str, Any] | None:
        """The JSON object that the body holds, without nulls; None when it holds something else."""
        try:
            found = json.loads(self.body or b"{}")
        except (ValueError, RecursionError):
            return None
        if not isinstance(found, dict):
            return None
        return {name: value for name, value in found.items() if value is not None}


@dataclass(frozen=True)
class Answer:
    """A status and a JSON object."""

    status: int
    content: Mapping[str, Any]

    def response(self) -> Response:
        """The answer as AWS frames it: exact length, request id, error type in header and body."""
        response = Response(json.dumps(self.content), status=self.status, content_type=CONTENT_TYPE)
        response.headers["x-amzn-RequestId"] = str(uuid.uuid4())
        if "__type" in self.content:
            response.headers["x-amzn-ErrorType"] = str(self.content["__type"])
        return response


@dataclass(frozen=True)
class XmlAnswer:
    """A status and an XML document, as EC2, STS and IAM answer."""

    status: int
    content: str

    def response(self) -> Response:
        """The answer as AWS frames it, with a request id."""
        response = Response(self.content, status=self.status, content_type="text/xml")
        response.headers["x-amzn-RequestId"] = str(uuid.uuid4())
        return response


_XML_CODES = {
    "AccessDeniedException": "AccessDenied",
    "ThrottlingException": "Throttling",
    "ExpiredTokenException": "ExpiredToken",
}


def in_form_of(call: Call, error: Answer) -> Answer | XmlAnswer:
    """The error as the service words it that was called: in XML where that speaks it."""
    if call.service not in ("ec2", "iam", "sts"):
        return error
    code = str(error.content["__type"])
    is_denial = code == "AccessDeniedException"
    code = (
        "UnauthorizedOperation"
        if is_denial and call.service == "ec2"
        else _XML_CODES.get(code, code)
    )
    said = f"<Code>{code}</Code><Message>{escape(str(error.content['Message']))}</Message>"
    status = 403 if is_denial else error.status
    if call.service == "ec2":
        content = f"<Response><Errors><Error>{said}</Error></Errors></Response>"
    else:
        content = f"<ErrorResponse><Error><Type>Sender</Type>{said}</Error></ErrorResponse>"
    return XmlAnswer(status, content)


def failure(code: str, message: str, status: int = 400) -> Answer:
    """An error answer of the JSON protocol."""
    return Answer(status, {"__type": code, "Message": message})


def invalid(message: str) -> Answer:
    """ValidationException, SageMaker's answer to a request it does not accept."""
    return failure("ValidationException", message)


def misbehaviour(behaviour: Behaviour, call: Call, account: str, resource: str) -> Answer:
    """The error that `behaviour` stands for; HANG has none and is an error to ask for."""
    if behaviour is Behaviour.DENY:
        action = f"{call.service}:{call.operation}"
        role = f"arn:aws:sts::{account}:assumed-role/SageMakerExecutionRole/SageMaker"
        message = (
            f"User: {role} is not authorized to perform: {action} on resource: {resource} "
            f"because no identity-based policy allows the {action} action"
        )
        return failure("AccessDeniedException", message)
    if behaviour is Behaviour.THROTTLE:
        return failure("ThrottlingException", "Rate exceeded")
    if behaviour is Behaviour.EXPIRED:
        message = "The security token included in the request is expired"
        return failure("ExpiredTokenException", message)
    if behaviour is Behaviour.ERROR:
        return failure("InternalFailure", "An internal error has occurred", status=500)
    raise ValueError(f"{behaviour.value} has no answer")
