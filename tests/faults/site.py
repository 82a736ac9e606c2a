"""Where lifecycle scripts run in tests: the machine's image, an S3, our wheel in two versions."""

from __future__ import annotations

import hashlib
import io
import threading
import urllib.request
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from jupyter import waiting

from faults.instance import ENVIRONMENT, HOME, Machine, build
from jupyter_sm_guard.lifecycle.render import Wanted, render

PLACE = "s3://bucket/guard"
POLICY = b'contact = "cloud-team@example.com"\n'
_HERE = Path(__file__).resolve().parents[2]


class S3:
    """Objects over HTTP: what `objects` has; a name in `hangs` is never answered."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.hangs = self.is_down = False
        self.let_go = threading.Event()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if outer.hangs:
                    outer.let_go.wait(60)
                    return
                content = None if outer.is_down else outer.objects.get(self.path.lstrip("/"))
                self.send_response(503 if outer.is_down else 404 if content is None else 200)
                self.end_headers()
                self.wfile.write(content or b"")

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@dataclass
class Site:
    """What the cases share: the machine's image, S3, and wheels of two versions."""

    image: Path
    s3: S3
    wheels: dict[str, bytes] = field(default_factory=dict)

    def script(self, version: str, **changes: object) -> str:
        name = f"jupyter_sm_guard-{version}-py3-none-any.whl"
        digest = hashlib.sha256(self.wheels[version]).hexdigest()
        wanted = Wanted(name, digest, PLACE, policy=POLICY, seconds=60)
        return render(replace(wanted, **changes)).text  # type: ignore[arg-type]


@contextmanager
def prepared(image: Path) -> Iterator[Site]:
    """The site, with the machine's image in that folder."""
    (wheel,) = (_HERE / "dist").glob("*.whl")
    version = wheel.name.split("-")[1]
    s3 = S3()
    image.chmod(0o755)
    build(image, Path(pytest.__file__).parent.parent, s3.url)
    site = Site(image, s3, {version: wheel.read_bytes()})
    site.wheels["9.0.0"] = renumbered(wheel.read_bytes(), version, "9.0.0")
    for number, content in site.wheels.items():
        s3.objects[f"bucket/guard/jupyter_sm_guard-{number}-py3-none-any.whl"] = content
    yield site
    s3.let_go.set()
    s3.server.shutdown()
    s3.server.server_close()


def renumbered(wheel: bytes, old: str, new: str) -> bytes:
    """The wheel with another version in names and metadata."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(wheel)) as given, zipfile.ZipFile(out, "w") as made:
        for name in given.namelist():
            content = given.read(name)
            if name.endswith(("/METADATA", "/RECORD")):
                content = content.replace(f"Version: {old}".encode(), f"Version: {new}".encode())
                content = content.replace(f"guard-{old}".encode(), f"guard-{new}".encode())
                lines = content.decode().splitlines()  # the hash of METADATA is another now
                keep = [line for line in lines if "METADATA,sha256" not in line]
                content = "\n".join([*keep, ""]).encode()
            made.writestr(name.replace(f"guard-{old}", f"guard-{new}"), content)
    return out.getvalue()


def starts(machine: Machine, script: str, *arguments: str) -> list[str]:
    """What the script says, line by line, on a machine that starts; it ends with 0."""
    machine.write("/tmp/on-start.sh", script)
    done = machine.do(run=["bash", "/tmp/on-start.sh", *arguments])
    assert done["code"] == 0, done
    lines = done["out"].splitlines()
    assert all(line.startswith("jupyter-sm-guard: ") for line in lines), lines
    return [line.removeprefix("jupyter-sm-guard: ") for line in lines]


def serve(machine: Machine, port: int, more: str = "") -> None:
    """Start Jupyter as SageMaker does: a login shell of the user's, in that environment."""
    options = f"--ServerApp.port={port} --ServerApp.ip=127.0.0.1 --IdentityProvider.token=''"
    options += f" --ServerApp.open_browser=False --ServerApp.root_dir=/{HOME}/SageMaker"
    command = f"cd; exec /{ENVIRONMENT}/bin/python -m jupyterlab {options} {more}"
    machine.do(start=["runuser", "-l", "-s", "/bin/sh", "ec2-user", "-c", command])


def fetched(machine: Machine, port: int, path: str) -> bytes:
    for _ in waiting(60):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/{path}", timeout=20) as answer:
                return bytes(answer.read())
        except ConnectionError:
            continue
        except OSError as error:
            if not isinstance(getattr(error, "reason", None), ConnectionError):
                raise
    raise AssertionError(machine.sh("cat /var/log/started"))
