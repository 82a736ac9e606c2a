"""Finds what lies in the drawers (`controls/`, `sources/`, `outputs/`, `rules/`): the only dynamic
import.

A drawer's file is found by being there; a file that does not declare what it should fails loudly,
because a control that silently vanishes looks like one that passes.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from types import MappingProxyType
from typing import TypeVar

from .lint_outputs import LintOutput
from .model import Control, natural
from .outputs import Output
from .policy import Vocabulary
from .rule import GROUPS, POSTURES, Rule
from .rule_index import INDEX
from .sources import Source

T = TypeVar("T")


class CatalogError(RuntimeError):
    """A file in a drawer is not what it should be; our own mistake, never the user's."""


@cache
def controls() -> Mapping[str, Control]:
    """Every control by its id, in natural order."""
    found = {}
    for module, control in _drawer("controls", "CONTROL", Control):
        if module != file_name(control.id):
            raise CatalogError(f"controls/{module}.py declares {control.id}")
        found[control.id] = control
    return MappingProxyType(dict(sorted(found.items(), key=lambda item: natural(item[0]))))


@cache
def sources() -> Mapping[str, Source]:
    """Every source of facts by its name."""
    return MappingProxyType(dict(_drawer("sources", "SOURCE", Source)))


@cache
def outputs() -> Mapping[str, Output]:
    """Every output by its name."""
    return MappingProxyType(dict(_drawer("outputs", "OUTPUT", Output)))


@cache
def rules() -> Mapping[str, Rule]:
    """Every rule of the linter by its name."""
    names = [module for module, _ in _drawer("rules", "RULE", Rule)]
    found = [_checked(module) for module in names]
    return MappingProxyType({rule.name: rule for rule in sorted(found, key=lambda r: r.name)})


@cache
def rule(name: str) -> Rule:
    """One rule; only its own file is imported. Raises KeyError."""
    if name not in INDEX:
        raise KeyError(name)
    return _checked(file_name(name))


def _checked(module: str) -> Rule:
    declared = getattr(import_module(f"{__package__}.rules.{module}"), "RULE", None)
    if not isinstance(declared, Rule):
        raise CatalogError(f"rules/{module}.py declares no RULE")
    if module != file_name(declared.name):
        raise CatalogError(f"rules/{module}.py declares {declared.name}")
    known = declared.group in GROUPS and set(declared.posture) <= {*POSTURES}
    if not declared.triggers or not known:
        raise CatalogError(
            f"rules/{module}.py declares no triggers, or a group or posture that there is not"
        )
    return declared


@cache
def lint_outputs() -> Mapping[str, LintOutput]:
    """Every output of the linter by its name."""
    return MappingProxyType(dict(_drawer("lint_outputs", "OUTPUT", LintOutput)))


def vocabulary() -> Vocabulary:
    """The names that a policy may use. Only controls that are judged can be turned off."""
    judged = {id: tuple(c.parameters) for id, c in controls().items() if c.judge is not None}
    opt_in = tuple(name for name, source in sources().items() if source.opt_in)
    return Vocabulary(judged, tuple(sources()), opt_in, tuple(INDEX))


def file_name(id: str) -> str:
    """The file that holds a control: `SageMaker.1` lies in `sagemaker_1`."""
    return id.lower().replace(".", "_").replace("-", "_")


def _drawer(name: str, variable: str, kind: type[T]) -> list[tuple[str, T]]:
    package = import_module(f"{__package__}.{name}")
    found = []
    for info in sorted(pkgutil.iter_modules(package.__path__), key=lambda info: natural(info.name)):
        module = import_module(f"{package.__name__}.{info.name}")
        declared = getattr(module, variable, None)
        if not isinstance(declared, kind):
            raise CatalogError(f"{name}/{info.name}.py declares no {variable}")
        found.append((info.name, declared))
    return found
