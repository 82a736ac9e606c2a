"""Requests to SageMaker that code would make: by boto3, by the SDK in versions 2 and 3, by its
low-level resources, by the AWS CLI. Whichever way, a request is an operation and its parameters,
so that a rule asks once for `NetworkConfig.EnableNetworkIsolation`.

Parameters and operations: botocore's service model of SageMaker.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from .names import Call, PythonCell
from .sdk import MAKERS, PACKAGES, SHAPE_POSITIONS, Maker, is_shape, maker_of, resource_of
from .sdk import METHODS as SDK_METHODS
from .shell import Command, Script, Word
from .values import Value, unknown

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
_METHODS = {"create", *MAKERS, *(method for _, method in SDK_METHODS)}
_CALLED = frozenset((*METHODS, *_METHODS))
_FIRST_LETTER = re.compile(r"[A-Z][A-Za-z0-9]*")


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


# --- in Python ------------------------------------------------------------------------------------


def in_python(cell: PythonCell) -> Iterator[Request]:
    """The requests that a cell's calls make, and its decorators."""
    for call in cell.calls():
        request = _request(call)
        if request is not None and not request.local:
            yield request


def _request(call: Call) -> Request | None:
    method = call.method or ""
    if method in METHODS:
        return _by_client(call, METHODS[method])
    if not call.may_be(_CALLED) or call.name is None:
        return None
    operation = resource_of(call.name)
    if operation is not None and operation in OPERATIONS:
        parameters = Value("dict", call.start, call.end, entries=call.keywords, open=call.open)
        return _made(call, operation, parameters, "resource")
    alias = call.name.rpartition("().")[2] if not method else ""
    if alias in METHODS:
        return _by_client(call, METHODS[alias])
    maker = maker_of(call.name)
    return None if maker is None else _by_sdk(call, maker)


def _by_client(call: Call, operation: str) -> Request | None:
    """`client.create_model(ModelName=…)`. A client that can't be followed counts as SageMaker's
    when the names of the parameters are: other services' operations of that name have others."""
    root = (call.name or "").partition(".")[0].partition("(")[0]
    service = _service(call)
    if service not in (None, "sagemaker"):
        return None
    if service is None:
        capital = all(_FIRST_LETTER.fullmatch(name) for name in call.keywords)
        if not (call.keywords and capital) or root not in ("", *PACKAGES, "boto3", "botocore"):
            return None
    parameters = Value("dict", call.start, call.end, entries=call.keywords, open=call.open)
    return replace(_made(call, operation, parameters, "boto3"), likely=service is None)


def _service(call: Call) -> str | None:
    """The service of the client that a method is called on; None where it can't be told."""
    maker = call.receiver
    if not call.method:  # `create = client.create_model`, which keeps what made the client
        name = (call.function.name or "").rpartition("().")[0]
        maker = replace(call.function, kind="instance", name=name)
    name = maker.name or ""
    if name.endswith((".client", ".create_client")) and maker.kind == "instance":
        given = maker.entry("service_name") or (maker.arguments[0] if maker.arguments else None)
        return None if given is None else given.text
    return "sagemaker" if name.endswith((".sagemaker_client", "_sagemaker_client")) else None


def _made(call: Call, operation: str, parameters: Value, via: str) -> Request:
    place = call.start, call.name_end, call.end
    return Request(operation, parameters, *place, via, call=call, cell=call.cell.index)


def _by_sdk(call: Call, maker: Maker) -> Request:
    given = dict(call.keywords)
    for name, value in zip(maker.positions, call.arguments, strict=False):
        if name:
            given.setdefault(name, value)
    tree: dict[str, Value] = {}
    is_open = call.open
    for name, value in given.items():
        if value.is_constant(None):  # the SDK's own word for "not given"
            continue
        if name in maker.arguments:
            _put(tree, maker.arguments[name], value)
        elif name in maker.nested:
            _put_empty(tree, maker.nested[name], value)
            is_open = not _put_object(tree, maker.nested[name], value) or is_open
    parameters = Value("dict", call.start, call.end, entries=_closed(tree, is_open), open=is_open)
    kind = given.get("instance_type")
    local = kind is not None and (kind.text or "").startswith("local")
    session = given.get("sagemaker_session") or given.get("session")
    local = local or (session is not None and "Local" in (session.name or "").rpartition(".")[2])
    mode = given.get("training_mode")
    local = local or (mode is not None and (mode.name or "").endswith("LOCAL_CONTAINER"))
    return replace(_made(call, maker.operation, parameters, "sdk"), local=local, maker=maker)


def _put_object(tree: dict[str, Value], fields: Mapping[str, str], value: Value) -> bool:
    """An object's fields as parameters; whether all of them could be seen."""
    if value.is_constant(None):
        return True
    if value.kind not in ("instance", "dict"):
        for path in fields.values():
            _put(tree, path, unknown(value.why or "is no object that is written down",
                                     value.start, value.end))  # fmt: skip
        return False
    positions = SHAPE_POSITIONS.get((value.name or "").rpartition(".")[2], ())
    given = {**dict(zip(positions, value.arguments, strict=False)), **value.entries}
    for name, path in fields.items():
        if name in given:
            _put(tree, path, given[name].at(value.start, value.end))
    return not value.open and (value.kind == "dict" or is_shape(value.name or ""))


def _put_empty(tree: dict[str, Value], fields: Mapping[str, str], value: Value) -> None:
    """The structure that an object becomes, which is given also where none of its fields is."""
    shared = next(iter(fields.values())).split(".")[:-1]
    for path in fields.values():
        while path.split(".")[: len(shared)] != shared:
            shared.pop()
    if shared and shared[0] not in tree:
        _put(tree, ".".join(shared), Value("dict", value.start, value.end))


def _put(tree: dict[str, Value], path: str, value: Value) -> None:
    head, _, rest = path.partition(".")
    if not rest:
        tree[head] = value
        return
    inner = tree.get(head)
    entries = dict(inner.entries) if inner is not None and inner.kind == "dict" else {}
    if rest.startswith("[]."):
        listed = dict(inner.items[0].entries) if inner is not None and inner.items else {}
        _put(listed, rest[3:], value)
        item = Value("dict", value.start, value.end, entries=listed)
        tree[head] = Value("list", value.start, value.end, items=(item,))
        return
    _put(entries, rest, value)
    tree[head] = Value("dict", value.start, value.end, entries=entries)


def _closed(tree: dict[str, Value], is_open: bool) -> dict[str, Value]:
    """The tree, where arguments that can't be seen may add to every part of it."""
    if not is_open:
        return tree
    return {
        name: replace(value, open=True, entries=_closed(dict(value.entries), True))
        if value.kind == "dict"
        else value
        for name, value in tree.items()
    }


# --- on the command line --------------------------------------------------------------------------


def in_shell(script: Script) -> Iterator[Request]:
    """The requests that `aws sagemaker …` makes."""
    for command in script.commands:
        if command.name == "aws":
            request = _by_cli(command)
            if request is not None:
                yield request


def _by_cli(command: Command) -> Request | None:
    words = list(command.arguments)
    while words and words[0].text.startswith("--"):  # options of `aws` itself take a value
        del words[: 1 if words[0].text in _FLAGS or "=" in words[0].text else 2]
    if len(words) < 2 or words[0].text != "sagemaker" or words[1].text not in COMMANDS:
        return None
    operation = COMMANDS[words[1].text]
    entries, is_open = _options(words[2:])
    parameters = Value("dict", command.start, command.end, entries=entries, open=is_open)
    start = command.words[0].start
    return Request(operation, parameters, start, words[1].end, command.end, "shell")


_FLAGS = ("--debug", "--no-verify-ssl", "--no-paginate", "--no-sign-request", "--no-cli-pager",
          "--cli-auto-prompt", "--no-cli-auto-prompt")  # fmt: skip
_CAMEL = {
    kebab(name): name
    for name in (
        "EnableNetworkIsolation",
        "DirectInternetAccess",
        "RootAccess",
        "SubnetId",
        "KmsKeyId",
        "PlatformIdentifier",
        "InstanceMetadataServiceConfiguration",
        "NetworkConfig",
        "VpcConfig",
        "PrimaryContainer",
        "Containers",
        "ProductionVariants",
        "JobResources",
        "ResourceConfig",
        "OutputDataConfig",
        "EnableInterContainerTrafficEncryption",
        "MonitoringScheduleConfig",
        "OnlineStoreConfig",
        "OfflineStoreConfig",
        "KmsKey",
        "DataStorageConfig",
        "AppNetworkAccessType",
        "SecurityConfig",
        "ProcessingResources",
        "ProcessingOutputConfig",
        "TransformOutput",
        "TransformResources",
        "Tags",
        "DomainSettings",
        "TrainingJobDefinition",
        "TrainingJobDefinitions",
        "AlgorithmSpecification",
        "DataCaptureConfig",
        "AsyncInferenceConfig",
        "DataQualityJobOutputConfig",
        "ModelBiasJobOutputConfig",
        "ModelExplainabilityJobOutputConfig",
        "ModelQualityJobOutputConfig",
    )
} | {"auto-ml-job-config": "AutoMLJobConfig", "home-efs-file-system-kms-key-id": "HomeEfs"}


def _options(words: list[Word]) -> tuple[dict[str, Value], bool]:
    entries: dict[str, Value] = {}
    is_open, index = False, 0
    while index < len(words):
        word = words[index]
        index += 1
        if not word.known or not word.text.startswith("--"):
            is_open = is_open or not word.known
            continue
        name, equals, value = word.text[2:].partition("=")
        values = [replace(word, text=value)] if equals else []
        while not equals and index < len(words) and not words[index].text.startswith("--"):
            values.append(words[index])
            index += 1
        if name == "cli-input-json":
            given = _cli_value(values, word)
            entries = {**given.entries, **entries} if given.kind == "dict" else entries
            is_open = is_open or given.kind != "dict"
        elif name in ("cli-input-yaml", "generate-cli-skeleton"):
            is_open = True
        elif name.startswith("no-") and name[3:] in _CAMEL and not values:
            entries[_CAMEL[name[3:]]] = _constant(False, word)
        elif name in _CAMEL:
            entries[_CAMEL[name]] = _cli_value(values, word)
    return entries, is_open


def _constant(constant: str | bool | int, word: Word) -> Value:
    return Value("constant", word.start, word.end, constant=constant)


def _cli_value(values: list[Word], option: Word) -> Value:
    """An option's value: JSON, the CLI's shorthand, a text; unknown as soon as part of it is."""
    if not values:
        return _constant(True, option)
    first = values[0]
    if not all(word.known for word in values) or first.text.startswith(("file://", "fileb://")):
        return unknown("is put in when the command runs", first.start, values[-1].end)
    if first.text.lstrip()[:1] in ("{", "["):
        try:
            return _from_json(json.loads(first.text), first)
        except (ValueError, RecursionError):
            return unknown("is JSON that can't be read", first.start, first.end)
    if "=" in first.text:
        items = tuple(_shorthand(word) for word in values)
        return items[0] if len(items) == 1 else Value(
            "list", first.start, values[-1].end, items=items
        )  # fmt: skip
    if len(values) > 1:
        items = tuple(_constant(word.text, word) for word in values)
        return Value("list", first.start, values[-1].end, items=items)
    return _constant(first.text, first)


def _from_json(content: object, word: Word) -> Value:
    if isinstance(content, dict):
        entries = {str(key): _from_json(value, word) for key, value in content.items()}
        return Value("dict", word.start, word.end, entries=entries)
    if isinstance(content, list):
        items = tuple(_from_json(value, word) for value in content)
        return Value("list", word.start, word.end, items=items)
    if content is None or isinstance(content, (str, bool, int)):
        return Value("constant", word.start, word.end, constant=content)
    return unknown("is a number with a point", word.start, word.end)


_SHORTHAND = re.compile(r"([^=,{}\[\]]*)([=,{}\[\]]|$)")
_WORDS = {"true": True, "false": False}


def _shorthand(word: Word) -> Value:
    """`A=1,B={C=true},D=[x,y]`, the CLI's short form of a structure."""
    value, _ = _structure(word, 0, 0)
    return value


def _structure(  # noqa: C901  # one scanner, one loop
    word: Word, position: int, depth: int
) -> tuple[Value, int]:
    entries: dict[str, Value] = {}
    text, key = word.text, ""
    while position < len(text) and depth < 10:
        match = _SHORTHAND.match(text, position)
        if match is None:
            break
        piece, mark = match[1], match[2]
        position = match.end()
        if mark == "=" and not key:
            key = piece
            if text[position : position + 1] == "{":
                entries[key], position = _structure(word, position + 1, depth + 1)
                key = ""
            elif text[position : position + 1] == "[":
                end = text.find("]", position)
                end = len(text) if end < 0 else end
                items = text[position + 1 : end].split(",")
                listed = tuple(_constant(item, word) for item in items if item)
                entries[key] = Value("list", word.start, word.end, items=listed)
                position, key = end + 1, ""
            continue
        if key:
            simple: str | bool | int = _WORDS.get(piece.lower(), piece)
            if isinstance(simple, str) and simple.isascii() and simple.isdigit():
                simple = int(simple[:9])
            entries[key] = _constant(simple, word)
            key = ""
        if mark == "}":
            break
        if mark == "":
            break
    return Value("dict", word.start, word.end, entries=entries), position
