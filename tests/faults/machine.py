"""A notebook instance as a folder, certificates, and what a check leaves behind."""

from __future__ import annotations

import json
import os
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from faults.server import ARN, HOST, NAME

METADATA = "opt/ml/metadata/resource-metadata.json"
POLICY = "etc/jupyter-sm-guard/policy.toml"
SECRETS = ("AKIDEXAMPLE0SECRET", "wJalrXUtnFEMI0SECRET", "IQoJb3JpZ2lu0SECRET")
KEY, SECRET, TOKEN = SECRETS
KEYS = {"AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET}


def write(path: Path, content: str | bytes) -> Path:
    """Write a file, and its folders."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def notebook_instance(root: Path) -> Path:
    """Make `root` the `/` of a notebook instance."""
    write(root / METADATA, json.dumps({"ResourceArn": ARN, "ResourceName": NAME}))
    return root


@dataclass(frozen=True)
class Certificate:
    """A self-signed certificate for 127.0.0.1 and for the name of the real endpoint."""

    path: Path
    context: ssl.SSLContext


def certificate(folder: Path) -> Certificate:
    """Make a new one."""
    path, key = folder / "certificate.pem", folder / "key.pem"
    names = f"subjectAltName=IP:127.0.0.1,DNS:{HOST}"
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2"
    subprocess.run(
        [*command.split(), "-subj", "/CN=loopback", "-addext", names, "-keyout", key, "-out", path],
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path, key)
    return Certificate(path, context)


def children() -> set[int]:
    """Processes whose parent we are, dead ones that nobody waited for included."""
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = stat.read_text().rsplit(")", 1)[1].split()[1]
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(parent) == os.getpid():
            found.add(int(stat.parent.name))
    return found


@contextmanager
def nothing_left_behind() -> Iterator[None]:
    """Fail when a process, a thread or a descriptor is there that was not there before."""
    before = _holdings()
    yield
    assert _holdings() == before


def _holdings() -> tuple[set[int], set[threading.Thread], int]:
    return children(), set(threading.enumerate()), len(os.listdir("/proc/self/fd"))
