"""What an expression is known to be, by its kind."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import EllipsisType
from typing import TYPE_CHECKING, Any

from ..values import Origin, Value, unknown
from .arguments import Given, arguments_of, given_to, is_partial
from .attributes import NAMESPACES, as_dict, attribute_of, class_of, entry_of, with_fields
from .changes import stored
from .comprehensions import dict_by, from_keys, listed_by
from .lookup import name_of
from .loops import SET, made_of, of_dict
from .returned import returned
from .same import same
from .sums import added, calculated
from .texts import (
    LONGEST,
    MOST_ENTRIES,
    MOST_ITEMS,
    by_percent,
    formatted,
    of_method,
    words_of,
)

if TYPE_CHECKING:
    from .cell import PythonCell


_LARGEST = 2**63
_DEEPEST = 30


def constant(cell: PythonCell, node: ast.Constant, depth: int) -> Value:
    """What is written out."""
    del depth
    here = cell.here(node)
    if isinstance(node.value, EllipsisType):
        return unknown("is made when the notebook runs", here.start, here.end)
    if isinstance(node.value, int) and abs(node.value) > _LARGEST:  # too long to be written down
        return unknown("is a very large number", here.start, here.end)
    return Value("constant", here.start, here.end, constant=node.value, origin=here)


def _list(cell: PythonCell, node: ast.List | ast.Tuple | ast.Set, depth: int) -> Value:
    items: list[Value] = []
    is_open = False
    for element in node.elts:
        if isinstance(element, ast.Starred):
            inner = cell.value(element.value, depth)
            is_open = is_open or inner.kind != "list" or inner.open
            items += inner.items_here
            if len(items) > MOST_ITEMS:
                return unknown("is too long")
        else:
            items.append(stored(cell, element, depth))
    name = SET if isinstance(node, ast.Set) else None
    return Value("list", 0, 0, items=tuple(items), open=is_open, origin=cell.here(node), name=name)


def _dict(cell: PythonCell, node: ast.Dict, depth: int) -> Value:
    entries: dict[str, Value] = {}
    others: list[Value] = []
    is_open = False
    for key, item in zip(node.keys, node.values, strict=True):
        value = cell.value(item, depth) if key is None else stored(cell, item, depth)
        if key is None:
            if value.kind != "dict" or value.open:  # it may set again what stands before it
                is_open, why = True, "may be set again by what ** brings"
                entries = dict.fromkeys(entries, unknown(why))
            entries.update(value.entries)
            if len(entries) > MOST_ENTRIES:
                return unknown("is too long")
            continue
        name = cell.value(key, depth)
        if name.text is not None:
            entries[name.text] = value
        elif name.known:
            others.append(value)
        else:
            is_open = True
    return Value(
        "dict", 0, 0, entries=entries, open=is_open, origin=cell.here(node),
        arguments=tuple(others),
    )  # fmt: skip


def _function(cell: PythonCell, node: ast.Lambda, depth: int) -> Value:
    del depth
    return replace(unknown("is a function of the notebook"), definition=(cell, node))


def _called(cell: PythonCell, node: ast.Call, depth: int) -> Value:
    function = cell.value(node.func, depth)
    if function.definition is not None and not function.known:
        there, definition = function.definition
        return returned(there, definition, depth, node)
    given = arguments_of(cell, node, depth)
    if is_partial(function):
        given = given_to(function, given)
        function = function.arguments[0]
    if function.kind == "class":
        return Value(
            "object", 0, 0, arguments=given[0], entries=given[1], open=given[2],
            origin=cell.here(node), definition=function.definition,
        )  # fmt: skip
    if function.kind == "reference" and function.name is not None:
        own = _of_objects(cell, node, function.name, given, depth)
        return own or _made_by(function.name, given, cell.here(node))
    made = None
    if isinstance(node.func, ast.Attribute) and not given[2]:
        base, method = cell.value(node.func.value, depth), node.func.attr
        made = _each(base, lambda one: _of_method(one, method, given, cell.here(node)))
    return made or unknown("is what an unknown function gives")


def _of_objects(
    cell: PythonCell, node: ast.Call, name: str, given: Given, depth: int
) -> Value | None:
    """What functions give that look into objects; None for any other function."""
    arguments = given[0]
    if not arguments:
        return None
    if name == "dataclasses.replace":
        return with_fields(given, cell.here(node))
    first, *others = arguments
    if name == "dataclasses.asdict":
        return as_dict(first, cell.here(node), depth)
    named = others[0].text if name == "builtins.getattr" and others else None
    return _member(cell, first, named, node, depth) if named else None


def _made_by(name: str, given: Given, origin: Origin) -> Value:
    """What the thing of that dotted name gives."""
    arguments, entries, is_open = given
    if not is_open and len(arguments) == 1:
        copied = _each(arguments[0], lambda one: _copied(name, one, entries, origin))
        if copied is not None:
            return copied
    if name == "builtins.dict.fromkeys":
        return from_keys(arguments, origin)
    if not is_open and not entries and (made := made_of(name, arguments, origin)) is not None:
        return made
    if name == "builtins.dict" and not arguments:
        return Value("dict", 0, 0, entries=entries, open=is_open, origin=origin)
    return Value(
        "instance", 0, 0, name=name, arguments=arguments, entries=entries, open=is_open,
        origin=origin,
    )  # fmt: skip


def _each(given: Value, make: Callable[[Value], Value | None]) -> Value | None:
    """What is made of a value; of one that is another one each time, what is made each time."""
    if not given.each:
        return make(given)
    made = [make(one) for one in given.each]
    why = unknown("is made when the notebook runs")
    each = tuple(why if one is None else one for one in made) if any(made) else ()
    new = unknown("is another one each time")
    return replace(new, each=each, times=given.times) if each else None


_COPIES = ("copy.copy", "copy.deepcopy")
_SAME_WORDS = ("textwrap.dedent", "inspect.cleandoc")


def _copied(
    function: str, given: Value, named: Mapping[str, Value], origin: Origin
) -> Value | None:
    """What a function makes of the one thing that it is given; None for any other function."""
    if function in _COPIES:
        return given if given.kind in ("dict", "list") else None
    if function == "builtins.dict" and given.kind == "dict":
        if len(given.entries) + len(named) > MOST_ENTRIES:
            return unknown("is too long")
        return replace(given, entries={**given.entries, **named}, origin=origin)
    if function == "json.loads" and given.text is not None and len(given.text) <= LONGEST:
        return _from_json(given.text, origin)
    if function == "shlex.split" and given.wording is not None:
        return words_of(given.wording, origin)
    return given if function in _SAME_WORDS and given.wording is not None else None


def _of_method(base: Value, method: str, given: Given, origin: Origin) -> Value | None:
    """What a method of a text, dict or list gives; None for any other."""
    arguments, named, _ = given
    if method == "copy" and base.kind in ("dict", "list"):
        return base
    if method in ("items", "keys", "values") and base.kind == "dict" and not arguments:
        return of_dict(base, method)
    if method == "get" and base.kind == "dict" and arguments:
        key = arguments[0].text
        if key is None or (base.open and key not in base.entries):
            return None
        default = arguments[1] if len(arguments) > 1 else Value("constant", 0, 0, origin=origin)
        return base.entries.get(key, default)
    return of_method(base, method, arguments, named, origin)


def _from_json(text: str, origin: Origin) -> Value:
    try:
        return _data(json.loads(text), origin)
    except (ValueError, RecursionError):
        return unknown("is JSON that can't be read")


def _data(content: object, origin: Origin, depth: int = 0) -> Value:
    if depth > _DEEPEST:
        return unknown("is nested too deep")
    if isinstance(content, dict):
        entries = {key: _data(value, origin, depth + 1) for key, value in content.items()}
        return Value("dict", 0, 0, entries=entries, origin=origin)
    if isinstance(content, list) and len(content) <= MOST_ITEMS:
        items = tuple(_data(value, origin, depth + 1) for value in content)
        return Value("list", 0, 0, items=items, origin=origin)
    return Value("constant", 0, 0, constant=content, origin=origin)  # type: ignore[arg-type]


def _attribute(cell: PythonCell, node: ast.Attribute, depth: int) -> Value:
    return _member(cell, cell.value(node.value, depth), node.attr, node, depth)


def _member(cell: PythonCell, base: Value, name: str, node: ast.AST, depth: int) -> Value:
    """A thing's attribute of that name."""
    if base.each:
        made = _each(base, lambda one: _member(cell, one, name, node, depth))
        return made or unknown(base.why)
    if base.kind == "instance" and base.name in NAMESPACES:
        return entry_of(cell, base, name)
    if base.kind == "reference" and base.name is not None:
        return Value("reference", 0, 0, name=f"{base.name}.{name}", origin=cell.here(node))
    if base.name == "enum.Enum" and name == "value" and base.arguments:
        return base.arguments[0]
    if base.kind == "instance" and base.name is not None:
        # what made the instance stays with it: boto3.client("sagemaker").create_model
        return replace(base, kind="reference", name=f"{base.name}().{name}", origin=cell.here(node))
    if base.kind in ("class", "object"):
        return attribute_of(base, name, depth)
    return unknown("is an attribute of something unknown")


def _subscript(cell: PythonCell, node: ast.Subscript, depth: int) -> Value:
    base, key = cell.value(node.value, depth), cell.value(node.slice, depth)
    if base.each or key.each:
        return _each_entry(base, key) or unknown("is looked up when the notebook runs")
    return _entry(base, key)


def _each_entry(base: Value, key: Value) -> Value | None:
    """Of a value, or by a key, that is another one each time."""
    if base.each and key.each:
        return None
    each = [_entry(one, other) for one in base.every for other in key.every]
    new = unknown("is another one each time")
    return replace(new, each=tuple(each), times=base.times or key.times)


def _entry(base: Value, key: Value) -> Value:
    """What stands in a dict or list at a key."""
    if base.kind == "dict" and key.text is not None and key.text in base.entries:
        return base.entries[key.text]
    is_index = isinstance(key.constant, int) and base.kind == "list" and not base.open
    if is_index and -len(base.items) <= key.constant < len(base.items):  # type: ignore[operator]
        return base.items[key.constant]  # type: ignore[index]
    why = unknown("is looked up when the notebook runs")
    is_answer = base.kind == "instance" and key.text is not None
    return replace(why, name=f"{base.name}()[{key.text}]") if is_answer else why


def _sum(cell: PythonCell, node: ast.BinOp, depth: int) -> Value:
    left, right = cell.value(node.left, depth), cell.value(node.right, depth)
    origin = cell.here(node)
    if isinstance(node.op, ast.Add):
        return added(left, right, origin)
    if isinstance(node.op, ast.BitOr) and left.kind == right.kind == "dict":
        entries = {**left.entries, **right.entries}
        if len(entries) > MOST_ENTRIES:
            return unknown("is too long")
        return Value("dict", 0, 0, entries=entries, open=left.open or right.open, origin=origin)
    text = by_percent(left, right, origin) if isinstance(node.op, ast.Mod) else None
    return text or calculated(left, right, node.op, origin)


def _sign(cell: PythonCell, node: ast.UnaryOp, depth: int) -> Value:
    value = cell.value(node.operand, depth)
    made = _each(value, lambda one: _signed(cell, node, one))
    return made or unknown("is computed when the notebook runs")


def _signed(cell: PythonCell, node: ast.UnaryOp, value: Value) -> Value:
    if isinstance(node.op, ast.Not) and value.kind == "constant":
        return Value("constant", 0, 0, constant=not value.constant, origin=cell.here(node))
    if isinstance(node.op, ast.USub) and type(value.constant) in (int, float):
        negative = -value.constant  # type: ignore[operator]
        return Value("constant", 0, 0, constant=negative, origin=cell.here(node))
    return unknown("is computed when the notebook runs")


def _either(cell: PythonCell, node: ast.IfExp, depth: int) -> Value:
    yes, no = cell.value(node.body, depth), cell.value(node.orelse, depth)
    test = cell.value(node.test, depth).constant
    if isinstance(test, bool):
        return yes if test else no
    return yes if same(yes, no) else unknown("depends on a condition")


READERS: dict[type[ast.AST], Callable[[PythonCell, Any, int], Value]] = {
    ast.Constant: constant,
    ast.List: _list,
    ast.Tuple: _list,
    ast.Set: _list,
    ast.Dict: _dict,
    ast.Call: _called,
    ast.Attribute: _attribute,
    ast.Subscript: _subscript,
    ast.JoinedStr: formatted,
    ast.BinOp: _sum,
    ast.UnaryOp: _sign,
    ast.IfExp: _either,
    ast.Name: name_of,
    ast.ClassDef: class_of,
    ast.Lambda: _function,
    ast.ListComp: listed_by,
    ast.GeneratorExp: listed_by,
    ast.DictComp: dict_by,
}
