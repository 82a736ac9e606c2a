"""A misbehaving AWS on loopback: real TCP, one port and one way to misbehave for each server.

`with Server(SITUATIONS["drip body"]) as aws:` answers at `aws.url` until the block ends, which ends
every connection and thread of it. `aws.requests` is what was asked.
"""

from __future__ import annotations

import contextlib
import gzip
import json
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

ARN = "arn:aws:sagemaker:eu-central-1:111122223333:notebook-instance/team-nb"
NAME = "Team-NB"
HOST = "api.sagemaker.eu-central-1.amazonaws.com"
REQUEST_ID = "3f0a7b52-0000-4000-8000-000000000001"
COMPLIANT: Mapping[str, Any] = {
    "NotebookInstanceArn": ARN,
    "NotebookInstanceName": NAME,
    "NotebookInstanceStatus": "InService",
    "DirectInternetAccess": "Disabled",
    "SubnetId": "subnet-0a1b2c3d",
    "RootAccess": "Disabled",
    "PlatformIdentifier": "notebook-al2023-v1",
    "KmsKeyId": "1234abcd-12ab-34cd-56ef-1234567890ab",
}
NON_COMPLIANT: Mapping[str, Any] = {
    "NotebookInstanceArn": ARN,
    "NotebookInstanceName": NAME,
    "NotebookInstanceStatus": "InService",
    "DirectInternetAccess": "Enabled",
    "RootAccess": "Enabled",
    "PlatformIdentifier": "notebook-al2-v2",
}
PAGE = b"<!DOCTYPE html>\n<html><body>Welcome to the guest network. Please log in.</body></html>"
GONE = object()
"""As a field's value: the answer lacks the field."""


@dataclass(frozen=True)
class Request:
    """What a client sent; header names are in lower case."""

    line: str
    headers: Mapping[str, str]
    body: bytes


class Connection:
    """One accepted connection. Every wait ends when the server closes."""

    def __init__(self, stream: socket.socket):
        self.stream = stream
        self.closed = threading.Event()
        self.request: Request | None = None

    def send(self, data: bytes) -> None:
        self.stream.sendall(data)

    def wait(self, seconds: float | None = None) -> bool:
        """True when the server closes meanwhile."""
        return self.closed.wait(seconds)

    def drip(self, data: bytes) -> None:
        """A byte a second, which resets every read time-out of the other side."""
        for byte in data:
            self.send(bytes([byte]))
            if self.wait(1.0):
                return

    def reset(self) -> None:
        self.stream.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.stream.close()

    def receive(self) -> Request | None:
        head = b""
        while b"\r\n\r\n" not in head:
            chunk = self.stream.recv(65536)
            if not chunk:
                return None
            head += chunk
            if head[0] == 22:
                return Request("TLS hello", {}, head)
        head, body = head.split(b"\r\n\r\n", 1)
        line, *rest = head.decode("latin-1").split("\r\n")
        headers = {
            name.lower(): value.strip() for name, _, value in (h.partition(":") for h in rest)
        }
        while len(body) < int(headers.get("content-length", 0)):
            body += self.stream.recv(65536)
        return Request(line, headers, body)


Behaviour = Callable[[Connection], None]


class Server:
    """Listens (on a free port of 127.0.0.1) and treats each request with `behaviour`.

    With `tls` it speaks TLS; with `tunnel` it is a proxy that accepts any CONNECT and then is what
    lies behind it. `backlog` None refuses connections, 0 lets them wait for ever (a black hole).
    """

    def __init__(
        self,
        behaviour: Behaviour,
        tls: ssl.SSLContext | None = None,
        tunnel: bool = False,
        backlog: int | None = 64,
        address: tuple[str, int] = ("127.0.0.1", 0),
    ):
        self.behaviour = behaviour
        self.tls = tls
        self.tunnel = tunnel
        self.backlog = backlog
        self.requests: list[Request] = []
        self._connections: list[Connection] = []
        self._threads: list[threading.Thread] = []
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.bind(address)
        self.address: tuple[str, int] = self._socket.getsockname()
        self._fillers: list[socket.socket] = []

    @property
    def url(self) -> str:
        scheme = "https" if self.tls and not self.tunnel else "http"
        return f"{scheme}://{self.address[0]}:{self.address[1]}"

    def __enter__(self) -> Server:
        if self.backlog is not None:
            self._socket.listen(self.backlog)
        if self.backlog == 0:
            self._fill()
        elif self.backlog is not None:
            self._begin(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        for filler in self._fillers:
            filler.close()
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)  # wakes accept()
        self._socket.close()
        for connection in list(self._connections):
            connection.closed.set()
            with contextlib.suppress(OSError):
                connection.stream.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()

    def _fill(self) -> None:
        """Fill the queue of connections that nobody accepts: Linux drops what comes after."""
        for _ in range(3):
            filler = socket.socket()
            filler.setblocking(False)
            filler.connect_ex(self.address)
            self._fillers.append(filler)

    def _begin(self, work: Callable[..., None], *arguments: object) -> None:
        self._threads.append(threading.Thread(target=work, args=arguments, daemon=True))
        self._threads[-1].start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                self._begin(self._serve, self._socket.accept()[0])

    def _serve(self, stream: socket.socket) -> None:
        connection = Connection(stream)
        self._connections.append(connection)
        with contextlib.suppress(OSError):  # the client left, as a killed one does
            if self.tunnel and self._take(connection):
                connection.send(b"HTTP/1.1 200 Connection established\r\n\r\n")
            if self.tls is not None:
                connection.stream = self.tls.wrap_socket(stream, server_side=True)
            if self._take(connection):
                self.behaviour(connection)
        connection.stream.close()

    def _take(self, connection: Connection) -> bool:
        connection.request = connection.receive()
        if connection.request is not None:
            self.requests.append(connection.request)
        return connection.request is not None


def described(base: Mapping[str, Any] = COMPLIANT, **changes: Any) -> bytes:
    """A DescribeNotebookInstance answer's body."""
    answer = {key: value for key, value in {**base, **changes}.items() if value is not GONE}
    return json.dumps(answer).encode()


def says(
    body: bytes = described(), status: int = 200, headers: Mapping[str, str | None] | None = None
) -> Behaviour:
    """Answer as AWS does, but for `headers`; None removes one."""
    return lambda connection: connection.send(_head(len(body), status, headers or {}) + body)


def _head(length: int, status: int = 200, changes: Mapping[str, str | None] | None = None) -> bytes:
    headers = {
        "x-amzn-RequestId": REQUEST_ID,
        "Content-Type": "application/x-amz-json-1.1",
        "Content-Length": str(length),
        **(changes or {}),
    }
    lines = [f"{name}: {value}" for name, value in headers.items() if value is not None]
    return "\r\n".join([f"HTTP/1.1 {status} Whatever", *lines, "", ""]).encode()


def fails(code: Any, message: Any = "no", status: int = 400) -> Behaviour:
    """An error as AWS words it."""
    return says(json.dumps({"__type": code, "message": message}).encode(), status)


def shows(page: bytes, status: int = 200, **headers: str | None) -> Behaviour:
    """A web page, as a captive portal or a filtering proxy sends it."""
    plain: dict[str, str | None] = {"x-amzn-RequestId": None, "Content-Type": "text/html"}
    return says(page, status, plain | {k.replace("_", "-"): v for k, v in headers.items()})


def _denied(why: str) -> Behaviour:
    who = "arn:aws:sts::111122223333:assumed-role/notebook-role/SageMaker"
    what = f"is not authorized to perform: sagemaker:DescribeNotebookInstance on resource: {ARN}"
    return fails("AccessDeniedException", f"User: {who} {what} {why}")


def _hang(connection: Connection) -> None:
    connection.wait()


def _drip_header(connection: Connection) -> None:
    connection.drip(_head(len(described())) + described())


def _drip_body(connection: Connection) -> None:
    connection.send(_head(len(described())))
    connection.drip(described())


def _reset(connection: Connection) -> None:
    connection.reset()


def _reset_in_body(connection: Connection) -> None:
    connection.send(_head(len(described())) + described()[:40])
    connection.reset()


def _chunked(connection: Connection) -> None:
    body = described()
    connection.send(_head(0, 200, {"Content-Length": None, "Transfer-Encoding": "chunked"}))
    connection.send(f"{len(body):x}\r\n".encode() + body + b"\r\n0\r\n\r\n")


def _chunked_with_a_length(connection: Connection) -> None:
    body = described()
    connection.send(_head(len(body), 200, {"Transfer-Encoding": "chunked"}))
    connection.send(f"{len(body):x}\r\n".encode() + body + b"\r\n0\r\n\r\n")


def _gigantic(connection: Connection) -> None:
    megabyte = 1024 * 1024
    start, end = described()[:-1] + b', "Notes": "', b'"}'
    connection.send(_head(len(start) + 300 * megabyte + len(end)) + start)
    for _ in range(300):
        connection.send(b"x" * megabyte)
    connection.send(end)


def _no_http(connection: Connection) -> None:
    connection.send(b"SSH-2.0-OpenSSH_9.6\r\n")


_ANSWER = described()
_NESTED = _ANSWER[:-1] + b', "Notes": ' + b"[" * 200_000 + b"]" * 200_000 + b"}"

SITUATIONS: Mapping[str, Behaviour] = {
    # time
    "hang": _hang,
    "drip header": _drip_header,
    "drip body": _drip_body,
    # connections
    "reset": _reset,
    "reset within the body": _reset_in_body,
    "no HTTP": _no_http,
    "endless header": says(headers={"X-Filler": "x" * 100_000}),
    "thousand headers": says(headers={f"X-Filler-{i}": "x" for i in range(1000)}),
    # something else than AWS
    "redirect to a login page": shows(b"", 302, Location="https://login.invalid/"),
    "redirect with an answer": says(status=307, headers={"Location": "https://login.invalid/"}),
    "login page": shows(PAGE),
    "login page without a type": shows(PAGE, Content_Type=None),
    "login page that says it is JSON": says(PAGE),
    "login page 403": shows(PAGE, 403),
    "network authentication required": shows(PAGE, 511),
    # bodies
    "empty body": says(b""),
    "empty body without request id": says(b"", headers={"x-amzn-RequestId": None}),
    "empty object": says(b"{}"),
    "empty object without request id": says(b"{}", headers={"x-amzn-RequestId": None}),
    "no request id": says(headers={"x-amzn-RequestId": None}),
    "body shorter than promised": says(headers={"Content-Length": str(len(_ANSWER) + 100)}),
    "body cut within": says(_ANSWER[:-20], headers={"Content-Length": str(len(_ANSWER))}),
    "body longer than promised": says(headers={"Content-Length": str(len(_ANSWER) - 20)}),
    "no length": says(headers={"Content-Length": None}),
    "no length and cut within": says(_ANSWER[:-20], headers={"Content-Length": None}),
    "length that is no number": says(headers={"Content-Length": "many"}),
    "chunked": _chunked,
    "chunked with a length": _chunked_with_a_length,
    "request id of spaces": says(headers={"x-amzn-RequestId": "\r\n  "}),
    "request id of control characters": says(headers={"x-amzn-RequestId": "\x1b[2J"}),
    "a setting twice": says(
        _ANSWER.replace(b'"RootAccess":', b'"RootAccess": "Enabled", "RootAccess":')
    ),
    "the ARN twice": says(_ANSWER[:-1] + b', "NotebookInstanceArn": "' + ARN.encode() + b'"}'),
    "JSON list": says(b"[" + _ANSWER + b"]"),
    "JSON null": says(b"null"),
    "JSON number": says(b"200"),
    "JSON text": says(json.dumps(_ANSWER.decode()).encode()),
    "broken JSON": says(_ANSWER[:-1]),
    "two objects": says(_ANSWER + _ANSWER),
    "nested 200,000 deep": says(_NESTED),
    "UTF-16": says(_ANSWER.decode().encode("utf-16")),
    "not UTF-8": says(_ANSWER.replace(b"team-nb", b"team-\xff\xfe")),
    "NUL bytes": says(b"\0" * 1000),
    "gzip": says(gzip.compress(_ANSWER), headers={"Content-Encoding": "gzip"}),
    "300 MB": _gigantic,
    "HTTP 201": says(status=201),
    "HTTP 203": says(status=203),
    "HTTP 204": says(status=204),
    # errors
    "throttled": fails("ThrottlingException", "Rate exceeded"),
    "too many requests": says(b"{}", 429),
    "internal error": fails("InternalFailure", status=500),
    "unavailable": fails("ServiceUnavailable", status=503),
    "internal error as a page": shows(PAGE, 500),
    "unavailable as a page": shows(PAGE, 503),
    "error without a body": says(b"", 400),
    "error with the answer in it": says(status=400),
    "error of wrong types": fails(5, ["no"]),
    "denied": _denied("because no identity-based policy allows the action"),
    "denied explicitly": _denied("with an explicit deny in an identity-based policy"),
    "denied by SCP": _denied("with an explicit deny in a service control policy"),
    "denied by endpoint policy": _denied("because no VPC endpoint policy allows the action"),
    "expired token": fails("ExpiredTokenException", "The security token is expired"),
    "unknown key": fails("UnrecognizedClientException", "The security token is invalid"),
    "wrong signature": fails("InvalidSignatureException", "The signature does not match"),
    "clock slow": fails("InvalidSignatureException", "Signature expired: 20261123T104107Z is now"),
    "clock fast": fails("InvalidSignatureException", "Signature not yet current: 20261123T104107Z"),
    "clock skewed": fails("RequestTimeTooSkewed", "The difference is too large", 403),
    # somebody else
    "other account": says(described(NotebookInstanceArn=ARN.replace("1111", "9999"))),
    "other instance": says(described(NotebookInstanceArn=ARN + "2")),
    "other Region": says(described(NotebookInstanceArn=ARN.replace("central", "west"))),
    "other partition": says(described(NotebookInstanceArn=ARN.replace("arn:aws", "arn:aws-cn"))),
    "no such instance": fails("ValidationException", "RecordNotFound"),
    "other name": says(described(NotebookInstanceName="Other")),
    "ARN with a look-alike letter": says(described(NotebookInstanceArn=ARN.replace("k", "\u212a"))),
    "Stopped": says(described(NotebookInstanceStatus="Stopped")),
    "stopped in small letters": says(described(NotebookInstanceStatus="stopped")),
    "Deleting": says(described(NotebookInstanceStatus="Deleting")),
    "Updating": says(described(NotebookInstanceStatus="Updating")),
    "Failed": says(described(NotebookInstanceStatus="Failed")),
    "no ARN": says(described(NotebookInstanceArn=GONE)),
    "ARN of a wrong type": says(described(NotebookInstanceArn=[ARN])),
    "no status": says(described(NotebookInstanceStatus=GONE)),
    "status with a space": says(described(NotebookInstanceStatus="Stopped ")),
    "empty status": says(described(NotebookInstanceStatus="")),
    "status of a wrong type": says(described(NotebookInstanceStatus={"InService": True})),
}
"""Answers of which none says anything about our instance."""
