"""The doctor, in a real environment of its own: what it says is what Jupyter does."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from faults.machine import notebook_instance
from faults.server import SITUATIONS, Server, says
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from jupyter import Jupyter

import jupyter_sm_guard
from jupyter_sm_guard import store
from jupyter_sm_guard._version import VERSION
from jupyter_sm_guard.doctor import as_json, as_text, diagnose
from jupyter_sm_guard.guard import nothing_known
from jupyter_sm_guard.installation import browser_half, server_half
from jupyter_sm_guard.installation.files import SIZE_LIMIT, Reader
from jupyter_sm_guard.model import Reason
from jupyter_sm_guard.place import Place

SECRET = "5ecret0f0thers"
DOCTOR = "import sys; from jupyter_sm_guard.cli import main; sys.exit(main())"
JUPYTER = """
import json, os, sys
from jupyter_server.extension import serverextension
from jupyterlab import labextensions

for command in json.loads(sys.argv[1]):
    print(f"$ {' '.join(command)}", flush=True)
    if os.fork() == 0:  # what costs seconds is importing them
        os.dup2(1, 2)
        sys.argv = command
        main = {"server": serverextension.main, "labextension": labextensions.main}[command[1]]
        sys.exit(main(command[3:] if command[1] == "server" else command[2:]))
    assert os.wait()[1] == 0, command
"""
ON = {"ServerApp": {"jpserver_extensions": {"jupyter_sm_guard": True}}}
OFF = {"ServerApp": {"jpserver_extensions": {"jupyter_sm_guard": False}}}


def save(path: Path, content: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return path


def lab(folder: Path, version: str = VERSION, **more: Any) -> Path:
    """A labextension of ours in share/jupyter below `folder`."""
    home = folder / "labextensions" / "jupyter-sm-guard"
    build = {"_build": {"load": "static/remoteEntry.js"}, **more}
    save(home / "package.json", {"name": home.name, "version": version, "jupyterlab": build})
    save(home / "static" / "remoteEntry.js", b"")
    return home


@dataclass
class Machine:
    """An environment with Jupyter and the guard in it, and a user's folders."""

    folder: Path
    variables: dict[str, str] = field(default_factory=dict)

    @property
    def prefix(self) -> Path:
        return self.folder / "env"

    @property
    def etc(self) -> Path:
        return self.prefix / "etc" / "jupyter"

    @property
    def share(self) -> Path:
        return self.prefix / "share" / "jupyter"

    @property
    def user(self) -> Path:
        return self.folder / "home" / ".jupyter"

    @property
    def data(self) -> Path:
        return self.folder / "home" / ".local" / "share" / "jupyter"

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("JUPYTER", "PYTHON"))}
        own = {
            "HOME": str(self.folder / "home"),
            "PATH": f"{self.prefix / 'bin'}:/usr/bin:/bin",
            "PYTHONDONTWRITEBYTECODE": "1",
            "JUPYTER_PREFER_ENV_PATH": "0",
        }
        return subprocess.run(
            command,
            env={**kept, **own, **self.variables},
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def doctor(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self.run(str(self.prefix / "bin" / "python"), "-c", DOCTOR, "doctor", *arguments)

    def jupyter(self, *commands: str) -> list[str]:
        """Jupyter's own commands, and what each printed."""
        python = str(self.prefix / "bin" / "python")
        done = self.run(python, "-c", JUPYTER, json.dumps([shlex.split(line) for line in commands]))
        assert done.returncode == 0, done.stderr
        return done.stdout.split("$ ")[1:]

    def text(self) -> str:
        """What it prints; a clean run, with nothing on stderr."""
        done = self.doctor()
        assert done.returncode in (0, 1), done.stderr
        assert done.stderr == ""
        assert (done.returncode == 0) == ("Nothing is wrong here." in done.stdout)
        return done.stdout

    def look(self) -> dict[str, Any]:
        """The same as JSON."""
        done = self.doctor("--format", "json")
        assert done.stderr == ""
        diagnosis: dict[str, Any] = json.loads(done.stdout)
        assert done.returncode == bool(diagnosis["to_do"])
        return diagnosis

    def only_step(self) -> dict[str, str]:
        steps = self.look()["to_do"]
        assert len(steps) == 1, steps
        step: dict[str, str] = steps[0]
        return step


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment, once: a venv that borrows the packages of ours."""
    env = tmp_path_factory.mktemp("made") / "env"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", env], check=True, timeout=60)
    (site,) = env.glob("lib/python3*/site-packages")
    ours = Path(jupyter_sm_guard.__file__).parent.parent
    (site / "borrowed.pth").write_text(f"{ours}\n{sysconfig.get_path('purelib')}\n")
    return env


@pytest.fixture
def machine(made: Path, tmp_path: Path) -> Machine:
    """The wheel's files in place: nothing is wrong."""
    here = Machine(tmp_path)
    shutil.copytree(made, here.prefix, symlinks=True)
    save(here.etc / "jupyter_server_config.d" / "jupyter_sm_guard.json", ON)
    lab(here.share)
    return here


@contextmanager
def folders() -> Iterator[tuple[Path, list[Path]]]:
    """This process with folders of its own: a base, and three for configuration, in order."""
    with tempfile.TemporaryDirectory() as name:
        base = Path(name)
        configs = [base / part for part in ("first", "second", "user")]
        variables = {
            "JUPYTER_CONFIG_PATH": f"{configs[0]}:{configs[1]}",
            "JUPYTER_CONFIG_DIR": str(configs[2]),
            "JUPYTER_DATA_DIR": str(base / "data"),
            "JUPYTER_PATH": str(base / "path"),
            "JUPYTER_RUNTIME_DIR": str(base / "runtime"),
            "JUPYTERLAB_DIR": str(base / "lab"),
        }
        with mock.patch.dict(os.environ, variables):
            yield base, configs


# -- when nothing is wrong ------------------------------------------------------------------------


def test_nothing_is_wrong(machine: Machine) -> None:
    shown = machine.text()
    assert "Server half: enabled" in shown
    assert f"Browser half: version {VERSION}, enabled" in shown
    assert shown.endswith("What to do\n  Nothing is wrong here.\n")
    found = machine.look()
    assert found["environment"]["prefix"] == str(machine.prefix)
    assert found["environment"]["packages"]["jupyter_server"]
    assert found["machine"]["resource"]["kind"]
    assert found["report"]["present"] is False
    assert list(found) == [
        *("schema", "environment", "server_half", "browser_half", "kernels", "servers", "report"),
        *("collector", "machine", "asked", "unread", "to_do"),
    ]


def test_text_is_aligned_and_fits_80_columns(machine: Machine) -> None:
    save(machine.user / "jupyter_server_config.json", OFF)
    save(machine.share / "kernels" / "bare" / "kernel.json", {"argv": ["python"]})
    sections, _, to_do = machine.text().partition("\nWhat to do\n")
    labels = set()
    for line in sections.splitlines():
        assert line == line.rstrip()
        if line.startswith(" "):
            label, value = line[:22].strip(), line[22:]
            assert line[21] == " "
            assert not value.startswith(" ")
            assert len(line) <= 80 or " " not in value, "only what can't be broken is longer"
            labels.add(label)
    assert {"environment", "jupyterlab_widgets", "counts", "served", "bare", "policy"} <= labels
    assert to_do.startswith("  1. ")
    for line in to_do.splitlines():
        is_command = line.startswith("       ")
        assert is_command or len(line) <= 80 or " " not in line[5:].strip(), line


# -- the server half ------------------------------------------------------------------------------


def test_jupyters_own_commands_say_the_same_and_the_printed_ones_help(machine: Machine) -> None:
    """In one go, because importing Jupyter takes seconds."""
    save(machine.user / "jupyter_server_config.d" / "jupyter_sm_guard.json", OFF)
    about = "jupyter-sm-guard"
    save(machine.user / "labconfig" / "page_config.json", {"disabledExtensions": {about: True}})
    panel = machine.etc / "labconfig" / "page_config.d" / "x.json"
    save(panel, {"disabledExtensions": {f"{about}:panel": True}})
    lab(machine.share, "9.9.9")
    found = machine.look()
    commands = [step["command"] for step in found["to_do"]]
    jupyter = f"{machine.prefix}/bin/jupyter"
    assert commands == [
        f"{jupyter} server extension enable jupyter_sm_guard --user",
        f"{machine.prefix}/bin/python -m pip install --force-reinstall --no-deps "
        f"jupyter_sm_guard=={VERSION}",
        f"{jupyter} labextension enable jupyter-sm-guard --level=user",
        f"{jupyter} labextension enable jupyter-sm-guard:panel --level=sys_prefix",
    ]
    assert str(panel) in found["to_do"][3]["text"]
    lists = [f"{jupyter} server extension list", f"{jupyter} labextension list"]
    followed = [command for command in commands if "pip" not in command]
    server_list, lab_list, *_ = machine.jupyter(*lists, *followed)
    by_folder = {
        part.split("\n", 1)[0].strip(): "disabled" if "31mdisabled" in part else "enabled"
        for part in server_list.split("Config dir:")[1:]
        if "jupyter_sm_guard" in part
    }
    ours = {
        str(Path(s["path"]).parent.parent): s["says"] for s in found["server_half"]["statements"]
    }
    assert ours == by_folder == {str(machine.user): "disabled", str(machine.etc): "enabled"}
    assert "jupyter-sm-guard v9.9.9 \x1b[31mdisabled" in lab_list
    lab(machine.share)
    assert machine.look()["to_do"] == []


def test_a_half_disabled_for_all_is_enabled_for_all(machine: Machine) -> None:
    save(machine.etc / "jupyter_server_config.d" / "jupyter_sm_guard.json", OFF)
    command = machine.only_step()["command"]
    assert command.endswith(" server extension enable jupyter_sm_guard --sys-prefix")


def test_a_file_that_no_command_writes_is_named_for_editing(machine: Machine) -> None:
    null = {"ServerApp": {"jpserver_extensions": {"jupyter_sm_guard": None}}}
    for folder, name, content in (
        (machine.user, "jupyter_server_config.json", OFF),
        (machine.user, "jupyter_config.json", OFF),
        (machine.etc, "jupyter_server_config.json", null),
    ):
        path = save(folder / name, content)
        step = machine.only_step()
        assert str(path) in step["text"]
        assert step["command"] is None
        path.unlink()


def test_no_file_enables_the_server_half(machine: Machine) -> None:
    (machine.etc / "jupyter_server_config.d" / "jupyter_sm_guard.json").unlink()
    assert machine.look()["server_half"]["enabled"] is None
    expected = f"{machine.prefix}/bin/python -m pip install --force-reinstall --no-deps "
    assert machine.only_step()["command"] == f"{expected}jupyter_sm_guard=={VERSION}"


def test_python_files_may_override_and_are_not_run(machine: Machine) -> None:
    ran = machine.folder / "ran"
    path = save(machine.user / "jupyter_server_config.py", f"open({str(ran)!r}, 'w')".encode())
    assert f"{path} (Python; not read)" in " ".join(machine.text().split())
    assert not ran.exists()


def test_jupyter_no_config_makes_no_folder(machine: Machine) -> None:
    temporary = machine.folder / "tmp"
    temporary.mkdir()
    machine.variables |= {"JUPYTER_NO_CONFIG": "1", "TMPDIR": str(temporary)}
    assert "JUPYTER_NO_CONFIG" in machine.only_step()["text"]
    assert not list(temporary.iterdir())


SAID: list[Any] = [
    *(ON, OFF, {}, {"ServerApp": {}}, {"ServerApp": {"jpserver_extensions": {}}}, b"", b"{"),
    {"ServerApp": {"jpserver_extensions": {"other": True}}},
    {"ServerApp": {"jpserver_extensions": {"other": True, "jupyter_sm_guard": False}}},
]
TAKES_BACK: list[Any] = [
    *({"ServerApp": {"jpserver_extensions": {"jupyter_sm_guard": None}}}, {"ServerApp": None}),
    {"ServerApp": {"jpserver_extensions": None}},
]
WHOLE = ["jupyter_server_config.json", "jupyter_config.json"]
DROP_INS = ["jupyter_server_config.d/a.json", "jupyter_server_config.d/b.json"]
LAYOUTS = st.dictionaries(
    st.tuples(st.integers(0, 2), st.sampled_from(WHOLE + DROP_INS)), st.sampled_from(SAID)
)
TAKEN = st.dictionaries(
    st.tuples(st.integers(0, 2), st.sampled_from(DROP_INS)), st.sampled_from(SAID + TAKES_BACK)
)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(layout=LAYOUTS | TAKEN)
def test_the_real_server_decides_the_same(layout: dict[tuple[int, str], Any]) -> None:
    from jupyter_server.serverapp import ServerApp

    with folders() as (_, configs):
        for (number, name), content in layout.items():
            save(configs[number] / name, content)
        app = ServerApp(log_level="CRITICAL")
        app.load_config_file()
        app.find_server_extensions()
        reader = Reader()
        half = server_half.look(reader)
        assert half.enabled == app.jpserver_extensions.get("jupyter_sm_guard")
        assert sum(statement.counts for statement in half.statements) <= 1


def test_a_real_server_and_the_doctor_agree_and_the_doctor_sees_it(tmp_path: Path) -> None:
    off = tmp_path / "off"
    save(off / "jupyter_server_config.d" / "zz.json", OFF)
    variables = {"JUPYTER_CONFIG_PATH": str(off)}
    with Jupyter(tmp_path, [], token=SECRET, environment=variables) as server:
        assert server.get("jupyter-sm-guard/report").status == 404
        assert server.process is not None
        done = subprocess.run(
            [sys.executable, "-m", "jupyter_sm_guard.cli", "doctor", "--format", "json"],
            env=server._environment(),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        found = json.loads(done.stdout)
        assert found["server_half"]["enabled"] is False
        (seen,) = found["servers"]
        assert seen["pid"] == server.process.pid
        assert seen["environment"] == sys.prefix
        assert seen["url"].rstrip("/").endswith(f":{server.port}")
        assert SECRET not in done.stdout


# -- the browser half -----------------------------------------------------------------------------


def test_a_users_copy_shadows_the_environments(machine: Machine) -> None:
    shadow = lab(machine.data, "9.9.9")
    found = machine.look()["browser_half"]
    assert [(c["version"], c["served"], c["level"]) for c in found["copies"]] == [
        ("9.9.9", True, "user"),
        (VERSION, False, "environment"),
    ]
    step = machine.only_step()
    assert step["command"] == f"rm -r {shadow}"
    done = machine.run(*shlex.split(step["command"]))
    assert done.returncode == 0
    assert machine.look()["to_do"] == []


def test_a_link_that_shadows_is_removed_without_what_it_leads_to(machine: Machine) -> None:
    real = lab(machine.folder / "sources")
    link = machine.data / "labextensions" / "jupyter-sm-guard"
    link.parent.mkdir(parents=True)
    link.symlink_to(real)
    assert machine.only_step()["command"] == f"rm {link}"


@pytest.mark.parametrize("trouble", ["absent", "older", "without code", "not built"])
def test_a_copy_that_is_not_whole_or_another_version_is_installed_anew(
    machine: Machine, trouble: str
) -> None:
    copy = lab(machine.share, "0.0.1" if trouble == "older" else VERSION)
    if trouble == "absent":
        shutil.rmtree(copy)
    elif trouble == "without code":
        (copy / "static" / "remoteEntry.js").unlink()
    elif trouble == "not built":
        save(copy / "package.json", {"name": copy.name, "version": VERSION})
    step = machine.only_step()
    assert step["command"].endswith(
        f"pip install --force-reinstall --no-deps jupyter_sm_guard=={VERSION}"
    )
    if trouble == "older":
        assert f"the Python package is {VERSION}" in step["text"]
        assert "0.0.1" in step["text"]


def test_locks_are_shown_and_a_locked_extension_is_the_admins_to_enable(machine: Machine) -> None:
    locked = {"lockedExtensions": {"jupyter-sm-guard": True}}
    path = save(machine.etc / "labconfig" / "page_config.json", locked)
    assert machine.look()["to_do"] == []
    assert "jupyter-sm-guard locked (environment)" in machine.text()
    save(path, {**locked, "disabledExtensions": {"jupyter-sm-guard": True}})
    step = machine.only_step()
    assert f"{path} locks it" in step["text"]
    assert step["command"] is None


def test_another_extension_or_the_application_may_disable_it(machine: Machine) -> None:
    other = machine.share / "labextensions" / "@them" / "other" / "package.json"
    page = {"_build": {"load": "x"}, "disabledExtensions": ["jupyter-sm-guard:status"]}
    save(other, {"name": "@them/other", "version": "1", "jupyterlab": page})
    assert str(other) in machine.only_step()["text"]
    shutil.rmtree(other.parent)
    application = machine.share / "lab" / "settings" / "page_config.json"
    save(application, {"disabledExtensions": ["jupyter-sm-guard"]})
    assert str(application) in machine.only_step()["text"]
    assert machine.only_step()["command"] is None


NAMES = ["jupyter-sm-guard", "jupyter-sm-guard:panel", "other"]
ENTRIES = st.dictionaries(st.sampled_from(NAMES), st.sampled_from([True, False, None]))
PAGES = st.dictionaries(
    st.tuples(st.integers(0, 2), st.sampled_from(["page_config.json", "page_config.d/a.json"])),
    ENTRIES,
)
OTHERS = st.lists(st.sampled_from(NAMES[:2]), max_size=2)
VERSIONS = st.dictionaries(st.sampled_from(["data", "path"]), st.sampled_from(["1", "2"]))


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(pages=PAGES, application=OTHERS, others=OTHERS, copies=VERSIONS)
@example({(0, "page_config.json"): {"other": True}}, [], ["jupyter-sm-guard"], {})
@example({(0, "page_config.json"): {"jupyter-sm-guard": False}}, NAMES[:1], NAMES[:1], {})
def test_the_real_page_configuration_is_the_same(
    pages: dict[tuple[int, str], dict[str, bool | None]],
    application: list[str],
    others: list[str],
    copies: dict[str, str],
) -> None:
    from jupyter_core.paths import jupyter_path
    from jupyterlab_server.config import get_federated_extensions, get_page_config

    with folders() as (base, configs):
        for (number, name), entries in pages.items():
            save(configs[number] / "labconfig" / name, {"disabledExtensions": entries})
        lists = save(
            base / "lab" / "settings" / "page_config.json", {"disabledExtensions": application}
        )
        for folder, version in copies.items():
            lab(base / folder, version)
        extension = {"_build": {"load": "x"}, "disabledExtensions": others}
        package = {"name": "other", "version": "1", "jupyterlab": extension}
        save(base / "data" / "labextensions" / "other" / "package.json", package)
        paths = jupyter_path("labextensions")
        page = get_page_config(paths, str(lists.parent))
        half = browser_half.look(Reader())
        ours = {statement.about for statement in half.disabled}
        assert ours == {name for name in page["disabledExtensions"] if name != "other"}
        served = get_federated_extensions(paths).get("jupyter-sm-guard")
        assert (half.served.path if half.served else None) == (served and served["ext_path"])


# -- kernels, servers, the report, the machine ----------------------------------------------------


def environment(prefix: Path, *distributions: str, **files: str) -> Path:
    """A Python environment as far as a look from outside tells."""
    site = prefix / "lib" / "python3.10" / "site-packages"
    for name in distributions:
        (site / f"{name}.dist-info").mkdir(parents=True)
    site.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (prefix / name.replace("_cfg", ".cfg")).write_text(content)
    return prefix


def test_kernels_and_what_is_installed_where_they_run(machine: Machine) -> None:
    places = machine.folder / "places"
    plain = "include-system-site-packages = false\n"
    shared = "include-system-site-packages = true\n"
    old = environment(
        places / "old", "jupyter_sm_guard-0.0.1", "ipywidgets-8.1.5", pyvenv_cfg=plain
    )
    none = environment(places / "none", pyvenv_cfg=plain)
    conda = environment(places / "conda", "ipywidgets-7.6.5")
    (conda / "conda-meta").mkdir()
    open_to_others = environment(places / "open", pyvenv_cfg=shared)
    specs = {
        "old": [f"{old}/bin/python", "-m", "ipykernel_launcher"],
        "none": [f"{none}/bin/python3.10"],
        "open": [f"{open_to_others}/bin/python3"],
        "runner": ["python", "-m", "nb_conda_kernels.runner", str(conda), "x"],
        "own": ["python3"],
        "r": ["R", "--slave"],
        "wrapped": ["/opt/wrapper", "python"],
        "odd": "python",
    }
    for name, argv in specs.items():
        spec = {"argv": argv, "env": {"KEY": SECRET}, "language": "R" if name == "r" else "python"}
        save(machine.share / "kernels" / name / "kernel.json", spec)
    found = machine.look()
    told = {k["name"]: (k["environment"], k["packages"], k["problem"]) for k in found["kernels"]}
    assert told == {
        "old": (str(old), {"jupyter_sm_guard": "0.0.1", "ipywidgets": "8.1.5"}, None),
        "none": (str(none), {"jupyter_sm_guard": None, "ipywidgets": None}, None),
        "open": (str(open_to_others), {}, "can't tell what is installed there"),
        "runner": (str(conda), {"jupyter_sm_guard": None, "ipywidgets": "7.6.5"}, None),
        "own": (str(machine.prefix), {"jupyter_sm_guard": None, "ipywidgets": None}, None),
        "r": (None, {}, "not a Python kernel"),
        "wrapped": (None, {}, "can't tell its environment"),
        "odd": (None, {}, "can't tell its environment"),
    }
    (step,) = found["to_do"]
    assert step["command"] == f"{old}/bin/python -m pip install jupyter_sm_guard=={VERSION}"
    assert SECRET not in machine.text()


def test_condas_other_environments_are_looked_at(machine: Machine) -> None:
    envs = machine.folder / "envs"
    shutil.move(machine.prefix, envs / "JupyterSystemEnv")
    (machine.folder / "env").symlink_to(envs / "JupyterSystemEnv")
    other = environment(envs / "python3", "jupyter_sm_guard-0.0.2", pyvenv_cfg="home = /\n")
    spec = {"argv": ["python", "-m", "ipykernel_launcher"], "language": "python"}
    save(other / "share" / "jupyter" / "kernels" / "python3" / "kernel.json", spec)
    python = str(envs / "JupyterSystemEnv" / "bin" / "python")
    done = machine.run(python, "-m", "jupyter_sm_guard.cli", "doctor", "--format", "json")
    (kernel,) = json.loads(done.stdout)["kernels"]
    assert (kernel["name"], kernel["environment"]) == ("python3: python3", str(other))
    assert kernel["packages"]["jupyter_sm_guard"] == "0.0.2"


@contextmanager
def server(machine: Machine, python: str, **more: Any) -> Iterator[int]:
    """What a server leaves behind and looks like from outside, with secrets wherever it may."""
    arguments = [
        "-c",
        "import sys; sys.stdin.read()",
        "jupyter-lab",
        f"--IdentityProvider.token={SECRET}",
    ]
    process = subprocess.Popen([python, *arguments], stdin=subprocess.PIPE)
    url = f"http://me:{SECRET}@localhost:8888/base/?token={SECRET}#{SECRET}"
    about = {"url": url, "base_url": f"/base/?token={SECRET}", "token": SECRET, "version": SECRET}
    save(
        machine.data / "runtime" / f"jpserver-{process.pid}.json",
        {"pid": process.pid, "root_dir": "/work", **about, **more},
    )
    try:
        yield process.pid
    finally:
        process.communicate()


def test_running_servers_without_their_secrets(machine: Machine) -> None:
    save(machine.data / "runtime" / "jpserver-999999999.json", {"pid": 999999999})
    save(machine.data / "runtime" / f"jpserver-{os.getppid()}.json", {"pid": 1, "token": SECRET})
    with server(machine, str(machine.prefix / "bin" / "python")) as pid:
        found = machine.look()
        assert SECRET not in json.dumps(found) + machine.text()
    live = {s["pid"]: s for s in found["servers"]}
    assert live[pid]["url"] == "http://localhost:8888/base/"
    assert live[pid]["base_url"] == "/base/"
    assert live[pid]["environment"] == str(machine.prefix)
    assert live[pid]["root_dir"] == "/work"
    assert 999999999 not in live
    assert found["to_do"] == []


def test_a_server_that_started_before_the_change_is_to_be_restarted(machine: Machine) -> None:
    with server(machine, str(machine.prefix / "bin" / "python")) as pid:
        os.utime(machine.data / "runtime" / f"jpserver-{pid}.json", (0, 0))
        step = machine.only_step()
    assert f"pid {pid} started before" in step["text"]
    assert "Restart" in step["text"]


def test_a_server_in_another_environment_is_where_to_look(machine: Machine) -> None:
    other = environment(machine.folder / "other", pyvenv_cfg="home = /\n")
    (other / "bin").mkdir()
    (other / "bin" / "python").symlink_to(os.path.realpath(sys.executable))
    with server(machine, str(other / "bin" / "python")):
        step = machine.only_step()
        assert step["command"] == f"{other}/bin/python -m pip install jupyter_sm_guard"
        environment(other, f"jupyter_sm_guard-{VERSION}", f"ipywidgets-{VERSION}")
        assert machine.only_step()["command"] == f"{other}/bin/jupyter sm-guard doctor"


def test_the_reports_file_and_why_it_is_not_used(machine: Machine) -> None:
    path = machine.data / "runtime" / "jupyter-sm-guard" / "report.json"
    report = nothing_known(Place(machine.folder), Reason.TIMEOUT, "no answer")
    store.write(report, path)
    found = machine.look()["report"]
    assert found["present"] is True
    assert found["flags"] == ["root_override"]
    assert "stand-in" in found["problem"]
    assert 0 <= found["age_s"] < 60
    save(path, b"{}")
    assert machine.look()["report"]["problem"] == "it is damaged"


def test_the_instances_own_environment_is_named_when_this_is_another(tmp_path: Path) -> None:
    system = tmp_path / "home" / "ec2-user" / "anaconda3" / "envs" / "JupyterSystemEnv"
    system.mkdir(parents=True)
    with folders():
        found = diagnose(Place(tmp_path))
        assert found.environment.in_system_env is False
        commands = [step.command for step in found.to_do]
        assert f"{system}/bin/jupyter sm-guard doctor" in commands
        with mock.patch.object(sys, "prefix", str(system)):
            assert diagnose(Place(tmp_path)).environment.in_system_env is True


def test_policy_and_metadata_that_cannot_be_used(tmp_path: Path) -> None:
    save(tmp_path / "etc" / "jupyter-sm-guard" / "policy.toml", b"contact = 1")
    save(tmp_path / "opt" / "ml" / "metadata" / "resource-metadata.json", b"{")
    with folders():
        found = diagnose(Place(tmp_path))
    assert found.machine.policy_present
    assert "contact must be one line of text" in (found.machine.policy_problem or "")
    assert found.machine.resource.kind.value == "unknown"
    words = " ".join(step.text for step in found.to_do)
    assert "The policy is not used" in words
    assert "resource-metadata.json" in words


# -- whatever the files hold ----------------------------------------------------------------------

NOT_USABLE = {
    "is not JSON": b"{",
    "is not UTF-8 text": b"\xff\xfe{",
    "is not a JSON object": b"[1]",
    "is not usable JSON": b"[" * 100_000,
    "is larger than": b" " * (SIZE_LIMIT + 1),
}


def test_a_file_that_cannot_be_used_is_named_and_hides_nothing() -> None:
    with folders() as (_, configs):
        save(configs[0] / "jupyter_server_config.json", OFF)
        save(configs[0] / "labconfig" / "page_config.d" / "a.json", {"lockedExtensions": LOCK})
        for file in (
            configs[0] / "jupyter_server_config.d" / "x.json",
            configs[0] / "labconfig" / "page_config.json",
        ):
            for reason, content in NOT_USABLE.items():
                save(file, content)
                assert named(file).startswith(reason)
            file.unlink()
            for make in (os.mkfifo, os.mkdir):
                make(file)
                assert named(file) == "is not a regular file"
                os.rmdir(file) if file.is_dir() else file.unlink()
            file.symlink_to(file)
            assert "link that leads nowhere" in named(file)
            file.unlink()


LOCK = {"jupyter-sm-guard": True}


def named(file: Path) -> str:
    """The reason why a file could not be used; it is the only one, and the rest is there."""
    found = diagnose()
    (unread,) = found.unread
    assert unread.path == str(file)
    assert found.server_half.enabled is False
    assert [statement.about for statement in found.browser_half.locked] == ["jupyter-sm-guard"]
    assert f"{file}: {unread.reason}" in " ".join(as_text(found).split())
    assert any(str(file) in step.text for step in found.to_do)
    return unread.reason


def test_what_is_no_package_or_no_folder_is_named(machine: Machine) -> None:
    folder = machine.data / "labextensions"
    save(folder / "them" / "package.json", {"name": "them"})
    (folder / "jupyter-sm-guard").mkdir()
    save(machine.data / "kernels", b"")
    save(machine.etc / "labconfig" / "page_config.json", {"disabledExtensions": ["x"]})
    found = {
        Path(u["path"]).relative_to(machine.folder).as_posix() for u in machine.look()["unread"]
    }
    data = "home/.local/share/jupyter"
    assert found == {
        f"{data}/labextensions/them/package.json",
        f"{data}/labextensions/jupyter-sm-guard/package.json",
        f"{data}/kernels",
        "env/etc/jupyter/labconfig/page_config.json",
    }


WORDS = st.sampled_from(
    [
        *("ServerApp", "jpserver_extensions", "jupyter_sm_guard", "jupyter-sm-guard", "name"),
        *("version", "jupyterlab", "_build", "load", "disabledExtensions", "lockedExtensions"),
        *("argv", "python", "/usr/bin/python3", "language", "url", "pid", "base_url", "http://[x"),
        *("schema", "resource", "integrity", "findings", "observed_at"),
    ]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=12,
)
FILES = (
    *("first/jupyter_server_config.json", "second/jupyter_server_config.d/a.json"),
    *("user/jupyter_config.json", "first/labconfig/page_config.json"),
    *("lab/settings/page_config.json", "data/labextensions/jupyter-sm-guard/package.json"),
    *("path/labextensions/@a/b/package.json", "data/kernels/k/kernel.json"),
    *(f"runtime/jpserver-{os.getpid()}.json", "runtime/jupyter-sm-guard/report.json"),
)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    files=st.dictionaries(
        st.sampled_from(FILES), st.binary(max_size=60) | JSON.map(lambda v: json.dumps(v).encode())
    )
)
def test_nothing_in_a_file_makes_it_fail(files: dict[str, bytes]) -> None:
    with folders() as (base, _), mock.patch.object(sys, "argv", ["jupyter"]):
        for name, content in files.items():
            save(base / name, content)
        found = diagnose()
        text = as_text(found)
        assert text.isprintable() or all(c.isprintable() or c == "\n" for c in text)
        text.encode("utf-8")
        json.loads(as_json(found))


def test_names_and_versions_cannot_write_to_the_terminal(machine: Machine) -> None:
    lab(machine.data, "9\x1b[2J\nNothing is wrong here.")
    for name in (b"k\x1b[2J", "k\u202e".encode(), b"k\xff"):
        folder = Path(os.fsdecode(os.fsencode(machine.data / "kernels") + b"/" + name))
        save(folder / "kernel.json", {"argv": ["python"]})
    out = machine.folder / "out.txt"
    assert machine.doctor("--output", str(out)).returncode == 1
    text = out.read_text(encoding="utf-8")
    assert all(c.isprintable() or c == "\n" for c in text)
    assert "\nNothing" not in text
    assert len(machine.look()["kernels"]) == 3


def test_off_sagemaker_it_writes_and_starts_nothing_and_asks_nobody(
    machine: Machine,
) -> None:
    save(machine.user / "jupyter_server_config.json", OFF)
    lab(machine.data, "9.9.9")
    script = machine.folder / "watched.py"
    script.write_text(
        "import sys\n"
        "from jupyter_sm_guard import cli\n"
        "def watch(event, arguments):\n"
        "    started = event.startswith(('subprocess', 'os.exec', 'os.fork', 'os.posix_spawn'))\n"
        "    network = event.startswith('socket.')\n"
        "    changed = event in ('os.mkdir', 'os.rename', 'os.remove', 'os.rmdir', 'os.chmod')\n"
        "    wrote = event == 'open' and isinstance(arguments[2], int) and arguments[2] & 3\n"
        "    if started or network or changed or wrote:\n"
        "        sys.stderr.write(f'{event} {arguments}\\n')\n"
        "sys.addaudithook(watch)\n"
        "sys.exit(cli.main(['doctor']))\n"
    )
    before = tree(machine.folder)
    with server(machine, sys.executable):
        before = tree(machine.folder)
        done = machine.run(str(machine.prefix / "bin" / "python"), str(script))
    assert (done.returncode, done.stderr) == (1, "")
    assert tree(machine.folder) == before


def tree(folder: Path) -> dict[str, tuple[float, int]]:
    found = [path for path in folder.rglob("*") if not path.is_symlink()]
    return {str(path): (path.stat().st_mtime, path.stat().st_size) for path in found}


def test_output_to_a_file_and_wrong_use(machine: Machine) -> None:
    file = machine.folder / "out.txt"
    assert machine.doctor("--output", str(file)).returncode == 0
    assert file.read_text() == machine.text()
    done = machine.doctor("--format", "yaml")
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1


# -- sources --------------------------------------------------------------------------------------

KEYS = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}


def asked(machine: Machine, root: Path, url: str, *more: str) -> tuple[dict[str, Any], str]:
    """The section as JSON by source, and the whole text on one line."""
    machine.variables |= KEYS
    where = ["--root", str(root), "--endpoint-url", url, *more]
    found = json.loads(machine.doctor(*where, "--format", "json").stdout)
    by_name = {source["name"]: source for source in found["asked"]["sources"]}
    return by_name | {"": found}, " ".join(machine.doctor(*where).stdout.split())


def test_sources_are_asked_and_timed_and_what_is_off_says_how_to_turn_it_on(
    machine: Machine, tmp_path: Path
) -> None:
    root = notebook_instance(tmp_path / "root")
    save(root / "etc/jupyter-sm-guard/policy.toml", b"[probes]\nplatform = false\n")
    with Server(says()) as aws:
        found, text = asked(machine, root, aws.url)
    api = found["sagemaker_api"]
    assert api["off"] is None
    assert 0 < api["milliseconds"] < 8000
    assert api["facts"]["RootAccess"]["value"] == "Disabled"
    assert f"DescribeNotebookInstance: {api['milliseconds']} ms" not in text, "it is asked anew"
    assert "RootAccess = Disabled" in text
    assert "request 3f0a7b52-0000-4000-8000-000000000001" in text
    assert "turns it off ([probes] platform = false)" in found["platform"]["off"]
    assert found["platform"]["milliseconds"] is None
    assert '([probes] internet_targets = ["HOST:443"])' in found["internet"]["off"]
    assert "not asked: it is off unless /etc/jupyter-sm-guard/policy.toml" in text
    assert "in each report root_override: a folder stood in" in text


def test_a_source_that_does_not_end_is_told_with_its_reason_and_what_to_do(
    machine: Machine, tmp_path: Path
) -> None:
    root = notebook_instance(tmp_path / "root")
    with Server(SITUATIONS["hang"]) as aws:
        found, text = asked(machine, root, aws.url, "--deadline", "1.5")
    assert found["sagemaker_api"]["milliseconds"] is None
    assert "DescribeNotebookInstance: no end within 1500 ms" in text
    assert "everything unknown: TIMEOUT, no answer within the deadline" in text
    assert any("sagemaker_api: no answer" in step["text"] for step in found[""]["to_do"])
    with Server(SITUATIONS["denied"]) as aws:
        found, text = asked(machine, root, aws.url)
    assert "(action sagemaker:DescribeNotebookInstance)" in text
    commands = [step["command"] or "" for step in found[""]["to_do"]]
    assert sum('"sagemaker:DescribeNotebookInstance"' in command for command in commands) == 1
