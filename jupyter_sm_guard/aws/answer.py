"""Whether what came back over the wire is an answer of AWS at all."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..model import Reason, Unknown
from .xml import Document, Malformed

_PAGE = re.compile(
    rb"(\xef\xbb\xbf)?\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*<(!doctype|html)",
    re.IGNORECASE | re.DOTALL,
)


class NotAnAnswer(Exception):
    """There is no answer to believe; `unknown` says why."""

    def __init__(self, reason: Reason, detail: str):
        super().__init__(detail)
        self.unknown = Unknown(reason, detail)


@dataclass(frozen=True)
class Form:
    """What a body must be: a JSON object, or XML with this root in this namespace."""

    root: str | None = None
    namespace: str = ""

    @property
    def is_xml(self) -> bool:
        return self.root is not None


class Exchange:
    """What went over the wire, as botocore's events tell it; `request_id` is the verified
    answer's."""

    def __init__(self) -> None:
        self.form = Form()
        self.request = False
        self.request_id = ""

    def remember(self, **_: object) -> None:
        self.request = True

    def verify(self, response_dict: Mapping[str, Any] | None, **_: object) -> None:
        """Refuse what botocore hands on as success, or as an AWS error, and is neither."""
        if response_dict is None:
            return  # no response at all: botocore raises its own error
        status, headers = int(response_dict["status_code"]), response_dict["headers"]
        body = response_dict["body"]
        is_page = self._is_page(str(headers.get("Content-Type", "")).lower(), body)
        if 300 <= status < 400 or status == 511 or (is_page and status < 500):
            what = "a redirect" if 300 <= status < 400 else "a web page"
            raise NotAnAnswer(
                Reason.CAPTIVE, f"{what} (HTTP {status}) came instead of AWS's answer"
            )
        if status >= 400:
            return
        if status != 200:
            raise NotAnAnswer(Reason.BAD_RESPONSE, f"HTTP {status} instead of 200")
        if self.form.is_xml:
            named_inside = _require_document(body, headers, self.form)
        else:
            _require_length(body, headers)
            _require_object(body)
            named_inside = None
        self.request_id = str(headers.get("x-amzn-RequestId") or named_inside or "")
        if not re.fullmatch(r"[!-~]{1,128}", self.request_id):
            raise NotAnAnswer(Reason.BAD_RESPONSE, "the answer carries no request id")

    def verify_first(self, client: Any) -> None:
        """Verify before botocore parses: it reads XML before it tells anybody, and a page, or what
        is cut short, then ends in an error without the body. The client is nobody else's."""
        session = client._endpoint.http_session
        send = session.send

        def send_and_verify(request: Any) -> Any:
            response = send(request)
            about = {"status_code": response.status_code, "headers": response.headers}
            self.verify({**about, "body": response.content})
            return response

        session.send = send_and_verify

    def _is_page(self, kind: str, body: bytes) -> bool:
        if "html" in kind or not self.form.is_xml:
            return "html" in kind or body.lstrip()[:1] == b"<"
        return _PAGE.match(body) is not None


def _require_length(body: bytes, headers: Mapping[str, Any]) -> None:
    if headers.get("Transfer-Encoding"):  # it would make Content-Length mean nothing
        raise NotAnAnswer(Reason.BAD_RESPONSE, "the answer has no fixed length")
    promised = str(headers.get("Content-Length", ""))
    if promised != str(len(body)):
        detail = f"{len(body)} bytes came, Content-Length says {promised or 'nothing'}"
        raise NotAnAnswer(Reason.BAD_RESPONSE, detail)


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


def _require_document(body: bytes, headers: Mapping[str, Any], form: Form) -> str | None:
    """The request id inside, or None. EC2 sends its answers in chunks, without a length, and none
    is needed: where a body is cut short its root element is not closed, and it is no XML."""
    if headers.get("Content-Length") and not headers.get("Transfer-Encoding"):
        _require_length(body, headers)
    try:
        document = Document(body)
    except Malformed as error:
        raise NotAnAnswer(Reason.BAD_RESPONSE, f"the answer {error}") from None
    if document.root.lower() == "html":
        raise NotAnAnswer(Reason.CAPTIVE, "a web page (HTTP 200) came instead of AWS's answer")
    if (document.root, document.namespace.rstrip("/")) != (form.root, form.namespace.rstrip("/")):
        raise NotAnAnswer(Reason.BAD_RESPONSE, f"the answer is not a {form.root}")
    return document.request_id
