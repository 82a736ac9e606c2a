"""The script as infrastructure code, read by the tools that it is for: what they would hand to AWS
is the script that was made, byte for byte.

Those that take long to install come with `make infrastructure`, which then runs this file.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import hcl2
import jsonschema
import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from jupyter_sm_guard.lifecycle.render import Wanted, render
from jupyter_sm_guard.lifecycle.templates import FILES, NAME, SCRIPT
from jupyter_sm_guard.policy import Jobs
from jupyter_sm_guard.policy.jobs import yaml as sdk_defaults

HERE = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
INSTALLED = HERE / "build" / "infrastructure"
CDK = INSTALLED / "bin" / "python"
TERRAFORM = shutil.which("terraform")
WANTED = Wanted("jupyter_sm_guard-0.1.0-py3-none-any.whl", "a" * 64, "s3://bucket/guard")
HOSTILE = (
    'contact = "é: ${aws:x} %{if x} $${y} !Sub {{x}} \\\\n 😀"\n   \n\t\n# | > blanks   \t\n'
).encode()
"""Of a policy: what means something to one of the languages that the script is written down in."""


def command(*arguments: str | Path) -> tuple[int, str]:
    done = subprocess.run(
        [BIN / "jupyter-sm-guard", *arguments], capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


def made(folder: Path, format: str) -> tuple[Path, str]:
    """The file of that format, written by the command, and the script beside it."""
    (folder / "policy.toml").write_bytes(HOSTILE)
    what = ("--wheel", f"{WANTED.source}/{WANTED.wheel}", "--sha256", WANTED.sha256)
    where = ("--name", "0123", "--format", format, "--output", folder / "out")
    code, said = command("lifecycle", "render", *what, "--policy", folder / "policy.toml", *where)
    assert code == 0, said
    script = (folder / "out" / SCRIPT).read_bytes().decode()
    assert script == render(replace(WANTED, policy=HOSTILE)).text
    assert HOSTILE.decode() in script
    return folder / "out" / FILES[format][0], script


def properties(template: str) -> dict[str, Any]:
    found = yaml.safe_load(template.replace("!GetAtt ", ""))
    return dict(found["Resources"]["SmGuard"]["Properties"])


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(exclude_characters="\r\0", exclude_categories=("Cs",)), max_size=3000))
@example("\x85\u2028\ufeff\x7f\x0b")
@example("a\n   \n\t\nb   \n")
def test_cloudformation_holds_the_very_script(text: str) -> None:
    script = render(replace(WANTED, policy=f"# {text}\n".encode())).text
    assert properties(FILES["cloudformation"][1]("0123", script)) == {
        "NotebookInstanceLifecycleConfigName": "0123",
        "OnStart": [{"Content": {"Fn::Base64": script}}],
    }


def test_cloudformation_s_own_linter_has_nothing_to_say(tmp_path: Path) -> None:
    template, script = made(tmp_path, "cloudformation")
    assert properties(template.read_text())["OnStart"] == [{"Content": {"Fn::Base64": script}}]
    escaped = tmp_path / "escaped.yaml"
    escaped.write_text(FILES["cloudformation"][1]("team", f"{script}# \x85\n"))
    lint = [BIN / "cfn-lint", "--regions", "eu-central-1", "--", template, escaped]
    done = subprocess.run(lint, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_terraform_reads_the_script_beside_it(tmp_path: Path) -> None:
    file, _ = made(tmp_path, "terraform")
    with file.open() as opened:
        (resource,) = hcl2.load(opened)["resource"]
    ((kind, named),) = resource.items()
    assert kind.strip('"') == "aws_sagemaker_notebook_instance_lifecycle_configuration"
    (found,) = named.values()
    assert found["name"] == '"0123"'
    assert found["on_start"] == f'${{base64encode(file("${{path.module}}/{SCRIPT}"))}}'


@pytest.mark.skipif(TERRAFORM is None, reason="there is no terraform here")
def test_terraform_takes_the_script_as_it_is(tmp_path: Path) -> None:
    """Without AWS's provider, which has to be fetched: one that is built in takes the same."""
    file, script = made(tmp_path, "terraform")
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "CHECKPOINT_DISABLE": "1"}

    def terraform(*arguments: str) -> str:
        line = [str(TERRAFORM), f"-chdir={file.parent}", *arguments]
        done = subprocess.run(line, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    assert terraform("fmt", "-check", "-diff") == ""
    text = file.read_text()
    (block,) = re.findall(r"^resource .*?^}$", text, re.DOTALL | re.MULTILINE)
    body = "\n".join(block.splitlines()[1:-1])
    output = 'output "all" {\n  value = terraform_data.x.output\n}\n'
    file.write_text(f'resource "terraform_data" "x" {{\n  input = {{\n{body}\n  }}\n}}\n{output}')
    terraform("init", "-no-color")
    terraform("apply", "-auto-approve", "-no-color")
    found = json.loads(terraform("output", "-json", "all"))
    assert (found["name"], base64.b64decode(found["on_start"])) == ("0123", script.encode())


APP = """
import sys
sys.path.insert(0, sys.argv[1])
from aws_cdk import App, Stack
from sm_guard import SmGuard
app = App(outdir=sys.argv[2])
stack = Stack(app, "S")
stack.export_value(SmGuard(stack, "Guard").config_name)
app.synth()
"""


@pytest.mark.skipif(not CDK.exists(), reason="run `make infrastructure`, which installs CDK")
def test_cdk_makes_a_template_with_the_very_script(tmp_path: Path) -> None:
    file, script = made(tmp_path, "cdk")
    line = [CDK, "-c", APP, file.parent, tmp_path / "cdk.out"]
    done = subprocess.run(line, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    template = json.loads((tmp_path / "cdk.out" / "S.template.json").read_text())
    (config,) = (
        each
        for each in template["Resources"].values()
        if each["Type"] == "AWS::SageMaker::NotebookInstanceLifecycleConfig"
    )
    assert config["Properties"] == {
        "NotebookInstanceLifecycleConfigName": "0123",
        "OnStart": [{"Content": {"Fn::Base64": script}}],
    }


def test_cdk_s_construct_is_python_that_reads_the_script_beside_it(tmp_path: Path) -> None:
    file, _ = made(tmp_path, "cdk")
    compile(file.read_text(), file.name, "exec")
    assert f'with_name("{SCRIPT}")' in file.read_text()
    assert 'notebook_instance_lifecycle_config_name="0123"' in file.read_text()


def test_what_reads_the_script_beside_it_goes_to_no_terminal(tmp_path: Path) -> None:
    wheel = tmp_path / WANTED.wheel
    wheel.write_bytes(b"wheel")
    base = ("lifecycle", "render", "--wheel", wheel, "--from", "s3://b12/x")
    for format in ("terraform", "cdk"):
        code, said = command(*base, "--format", format)
        assert (code, f"--format {format} reads {SCRIPT} beside it" in said) == (2, True)
    assert hashlib.sha256(b"wheel").hexdigest() in command(*base, "--format", "cloudformation")[1]


def test_names_are_those_that_sagemaker_takes() -> None:
    from jupyter_sm_guard.demo.constraints import violation

    operation = "CreateNotebookInstanceLifecycleConfig"
    for name in ("a", "A-1", "a--b", "-a", "a-", "a_b", "", "a" * 63, "a" * 64, "ä"):
        refused = violation(operation, {"NotebookInstanceLifecycleConfigName": name})
        assert (NAME.fullmatch(name) is None) == (refused is not None), name


# --- the SageMaker SDK's defaults, by the SDK's own schema


@pytest.mark.skipif(not CDK.exists(), reason="run `make infrastructure`, which fetches the SDKs")
@pytest.mark.parametrize("version", ["2", "3"])
@pytest.mark.parametrize(
    "jobs",
    [
        Jobs(("subnet-1",), ("sg-1",), "arn:aws:kms:eu-central-1:111122223333:key/1-2"),
        Jobs(kms_key="alias/jobs", network_isolation=False, traffic_encryption=False),
        Jobs(network_isolation=False, traffic_encryption=False),
        Jobs(),
    ],
)
def test_the_sdk_takes_its_defaults(version: str, jobs: Jobs) -> None:
    schema: dict[str, Any] = {}
    (file,) = (INSTALLED / f"sdk-{version}").rglob("config/config_schema.py")
    exec(compile(file.read_text(), str(file), "exec"), schema)
    found = yaml.safe_load(sdk_defaults(jobs))
    jsonschema.validate(found, schema["SAGEMAKER_PYTHON_SDK_CONFIG_SCHEMA"])
    found["SageMaker"]["TrainingJob"] = {"VpcConfig": {"Subnets": "subnet-1"}}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(found, schema["SAGEMAKER_PYTHON_SDK_CONFIG_SCHEMA"])
