"""What AWS refuses and simulators let pass: a request against botocore's model of the API.

botocore sends patterns, enums and maximum lengths without checking them; the service checks them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from botocore.loaders import Loader
from botocore.model import ListShape, ServiceModel, Shape, StructureShape


@cache
def sagemaker() -> ServiceModel:
    """The SageMaker API as botocore describes it; its own data only, not the user's."""
    loader = Loader(
        extra_search_paths=[Loader.BUILTIN_DATA_PATH], include_default_search_paths=False
    )
    return ServiceModel(loader.load_service_model("sagemaker", "service-2"), "sagemaker")


def violation(operation: str, parameters: Mapping[str, Any]) -> str | None:
    """The first constraint of the API that a request does not keep, in AWS's words.

    `operation` must be one of SageMaker's.
    """
    shape = sagemaker().operation_model(operation).input_shape
    found = _violation(shape, parameters, "") if shape is not None else None
    return f"1 validation error detected: {found}" if found else None


def misfit(operation: str, content: Mapping[str, Any]) -> str | None:
    """The first thing in an answer of SageMaker's that the API's own model does not allow: a field
    that it does not have at the top, or a value that breaks a constraint."""
    shape = sagemaker().operation_model(operation).output_shape
    if not isinstance(shape, StructureShape):
        return None
    unknown = set(content) - set(shape.members)
    if unknown:
        return f"{operation} answers with no {', '.join(sorted(unknown))}"
    return _violation(shape, content, "")


def _violation(shape: Shape, value: Any, path: str) -> str | None:
    if isinstance(shape, StructureShape):
        return _in_structure(shape, value, path)
    if isinstance(shape, ListShape):
        return _in_list(shape, value, path)
    if shape.type_name == "string":
        return _in_text(shape, value, path)
    if shape.type_name in ("integer", "long"):
        return _in_number(shape, value, path)
    return None


def _fails(value: Any, path: str, must: str) -> str:
    shown = "null" if value is None else f"'{value}'"
    return f"Value {shown} at '{path}' failed to satisfy constraint: Member must {must}"


def _in_structure(shape: StructureShape, value: Any, path: str) -> str | None:
    if not isinstance(value, Mapping):
        return _fails(value, path, "be an object")
    for name, member in shape.members.items():
        place = ".".join(filter(None, (path, name[:1].lower() + name[1:])))
        if value.get(name) is None:
            if name in shape.required_members:
                return _fails(None, place, "not be null")
            continue
        found = _violation(member, value[name], place)
        if found:
            return found
    return None


def _in_list(shape: ListShape, value: Any, path: str) -> str | None:
    if not isinstance(value, list):
        return _fails(value, path, "be a list")
    if len(value) > shape.metadata.get("max", len(value)):
        return _fails(value, path, f"have length less than or equal to {shape.metadata['max']}")
    found = (
        _violation(shape.member, item, f"{path}.{n}.member") for n, item in enumerate(value, 1)
    )
    return next(filter(None, found), None)


def _in_text(shape: Shape, value: Any, path: str) -> str | None:
    limits = shape.metadata
    if not isinstance(value, str):
        return _fails(value, path, "be a text")
    if "enum" in limits and value not in limits["enum"]:
        return _fails(value, path, f"satisfy enum value set: [{', '.join(limits['enum'])}]")
    if len(value) > limits.get("max", len(value)):
        return _fails(value, path, f"have length less than or equal to {limits['max']}")
    if len(value) < limits.get("min", 0):
        return _fails(value, path, f"have length greater than or equal to {limits['min']}")
    pattern = limits.get("pattern")
    if pattern is not None and not _matches(pattern, value):
        return _fails(value, path, f"satisfy regular expression pattern: {pattern}")
    return None


def _matches(pattern: str, value: str) -> bool:
    try:
        return re.fullmatch(pattern, value) is not None
    except re.error:  # the API's patterns are Java's; Python has no \p{...}, as tags use it
        return True


def _in_number(shape: Shape, value: Any, path: str) -> str | None:
    if not isinstance(value, int) or isinstance(value, bool):
        return _fails(value, path, "be a number")
    low, high = shape.metadata.get("min", value), shape.metadata.get("max", value)
    if value < low:
        return _fails(value, path, f"have value greater than or equal to {low}")
    if value > high:
        return _fails(value, path, f"have value less than or equal to {high}")
    return None
