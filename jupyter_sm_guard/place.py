"""Where a check looks: this machine and AWS, or what stands in for them in tests and demos."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from .host import Host
from .model import IntegrityFlag

T = TypeVar("T")

ROOT_VARIABLE = "JUPYTER_SM_GUARD_ROOT"
ENDPOINT_VARIABLE = "JUPYTER_SM_GUARD_ENDPOINT_URL"
STAND_INS = frozenset({"root_override", "endpoint_override"})
"""The integrity flags of a report that is not about this machine and the real AWS."""


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

    @property
    def stand_ins(self) -> tuple[IntegrityFlag, ...]:
        """What every report made here says of what stands in; empty for the real place."""
        flags: list[IntegrityFlag] = []
        if self.root is not None:
            detail = "a folder stood in for this machine; nothing here is about the real one"
            flags.append(IntegrityFlag("root_override", detail))
        if self.endpoint_url is not None:
            detail = f"{self.endpoint_url} answered in place of AWS"
            flags.append(IntegrityFlag("endpoint_override", detail))
        return tuple(flags)

    @classmethod
    def of_environment(cls) -> Place:
        """Where code in a kernel looks: the real place, unless environment variables name
        stand-ins. Raises ValueError, which names the variable."""
        return cls(_given(ROOT_VARIABLE, folder), _given(ENDPOINT_VARIABLE, endpoint_url))


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


def _given(variable: str, read: Callable[[str], T]) -> T | None:
    text = os.environ.get(variable)
    try:
        return read(text) if text else None
    except ValueError as error:
        raise ValueError(f"{variable}: {error}") from None


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
