"""Model to JSON and back: the one form in which reports and facts cross a process or a network."""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import datetime
from enum import Enum
from functools import cache
from typing import Any, TypeVar

from .model import Known, rfc3339

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]
T = TypeVar("T")


class WireError(ValueError):
    """The JSON is not what the model says; the message names the place."""


def to_json(value: object) -> Json:
    """A model object as plain JSON data: dataclasses by field, times in RFC 3339 UTC."""
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, datetime):
        return rfc3339(value)
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: to_json(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): to_json(item) for key, item in value.items()}
    if isinstance(value, (tuple, list)):
        return [to_json(item) for item in value]
    raise TypeError(f"{type(value).__name__} has no JSON form")


def from_json(kind: type[T], data: object, place: str = "$") -> T:
    """Read `kind` (a dataclass of the model) back, refusing whatever does not fit.

    Raises WireError. Keys that the model does not know are ignored, so that a report of a newer
    minor version can be read.
    """
    return typing.cast(T, _read(kind, data, place))


@cache
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def _read(kind: Any, data: object, place: str) -> object:
    origin = typing.get_origin(kind)
    if origin in (typing.Union, types.UnionType):
        return _read_union(typing.get_args(kind), data, place)
    if origin is tuple:
        if not isinstance(data, list):
            raise WireError(f"{place}: expected a list")
        item = typing.get_args(kind)[0]
        return tuple(_read(item, entry, f"{place}[{i}]") for i, entry in enumerate(data))
    if origin is not None and issubclass(origin, Mapping):
        if not isinstance(data, dict):
            raise WireError(f"{place}: expected an object")
        item = typing.get_args(kind)[1]
        return {str(key): _read(item, entry, f"{place}.{key}") for key, entry in data.items()}
    if is_dataclass(kind):
        return _read_dataclass(typing.cast(type, kind), data, place)
    return _read_scalar(kind, data, place)


def _read_union(choices: tuple[Any, ...], data: object, place: str) -> object:
    if data is None and type(None) in choices:
        return None
    if isinstance(data, dict) and Known in choices:  # Fact: only an Unknown has a reason
        kind = choices[0] if ("reason" in data) == (choices[0] is not Known) else choices[1]
        return _read(kind, data, place)
    for choice in choices:
        if choice is not type(None):
            try:
                return _read(choice, data, place)
            except WireError:
                continue
    raise WireError(f"{place}: {type(data).__name__} does not fit")


def _read_dataclass(kind: type, data: object, place: str) -> object:
    if not isinstance(data, dict):
        raise WireError(f"{place}: expected an object")
    hints = _hints(kind)
    values = {}
    for f in fields(kind):
        if f.name in data:
            values[f.name] = _read(hints[f.name], data[f.name], f"{place}.{f.name}")
        elif f.default is MISSING and f.default_factory is MISSING:
            raise WireError(f"{place}: {f.name} is missing")
    return kind(**values)


def _read_scalar(kind: Any, data: object, place: str) -> object:
    if kind is datetime and isinstance(data, str):
        return _read_time(data, place)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return _read_enum(kind, data, place)
    if kind in (str, bool, int) and type(data) is kind:
        return data
    raise WireError(f"{place}: {data!r:.60} is not a {getattr(kind, '__name__', kind)}")


def _read_enum(kind: type[Enum], data: object, place: str) -> Enum:
    for entry in kind:
        if entry.value == data:
            return entry
    raise WireError(f"{place}: {data!r:.60} is not a {kind.__name__}")


def _read_time(data: str, place: str) -> datetime:
    try:
        moment = datetime.fromisoformat(data.replace("Z", "+00:00"))
    except ValueError:
        raise WireError(f"{place}: {data!r:.60} is not a time") from None
    if moment.tzinfo is None:
        raise WireError(f"{place}: {data!r:.60} has no time zone")
    return moment
