"""The only door to botocore: one call, verified, or a named reason why there is no answer.

Runs in the collector's child process; nothing here is imported by a server or a kernel. What the
user's environment and `~/.aws` say about endpoints, proxies, CA bundles, service models or
credential processes has no effect: the child's environment is clean (see collector.py), and this
module hands botocore every setting itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ..model import Reason, Unknown, utc_now

CREDENTIAL_VARIABLES = (
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
    "AWS_EC2_METADATA_DISABLED",
    "AWS_PROFILE",
)
"""All that is taken from the user's environment: where credentials come from, nothing else."""


@dataclass(frozen=True)
class Aws:
    """How to reach AWS. `credentials` holds values of CREDENTIAL_VARIABLES, `home` is the folder
    with `.aws`, `metadata_services` says whether container and instance metadata may be asked."""

    region: str
    endpoint_url: str | None = None
    proxy: str | None = None
    ca_bundle: str | None = None
    credentials: Mapping[str, str] = field(default_factory=dict)
    home: str | None = None
    metadata_services: bool = True


@dataclass(frozen=True)
class Answer:
    """A verified answer: HTTP 200 with a request id and a complete body, a JSON object or XML.

    `fields` are the members, `Outer.Inner` for nested ones, that this botocore reads: an older one
    drops what it does not know, and what it drops is not absent.
    """

    body: Mapping[str, Any]
    request_id: str
    observed_at: datetime
    fields: frozenset[str] = frozenset()


Stage = Callable[[Reason], None]
"""Told what is being waited for, so that a killed call can say what it hung on."""

_DEPTH = 3  # levels of Answer.fields


def call(
    aws: Aws, service: str, operation: str, parameters: Mapping[str, Any], stage: Stage
) -> Answer | Unknown:
    """Call `operation` (as in the API, `DescribeNotebookInstance`) once, with one retry.

    Never raises for anything that AWS, the network or the credentials do. It may take longer than
    its time-outs (a byte a second resets them, a dead name server knows none): the caller kills
    the process. Sources may call side by side.
    """
    from .answer import Exchange, NotAnAnswer
    from .failure import explain
    from .session import client_for, form_of, resolve

    action = f"{service}:{operation}"
    sent = Exchange()
    try:
        client = client_for(aws, service)
        model = client.meta.service_model
        if operation not in model.operation_names:
            return Unknown(Reason.FIELD_MISSING, f"this botocore is too old to know {action}")
        if aws.proxy is None:
            resolve(client.meta.endpoint_url, stage)
        stage(Reason.TIMEOUT)
        sent.form = form_of(model, operation)
        event = f"{model.service_id.hyphenize()}.{operation}"
        client.meta.events.register(f"before-send.{event}", sent.remember)
        client.meta.events.register(f"response-received.{event}", sent.verify)
        if sent.form.is_xml:
            sent.verify_first(client)
        response = client._make_api_call(operation, dict(parameters))
        fields = frozenset(_fields(model.operation_model(operation).output_shape))
    except NotAnAnswer as error:
        return error.unknown
    except Exception as error:  # noqa: BLE001  # botocore lets parsers' errors through
        return explain(error, action, sent)
    return Answer(response, sent.request_id, utc_now(), fields)


def _fields(shape: Any, prefix: str = "", depth: int = _DEPTH) -> Iterator[str]:
    """The members of a structure, and of the structures in it."""
    if depth == 0 or shape is None or shape.type_name != "structure":
        return
    for name, member in shape.members.items():
        yield prefix + name
        yield from _fields(member, f"{prefix}{name}.", depth - 1)
