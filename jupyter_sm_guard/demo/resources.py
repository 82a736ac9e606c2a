"""What a scenario has at the embedded AWS: a notebook instance, and a network to put it into."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .aws import EmbeddedAws

_VPC, _SUBNET = "10.42.0.0/16", "10.42.1.0/24"
_GROUP = "demo-notebook"
_SCRIPT = "NotebookInstanceLifecycleConfigName"


def create_instance(
    aws: EmbeddedAws,
    name: str,
    settings: Mapping[str, Any],
    in_vpc: bool = False,
    lifecycle: str | None = None,
) -> None:
    """A running notebook instance with `settings` (CreateNotebookInstance's fields, `{account}`
    filled in); `in_vpc` adds a subnet and a security group, `lifecycle` names the lifecycle
    configuration. Raises ClientError as AWS would."""
    filled = json.loads(json.dumps(dict(settings)).replace("{account}", aws.account))
    sagemaker = aws.client("sagemaker")
    if lifecycle is not None:
        script = base64.b64encode(b"#!/bin/bash\nexit 0\n").decode()
        sagemaker.create_notebook_instance_lifecycle_config(
            NotebookInstanceLifecycleConfigName=lifecycle, OnStart=[{"Content": script}]
        )
        filled["LifecycleConfigName"] = lifecycle
    sagemaker.create_notebook_instance(
        NotebookInstanceName=name,
        InstanceType="ml.t3.medium",
        RoleArn=f"arn:aws:iam::{aws.account}:role/SageMakerExecutionRole",
        **(_network(aws) if in_vpc else {}),
        **filled,
    )


def remove_instances(aws: EmbeddedAws) -> None:
    """Delete every notebook instance there is, and its lifecycle configuration."""
    sagemaker = aws.client("sagemaker")
    for found in sagemaker.list_notebook_instances()["NotebookInstances"]:
        name = {"NotebookInstanceName": found["NotebookInstanceName"]}
        script = sagemaker.describe_notebook_instance(**name).get(_SCRIPT)
        sagemaker.stop_notebook_instance(**name)
        sagemaker.delete_notebook_instance(**name)
        if script is not None:
            sagemaker.delete_notebook_instance_lifecycle_config(**{_SCRIPT: script})


def _network(aws: EmbeddedAws) -> dict[str, Any]:
    """A subnet and a security group in a VPC of its own, made at the first call."""
    ec2 = aws.client("ec2")
    there = ec2.describe_vpcs(Filters=[{"Name": "cidr", "Values": [_VPC]}])["Vpcs"]
    if not there:
        vpc = ec2.create_vpc(CidrBlock=_VPC)["Vpc"]["VpcId"]
        ec2.create_subnet(VpcId=vpc, CidrBlock=_SUBNET)
        ec2.create_security_group(GroupName=_GROUP, Description="Demo notebook", VpcId=vpc)
    else:
        vpc = there[0]["VpcId"]
    in_vpc = {"Name": "vpc-id", "Values": [vpc]}
    groups = ec2.describe_security_groups(
        Filters=[in_vpc, {"Name": "group-name", "Values": [_GROUP]}]
    )
    return {
        "SubnetId": ec2.describe_subnets(Filters=[in_vpc])["Subnets"][0]["SubnetId"],
        "SecurityGroupIds": [groups["SecurityGroups"][0]["GroupId"]],
    }
