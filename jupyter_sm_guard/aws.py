"""The only door to botocore: one call, verified, or a named reason why there is no answer.

Runs in the collector's child process; nothing here is imported by a server or a kernel. What the
user's environment and `~/.aws` say about endpoints, proxies, CA bundles, service models or
credential processes has no effect: the child's environment is clean (see collector.py), and this
module hands botocore every setting itself.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from .model import Reason, Unknown, utc_now

if TYPE_CHECKING:
    import botocore.session

CONNECT_TIMEOUT = 1.0
READ_TIMEOUT = 2.0
ATTEMPTS = 2

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
    action = f"{service}:{operation}"
    sent = _Exchange()
    try:
        session = _session(aws)
        _require_credentials(session)
        client = _client(session, aws, service)
        if aws.proxy is None:
            _resolve(client.meta.endpoint_url, stage)
        stage(Reason.TIMEOUT)
        client.meta.events.register(f"before-send.{service}.{operation}", sent.remember)
        client.meta.events.register(f"response-received.{service}.{operation}", sent.verify)
        response = client._make_api_call(operation, dict(parameters))
    except _NotAnAnswer as error:
        return error.unknown
    except Exception as error:  # noqa: BLE001  # botocore lets parsers' errors through
        return _explain(error, action, sent)
    request_id = str(response["ResponseMetadata"]["RequestId"])
    return Answer(response, request_id, utc_now())


def _session(aws: Aws) -> botocore.session.Session:
    import botocore.session
    from botocore.credentials import CredentialResolver
    from botocore.loaders import Loader

    session = botocore.session.Session()
    builtin = Loader(
        extra_search_paths=[Loader.BUILTIN_DATA_PATH], include_default_search_paths=False
    )
    session.register_component("data_loader", builtin)
    session.register_component(
        "credential_provider", CredentialResolver(providers=_credential_providers(aws))
    )
    return session


def _credential_providers(aws: Aws) -> list[Any]:
    from botocore import credentials
    from botocore.utils import InstanceMetadataFetcher

    environment = dict(aws.credentials)
    providers: list[Any] = [credentials.EnvProvider(environ=environment)]
    if aws.metadata_services:
        imds = InstanceMetadataFetcher(timeout=1, num_attempts=1, env=environment)
        providers.append(credentials.ContainerProvider(environ=environment))
        providers.append(credentials.InstanceMetadataProvider(iam_role_fetcher=imds))
    if aws.home is not None:
        # These two read static keys only: no credential_process, role, SSO or web identity.
        profile = environment.get("AWS_PROFILE", "default")
        files = os.path.join(aws.home, ".aws")
        providers.append(
            credentials.SharedCredentialProvider(os.path.join(files, "credentials"), profile)
        )
        providers.append(credentials.ConfigProvider(os.path.join(files, "config"), profile))
    return providers


def _require_credentials(session: botocore.session.Session) -> None:
    """Look for credentials; before the client does, which would ask every provider once more."""
    try:
        found = session.get_credentials()
    except Exception as error:  # noqa: BLE001  # damaged files and rubbish raise what they like
        detail = f"the AWS credentials can't be used ({type(error).__name__})"
        raise _NotAnAnswer(Reason.NO_CREDENTIALS, detail) from None
    if found is None:
        raise _NotAnAnswer(Reason.NO_CREDENTIALS, "no usable AWS credentials were found")
    parts = (found.access_key, found.secret_key, found.token or "-")
    if not all(part and re.fullmatch(r"[!-~]+", part) for part in parts):
        detail = "the AWS credentials hold characters that no credential has"
        raise _NotAnAnswer(Reason.NO_CREDENTIALS, detail)


def _client(session: botocore.session.Session, aws: Aws, service: str) -> Any:
    from botocore.config import Config

    proxies = dict.fromkeys(("http", "https"), aws.proxy) if aws.proxy else {}
    return session.create_client(
        service,
        region_name=aws.region,
        endpoint_url=aws.endpoint_url,
        verify=aws.ca_bundle or True,
        config=Config(
            connect_timeout=CONNECT_TIMEOUT,
            read_timeout=READ_TIMEOUT,
            retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
            ignore_configured_endpoint_urls=True,  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]  # the stubs lack it
            proxies=proxies,
            user_agent_extra="jupyter-sm-guard",
            parameter_validation=True,
        ),
    )


def _resolve(url: str, stage: Stage) -> None:
    """Look the host up once beforehand: the one way to tell a dead name server from a dead host."""
    import socket
    from urllib.parse import urlsplit

    parts = urlsplit(url)
    stage(Reason.DNS)
    try:
        socket.getaddrinfo(parts.hostname, parts.port or 443, type=socket.SOCK_STREAM)
    except OSError as error:
        detail = f"{parts.hostname} has no address: {error.strerror or error}"
        raise _NotAnAnswer(Reason.DNS, detail) from None


class _NotAnAnswer(Exception):
    def __init__(self, reason: Reason, detail: str):
        super().__init__(detail)
        self.unknown = Unknown(reason, detail)


class _Exchange:
    """What went over the wire, as botocore's events tell it."""

    def __init__(self) -> None:
        self.request = False

    def remember(self, **_: object) -> None:
        self.request = True

    def verify(self, response_dict: Mapping[str, Any] | None, **_: object) -> None:
        """Refuse what botocore hands on as success, or as an AWS error, and is neither."""
        if response_dict is None:
            return  # no response at all: botocore raises its own error
        status, headers = int(response_dict["status_code"]), response_dict["headers"]
        body = response_dict["body"]
        kind = str(headers.get("Content-Type", "")).lower()
        is_page = "html" in kind or body.lstrip()[:1] == b"<"
        if 300 <= status < 400 or status == 511 or (is_page and status < 500):
            what = "a redirect" if 300 <= status < 400 else "a web page"
            raise _NotAnAnswer(
                Reason.CAPTIVE, f"{what} (HTTP {status}) came instead of AWS's answer"
            )
        if status >= 400:
            return
        if status != 200:
            raise _NotAnAnswer(Reason.BAD_RESPONSE, f"HTTP {status} instead of 200")
        if not re.fullmatch(r"[!-~]{1,128}", str(headers.get("x-amzn-RequestId", ""))):
            raise _NotAnAnswer(Reason.BAD_RESPONSE, "the answer carries no request id")
        if headers.get("Transfer-Encoding"):  # it would make Content-Length mean nothing
            raise _NotAnAnswer(Reason.BAD_RESPONSE, "the answer has no fixed length")
        promised = str(headers.get("Content-Length", ""))
        if promised != str(len(body)):
            detail = f"{len(body)} bytes came, Content-Length says {promised or 'nothing'}"
            raise _NotAnAnswer(Reason.BAD_RESPONSE, detail)
        _require_object(body)


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    if len({key for key, _ in pairs}) < len(pairs):
        raise ValueError("the same key twice: which of the two botocore takes proves nothing")
    return dict(pairs)


def _require_object(body: bytes) -> None:
    try:
        data = json.loads(body, object_pairs_hook=_once)
    except (ValueError, RecursionError):
        raise _NotAnAnswer(Reason.BAD_RESPONSE, "the answer is not JSON") from None
    if not isinstance(data, dict):
        raise _NotAnAnswer(Reason.BAD_RESPONSE, "the answer is not a JSON object")


_BY_CODE = {
    Reason.MISSING_PERMISSION: ("AccessDenied", "AccessDeniedException", "UnauthorizedOperation"),
    Reason.EXPIRED_CREDENTIALS: (
        "ExpiredToken",
        "ExpiredTokenException",
        "InvalidClientTokenId",
        "UnrecognizedClientException",
        "InvalidAccessKeyId",
        "SignatureDoesNotMatch",
        "InvalidSignatureException",
        "IncompleteSignature",
        "MissingAuthenticationToken",
        "MissingAuthenticationTokenException",
    ),
    Reason.CLOCK_SKEW: ("RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture"),
    Reason.THROTTLED: (
        "Throttling",
        "ThrottlingException",
        "ThrottledException",
        "RequestThrottled",
        "RequestThrottledException",
        "TooManyRequestsException",
        "RequestLimitExceeded",
        "SlowDown",
    ),
    Reason.NOT_FOUND: ("ResourceNotFound", "ResourceNotFoundException"),
}
_REASON_OF = {code: reason for reason, codes in _BY_CODE.items() for code in codes}


def _explain(error: BaseException, action: str, sent: _Exchange) -> Unknown:
    """The reason behind an exception of botocore, in words that hold nothing secret."""
    from http.client import IncompleteRead

    from botocore import exceptions as boto

    if isinstance(error, boto.ClientError):
        return _explain_answer(error.response, action)
    for inside in _unpacked(error):
        if isinstance(inside, MemoryError):
            return Unknown(Reason.BAD_RESPONSE, "the answer is too large")
        if isinstance(inside, IncompleteRead):
            return Unknown(Reason.BAD_RESPONSE, "the answer broke off")
    for kinds, reason, detail in _network_failures(_host_of(error)):
        if isinstance(error, kinds):
            return Unknown(reason, detail)
    if sent.request:
        return Unknown(Reason.BAD_RESPONSE, f"the answer can't be read ({type(error).__name__})")
    return Unknown(Reason.INTERNAL_ERROR, f"{type(error).__name__} while preparing {action}")


def _unpacked(error: BaseException | None) -> Iterator[BaseException]:
    """The error, then what it was raised for: botocore and urllib3 pack one into the other."""
    while error is not None:
        yield error
        packed = (getattr(error, "kwargs", {}).get("error"), *error.args)
        error = next((inner for inner in packed if isinstance(inner, BaseException)), None)


def _network_failures(host: str) -> list[tuple[tuple[type[Exception], ...], Reason, str]]:
    """botocore's exceptions by reason, the particular ones before those they derive from."""
    from botocore import exceptions as boto

    return [
        (
            (boto.NoCredentialsError, boto.PartialCredentialsError),
            Reason.NO_CREDENTIALS,
            "no usable AWS credentials were found",
        ),
        (
            (boto.CredentialRetrievalError, boto.MetadataRetrievalError),
            Reason.NO_CREDENTIALS,
            "the credentials service gave no credentials",
        ),
        ((boto.ConnectTimeoutError,), Reason.TIMEOUT, f"no connection to {host} in time"),
        ((boto.ReadTimeoutError,), Reason.TIMEOUT, f"no answer from {host} in time"),
        ((boto.SSLError,), Reason.TLS, f"the TLS certificate of {host} is not trusted"),
        (
            (boto.ProxyConnectionError,),
            Reason.UNREACHABLE,
            "the proxy of the policy can't be reached",
        ),
        ((boto.ResponseStreamingError,), Reason.BAD_RESPONSE, "the answer broke off"),
        (
            (boto.ConnectionError, boto.HTTPClientError),
            Reason.UNREACHABLE,
            f"the connection to {host} failed",
        ),
    ]


def _host_of(error: BaseException) -> str:
    from urllib.parse import urlsplit

    url = getattr(error, "kwargs", {}).get("endpoint_url") or ""
    return urlsplit(str(url)).hostname or "AWS"


def _explain_answer(response: Mapping[str, Any], action: str) -> Unknown:
    """The reason behind an error that AWS (or something in between) answered with."""
    code = str(response.get("Error", {}).get("Code", ""))
    message = str(response.get("Error", {}).get("Message", ""))
    status = int(response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    reason = _REASON_OF.get(code)
    if reason is None and "RecordNotFound" in message:
        reason = Reason.NOT_FOUND
    if reason is None and status == 429:
        reason = Reason.THROTTLED
    if reason is Reason.EXPIRED_CREDENTIALS and (
        "Signature expired" in message or "Signature not yet current" in message
    ):
        reason = Reason.CLOCK_SKEW
    # AWS's codes are words; an endpoint that echoes a key or a sentence gets no hearing
    name = code if re.fullmatch(r"(?:[A-Z][a-z]+)+", code[:64], re.ASCII) else "an error"
    said = f"AWS answered {name} (HTTP {status})"
    if reason is Reason.MISSING_PERMISSION:
        return Unknown(reason, f"{said} to {action}", action=action)
    return Unknown(reason or Reason.BAD_RESPONSE, f"{said} to {action}")
