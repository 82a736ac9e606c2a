"""What a request is, and what its operations and parameters are called."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from ..names import Call
from ..sdk import Maker, is_shape
from ..values import Value, unknown

OPERATIONS = (
    "CreateAppImageConfig", "CreateAutoMLJob", "CreateAutoMLJobV2",
    "CreateDataQualityJobDefinition", "CreateDomain", "CreateEndpointConfig",
    "CreateFeatureGroup", "CreateHyperParameterTuningJob",
    "CreateImage", "CreateInferenceExperiment", "CreateModel", "CreateModelBiasJobDefinition",
    "CreateModelExplainabilityJobDefinition", "CreateModelQualityJobDefinition",
    "CreateMonitoringSchedule", "CreateNotebookInstance", "CreateProcessingJob",
    "CreateTrainingJob", "CreateTransformJob", "UpdateDomain", "UpdateMonitoringSchedule",
    "UpdateNotebookInstance",
)  # fmt: skip
"""The operations that rules are about."""


@cache
def snake(name: str) -> str:
    """`EnableNetworkIsolation` as boto3 and the SDK write it: `enable_network_isolation`."""
    words = name.replace("AutoML", "AutoMl").replace("IMDS", "Imds")
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", words).lower()


@cache
def kebab(name: str) -> str:
    """The same as the AWS CLI writes it."""
    return snake(name).replace("_", "-")


METHODS = {snake(operation): operation for operation in OPERATIONS}
COMMANDS = {kebab(operation): operation for operation in OPERATIONS}


@dataclass(frozen=True)
class Request:
    """One request. `start` and `end` are where the call's name stands, `extent` where the whole
    call ends; `likely` says that the client could not be followed to SageMaker for sure.

    `defaults` are what the SDK's defaults file gives for it: a value, or unknown where the file
    could not be read. `call` is the Python call, where it is one.
    """

    operation: str
    parameters: Value
    start: int
    end: int
    extent: int
    via: str
    likely: bool = False
    local: bool = False
    maker: Maker | None = None
    call: Call | None = field(default=None, compare=False)
    cell: int = 0
    defaults: Mapping[str, Any] | None = field(default_factory=dict, compare=False)

    def default(self, path: str) -> Any:
        """What the SDK takes for a parameter that is not given: None for nothing. Raises KeyError
        where that can't be known."""
        if self.maker is None or not self.maker.config or path in self.maker.unset:
            return None
        if self.defaults is None:
            raise KeyError(path)
        found: Any = self.defaults.get(self.maker.config)
        for part in path.split("."):
            found = found.get(part) if isinstance(found, dict) else None
        return found

    def get(self, path: str) -> list[Value | None]:
        """What stands at a path like `Containers.[].ImageConfig`: one value, or one for each entry
        of a list; None where nothing is given."""
        return list(_walk(self.parameters, path.split(".")))

    def one(self, path: str) -> Value | None:
        """What stands at a path without lists."""
        return self.get(path)[0]


def _walk(value: Value, path: list[str]) -> Iterator[Value | None]:  # noqa: C901  # by kind
    if not path:
        yield None if value.is_constant(None) else value
    elif value.is_constant(None):
        yield None
    elif path[0] == "[]":
        if value.kind == "dict":  # the CLI's short form of a list of one
            yield from _walk(value, path[1:])
            return
        if value.kind != "list":
            yield unknown(value.why or "is no list that is written down", value.start, value.end)
            return
        for item in value.items:
            yield from _walk(item, path[1:])
        if value.open or not value.items:
            yield unknown("is a list with more in it", value.start, value.end)
    elif value.kind in ("dict", "instance"):
        found = next(
            (value.entries[key] for key in (path[0], snake(path[0])) if key in value.entries), None
        )
        if found is not None:
            yield from _walk(found, path[1:])
        elif value.open or (value.kind == "instance" and not is_shape(value.name or "")):
            yield unknown("may be given where it can't be seen", value.start, value.end)
        else:
            yield None
    else:
        yield unknown(value.why or "is no dict that is written down", value.start, value.end)
