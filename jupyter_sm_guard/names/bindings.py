"""What binds a name: where, to what, and whether for sure."""

from __future__ import annotations

import ast
from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from .conditions import may_end_early, swallows

if TYPE_CHECKING:
    from .cell import PythonCell

MOST_BINDINGS = 64
"""Bindings of a name between which nothing is sure; after more it is unknown."""
_BRANCHES = (
    ast.If, ast.For, ast.AsyncFor, ast.While, ast.Try, ast.Match, *(
        filter(None, (getattr(ast, "TryStar", None),))
    )
)  # fmt: skip


@dataclass(frozen=True)
class Around:
    """What is around a statement. `sure` says that it is reached whenever the notebook runs, if the
    `tests` turn out so; `block` is the branch and `loop` the loop's body that it is in, each the
    innermost; `every` is that loop where the statement is reached each time."""

    sure: bool = True
    loop: tuple[int, int] | None = None
    every: ast.For | None = None
    tests: tuple[tuple[ast.expr, bool], ...] = ()
    block: tuple[int, int] | None = None


@dataclass
class Binding:
    """A place where a name gets a value, in document order. `node` is the value's expression, a
    statement (import, definition), or None where the value can't be known; `path` is the way into
    a tuple that is taken apart, `keys` the way to an entry that is set, `sure` that it happens
    whenever the notebook runs, `function` what a `def` defines, `owner` the class whose attribute
    it is; None where it may be anybody's. `around` is where it stands; `number` which of the times
    of a loop it is made, `call` in which call of which function."""

    cell: PythonCell
    order: int
    node: ast.AST | None
    sure: bool
    kind: str = "value"
    path: tuple[int, ...] = ()
    keys: tuple[ast.expr, ...] = ()
    imported: str | None = None
    by_method: bool = False
    function: ast.FunctionDef | None = None
    owner: ast.ClassDef | None = None
    around: Around | None = None
    number: int | None = None
    call: tuple[ast.AST, int | None] | None = None

    @property
    def is_whole(self) -> bool:
        """Whether the name stands for something else from here on."""
        return self.kind in ("value", "import", "each", "within")


Make = Callable[..., Binding]
"""Makes a binding at a known place."""


class History:
    """All bindings of one name in document order, found by place without looking at each."""

    def __init__(self) -> None:
        self.all: list[Binding] = []
        self.places: list[tuple[int, int]] = []
        self.starts: list[int] = []
        self.is_global = False

    def add(self, binding: Binding) -> None:
        number = len(self.all)
        self.is_global = self.is_global or binding.kind == "global"
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


def bindings_of(cell: PythonCell) -> Iterator[tuple[str, Binding]]:
    yield from bindings_in(cell, cell.tree.body)


def bindings_in(
    cell: PythonCell, statements: list[ast.stmt], around: Around = Around()
) -> Iterator[tuple[str, Binding]]:
    for statement in statements:
        yield from _in_statement(cell, statement, around)
        if isinstance(statement, (ast.With, ast.AsyncWith)):
            its = replace(around, sure=False, every=None) if swallows(statement) else around
            yield from bindings_in(cell, statement.body, its)
        elif isinstance(statement, _BRANCHES):
            for number, block in enumerate(_blocks(statement)):
                if block:
                    yield from bindings_in(
                        cell, block, _within(cell, statement, number, block, around)
                    )


def _within(
    cell: PythonCell, statement: ast.stmt, number: int, block: list[ast.stmt], around: Around
) -> Around:
    """What is around the statements of a branch: the first one (number 0) is an `if`'s and a
    loop's body."""
    span = _span(cell, block)
    if isinstance(statement, ast.If):
        return replace(
            around, every=None, tests=(*around.tests, (statement.test, not number)), block=span
        )
    inner = replace(around, sure=False, every=None, block=span)
    if not isinstance(statement, ast.For) or number:
        return inner
    is_each = around.sure and not around.tests and not may_end_early(statement)
    return replace(inner, loop=span, every=statement if is_each else None)


def _span(cell: PythonCell, block: list[ast.stmt]) -> tuple[int, int]:
    """Where the statements of a branch start and end."""
    return cell.span(block[0])[0], cell.span(block[-1])[1]


def _blocks(statement: ast.stmt) -> Iterator[list[ast.stmt]]:
    for name in ("body", "handlers", "cases", "orelse", "finalbody"):
        for entry in [getattr(statement, name, [])]:
            if name in ("handlers", "cases"):
                yield from (inner.body for inner in entry)
            else:
                yield entry


def _in_statement(
    cell: PythonCell, statement: ast.stmt, around: Around
) -> Iterator[tuple[str, Binding]]:
    given = _given_to_function(cell, statement)
    if isinstance(statement, ast.Expr) and not (given or cell.has_walrus or _changes(statement)):
        return  # most statements of a notebook
    order = cell.offset(statement.lineno, statement.col_offset)
    make = partial(Binding, cell, order, sure=around.sure and not around.tests, around=around)
    for node, call in given:
        yield node.id, make(node=call, kind="given", keys=(node,))
    if isinstance(statement, (ast.Import, ast.ImportFrom)):
        for alias in statement.names:
            name = alias.asname or alias.name.partition(".")[0]
            imported = _imported(statement, alias)
            yield name, make(node=statement, kind="import", imported=imported)
    elif isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        yield statement.name, _defined(statement, make)
    else:
        yield from _changed(statement, make)
    yield from _set(cell, statement, around, make)
    for inner in ast.walk(statement) if cell.has_walrus else ():
        if isinstance(inner, ast.NamedExpr):
            yield inner.target.id, make(node=inner.value)


def _defined(
    statement: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, make: Make
) -> Binding:
    function = statement if isinstance(statement, ast.FunctionDef) else None
    return make(node=statement if isinstance(statement, ast.ClassDef) else None, function=function)


_ADDING: dict[type[ast.operator], str] = {ast.BitOr: "update", ast.Add: "added"}
"""Operators that add to what a name has, and the kind of binding that this is."""


def _adds(statement: ast.AugAssign) -> bool:
    """`params |= {…}` and `command += [...]`."""
    return type(statement.op) in _ADDING and isinstance(statement.target, ast.Name)


def _assigned(statement: ast.stmt) -> list[tuple[ast.expr, ast.expr | None]]:
    """The targets of a statement, each with the expression that it gets; None for what is unknown
    before the notebook runs."""
    if isinstance(statement, ast.Assign):
        return [(target, statement.value) for target in statement.targets]
    if isinstance(statement, ast.AnnAssign) and statement.value is not None:
        return [(statement.target, statement.value)]
    if isinstance(statement, ast.AugAssign) and _adds(statement):
        return []
    if isinstance(statement, (ast.AugAssign, ast.AsyncFor)):
        return [(statement.target, None)]
    if isinstance(statement, (ast.With, ast.AsyncWith)):
        every = [(item.optional_vars, item.context_expr) for item in statement.items]
        return [(target, made) for target, made in every if target is not None]
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
    """`d[key] = value` and `d[key][…] = value`; what is set in an attribute is not known."""
    inner: ast.expr = target
    keys: list[ast.expr] = []
    while isinstance(inner, (ast.Subscript, ast.Attribute)):
        if isinstance(inner, ast.Subscript):
            keys.insert(0, inner.slice)
        else:
            keys, value = [], None
        inner = inner.value
    if isinstance(inner, ast.Name):
        kind = "entry" if keys else "inside"
        yield inner.id, make(node=value, kind=kind, keys=tuple(keys))


CHANGING = (
    "append", "clear", "extend", "insert", "pop", "popitem", "remove", "reverse", "setdefault",
    "sort", "update",
)  # fmt: skip
"""Methods that change a dict or list."""


def _changed(statement: ast.stmt, make: Make) -> Iterator[tuple[str, Binding]]:
    """`params |= {…}`, `params.update({...})` and other methods that change a dict or list."""
    if isinstance(statement, ast.AugAssign) and isinstance(statement.target, ast.Name):
        if _adds(statement):
            kind = _ADDING[type(statement.op)]
            yield statement.target.id, make(node=statement.value, kind=kind)
        return
    changed = _changes(statement)
    if changed is not None:
        name, method, call = changed
        yield name, _by_method(method, call, make)


def _set(
    cell: PythonCell, statement: ast.stmt, around: Around, make: Make
) -> Iterator[tuple[str, Binding]]:
    """What a statement sets: by an assignment, in a loop, for as long as a `with` lasts."""
    if isinstance(statement, ast.For):
        its = replace(around, loop=_span(cell, statement.body))
        yield from _gone_through(statement, partial(make, around=its))
    if isinstance(statement, (ast.With, ast.AsyncWith)):
        make = partial(make, kind="within")
    for gone in statement.targets if isinstance(statement, ast.Delete) else ():
        if isinstance(gone, ast.Subscript) and isinstance(gone.value, ast.Name):
            yield gone.value.id, make(node=None, kind="taken", keys=(gone.slice,))
        else:
            yield from _targets(gone, None, make, ())
    for target, value in _assigned(statement):
        yield from _targets(target, value, make, ())


def _gone_through(loop: ast.For, make: Make) -> Iterator[tuple[str, Binding]]:
    """`for name in …`, which gives another value each time, and may change what it goes through."""
    called = [node.func for node in ast.walk(loop.iter) if isinstance(node, ast.Call)]
    inside = [node for node in ast.walk(loop.iter) if isinstance(node, ast.Name)]
    given = {node.id for node in inside if node not in called}
    names = {node.id for node in ast.walk(loop.target) if isinstance(node, ast.Name)}
    is_whole = not may_end_early(loop) and not _changes_inside(loop, given)
    for name, binding in _targets(loop.target, loop.iter, partial(make, kind="each"), ()):
        yield name, binding if binding.kind == "each" and is_whole else replace(binding, node=None)
    if _changes_inside(loop, names | given):
        for name in sorted(given):
            yield name, make(node=None, kind="inside")


def _given_to_function(cell: PythonCell, statement: ast.stmt) -> list[tuple[ast.Name, ast.Call]]:
    """The names that a statement gives to a function of the notebook, which may change what they
    stand for."""
    call = statement.value if isinstance(statement, (ast.Expr, ast.Assign)) else None
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
        return []
    if call.func.id not in cell.notebook.functions:
        return []
    given = [*call.args, *(keyword.value for keyword in call.keywords)]
    return [(node, call) for node in given if isinstance(node, ast.Name)]


def _changes_inside(loop: ast.For, names: set[str]) -> bool:
    """Whether a loop's body sets something in one of these names."""
    for node in ast.walk(loop):
        if isinstance(node, (ast.Subscript, ast.Attribute)):
            inner = node.value
            is_set = not isinstance(node.ctx, ast.Load) or getattr(node, "attr", "") in CHANGING
            while isinstance(inner, (ast.Subscript, ast.Attribute)):
                inner = inner.value
            if is_set and isinstance(inner, ast.Name) and inner.id in names:
                return True
    return False


def _changes(statement: ast.stmt) -> tuple[str, str, ast.Call] | None:
    """The name, method and call of `name.append(…)` and the like; None for anything else."""
    if isinstance(statement, (ast.Expr, ast.Assign)) and isinstance(statement.value, ast.Call):
        function = statement.value.func
        if (
            isinstance(function, ast.Attribute)
            and function.attr in CHANGING
            and isinstance(function.value, ast.Name)
        ):
            return function.value.id, function.attr, statement.value
    return None


def _by_method(method: str, call: ast.Call, make: Make) -> Binding:
    if method == "update":
        return make(node=call, kind="update", by_method=True)
    given = [] if call.keywords else call.args
    if any(isinstance(argument, ast.Starred) for argument in given):
        given = []
    if method == "append" and len(given) == 1:
        return make(node=given[0], kind="appended")
    if method == "extend" and len(given) == 1:
        return make(node=given[0], kind="added")
    if method == "pop" and given:
        return make(node=None, kind="taken", keys=(given[0],))
    if method == "setdefault" and len(given) == 2:
        return make(node=given[1], kind="default", keys=(given[0],))
    return make(node=None, kind="inside")
