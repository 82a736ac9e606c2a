"""What the collector is installed from, and the units that systemd runs."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from faults.machine import KEYS, notebook_instance

from jupyter_sm_guard.lifecycle import bundle, needs, service
from jupyter_sm_guard.lifecycle.render import NEEDS

pytestmark = pytest.mark.unit

COMMAND = str(Path(sys.executable).parent / "jupyter-sm-guard")
CLIENTS = """
import sys
sys.path.insert(0, {folder!r})
from jupyter_sm_guard.aws import Aws
from jupyter_sm_guard.aws.session import client_for
for service in {services!r}:
    client_for(Aws("eu-central-1", credentials={keys!r}), service)
"""


def command(*arguments: str) -> tuple[int, str]:
    done = subprocess.run([COMMAND, *arguments], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def test_what_the_collector_needs_is_packed_as_installed_and_runs_by_a_bare_python(
    tmp_path: Path,
) -> None:
    """Nothing but it and our own package is there: no site-packages."""
    policy = tmp_path / "policy.toml"
    policy.write_text("interval_minutes = 7\n")
    out = tmp_path / "bundle"
    code, said = command(
        "bundle", "--with-collector", "--output", str(out), "--policy", str(policy)
    )
    assert code == 0, said
    packed = (out / NEEDS).read_bytes()
    assert needs.archive() == packed
    (wheel,) = out.glob("*.whl")
    for each in (wheel, out / NEEDS):
        zipfile.ZipFile(each).extractall(tmp_path / "code")
    start = CLIENTS.format(folder=str(tmp_path / "code"), keys=KEYS, services=needs.SERVICES)
    run = [sys.executable, "-IS", "-c", start]
    assert subprocess.run(run, capture_output=True, text=True, check=False).stderr == ""
    machine = notebook_instance(tmp_path / "machine")
    check = [sys.executable, "-IS", tmp_path / "code", "check", "--root", machine]
    done = subprocess.run(check, capture_output=True, text=True, check=False)
    assert "no usable AWS credentials were found" in done.stdout
    assert done.stderr == ""

    script = ["--collector", str(out / NEEDS), "--wheel", str(wheel), "--policy", str(policy)]
    code, said = command("lifecycle", "render", *script)
    assert (code, "users can write to" in said, "give --from s3://" in said) == (2, True, True)
    script += ["--from", "s3://bucket/guard"]
    code, said = command("lifecycle", "render", *script)
    assert code == 0, said
    assert hashlib.sha256(packed).hexdigest() in said
    assert "--every 7" in said
    (out / "other.zip").write_bytes(packed)
    code, said = command("lifecycle", "render", *script, "--collector", str(out / "other.zip"))
    assert (code, f"give the file {NEEDS}" in said) == (2, True)


def test_what_was_changed_or_compiled_is_not_packed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(needs, "PACKAGES", ("no-such-package",))
    with pytest.raises(bundle.BundleError, match="no-such-package is not installed here; install"):
        needs.archive()
    monkeypatch.setattr(needs, "PACKAGES", ("tornado",))
    with pytest.raises(bundle.BundleError, match="is compiled for one kind of machine"):
        needs.archive()


def test_nothing_is_said_to_be_removed_that_was_not() -> None:
    run = [COMMAND, "collector", "remove"]
    as_nobody = ["setpriv", "--reuid", "65534", "--clear-groups"] if os.geteuid() == 0 else []
    done = subprocess.run([*as_nobody, *run], capture_output=True, text=True, check=False)
    assert (done.returncode, "only root can" in done.stdout) == (1, True), done


def test_systemd_reads_the_units_without_a_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("this machine has no systemd-analyze")
    monkeypatch.setattr(service, "USER", "root")  # it looks the user up
    units = service.units("ec2-user", Path("/home/ec2-user/env"), 15)
    for name, text in units.items():
        (tmp_path / name).write_text(text)
    done = subprocess.run(
        [analyze, "verify", *(str(tmp_path / name) for name in units)],
        env={"SYSTEMD_UNIT_PATH": f"{tmp_path}:", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_the_unit_gives_what_it_runs_no_rights_and_nothing_of_anybody_s() -> None:
    units = service.units("ec2-user", Path("/home/ec2-user/env"), 15)
    said = units[f"{service.NAME}.service"].splitlines()
    assert {
        *(f"User={service.USER}", "NoNewPrivileges=yes", "CapabilityBoundingSet="),
        *("ProtectSystem=strict", "ProtectHome=yes", "PrivateTmp=yes", "TimeoutStartSec=60"),
        f"ReadWritePaths={service.FOLDER}",
    } <= {*said}
    for line in (line for line in said if line.startswith("Exec")):
        command = line.partition("=")[2].removeprefix("-+").split()
        assert command[:4] == ["/usr/bin/env", "-i", "PATH=/usr/bin:/bin", "LANG=C.UTF-8"]
        look = ["/usr/bin/timeout", "-k", "2", "10"] if "look" in command else []
        assert command[4:][: len(look)] == look
        assert command[5 + len(look)] == "-IS"
    assert "UMask=0022" in said, "what root compiles there the collector has to read"
    assert "OnUnitActiveSec=15min" in units[f"{service.NAME}.timer"]
