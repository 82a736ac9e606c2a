"""The SageMaker SDK's defaults files: arguments that code leaves out may stand there.

An admin's and a user's config.yaml, where the SDK looks for them (`sagemaker.config`); the user's
wins. An override in Amazon S3 is never fetched: then it is not known what the defaults are.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from ..remembered import DEFAULTS

_LIMIT = 1024 * 1024


def load() -> Mapping[str, Any] | None:
    """What the files say below `SageMaker`, by the configuration's own names; None where a file
    can't be read."""
    merged: dict[str, Any] = {}
    for variable, usual in DEFAULTS:
        given = os.environ.get(variable)
        path = os.path.expanduser(given or usual)
        if path.startswith("s3://"):
            return None
        if os.path.isdir(path):
            path = os.path.join(path, "config.yaml")
        if not os.path.isfile(path):
            continue
        content = _read(path)
        if content is None:
            return None
        merged = _merged(merged, content)
    return merged


def _read(path: str) -> Mapping[str, Any] | None:
    try:
        import yaml  # comes with Jupyter's server
    except ImportError:
        return None
    try:
        with open(path, "rb") as file:
            content = yaml.safe_load(file.read(_LIMIT))
    except (OSError, ValueError, RecursionError, yaml.YAMLError):
        return None
    section = content.get("SageMaker") if isinstance(content, dict) else None
    return section if isinstance(section, dict) else {}


def _merged(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    result = dict(one)
    for key, value in other.items():
        before = result.get(key)
        both = isinstance(before, dict) and isinstance(value, dict)
        result[key] = _merged(before, value) if both and before is not None else value
    return result
