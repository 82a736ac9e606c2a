"""AWS over HTTP on loopback: moto for all services, and a strict SageMaker in front of it.

    with EmbeddedAws() as aws:
        aws.client("sagemaker").create_notebook_instance(...)
        aws.behave("DescribeNotebookInstance", Behaviour.THROTTLE)

Needs `moto[server]`, which only the extra `demo` installs.
"""

from __future__ import annotations

import io
import itertools
import json
import os
import select
import socket
import threading
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING, Any

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.wrappers import Response

from . import CREDENTIALS, REGION
from .behaviour import Behaviour
from .listener import Listener
from .messages import Answer, Call, failure, in_form_of, misbehaviour
from .notebook_instances import NotebookInstances
from .roles import Roles
from .studio import Studio
from .verdicts import Verdicts

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_LOOK = 0.1  # seconds between two looks whether a hanging call shall go on hanging
_accounts = itertools.count(111122223333)  # moto keeps state by account, for the whole process


class EmbeddedAws:
    """One simulated AWS with an account of its own; it listens between `start` and `stop`.

    `requests` counts what was asked, by operation (see `Call.operation`), refused ones included.
    `studio`, `verdicts` and `roles` hold what is laid out of Studio, of Security Hub and Config,
    and of IAM's policy simulator.
    """

    def __init__(self) -> None:
        self.account = str(next(_accounts))
        self.requests: Counter[str] = Counter()
        self._behaviours: dict[str, Behaviour] = {}
        self._lock = threading.Lock()
        self._moto = DomainDispatcherApplication(create_backend_app)
        self._instances = NotebookInstances(self.account, self._ask_moto)
        self.studio = Studio(self.account)
        self.verdicts = Verdicts(self.account)
        self.roles = Roles()
        self._listener: Listener | None = None

    def start(self) -> EmbeddedAws:
        """Listen on a free port. Raises RuntimeError when it already does."""
        if self._listener is not None:
            raise RuntimeError("it has been started already")
        self._listener = Listener(self)
        return self

    def stop(self) -> None:
        """Close every connection and end every thread, hanging ones too. Twice is no error."""
        if self._listener is not None:
            self._listener.stop()
            self._listener = None

    def __enter__(self) -> EmbeddedAws:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """What to give as endpoint URL. Raises RuntimeError while it is not started."""
        if self._listener is None:
            raise RuntimeError("it is not started")
        return self._listener.url

    def client(self, service: str, region: str = REGION) -> Any:
        """A botocore client that asks here, once, with nothing of the user's configuration."""
        from botocore.config import Config

        config = Config(retries={"total_max_attempts": 1, "mode": "standard"}, proxies={})
        with self._lock:
            return self._session.create_client(
                service, region_name=region, endpoint_url=self.url, config=config
            )

    @cached_property
    def _session(self) -> Any:
        import botocore.session

        nowhere = (None, None, os.devnull, None)
        variables = {
            "profile": (None, None, None, None),
            "config_file": nowhere,
            "credentials_file": nowhere,
        }
        session = botocore.session.Session(session_vars=variables)
        session.set_credentials(*CREDENTIALS.values())
        return session

    def behave(self, operation: str, behaviour: Behaviour | None) -> None:
        """Answer `operation` that way from now on; None: as AWS would. What hangs is let go.

        Errors are in the form of the service that is called.
        """
        with self._lock:
            self._behaviours.pop(operation, None)
            if behaviour is not None:
                self._behaviours[operation] = behaviour

    def behave_well(self) -> None:
        """Answer every operation as AWS would."""
        with self._lock:
            self._behaviours.clear()

    def forget(self) -> None:
        """Drop what is laid out in `studio`, `verdicts` and `roles`."""
        for drawer in (self.studio, self.verdicts, self.roles):
            drawer.clear()

    def update(self, name: str, region: str = REGION, **fields: Any) -> None:
        """Let DescribeNotebookInstance tell these fields of that instance; None removes one.

        Values need not be legal. Raises KeyError for an unknown instance, ValueError for a field
        that DescribeNotebookInstance does not have.
        """
        self._instances.change(region, name, fields)

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """Answer one HTTP request (WSGI)."""
        call = Call.read(environ)
        with self._lock:
            self.requests[call.operation] += 1
            behaviour = self._behaviours.get(call.operation)
        if behaviour is Behaviour.HANG:
            self._hang(call)
        if behaviour is not None:
            resource = self._instances.arn(call.region, call.parameters() or {})
            error = misbehaviour(behaviour, call, self.account, resource)
            answer = in_form_of(call, error).response()
        elif (
            own := self.studio.answer(call) or self.verdicts.answer(call) or self.roles.answer(call)
        ):
            answer = own.response()
        elif call.is_sagemaker:
            answer = self._instances.answer(call).response()
        else:
            answer = self._moto_response(call, call.body)
        return answer(environ, start)

    def _hang(self, call: Call) -> None:
        """Wait as long as the client does, or until told to behave otherwise; then hang up."""
        connection: socket.socket = call.environ["werkzeug.socket"]
        while self._behaviours.get(call.operation) is Behaviour.HANG:
            if select.select([connection], [], [], _LOOK)[0]:  # closed, by the client or by stop()
                break
        with suppress(OSError):  # the client has left
            connection.shutdown(socket.SHUT_RDWR)
        raise ConnectionAbortedError

    def _moto_response(self, call: Call, body: bytes) -> Response:
        environ = {
            **call.environ,
            "wsgi.input": io.BytesIO(body),
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_X_MOTO_ACCOUNT_ID": self.account,
        }
        if call.target:
            environ["HTTP_X_AMZ_TARGET"] = call.target
        response = Response.from_app(self._moto, environ, buffered=True)
        response.headers.pop("Access-Control-Allow-Origin", None)  # no web page has business here
        return response

    def _ask_moto(self, call: Call, parameters: Mapping[str, Any]) -> Answer:
        try:
            response = self._moto_response(call, json.dumps(parameters).encode())
        except NotImplementedError:
            return failure("NotSimulatedException", f"{call.operation} is not simulated")
        content = response.get_data()
        return Answer(response.status_code, json.loads(content) if content else {})
