"""The admin's files: a bundle that is the same each time, a script that fits and holds what it was
given, and what the validator says of other scripts."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import re
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import replace
from importlib.metadata import FileHash, PackagePath, distribution
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.loaders import Loader
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyter_sm_guard.iam import in_json
from jupyter_sm_guard.lifecycle import LAST, MARK, MOST_BYTES, MOST_CONTENT, bundle, is_ours, rights
from jupyter_sm_guard.lifecycle import given as arguments
from jupyter_sm_guard.lifecycle.plan import to_apply, to_remove
from jupyter_sm_guard.lifecycle.render import (
    NEEDS,
    PLUGINS,
    RenderError,
    Wanted,
    policy_file,
    render,
)
from jupyter_sm_guard.lifecycle.validate import ALARMING, validate
from jupyter_sm_guard.policy import Jobs
from jupyter_sm_guard.policy.jobs import yaml as sdk_defaults
from jupyter_sm_guard.terminal import UsageError

pytestmark = pytest.mark.unit

HERE = Path(__file__).resolve().parent.parent
COMMAND = str(Path(sys.executable).parent / "jupyter-sm-guard")
NAMED = "jupyter_sm_guard-0.1.0-py3-none-any.whl"
WANTED = Wanted(NAMED, "a" * 64, "s3://bucket/guard")
OURS = f"#!/bin/bash\n{MARK}\n{LAST}\n"
GOOD = "#!/bin/bash\nexport PATH=/usr/bin:/bin\nexit 0\n"


def command(*arguments: str) -> tuple[int, str]:
    done = subprocess.run(
        [COMMAND, *arguments], capture_output=True, text=True, timeout=60, check=False
    )
    return done.returncode, done.stdout + done.stderr


# --- the script


@pytest.mark.parametrize("collector", [None, "b" * 64])
@pytest.mark.parametrize("locked", [False, True])
@pytest.mark.parametrize("jobs", [False, True])
def test_what_is_made_fits_is_ours_and_gives_nobody_an_alarm(
    locked: bool, jobs: bool, collector: str | None
) -> None:
    chosen = {"locked": locked, "sdk_defaults": jobs, "collector": collector}
    wanted = replace(WANTED, policy=b'contact = "x"\n', **chosen)  # type: ignore[arg-type]
    script = render(wanted).text
    assert is_ours(script)
    assert len(base64.b64encode(script.encode())) <= MOST_CONTENT
    assert validate(script.encode()) == ()
    assert [words for words in ALARMING if words in script] == []
    assert render(wanted).text == script
    assert "POLICY=inside\n" in script


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(exclude_characters="\r\0", exclude_categories=("Cs",)), max_size=5000))
def test_the_policy_comes_out_as_it_went_in(text: str) -> None:
    """Whatever it holds: quotes, `$(…)`, the end mark itself."""
    policy = f"# {text}\n".encode()
    script = render(replace(WANTED, policy=policy))
    assert len(script.text.encode()) <= MOST_BYTES
    if script.policy == "fetched":
        assert f"POLICY_SHA256={hashlib.sha256(policy).hexdigest()}\n" in script.text
        return
    start = script.text.index("policy_inside() {")
    function = script.text[start : script.text.index("\n}\n", start) + 3]
    printed = subprocess.run(
        ["bash", "-c", f"{function}policy_inside"], capture_output=True, check=True
    )
    assert printed.stdout == policy


@pytest.mark.parametrize("end", ["", "\n", "\n\n"])
def test_a_policy_s_end_makes_no_difference(end: str) -> None:
    text = render(replace(WANTED, policy=f'contact = "x"{end}'.encode())).text
    assert subprocess.run(["bash", "-n"], input=text, text=True, check=False).returncode == 0


def test_a_policy_that_does_not_fit_or_would_alarm_comes_from_beside_the_wheel() -> None:
    for policy in (
        b"#" * MOST_BYTES,
        b'contact = "169.254.169.254"\n',
        b"#\nJUPYTER_SM_GUARD_POLICY\nrm -rf /\n",
    ):
        script = render(replace(WANTED, policy=policy))
        assert script.policy == "fetched"
        assert b"rm -rf /\n" not in script.text.encode()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"wheel": "other-1.0-py3-none-any.whl"}, "is not the name of our wheel"),
        ({"wheel": "jupyter_sm_guard-1$(id)-py3-none-any.whl"}, "is not the name of our wheel"),
        ({"sha256": "A" * 64}, "is not a SHA-256"),
        ({"sha256": ""}, "nothing is not a SHA-256"),
        ({"source": "s3://b/$(id)"}, "give s3://bucket/prefix"),
        ({"source": "http://host/x"}, "give s3://bucket/prefix"),
        ({"kernels": ("a b",)}, "is not the name of an environment"),
        ({"kernels": ("../x",)}, "is not the name of an environment"),
        ({"extras": (("x.tar.gz", "a" * 64),)}, "is not the name of a pure-Python wheel"),
        ({"extras": (("x-1-py3-none-any.whl", "a"),)}, "is not a SHA-256"),
        ({"seconds": 4}, "give 5 to 240"),
        ({"seconds": 241}, "SageMaker allows 300"),
        ({"target": "studio", "locked": True}, "leave out --kernels, --locked and --collector"),
        ({"target": "studio", "collector": "a" * 64}, "leave out --kernels, --locked and --coll"),
        ({"collector": "a" * 63}, "is not a SHA-256"),
        ({"collector": "a" * 64, "source": "/home/ec2-user/SageMaker/x"}, "users can write to"),
        ({"collector": "a" * 64, "source": "/opt/../home/ec2-user"}, "users can write to"),
        ({"collector": "a" * 64, "python_package": "python3.10"}, "python3.11 to python3.14"),
        ({"python_package": "python3.12"}, "--python-package is for --collector"),
    ],
)
def test_what_can_t_go_into_a_script_is_refused(change: dict[str, Any], says: str) -> None:
    with pytest.raises(RenderError, match=re.escape(says)):
        render(replace(WANTED, **change))


def test_what_has_to_lie_in_a_folder_is_said() -> None:
    folder = replace(WANTED, source="/opt/guard")
    (says,) = render(folder).needs
    assert says.startswith("the wheel has to lie in /opt/guard of each instance")
    (says,) = render(replace(folder, collector="a" * 64)).needs
    assert says.startswith(f"the wheel and {NEEDS} have to lie in /opt/guard of each instance")


def test_every_plugin_of_the_front_end_is_locked_by_its_name() -> None:
    found = set()
    for file in (HERE / "labextension" / "src").glob("*.ts"):
        found |= set(re.findall(r"id: '?(?:jupyter-sm-guard:)([\w-]+)'", file.read_text()))
        found |= set(re.findall(r"id: `\$\{\w+\}:([\w-]+)`", file.read_text()))
    assert found <= set(PLUGINS)
    index = (HERE / "labextension" / "src" / "index.ts").read_text()
    listed = re.search(r"plugins.*= \[(.*?)\]", index, re.DOTALL)
    assert listed
    names = re.findall(r"\w+", listed[1])
    assert {re.sub("[A-Z]", lambda m: f"-{m[0].lower()}", name) for name in names} == set(PLUGINS)


# --- the validator

BROKEN = {
    "": "the script is empty",
    GOOD.replace("\n", "\r\n"): "line 1: has Windows line ends",
    "\ufeff" + GOOD: "line 1: begins with a byte order mark",
    GOOD[12:]: "line 1: does not begin with #!/bin/bash",
    GOOD + "#" * MOST_BYTES: f"more than the {MOST_BYTES} allowed",
    GOOD + "\0": "line 4: has a zero byte",
    GOOD.replace("exit 0\n", "if true; then\nexit 0\n"): "bash can't read it (syntax error",
    GOOD.replace("exit 0", "curl https://x -o y\nexit 0"): "line 3: curl may take longer",
    GOOD.replace("exit 0", "X=$(aws sagemaker list-tags)\nexit 0"): "line 3: aws may take longer",
    GOOD.replace("exit 0", "x=1; pip install \\\n  y\nexit 0"): "line 3: pip may take longer",
    GOOD.replace("exit 0", "sudo -u ec2-user -i <<'E'\npip install x\nE\nexit 0"): "line 4: pip",
    GOOD.replace("exit 0", "systemctl restart jupyter-server\nexit 0"): "line 3: waits for a serv",
    GOOD.replace("exit 0", "set -euo pipefail\nexit 0"): "line 3: with `set -e`",
    GOOD.replace(
        "exit 0", "initctl restart x --no-wait\nexit 0"
    ): "line 3: `initctl` does not work",
    GOOD.replace("exit 0", "sleep 600\nexit 0"): "line 3: sleeps for all of the 300 s",
    GOOD.replace("exit 0", "true"): "ends with whatever its last command says",
    GOOD.replace("exit 0", "exit 1"): "ends with whatever its last command says",
    GOOD.replace("export PATH=/usr/bin:/bin\n", ""): "relies on a PATH",
    **{GOOD + f"# {words}\n": f"line 4: has {words!r}" for words in ALARMING},
}


@pytest.mark.parametrize("script", BROKEN, ids=BROKEN.values())
def test_what_breaks_a_start_is_found_in_its_line(script: str) -> None:
    problems = validate(script.encode())
    assert any(BROKEN[script] in str(problem) for problem in problems), problems
    assert all(problem.remedy for problem in problems)


@pytest.mark.parametrize(
    "line",
    [
        "timeout 120 pip install x",
        "timeout 120 sudo -u ec2-user -i <<'E'\npip install x\nset -e\nE",
        "systemctl --no-block restart jupyter-server",
        "echo 'curl and pip are not run here'",
        "cat > /etc/motd <<E\npip install x\nset -e\nE",
        "true # systemctl restart x",
        "nohup pip install x &",
        "X=$(timeout 20 aws sts get-caller-identity)",
        "echo the aws command",
        "systemctl status x",
    ],
)
def test_what_breaks_nothing_is_let_be(line: str) -> None:
    assert validate(GOOD.replace("exit 0", f"{line}\nexit 0").encode()) == ()


def test_every_problem_is_told_at_once() -> None:
    script = "set -e\r\ncurl http://169.254.169.254/\r\nsystemctl restart x\r\nif\r\n"
    found = "\n".join(map(str, validate(script.encode())))
    for words in (
        "#!/bin/bash",
        "Windows",
        "set -e",
        "curl",
        "169.254",
        "--no-block",
        "bash can't",
    ):
        assert words in found


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_break_the_validator(content: bytes) -> None:
    for problem in validate(content):
        assert problem.line is None or 1 <= problem.line <= content.count(b"\n") + 2


def test_the_readme_s_own_script_is_good() -> None:
    text = (HERE / "README.md").read_text()
    for script in re.findall(r"```sh\n(#!/bin/bash\n.*?)```", text, re.DOTALL):
        assert not [problem for problem in validate(script.encode()) if problem.is_fatal]


def test_validate_tells_fatal_from_advice_by_its_exit_code(tmp_path: Path) -> None:
    script = tmp_path / "x.sh"
    script.write_text("#!/bin/bash\nexit 0\n")
    code, said = command("lifecycle", "validate", str(script))
    assert (code, "advice: relies on a PATH" in said) == (0, True)
    script.write_text(GOOD.replace("exit 0", "if false; then\n initctl restart x\nfi\nexit 0"))
    code, said = command("lifecycle", "validate", str(script))
    assert (code, "advice: line 4: `initctl` does not work" in said) == (0, True)
    script.write_text("#!/bin/bash\nset -e\nexit 0\n")
    assert command("lifecycle", "validate", str(script))[0] == 1
    assert command("lifecycle", "validate", str(tmp_path / "no"))[0] == 2


# --- the bundle


def test_a_bundle_is_the_same_each_time_and_its_manifest_right(tmp_path: Path) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text('contact = "x"\n')
    for name in ("one", "two"):
        code, said = command("bundle", "--output", str(tmp_path / name), "--policy", str(policy))
        assert code == 0, said
    one, two = ({p.name: p.read_bytes() for p in (tmp_path / n).iterdir()} for n in ("one", "two"))
    assert one == two
    manifest = json.loads(one["manifest.json"])
    for entry in manifest["files"]:
        content = one.pop(entry["name"])
        assert hashlib.sha256(content).hexdigest() == entry["sha256"]
        assert len(content) == entry["bytes"]
    assert set(one) == {"manifest.json"}
    checked = subprocess.run(
        ["sha256sum", "-c"], input=said, cwd=tmp_path / "one", text=True, check=False
    )
    assert checked.returncode == 0


def test_the_packed_wheel_holds_what_the_built_one_does() -> None:
    (built,) = (HERE / "dist").glob("*.whl")
    name, content = bundle.installed_wheel()
    assert name == built.name
    with zipfile.ZipFile(built) as first, zipfile.ZipFile(io.BytesIO(content)) as second:
        assert second.testzip() is None
        assert sorted(first.namelist()) == sorted(second.namelist())
        for member in first.namelist():
            if not member.endswith("/RECORD"):
                assert first.read(member) == second.read(member), member
        record = second.read(next(n for n in second.namelist() if n.endswith("/RECORD"))).decode()
    assert len(record.splitlines()) == len(second.namelist())


def test_what_an_installer_writes_down_for_itself_is_in_no_bundle(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """uv notes when; pip, whence."""
    real = distribution("jupyter_sm_guard")
    note = PackagePath(f"jupyter_sm_guard-{real.version}.dist-info/uv_cache.json")
    (tmp_path / "note").write_text('{"timestamp": 1}')
    digest = base64.urlsafe_b64encode(hashlib.sha256(b'{"timestamp": 1}').digest()).decode()
    note.hash = FileHash(f"sha256={digest.rstrip('=')}")
    note.dist = SimpleNamespace(locate_file=lambda _: tmp_path / "note")  # type: ignore[assignment]
    found = SimpleNamespace(version=real.version, files=[*(real.files or ()), note])
    before = bundle.installed_wheel()
    monkeypatch.setattr(bundle, "distribution", lambda _: found)
    assert bundle.installed_wheel() == before


def test_a_bundle_is_the_same_in_another_place_time_and_umask(tmp_path: Path) -> None:
    for name, setting in (("one", "umask 077; TZ=Asia/Tokyo LC_ALL=C"), ("two", "umask 000;")):
        line = f'cd {tmp_path}; {setting} exec "{COMMAND}" bundle --output {name}'
        subprocess.run(["bash", "-c", line], stdout=subprocess.DEVNULL, check=True)
    one, two = ({p.name: p.read_bytes() for p in (tmp_path / n).iterdir()} for n in ("one", "two"))
    assert one == two


@pytest.mark.parametrize("typed", ["s3:/bucket/guard", "s3:bucket", "S3://bucket/guard", "s3://"])
def test_a_mistyped_place_in_s3_is_no_folder(typed: str) -> None:
    with pytest.raises(UsageError, match="give s3://bucket/prefix"):
        arguments.place(typed)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda p: (p / "x.whl").write_bytes(b""), "x.whl is not named as our wheel"),
        (lambda p: (p / NAMED).write_bytes(b"no zip"), "is not a wheel (no zip file)"),
        (lambda _: None, "No such file"),
    ],
)
def test_another_file_in_place_of_the_wheel_is_refused(make: Any, says: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        make(Path(folder))
        wheel = next(Path(folder).iterdir(), Path(folder) / NAMED)
        with pytest.raises(bundle.BundleError, match=re.escape(says)):
            bundle.contents(wheel, None, with_kernels=False)


def test_a_bundle_goes_into_no_folder_with_other_files(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(bundle.BundleError, match=r"holds mine\.txt"):
        bundle.lay({"a": b""}, tmp_path)
    (tmp_path / "mine.txt").unlink()
    bundle.lay({"a": b"1"}, tmp_path)
    bundle.lay({"a": b"2"}, tmp_path)
    assert (tmp_path / "a").read_bytes() == b"2"


# --- what is given


def test_a_wheel_s_hash_is_computed_or_asked_for(tmp_path: Path) -> None:
    wheel = tmp_path / NAMED
    wheel.write_bytes(b"x")
    digest = hashlib.sha256(b"x").hexdigest()
    here = "/home/ec2-user/SageMaker"
    target = "notebook-instance"
    assert arguments.wheel(str(wheel), None, None, target) == (NAMED, digest, here)
    in_s3 = f"s3://bucket/p/{NAMED}"
    assert arguments.wheel(in_s3, "B" * 64, None, target) == (NAMED, "b" * 64, "s3://bucket/p")
    for given_now in (
        (in_s3, None, None),
        (in_s3, "a" * 64, "s3://other/p"),
        (str(wheel), "a" * 64, None),
        (str(tmp_path / "none.whl"), None, None),
    ):
        with pytest.raises(UsageError):
            arguments.wheel(*given_now, target)


def test_a_policy_with_a_mistake_goes_nowhere(tmp_path: Path) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text("intervall_minutes = 3\n")
    for line in (
        ("bundle", "--output", str(tmp_path / "out")),
        ("lifecycle", "render", "--wheel", f"s3://bucket/{NAMED}", "--sha256", "a" * 64),
    ):
        code, said = command(*line, "--policy", str(policy))
        assert (code, said.count("\n")) == (2, 1)
        assert "did you mean interval_minutes?" in said
    assert not (tmp_path / "out").exists()


def test_defaults_for_jobs_are_wanted_of_a_policy_that_speaks_of_them(tmp_path: Path) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text('contact = "x"\n')
    base = ("lifecycle", "render", "--wheel", f"s3://bucket/{NAMED}", "--sha256", "a" * 64)
    code, said = command(*base, "--sdk-defaults")
    assert (code, "takes them from [jobs] of the policy; give --policy" in said) == (2, True)
    code, said = command(*base, "--sdk-defaults", "--policy", str(policy))
    assert (code, "policy.toml: says nothing of jobs; add [jobs], or" in said) == (2, True)
    policy.write_text('[jobs]\nkms_key = "alias/jobs"\n')
    code, said = command(*base, "--sdk-defaults", "--policy", str(policy))
    assert (code, "set_defaults() {" in said) == (0, True)
    assert "set_defaults() {" not in command(*base, "--policy", str(policy))[1]


def test_the_script_knows_its_own_defaults_file_by_its_first_line() -> None:
    script = render(replace(WANTED, sdk_defaults=True)).text
    (ours,) = re.findall(r"^OURS='(.*)'$", script, re.MULTILINE)
    assert sdk_defaults(Jobs()).startswith(ours)


def test_further_wheels_are_all_but_ours(tmp_path: Path) -> None:
    names = (NAMED, "comm-0.2.3-py3-none-any.whl")
    for name in names:
        (tmp_path / name).write_bytes(b"x")
    digest = hashlib.sha256(b"x").hexdigest()
    assert arguments.extras(sorted(tmp_path.iterdir()), NAMED) == ((names[1], digest),)


def test_what_has_to_lie_elsewhere_is_said(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / NAMED, "w") as wheel:
        wheel.writestr("jupyter_sm_guard/__init__.py", "")
    long = tmp_path / "policy.toml"
    long.write_text("#" * MOST_BYTES)
    line = ("lifecycle", "render", "--wheel", str(tmp_path / NAMED))
    folder = "the wheel has to lie in /home/ec2-user/SageMaker of each instance; or give --from s3:"
    for more in ((), ("--output", str(tmp_path / "out"))):
        assert folder in command(*line, *more)[1]
        said = command(*line, "--from", "s3://b12/x", "--policy", str(long), *more)[1]
        name = policy_file(long.read_bytes())
        assert f"script takes s3://b12/x/{name}, where `bundle --policy` puts it" in said
        assert name in bundle.contents(tmp_path / NAMED, long.read_bytes(), with_kernels=False)
        assert " of each instance" not in said


def test_kernels_are_all_none_or_names() -> None:
    assert arguments.kernels(["none"]) == ()
    assert arguments.kernels(["a", "b"]) == ("a", "b")
    with pytest.raises(UsageError, match="not several"):
        arguments.kernels(["all", "b"])


# --- the plan


@pytest.mark.parametrize("root", ["Enabled", "Disabled", None])
def test_an_update_says_of_root_access_what_is_so(root: str | None) -> None:
    """Nobody says what an update without it does."""
    instance = {"NotebookInstanceName": "Ann", "NotebookInstanceStatus": "Stopped"}
    told = {**instance, **({"RootAccess": root} if root else {})}
    config = {"OnStart": [{"Content": base64.b64encode(OURS.encode()).decode()}]}
    for plan in (
        to_apply("guard", f"{OURS}2", config, [told], replace=False),
        to_remove("guard", config, [told]),
    ):
        (update,) = [step for step in plan.steps if step.operation == "UpdateNotebookInstance"]
        assert update.parameters.get("RootAccess") == root


def test_an_update_keeps_the_script_for_creation() -> None:
    content = base64.b64encode(OURS.encode()).decode()
    config = {"OnStart": [{"Content": content}], "OnCreate": [{"Content": "eA=="}]}
    (step,) = to_apply("guard", f"{OURS}2", config, [], replace=False).steps
    assert step.parameters["OnCreate"] == config["OnCreate"]
    removed = to_remove("guard", config, [])
    assert (removed.steps, removed.settled) == (
        (),
        ("guard stays: it has a script for creation, which is not the guard's",),
    )


# --- rights


def test_rights_are_the_least_that_the_calls_need() -> None:
    account = ("eu-central-1", "111122223333")
    admin = rights.for_admin("Team", *account, "s3://bucket/guard")
    instance = rights.for_instance(*account, "s3://bucket/guard/")
    for policy in (admin, instance):
        statements = list(in_json(json.dumps(policy), lambda index: index))
        assert statements
        for statement in statements:
            actions = {action.text for action in statement.actions}
            assert not any("*" in action for action in actions)
            everywhere = any(resource.text == "*" for resource in statement.resources)
            assert not everywhere or actions == {"sagemaker:ListNotebookInstances"}
    listed = {action for one in admin["Statement"] for action in one["Action"]}
    source = (HERE / "jupyter_sm_guard" / "lifecycle").glob("*.py")
    text = "".join(path.read_text() for path in source)
    called = set(re.findall(r'"((?:Create|Describe|Update|Delete|List|Put)[A-Z]\w+)"', text))
    assert {action.split(":")[1] for action in listed} == called
    assert "arn:aws-cn:s3:::b/*" in str(rights.for_instance("cn-north-1", "1", "s3://b"))


def test_rights_with_stand_ins_say_whose_they_are() -> None:
    line = ("lifecycle", "show-iam", "--for", "instance")
    assert "put yours in place of REGION and ACCOUNT, or give --region" in command(*line)[1]
    told = command(*line, "--region", "eu-central-1", "--account", "111122223333")[1]
    assert json.loads(told)["Version"] == "2012-10-17"


def test_rights_are_for_the_partition_of_the_region() -> None:
    loader = Loader(
        extra_search_paths=[Loader.BUILTIN_DATA_PATH], include_default_search_paths=False
    )
    for partition in loader.load_data("partitions")["partitions"]:
        for region in partition["regions"]:
            told = rights.for_instance(region, "111122223333", "s3://bucket/guard")
            resources = [one["Resource"].split(":")[1] for one in told["Statement"]]
            assert region.endswith("-global") or set(resources) == {partition["id"]}, region
