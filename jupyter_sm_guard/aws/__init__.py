"""The only door to botocore: one call, verified, or a named reason why there is no answer.

Runs in the collector's child process; nothing here is imported by a server or a kernel. What the
user's environment and `~/.aws` say about endpoints, proxies, CA bundles, service models or
credential processes has no effect: the child's environment is clean (see collector.py), and this
module hands botocore every setting itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
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
    """A verified answer: HTTP 200 with a request id and a complete JSON object as its body."""

    body: Mapping[str, Any]
    request_id: str
    observed_at: datetime


Stage = Callable[[Reason], None]
"""Told what is being waited for, so that a killed call can say what it hung on."""


def call(
    aws: Aws, service: str, operation: str, parameters: Mapping[str, str], stage: Stage
) -> Answer | Unknown:
    """Call `operation` (as in the API, `DescribeNotebookInstance`) once, with one retry.

    Never raises for anything that AWS, the network or the credentials do. It may take longer than
    its time-outs (a byte a second resets them, a dead name server knows none): the caller kills
    the process.
    """
    from .answer import Exchange, NotAnAnswer
    from .failure import explain
    from .session import client_for, require_credentials, resolve, session_for

    action = f"{service}:{operation}"
    sent = Exchange()
    try:
        session = session_for(aws)
        require_credentials(session)
        client = client_for(session, aws, service)
        if aws.proxy is None:
            resolve(client.meta.endpoint_url, stage)
        stage(Reason.TIMEOUT)
        client.meta.events.register(f"before-send.{service}.{operation}", sent.remember)
        client.meta.events.register(f"response-received.{service}.{operation}", sent.verify)
        response = client._make_api_call(operation, dict(parameters))
    except NotAnAnswer as error:
        return error.unknown
    except Exception as error:  # noqa: BLE001  # botocore lets parsers' errors through
        return explain(error, action, sent)
    request_id = str(response["ResponseMetadata"]["RequestId"])
    return Answer(response, request_id, utc_now())
