"""JupyterLab with or without the guard, with nothing of the user's around it."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .simulated import APART, SimulatedAws

TOKEN = "benchmark"
START_LIMIT = 90.0
PEER = "without"


class Jupyter:
    """`jupyter lab` from `with` until the end of the block; every folder it uses is new.

    `aws` None: without the guard (server extension and labextension are off). `inside` loads the
    bench's own extension into either.
    """

    def __init__(self, aws: SimulatedAws | None, *, inside: bool = False, interval: float = 900):
        self.aws = aws
        self.inside = inside
        self.interval = interval
        self.started = 0.0
        self.port = 0

    def __enter__(self) -> Jupyter:
        self._folder = tempfile.TemporaryDirectory(prefix="bench-", ignore_cleanup_errors=True)
        folder = Path(self._folder.name).resolve()
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            self.port = int(listener.getsockname()[1])
        self._log = folder / "server.log"
        with self._log.open("wb") as log:
            command = [str(Path(sys.executable).with_name("jupyter-lab")), *self._arguments(folder)]
            environment = self._environment(folder)
            self.started = time.perf_counter()
            self.process = subprocess.Popen(
                command, env=environment, cwd=folder, stdin=subprocess.DEVNULL, stdout=log,
                stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip
        try:
            self._until_it_answers()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        """Kill it: it has nothing to save, and a check under way ends with its parent."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self._folder.cleanup()

    def get(self, path: str, timeout: float = 30.0) -> bytes:
        """The body of an answer with status 200. Raises OSError for any other."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request("GET", path, headers={"Authorization": f"token {TOKEN}"})
            answer = connection.getresponse()
            body = answer.read()
        except http.client.HTTPException as error:
            raise OSError(str(error)) from error
        finally:
            connection.close()
        if answer.status != 200:
            raise OSError(f"{path}: HTTP {answer.status}")
        return body

    def json(self, path: str, timeout: float = 30.0) -> Any:
        """The object that an answer with status 200 holds."""
        return json.loads(self.get(path, timeout))

    def report(self) -> dict[str, Any]:
        """The guard's latest report and whether a check runs."""
        answer: dict[str, Any] = self.json("/jupyter-sm-guard/report")
        return answer

    def cpu_seconds(self) -> float:
        """What the server has computed so far, in all its threads."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def until(self, seen: Callable[[], bool], limit: float = 60.0) -> None:
        """Look until `seen`. Raises RuntimeError with the end of the log when it never is."""
        end = time.monotonic() + limit
        while not seen():
            if time.monotonic() > end or self.process.poll() is not None:
                raise RuntimeError(self._log.read_text(errors="replace")[-3000:])
            time.sleep(0.02)

    def _until_it_answers(self) -> None:
        def answers() -> bool:
            try:
                self.get("/api/status")
            except OSError:
                return False
            return True

        self.until(answers, START_LIMIT)

    def _arguments(self, folder: Path) -> list[str]:
        extensions: dict[str, bool] = {"jupyter_sm_guard": self.aws is not None}
        if self.inside:
            extensions["bench_extension"] = True
        arguments = [
            f"--ServerApp.port={self.port}",
            "--ServerApp.port_retries=0",
            "--ServerApp.ip=127.0.0.1",
            "--ServerApp.open_browser=False",
            "--ServerApp.allow_root=True",
            f"--ServerApp.root_dir={folder}",
            f"--IdentityProvider.token={TOKEN}",
            f"--ServerApp.jpserver_extensions={extensions}",
            "--LabApp.news_url=",
            "--LabApp.expose_app_in_browser=True",
        ]
        if self.aws is not None:
            arguments.append(f"--SmGuardApp.root={self.aws.root}")
            arguments.append(f"--SmGuardApp.endpoint_url={self.aws.url}")
            arguments.append(f"--SmGuardApp.interval={self.interval}")
        return arguments

    def _environment(self, folder: Path) -> dict[str, str]:
        foreign = ("AWS_", "JUPYTER", "JPY_", "IPYTHON", "XDG_", "PYTHON")
        kept = {k: v for k, v in os.environ.items() if not k.startswith(foreign)}
        names = {
            "JUPYTER_CONFIG_DIR": "config",
            "JUPYTER_DATA_DIR": "data",
            "JUPYTER_RUNTIME_DIR": "runtime",
            "JUPYTERLAB_SETTINGS_DIR": "settings",
            "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
            "IPYTHONDIR": "ipython",
            "HOME": "home",
        }
        own = {name: str(folder / place) for name, place in names.items()}
        for place in own.values():
            Path(place).mkdir()
        off = {"@jupyterlab/apputils-extension:announcements": True}
        if self.aws is None:
            off["jupyter-sm-guard"] = True
        page = folder / "config" / "labconfig" / "page_config.json"
        page.parent.mkdir()
        page.write_text(json.dumps({"disabledExtensions": off}))
        if self.aws is not None:
            own.update(self.aws.credentials)
        if self.inside:
            own["PYTHONPATH"] = str(APART / "extension")
        return {**kept, **own}
