"""The requests that Python code makes: by boto3, by the SDK, by its low-level resources."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from ..names import Call, PythonCell, each_of
from ..sdk import MAKERS, PACKAGES, SHAPE_POSITIONS, Maker, is_shape, maker_of, resource_of
from ..sdk import METHODS as SDK_METHODS
from ..values import Value, unknown
from .request import METHODS, OPERATIONS, Request

_METHODS = {"create", *MAKERS, *(method for _, method in SDK_METHODS)}
_CALLED = frozenset((*METHODS, *_METHODS))
_FIRST_LETTER = re.compile(r"[A-Z][A-Za-z0-9]*")
_HERE = re.compile(
    r"https?://(?:localhost|127\.|0\.0\.0\.0|\[::1\]|localstack|host\.docker\.internal)"
)
"""Where stand-ins for AWS answer, which create nothing."""
_HANDING = ("submit", "to_thread")
"""Methods that call what they are given, with the rest of their arguments."""
_NEEDED = {"CreateDomain": "AuthMode", "CreateImage": "ImageName", "UpdateDomain": "DomainId"}
"""A parameter that SageMaker demands and other services' operations of that name do not have."""


def in_python(cell: PythonCell) -> Iterator[Request]:
    """The requests that a cell's calls make, and its decorators."""
    for call in cell.calls():
        request = _request(call)
        if request is not None and not request.local:
            every = each_of(request.parameters) if cell.notebook.repeats else (request.parameters,)
            yield from (replace(request, parameters=parameters) for parameters in every)


def _request(call: Call) -> Request | None:
    method = call.method or ""
    if method in METHODS:
        return _by_client(call, METHODS[method])
    if method in _HANDING:
        handed = _handed(call)
        return None if handed is None else _by_client(handed, METHODS[handed.method or ""])
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


def _handed(call: Call) -> Call | None:
    """The call that `executor.submit(client.create_model, ModelName=…)` makes later."""
    function = call.node.args[0] if call.node.args else None
    if not isinstance(function, ast.Attribute) or function.attr not in METHODS:
        return None
    later = ast.Call(func=function, args=call.node.args[1:], keywords=call.node.keywords)
    return Call(call.cell, ast.copy_location(later, call.node))


def _by_client(call: Call, operation: str) -> Request | None:
    """`client.create_model(ModelName=…)`. A client that can't be followed counts as SageMaker's
    when the names of the parameters are: other services' operations of that name have others."""
    root = (call.name or "").partition(".")[0].partition("(")[0]
    service = _service(call)
    if service not in (None, "sagemaker"):
        return None
    if service is None:
        capital = all(_FIRST_LETTER.fullmatch(name) for name in call.keywords)
        is_theirs = not call.open and _NEEDED.get(operation, "") not in ("", *call.keywords)
        is_named = call.keywords and capital and not is_theirs
        if not is_named or root not in ("", *PACKAGES, "boto3", "botocore"):
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
    if f"{name}()".find(".resource()") > 0:  # of `boto3.resource`, which SageMaker does not have
        return "resource"
    if name.endswith((".client", ".create_client")) and maker.kind == "instance":
        given = maker.entry("service_name") or (maker.arguments[0] if maker.arguments else None)
        place = maker.entry("endpoint_url")
        if place is not None and _HERE.match(place.text or ""):
            return "a stand-in"
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
