"""Does the instance metadata service still answer without a token (version 1)?

One GET of /latest/meta-data/, which lists names and holds no secret, on a connection of our own
(no proxy, no library, no retry); of the answer the first 64 bytes are read, for its status. EC2
answers 200 where version 1 is on and 401 where it is off (EC2 user guide, "Use the Instance
Metadata Service"). Everything else says nothing.

Recorded: `imds` is the status, such as 401.
"""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Mapping

from ..host import Host, Unreadable
from ..model import Fact, Known, Reason, ResourceKind, Unknown, utc_now
from . import Context, Source

LABEL = "the instance metadata service"
ADDRESS = ("169.254.169.254", 80)
SECONDS = 0.3
"""For all of it: a machine that drops these packets must not cost a check more."""

_BYTES = 64
_REQUEST = (
    b"GET /latest/meta-data/ HTTP/1.1\r\nHost: 169.254.169.254\r\n"
    b"User-Agent: jupyter-sm-guard\r\nConnection: close\r\n\r\n"
)
_STATUS = re.compile(rb"HTTP/1\.[01] (\d{3})(?: [^\r\n]*)?\r?\n")
_MEANS = {200: True, 401: False}


def observe(context: Context) -> Mapping[str, Fact]:
    """Ask once."""
    disabled = context.aws.credentials.get("AWS_EC2_METADATA_DISABLED", "").lower() == "true"
    if disabled and context.host.root is None:
        detail = "AWS_EC2_METADATA_DISABLED is true in the environment"
        return SOURCE.unknown(Unknown(Reason.NOT_PERMITTED_BY_POLICY, detail))
    status = _recorded(context.host) if context.host.root is not None else ask()
    if isinstance(status, Unknown):
        return SOURCE.unknown(status)
    if status not in _MEANS:
        detail = f"the metadata service answered with status {status}, which says nothing"
        return SOURCE.unknown(Unknown(Reason.BAD_RESPONSE, detail))
    return {"ImdsV1Answers": Known(_MEANS[status], LABEL, utc_now())}


def _recorded(host: Host) -> int | Unknown:
    try:
        status = host.recorded("imds")
    except Unreadable as error:
        return Unknown(Reason.NOT_FOUND, str(error))
    if isinstance(status, int) and not isinstance(status, bool):
        return status
    return Unknown(Reason.UNKNOWN_VALUE, "the record of the metadata service is no status")


def ask() -> int | Unknown:
    """The status of the answer, within SECONDS."""
    end = time.monotonic() + SECONDS
    try:
        with socket.create_connection(ADDRESS, timeout=SECONDS) as connection:
            connection.settimeout(_left(end))
            connection.sendall(_REQUEST)
            head = _status_line(connection, end)
    except TimeoutError:
        detail = f"no answer within {SECONDS} seconds: blocked, hidden from this machine, or slow"
        return Unknown(Reason.TIMEOUT, detail)
    except OSError as error:
        why = error.strerror or type(error).__name__
        return Unknown(Reason.UNREACHABLE, f"the metadata service can't be reached: {why}")
    found = _STATUS.match(head)
    if found is None:
        return Unknown(Reason.BAD_RESPONSE, "what answers at 169.254.169.254 does not speak HTTP")
    return int(found[1])


def _status_line(connection: socket.socket, end: float) -> bytes:
    """The first line, or what there is of it in _BYTES. Raises OSError, TimeoutError at `end`."""
    head = b""
    while b"\n" not in head and len(head) < _BYTES:
        connection.settimeout(_left(end))
        chunk = connection.recv(_BYTES - len(head))
        if not chunk:
            break
        head += chunk
    return head


def _left(end: float) -> float:
    left = end - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


SOURCE = Source(
    name="imds",
    label=LABEL,
    facts=("ImdsV1Answers",),
    kinds=frozenset({ResourceKind.NOTEBOOK_INSTANCE}),
    observe=observe,
)
