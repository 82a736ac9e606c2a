"""Whether what came back over the wire is an answer of AWS at all."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from ..model import Reason, Unknown


class NotAnAnswer(Exception):
    """There is no answer to believe; `unknown` says why."""

    def __init__(self, reason: Reason, detail: str):
        super().__init__(detail)
        self.unknown = Unknown(reason, detail)


class Exchange:
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
            raise NotAnAnswer(
                Reason.CAPTIVE, f"{what} (HTTP {status}) came instead of AWS's answer"
            )
        if status >= 400:
            return
        if status != 200:
            raise NotAnAnswer(Reason.BAD_RESPONSE, f"HTTP {status} instead of 200")
        if not re.fullmatch(r"[!-~]{1,128}", str(headers.get("x-amzn-RequestId", ""))):
            raise NotAnAnswer(Reason.BAD_RESPONSE, "the answer carries no request id")
        if headers.get("Transfer-Encoding"):  # it would make Content-Length mean nothing
            raise NotAnAnswer(Reason.BAD_RESPONSE, "the answer has no fixed length")
        promised = str(headers.get("Content-Length", ""))
        if promised != str(len(body)):
            detail = f"{len(body)} bytes came, Content-Length says {promised or 'nothing'}"
            raise NotAnAnswer(Reason.BAD_RESPONSE, detail)
        _require_object(body)


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    if len({key for key, _ in pairs}) < len(pairs):
        raise ValueError("the same key twice: which of the two botocore takes proves nothing")
    return dict(pairs)


def _require_object(body: bytes) -> None:
    try:
        data = json.loads(body, object_pairs_hook=_once)
    except (ValueError, RecursionError):
        raise NotAnAnswer(Reason.BAD_RESPONSE, "the answer is not JSON") from None
    if not isinstance(data, dict):
        raise NotAnAnswer(Reason.BAD_RESPONSE, "the answer is not a JSON object")
