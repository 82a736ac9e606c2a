"""The admin's door to AWS: as the `aws` command line, with the settings of whoever runs it.

The verified calls of a check (`call`) take nothing from a user but credentials, since the user of a
notebook instance may wish to be judged well. An admin who applies a lifecycle configuration acts in
their own name: profile, SSO, proxy and CA bundle are theirs to choose.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_DENIED = ("AccessDenied", "AccessDeniedException", "UnauthorizedOperation")
_EXPIRED = (
    "ExpiredToken",
    "ExpiredTokenException",
    "InvalidClientTokenId",
    "UnrecognizedClientException",
    "RequestExpired",
)
_BUSY = ("ThrottlingException", "Throttling", "TooManyRequestsException", "SlowDown")
_AGAIN = "run the same command again in a minute: it goes on where it stopped"
_NOT_THERE = ("RecordNotFound", "does not exist", "Unable to describe", "not found")


class Refused(Exception):
    """A call that did not succeed: what happened and what to do, in words, with AWS's code."""

    def __init__(self, action: str, code: str, what: str, remedy: str):
        super().__init__(f"{what}; {remedy}")
        self.action = action
        self.code = code
        self.what = what
        self.remedy = remedy

    @property
    def is_missing(self) -> bool:
        """Whether AWS knows nothing of that name."""
        return self.code in ("NotFound", "NoSuchBucket")


class Admin:
    """Calls to AWS in one Region. `endpoint_url` stands in for every service."""

    def __init__(
        self, region: str | None = None, profile: str | None = None, endpoint_url: str | None = None
    ):
        self._endpoint_url = endpoint_url
        self._clients: dict[str, Any] = {}
        self._session = _session(profile)
        self.region = region or self._session.get_config_variable("region")
        if not self.region:
            raise Refused("", "NoRegion", "no Region is set", "give --region, such as eu-central-1")

    def call(self, service: str, operation: str, **parameters: Any) -> Mapping[str, Any]:
        """What AWS answers to `operation`, as the API names it. Raises Refused."""
        from botocore.exceptions import BotoCoreError, ClientError

        action = f"{service}:{operation}"
        try:
            client = self._clients.get(service) or self._client(service)
            answer: Mapping[str, Any] = client._make_api_call(operation, parameters)
        except ClientError as error:
            raise _refused(action, error.response) from None
        except (BotoCoreError, ValueError) as error:
            raise _unsent(action, error) from None
        return answer

    def _client(self, service: str) -> Any:
        from botocore.config import Config

        path_style: Any = {"addressing_style": "path"} if self._endpoint_url else None
        self._clients[service] = self._session.create_client(
            service,
            region_name=self.region,
            endpoint_url=self._endpoint_url,
            config=Config(
                connect_timeout=5,
                read_timeout=30,
                retries={"mode": "standard", "total_max_attempts": 4},
                user_agent_extra="jupyter-sm-guard-admin",
                s3=path_style,
            ),
        )
        return self._clients[service]


def _session(profile: str | None) -> Any:
    import botocore.session
    from botocore.exceptions import BotoCoreError

    try:
        session = botocore.session.Session(profile=profile)
        session.get_scoped_config()
    except BotoCoreError as error:
        raise _unsent("", error) from None
    return session


def _unsent(action: str, error: Exception) -> Refused:
    """Nothing came back."""
    from botocore import exceptions as boto

    name = type(error).__name__
    if isinstance(error, boto.ParamValidationError):
        return Refused(action, name, str(error).replace("\n", " "), "mend the arguments")
    if isinstance(error, boto.ProfileNotFound):
        return Refused(action, name, str(error), "give one of `aws configure list-profiles`")
    if isinstance(error, (boto.NoCredentialsError, boto.PartialCredentialsError)):
        return Refused(action, name, "there are no AWS credentials here", "log in, or --profile")
    if isinstance(error, (boto.ConnectionError, boto.HTTPClientError)):
        remedy = "look at the Region, the proxy and the network; nothing is known of this call, so "
        return Refused(action, name, f"AWS could not be reached ({name})", remedy + _AGAIN)
    remedy = "see `aws sts get-caller-identity`, which uses the same settings"
    return Refused(action, name, f"the call could not be made ({name}: {error})", remedy)


def _refused(action: str, response: Mapping[str, Any]) -> Refused:
    """AWS's answer was an error."""
    code = str(response.get("Error", {}).get("Code", "")) or "Unknown"
    said = " ".join(str(response.get("Error", {}).get("Message", "")).split())[:500]
    for codes, what, remedy in (
        (
            _DENIED,
            f"AWS does not allow {action} to you ({said})",
            f"ask for {action}; `jupyter sm-guard lifecycle show-iam` prints the statement",
        ),
        (_EXPIRED, "the AWS credentials have expired", "log in again, and " + _AGAIN),
        (_BUSY, f"AWS throttled {action}", _AGAIN),
        (
            ("ResourceLimitExceeded",),
            f"a limit of the account is reached ({said})",
            "delete what nobody uses any more, or ask for a higher limit in Service Quotas",
        ),
        (
            ("ResourceInUse", "ConflictException"),
            f"it is in use ({said})",
            "see who else changes it now, and " + _AGAIN,
        ),
        (("NoSuchBucket",), "there is no such bucket", "create it, or give another"),
    ):
        if code in codes:
            return Refused(action, code, what, remedy)
    if code == "ValidationException":
        return _invalid(action, said)
    if int(response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)) >= 500:
        return Refused(action, code, f"AWS failed ({code})", _AGAIN)
    return Refused(action, code, f"AWS answered {code} ({said})", "see AWS's message")


def _invalid(action: str, said: str) -> Refused:
    """SageMaker's one code for all that it does not accept, missing things included."""
    if any(words in said for words in _NOT_THERE):
        remedy = "look at the name and the Region"
        return Refused(action, "NotFound", f"AWS knows no such thing ({said})", remedy)
    status = re.search(r"Status \((\w+)\) not in \(\[Stopped", said)
    if status:
        is_passing = status[1] in ("Stopping", "Updating")
        remedy = "stop the instance (its users lose what runs there), and " + _AGAIN
        remedy = "it will be, by itself; " + _AGAIN if is_passing else remedy
        return Refused(action, "NotStopped", f"the instance is not Stopped ({said})", remedy)
    if "already exist" in said:
        remedy = "somebody else has just created it; give another --name"
        return Refused(action, "Exists", f"the name is taken ({said})", remedy)
    return Refused(action, "ValidationException", f"AWS does not accept it ({said})", "mend it")
