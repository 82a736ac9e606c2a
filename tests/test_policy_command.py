"""`policy validate`, `show`, `init` and `sdk-defaults` as an admin types them, and the linter that
goes by what they say."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from jupyter_sm_guard.cli import main
from jupyter_sm_guard.model import utc_now
from jupyter_sm_guard.policy import MORE, PATH, Jobs
from jupyter_sm_guard.policy.jobs import ISOLATION, KMS, TRAFFIC, VPC, defaults
from jupyter_sm_guard.policy.jobs import yaml as as_yaml
from jupyter_sm_guard.policy.starter import STARTER

pytestmark = pytest.mark.unit

TODAY = utc_now().date()
WAIVERS = f"""
[[waivers]]
check = "CHECK"
owner = "Kim"
reason = "until it is mended"
ticket = "OPS-1"
granted = {TODAY - timedelta(days=30)}
expires = {TODAY + timedelta(days=5)}
[waivers.scope]
accounts = ["111122223333"]
[[waivers]]
check = "CHECK"
owner = "Ann"
reason = "long ago"
ticket = "OPS-2"
granted = {TODAY - timedelta(days=60)}
expires = {TODAY - timedelta(days=1)}
[waivers.scope]
instances = ["*"]
"""
JOBS = Jobs(("subnet-1", "subnet-2"), ("sg-1",), "alias/jobs: 'x'\n#")
Machine = Path


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A notebook instance without any policy."""
    metadata = tmp_path / "opt/ml/metadata/resource-metadata.json"
    metadata.parent.mkdir(parents=True)
    arn = "arn:aws:sagemaker:eu-central-1:111122223333:notebook-instance/team-nb"
    metadata.write_text(json.dumps({"ResourceArn": arn, "ResourceName": "Team-NB"}))
    (tmp_path / MORE.lstrip("/")).mkdir(parents=True)
    return tmp_path


def policy_of(machine: Machine, text: str) -> Path:
    path = machine / PATH.lstrip("/")
    path.write_text(text)
    return path


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    code = main([str(argument) for argument in arguments])
    out, err = capsys.readouterr()
    return code, out, err


def test_a_policy_is_started_validated_and_shown(
    machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    path = machine / PATH.lstrip("/")
    assert run(capsys, "policy", "init", "--output", path) == (0, "", "")
    assert path.read_text() == STARTER == run(capsys, "policy", "init")[1]
    code, _, err = run(capsys, "policy", "init", "--output", path)
    assert (code, "is there already" in err) == (2, True)
    assert run(capsys, "policy", "validate", path) == (0, "valid, 0 waivers\n", "")
    code, out, _ = run(capsys, "policy", "show", "--root", machine)
    assert (code, "(built-in)" in out) == (0, True)


def test_every_mistake_is_a_line_and_the_code_is_2(
    machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    path = policy_of(machine, "contatc = 1\n\ninterval_minutes = 0\n" + WAIVERS)
    code, out, err = run(capsys, "policy", "validate", path)
    assert (code, out) == (2, "")
    lines = err.splitlines()
    assert [line.partition(": ")[0] for line in lines] == [
        f"{path}, line {n}" for n in (1, 3, 6, 15)
    ]
    assert "did you mean contact?" in lines[0]
    code, _, err = run(capsys, "policy", "validate", machine / "none.toml")
    assert (code, "there is no file" in err) == (2, True)


def test_what_has_no_effect_or_soon_none_is_noted(
    machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    more = WAIVERS.replace("CHECK", "no-such-rule")
    path = policy_of(machine, WAIVERS.replace("CHECK", "SageMaker.3") + more)
    code, out, _ = run(capsys, "policy", "validate", path)
    assert code == 0
    assert (
        f"note: the waiver of SageMaker.3 (OPS-1, Kim) ends on {TODAY + timedelta(days=5)}" in out
    )
    assert f"(OPS-2, Ann) expired on {TODAY - timedelta(days=1)}: nothing is waived by it" in out
    assert "note: waivers names no-such-rule, a rule that this version does not know" in out
    assert out.endswith("valid, 4 waivers\n")


def test_every_value_is_shown_with_its_source(
    machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    policy_of(machine, 'contact = "us"\n[controls."SageMaker.8"]\nenabled = false\n')
    extra = machine / MORE.lstrip("/") / "team.toml"
    extra.write_text(WAIVERS.replace("CHECK", "SageMaker.3"))
    shown = json.loads(run(capsys, "policy", "show", "--root", machine, "--format", "json")[1])
    settings = {each["key"]: (each["value"], each["source"]) for each in shown["settings"]}
    assert shown["files"] == [PATH, f"{MORE}/team.toml"]
    assert settings["contact"] == ("us", PATH)
    assert settings['controls."SageMaker.8".enabled'] == (False, PATH)
    assert settings['controls."SageMaker.3".enabled'] == (True, "built-in")
    assert settings["longest_waiver_days"] == (90, "built-in")
    assert [waiver["source"] for waiver in shown["waivers"]] == [f"{MORE}/team.toml"] * 2
    text = run(capsys, "policy", "show", "--root", machine)[1]
    assert all(key in text for key in settings)


def test_why_a_check_is_waived_or_not(machine: Machine, capsys: pytest.CaptureFixture[str]) -> None:
    policy_of(machine, WAIVERS.replace("CHECK", "SageMaker.3"))
    why: dict[str, Any] = json.loads(
        run(
            capsys, "policy", "show", "--why", "sagemaker.3", "--root", machine, "--format", "json"
        )[1]
    )
    assert why["check"] == "SageMaker.3"
    assert why["waived"] is True
    told = [(one["ticket"], one["applies"], one["why"]) for one in why["waivers"]]
    assert told == [
        ("OPS-1", True, f"it is in force until {TODAY + timedelta(days=5)} and its scope fits"),
        ("OPS-2", False, f"it expired on {TODAY - timedelta(days=1)}"),
    ]
    text = run(capsys, "policy", "show", "--why", "SageMaker.3", "--root", machine)[1]
    assert "applies: SageMaker.3 for accounts 111122223333" in text
    assert "does not apply: SageMaker.3 for instances *" in text
    none = run(capsys, "policy", "show", "--why", "sudo-in-cell", "--root", machine)[1]
    assert "waivers: none of sudo-in-cell" in none
    code, _, err = run(capsys, "policy", "show", "--why", "SageMaker.33", "--root", machine)
    assert (code, "did you mean SageMaker.3?" in err) == (2, True)


def test_a_policy_that_is_not_used_is_shown_with_what_is(
    machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    policy_of(machine, "contact = 5")
    code, out, _ = run(capsys, "policy", "show", "--root", machine)
    assert code == 0
    assert out.startswith("not usable: /etc/jupyter-sm-guard/policy.toml, line 1: contact must be")
    assert "so the built-in one applies\n" in out


# --- defaults for jobs ----------------------------------------------------------------------------


def at(found: dict[str, Any], path: str) -> Any:
    node: Any = found["SageMaker"]
    for key in path.split("."):
        node = node[key]
    return node


def test_what_is_written_is_what_yaml_reads() -> None:
    found = yaml.safe_load(as_yaml(JOBS))
    assert found == defaults(JOBS)
    assert found["SchemaVersion"] == "1.0"
    vpc = {"Subnets": ["subnet-1", "subnet-2"], "SecurityGroupIds": ["sg-1"]}
    assert all(at(found, path) == vpc for path in VPC)
    assert all(at(found, path) is True for path in (*ISOLATION, *TRAFFIC))
    assert all(at(found, path) == JOBS.kms_key for path in KMS)


def test_what_the_policy_leaves_open_is_left_open() -> None:
    nothing = Jobs(network_isolation=False, traffic_encryption=False)
    assert defaults(nothing) == {"SchemaVersion": "1.0", "SageMaker": {}}
    assert yaml.safe_load(as_yaml(nothing)) == defaults(nothing)


def test_sdk_defaults_want_a_policy_that_speaks_of_jobs(
    machine: Machine, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    code, _, err = run(capsys, "sdk-defaults", "--root", machine)
    assert (code, "says nothing of jobs; add at least [jobs]" in err) == (2, True)
    path = policy_of(machine, "[jobs]\nkms_key = 'alias/jobs'\n")
    out = run(capsys, "sdk-defaults", "--root", machine, "--output", "-")[1]
    assert at(yaml.safe_load(out), "TrainingJob.OutputDataConfig.KmsKeyId") == "alias/jobs"
    assert run(capsys, "sdk-defaults", "--policy", path)[1] == out
    written = tmp_path / "config.yaml"
    assert run(capsys, "sdk-defaults", "--policy", path, "--output", written) == (0, "", "")
    assert written.read_text() == out
    path.write_text("[jobs]\nkms_key = 'alias/jobs'\nkms = 1\n")
    code, _, err = run(capsys, "sdk-defaults", "--root", machine)
    assert (code, "did you mean kms_key?" in err) == (2, True)


JOB = """
from sagemaker.estimator import Estimator
estimator = Estimator(image_uri="i", role=role, instance_count=2, instance_type="ml.m5.xlarge")
estimator.fit()
"""


def test_a_job_without_parameters_is_a_finding_until_the_defaults_are_there(
    machine: Machine,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    code, config = tmp_path / "job.py", tmp_path / "config.yaml"
    code.write_text(JOB)
    monkeypatch.setenv("SAGEMAKER_USER_CONFIG_OVERRIDE", str(tmp_path / "none.yaml"))
    monkeypatch.setenv("SAGEMAKER_ADMIN_CONFIG_OVERRIDE", str(config))
    lint = ("lint", "--profile", "strict", "--no-cache", "--no-config", "--format", "json", code)

    def checks() -> set[str]:
        return {f["check"] for f in json.loads(run(capsys, *lint)[1])["findings"]}

    wanting = checks()
    assert {"training-job-outside-vpc", "training-job-without-network-isolation"} <= wanting
    assert {
        "training-job-without-traffic-encryption",
        "training-job-volume-without-kms-key",
    } <= wanting
    policy_of(
        machine,
        "[jobs]\nsubnets = ['subnet-1']\nsecurity_groups = ['sg-1']\nkms_key = 'alias/jobs'\n",
    )
    assert run(capsys, "sdk-defaults", "--root", machine, "--output", config)[0] == 0
    assert checks() == set()


# --- the linter -----------------------------------------------------------------------------------


def test_what_the_policy_says_of_rules(
    machine: Machine, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    from jupyter_sm_guard.commands.lint import exit_code
    from jupyter_sm_guard.lint_outputs import Display
    from jupyter_sm_guard.linter.run import Wish, lint
    from jupyter_sm_guard.place import Place

    code = tmp_path / "a.sh"
    code.write_text("sudo systemctl stop x\n")
    notebook = tmp_path / "a.ipynb"
    cell = {"cell_type": "code", "source": "!sudo ls", "metadata": {}, "outputs": []}
    notebook.write_text(
        json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 4})
    )
    wish = Wish((str(notebook),), cached=False, isolated=True)
    place = Place(machine)

    (found,) = lint(wish, place).findings
    assert (found.check, found.waiver) == ("sudo-in-cell", None)
    assert exit_code(lint(wish, place), "low") == 1

    policy_of(
        machine,
        "[lint.severities]\nsudo-in-cell = 'low'\n" + WAIVERS.replace("CHECK", "sudo-in-cell"),
    )
    report = lint(wish, place)
    (found,) = report.findings
    assert found.severity.value == "LOW"
    assert found.waiver is not None
    assert exit_code(report, "low") == 0
    from jupyter_sm_guard.catalog import lint_outputs

    text = lint_outputs()["text"].render(report, Display())
    assert "waived until" in text
    assert "Found 0 findings; 1 waived." in text
    sarif = json.loads(lint_outputs()["sarif"].render(report, Display()))
    assert sarif["runs"][0]["results"][0]["suppressions"][0]["kind"] == "external"

    policy_of(machine, "[lint]\nrules_off = ['sudo-in-cell']\nprofile = 'strict'\n")
    report = lint(wish, place)
    assert (report.findings, report.turned_off, report.profile) == ((), ("sudo-in-cell",), "strict")

    policy_of(machine, "mandatory_rules = ['sudo-in-cell']")
    (machine / MORE.lstrip("/") / "x.toml").write_text("[lint]\nrules_off = ['sudo-in-cell']\n")
    assert len(lint(wish, place).findings) == 1
