"""A TLS handshake with an end to it, and who issued the other side's certificate: Python tells that
only of certificates it trusts, so it is read from the DER.

X.509 (RFC 5280, 4.1): Certificate > TBSCertificate > version [0], serial number, algorithm, issuer.
An issuer is a sequence of sets of pairs of an object identifier and a text.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterator

_ORGANISATION = bytes((0x55, 0x04, 0x0A))  # 2.5.4.10
_COMMON_NAME = bytes((0x55, 0x04, 0x03))  # 2.5.4.3
_VERSION = 0xA0
_UTF16 = 0x1E
_LONGEST = 64


def shake_hands(
    connection: socket.socket, name: str, tls: ssl.SSLContext, end: float
) -> bytes | None:
    """The other side's certificate (DER). Raises OSError (ssl's are such) and, at `end` (of
    time.monotonic) even where bytes come in drips, TimeoutError."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    session = tls.wrap_bio(incoming, outgoing, server_hostname=name)
    while True:
        try:
            session.do_handshake()
            connection.sendall(outgoing.read())
            return session.getpeercert(binary_form=True)
        except ssl.SSLWantReadError:
            connection.sendall(outgoing.read())
        if (left := end - time.monotonic()) <= 0:
            raise TimeoutError
        connection.settimeout(left)
        chunk = connection.recv(16384)
        incoming.write(chunk) if chunk else incoming.write_eof()


def issuer_at(address: tuple[str, int], name: str, seconds: float) -> str | None:
    """The issuer of whatever certificate is shown for `name`, on a connection that trusts nobody
    and on which nothing is sent. `seconds` are for connecting, and again for the handshake."""
    distrusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    distrusting.check_hostname, distrusting.verify_mode = False, ssl.CERT_NONE
    try:
        with socket.create_connection(address, timeout=seconds) as connection:
            end = time.monotonic() + seconds
            return issuer(shake_hands(connection, name, distrusting, end) or b"")
    except (OSError, ValueError):
        return None


def issuer(der: bytes) -> str | None:
    """The issuer's organisation, or else its common name, as plain text of at most 64 characters;
    None where there is none that can be shown. Never raises, whatever `der` is."""
    texts: dict[bytes, str | None] = {}
    try:
        fields = [field for field in _inside(_first(_first(der))) if field[0] != _VERSION]
        for _, one in _inside(fields[2][1]):
            for _, pair in _inside(one):
                (_, object_id), value = _inside(pair)
                texts[object_id] = _text(*value)
    except (IndexError, ValueError):
        return None
    return texts.get(_ORGANISATION) or texts.get(_COMMON_NAME)


def _first(der: bytes) -> bytes:
    return next(_inside(der), (0, b""))[1]


def _inside(der: bytes) -> Iterator[tuple[int, bytes]]:
    """The tag and content of each element. Raises IndexError where it is cut off."""
    at = 0
    while at < len(der):
        tag, size = der[at], der[at + 1]
        at += 2
        if size & 0x80:
            count = size & 0x7F
            size = int.from_bytes(der[at : at + count], "big")
            at += count
        if at + size > len(der):
            raise IndexError("cut off")
        yield tag, der[at : at + size]
        at += size


def _text(tag: int, content: bytes) -> str | None:
    text = content.decode("utf-16-be" if tag == _UTF16 else "utf-8", "replace").strip()
    is_plain = text.isascii() and text.isprintable()
    return text[:_LONGEST] if text and is_plain else None
