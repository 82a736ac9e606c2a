"""The settings of a notebook instance that moto drops, with AWS's defaults and refusals.

Source: SageMaker API reference, CreateNotebookInstance and UpdateNotebookInstance.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

DEFAULT_PLATFORM = "notebook-al2023-v1"
GONE_PLATFORMS = ("notebook-al1-v1", "notebook-al2-v1", "notebook-al2-v2")
"""Platforms with which AWS creates and starts nothing any more. It has stopped that for
notebook-al2-v3 too; here that one is let through, so that an old instance can be simulated."""

_REMOVED_BY = {
    "DisassociateLifecycleConfig": "NotebookInstanceLifecycleConfigName",
    "DisassociateDefaultCodeRepository": "DefaultCodeRepository",
    "DisassociateAdditionalCodeRepositories": "AdditionalCodeRepositories",
    "DisassociateAcceleratorTypes": "AcceleratorTypes",
}


def refusal(parameters: Mapping[str, Any]) -> str | None:
    """Why AWS does not take these settings together, whatever the model says of each; or None."""
    platform = parameters.get("PlatformIdentifier")
    if platform in GONE_PLATFORMS:
        return f"Platform identifier ({platform}) is not supported"
    if parameters.get("DirectInternetAccess") == "Disabled" and "SubnetId" not in parameters:
        return "Direct internet access can be disabled only if a subnet is specified"
    return None


def created(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """What DescribeNotebookInstance tells, and moto does not, of an instance created like this."""
    defaults = {
        "PlatformIdentifier": DEFAULT_PLATFORM,
        "RootAccess": "Enabled",
        "IpAddressType": "ipv4",
        "InstanceMetadataServiceConfiguration": {"MinimumInstanceMetadataServiceVersion": "1"},
    }
    given = {name: parameters[name] for name in ("InstanceType", *defaults) if name in parameters}
    return {**defaults, **given}


def updated(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """UpdateNotebookInstance's fields as DescribeNotebookInstance names them; None removes."""
    fields = {
        name: value
        for name, value in parameters.items()
        if name != "NotebookInstanceName" and not name.startswith("Disassociate")
    }
    if "LifecycleConfigName" in fields:
        fields["NotebookInstanceLifecycleConfigName"] = fields.pop("LifecycleConfigName")
    fields.update(
        {gone: None for flag, gone in _REMOVED_BY.items() if parameters.get(flag) is True}
    )
    return fields
