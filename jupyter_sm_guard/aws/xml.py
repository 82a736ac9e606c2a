"""Answers in XML, as STS, IAM and EC2 send them, read as strictly as those in JSON.

Nothing is expanded or fetched: a document type declaration is refused where it begins, and with it
every entity of one's own.
"""

from __future__ import annotations

from xml.parsers import expat

_LISTED = ("item", "member")
"""The only elements that come several times in one: EC2's lists, and those of STS and IAM."""


class Malformed(ValueError):
    """The body is no XML, or none that AWS sends; the message says why, without its content."""


class Document:
    """The root element of a body and the request id below it. Raises Malformed."""

    def __init__(self, body: bytes):
        self.namespace = self.root = ""
        self.request_id: str | None = None
        self._open: list[tuple[str, set[str]]] = []
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._refuse
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        try:
            parser.Parse(body, True)
        except expat.ExpatError as error:
            raise Malformed(f"is not XML (line {error.lineno})") from None

    def _refuse(self, *_: object) -> None:
        raise Malformed("has a document type declaration")

    def _start(self, name: str, _: object) -> None:
        namespace, _space, local = name.rpartition(" ")
        if not self._open:
            self.namespace, self.root = namespace, local
        elif local in self._open[-1][1] and local not in _LISTED:
            raise Malformed("says the same thing twice")
        else:
            self._open[-1][1].add(local)
        self._open.append((local, set()))

    def _end(self, _: str) -> None:
        self._open.pop()

    def _text(self, text: str) -> None:
        if [local for local, _ in self._open[1:]] == ["requestId"]:  # EC2's is nowhere else
            self.request_id = (self.request_id or "") + text
