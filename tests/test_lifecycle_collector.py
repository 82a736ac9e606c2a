"""The hardened install: root's collector, laid down by the real script, run as its own user against
a stand-in for AWS, and read by a Jupyter server that another user runs.

But for the last test, systemd's part is played: to run what the unit says, as whom it says.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

import pytest
from faults.instance import ANN, ENVIRONMENT, HOME, Machine
from faults.isolated import skip_without_namespaces
from faults.machine import KEYS, METADATA
from faults.server import ARN, NAME, Server, described, says
from faults.site import Site, fetched, prepared, serve, starts
from jupyter import free_port, waiting

from jupyter_sm_guard.collected import FOLDER, PATH, USER
from jupyter_sm_guard.lifecycle.needs import archive
from jupyter_sm_guard.lifecycle.render import NEEDS
from jupyter_sm_guard.lifecycle.service import NAME as UNIT
from jupyter_sm_guard.policy import LAST_GOOD

CODE = "/var/lib/jupyter-sm-guard/collector"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    skip_without_namespaces()
    with prepared(tmp_path_factory.mktemp("image")) as site:
        site.s3.objects[f"bucket/guard/{NEEDS}"] = archive()
        yield site


@pytest.fixture
def machine(site: Site) -> Iterator[Machine]:
    with Machine(site.image) as machine:
        machine.sh(f"mkdir -p $(dirname /{METADATA})")
        machine.write(f"/{METADATA}", json.dumps({"ResourceArn": ARN, "ResourceName": NAME}))
        yield machine


def needed(site: Site) -> str:
    return hashlib.sha256(site.s3.objects[f"bucket/guard/{NEEDS}"]).hexdigest()


def script(site: Site, **changes: object) -> str:
    return site.script(min(site.wheels), **{"collector": needed(site), **changes})


def run_unit(machine: Machine, url: str) -> str:
    """What systemd does when the timer fires, with credentials and the stand-in for AWS."""
    unit = machine.sh(f"cat /etc/systemd/system/{UNIT}.service").splitlines()
    said = {key: value for key, _, value in (line.partition("=") for line in unit)}
    for line in unit:
        if line.startswith("ExecStartPre=-+"):
            machine.sh(line.removeprefix("ExecStartPre=-+"))
    environment, *command = said["ExecStart"].split(" /usr/bin/python3")
    keys = [f"{name}={value}" for name, value in KEYS.items()]
    python = f"/usr/bin/python3{''.join(command)}".split()
    as_user = ["setpriv", "--reuid", said["User"], "--regid", said["Group"], "--clear-groups"]
    run = [*as_user, "--no-new-privs", *environment.split(), *keys, *python]
    done = machine.do(run=[*run, "--endpoint-url", url])
    assert done["code"] == 0, done
    return str(done["out"])


def checked(machine: Machine, url: str) -> dict[str, Any]:
    """The report that the notebooks' user gets in a terminal."""
    command = f"cd; exec /{ENVIRONMENT}/bin/jupyter-sm-guard check --format json"
    as_user = ["runuser", "-l", "-s", "/bin/sh", "ec2-user", "-c"]
    done = machine.do(run=[*as_user, f"{command} --endpoint-url {url}"])
    found: dict[str, Any] = json.loads(done["out"])
    return found


def by_check(report: dict[str, Any]) -> dict[str, tuple[str, str | None]]:
    return {f["check"]: (f["status"], f["reason"]) for f in report["findings"]}


def lay_jupyter(machine: Machine) -> None:
    """Jupyter's packages by their names, which the image has elsewhere."""
    site = machine.sh(f"ls -d /{ENVIRONMENT}/lib/python3*/site-packages").strip()
    machine.sh(f"mkdir {site}/jupyter_server-2.17.0.dist-info {site}/jupyterlab-4.6.6.dist-info")


def test_the_collector_checks_and_a_server_of_the_user_s_only_reads(
    site: Site, machine: Machine
) -> None:
    lay_jupyter(machine)
    lines = starts(machine, script(site))
    assert any(line.startswith("the collector is installed; it checks as the") for line in lines)
    calls = [f"--no-block {verb} {UNIT}.timer" for verb in ("enable", "restart")]
    assert machine.sh("cat /var/log/systemctl").splitlines()[:4] == [
        "--no-block try-restart jupyter-server.service",
        "--no-block daemon-reload",
        *calls,
    ]
    modes = f"stat -c '%U %a' {CODE} {CODE}/botocore {FOLDER} /etc/systemd/system/{UNIT}.service"
    assert machine.sh(modes).split("\n")[:4] == [
        *("root 755", "root 755", f"{USER} 755", "root 644")
    ]
    assert "nologin" in machine.sh(f"getent passwd {USER}")
    assert machine.sh(f"stat -c '%U %a' {LAST_GOOD}") == "root 644\n", "kept for when it breaks"

    with Server(says(described(RootAccess="Enabled"))) as aws:
        before = checked(machine, aws.url)
        assert {reason for _, reason in by_check(before).values()} == {"COLLECTOR"}
        assert "has not reported" in before["findings"][0]["because"]
        assert len(aws.requests) == 0
        assert "1 failed" in run_unit(machine, aws.url).replace("2 failed", "1 failed")
        assert machine.sh(f"stat -c '%U %a' {PATH}").strip() == f"{USER} 644"
        asked = len(aws.requests)
        assert asked

        port = free_port()
        serve(machine, port, f"--SmGuardApp.endpoint_url={aws.url}")
        for _ in waiting(60):
            latest = json.loads(fetched(machine, port, "jupyter-sm-guard/report"))
            if latest["age_s"] is not None:
                break
        report = latest["report"]
        assert report["collector"]["user"] == USER
        assert by_check(report)["SageMaker.3"] == ("FAILED", None)
        assert by_check(report)["SageMaker.1"] == ("PASSED", None)
        assert by_check(report)["guard.jupyter-advisories"] == ("FAILED", None)
        assert [flag["flag"] for flag in report["integrity"]] == ["endpoint_override"]
        assert 800 < latest["next_s"] + latest["age_s"] < 1200  # within the jitter
        assert len(aws.requests) == asked, "the server asks AWS nothing"
        assert checked(machine, aws.url)["observed_at"] == report["observed_at"]
        assert len(aws.requests) == asked

    again = starts(machine, script(site))
    assert "the collector is there already" in again
    assert "nothing changed, so Jupyter goes on" in again
    newer = starts(machine, site.script(max(site.wheels), collector=needed(site)))
    assert "the collector is there already" in newer
    assert machine.sh(f"ls -d {CODE}/jupyter_sm_guard-9*.dist-info")

    gone = starts(machine, script(site), "remove")
    assert "the collector is removed" in gone
    assert machine.sh("ls -d /var/lib/jupyter-sm-guard 2>/dev/null || true") == ""
    assert machine.sh(f"ls /etc/systemd/system; getent passwd {USER} || true") == ""
    assert machine.sh("cat /var/log/systemctl").count(f"disable --now {UNIT}.timer") == 1


def test_what_the_notebooks_user_may_do_is_root_s_to_tell(site: Site, machine: Machine) -> None:
    """Not the collector's, which is another user: its own sudo says nothing."""
    machine.sh(
        "echo 'ec2-user ALL=(ALL) NOPASSWD: ALL' > /etc/sudoers; chmod 440 /etc/sudoers;"
        f"echo '{USER} ALL=(ALL) NOPASSWD: ALL' > /root/other"
    )
    starts(machine, script(site))
    with Server(says(described())) as aws:
        run_unit(machine, aws.url)
        (found,) = [f for f in checked(machine, aws.url)["findings"] if f["check"] == "SageMaker.3"]
        assert (found["status"], found["reason"]) == ("WARNING", "ROOT_OBTAINABLE")
        assert "by sudo without a password (root on this machine" in found["because"]

        machine.sh("chmod 640 /root/other; cp /root/other /etc/sudoers; chmod 440 /etc/sudoers")
        run_unit(machine, aws.url)
        assert by_check(checked(machine, aws.url))["SageMaker.3"] == ("PASSED", None)


@pytest.mark.parametrize("verb", ["enable", "restart"])
def test_a_timer_that_did_not_start_is_said_and_tried_again(
    site: Site, machine: Machine, verb: str
) -> None:
    """systemctl's part is played: what it did not do is not so."""
    machine.sh("mkdir /opt/programs; cp /usr/local/bin/* /opt/programs")
    machine.write(
        "/opt/programs/systemctl",
        f"""#!/bin/sh
case "$*" in
*' {verb} '*) test -e /opt/ready || {{ echo no such thing; exit 1; }}; touch /opt/{verb} ;;
is-enabled*) test {verb} != enable || test -e /opt/enable ;;
is-active*) test {verb} != restart || test -e /opt/restart ;;
esac
""",
    )
    machine.sh("chmod 755 /opt/programs/*; mount --bind /opt/programs /usr/local/bin")
    assert starts(machine, script(site))[-2:] == [
        f"the collector: the collector does not run: systemctl {verb} failed: no such thing",
        NOT_INSTALLED,
    ]
    assert_nothing_counts(machine)
    machine.sh("touch /opt/ready")
    assert starts(machine, script(site))[-1].startswith("the collector is installed; it checks as")
    assert starts(machine, script(site))[-1] == "the collector is there already"


DENIED = (
    f"echo x > {PATH}",
    f"rm -f {PATH}",
    f"mv {FOLDER} /tmp/mine",
    f"ln -sfT /tmp/mine {FOLDER}",
    f"mkdir {FOLDER}/more",
    f"chmod 777 {FOLDER}",
    f"echo 'raise SystemExit' > {CODE}/__main__.py",
    "echo x > /var/lib/jupyter-sm-guard/notebook-user.json",
    f"echo x > /etc/systemd/system/{UNIT}.service",
    "echo x > /etc/jupyter-sm-guard/policy.toml",
)
FORGED = {
    "the user's own": (f"chown {ANN} {PATH}", "COLLECTOR", "belongs to user"),
    "in the user's own folder": (f"chown {ANN} {FOLDER}", "COLLECTOR", "belongs to user"),
    "writable by all": (f"chmod 666 {PATH}", "COLLECTOR", "written by others"),
    "in a folder writable by all": (f"chmod 777 {FOLDER}", "COLLECTOR", "written by others"),
    "below a folder writable by all": (f"chmod 777 {FOLDER}/..", "COLLECTOR", "written by others"),
    "a link": (f"mv {PATH} {PATH}.x; ln -s {PATH}.x {PATH}", "COLLECTOR", "can't be opened"),
    "behind a link": (f"mv {FOLDER} /opt/x; ln -s /opt/x {FOLDER}", "COLLECTOR", "can't be opened"),
    "of two names": (f"ln {PATH} {PATH}.x", "COLLECTOR", "regular file of one name"),
    "a pipe": (f"rm {PATH}; mkfifo -m 644 {PATH}", "COLLECTOR", "regular file of one name"),
    "a folder": (f"rm {PATH}; mkdir {PATH}", "COLLECTOR", "regular file of one name"),
    "endless": (f"truncate -s 5M {PATH}", "COLLECTOR", "larger than"),
    "gone": (f"rm {PATH}", "COLLECTOR", "has not reported"),
    "of another machine": (f"sed -i s/111122223333/999922223333/g {PATH}", "COLLECTOR", "another"),
    "old": (f'sed -i \'s/_at": "202[0-9]/_at": "2020/g\' {PATH}', "STALE", "too long ago"),
    "of the future": (f'sed -i \'s/_at": "202[0-9]/_at": "2090/g\' {PATH}', "COLLECTOR", "future"),
    "cut off": (f"truncate -s 9000 {PATH}", "COLLECTOR", "damaged"),
}


def test_the_user_can_t_forge_a_report_and_what_root_put_there_is_looked_at(
    site: Site, machine: Machine
) -> None:
    made = script(site, locked=True)
    assert "\n  " not in made, "it only fits without"
    starts(machine, made)
    with Server(says(described())) as aws:
        run_unit(machine, aws.url)
        before = machine.sh(f"sha256sum {PATH}")
        for trick in DENIED:
            done = machine.do(run=["runuser", "-u", "ec2-user", "--", "bash", "-c", trick])
            assert done["code"] != 0, trick
        assert machine.sh(f"sha256sum {PATH}") == before
        assert by_check(checked(machine, aws.url))["SageMaker.1"] == ("PASSED", None)
        machine.sh(f"cp -a {FOLDER} /opt/good")
        for name, (trick, reason, says_so) in FORGED.items():
            machine.sh(trick)
            report = checked(machine, aws.url)
            assert {found["status"] for found in report["findings"]} == {"UNKNOWN"}, name
            assert {found["reason"] for found in report["findings"]} == {reason}, name
            assert says_so in report["findings"][0]["because"], (name, report["findings"][0])
            assert "systemctl status" in report["findings"][0]["fix"], name
            assert report["collector"] is None, name
            machine.sh(f"rm -rf {FOLDER} /opt/x; cp -a /opt/good {FOLDER}; chmod 755 {FOLDER}/..")
        assert by_check(checked(machine, aws.url))["SageMaker.1"] == ("PASSED", None)


NO_PYTHON = "no Python 3.11 or newer in /usr/bin is root's alone, so there is no collector"
LAY = "cp /usr/bin/python3 /opt/bin/"
FAKE = "> /opt/bin/python3; chmod 755 /opt/bin/python3"
UNTRUSTED = {
    "none": "true",
    "the user's": f"{LAY}; chown {ANN} /opt/bin/python3",
    "in a folder of the user's": f"{LAY}; chown {ANN} /opt/bin",
    "below a folder of the user's": f"{LAY}; chown {ANN} /opt",
    "writable": f"{LAY}; chmod 777 /opt/bin/python3",
    "a link to the user's": f"{LAY}; mv /opt/bin/python3 /{HOME}; ln -s /{HOME}/python3 /opt/bin/",
    "old": f"printf '#!/bin/sh\nexit 1' {FAKE}",
}
UNTOLD = "whether there is a Python for the collector can't be told"
NOT_INSTALLED = "the collector could not be installed, so everything is UNKNOWN"


def assert_nothing_counts(machine: Machine) -> None:
    """The collector that is not there governs all the same."""
    report = checked(machine, "http://127.0.0.1:9")
    assert {*by_check(report).values()} == {("UNKNOWN", "COLLECTOR")}


def elsewhere(text: str) -> str:
    """The script, looking for Python in a folder that can be changed here."""
    for there in ("/usr/bin/python3", "== /usr/bin", '"$python" /usr/bin /usr /'):
        assert there in text
        text = text.replace(there, there.replace("/usr/bin", "/opt/bin").replace("/usr ", "/opt "))
    return text


@pytest.mark.parametrize("sh", UNTRUSTED.values(), ids=UNTRUSTED)
def test_without_a_python_of_root_s_there_is_the_ordinary_install_and_a_line(
    site: Site, machine: Machine, sh: str
) -> None:
    machine.sh(f"mkdir /opt/bin; {sh}")
    lines = starts(machine, elsewhere(script(site)))
    assert any(each.startswith(NO_PYTHON) for each in lines), lines
    assert f"JupyterSystemEnv: {min(site.wheels)} is installed" in lines
    assert machine.sh(f"ls -d {CODE} {FOLDER} 2>/dev/null; getent passwd {USER} || true") == ""


def test_a_python_that_hangs_is_not_none(site: Site, machine: Machine) -> None:
    machine.sh(f"mkdir /opt/bin; printf '#!/bin/sh\nexec sleep 60' {FAKE}")
    lines = starts(machine, elsewhere(script(site)))
    assert lines[-2:] == [UNTOLD, NOT_INSTALLED]
    assert f"JupyterSystemEnv: {min(site.wheels)} is installed" in lines
    assert_nothing_counts(machine)


@pytest.mark.parametrize(
    ("dnf", "line", "is_there"),
    [
        (f"#!/bin/sh\n[ $4 = python3.12 ] && {LAY}\n", "the collector is installed; it", True),
        ("#!/bin/sh\necho No match for it; exit 1\n", "python3.12: No match for it", False),
        ("#!/bin/sh\nexec sleep 600\n", "python3.12: it did not end in time", False),
    ],
)
def test_python_may_be_installed_from_the_system_s_packages(
    site: Site, machine: Machine, dnf: str, line: str, is_there: bool
) -> None:
    machine.sh("mkdir /opt/bin /opt/programs")
    machine.write("/opt/programs/dnf", dnf)
    machine.sh("chmod 755 /opt/programs/dnf; cp /usr/local/bin/* /opt/programs")
    made = script(site, python_package="python3.12", seconds=15)
    lines = starts(machine, elsewhere(made).replace("PATH=/usr", "PATH=/opt/programs:/usr", 1))
    assert any(each.startswith(line) for each in lines), lines
    assert f"JupyterSystemEnv: {min(site.wheels)} is installed" in lines
    assert "--no-block try-restart jupyter-server.service" in machine.sh("cat /var/log/systemctl")
    assert (lines[-2:] == [UNTOLD, NOT_INSTALLED]) != is_there
    assert_nothing_counts(machine)


@pytest.mark.parametrize(
    ("wanted", "disk", "line"),
    [
        ("0" * 64, None, f"{NEEDS}: is not the file that was approved (SHA-256 "),
        (None, 5, f"{NEEDS}: could not be fetched from s3://bucket/guard: "),
        (None, 13, f"{NEEDS}: could not be unpacked: "),
    ],
)
def test_what_fails_for_the_collector_fails_for_nothing_else(
    site: Site, machine: Machine, wanted: str | None, disk: int | None, line: str
) -> None:
    if disk is not None:
        machine.sh("mkdir /var/lib/jupyter-sm-guard")
        machine.do(mount="/var/lib/jupyter-sm-guard", bytes=disk * 1024 * 1024)
    lines = starts(machine, script(site, collector=wanted or needed(site)))
    assert any(each.startswith(line) for each in lines), lines
    assert lines[-1] == NOT_INSTALLED
    assert f"JupyterSystemEnv: {min(site.wheels)} is installed" in lines
    assert machine.sh(f"ls {CODE} 2>/dev/null || true") == ""
    assert_nothing_counts(machine)


def test_where_the_wheel_is_missing_an_earlier_guard_does_not_check_by_itself(
    site: Site, machine: Machine
) -> None:
    starts(machine, site.script(min(site.wheels)))
    machine.sh("rm -r /var/lib/jupyter-sm-guard")
    lines = starts(machine, script(site, sha256="0" * 64))
    assert lines[-1] == NOT_INSTALLED
    assert_nothing_counts(machine)


SYSTEMD = "/lib/systemd/systemd"
BOOT = f"""
set -e
mount -t proc proc /proc
mount --bind /proc/sys /proc/sys
mount -o remount,bind,ro /proc/sys
mount -t tmpfs tmpfs /run
mkdir -p /sys
mount -t sysfs -o ro sysfs /sys
mount -t cgroup2 none /sys/fs/cgroup
exec env -i container=test {SYSTEMD} --unit=only.target
"""
WAIT = f"""
for i in $(seq 300); do
  [ -s {PATH} ] && break
  sleep 0.1
done
systemctl start confined.service
kill -s RTMIN+14 1
"""
ALONE = "[Unit]\nDefaultDependencies=no\n"
"""Without what a whole machine starts beforehand."""
TRIES = {
    "what is root's": "echo x > /etc/x",
    "what root saw": "echo x > /var/lib/jupyter-sm-guard/x",
    "its own code": f"echo x > {CODE}/x",
    "homes": f"ls /{HOME}",
    "root's home": "ls /root",
    "a namespace": "unshare --user true",
    "rights": "grep -q '^CapBnd:.*[1-9a-f]' /proc/self/status",
    "new rights": "grep -q '^NoNewPrivs:.*0' /proc/self/status",
    "a device": "ls /dev/mem || ls /dev/kmsg",
    "settings of somebody's": "env | grep -v -E '^(PATH|LANG|PWD|SHLVL|_)='",
}


def test_systemd_runs_the_timer_and_confines_what_it_runs(site: Site, machine: Machine) -> None:
    """The real one, as the first process of a namespace."""
    if machine.do(run=["test", "-x", SYSTEMD])["code"] != 0:
        pytest.skip("this machine has no systemd")
    starts(machine, script(site))
    units = "/etc/systemd/system"
    unit = machine.sh(f"cat {units}/{UNIT}.service")
    pre = next(line for line in unit.splitlines() if line.startswith("ExecStart="))
    before, python, after = pre.partition(" /usr/bin/python3")
    with Server(says(described())) as aws:
        keys = " ".join(f"{name}={value}" for name, value in KEYS.items())
        ours = f"ExecStart=\n{before} {keys}{python}{after} --endpoint-url {aws.url}\n"
        machine.sh(f"mkdir {units}/{UNIT}.timer.d {units}/{UNIT}.service.d")
        machine.write(f"{units}/{UNIT}.timer.d/x.conf", ALONE)
        machine.write(f"{units}/{UNIT}.service.d/x.conf", f"{ALONE}[Service]\n{ours}")
        tries = "".join(f'({trick}) && echo "{name}"\n' for name, trick in TRIES.items())
        machine.write("/opt/tries", f"exec 2> /dev/null\n{tries}echo x > {FOLDER}/x && echo own\n")
        start = f"{before} /bin/bash /opt/tries"
        confined = unit.replace(pre, f"{start}\nStandardOutput=file:/opt/said")
        machine.write(f"{units}/confined.service", confined.replace("[Unit]\n", ALONE))
        machine.write(f"{units}/only.target", f"{ALONE}Wants={UNIT}.timer go.service\n")
        go = f"{ALONE}[Service]\nType=oneshot\nExecStart=/bin/bash /opt/go\n"
        machine.write(f"{units}/go.service", go + "Environment=PATH=/usr/bin:/bin\n")
        machine.write("/opt/go", WAIT)
        apart = ("--mount", "--pid", "--fork", "--kill-child", "--uts", "--ipc", "--cgroup")
        machine.do(run=["timeout", "60", "unshare", *apart, "bash", "-c", BOOT])
        assert by_check(checked(machine, aws.url))["SageMaker.1"] == ("PASSED", None)
    assert machine.sh(f"stat -c '%U %a' {PATH}").strip() == f"{USER} 644"
    assert machine.sh("cat /opt/said").splitlines() == ["own"]
