"""What an expression is known to be, by its kind."""

from __future__ import annotations

import ast
import json
import operator
import shlex
from collections.abc import Callable
from dataclasses import replace
from types import EllipsisType
from typing import TYPE_CHECKING, Any

from ..values import Origin, Value, unknown
from .arguments import arguments_of, given_to, is_partial
from .lookup import class_of, name_of, same

if TYPE_CHECKING:
    from .cell import PythonCell

LONGEST = 64 * 1024
"""Characters of a string that is put together."""


def _constant(cell: PythonCell, node: ast.Constant, depth: int) -> Value:
    del depth
    if isinstance(node.value, EllipsisType):
        return unknown("is made when the notebook runs")
    return Value("constant", 0, 0, constant=node.value, origin=cell.here(node))


def _list(cell: PythonCell, node: ast.List | ast.Tuple | ast.Set, depth: int) -> Value:
    items: list[Value] = []
    is_open = False
    for element in node.elts:
        if isinstance(element, ast.Starred):
            inner = cell.value(element.value, depth)
            is_open = is_open or inner.kind != "list" or inner.open
            items += inner.items
        else:
            items.append(cell.value(element, depth))
    return Value("list", 0, 0, items=tuple(items), open=is_open, origin=cell.here(node))


def _dict(cell: PythonCell, node: ast.Dict, depth: int) -> Value:
    entries: dict[str, Value] = {}
    is_open = False
    for key, item in zip(node.keys, node.values, strict=True):
        value = cell.value(item, depth)
        if key is None:
            is_open = is_open or value.kind != "dict" or value.open
            entries.update(value.entries)
            continue
        name = cell.value(key, depth)
        if name.text is not None:
            entries[name.text] = value
        elif not name.known:
            is_open = True
    return Value("dict", 0, 0, entries=entries, open=is_open, origin=cell.here(node))


def _called(cell: PythonCell, node: ast.Call, depth: int) -> Value:
    function = cell.value(node.func, depth)
    given = arguments_of(cell, node, depth)
    origin = cell.here(node)
    if is_partial(function):
        given = given_to(function, given)
        function = function.arguments[0]
    if function.kind != "reference" or function.name is None:
        words = _words_of(cell, node, depth)
        return words or unknown("is what an unknown function gives")
    arguments, entries, is_open = given
    if function.name == "builtins.dict" and not arguments:
        return Value("dict", 0, 0, entries=entries, open=is_open, origin=origin)
    first = arguments[0].text if arguments else None
    if function.name == "builtins.getattr" and len(arguments) > 1 and arguments[1].text:
        return _member(arguments[0], arguments[1].text, origin)
    if function.name == "json.loads" and first is not None:
        return _from_json(first, origin)
    if function.name == "shlex.split" and first is not None and not is_open:
        return _listed(_split_words(first), origin)
    return Value(
        "instance", 0, 0, name=function.name, arguments=arguments, entries=entries, open=is_open,
        origin=origin,
    )  # fmt: skip


def _words_of(cell: PythonCell, node: ast.Call, depth: int) -> Value | None:
    """`"pip install x".split()` as a list; None for any other call."""
    function = node.func
    if not isinstance(function, ast.Attribute) or function.attr != "split":
        return None
    text = cell.value(function.value, depth).text
    return None if text is None or node.args else _listed(text.split(), cell.here(node))


def _split_words(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError:
        return []


def _listed(words: list[str], origin: Origin) -> Value:
    items = tuple(Value("constant", 0, 0, constant=word, origin=origin) for word in words)
    return Value("list", 0, 0, items=items, origin=origin)


def _from_json(text: str, origin: Origin) -> Value:
    try:
        return _data(json.loads(text), origin)
    except (ValueError, RecursionError):
        return unknown("is JSON that can't be read")


def _data(content: object, origin: Origin) -> Value:
    if isinstance(content, dict):
        entries = {key: _data(value, origin) for key, value in content.items()}
        return Value("dict", 0, 0, entries=entries, origin=origin)
    if isinstance(content, list):
        items = tuple(_data(value, origin) for value in content)
        return Value("list", 0, 0, items=items, origin=origin)
    return Value("constant", 0, 0, constant=content, origin=origin)  # type: ignore[arg-type]


def _attribute(cell: PythonCell, node: ast.Attribute, depth: int) -> Value:
    return _member(cell.value(node.value, depth), node.attr, cell.here(node))


def _member(base: Value, name: str, origin: Origin) -> Value:
    """A thing's attribute of that name."""
    if base.kind == "reference" and base.name is not None:
        return Value("reference", 0, 0, name=f"{base.name}.{name}", origin=origin)
    if base.kind == "instance" and base.name is not None:
        # what made the instance stays with it: boto3.client("sagemaker").create_model
        return replace(base, kind="reference", name=f"{base.name}().{name}", origin=origin)
    if base.kind == "class" and name in base.entries:
        return base.entries[name]
    return unknown("is an attribute of something unknown")


def _subscript(cell: PythonCell, node: ast.Subscript, depth: int) -> Value:
    base, key = cell.value(node.value, depth), cell.value(node.slice, depth)
    if base.kind == "dict" and key.text is not None and key.text in base.entries:
        return base.entries[key.text]
    is_index = isinstance(key.constant, int) and base.kind == "list" and not base.open
    if is_index and -len(base.items) <= key.constant < len(base.items):  # type: ignore[operator]
        return base.items[key.constant]  # type: ignore[index]
    why = unknown("is looked up when the notebook runs")
    is_answer = base.kind == "instance" and key.text is not None
    return replace(why, name=f"{base.name}()[{key.text}]") if is_answer else why


def _string(cell: PythonCell, node: ast.JoinedStr, depth: int) -> Value:
    text = ""
    for part in node.values:
        inner = part.value if isinstance(part, ast.FormattedValue) else part
        if isinstance(part, ast.FormattedValue) and (part.conversion != -1 or part.format_spec):
            return unknown("is formatted when the notebook runs")
        value = cell.value(inner, depth)
        if value.kind != "constant" or isinstance(value.constant, bytes):
            return unknown("is formatted when the notebook runs")
        text += str(value.constant)
        if len(text) > LONGEST:
            return unknown("is too long")
    return Value("constant", 0, 0, constant=text, origin=cell.here(node))


def _sum(cell: PythonCell, node: ast.BinOp, depth: int) -> Value:
    left, right = cell.value(node.left, depth), cell.value(node.right, depth)
    if isinstance(node.op, ast.Add) and left.text is not None and right.text is not None:
        text = (left.text + right.text)[: LONGEST + 1]
        if len(text) <= LONGEST:
            return Value("constant", 0, 0, constant=text, origin=cell.here(node))
    work = _ARITHMETIC.get(type(node.op))
    one, other = _integer(left), _integer(right)
    if work and one is not None and other is not None:
        return Value("constant", 0, 0, constant=work(one, other), origin=cell.here(node))
    if isinstance(node.op, ast.BitOr) and left.kind == right.kind == "dict":
        entries = {**left.entries, **right.entries}
        is_open = left.open or right.open
        return Value("dict", 0, 0, entries=entries, open=is_open, origin=cell.here(node))
    return unknown("is computed when the notebook runs")


_LARGEST = 2**31
_ARITHMETIC: dict[type[ast.operator], Callable[[int, int], int]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
}


def _integer(value: Value) -> int | None:
    """A whole number that is no truth value and of ordinary size."""
    number = value.constant
    if isinstance(number, int) and not isinstance(number, bool) and abs(number) < _LARGEST:
        return number
    return None


def _sign(cell: PythonCell, node: ast.UnaryOp, depth: int) -> Value:
    value = cell.value(node.operand, depth)
    if isinstance(node.op, ast.Not) and isinstance(value.constant, bool):
        return Value("constant", 0, 0, constant=not value.constant, origin=cell.here(node))
    if isinstance(node.op, ast.USub) and type(value.constant) in (int, float):
        negative = -value.constant  # type: ignore[operator]
        return Value("constant", 0, 0, constant=negative, origin=cell.here(node))
    return unknown("is computed when the notebook runs")


def _either(cell: PythonCell, node: ast.IfExp, depth: int) -> Value:
    yes, no = cell.value(node.body, depth), cell.value(node.orelse, depth)
    return yes if same(yes, no) else unknown("depends on a condition")


READERS: dict[type[ast.AST], Callable[[PythonCell, Any, int], Value]] = {
    ast.Constant: _constant,
    ast.List: _list,
    ast.Tuple: _list,
    ast.Set: _list,
    ast.Dict: _dict,
    ast.Call: _called,
    ast.Attribute: _attribute,
    ast.Subscript: _subscript,
    ast.JoinedStr: _string,
    ast.BinOp: _sum,
    ast.UnaryOp: _sign,
    ast.IfExp: _either,
    ast.Name: name_of,
    ast.ClassDef: class_of,
}
