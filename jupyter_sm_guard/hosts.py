"""Hosts named in code: which of them stand on the public internet.

A subnet without a route to the internet still reaches AWS's services through VPC endpoints, and
whatever a company runs for itself: neither is the internet. Pure; nothing is looked up.
"""

from __future__ import annotations

import re

_AWS = (".amazonaws.com", ".amazonaws.com.cn", ".api.aws", ".on.aws", ".sagemaker.aws")
_INSIDE = (
    ".internal",
    ".local",
    ".localhost",
    ".lan",
    ".corp",
    ".intranet",
    ".private",
    ".home.arpa",
    ".svc",
    ".test",
    ".invalid",
)
_PUBLIC = (
    "pypi.org",
    "pypi.python.org",
    "pythonhosted.org",
    "pytorch.org",
    "pypi.nvidia.com",
    "anaconda.org",
    "anaconda.com",
    "conda.io",
    "prefix.dev",
    "github.com",
    "githubusercontent.com",
    "github.io",
    "gitlab.com",
    "bitbucket.org",
    "huggingface.co",
    "hf.co",
    "googleapis.com",
    "google.com",
    "docker.io",
    "docker.com",
    "quay.io",
    "ghcr.io",
    "nvcr.io",
    "gcr.io",
    "public.ecr.aws",
    "kaggle.com",
    "zenodo.org",
    "tuna.tsinghua.edu.cn",
    "aliyun.com",
)
_SCHEME = re.compile(r"(?:git\+)?(?:https?|ftp|git|ssh)://", re.IGNORECASE)
_SCP = re.compile(r"[\w.-]+@([\w.-]+):(?!//)")
_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]*)\Z")
_PRIVATE_ADDRESS = re.compile(
    r"(?:10|127)\.|192\.168\.|169\.254\.|172\.(?:1[6-9]|2\d|3[01])\.|0\.0\.0\.0"
)
_VERSION_6 = re.compile(r"\[([0-9A-Fa-f.]*:[0-9A-Fa-f:.]*)\]")
_NUMBERS = re.compile(r"[\d.]+\Z")


def has_scheme(text: str) -> bool:
    """Whether a text begins like a URL with a host (`https://`, `git+ssh://`)."""
    return _SCHEME.match(text) is not None


def host_of(text: str) -> str | None:
    """The host of a URL, of `user@host:path`, or of `host/path`; None where it is none, or is not
    written out."""
    scheme = _SCHEME.match(text)
    scp = None if scheme else _SCP.match(text)
    if scp is not None:
        host = scp[1]
    else:
        rest = text[scheme.end() :] if scheme else text
        host = re.split(r"[/?#\\]", rest, maxsplit=1)[0].rpartition("@")[2]
        if address := _VERSION_6.match(host):
            return address[1].lower()
        host = host.partition(":")[0]
    return host.lower().rstrip(".") if _HOST.match(host) else None


def is_public(host: str | None) -> bool:
    """Whether a host is reached over the internet: its name or address is not one of an inner
    network, nor AWS's."""
    if host is None or "." not in host or ":" in host or host.startswith("vpce-"):
        return False
    if _NUMBERS.match(host):
        return not _PRIVATE_ADDRESS.match(host)
    if host == "public.ecr.aws":
        return True
    return not host.endswith(_AWS) and not host.endswith(_INSIDE)


def is_well_known(host: str | None) -> bool:
    """Whether a host is one of the internet's public registries and file stores, so that it can't
    be a company's own."""
    return host is not None and any(host == h or host.endswith("." + h) for h in _PUBLIC)
