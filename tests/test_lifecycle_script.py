"""The lifecycle script, run by the real bash as root on a throw-away machine, and Jupyter after it.

Whatever goes wrong, it ends with 0, says so in one line and leaves Jupyter as it was.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from faults.instance import ANN, CONDA, ENVIRONMENT, HOME, Machine
from faults.isolated import skip_without_namespaces
from faults.site import PLACE, POLICY, Site, fetched, prepared, serve, starts
from jupyter import free_port

from jupyter_sm_guard.lifecycle.render import Wanted, policy_file, render
from jupyter_sm_guard.policy import Jobs
from jupyter_sm_guard.policy.jobs import yaml as sdk_defaults

HERE = Path(__file__).resolve().parent.parent
STATE = "/var/lib/jupyter-sm-guard"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    skip_without_namespaces()
    with prepared(tmp_path_factory.mktemp("image")) as site:
        yield site


@pytest.fixture
def machine(site: Site) -> Iterator[Machine]:
    site.s3.is_down = site.s3.hangs = False
    with Machine(site.image) as machine:
        yield machine


def installed(machine: Machine, environment: str = ENVIRONMENT) -> str:
    """The version in an environment, "" without one."""
    out = machine.sh(f"ls -d /{environment}/lib/python3*/site-packages/jupyter_sm_guard-* || true")
    return out.rpartition("guard-")[2].strip().removesuffix(".dist-info") if "dist" in out else ""


def restarts(machine: Machine) -> int:
    return machine.sh("cat /var/log/systemctl 2>/dev/null || true").count(
        "--no-block try-restart jupyter-server.service\n"
    )


def test_from_the_first_start_over_upgrades_to_the_end(site: Site, machine: Machine) -> None:
    old, new = sorted(site.wheels)
    kernel = f"{CONDA}/envs/python3"
    extra, content = "ipywidgets-8.0.0-py3-none-any.whl", fake_ipywidgets()
    site.s3.objects[f"bucket/guard/{extra}"] = content
    extras = ((extra, hashlib.sha256(content).hexdigest()),)
    kernels = ("conda_python3", "nosuch")
    first = starts(machine, site.script(old, kernels=kernels, extras=extras))
    assert f"JupyterSystemEnv: {old} is installed" in first
    assert f"python3: {old} is installed" in first
    assert f"nosuch: there is no environment /{CONDA}/envs/nosuch" in first
    assert "python3: ipywidgets is installed" in first
    assert (
        machine.sh(f"/{kernel}/bin/python -c 'import ipywidgets as w; print(w.VERSION)'") == "8\n"
    )
    assert (installed(machine), installed(machine, kernel)) == (old, old)
    assert installed(machine, f"{CONDA}/envs/pytorch") == ""
    assert restarts(machine) == 1
    policy = machine.sh("cat /etc/jupyter-sm-guard/policy.toml").encode()
    assert policy == POLICY
    owners = f"stat -c '%U %a' /etc/jupyter-sm-guard/policy.toml {STATE}/wheels {STATE}/wheels/*"
    files = ["root 644", "root 755", "root 644", "root 644"]
    assert machine.sh(owners).splitlines() == files
    mine = f"stat -c %u /{ENVIRONMENT}/lib/python3*/site-packages/jupyter_sm_guard"
    assert machine.sh(mine).strip() == str(ANN), "pip runs as whom the environment belongs to"

    second = starts(machine, site.script(old, kernels=("python3",)))
    assert f"JupyterSystemEnv: {old} is there already" in second
    assert second[-1] == "nothing changed, so Jupyter goes on"
    assert restarts(machine) == 1

    starts(machine, site.script(new))
    assert (installed(machine), installed(machine, kernel)) == (new, old)
    starts(machine, site.script(old))
    assert installed(machine) == old
    assert restarts(machine) == 3

    gone = starts(machine, site.script(old), "remove")
    assert "JupyterSystemEnv: removed" in gone
    assert "python3: removed" in gone
    left = machine.sh(
        f"ls -d /etc/jupyter-sm-guard {STATE} /{ENVIRONMENT}/share/jupyter/labextensions/* "
        f"/{ENVIRONMENT}/etc/jupyter/*/jupyter_sm_guard.json 2>/dev/null || true"
    )
    assert (installed(machine), installed(machine, kernel), left) == ("", "", "")
    assert restarts(machine) == 4


def test_what_a_user_takes_away_the_next_start_brings_back(site: Site, machine: Machine) -> None:
    """T15 of the tamper matrix."""
    version = min(site.wheels)
    starts(machine, site.script(version))
    python = f"runuser -u ec2-user -- /{ENVIRONMENT}/bin/python -I"
    machine.sh(f"{python} -m pip uninstall -q -y jupyter_sm_guard 2>&1")
    assert installed(machine) == ""
    assert f"JupyterSystemEnv: {version} is installed" in starts(machine, site.script(version))
    assert installed(machine) == version


@dataclass(frozen=True)
class Fault:
    """Something that goes wrong: what the script `says` of it; what root does beforehand, what is
    mounted, how S3 behaves, and what the script is made with."""

    says: str
    sh: str = "true"
    mount: tuple[str, int] | None = None
    s3: str = ""
    wanted: dict[str, object] = field(default_factory=dict)


NOT_FETCHED = "could not be fetched from s3://bucket/guard: "
NOT_APPROVED = "is not the file that was approved (SHA-256 "
PIP = f"/{ENVIRONMENT}/lib/python3*/site-packages/pip"
PYTHON = f"/{ENVIRONMENT}/bin/python"
UPLOADED = f"/{HOME}/SageMaker/$(basename $WHEEL)"
FAULTS = {
    "S3 is down": Fault(NOT_FETCHED + "fatal error: HTTP Error 503", s3="down"),
    "S3 hangs": Fault(NOT_FETCHED + "it did not end in time", s3="hangs", wanted={"seconds": 5}),
    "there is no such wheel": Fault(
        "could not be fetched from s3://bucket/guard/elsewhere: fatal error: HTTP Error 404",
        wanted={"source": f"{PLACE}/elsewhere"},
    ),
    "there is no aws": Fault(
        NOT_FETCHED + "a program is missing: timeout: failed to run command",
        mount=("/usr/local/bin", 4096),
    ),
    "the hash is wrong": Fault(NOT_APPROVED, wanted={"sha256": "0" * 64}),
    "the disk is full": Fault(NOT_FETCHED + "tee: ", sh=f"mkdir {STATE}", mount=(STATE, 16 * 1024)),
    "the environment's disk is full": Fault(
        "could not be installed: ERROR: ", mount=(f"/{ENVIRONMENT}/share", 64 * 1024)
    ),
    "the home is read-only": Fault("could not be installed: ERROR: ", mount=(f"/{HOME}", 0)),
    "pip is broken": Fault("could not be installed: ", sh=f"rm -r {PIP}"),
    "pip hangs": Fault(
        "could not be installed: it did not end in time",
        sh=f"echo 'import time; time.sleep(600)' > $(echo {PIP})/__main__.py",
        wanted={"seconds": 5},
    ),
    "there is no Python": Fault(
        f"there is no Python in /{ENVIRONMENT}, so nothing was installed", sh=f"rm {PYTHON}"
    ),
    "Python does not work": Fault(
        "could not be installed: no such library",
        sh=f"rm {PYTHON}; printf '#!/bin/sh\necho no such library; exit 1' > {PYTHON};"
        f"chmod 755 {PYTHON}",
    ),
    "a link to a secret lies in place of the wheel": Fault(
        f"could not be fetched from /{HOME}/SageMaker: dd: failed to open",
        sh=f"umask 077; echo secret > /root/secret; ln -s /root/secret {UPLOADED}",
        wanted={"source": f"/{HOME}/SageMaker"},
    ),
    "a pipe lies in place of the wheel": Fault(
        NOT_APPROVED, sh=f"mkfifo {UPLOADED}", wanted={"source": f"/{HOME}/SageMaker"}
    ),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_whatever_fails_the_instance_starts(site: Site, machine: Machine, fault: Fault) -> None:
    version = min(site.wheels)
    site.s3.is_down, site.s3.hangs = fault.s3 == "down", fault.s3 == "hangs"
    machine.sh(f"WHEEL=jupyter_sm_guard-{version}-py3-none-any.whl; {fault.sh}")
    if fault.mount is not None:
        machine.do(mount=fault.mount[0], bytes=fault.mount[1])
        machine.sh(f"chmod a+w {fault.mount[0]} || true")
    lines = starts(machine, site.script(version, **fault.wanted))
    assert any(fault.says in line for line in lines), lines
    assert lines[-1] == "nothing changed, so Jupyter goes on"
    assert installed(machine) == ""
    assert machine.sh("cat /etc/jupyter-sm-guard/policy.toml").encode() == POLICY
    left = machine.sh(f"find {STATE} -name '*.part' -o -name '.new.*' 2>/dev/null || true")
    assert left == ""


HALF = """
import pathlib, sysconfig, time
there = pathlib.Path(sysconfig.get_path("purelib"), "jupyter_sm_guard")
there.mkdir()
(there / "__init__.py").touch()
time.sleep(600)
"""


def test_what_was_installed_is_loaded_and_no_half_is_left_when_the_time_is_up(
    site: Site, machine: Machine
) -> None:
    version, kernel = min(site.wheels), f"/{CONDA}/envs/python3"
    machine.sh(f"cat > $(echo {kernel}/lib/python3*/site-packages/pip)/__main__.py <<E\n{HALF}\nE")
    lines = starts(machine, site.script(version, kernels=("python3",), seconds=20))
    assert f"JupyterSystemEnv: {version} is installed" in lines
    assert "python3: could not be installed: it did not end in time" in lines
    assert lines[-1] == "Jupyter restarts if it runs already"
    assert restarts(machine) == 1
    left = machine.sh(
        f"ls -d {kernel}/lib/python3*/site-packages/jupyter_sm_guard 2>/dev/null || true"
    )
    assert left == ""


def test_what_lies_in_a_user_s_folder_is_root_s_to_read_until_it_is_approved(
    site: Site, machine: Machine
) -> None:
    version = min(site.wheels)
    name = f"jupyter_sm_guard-{version}-py3-none-any.whl"
    machine.sh(
        f"umask 077; mkdir /root/secret; echo secret > /root/secret/{name};"
        f"ln -s /root/secret /{HOME}/SageMaker/link; cp -a /usr/local/bin /opt/programs"
    )
    machine.write(
        "/opt/programs/sha256sum",
        '#!/bin/sh\nstat -c %a "$2" > /opt/mode\nexec /usr/bin/sha256sum "$@"\n',
    )
    machine.sh("chmod 755 /opt/programs/sha256sum; mount --bind /opt/programs /usr/local/bin")
    lines = starts(machine, site.script(version, source=f"/{HOME}/SageMaker/link"))
    assert any(NOT_APPROVED in line for line in lines), lines
    assert machine.sh("cat /opt/mode") == "600\n"


def test_windows_line_ends_are_found_before_a_start_is(site: Site, machine: Machine) -> None:
    from jupyter_sm_guard.lifecycle.validate import validate

    script = site.script(min(site.wheels)).replace("\n", "\r\n")
    machine.write("/tmp/on-start.sh", script)
    assert machine.do(run=["bash", "-c", "chmod +x /tmp/on-start.sh; /tmp/on-start.sh"])["code"]
    assert "Windows line ends" in str(validate(script.encode())[0])


def test_a_policy_that_can_t_be_fetched_leaves_the_last_good_one(
    site: Site, machine: Machine
) -> None:
    version, big = min(site.wheels), POLICY + b"#" * 12288 + b"\n"
    script, new = site.script(version, policy=big), big + b"# new\n"
    assert len(script.encode()) < 12288
    site.s3.objects[f"bucket/guard/{policy_file(big)}"] = big
    assert "the policy is in /etc/jupyter-sm-guard/policy.toml" in starts(machine, script)
    name = policy_file(new)
    site.s3.objects[f"bucket/guard/{name}"] = b"# somebody else's\n"
    other = starts(machine, site.script(version, policy=new))
    assert any(line.startswith(f"{name}: is not the file that was appr") for line in other)
    assert machine.sh("cat /etc/jupyter-sm-guard/policy.toml").encode() == big
    site.s3.objects[f"bucket/guard/{name}"] = new
    starts(machine, site.script(version, policy=new))
    assert machine.sh("cat /etc/jupyter-sm-guard/policy.toml").encode() == new
    machine.sh(f"rm -r {STATE} /etc/jupyter-sm-guard")
    starts(machine, script)
    assert machine.sh("cat /etc/jupyter-sm-guard/policy.toml").encode() == big, "it is still there"


def fake_ipywidgets() -> bytes:
    out = io.BytesIO()
    info = "ipywidgets-8.0.0.dist-info"
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("ipywidgets.py", "VERSION = 8\n")
        about = "Metadata-Version: 2.1\nName: ipywidgets\nVersion: 8.0.0\n"
        made.writestr(f"{info}/METADATA", about)
        tags = "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        made.writestr(f"{info}/WHEEL", tags)
        made.writestr(f"{info}/RECORD", "")
    return out.getvalue()


def test_afterwards_jupyter_serves_both_halves(site: Site, machine: Machine) -> None:
    starts(machine, site.script(min(site.wheels)))
    port = free_port()
    serve(machine, port)
    report = json.loads(fetched(machine, port, "jupyter-sm-guard/report"))
    assert report["report"]["findings"]
    (ours,) = page_config(machine, port, "federated_extensions")
    entry = fetched(machine, port, f"lab/extensions/jupyter-sm-guard/{ours['load']}")
    assert b'["jupyter-sm-guard"]' in entry


def page_config(machine: Machine, port: int, key: str) -> Any:
    """What JupyterLab's page is told; of federated extensions, only ours."""
    page = fetched(machine, port, "lab").decode()
    text = page.split('id="jupyter-config-data" type="application/json">')[1].split("</")[0]
    found = json.loads(text).get(key, {})
    is_list = key == "federated_extensions"
    return [one for one in found if one["name"] == "jupyter-sm-guard"] if is_list else found


def test_in_studio_it_runs_as_the_user(site: Site, machine: Machine) -> None:
    """No root but through sudo, which a stand-in is here that gives nobody's variables on;
    credentials are in one. The environment is /opt/conda."""
    machine.sh(f"cp -a /{CONDA}/envs/pytorch /opt/conda; touch /tmp/restarts")
    version = min(site.wheels)
    machine.write("/opt/conda/bin/sudo", '#!/bin/sh\nshift\nexec env -i PATH="$PATH" "$@"\n')
    machine.write("/opt/conda/bin/restart-jupyter-server", "#!/bin/sh\necho x >> /tmp/restarts\n")
    machine.sh(
        "chmod 755 /opt/conda/bin/*; chmod 666 /tmp/restarts; touch /opt/ml/containers; "
        f"mkdir -m 777 /etc/jupyter-sm-guard {STATE}"
    )
    script = site.script(version, target="studio")
    machine.write("/tmp/on-start.sh", script)
    credentials = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI=/creds"
    run = ["runuser", "-u", "ec2-user", "--", "env", credentials, "bash", "/tmp/on-start.sh"]
    first, second = machine.do(run=run), machine.do(run=run)
    assert first["code"] == second["code"] == 0
    assert f"conda: {version} is installed\n" in first["out"], first
    assert f"conda: {version} is there already\n" in second["out"]
    assert "nothing changed, so Jupyter goes on" in second["out"]
    assert machine.sh("cat /tmp/restarts") == "x\n"
    assert machine.sh("cat /etc/jupyter-sm-guard/policy.toml").encode() == POLICY
    machine.sh("chmod 000 /opt/conda/bin/sudo")
    third = machine.do(run=run)
    assert third["code"] == 0


JOBS = b"""[jobs]
subnets = ["subnet-1"]
security_groups = ["sg-1"]
kms_key = "alias/jobs"
"""
SDK = "/etc/xdg/sagemaker/config.yaml"


def test_what_the_policy_wants_of_jobs_is_written_where_the_sdk_looks(
    site: Site, machine: Machine
) -> None:
    version = min(site.wheels)
    script = site.script(version, policy=JOBS, sdk_defaults=True)
    assert f"what the policy wants of jobs is in {SDK}" in starts(machine, script)
    assert machine.sh(f"stat -c '%U %a' {SDK}") == "root 644\n"
    found = machine.sh(f"cat {SDK}")
    assert found == sdk_defaults(Jobs(("subnet-1",), ("sg-1",), "alias/jobs"))
    again = starts(machine, script)
    assert f"what the policy wants of jobs is in {SDK} already" in again
    assert again[-1] == "nothing changed, so Jupyter goes on"

    unsaid = starts(machine, site.script(version, sdk_defaults=True))
    assert any(f"{SDK} could not be made: jupyter-sm-guard: /etc/" in line for line in unsaid)
    assert machine.sh(f"cat {SDK}") == found
    assert f"{SDK} is gone" in starts(machine, script, "remove")
    assert machine.sh(f"ls {SDK} 2>/dev/null || true") == ""

    for theirs in ("echo SchemaVersion: >", "ln -s /etc/shadow", "mkdir"):
        machine.sh(f"{theirs} {SDK}; ls -l {SDK} > /tmp/before")
        assert f"{SDK} is not the guard's, so it stays as it is" in starts(machine, script)
        assert f"{SDK} is gone" not in starts(machine, script, "remove")
        machine.sh(f"ls -l {SDK} | cmp - /tmp/before; rm -r {SDK}")


SABOTAGE = f"""
cd /{HOME}; export HOME=/{HOME}
mkdir -p .jupyter/labconfig .jupyter/jupyter_server_config.d
echo '{{"ServerApp": {{"jpserver_extensions": {{"jupyter_sm_guard": false}}}}}}' \
  | tee .jupyter/jupyter_server_config.json > .jupyter/jupyter_server_config.d/z.json
echo 'import jupyter_sm_guard.server; jupyter_sm_guard.server.x = open("/tmp/ran", "w")' \
  > .jupyter/jupyter_server_config.py
echo '{{"disabledExtensions": {{"jupyter-sm-guard": true}}, "lockedExtensions": {{}}}}' \
  > .jupyter/labconfig/page_config.json
shadow=.local/share/jupyter/labextensions/jupyter-sm-guard
mkdir -p $shadow/static
echo '{{"name": "jupyter-sm-guard", "version": "9.9.9", "jupyterlab": {{"_build": \
{{"load": "static/fake.js", "extension": "./extension"}}}}}}' > $shadow/package.json
site=$(/{ENVIRONMENT}/bin/python -c 'import site; print(site.getusersitepackages())')
mkdir -p $site; echo 'open("/tmp/custom", "w")' > $site/usercustomize.py
"""


def test_what_is_locked_a_user_s_configuration_does_not_undo(site: Site, machine: Machine) -> None:
    """T1 to T5 of the tamper matrix, as a user without root, on a locked machine."""
    script = site.script(min(site.wheels), locked=True)
    lines = starts(machine, script)
    assert "Jupyter's configuration is locked in /etc/jupyter-sm-guard/jupyter" in lines
    again = starts(machine, script)
    assert again[-1] == "nothing changed, so Jupyter goes on"
    machine.write("/tmp/sabotage", SABOTAGE)
    machine.sh("runuser -u ec2-user -- bash -e /tmp/sabotage")
    folder = "/etc/jupyter-sm-guard"
    denied = machine.do(
        run=["runuser", "-u", "ec2-user", "--", "sh", "-c", f"> {folder}/jupyter/x; > {folder}/y"]
    )
    assert denied["out"].count("Permission denied") == 2
    port = free_port()
    serve(machine, port)
    assert json.loads(fetched(machine, port, "jupyter-sm-guard/report"))["report"]["findings"]
    (ours,) = page_config(machine, port, "federated_extensions")
    assert ours["load"] != "static/fake.js"
    assert "jupyter-sm-guard" not in page_config(machine, port, "disabledExtensions")
    assert "jupyter-sm-guard:panel" in json.dumps(page_config(machine, port, "lockedExtensions"))
    assert machine.sh("ls /tmp/ran /tmp/custom 2>/dev/null || true") == ""
    assert "sagemaker" in machine.sh(f"cat {folder}/jupyter/jupyter_notebook_config.py")


@pytest.mark.unit
@pytest.mark.parametrize("collector", [None, "b" * 64])
@pytest.mark.parametrize("locked", [False, True])
@pytest.mark.parametrize("jobs", [False, True])
@pytest.mark.parametrize("kernels", [(), ("all",)])
@pytest.mark.parametrize("policy", [None, POLICY])
def test_shellcheck_has_nothing_to_say(
    locked: bool,
    jobs: bool,
    kernels: tuple[str, ...],
    policy: bytes | None,
    collector: str | None,
) -> None:
    name = "jupyter_sm_guard-0.1.0-py3-none-any.whl"
    wanted = Wanted(name, "a" * 64, PLACE, policy, kernels, locked=locked, sdk_defaults=jobs)
    wanted = replace(wanted, collector=collector, python_package="python3.12" if collector else "")
    script = render(wanted).text
    checked = shutil.which("shellcheck", path=f"{HERE / '.venv/bin'}:{os.environ['PATH']}")
    assert checked, "it comes with the extra dev"
    done = subprocess.run([checked, "-"], input=script, capture_output=True, text=True, check=False)
    assert done.stdout == ""
