"""A botocore session and clients that take nothing from the user's settings but credentials.

All sources of one process share the session: credentials are asked for once, however many look, and
botocore reads each service's data once. Making sessions and clients is not safe side by side
(calling them is), so it happens under a lock.
"""

from __future__ import annotations

import os
import re
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..model import Reason
from . import Aws, Stage
from .answer import Form, NotAnAnswer

if TYPE_CHECKING:
    import botocore.session

CONNECT_TIMEOUT = 1.0
READ_TIMEOUT = 2.0
ATTEMPTS = 2


_lock = threading.Lock()
_opened: list[_Opened] = []


@dataclass(frozen=True)
class _Opened:
    """A session for one way to AWS, or why there is none: that there are no credentials."""

    aws: Aws
    session: botocore.session.Session
    refusal: NotAnAnswer | None


def client_for(aws: Aws, service: str) -> Any:
    """A new client. Raises NotAnAnswer where there are no usable credentials, and whatever botocore
    makes of settings that it can't use."""
    with _lock:
        opened = next((known for known in _opened if known.aws == aws), None)
        if opened is None:
            opened = _open(aws)
            _opened[:] = [opened]
        if opened.refusal is not None:
            raise NotAnAnswer(opened.refusal.unknown.reason, opened.refusal.unknown.detail)
        return _client(opened.session, aws, service)


def _open(aws: Aws) -> _Opened:
    session = _session(aws)
    try:
        _require_credentials(session)
    except NotAnAnswer as refusal:
        return _Opened(aws, session, refusal)
    return _Opened(aws, session, None)


def form_of(model: Any, operation: str) -> Form:
    """The form in which the service answers; `model` is a client's service model."""
    protocol = getattr(model, "resolved_protocol", None) or model.metadata["protocol"]
    if protocol in ("query", "ec2"):
        return Form(f"{operation}Response", str(model.metadata.get("xmlNamespace", "")))
    return Form()


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
        # Twice: on a busy machine one second is sometimes not enough for a service next door.
        imds = InstanceMetadataFetcher(timeout=1, num_attempts=2, env=environment)
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
        raise NotAnAnswer(Reason.NO_CREDENTIALS, detail) from None
    if found is None:
        raise NotAnAnswer(Reason.NO_CREDENTIALS, "no usable AWS credentials were found")
    parts = (found.access_key, found.secret_key, found.token or "-")
    if not all(part and re.fullmatch(r"[!-~]+", part) for part in parts):
        detail = "the AWS credentials hold characters that no credential has"
        raise NotAnAnswer(Reason.NO_CREDENTIALS, detail)


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


def resolve(url: str, stage: Stage) -> None:
    """Look the host up once beforehand: the one way to tell a dead name server from a dead host."""
    import socket
    from urllib.parse import urlsplit

    parts = urlsplit(url)
    stage(Reason.DNS)
    try:
        socket.getaddrinfo(parts.hostname, parts.port or 443, type=socket.SOCK_STREAM)
    except OSError as error:
        detail = f"{parts.hostname} has no address: {error.strerror or error}"
        raise NotAnAnswer(Reason.DNS, detail) from None
