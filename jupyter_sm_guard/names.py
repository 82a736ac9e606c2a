"""Names across a whole notebook: what each stands for where it is used, without running anything.

Cells are taken to run from top to bottom. A name that is bound differently on different ways to the
same place is unknown, and so is whatever a loop, an argument or another module decides.
"""

from __future__ import annotations

import ast
import builtins
import json
import operator
import re
import shlex
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, partial
from types import EllipsisType
from typing import Any

from .values import Origin, Value, unknown

DEPTH = 40
"""Steps that one value is followed; what takes more is unknown."""
LONGEST = 64 * 1024
"""Characters of a string that is put together."""
MOST_BINDINGS = 64
"""Bindings of a name between which nothing is sure; after more it is unknown."""
_BRANCHES = (
    ast.If, ast.For, ast.AsyncFor, ast.While, ast.Try, ast.Match, *(
        filter(None, (getattr(ast, "TryStar", None),))
    )
)  # fmt: skip
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_SCOPES = (*_FUNCTIONS, *_COMPREHENSIONS)
_LEAVES = (ast.Name, ast.Constant)
_MARKS = (ast.expr_context, ast.operator, ast.unaryop)


class Call:
    """A call as it stands: what is called, with what. `name` is dotted and without aliases, None
    where it is unknown; `open` says that arguments come from where they can't be seen. Arguments
    are followed only when they are asked for."""

    def __init__(self, cell: PythonCell, node: ast.Call):
        self.cell = cell
        self.node = node
        self.method = node.func.attr if isinstance(node.func, ast.Attribute) else None

    @cached_property
    def name(self) -> str | None:
        """The dotted name of what is called."""
        function = self.function
        return function.name if function.kind == "reference" else None

    def may_be(self, names: frozenset[str]) -> bool:
        """Whether what is called may have one of these names, by the last part of each: told from
        the text alone, so that most calls need not be followed."""
        function = self.node.func
        if isinstance(function, ast.Attribute):
            return function.attr in names
        if isinstance(function, ast.Name):
            return function.id in names or self.cell.notebook.renames(function.id)
        return True

    @cached_property
    def function(self) -> Value:
        """What is called; of `functools.partial`, the function inside."""
        function = self.cell.value(self.node.func)
        return function.arguments[0] if _is_partial(function) else function

    @cached_property
    def receiver(self) -> Value:
        """What a method is called on."""
        function = self.node.func
        if isinstance(function, ast.Attribute):
            return self.cell.value(function.value)
        return unknown("no receiver")

    @cached_property
    def _given(self) -> tuple[tuple[Value, ...], dict[str, Value], bool]:
        return _given_to(self.cell.value(self.node.func), _arguments(self.cell, self.node, 0))

    @property
    def arguments(self) -> tuple[Value, ...]:
        """The arguments without a name."""
        return self._given[0]

    @cached_property
    def _is_partial(self) -> bool:
        return self.cell.notebook.names_partial and _is_partial(self.cell.value(self.node.func))

    @cached_property
    def keywords(self) -> Mapping[str, Value]:
        """The arguments with a name, those of `**{…}` included."""
        written = {k.arg: k.value for k in self.node.keywords if k.arg is not None}
        is_plain = len(written) == len(self.node.keywords) and not self._is_partial
        return _Written(self.cell, written) if is_plain else self._given[1]

    @property
    def open(self) -> bool:
        """Whether there may be more arguments."""
        return self._given[2]

    @cached_property
    def _span(self) -> tuple[int, int]:
        return self.cell.span(self.node)

    @property
    def start(self) -> int:
        """Where the call starts."""
        return self._span[0]

    @property
    def end(self) -> int:
        """Where the call ends."""
        return self._span[1]

    @property
    def name_end(self) -> int:
        """Where what is called ends: before the bracket."""
        return self.cell.span(self.node.func)[1]

    def argument(self, name: str, position: int | None = None) -> Value | None:
        """The argument of that name, or at that place; None where it is not given."""
        if name in self.keywords:
            return self.keywords[name]
        if position is None:
            return None
        before = [] if self._is_partial else self.node.args[: position + 1]
        if position < len(before) and not any(isinstance(a, ast.Starred) for a in before):
            return self.cell.value(before[position])
        return self.arguments[position] if position < len(self.arguments) else None


class _Written(Mapping[str, Value]):
    """Arguments by their names, each followed when it is asked for."""

    def __init__(self, cell: PythonCell, nodes: dict[str, ast.expr]):
        self.cell = cell
        self.nodes = nodes

    def __getitem__(self, name: str) -> Value:
        return self.cell.value(self.nodes[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self.nodes)

    def __len__(self) -> int:
        return len(self.nodes)

    def __contains__(self, name: object) -> bool:
        return name in self.nodes


class Assignment:
    """`target = value` or `target[key] = value`. `key` and `value` are followed only when they are
    asked for; `target` is dotted and without aliases, `node` is the value as it is written."""

    def __init__(self, cell: PythonCell, node: ast.stmt, target: ast.expr, value: ast.expr):
        self._cell, self._statement, self._target, self.node = cell, node, target, value

    @property
    def target(self) -> str | None:
        """What is assigned to, without the key."""
        target = self._target
        return self._cell.written(target.value if isinstance(target, ast.Subscript) else target)

    @property
    def key(self) -> Value | None:
        """The key, where a subscript is assigned to."""
        target = self._target
        return self._cell.value(target.slice) if isinstance(target, ast.Subscript) else None

    @property
    def value(self) -> Value:
        """What is assigned."""
        return self._cell.value(self.node)

    @property
    def start(self) -> int:
        """Where the statement starts."""
        return self._cell.span(self._statement)[0]

    @property
    def end(self) -> int:
        """Where the statement ends."""
        return self._cell.span(self._statement)[1]


@dataclass
class Binding:
    """A place where a name gets a value, in document order. `node` is the value's expression, a
    statement (import, definition), or None where the value can't be known; `path` is the way into
    a tuple that is taken apart, `sure` that it happens whenever the notebook runs."""

    cell: PythonCell
    order: int
    node: ast.AST | None
    sure: bool
    kind: str = "value"
    path: tuple[int, ...] = ()
    key: ast.expr | None = None
    imported: str | None = None
    by_method: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether the name stands for something else from here on."""
        return self.kind in ("value", "import")


Make = Callable[..., Binding]
"""Makes a binding at a known place."""


class Notebook:
    """The Python cells of one document and the names that they bind. A cell is parsed only when
    somebody asks about it, or about a name that stands in it."""

    def __init__(self) -> None:
        self.cells: list[PythonCell] = []
        self._histories: dict[str, _History | None] = {}
        self._renames: dict[str, bool] = {}

    def add(
        self,
        index: int,
        source: str,
        parse: Callable[[], ast.Module | None],
        text: Callable[[], str] | None = None,
    ) -> PythonCell:
        """The next cell, in their order. `parse` gives None for what is no Python, `text` what of
        the source is Python."""
        cell = PythonCell(self, index, source, parse, len(self.cells), text)
        self.cells.append(cell)
        return cell

    def history(self, name: str) -> _History | None:
        """All that happens to a name; None where it is never bound."""
        if name not in self._histories:
            found = _History()
            for cell in self.cells:
                if name in cell.source and name in cell.words:
                    for binding in cell.bindings.get(name, ()):
                        found.add(binding)
            self._histories[name] = found if found.all else None
        return self._histories[name]

    def renames(self, name: str) -> bool:
        """Whether the name may stand for what has another one: by the characters around it."""
        found = self._renames.get(name)
        if found is None:
            found = any(_is_bound_in(cell.source, name) for cell in self.cells)
            self._renames[name] = found
        return found

    @cached_property
    def names_partial(self) -> bool:
        """Whether `functools.partial` may be used."""
        return any("partial" in cell.source for cell in self.cells)

    def reached(self, literals: Iterable[str]) -> set[int]:
        """The numbers of the cells that a value with one of the literals in its text could get
        into: those where one stands, those with a name that such a statement binds, and so on."""
        reached: set[int] = set()
        names: set[str] = set()
        seen: set[tuple[int, int]] = set()
        waiting: list[str] = []
        for cell in self.cells:
            if any(literal in cell.source for literal in literals):
                reached.add(cell.number)
                waiting += cell.bound_where(lambda text: any(word in text for word in literals))
        while waiting:
            name = waiting.pop()
            if name in names:
                continue
            names.add(name)
            if name == "*":
                return {cell.number for cell in self.cells}
            for cell in self._cells_with(name, len(names)):
                reached.add(cell.number)
                waiting += cell.bound_with(name, seen)
        return reached

    def _cells_with(self, name: str, asked: int) -> Iterable[PythonCell]:
        """The cells in which a name stands; found by an index once many were asked for."""
        if asked > MOST_BINDINGS:
            return self._by_word.get(name, ())
        return [cell for cell in self.cells if name in cell.source and name in cell.words]

    @cached_property
    def _by_word(self) -> dict[str, list[PythonCell]]:
        found: dict[str, list[PythonCell]] = {}
        for cell in self.cells:
            for word in cell.words:
                found.setdefault(word, []).append(cell)
        return found


_WORD = re.compile(r"[^\W\d]\w*")


def _is_bound_in(text: str, name: str) -> bool:
    start = text.find(name)
    while start >= 0:
        end = start + len(name)
        following = text[end : end + 40].lstrip(" \t\\\r\n")[:1]
        before = text[max(0, start - 40) : start].rstrip(" \t\\\r\n")
        if following in ("=", ",", ":", ")", "]") or before.endswith(("as", "class")):
            return True
        start = text.find(name, end)
    return False


class _History:
    """All bindings of one name in document order, found by place without looking at each."""

    def __init__(self) -> None:
        self.all: list[Binding] = []
        self.places: list[tuple[int, int]] = []
        self.starts: list[int] = []

    def add(self, binding: Binding) -> None:
        number = len(self.all)
        self.all.append(binding)
        self.places.append((binding.cell.number, binding.order))
        settles = binding.sure and binding.is_whole
        self.starts.append(number if settles or not number else self.starts[-1])

    def before(self, place: tuple[int, int]) -> list[Binding] | None:
        """The bindings that may decide what the name is at that place; None for too many."""
        end = bisect_left(self.places, place)
        if not end:
            return []
        start = self.starts[end - 1]
        return self.all[start:end] if end - start <= MOST_BINDINGS else None


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
        self._locals: dict[int, dict[str, _History]] = {}

    @cached_property
    def text(self) -> str:
        """The Python in the source, the rest blanked."""
        return self.source if self._text is None else self._text()

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
        """The names that the cell binds."""
        found: dict[str, list[Binding]] = {}
        for name, binding in _bindings(self):
            found.setdefault(name, []).append(binding)
        return found

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
        """The text of each statement at the cell's top, and the names that it binds."""
        starts = [self.offset(_first_line(node), 0) for node in self.tree.body]
        bound: list[list[str]] = [[] for _ in starts]
        for name, bindings in self.bindings.items():
            for number in {bisect_right(starts, binding.order) - 1 for binding in bindings}:
                bound[number].append(name)
        ends = [*starts[1:], len(self.text)] if starts else []
        return [(self.text[s:e], n) for s, e, n in zip(starts, ends, bound, strict=True)]

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """Every node of the tree, outer ones before inner ones."""
        return self._walked[0]

    @cached_property
    def _walked(self) -> tuple[list[ast.AST], dict[int, ast.AST]]:
        """The nodes, and the innermost function around each that has one."""
        nodes: list[ast.AST] = [self.tree]
        scopes: dict[int, ast.AST] = {}
        for node in nodes:  # which grows while it is read
            if isinstance(node, _LEAVES):
                continue
            before = len(nodes)
            for inner in vars(node).values():
                if isinstance(inner, list):
                    nodes += [entry for entry in inner if isinstance(entry, ast.AST)]
                elif isinstance(inner, ast.AST) and not isinstance(inner, _MARKS):
                    nodes.append(inner)
            scope = node if isinstance(node, _SCOPES) else scopes.get(id(node))
            if scope is not None:
                for child in nodes[before:]:
                    scopes[id(child)] = scope
        return nodes, scopes

    @cached_property
    def _lines(self) -> tuple[list[int], list[str]]:
        lines, starts, offset = [], [], 0
        for line in _physical_lines(self.text):
            starts.append(offset)
            lines.append(line)
            offset += len(line)
        return starts, lines

    def offset(self, line: int, column: int) -> int:
        """The offset in the text of a node's line (from 1) and column (in bytes of UTF-8)."""
        starts, lines = self._lines
        if not 1 <= line <= len(lines):
            return len(self.text)
        if not self._ascii:
            text = lines[line - 1]
            column = len(text.encode("utf-8", "surrogatepass")[:column].decode("utf-8", "ignore"))
        return starts[line - 1] + column

    @cached_property
    def _ascii(self) -> bool:
        return self.text.isascii()

    def span(self, node: ast.AST) -> tuple[int, int]:
        """Where a node starts and ends, as offsets in the text."""
        start = self.offset(getattr(node, "lineno", 1), getattr(node, "col_offset", 0))
        line, column = getattr(node, "end_lineno", None), getattr(node, "end_col_offset", None)
        return start, start if line is None or column is None else self.offset(line, column)

    @cached_property
    def _calls(self) -> dict[ast.Call, Call]:
        return {node: Call(self, node) for node in self.nodes if isinstance(node, ast.Call)}

    def calls(self) -> Iterable[Call]:
        """Every call in the cell, outer ones before inner ones."""
        return self._calls.values()

    def call(self, node: ast.Call) -> Call:
        """One call of the cell."""
        return self._calls[node]

    def assignments(self) -> Iterator[Assignment]:
        """Every assignment to a name, attribute or subscript."""
        for node in self.nodes:
            if isinstance(node, ast.Assign):
                targets, value = node.targets, node.value
            elif isinstance(node, ast.AnnAssign) and node.value is not None:
                targets, value = [node.target], node.value
            else:
                continue
            for target in targets:
                yield Assignment(self, node, target, value)

    def dicts(self) -> Iterator[Value]:
        """Every dict literal, outer ones before inner ones."""
        return (self.value(node) for node in self.nodes if isinstance(node, ast.Dict))

    def entries(self) -> Iterator[tuple[str, ast.expr]]:
        """The entries of all dict literals: key and value, which nobody has followed yet."""
        for node in self.nodes:
            for key, value in (
                zip(node.keys, node.values, strict=True) if isinstance(node, ast.Dict) else ()
            ):
                name = key.value if isinstance(key, ast.Constant) else None
                if key is not None and not isinstance(key, ast.Constant):
                    name = self.value(key).text
                if isinstance(name, str):
                    yield name, value

    def strings(self) -> Iterator[Value]:
        """Every string constant."""
        for node in self.nodes:
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield self.value(node)

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
        if found is None:
            self._values[id(node)] = unknown("is set with the help of itself")
            found = self._values[id(node)] = self._read(node, depth)
        return found.at(*self.span(node))

    def _read(self, node: ast.AST, depth: int) -> Value:
        if depth > DEPTH:
            return unknown("followed too far")
        read = _READERS.get(type(node))
        return read(self, node, depth + 1) if read else unknown("is made when the notebook runs")

    def here(self, node: ast.AST) -> Origin:
        """A node's place."""
        return Origin(self.index, *self.span(node))

    def locals_of(self, scope: ast.AST) -> dict[str, _History]:
        """The names that a function binds, without those of functions inside it."""
        found = self._locals.get(id(scope))
        if found is None:
            found = self._locals[id(scope)] = {}
            body = getattr(scope, "body", None)
            for name, binding in _in_block(self, body, True) if isinstance(body, list) else ():
                found.setdefault(name, _History()).add(binding)
        return found

    def scope_of(self, node: ast.AST) -> ast.AST | None:
        """The innermost function or comprehension around a node; None at the cell's top."""
        return self._walked[1].get(id(node))


def _first_line(statement: ast.stmt) -> int:
    """The line that a statement starts in, its decorators included."""
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return min([statement.lineno, *(decorator.lineno for decorator in decorators)])


def _physical_lines(text: str) -> list[str]:
    """Lines as Python counts them: ended by LF, CRLF or CR and by nothing else."""
    if "\r" not in text:
        return text.splitlines(keepends=True) if _plain(text) else _split(text)
    return _split(text)


def _plain(text: str) -> bool:
    return not any(c in text for c in "\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029")


def _split(text: str) -> list[str]:
    lines, start, position = [], 0, 0
    while position < len(text):
        character = text[position]
        position += 1
        if character == "\r" and text[position : position + 1] == "\n":
            position += 1
        if character in "\r\n":
            lines.append(text[start:position])
            start = position
    return [*lines, text[start:]] if start < len(text) else lines


# --- what binds a name ----------------------------------------------------------------------------


def _bindings(cell: PythonCell) -> Iterator[tuple[str, Binding]]:
    yield from _in_block(cell, cell.tree.body, True)


def _in_block(
    cell: PythonCell, statements: list[ast.stmt], sure: bool
) -> Iterator[tuple[str, Binding]]:
    for statement in statements:
        yield from _in_statement(cell, statement, sure)
        if isinstance(statement, (ast.With, ast.AsyncWith)):
            yield from _in_block(cell, statement.body, sure)
        elif isinstance(statement, _BRANCHES):
            for block in _blocks(statement):
                yield from _in_block(cell, block, False)


def _blocks(statement: ast.stmt) -> Iterator[list[ast.stmt]]:
    for name in ("body", "handlers", "cases", "orelse", "finalbody"):
        for entry in [getattr(statement, name, [])]:
            if name in ("handlers", "cases"):
                yield from (inner.body for inner in entry)
            else:
                yield entry


def _in_statement(
    cell: PythonCell, statement: ast.stmt, sure: bool
) -> Iterator[tuple[str, Binding]]:
    order = cell.offset(statement.lineno, statement.col_offset)
    make = partial(Binding, cell, order, sure=sure)
    if isinstance(statement, (ast.Import, ast.ImportFrom)):
        for alias in statement.names:
            name = alias.asname or alias.name.partition(".")[0]
            imported = _imported(statement, alias)
            yield name, make(node=statement, kind="import", imported=imported)
    elif isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        yield statement.name, make(node=statement if isinstance(statement, ast.ClassDef) else None)
    else:
        yield from _changed(statement, make)
    for target, value in _assigned(statement):
        yield from _targets(target, value, make, ())
    for node in ast.walk(statement) if cell.has_walrus else ():
        if isinstance(node, ast.NamedExpr):
            yield node.target.id, make(node=node.value)


def _adds_entries(statement: ast.AugAssign) -> bool:
    """`params |= {…}`, which is an update."""
    return isinstance(statement.op, ast.BitOr) and isinstance(statement.target, ast.Name)


def _added(statement: ast.AugAssign, make: Make) -> Iterator[tuple[str, Binding]]:
    if isinstance(statement.target, ast.Name):
        yield statement.target.id, make(node=statement.value, kind="update")


def _assigned(statement: ast.stmt) -> list[tuple[ast.expr, ast.expr | None]]:
    """The targets of a statement, each with the expression that it gets; None for what is unknown
    before the notebook runs."""
    if isinstance(statement, ast.Assign):
        return [(target, statement.value) for target in statement.targets]
    if isinstance(statement, ast.AnnAssign) and statement.value is not None:
        return [(statement.target, statement.value)]
    if isinstance(statement, ast.AugAssign) and _adds_entries(statement):
        return []
    if isinstance(statement, (ast.AugAssign, ast.For, ast.AsyncFor)):
        return [(statement.target, None)]
    if isinstance(statement, (ast.With, ast.AsyncWith)):
        every = [item.optional_vars for item in statement.items]
        return [(target, None) for target in every if target is not None]
    if isinstance(statement, ast.Delete):
        return [(target, None) for target in statement.targets]
    return []


def _imported(statement: ast.Import | ast.ImportFrom, alias: ast.alias) -> str | None:
    """The dotted name that an import gives a name to; None for what is relative to a package."""
    if isinstance(statement, ast.Import):
        return alias.name if alias.asname else alias.name.partition(".")[0]
    if statement.level or statement.module is None:
        return None
    return f"{statement.module}.{alias.name}"


def _targets(
    target: ast.expr, value: ast.AST | None, make: Make, path: tuple[int, ...]
) -> Iterator[tuple[str, Binding]]:
    if isinstance(target, ast.Name):
        yield target.id, make(node=value, path=path)
    elif isinstance(target, (ast.Tuple, ast.List)):
        for number, element in enumerate(target.elts):
            if isinstance(element, ast.Starred):
                yield from _targets(element.value, None, make, path)
            else:
                yield from _targets(element, value, make, (*path, number))
    elif isinstance(target, ast.Subscript):
        yield from _into(target, value, make)
    elif isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name):
        yield target.value.id, make(node=None, kind="attribute")


def _into(
    target: ast.Subscript, value: ast.AST | None, make: Make
) -> Iterator[tuple[str, Binding]]:
    """`d[key] = value`, and `d[key][…] = value`, of which only `d[key]` is no longer known."""
    if isinstance(target.value, ast.Name):
        yield target.value.id, make(node=value, kind="entry", key=target.slice)
        return
    inner: ast.expr = target
    key: ast.expr | None = None
    while isinstance(inner, (ast.Subscript, ast.Attribute)):
        key = inner.slice if isinstance(inner, ast.Subscript) else None
        inner = inner.value
    if isinstance(inner, ast.Name):
        kind = "inside" if key is None else "entry"
        yield inner.id, make(node=None, kind=kind, key=key)


_CHANGING = ("pop", "clear", "setdefault", "popitem", "append", "extend", "insert", "remove")


def _changed(statement: ast.stmt, make: Make) -> Iterator[tuple[str, Binding]]:
    """`params |= {…}`, `params.update({...})` and other methods that change a dict or list."""
    if isinstance(statement, ast.AugAssign) and _adds_entries(statement):
        yield from _added(statement, make)
    if not (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call)):
        return
    call = statement.value
    function = call.func
    if not (isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name)):
        return
    if function.attr == "update":
        yield function.value.id, make(node=call, kind="update", by_method=True)
    elif function.attr in _CHANGING:
        yield function.value.id, make(node=None, kind="inside")


# --- what an expression is ------------------------------------------------------------------------


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


def _arguments(
    cell: PythonCell, node: ast.Call, depth: int
) -> tuple[tuple[Value, ...], dict[str, Value], bool]:
    arguments: list[Value] = []
    entries: dict[str, Value] = {}
    is_open = False
    for argument in node.args:
        if isinstance(argument, ast.Starred):
            inner = cell.value(argument.value, depth)
            if inner.kind != "list" or inner.open:
                is_open = True
                break  # what comes after stands at a place that is not known
            arguments += inner.items
        else:
            arguments.append(cell.value(argument, depth))
    for keyword in node.keywords:
        value = cell.value(keyword.value, depth)
        if keyword.arg is not None:
            entries[keyword.arg] = value
            continue
        is_open = is_open or value.kind != "dict" or value.open
        place = cell.span(keyword.value)
        entries.update({key: entry.at(*place) for key, entry in value.entries.items()})
    return tuple(arguments), entries, is_open


_Given = tuple[tuple[Value, ...], dict[str, Value], bool]


def _is_partial(function: Value) -> bool:
    """Whether it is a function some of whose arguments `functools.partial` has set."""
    is_made = function.kind == "instance" and function.name == "functools.partial"
    return is_made and bool(function.arguments) and function.arguments[0].kind == "reference"


def _given_to(function: Value, given: _Given) -> _Given:
    """The arguments of a call with those that a partial function already has."""
    if not _is_partial(function):
        return given
    arguments, entries, is_open = given
    return (
        (*function.arguments[1:], *arguments),
        {**function.entries, **entries},
        is_open or function.open,
    )


def _called(cell: PythonCell, node: ast.Call, depth: int) -> Value:
    function = cell.value(node.func, depth)
    given = _arguments(cell, node, depth)
    origin = cell.here(node)
    if _is_partial(function):
        given = _given_to(function, given)
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


def _class(cell: PythonCell, node: ast.ClassDef, depth: int) -> Value:
    """A class, of which only what its body sets is known."""
    last: dict[str, Binding] = {}
    for name, binding in _in_block(cell, node.body, True):
        last[name] = binding
    entries = {
        name: _bound(binding, depth)
        for name, binding in last.items()
        if binding.sure and binding.kind == "value"
    }
    return Value("class", 0, 0, entries=entries, origin=cell.here(node))


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
    return yes if _same(yes, no) else unknown("depends on a condition")


def _same(one: Value, other: Value) -> bool:
    if one.kind != other.kind or not one.known:
        return False
    if one.kind == "constant":
        return other.is_constant(one.constant)
    if one.kind == "reference" or (one.name == other.name and not one.entries):
        return one.name == other.name and not other.entries
    return one.origin == other.origin


def _is_moved(one: Value, other: Value) -> bool:
    """Whether a `try` imports one thing from where each version of a package has it."""
    if not one.kind == other.kind == "reference" or one.name is None or other.name is None:
        return False
    ends = {(v.partition(".")[0], v.rpartition(".")[2]) for v in (one.name, other.name)}
    return len(ends) == 1


def _name(cell: PythonCell, node: ast.Name, depth: int) -> Value:
    order = cell.offset(node.lineno, node.col_offset)
    scope, runs_later = cell.scope_of(node), False
    while scope is not None:
        local = _local(cell, scope, node, order, depth)
        if local is not None:
            return local
        runs_later = runs_later or isinstance(scope, _FUNCTIONS)
        scope = cell.scope_of(scope)
    history = cell.notebook.history(node.id)
    if history is None:
        return _not_bound(cell, node.id, order)
    if runs_later:  # every binding may be the one that the function sees
        every = history.all
        return _joined(every, depth) if len(every) <= MOST_BINDINGS else unknown(_SEVERAL)
    reaching = history.before((cell.number, order))
    if reaching is None:
        return unknown(_SEVERAL)
    while reaching and _holds(reaching[-1], cell, order):  # binds only after it was evaluated
        reaching = history.before((cell.number, reaching[-1].order)) or []
    return _joined(reaching, depth) if reaching else unknown("is set only later")


_SEVERAL = "is set in several ways"
_STARRED = ("sagemaker", "sagemaker_core", "boto3")
"""Packages of which `from … import *` is followed: others may bring anything."""


def _not_bound(cell: PythonCell, name: str, order: int) -> Value:
    """A name that nothing in the notebook sets."""
    if name in _BUILTINS:
        return Value("reference", 0, 0, name=f"builtins.{name}")
    if name in _MODULES:  # imported by what `%run` or another notebook's import brings
        return Value("reference", 0, 0, name=name)
    return _from_star(cell, name, order)


def _from_star(cell: PythonCell, name: str, order: int) -> Value:
    """A name that nothing sets, where one `from … import *` can have brought it."""
    history = cell.notebook.history("*")
    before = history.before((cell.number, order)) if history is not None else None
    every = {binding.imported or "" for binding in before or ()}
    modules = [module[:-2] for module in every if module.partition(".")[0] in _STARRED]
    if len(modules) == 1:
        return Value("reference", 0, 0, name=f"{modules[0]}.{name}")
    return unknown("is not set in this notebook")


def _holds(binding: Binding, cell: PythonCell, order: int) -> bool:
    if binding.cell is not cell or binding.node is None or binding.kind == "import":
        return False
    start, end = cell.span(binding.node)
    return start <= order < end


def _local(
    cell: PythonCell, scope: ast.AST, node: ast.Name, order: int, depth: int
) -> Value | None:
    """A function's own name: its arguments are unknown, its variables are followed."""
    arguments = getattr(scope, "args", None)
    if isinstance(arguments, ast.arguments):
        every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        every += [extra for extra in (arguments.vararg, arguments.kwarg) if extra is not None]
        if any(argument.arg == node.id for argument in every):
            return unknown("is an argument of a function")
    for generator in getattr(scope, "generators", ()):
        if any(isinstance(n, ast.Name) and n.id == node.id for n in ast.walk(generator.target)):
            return unknown("is another one each time")
    history = cell.locals_of(scope).get(node.id)
    if history is None or all(binding.kind == "attribute" for binding in history.all):
        return None
    reaching = history.before((cell.number, order))
    while reaching and _holds(reaching[-1], cell, order):
        reaching = history.before((cell.number, reaching[-1].order))
    return _joined(reaching, depth) if reaching else unknown("is set only later")


def _joined(bindings: list[Binding], depth: int) -> Value:
    """What a name is after these bindings, of which any may be the one that counts."""
    wholes = [binding for binding in bindings if binding.is_whole]
    if not wholes:
        return unknown("is set elsewhere")
    values = [_bound(binding, depth) for binding in wholes]
    value = values[0]
    if not all(_same(value, other) or _is_moved(value, other) for other in values[1:]):
        return unknown(_SEVERAL)
    for change in bindings:
        if not change.is_whole:
            value = _after_change(value, change, depth)
    return value


def _after_change(value: Value, change: Binding, depth: int) -> Value:
    """A dict after `d[key] = value` or `d.update(…)`; open after whatever else happens to it."""
    if value.kind != "dict" or change.kind == "attribute":
        return _no_dict_after(value, change)
    cell = change.cell
    if change.kind == "entry" and change.key is not None:
        key = cell.value(change.key, depth)
        if key.text is not None:
            new = unknown("is set when the notebook runs")
            if change.node is not None and change.sure:
                new = cell.value(change.node, depth)
            return replace(value, entries={**value.entries, key.text: new})
    if change.kind == "update" and isinstance(change.node, ast.expr) and change.sure:
        given, entries, is_open = _added_by(change, change.node, depth)
        if given.kind == "dict":
            entries = {**value.entries, **given.entries, **entries}
            return replace(value, entries=entries, open=value.open or given.open or is_open)
    lost = {key: unknown("may have been changed") for key in value.entries}
    return replace(value, entries=lost, open=True)


def _no_dict_after(value: Value, change: Binding) -> Value:
    if change.kind == "attribute":
        return replace(value, entries={}) if value.kind == "class" else value
    if change.kind == "update" and not change.by_method:  # `flag |= True`
        return unknown("is computed when the notebook runs")
    return replace(value, open=True) if value.kind == "list" else value


def _added_by(change: Binding, node: ast.expr, depth: int) -> tuple[Value, dict[str, Value], bool]:
    """What an update adds: a dict, entries by name, and whether there is more."""
    if not (isinstance(node, ast.Call) and change.by_method):
        return change.cell.value(node, depth), {}, False
    arguments, entries, is_open = _arguments(change.cell, node, depth)
    return arguments[0] if arguments else Value("dict", 0, 0), entries, is_open


def _bound(binding: Binding, depth: int) -> Value:
    cell = binding.cell
    if binding.imported is not None:
        return Value("reference", 0, 0, name=binding.imported)
    if binding.node is None or binding.kind == "import":
        return unknown("is made when the notebook runs")
    value = cell.value(binding.node, depth)
    for number in binding.path:
        if value.kind != "list" or value.open or number >= len(value.items):
            return unknown("is taken apart when the notebook runs")
        value = value.items[number]
    return value


_BUILTINS = frozenset(dir(builtins))
_MODULES = frozenset(("boto3", "botocore", "os", "requests", "sagemaker", "subprocess"))
_READERS: dict[type[ast.AST], Callable[[PythonCell, Any, int], Value]] = {
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
    ast.Name: _name,
    ast.ClassDef: _class,
}
