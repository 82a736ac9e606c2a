"""The named reason behind every way in which a call fails."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ..model import Reason, Unknown
from .answer import Exchange

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
    Reason.NOT_FOUND: (
        "ResourceNotFound",
        "ResourceNotFoundException",
        "NoSuchEntity",
        "InvalidSubnetID.NotFound",
        "InvalidGroup.NotFound",
    ),
}
_NOT_FOUND_SAYS = ("RecordNotFound", "Unable to describe Notebook Instance Lifecycle Config")
"""In the message of SageMaker's ValidationException."""
_REASON_OF = {code: reason for reason, codes in _BY_CODE.items() for code in codes}


def explain(error: BaseException, action: str, sent: Exchange) -> Unknown:
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
    if reason is None and any(words in message for words in _NOT_FOUND_SAYS):
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
