"""A real Jupyter server in a process of its own, with nothing of the user's around it."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

TOKEN = "test-token"
START_TIME = 90.0


@dataclass
class Answer:
    """What came back over HTTP, errors included."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Host:
    """A Jupyter application in some Python environment: who serves the pages, or only the API."""

    name: str
    module: str
    python: str = sys.executable
    page: str = ""  # opens the sample notebook
    has_status_bar: bool = False


SERVER = Host("server", "jupyter_server")
APPLICATIONS = {
    "lab": Host("lab", "jupyterlab", page="lab/tree/sample.ipynb", has_status_bar=True),
    "notebook": Host("notebook", "notebook", page="notebooks/sample.ipynb"),
    # JupyterLab with jupyter-collaboration, which this environment does not have
    "collaboration": Host(
        "collaboration", "jupyterlab", page="lab/tree/sample.ipynb", has_status_bar=True
    ),
    # JupyterLab with jupyterlab-lsp and a language server for Python
    "lsp": Host("lsp", "jupyterlab", page="lab/tree/sample.ipynb", has_status_bar=True),
}

NAMED = "SM_GUARD_HOSTS"


def are_named() -> bool:
    """Whether somebody wants the tests on certain hosts."""
    return bool(os.environ.get(NAMED))


def hosts() -> list[Host]:
    """Where the browser tests run: both applications of this environment, or those that
    SM_GUARD_HOSTS names as `lab=/its/bin/python,notebook=/its/bin/python`."""
    if not are_named():
        return [APPLICATIONS["lab"], APPLICATIONS["notebook"]]
    pairs = [each.split("=", 1) for each in os.environ[NAMED].split(",")]
    return [replace(APPLICATIONS[name], python=python) for name, python in pairs]


@dataclass
class Jupyter:
    """A Jupyter server in `folder`, until `stop`; a context manager."""

    folder: Path
    arguments: list[str]
    token: str = TOKEN
    base_url: str = "/"
    host: Host = SERVER
    config: dict[str, Any] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)
    port: int = 0
    process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Jupyter:
        self.port = free_port()
        config = self.folder / "config"
        (config / "labconfig").mkdir(parents=True, exist_ok=True)
        off = {"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True}}
        (config / "labconfig" / "page_config.json").write_text(json.dumps(off))
        # Nobody looks for extensions to install, nor for language servers that no test is about.
        quiet = {
            "LabApp": {"extension_manager": "readonly"},
            "LanguageServerManager": {"autodetect": self.host.name == "lsp"},
        }
        config_file = config / "jupyter_server_config.json"
        config_file.write_text(json.dumps({**quiet, **self.config}))
        notebooks = self.folder / "notebooks"
        notebooks.mkdir(exist_ok=True)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [
                    *(self.host.python, "-m", self.host.module),
                    f"--ServerApp.port={self.port}",
                    "--ServerApp.port_retries=0",
                    "--ServerApp.ip=127.0.0.1",
                    "--ServerApp.open_browser=False",
                    f"--ServerApp.base_url={self.base_url}",
                    f"--IdentityProvider.token={self.token}",
                    f"--ServerApp.root_dir={notebooks}",
                    "--ServerApp.allow_root=True",
                    *self.arguments,
                ],
                env=self._environment(),
                cwd=self.folder,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._wait_until_it_answers()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def log(self) -> Path:
        return self.folder / "server.log"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}{self.base_url}"

    @property
    def guard_log(self) -> list[dict[str, Any]]:
        """The evaluations as the log has them, one record a line."""
        lines = re.findall(r"\] jupyter_sm_guard (\{.*\})$", self.log.read_text(), re.MULTILINE)
        return [json.loads(line) for line in lines]

    def get(self, path: str, **headers: str) -> Answer:
        return self.request("GET", path, headers=headers)

    def post(self, path: str, **headers: str) -> Answer:
        return self.request("POST", path, data=b"{}", headers=headers)

    def request(
        self,
        method: str,
        path: str,
        data: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        """A request with the token, unless `headers` has its own (or an empty) Authorization."""
        given = {"Authorization": f"token {self.token}", "Content-Type": "application/json"}
        given.update(headers or {})
        request = urllib.request.Request(
            self.url + path.lstrip("/"),
            data=data,
            method=method,
            headers={name.replace("_", "-"): value for name, value in given.items() if value},
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as response:
                return Answer(response.status, dict(response.headers), response.read())
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, dict(error.headers), error.read())

    def report(self) -> dict[str, Any]:
        """The first report that came out of a check."""
        for _ in waiting(60):
            answer: dict[str, Any] = self.get("jupyter-sm-guard/report").json
            if answer["age_s"] is not None:
                return answer
        raise AssertionError(self.log.read_text()[-4000:])

    def stop(self) -> None:
        if self.process is None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.kill()
        self.process = None

    def kill(self) -> None:
        """Gone at once, as when the machine's memory runs out."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process = None

    def _environment(self) -> dict[str, str]:
        foreign = ("AWS_", "JUPYTER", "JPY_", "IPYTHON")
        kept = {k: v for k, v in os.environ.items() if not k.startswith(foreign)}
        own = {
            "JUPYTER_CONFIG_DIR": "config",
            "JUPYTER_DATA_DIR": "data",
            "JUPYTER_RUNTIME_DIR": "runtime",
            "JUPYTERLAB_SETTINGS_DIR": "settings",
            "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
            "IPYTHONDIR": "ipython",
        }
        folders = {name: str(self.folder / folder) for name, folder in own.items()}
        keys = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}
        return {**kept, **folders, **keys, **self.environment}

    def _wait_until_it_answers(self) -> None:
        for _ in waiting(START_TIME):
            assert self.process is not None
            assert self.process.poll() is None, self.log.read_text()[-4000:]
            try:
                if self.get("api").status == 200:
                    return
            except OSError:
                continue
        raise AssertionError(self.log.read_text()[-4000:])


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def waiting(seconds: float) -> Any:
    """Look, wait a little, look again, for `seconds` at the most."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        yield
        time.sleep(0.1)
