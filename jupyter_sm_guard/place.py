"""Where a check looks: this machine and AWS, or what stands in for them in tests and demos."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from .host import Host


@dataclass(frozen=True)
class Place:
    """`root` is a folder that stands in for `/`, `endpoint_url` a server that stands in for every
    AWS service; None means the real one."""

    root: Path | None = None
    endpoint_url: str | None = None

    @property
    def host(self) -> Host:
        """The machine to read."""
        return Host(self.root)


def folder(text: str) -> Path:
    """`text` if it is a folder, which may then stand in for `/`. Raises ValueError."""
    if not text or not Path(text).is_dir():
        raise ValueError(f"{text or 'an empty name'} is not a folder")
    return Path(text).resolve()


def endpoint_url(text: str) -> str:
    """`text` if it may stand in for AWS: https, or http on this machine. Raises ValueError."""
    parts = urlsplit(text)
    if parts.username is not None or parts.query or parts.fragment:
        raise ValueError("a URL with a user, query or fragment can't stand in for AWS")
    if parts.scheme == "https" and parts.hostname:
        return text
    if parts.scheme == "http" and parts.hostname and _is_loopback(parts.hostname):
        return text
    raise ValueError(f"{text} can't stand in for AWS; give https://…, or http:// on 127.0.0.1")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
