"""Attributes of the notebook's own classes and their objects. No order of running is followed: an
attribute is known where all that the notebook sets it to is the same.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from ..values import Origin, Value, unknown
from .arguments import Given
from .bindings import CHANGING, MOST_BINDINGS, Binding, bindings_in
from .each import at_call
from .lookup import FUNCTIONS, bound
from .parameters import number_at, objects_of
from .returned import returned
from .same import same

if TYPE_CHECKING:
    from .cell import PythonCell

ANY, COPIES = ".*", "..*"
"""What is bound where attributes may be set whose names nobody sees, or objects copied."""
SETS_ANY = re.compile(
    r"\bsetattr\b|__dict__|__[gs]etattr|__class__|\bvars\s*\(\s*\w|\bexec\s*\(|\bnamespace\s*=|"
    r"\bpatch\.object\b|"
    r"(?<!super\(\))\.__init__\s*\(|\btype\s*\([^()\n]*(?:,|\)\s*\()"
)
"""What sets attributes, or makes objects, without a word that says which."""
MAKES_COPIES = re.compile(r"\bdataclasses\.replace\b|\bdataclasses import [^\n]*\breplace\b")
_PLAIN_BASES = ("abc.ABC", "builtins.object", "pydantic.BaseModel", "typing.NamedTuple",
                "typing.Protocol")  # fmt: skip
_WITH_FIELDS = ("dataclasses.dataclass", "pydantic.BaseModel", "pydantic.dataclasses.dataclass",
                "typing.NamedTuple")  # fmt: skip
_KEEPING = (*_WITH_FIELDS, "dataclasses_json.dataclass_json", "enum.unique",
            "functools.total_ordering", "typing.final", "typing.runtime_checkable")  # fmt: skip
"""Decorators after which a class is the same as before."""
_ENUMS = ("enum.Enum", "enum.StrEnum")
_FIELDS = ("dataclasses.field", "pydantic.Field")
_PROPERTIES = ("builtins.property", "functools.cached_property")
_WHY = "is an attribute of something unknown"
_MOST_BASES = 8


def set_in(cell: PythonCell) -> Iterator[tuple[str, Binding]]:
    """What a cell sets attributes to, each by its name after a dot."""
    if cell.tree.body and (found := SETS_ANY.search(cell.text)):
        yield ANY, Binding(cell, found.start(), None, False)
    if cell.tree.body and (found := MAKES_COPIES.search(cell.text)):
        yield COPIES, Binding(cell, found.start(), None, False)
    for node in cell.nodes(ast.ClassDef):
        for name, binding in bindings_in(cell, node.body):
            yield f".{name}", replace(binding, owner=node)
    yield from _stores(cell)
    for changed in _changed(cell):
        inner: ast.expr = changed
        while isinstance(inner, (ast.Attribute, ast.Subscript)):
            if isinstance(inner, ast.Attribute):
                yield f".{inner.attr}", replace(_stored(cell, inner, None, ()), kind="inside")
            inner = inner.value


def _stores(cell: PythonCell) -> Iterator[tuple[str, Binding]]:
    given = dict(_given(cell))
    for node in cell.nodes(ast.Attribute):
        if not isinstance(node.ctx, ast.Load):
            value, path = given.get(node, (None, ()))
            yield f".{node.attr}", _stored(cell, node, value, path)


def _given(cell: PythonCell) -> Iterator[tuple[ast.expr, tuple[ast.expr, tuple[int, ...]]]]:
    """The targets of assignments, each with what it is set to and the way into that."""
    waiting = [(t, node.value, ()) for node in cell.nodes(ast.Assign) for t in node.targets]
    every: list[tuple[ast.expr, ast.expr, tuple[int, ...]]] = [*waiting]
    every += [(n.target, n.value, ()) for n in cell.nodes(ast.AnnAssign) if n.value is not None]
    for target, value, path in every:  # which grows while it is read
        yield target, (value, path)
        if isinstance(target, (ast.Tuple, ast.List)):
            parts = target.elts
            if not any(isinstance(part, ast.Starred) for part in parts):
                every += [(part, value, (*path, n)) for n, part in enumerate(parts)]


def _changed(cell: PythonCell) -> Iterator[ast.expr]:
    """What an entry is set in, or a method called that changes it."""
    for node in cell.nodes(ast.Subscript):
        if not isinstance(node.ctx, ast.Load):
            yield node.value
    for call in cell.nodes(ast.Call):
        if isinstance(call.func, ast.Attribute) and call.func.attr in CHANGING:
            yield call.func.value


def _stored(
    cell: PythonCell, node: ast.Attribute, value: ast.expr | None, path: tuple[int, ...]
) -> Binding:
    order = cell.offset(node.lineno, node.col_offset)
    owner = cell.class_of(node.value) if isinstance(node.value, ast.Name) else None
    return Binding(cell, order, value, False, path=path, owner=owner)


def class_of(cell: PythonCell, node: ast.ClassDef, depth: int) -> Value:
    """A class of the notebook's own, where it is what its body says."""
    plain = sum(_is_one_of(cell, [mark], _KEEPING, depth) for mark in node.decorator_list)
    made = any(getattr(inner, "name", "") == "__new__" for inner in node.body)
    if made or plain < len(node.decorator_list):
        return unknown("is what a decorator makes of a class")
    return Value("class", 0, 0, origin=cell.here(node), definition=(cell, node))


def attribute_of(base: Value, name: str, depth: int) -> Value:
    """What an attribute of a class or of an object is; unknown where anything may set it."""
    if base.definition is None or base.definition[0].notebook.history(ANY) is not None:
        return unknown(_WHY)
    cell, node = base.definition
    family = _family(cell, node, depth)
    every = _set_to(cell, name, family, depth)
    own = [binding for binding in every if binding.owner is node and binding.kind == "value"]
    if family is None and not (base.kind == "class" and own):
        return unknown(_WHY)
    fields = _fields(cell, node, family, depth) if base.kind == "object" else []
    if fields is not None and name in fields:
        elsewhere = [binding for binding in every if binding not in own]
        return unknown(_WHY) if elsewhere else _field(base, name, fields, own, depth)
    if fields is None or not every:
        return unknown(_WHY)
    if not _is_one_of(cell, node.bases, _ENUMS, depth):
        return _all_alike(every, depth, base)
    if any(isinstance(inner, FUNCTIONS) for inner in node.body):
        return unknown(_WHY)  # it may say what its members are
    return Value("instance", 0, 0, name=_ENUMS[0], arguments=(_all_alike(every, depth),))


def _set_to(
    cell: PythonCell, name: str, family: list[ast.ClassDef] | None, depth: int
) -> list[Binding]:
    """What may set an attribute of these classes; nothing where that is too much."""
    history = cell.notebook.history(f".{name}")
    every = [] if history is None or len(history.all) > MOST_BINDINGS else history.all
    return [binding for binding in every if _counts(binding, family, depth)]


def with_fields(given: Given, origin: Origin) -> Value:
    """What `dataclasses.replace` makes of an object."""
    arguments, entries, is_open = given
    base = arguments[0]
    if base.kind != "object" or base.open or is_open:
        return unknown(_WHY)
    return replace(base, entries={**base.entries, **entries}, origin=origin)


def as_dict(base: Value, origin: Origin, depth: int) -> Value:
    """What `dataclasses.asdict` makes of an object."""
    if base.kind != "object" or base.definition is None:
        return unknown(_WHY)
    cell, node = base.definition
    fields = _fields(cell, node, _family(cell, node, depth), depth)
    entries = {name: attribute_of(base, name, depth) for name in fields or ()}
    return Value("dict", 0, 0, entries=entries, open=not fields, origin=origin)


NAMESPACES = ("argparse.Namespace", "types.SimpleNamespace")


def entry_of(cell: PythonCell, base: Value, name: str) -> Value:
    """What an attribute of `SimpleNamespace(…)` is, where nothing sets one of that name."""
    is_set = any(cell.notebook.history(set_by) for set_by in (f".{name}", ANY))
    return unknown(_WHY) if is_set else base.entries.get(name, unknown(_WHY))


def _all_alike(every: list[Binding], depth: int, base: Value | None = None) -> Value:
    """What all bindings give; of another one in each call, what the one gave that made the object,
    else nothing: each may have its own."""
    if not all(binding.is_whole for binding in every):
        return unknown("may have been changed")
    values = [_read(binding, depth) for binding in every]
    is_one = all(same(values[0], other) for other in values[1:])
    return at_call(values[0], *_made_by(base, depth)) if is_one else unknown(_WHY)


def _made_by(base: Value | None, depth: int) -> tuple[ast.FunctionDef | None, int | None]:
    """The `__init__` of an object's class, and which of its calls made the object."""
    if base is None or base.kind != "object" or base.open or base.definition is None:
        return None, None
    cell, node = base.definition
    for inner in node.body:
        if isinstance(inner, ast.FunctionDef) and inner.name == "__init__":
            return inner, number_at(cell, inner, base.origin, depth)
    return None, None


def _read(binding: Binding, depth: int) -> Value:
    """What a binding gives; of a property, what its function gives."""
    function = binding.function
    if function is not None and _is_one_of(
        binding.cell, function.decorator_list, _PROPERTIES, depth
    ):
        return returned(binding.cell, function, depth)
    return bound(binding, depth)


def _counts(binding: Binding, family: list[ast.ClassDef] | None, depth: int) -> bool:
    """Whether what is set may be in an object of these classes."""
    owner = binding.owner
    if owner is None or family is None or owner in family:
        return True
    other = _family(binding.cell, owner, depth)
    return other is None or not set(other).isdisjoint(family)


def _family(cell: PythonCell, node: ast.ClassDef, depth: int) -> list[ast.ClassDef] | None:
    """A class with all those that it is derived from; None where not all can be seen."""
    if node in cell.families:
        return cell.families[node]
    cell.families[node] = None  # for as long as it is looked for
    cell.families[node] = _derived_from(cell, node, depth)
    return cell.families[node]


def _derived_from(cell: PythonCell, node: ast.ClassDef, depth: int) -> list[ast.ClassDef] | None:
    family = [node]
    waiting = [(cell, base) for base in node.bases]
    waiting += [(cell, keyword.value) for keyword in node.keywords]
    for there, base in waiting:  # which grows while it is read
        value = there.value(base, depth)
        if value.kind == "class" and value.definition is not None:
            its, inner = value.definition
            if inner in family:
                return None
            family.append(inner)
            waiting += [(its, each) for each in inner.bases]
        elif value.name not in (*_PLAIN_BASES, *_ENUMS):
            return None
        if len(waiting) > _MOST_BASES:
            return None
    return family


def _is_one_of(cell: PythonCell, nodes: list[ast.expr], names: tuple[str, ...], depth: int) -> bool:
    for node in nodes:
        inner = node.func if isinstance(node, ast.Call) else node
        if cell.value(inner, depth).name in names:
            return True
    return False


def _fields(
    cell: PythonCell, node: ast.ClassDef, family: list[ast.ClassDef] | None, depth: int
) -> list[str] | None:
    """The fields of a dataclass and the like, in their order; none for any other class. None where
    some may be those of a base, or are given in other ways than by place or name."""
    marks = [*node.decorator_list, *node.bases]
    is_plain = family == [node]
    if not _is_one_of(cell, marks, _WITH_FIELDS, depth):
        return [] if is_plain or not any(map(_has_fields, family or ())) else None
    text = ast.unparse(node)
    if not is_plain or any(word in text for word in _ODD):
        return None
    annotated = [inner.target for inner in node.body if isinstance(inner, ast.AnnAssign)]
    return [target.id for target in annotated if isinstance(target, ast.Name)]


def _has_fields(node: ast.ClassDef) -> bool:
    return any(isinstance(inner, ast.AnnAssign) for inner in node.body)


_ODD = ("ClassVar", "InitVar", "KW_ONLY", "__init__", "__new__", "__post_init__", "alias=", "init=",
        "kw_only=", "validator")  # fmt: skip
"""What makes a field another one than what an object is given at its place."""


def _field(base: Value, name: str, fields: list[str], own: list[Binding], depth: int) -> Value:
    """What a field is: what the object was made with, or the default that the class has."""
    if base.open:  # it is `self`: then what all objects have that the notebook makes
        is_copied = base.definition is None or base.definition[0].notebook.history(COPIES)
        every = [] if is_copied else objects_of(base, depth)
        values = [_field(one, name, fields, own, depth) for one in every]
        is_one = bool(values) and all(same(values[0], other) for other in values[1:])
        return values[0] if is_one else unknown(_WHY)
    if name in base.entries:
        return base.entries[name]
    if fields.index(name) < len(base.arguments):
        return base.arguments[fields.index(name)]
    value = _all_alike(own, depth) if own else unknown(_WHY)
    if value.name not in _FIELDS:
        return value
    first = value.arguments[0] if value.arguments and value.name == _FIELDS[1] else None
    return value.entries.get("default") or first or unknown(_WHY)
