"""Every rule about a parameter finds it however the request is written: with boto3, from a dict in
another cell, as one of the SDK's resources, with each class of the SDK, and on the command line in
JSON, in the short form and as a list of words."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from jupyter_sm_guard import catalog
from jupyter_sm_guard.gate import Entry
from jupyter_sm_guard.linter.engine import lint_document
from jupyter_sm_guard.linter.selection import Selection
from jupyter_sm_guard.notebook import read
from jupyter_sm_guard.requests import kebab, snake
from jupyter_sm_guard.rule import Rule
from jupyter_sm_guard.sdk import MAKERS
from jupyter_sm_guard.setting import Setting

pytestmark = pytest.mark.unit

SETTINGS = [
    (rule, setting)
    for rule in catalog.rules().values()
    for setting in rule.settings
    if isinstance(setting, Setting) and (setting.insecure or setting.missing != "never")
]
CLUSTERS = {
    "CreateTrainingJob": "ResourceConfig",
    "CreateProcessingJob": "ProcessingResources.ClusterConfig",
    "CreateTransformJob": "TransformResources",
    "CreateEndpointConfig": "ProductionVariants.[]",
}
JOB = "MonitoringScheduleConfig.MonitoringJobDefinition.MonitoringResources.ClusterConfig"
LARGE = {"InstanceCount": 2, "InstanceType": "ml.m5.large"}
SPECIAL = {"remote": "sagemaker.remote_function", "RemoteExecutor": "sagemaker.remote_function"}


def put(tree: dict[str, Any], path: str, value: object) -> None:
    """Put a value at a path like `Containers.[].Image`."""
    *way, last = path.split(".")
    for part, following in zip(way, [*way, last][1:], strict=True):
        if part != "[]":
            empty: Any = [{}] if following == "[]" else {}
            found = tree.setdefault(part, empty)
            tree = found[0] if isinstance(found, list) else found
    tree[last] = value


def parameters(setting: Setting) -> dict[str, Any]:
    """A request of two large instances with that setting as it must not be."""
    tree: dict[str, Any] = {"Name": "x"}
    operation = setting.operation
    if setting.when_given:
        several = setting.when_given.endswith(("Definitions", "Containers"))
        put(tree, f"{setting.when_given}{'.[]' if several else ''}.Other", "x")
    cluster = CLUSTERS.get(operation)
    if "MonitoringSchedule" in operation:
        cluster = JOB
    elif operation.endswith("JobDefinition"):
        cluster = "JobResources.ClusterConfig"
    elif operation == "CreateHyperParameterTuningJob":
        head, _, rest = setting.path.partition(".")
        part = rest.partition(".")[0] if rest.endswith("VolumeKmsKeyId") else "ResourceConfig"
        cluster = f"{head}.[].ResourceConfig" if head.endswith("s") else f"{head}.{part}"
    elif operation == "CreateFeatureGroup":
        put(tree, "OnlineStoreConfig.EnableOnlineStore", True)
        put(tree, "OfflineStoreConfig.S3StorageConfig.S3Uri", "s3://b")
    for name, value in LARGE.items() if cluster else ():
        put(tree, f"{cluster}.{name}", value)
    if setting.insecure:
        put(tree, setting.path, setting.insecure[0])
    return tree


def snaked(value: Any) -> Any:
    if isinstance(value, dict):
        return {snake(key): snaked(inner) for key, inner in value.items()}
    return [snaked(inner) for inner in value] if isinstance(value, list) else value


def short(value: Any) -> str:
    """A value in the short form of the AWS CLI, with the outer brackets."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{key}={short(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(short, value)) + "]"
    return str(value).lower() if isinstance(value, bool) else str(value)


def words(tree: dict[str, Any], *, in_short: bool) -> str:
    options = []
    for name, value in tree.items():
        if isinstance(value, bool):
            options.append(f"--{'' if value else 'no-'}{kebab(name)}")
            continue
        text = value if isinstance(value, str) else f"'{json.dumps(value)}'"
        if in_short and not isinstance(value, str):
            text = " ".join(
                f'"{short(each)[1:-1]}"' for each in (value if isinstance(value, list) else [value])
            )
        options.append(f"--{kebab(name)} {text}")
    return " ".join(options)


def forms(setting: Setting) -> Iterator[tuple[str, ...]]:
    tree, method, verb = parameters(setting), snake(setting.operation), kebab(setting.operation)
    given = json.dumps(tree)
    yield (f"import boto3\nboto3.client('sagemaker').{method}(**{tree!r})",)
    yield f"p = {tree!r}", f"import boto3\nsm = boto3.client('sagemaker')\nsm.{method}(**p)"
    yield (f"!aws sagemaker {verb} --cli-input-json '{given}'",)
    yield (f"%%bash\naws sagemaker {verb} {words(tree, in_short=False)}",)
    yield (f"%%bash\naws sagemaker {verb} {words(tree, in_short=True)}",)
    listed = ["aws", "sagemaker", verb, "--cli-input-json", given]
    yield (f"import subprocess\nsubprocess.run({listed!r})",)
    named = f"{tree | {'ClientToken': '$NAME'}!r}".replace("'$NAME'", "name")
    yield (
        f"given = {named}",
        (
            "import json, subprocess\n"
            f"subprocess.run({listed[:-1]!r} + [json.dumps(given, indent=1)])"
        ),
    )
    named = json.dumps(tree | {"ClientToken": "$NAME-$(date +%s)"})
    yield (f"%%bash\ncat > r.json <<EOF\n{named}\nEOF\n"
           f"aws sagemaker {verb} --cli-input-json file://r.json",)  # fmt: skip
    named = named.replace('"', '\\"')
    yield (f'%%bash\naws sagemaker {verb} --cli-input-json "{named}"',)
    if setting.operation.startswith("Create"):
        kind = setting.operation.removeprefix("Create")
        yield (f"from sagemaker.core import resources as r\nr.{kind}.create(**{snaked(tree)!r})",)


def found(cells: tuple[str, ...], *, strict: bool) -> set[str]:
    content = {
        "cells": [{"cell_type": "code", "metadata": {}, "source": c, "outputs": []} for c in cells],
        "metadata": {}, "nbformat": 4, "nbformat_minor": 4,
    }  # fmt: skip
    every = tuple(Entry(name) for name in catalog.rules())
    document = read(json.dumps(content).encode(), "a.ipynb")
    return {one.rule for one in lint_document(document, Selection(every, strict)).found}


@pytest.mark.parametrize(
    ("rule", "setting"), SETTINGS, ids=[f"{r.name}-{s.operation}-{s.path}" for r, s in SETTINGS]
)
def test_a_setting_is_found_in_every_form(rule: Rule, setting: Setting) -> None:
    for cells in forms(setting):
        assert rule.name in found(cells, strict=not setting.insecure), cells


@pytest.mark.parametrize("name", sorted(MAKERS))
def test_a_class_of_the_sdk_answers_for_what_it_leaves_out(name: str) -> None:
    maker = MAKERS[name]
    size = "instance_count=2, instance_type='ml.m5.large'"
    size = f"compute=Compute({size})" if "compute" in maker.nested else size
    module = SPECIAL.get(name, "sagemaker.workflow.function_step")
    cell = f"from {module} import {name}\nfrom sagemaker.train.configs import Compute\n"
    rules = found((f"{cell}{name}(role=role, {size})",), strict=True)
    assert rules >= {
        rule.name
        for rule, setting in SETTINGS
        if setting.operation == maker.operation
        and setting.missing != "never"
        and not setting.when_given
        and setting.path not in maker.secure
    }
