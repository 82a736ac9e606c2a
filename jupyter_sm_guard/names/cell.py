"""A cell's syntax tree, positions, names and values."""

from __future__ import annotations

import ast
import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING, TypeVar, cast

from ..values import Origin, Value, unknown
from .attributes import set_in
from .bindings import Binding, History, bindings_in, bindings_of
from .calls import Assignment, Call
from .conditions import closed_in
from .expressions import READERS, constant
from .lines import physical_lines
from .lookup import FUNCTIONS
from .parameters import has_object, parameters_of

if TYPE_CHECKING:
    from .notebook import Notebook

Node = TypeVar("Node", bound=ast.AST)
DEPTH = 40
"""Steps that one value is followed; what takes more is unknown."""
_ITSELF = unknown("is set with the help of itself")
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_SCOPES = (*FUNCTIONS, *_COMPREHENSIONS)
_LEAVES = (ast.Name, ast.Constant, ast.Global, ast.Nonlocal, ast.MatchSingleton)
_PLAIN = frozenset(
    ("arg", "asname", "attr", "conversion", "ctx", "id", "is_async", "kind", "kwd_attrs", "level",
     "module", "name", "op", "ops", "rest", "simple", "str", "tag", "type_comment", "type_ignores")
)  # fmt: skip
"""Fields of nodes that hold no statement, expression or pattern."""
_WORD = re.compile(r"[^\W\d]\w*")


class PythonCell:
    """A cell's syntax tree with positions as offsets in its text, and what its names stand for.

    `source` holds whatever stands in `text`, the Python of it, which is made when it is needed."""

    def __init__(
        self,
        notebook: Notebook,
        index: int,
        source: str,
        parse: Callable[[], ast.Module | None],
        number: int,
        text: Callable[[], str] | None = None,
    ):
        self.notebook = notebook
        self.index = index
        self.source = source
        self.number = number
        self._parse = parse
        self._text = text
        self._values: dict[int, Value] = {}
        self._locals: dict[int, dict[str, History]] = {}
        self.families: dict[ast.ClassDef, list[ast.ClassDef] | None] = {}
        self.first_conditions: dict[ast.AST, int | None] = {}

    @cached_property
    def text(self) -> str:
        """The Python in the source, the rest blanked."""
        return self.source if self._text is None else self._text()

    def holds(self, literals: Iterable[str]) -> bool:
        """Whether one of them stands in the Python of the cell."""
        there = [literal for literal in literals if literal in self.source]
        return any(literal in self.text for literal in there)

    @cached_property
    def has_walrus(self) -> bool:
        """Whether names may be bound inside expressions."""
        return ":=" in self.text

    @cached_property
    def tree(self) -> ast.Module:
        """The syntax tree; an empty one for what is no Python."""
        return self._parse() or ast.Module(body=[], type_ignores=[])

    @cached_property
    def words(self) -> frozenset[str]:
        """Everything in the source that could be a name, and `*` where all names are imported."""
        every = ("*",) if "import *" in self.source else ()
        return frozenset([*_WORD.findall(self.source), *every])

    @cached_property
    def bindings(self) -> dict[str, list[Binding]]:
        """The names that the cell binds; with a dot before them, the attributes that it sets."""
        found: dict[str, list[Binding]] = {}
        for name, binding in bindings_of(self):
            found.setdefault(name, []).append(binding)
        for name, binding in set_in(self) if self.notebook.has_classes else ():
            found.setdefault(name, []).append(binding)
        for node in self.nodes(ast.Global) if "global" in self.text else ():
            order = self.offset(node.lineno, node.col_offset)
            for name in node.names:  # which a function may set to anything, whenever it runs
                found.setdefault(name, []).append(Binding(self, order, None, False, "global"))
                found[name].sort(key=lambda binding: binding.order)
        return found

    @property
    def binds(self) -> frozenset[str]:
        """The words by which other cells get at what the cell binds; `*` for any word."""
        return frozenset(name.lstrip(".") for name in self.bindings)

    @cached_property
    def closed(self) -> list[tuple[int, int]]:
        """The branches that constants close."""
        return list(closed_in(self))

    @cached_property
    def methods(self) -> dict[ast.AST, ast.ClassDef]:
        """The class of each function that stands in the body of one."""
        every = self.nodes(ast.ClassDef)
        return {
            inner: node for node in every for inner in node.body if inner.__class__ in FUNCTIONS
        }

    def is_in_class_body(self, node: ast.Name, order: int) -> bool:
        """Whether a name may be one of a class in whose body, and in no method's, it stands."""
        scope = self.scope_of(node)
        for around in self._in_classes.get(node.id, ()):
            start, end = self.span(around)
            method = scope if scope in self.methods and self.methods[scope] is around else None
            is_near = scope is self.scope_of(around) or method is not None
            body = getattr(method, "body", None)
            in_method = isinstance(body, list) and order >= self.span(body[0])[0]
            if start <= order < end and is_near and not in_method:
                return True
        return False

    @cached_property
    def _in_classes(self) -> dict[str, list[ast.ClassDef]]:
        """The classes that bind each name in their bodies."""
        found: dict[str, list[ast.ClassDef]] = {}
        for around in self.nodes(ast.ClassDef):
            for name in {name for name, _ in bindings_in(self, around.body)}:
                found.setdefault(name, []).append(around)
        return found

    def class_of(self, name: ast.Name) -> ast.ClassDef | None:
        """The class whose object a method has by this name, or that a class method has."""
        scope = self.scope_of(name)
        while scope is not None and name.id not in parameters_of(scope):
            scope = self.scope_of(scope)
        if scope not in self.methods or not has_object(scope, name.id):
            return None
        own = self.locals_of(scope).get(name.id)
        return None if own and any(b.is_whole for b in own.all) else self.methods[scope]

    def bound_where(self, counts: Callable[[str], bool]) -> Iterator[str]:
        """The names that are bound by statements whose text counts."""
        for text, names in self._statements:
            if names and counts(text):
                yield from names

    def bound_with(self, name: str, seen: set[tuple[int, int]]) -> Iterator[str]:
        """The names that are bound by statements in which this one stands, where those are not
        `seen` yet; now they are."""
        for number in self._by_word.get(name, ()):
            if (self.number, number) not in seen:
                seen.add((self.number, number))
                yield from self._statements[number][1]

    @cached_property
    def _by_word(self) -> dict[str, list[int]]:
        """In which statements that bind something each word stands."""
        found: dict[str, list[int]] = {}
        for number, (text, names) in enumerate(self._statements):
            for word in set(_WORD.findall(text)) if names else ():
                found.setdefault(word, []).append(number)
        return found

    @cached_property
    def _statements(self) -> list[tuple[str, list[str]]]:
        """The text of each statement at the cell's top, and the names that it binds, or may give
        something as functions."""
        starts = [self.offset(first_line(node), 0) for node in self.tree.body]
        bound: list[list[str]] = [[] for _ in starts]
        for name, bindings in self.bindings.items():
            for number in {bisect_right(starts, binding.order) - 1 for binding in bindings}:
                bound[number].append(name.lstrip("."))
        ends = [*starts[1:], len(self.text)] if starts else []
        found = [(self.text[s:e], n) for s, e, n in zip(starts, ends, bound, strict=True)]
        called = self.notebook.functions & self.words if starts else frozenset()
        for text, names in found if called else ():
            names.extend(called.intersection(_WORD.findall(text)))
        return found

    def nodes(self, kind: type[Node]) -> list[Node]:
        """The nodes of a kind, the outer ones before the inner ones."""
        return cast("list[Node]", self._walked[0].get(kind, []))

    @cached_property
    def _walked(self) -> tuple[dict[type[ast.AST], list[ast.AST]], dict[int, ast.AST]]:
        """The nodes by their kind, and the innermost function around each that has one."""
        nodes: list[ast.AST] = [self.tree]
        kinds: defaultdict[type[ast.AST], list[ast.AST]] = defaultdict(list)
        scopes: dict[int, ast.AST] = {}
        for node in nodes:  # which grows while it is read
            kind = node.__class__
            kinds[kind].append(node)
            fields = _FIELDS[kind]
            if not fields:
                continue
            before = len(nodes)
            for field in fields:
                inner = getattr(node, field)
                if inner.__class__ is list:
                    nodes += inner if None not in inner else filter(None, inner)
                elif inner is not None:
                    nodes.append(inner)
            scope = node if kind in _SCOPES else scopes.get(id(node))
            if scope is not None:
                for child in nodes[before:]:
                    scopes[id(child)] = scope
        return kinds, scopes

    def given_by(self, function: ast.FunctionDef) -> list[ast.AST]:
        """The `return`s and `yield`s of a function."""
        return self._by_scope.get(function, [])

    @cached_property
    def _by_scope(self) -> defaultdict[ast.AST | None, list[ast.AST]]:
        found: defaultdict[ast.AST | None, list[ast.AST]] = defaultdict(list)
        for kind in (ast.Return, ast.Yield, ast.YieldFrom):
            for node in self.nodes(kind):
                found[self.scope_of(node)].append(node)
        return found

    @cached_property
    def _lines(self) -> tuple[list[int], list[str]]:
        """Where each line starts, with the lines; without them where all is ASCII."""
        lines = physical_lines(self.text)
        starts = list(accumulate(map(len, lines), initial=0))
        return starts[:-1], [] if self.text.isascii() else lines

    def offset(self, line: int, column: int) -> int:
        """The offset in the text of a node's line (from 1) and column (in bytes of UTF-8)."""
        starts, lines = self._lines
        if not 1 <= line <= len(starts):
            return len(self.text)
        if lines and not (text := lines[line - 1]).isascii():
            column = len(text.encode("utf-8", "surrogatepass")[:column].decode("utf-8", "ignore"))
        return starts[line - 1] + column

    def span(self, node: ast.AST) -> tuple[int, int]:
        """Where a node starts and ends, as offsets in the text."""
        try:
            line, column, last, end = (
                node.lineno, node.col_offset, node.end_lineno, node.end_col_offset  # type: ignore[attr-defined]
            )  # fmt: skip
        except AttributeError:  # the module and the like, which stand nowhere
            return 0, 0
        return self.offset(line, column), self.offset(last, end)

    @cached_property
    def _calls(self) -> dict[ast.Call, Call]:
        return {node: Call(self, node) for node in self.nodes(ast.Call)}

    @cached_property
    def plain_calls(self) -> dict[str, list[ast.Call]]:
        """The calls of what stands there as a mere name."""
        found: dict[str, list[ast.Call]] = {}
        for node in self._calls:
            if isinstance(node.func, ast.Name):
                found.setdefault(node.func.id, []).append(node)
        return found

    @cached_property
    def uses(self) -> Counter[str]:
        """How often each mere name is used, as what is called or otherwise."""
        return Counter(n.id for n in self.nodes(ast.Name) if isinstance(n.ctx, ast.Load))

    def calls(self) -> Iterable[Call]:
        """Every call in the cell, outer ones before inner ones."""
        return self._calls.values()

    def call(self, node: ast.Call) -> Call:
        """One call of the cell."""
        return self._calls[node]

    def assignments(self) -> Iterator[Assignment]:
        """Every assignment to a name, attribute or subscript."""
        for node in self.nodes(ast.Assign):
            for target in node.targets:
                yield Assignment(self, node, target, node.value)
        for one in self.nodes(ast.AnnAssign):
            if one.value is not None:
                yield Assignment(self, one, one.target, one.value)

    def dicts(self) -> Iterator[Value]:
        """Every dict literal and `dict(…)`; of each, outer ones before inner ones."""
        for node in self.nodes(ast.Dict):
            yield self.value(node)
        for call in self.nodes(ast.Call):
            if isinstance(call.func, ast.Name) and call.func.id == "dict":
                value = self.value(call)
                if value.kind == "dict":
                    yield value

    def entries(self) -> Iterator[tuple[str, ast.expr]]:
        """The entries of all dict literals: key and value, which nobody has followed yet."""
        for node in self.nodes(ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                name = key.value if isinstance(key, ast.Constant) else None
                if key is not None and not isinstance(key, ast.Constant):
                    name = self.value(key).text
                if isinstance(name, str):
                    yield name, value

    def strings(self, holding: str) -> Iterator[Value]:
        """Every string constant that holds a text."""
        for node in self.nodes(ast.Constant):
            if isinstance(node.value, str) and holding in node.value:
                yield self.value(node)

    def texts(self, holding: str) -> Iterator[Value]:
        """Every text that is put together of pieces, of which a text is written in one."""
        for kind in (ast.JoinedStr, ast.BinOp, ast.Call):
            for node in self.nodes(kind) if holding in self.text else ():
                may_be = not isinstance(node, ast.Call) or _is_format(node.func)
                value = self.value(node) if may_be else None
                if value is not None and holding in (value.wording or ""):
                    yield value

    def written(self, target: ast.expr) -> str | None:
        """A target's dotted name: through aliases of modules, else as it is written."""
        if isinstance(target, ast.Name):
            return target.id
        if isinstance(target, ast.Attribute):
            base = self.value(target.value)
            if base.kind in ("reference", "instance") and base.name is not None:
                return f"{base.name}.{target.attr}"
            written = self.written(target.value)
            return None if written is None else f"{written}.{target.attr}"
        return None

    def value(self, node: ast.AST, depth: int = 0) -> Value:
        """What an expression is known to be. Never raises."""
        found = self._values.get(id(node))
        if found is None and isinstance(node, ast.Constant):  # which is followed nowhere
            found = self._values[id(node)] = constant(self, node, depth)
        elif found is None:
            self._values[id(node)] = _ITSELF
            circles = self.notebook.circles
            circles.entered(id(node))
            found = self._read(node, depth)
            found = _ITSELF if circles.left(id(node)) else found
            found = self._values[id(node)] = found.at(*self.span(node))
        else:
            self.notebook.circles.seen(id(node))
        return found if found is not _ITSELF else found.at(*self.span(node))

    def _read(self, node: ast.AST, depth: int) -> Value:
        if depth > DEPTH:
            return unknown("followed too far")
        read = READERS.get(type(node))
        return read(self, node, depth + 1) if read else unknown("is made when the notebook runs")

    def here(self, node: ast.AST) -> Origin:
        """A node's place."""
        return Origin(self.index, *self.span(node))

    def locals_of(self, scope: ast.AST) -> dict[str, History]:
        """The names that a function binds, without those of functions inside it."""
        found = self._locals.get(id(scope))
        if found is None:
            found = self._locals[id(scope)] = {}
            body = getattr(scope, "body", None)
            for name, binding in bindings_in(self, body) if isinstance(body, list) else ():
                found.setdefault(name, History()).add(binding)
        return found

    def scope_of(self, node: ast.AST) -> ast.AST | None:
        """The innermost function or comprehension around a node; None at the cell's top."""
        return self._walked[1].get(id(node))


def _is_format(function: ast.expr) -> bool:
    return isinstance(function, ast.Attribute) and function.attr == "format"


class _Fields(dict[type[ast.AST], tuple[str, ...]]):
    """By the kind of a node the fields that hold further nodes."""

    def __missing__(self, kind: type[ast.AST]) -> tuple[str, ...]:
        every = () if kind in _LEAVES else kind._fields
        self[kind] = tuple(field for field in every if field not in _PLAIN)
        return self[kind]


_FIELDS = _Fields()


def first_line(statement: ast.stmt) -> int:
    """The line that a statement starts in, its decorators included."""
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return min([statement.lineno, *(decorator.lineno for decorator in decorators)])
