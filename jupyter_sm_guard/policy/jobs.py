"""What the policy wants of jobs, as defaults of the SageMaker Python SDK: its `config.yaml`.

Where each parameter stands is said by the SDK's own schema (`sagemaker/config/config_schema.py`),
the same in its versions 2 and 3. An argument that code leaves out is then taken from there; what
code says itself counts. Of SDK 3, ModelTrainer takes all of it but the encryption between
containers, which has to stand in code.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from .decisions import Jobs

_MONITORED = "MonitoringSchedule.MonitoringScheduleConfig.MonitoringJobDefinition"

VPC = (
    *("TrainingJob.VpcConfig", "ProcessingJob.NetworkConfig.VpcConfig", "Model.VpcConfig"),
    *("AutoMLJob.AutoMLJobConfig.SecurityConfig.VpcConfig", "AutoMLJobV2.SecurityConfig.VpcConfig"),
    *("CompilationJob.VpcConfig", f"{_MONITORED}.NetworkConfig.VpcConfig"),
    *("PythonSDK.Modules.RemoteFunction.VpcConfig", "PythonSDK.Modules.NotebookJob.VpcConfig"),
)
ISOLATION = (
    *("TrainingJob.EnableNetworkIsolation", "Model.EnableNetworkIsolation"),
    "ProcessingJob.NetworkConfig.EnableNetworkIsolation",
    f"{_MONITORED}.NetworkConfig.EnableNetworkIsolation",
)
TRAFFIC = tuple(
    f"{place}.EnableInterContainerTrafficEncryption"
    for place in (
        *("TrainingJob", "ProcessingJob.NetworkConfig", f"{_MONITORED}.NetworkConfig"),
        *("AutoMLJob.AutoMLJobConfig.SecurityConfig", "AutoMLJobV2.SecurityConfig"),
        "PythonSDK.Modules.RemoteFunction",
    )
)
KMS = (
    *("TrainingJob.OutputDataConfig.KmsKeyId", "TrainingJob.ResourceConfig.VolumeKmsKeyId"),
    "ProcessingJob.ProcessingOutputConfig.KmsKeyId",
    "ProcessingJob.ProcessingResources.ClusterConfig.VolumeKmsKeyId",
    *("TransformJob.TransformOutput.KmsKeyId", "TransformJob.TransformResources.VolumeKmsKeyId"),
    *("AutoMLJob.OutputDataConfig.KmsKeyId", "AutoMLJobV2.OutputDataConfig.KmsKeyId"),
    "AutoMLJob.AutoMLJobConfig.SecurityConfig.VolumeKmsKeyId",
    "AutoMLJobV2.SecurityConfig.VolumeKmsKeyId",
    *("CompilationJob.OutputConfig.KmsKeyId", "EndpointConfig.KmsKeyId"),
    # these two the SDK takes only where code has endpoints write such data
    "EndpointConfig.DataCaptureConfig.KmsKeyId",
    "EndpointConfig.AsyncInferenceConfig.OutputConfig.KmsKeyId",
    f"{_MONITORED}.MonitoringOutputConfig.KmsKeyId",
    f"{_MONITORED}.MonitoringResources.ClusterConfig.VolumeKmsKeyId",
    *("PythonSDK.Modules.RemoteFunction.S3KmsKeyId", "PythonSDK.Modules.NotebookJob.S3KmsKeyId"),
    "PythonSDK.Modules.RemoteFunction.VolumeKmsKeyId",
    "PythonSDK.Modules.NotebookJob.VolumeKmsKeyId",
)


def defaults(jobs: Jobs) -> dict[str, Any]:
    """The whole file as nested plain data."""
    found: dict[str, Any] = {}
    vpc = {"Subnets": list(jobs.subnets), "SecurityGroupIds": list(jobs.security_groups)}
    for paths, value in (
        (VPC, vpc if jobs.subnets else None),
        (ISOLATION, jobs.network_isolation or None),
        (TRAFFIC, jobs.traffic_encryption or None),
        (KMS, jobs.kms_key),
    ):
        for path in paths if value is not None else ():
            *tables, last = path.split(".")
            node = found
            for table in tables:
                node = node.setdefault(table, {})
            node[last] = value
    return {"SchemaVersion": "1.0", "SageMaker": found}


def yaml(jobs: Jobs) -> str:
    """The file's text: YAML whose texts and lists are written as JSON, which is YAML too."""
    head = "# Made from the [jobs] of the jupyter_sm_guard policy: jupyter sm-guard sdk-defaults\n"
    return head + "".join(f"{line}\n" for line in _lines(defaults(jobs), ""))


def _lines(node: Mapping[str, Any], indent: str) -> Iterator[str]:
    for key, value in node.items():
        if isinstance(value, dict) and value:
            yield f"{indent}{key}:"
            yield from _lines(value, f"{indent}  ")
        else:
            yield f"{indent}{key}: {json.dumps(value)}"
