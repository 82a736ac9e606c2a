"""The least rights that this needs in AWS, as IAM policies.

Resource types and actions: Service Authorization Reference, "Amazon SageMaker AI" and "Amazon S3".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_APART = {
    "cn-": "aws-cn",
    "us-gov-": "aws-us-gov",
    "eusc-": "aws-eusc",
    "us-iso-": "aws-iso",
    "us-isob-": "aws-iso-b",
    "eu-isoe-": "aws-iso-e",
    "us-isof-": "aws-iso-f",
}
"""Partitions by how the names of their Regions begin."""


def for_admin(name: str, region: str, account: str, place: str | None) -> Mapping[str, Any]:
    """For who applies: the one configuration, the instances, and writing the bundle."""
    arn = f"arn:{_partition(region)}:sagemaker:{region}:{account}"
    configs = ("Create", "Describe", "Update", "Delete")
    statements = [
        _allow(
            "LifecycleConfiguration",
            [f"sagemaker:{verb}NotebookInstanceLifecycleConfig" for verb in configs],
            f"{arn}:notebook-instance-lifecycle-config/{name.lower()}",
        ),
        _allow(
            "AttachToInstances",
            ["sagemaker:DescribeNotebookInstance", "sagemaker:UpdateNotebookInstance"],
            f"{arn}:notebook-instance/*",
        ),
        _allow("FindInstances", ["sagemaker:ListNotebookInstances"], "*"),
    ]
    if place:
        statements.append(_allow("WriteBundle", ["s3:PutObject"], _objects(place, region)))
    return {"Version": "2012-10-17", "Statement": statements}


def for_instance(region: str, account: str, place: str | None) -> Mapping[str, Any]:
    """For the role of the instances: reading their own settings and the bundle."""
    statements = [
        _allow(
            "ReadOwnSettings",
            ["sagemaker:DescribeNotebookInstance"],
            f"arn:{_partition(region)}:sagemaker:{region}:{account}:notebook-instance/*",
        )
    ]
    if place:
        statements.append(_allow("ReadBundle", ["s3:GetObject"], _objects(place, region)))
    return {"Version": "2012-10-17", "Statement": statements}


def _allow(sid: str, actions: list[str], resource: str) -> Mapping[str, Any]:
    return {"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": resource}


def _objects(place: str, region: str) -> str:
    return f"arn:{_partition(region)}:s3:::{place.removeprefix('s3://').rstrip('/')}/*"


def _partition(region: str) -> str:
    """ARNs begin otherwise in China, in GovCloud, and wherever AWS is apart from the rest."""
    return next((name for start, name in _APART.items() if region.startswith(start)), "aws")
