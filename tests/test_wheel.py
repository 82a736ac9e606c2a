"""The wheel as an admin gets it: into an empty environment, without Node, and Jupyter finds it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def wheel() -> Path:
    wheels = list((HERE / "dist").glob("*.whl"))
    assert len(wheels) == 1, "run `make test`, which builds it"
    return wheels[0]


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with what JupyterSystemEnv has, and then the wheel alone on top."""
    folder = tmp_path_factory.mktemp("environment") / "env"
    subprocess.run([sys.executable, "-m", "venv", folder], check=True, timeout=120)
    pins = HERE / "constraints.txt"
    on_the_instance = ["jupyterlab", "jupyter-server", "tornado", "boto3", "ipywidgets"]
    pip(folder, "-c", str(pins), *on_the_instance)
    pip(folder, "--no-index", "--no-deps", str(wheel))
    return folder


def pip(environment: Path, *arguments: str) -> None:
    command = [environment / "bin" / "pip", "install", "-q", "--disable-pip-version-check"]
    done = subprocess.run([*command, *arguments], capture_output=True, timeout=600, check=False)
    assert done.returncode == 0, done.stderr.decode()[-2000:]


def run(environment: Path, *arguments: str) -> str:
    """Run a command of the environment with no Node on the PATH; both streams."""
    path = f"{environment / 'bin'}:/usr/bin:/bin"
    done = subprocess.run(
        arguments,
        env={"PATH": path, "HOME": str(environment), "NO_COLOR": "1", "LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return re.sub(r"\x1b\[\d+m", "", done.stdout + done.stderr)


def test_the_wheel_is_pure_python_and_complete(wheel: Path) -> None:
    assert wheel.name.endswith("-py3-none-any.whl")
    names = zipfile.ZipFile(wheel).namelist()
    for end in (
        "share/jupyter/labextensions/jupyter-sm-guard/package.json",
        "share/jupyter/labextensions/jupyter-sm-guard/install.json",
        "share/jupyter/labextensions/jupyter-sm-guard/static/third-party-licenses.json",
        "etc/jupyter/jupyter_server_config.d/jupyter_sm_guard.json",
        "jupyter_sm_guard/schemas/report.schema.json",
        "jupyter_sm_guard/schemas/report_changed.yaml",
        "jupyter_sm_guard/demo/sample.ipynb",
        "jupyter_sm_guard/py.typed",
        "licenses/LICENSE",
    ):
        assert any(name.endswith(end) for name in names), end
    assert not [name for name in names if "tests" in name or name.endswith((".ts", ".tsx", ".map"))]


def test_nothing_in_the_wheel_names_a_host_or_path_of_who_built_it(wheel: Path) -> None:
    archive = zipfile.ZipFile(wheel)
    mine = [f"{Path.home()}/", f"{HERE}/", os.uname().nodename]
    for name in archive.namelist():
        text = archive.read(name).decode("utf-8", "replace")
        assert not [word for word in mine if len(word) > 3 and word in text], name


def test_jupyter_finds_both_halves_enabled_and_ok(environment: Path) -> None:
    lab = run(environment, "jupyter", "labextension", "list")
    assert re.search(r"jupyter-sm-guard v[\d.]+ enabled OK \(python, jupyter_sm_guard\)", lab)
    server = run(environment, "jupyter", "server", "extension", "list")
    assert re.search(r"jupyter_sm_guard enabled", server)
    assert re.search(r"jupyter_sm_guard [\d.]* ?OK", server), server


def test_the_command_works_without_the_demo_s_extras(environment: Path) -> None:
    checked = run(environment, "jupyter", "sm-guard", "check", "--root", str(environment))
    assert "NOT_APPLICABLE" in checked
    demo = run(environment, "jupyter", "sm-guard", "demo")
    assert "pip install 'jupyter_sm_guard[demo]'" in demo
    assert demo.count("\n") == 1
