"""A JupyterLab of the demo's own: it reads and writes nothing of the user's, and ends with us."""

from __future__ import annotations

import http.client
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from ..place import ENDPOINT_VARIABLE, ROOT_VARIABLE
from . import CREDENTIALS, guardian
from .surroundings import variables

HOST = "127.0.0.1"
NOTEBOOK = "sample.ipynb"
ROUTE = "/jupyter-sm-guard/report"

_PACKAGE = Path(__file__).resolve().parent.parent
_PATIENCE = guardian.PATIENCE + 4.0  # seconds until the guardian is killed as well
_LOG_LINES = 20
_ANSWER_TIME = 5.0  # seconds; a server that is still starting takes connections early

_LAB_CONFIG = {"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True}}
_SERVER_CONFIG = {
    "ServerApp": {"jpserver_extensions": {"jupyter_sm_guard": True}},
    "LabApp": {"extension_manager": "readonly"},  # it would look for extensions on the internet
    "LanguageServerManager": {"autodetect": False},  # it would run npm, which writes to ~/.npm
}


class Lab:
    """JupyterLab in `folder` (an empty one of the demo's), looking at `root` and `endpoint_url`.

    `start` and `stop` it from the thread that lives longest.
    """

    def __init__(self, folder: Path, root: Path, endpoint_url: str, port: int):
        self.port = port
        # for kernels; the server has them as arguments
        self._stand_ins = {ROOT_VARIABLE: str(root), ENDPOINT_VARIABLE: endpoint_url}
        self._token = secrets.token_urlsafe(24)
        self._folder = folder
        self._log = folder / "jupyterlab.log"
        self._arguments = [
            f"--SmGuardApp.root={root}",
            f"--SmGuardApp.endpoint_url={endpoint_url}",
            f"--ServerApp.ip={HOST}",
            f"--ServerApp.port={port}",
            "--ServerApp.port_retries=0",
            "--ServerApp.open_browser=False",
            f"--ServerApp.root_dir={folder / 'notebooks'}",
            *(["--allow-root"] if os.geteuid() == 0 else []),
        ]
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The sample notebook, with the token that lets one in."""
        return f"http://{HOST}:{self.port}/lab/tree/{NOTEBOOK}?token={self._token}"

    def start(self) -> None:
        """Lay out the folder and start the process; it takes seconds until `answers`."""
        notebooks, config = self._folder / "notebooks", self._folder / "config"
        for folder in (notebooks, config / "labconfig", self._folder / "tmp"):
            folder.mkdir(parents=True)
        shutil.copyfile(_PACKAGE / "demo" / NOTEBOOK, notebooks / NOTEBOOK)
        (config / "labconfig" / "page_config.json").write_text(json.dumps(_LAB_CONFIG))
        (config / "jupyter_server_config.json").write_text(json.dumps(_SERVER_CONFIG))
        self._link_labextension()
        lab = [sys.executable, "-m", "jupyterlab", *self._arguments]
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-I", guardian.__file__, *lab],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=self._environment(),
                cwd=self._folder,
                start_new_session=True,
            )

    def _environment(self) -> dict[str, str]:
        own = {
            "JUPYTER_CONFIG_DIR": "config",
            "JUPYTER_DATA_DIR": "data",
            "JUPYTER_RUNTIME_DIR": "runtime",
            "JUPYTERLAB_SETTINGS_DIR": "settings",
            "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
            "IPYTHONDIR": "ipython",
            "TMPDIR": "tmp",  # what is killed can't remove what it put there
        }
        folders = {name: str(self._folder / folder) for name, folder in own.items()}
        more = {"JUPYTER_TOKEN": self._token, "AWS_EC2_METADATA_DISABLED": "true"}
        return {**variables(), **folders, **CREDENTIALS, **self._stand_ins, **more}

    def _link_labextension(self) -> None:
        """A wheel puts the built extension where JupyterLab looks; a source tree does not."""
        built = _PACKAGE / "labextension"
        if (built / "package.json").exists():
            extensions = self._folder / "data" / "labextensions"
            extensions.mkdir(parents=True)
            (extensions / "jupyter-sm-guard").symlink_to(built)

    def exit_code(self) -> int | None:
        """How JupyterLab ended; None while it runs."""
        return self._process.poll() if self._process is not None else None

    def answers(self) -> int | None:
        """The HTTP status with which the guard's route answers; None while nothing does."""
        connection = http.client.HTTPConnection(HOST, self.port, timeout=_ANSWER_TIME)
        try:
            connection.request("GET", ROUTE, headers={"Authorization": f"token {self._token}"})
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()

    def log_end(self) -> str:
        """The last lines that JupyterLab wrote."""
        lines = self._log.read_text(encoding="utf-8", errors="replace").splitlines()
        return "\n".join(lines[-_LOG_LINES:])

    def stop(self) -> None:
        """End JupyterLab with all it started. Not started, or twice, is no error."""
        process, self._process = self._process, None
        if process is None or process.stdin is None:
            return
        process.stdin.close()
        with suppress(subprocess.TimeoutExpired):
            process.wait(_PATIENCE)
        with suppress(ProcessLookupError):  # nothing of its group is left: the usual case
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
