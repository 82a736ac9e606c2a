"""What the user of a machine can set against a report is named in it, calmly; and no secret that
lies anywhere gets out, by report, log or doctor."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from faults.machine import METADATA, POLICY, notebook_instance, write
from faults.server import ARN, NAME, Server, described, fails, says
from hypothesis import given
from hypothesis import strategies as st
from jupyter import Jupyter

import jupyter_sm_guard
from jupyter_sm_guard import integrity
from jupyter_sm_guard.place import Place
from jupyter_sm_guard.redaction import redacted

SOURCES = str(Path(jupyter_sm_guard.__file__).parent.parent)
FLAGS = """
import json, os, sys
from pathlib import Path
from jupyter_sm_guard import integrity, metadata
from jupyter_sm_guard.place import Place
settings = json.loads(sys.argv[1])
HEAVY = ("tornado", "jupyter_server", "traitlets", "botocore")
if settings["user"]:
    os.setgroups([]); os.setgid(65534); os.setuid(65534)
metadata.PATH = settings["metadata"] or metadata.PATH
if settings["code"]:
    integrity.__file__ = settings["code"]
found = {f.flag: f.detail for f in integrity.flags(Place())}
more = {f.flag: f.detail for f in integrity.remarks(Place())}
print(json.dumps([found, more, [m for m in HEAVY if m in sys.modules]]))
"""


@dataclass
class User:
    """Somebody's home on this machine, whose settings `flags` sees."""

    home: Path
    variables: dict[str, str] = field(default_factory=dict)

    def look(self, **settings: Any) -> tuple[dict[str, str], dict[str, str]]:
        """The flags of a report and what only the doctor says, with their details."""
        asked = {"user": False, "metadata": None, "code": None, **settings}
        own = {"HOME": str(self.home), "PATH": os.environ["PATH"], "PYTHONPATH": SOURCES}
        done = subprocess.run(
            [sys.executable, "-c", FLAGS, json.dumps(asked)],
            env={**own, "PYTHONDONTWRITEBYTECODE": "1", **self.variables},
            cwd="/",
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.stderr == ""
        flags, remarks, heavy = json.loads(done.stdout)
        assert heavy == []
        return flags, remarks


@pytest.fixture
def machine() -> Iterator[Path]:
    """A folder that everybody can come to; pytest's own are closed to others, again and again."""
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        yield Path(folder)


@pytest.fixture
def user(machine: Path) -> User:
    (machine / "home").mkdir()
    return User(machine / "home")


def test_an_ordinary_machine_has_no_flags(user: User) -> None:
    user.variables = {"HTTPS_PROXY": "http://proxy:3128", "SSL_CERT_FILE": "/etc/ssl/ca.pem"}
    user.variables |= {"AWS_ENDPOINT_URL_S3": "http://minio:9000", "REQUESTS_CA_BUNDLE": "/ca.pem"}
    write(user.home / ".aws" / "config", "[default]\nregion = x\n[profile b]\nendpoint_url = y\n")
    flags, remarks = user.look()
    assert flags == {}
    assert set(remarks) == {"user_ca", "user_proxy"}
    assert remarks["user_proxy"].startswith("HTTPS_PROXY is set: the guard's own calls do not use")
    assert "REQUESTS_CA_BUNDLE and SSL_CERT_FILE are set" in remarks["user_ca"]


@pytest.mark.parametrize(
    ("name", "flag"),
    [
        ("AWS_ENDPOINT_URL", "user_endpoint"),
        ("AWS_ENDPOINT_URL_SAGEMAKER", "user_endpoint"),
        ("AWS_DATA_PATH", "user_data_path"),
        ("AWS_EC2_METADATA_SERVICE_ENDPOINT", "user_metadata_endpoint"),
    ],
)
def test_variables_that_point_aws_elsewhere(
    name: str, flag: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv(name, "http://me:hunter2@elsewhere.invalid")
    (found,) = [f for f in integrity.flags(Place()) if f.flag == flag]
    assert found.detail.startswith(f"{name} is set: ")
    assert "the guard does not use" in found.detail
    assert "elsewhere" not in found.detail
    monkeypatch.setenv(name, "")
    assert flag not in {f.flag for f in integrity.flags(Place())}


@pytest.mark.parametrize(
    ("content", "profile", "there"),
    [
        ("[default]\nendpoint_url = http://x\n", "", True),
        ("[default]\nendpoint_url=http://x\n", "", True),
        ("[profile me]\nendpoint_url = http://x\n", "me", True),
        ("[profile me]\nendpoint_url = http://x\n", "", False),
        ("[services s]\nsagemaker =\n  endpoint_url = http://x\n", "", True),
        ("[services s]\ns3 =\n  endpoint_url = http://x\n", "", False),
        ("[default]\ns3 =\n  endpoint_url = http://x\n", "", False),
        ("# [default]\n# endpoint_url = x\n\xff = [\n=\n", "", False),
    ],
)
def test_endpoints_in_aws_s_own_file(
    content: str, profile: str, there: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("AWS_PROFILE", profile)
    write(tmp_path / ".aws" / "config", content.encode("latin-1"))
    details = [f.detail for f in integrity.flags(Place()) if f.flag == "user_endpoint"]
    assert bool(details) == there
    assert all(str(tmp_path / ".aws" / "config") in detail for detail in details)


def test_models_and_ca_bundles_in_the_home_folder(user: User) -> None:
    (user.home / ".aws" / "models" / "my-own").mkdir(parents=True)
    assert user.look()[0] == {}
    (user.home / ".aws" / "models" / "sagemaker").mkdir()
    write(user.home / ".aws" / "config", "[default]\nca_bundle = /tmp/mine.pem\n")
    flags, remarks = user.look()
    assert f"a model in {user.home}/.aws/models" in flags["user_data_path"]
    assert "ca_bundle in" in remarks["user_ca"]


def _hang(path: Path) -> None:
    path.parent.mkdir(parents=True)
    os.mkfifo(path)


def test_it_waits_for_nothing_and_never_raises(user: User, monkeypatch: Any) -> None:
    _hang(user.home / ".aws" / "config")
    _hang(user.home / ".jupyter" / "labconfig" / "page_config.json")
    assert user.look()[0] == {}
    monkeypatch.setenv("HOME", str(user.home))
    integrity.flags(Place())
    monkeypatch.setattr(integrity, "_is_set", lambda *_: 1 // 0)
    (first, *_) = integrity.flags(Place())
    assert first.flag == "integrity_unknown"
    assert "endpoints: ZeroDivisionError" in first.detail


def test_where_a_folder_stands_in_nothing_of_this_machine_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://x")
    monkeypatch.setenv("HTTPS_PROXY", "http://x")
    assert integrity.flags(Place(tmp_path)) == integrity.remarks(Place(tmp_path)) == ()


needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="becomes another user")


def _own(path: Path) -> None:
    os.chown(path, 65534, 65534)


def _write_to_all(path: Path) -> None:
    path.chmod(path.stat().st_mode | 0o002)


# -- Jupyter --------------------------------------------------------------------------------------


def test_user_level_jupyter_configuration_that_disables_us(user: User) -> None:
    off = {"ServerApp": {"jpserver_extensions": {"jupyter_sm_guard": False}}}
    server = write(user.home / ".jupyter" / "jupyter_server_config.json", json.dumps(off))
    assert user.look()[0]["user_config_disables"].startswith(f"{server} turns the guard off in the")
    server.unlink()
    page = user.home / ".jupyter" / "labconfig" / "page_config.json"
    for about, there in (("jupyter-sm-guard", True), ("jupyter-sm-guard:guard", True),
                         ("jupyter-sm-guard:status", False), ("other", False)):  # fmt: skip
        write(page, json.dumps({"disabledExtensions": {about: True}}))
        details = user.look()[0]
        assert ("user_config_disables" in details) == there, about


@needs_root
def test_what_an_admin_turned_off_is_a_decision_and_no_override(user: User) -> None:
    off = {"ServerApp": {"jpserver_extensions": {"jupyter_sm_guard": False}}}
    file = write(user.home / "etc" / "jupyter_server_config.json", json.dumps(off))
    user.variables["JUPYTER_CONFIG_DIR"] = str(file.parent)
    assert user.look(user=True)[0] == {}
    _own(file)
    assert str(file) in user.look(user=True)[0]["user_config_disables"]


def test_a_labextension_that_shadows_the_environment_s(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("JUPYTER_PREFER_ENV_PATH", "0")
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "env"))
    monkeypatch.setattr("jupyter_core.paths.ENV_JUPYTER_PATH", [str(tmp_path / "env" / "share")])
    package = json.dumps({"name": "jupyter-sm-guard", "version": "9.9.9"})
    own = tmp_path / "env" / "share" / "labextensions" / "jupyter-sm-guard" / "package.json"
    other = tmp_path / "data" / "labextensions" / "jupyter-sm-guard" / "package.json"
    write(own, package)
    assert integrity.flags(Place()) == ()
    write(other, package)
    (flag,) = integrity.flags(Place())
    assert flag.flag == "labextension_shadowed"
    assert flag.detail.startswith(f"{other.parent} is shown in place of this environment's")


# -- who may write --------------------------------------------------------------------------------


@needs_root
@pytest.mark.parametrize("change", [_own, _write_to_all])
@pytest.mark.parametrize("what", ["file", "folder", "folder above"])
def test_metadata_that_the_user_may_write(
    machine: Path, user: User, what: str, change: Callable[[Path], None]
) -> None:
    file = write(machine / METADATA, "{}")
    file.chmod(0o444)
    assert "metadata_writable" not in user.look(user=True, metadata=str(file))[0]
    place = {"file": file, "folder": file.parent, "folder above": file.parent.parent}[what]
    change(place)
    flags = user.look(user=True, metadata=str(file))[0]
    assert flags["metadata_writable"].startswith(f"{place} can be written by this user")
    assert "metadata_writable" not in user.look(metadata=str(file))[0], "to root it says nothing"


@needs_root
def test_a_link_to_metadata_that_the_user_may_replace(machine: Path, user: User) -> None:
    file = write(machine / METADATA, "{}")
    (machine / "own").mkdir()
    (machine / "own" / "link").symlink_to(file.parent)
    _own(machine / "own")
    path = machine / "own" / "link" / file.name
    flags = user.look(user=True, metadata=str(path))[0]
    assert str(machine / "own") in flags["metadata_writable"]


@needs_root
def test_code_that_the_user_may_write_is_for_the_doctor_only(machine: Path, user: User) -> None:
    code = write(machine / "site-packages" / "jupyter_sm_guard" / "integrity.py", "")
    assert user.look(user=True, code=str(code)) == ({}, {})
    _own(code.parent)
    flags, remarks = user.look(user=True, code=str(code))
    assert flags == {}
    assert "which is usual where an environment is one's own" in remarks["package_writable"]
    assert user.look(code=str(code))[1] == {}


# -- secrets --------------------------------------------------------------------------------------

SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
CORPUS = {
    "AKIA" + "IOSFODNN7EXAMPLE": "an access key id",
    "ASIA" + "Y34FZKBOKMUTVV7A": "a temporary one",
    SECRET: "a secret key",
    "IQoJb3JpZ2luX2VjEJr" + "//////////wEaCXVzLWVhc3QtMSJHMEUC": "a session token",
    "ghp_" + "16C7e42F292c6912E7710c838347Ae178B4a": "a token of GitHub's",
    "hf_" + "LkJhGfDsAqWeRtYuIoPzXcVbNmQwErTyUi": "a token of Hugging Face's",
    "hunter2hunter2": "a password",
    "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7": "a signature",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0." + "c2lnbmF0dXJl": "a JWT",
}
KEY, TEMPORARY, _, SESSION, GITHUB, FACE, PASSWORD, SIGNATURE, JWT = CORPUS
PRESIGNED = (
    f"https://b.s3.amazonaws.com/x?X-Amz-Credential={KEY}%2F20261123&X-Amz-Security-Token={SESSION}"
    f"&X-Amz-Signature={SIGNATURE}"
)
LINES = (
    *(PRESIGNED, f"the key {KEY}", TEMPORARY, SESSION, GITHUB, FACE, JWT),
    f"aws_secret_access_key = {SECRET}",
    f'{{"SecretAccessKey": "{SECRET}", "Token": "{SESSION}"}}',
    f"export AWS_SECRET_ACCESS_KEY='{SECRET}'",
    f"secret access key {SECRET}",
    f"https://user:{PASSWORD}@proxy:3128/x and http://{GITHUB}@github.com/x.git",
    f"Authorization: AWS4-HMAC-SHA256 Credential={KEY}/x, Signature={SIGNATURE}",
    f"authorization: Basic {PASSWORD}=",
    f"x-amz-security-token: {SESSION}",
    f"https://x.notebook.eu-central-1.sagemaker.aws?authToken={JWT}",
    f"http://localhost:8888/lab?token={SIGNATURE}&x=1",
    f"password: {PASSWORD}",
    f"-----BEGIN RSA PRIVATE KEY-----\n{SECRET}\n-----END RSA PRIVATE KEY-----",
)


@pytest.mark.unit
@pytest.mark.parametrize("line", LINES)
def test_secrets_are_masked_and_what_is_around_them_is_kept(line: str) -> None:
    masked = redacted(f"before {line} ")
    assert masked.startswith("before ")
    assert "***" in masked
    assert leaks(masked) == []
    assert redacted(masked) == masked


@pytest.mark.unit
@pytest.mark.parametrize(
    "text",
    [
        ARN,
        "AWS answered AccessDenied (HTTP 400) to sagemaker:DescribeNotebookInstance",
        "answered without a token: HTTP 200; the credentials service gave no credentials",
        "arn:aws:iam::111122223333:role/service-role/AmazonSageMaker-ExecutionRole-20261123T104107",
        "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
        "http://localhost:8888/lab?reset&x=y, pip install jupyter_sm_guard==0.1.0",
        "/home/ec2-user/.jupyter/lab/secret-notes/token.json (Python; not read)",
        "the password is asked for by sudo; basic configuration, bearer of bad news",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert redacted(text) == text


@pytest.mark.unit
@given(st.lists(st.text() | st.sampled_from([*LINES, "=", ":", "token", "@", "://", '"'])))
def test_what_is_around_a_secret_does_not_save_it(parts: list[str]) -> None:
    assert leaks(redacted("\n".join(parts))) == []


@pytest.mark.unit
@pytest.mark.timeout(60)  # a second or two; where time grows with the square, hours
def test_masking_hostile_text_ends() -> None:
    for part in (
        "://",
        "token",
        "secret ",
        "-----BEGIN ",
        "x-amz-",
        "eyJ",
        "Basic a",
        "a",
        "@",
        "-",
    ):
        redacted(part * (600_000 // len(part)))


def leaks(text: str) -> list[str]:
    return [CORPUS[secret] for secret in CORPUS if secret in text or secret[4:] in text]


ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": KEY,
    "AWS_SECRET_ACCESS_KEY": SECRET,
    "AWS_SESSION_TOKEN": SESSION,
    "AWS_ENDPOINT_URL": f"http://user:{PASSWORD}@127.0.0.1:9",
    "HTTPS_PROXY": f"http://user:{PASSWORD}@127.0.0.1:9",
    "AWS_DATA_PATH": f"/x/{GITHUB}",
    "AWS_CA_BUNDLE": f"/x/{FACE}",
    "GITHUB_TOKEN": GITHUB,
    "HF_TOKEN": FACE,
    "JUPYTER_TOKEN": SIGNATURE,
    "JUPYTERLAB_DIR": f"/x/{GITHUB}?authToken={JWT}",
    "JUPYTER_PATH": f"/x/token={PASSWORD}",
}
ANSWERS = {
    "settings": says(
        described(
            RoleArn=f"arn:aws:iam::111122223333:role/{KEY}",
            KmsKeyId=TEMPORARY,
            LifecycleConfig=PRESIGNED,
            NotebookInstanceLifecycleConfigName=KEY,
        ),
        headers={"x-amzn-RequestId": f"token={SESSION}"},
    ),
    "error": fails("AccessDeniedException", PRESIGNED),
    "error code": fails(KEY, f"Authorization: {SECRET}"),
    "proxy": fails(KEY, SECRET),
}
POLICIES = {
    "settings": "",
    "proxy": f'[aws]\nproxy = "http://user:{PASSWORD}@127.0.0.1:9"\n',
    "error": f'[probes]\ninternet_targets = ["https://u:{PASSWORD}@h/?X-Amz-Signature={SIGNATURE}"]\n',
    "error code": f'mandatory_rules = ["{GITHUB}"]\n',
}


@pytest.mark.parametrize("real_place", [False, True])
@pytest.mark.parametrize("kind", ANSWERS)
def test_no_secret_gets_out(tmp_path: Path, kind: str, real_place: bool) -> None:
    root, home = notebook_instance(tmp_path / "root"), tmp_path / f"home-{GITHUB}"
    credentials = f"[default]\naws_access_key_id = {KEY}\naws_secret_access_key = {SECRET}\n"
    for base in (home, root / str(home).lstrip("/")):
        write(base / ".aws" / "credentials", credentials)
        write(base / ".aws" / "config", f"[default]\nendpoint_url = {PRESIGNED}\n{credentials}")
    metadata = {"ResourceArn": ARN, "ResourceName": NAME, "Token": SESSION, "Url": PRESIGNED}
    if kind == "error code":
        metadata["ResourceName"] = KEY
    write(root / METADATA, json.dumps(metadata))
    write(root / POLICY, POLICIES[kind])
    page = {"disabledExtensions": {f"jupyter-sm-guard:{GITHUB}": True}}
    write(home / ".jupyter" / "labconfig" / "page_config.json", json.dumps(page))
    write(home / ".jupyter" / "jupyter_server_config.json", f'{{"token": "{SECRET}')
    spec = {"argv": [f"/x/{FACE}/bin/python"], "env": {"KEY": SECRET}, "language": "python"}
    data = home / ".local" / "share" / "jupyter" / "kernels"
    write(data / f"token={PASSWORD}" / "kernel.json", json.dumps(spec))
    with Server(ANSWERS[kind]) as aws:
        where = [] if real_place else ["--root", str(root), "--endpoint-url", aws.url]
        outputs = [
            run(home, [*command, *where])
            for command in (
                ["check", "--format", "json"],
                ["doctor", "--format", "json"],
                ["doctor"],
            )
        ]
    for output in outputs:
        assert leaks(output) == []
    assert "***" in outputs[1], "the doctor had something to mask"
    if not real_place:
        assert bool(aws.requests) == (kind not in ("error code", "proxy"))
    else:
        assert {"user_endpoint", "user_data_path"} <= {
            flag["flag"] for flag in json.loads(outputs[0])["integrity"]
        }


def test_no_secret_reaches_the_log_of_a_server(tmp_path: Path) -> None:
    root = notebook_instance(tmp_path / "root")
    write(root / POLICY, POLICIES["error"])
    with Server(ANSWERS["settings"]) as aws:
        stand_ins = [f"--SmGuardApp.root={root}", f"--SmGuardApp.endpoint_url={aws.url}"]
        own = {name: text for name, text in ENVIRONMENT.items() if not name.startswith("JUPYTER")}
        with Jupyter(tmp_path, ["--debug", *stand_ins], environment=own) as server:
            report = server.report()
            log = server.log.read_text()
    assert '"event": "evaluation"' in log
    assert leaks(log) == leaks(json.dumps(report)) == []
    assert aws.requests


def run(home: Path, command: list[str]) -> str:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "JUPYTER"))}
    done = subprocess.run(
        [sys.executable, "-m", "jupyter_sm_guard.cli", *command],
        env={**kept, "PYTHONPATH": SOURCES, **ENVIRONMENT, "HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode in (0, 1, 4), done.stderr
    return done.stdout + done.stderr
