"""Names across cells: what is known without running, and what must stay unknown."""

from __future__ import annotations

import ast
from functools import partial

import pytest

from jupyter_sm_guard.names import Notebook
from jupyter_sm_guard.values import Value

pytestmark = pytest.mark.unit


def last_argument(*cells: str) -> Value:
    """The value of the first argument of the last call of `f` in these cells."""
    notebook = Notebook()
    read = [notebook.add(i, c, partial(ast.parse, c)) for i, c in enumerate(cells)]
    calls = [c for cell in read for c in cell.calls() if ast.unparse(c.node.func) == "f"]
    return calls[-1].arguments[0]


@pytest.mark.parametrize(
    ("cells", "constant"),
    [
        (("x = False", "f(x)"), False),
        (("x = False", "x = True", "f(x)"), True),
        (("x = False", "f(x)", "x = True"), False),
        (("x = False", "x = not x; f(x)"), True),
        (("a, b = 1, 2\nf(b)",), 2),
        (("x = 'a'", "f(f'{x}b' + 'c')"), "abc"),
        (("d = {'k': 1}", "d['k'] = 2", "f(d['k'])"), 2),
        (("d = dict(k=1)", "d.update({'k': 3})", "f(d['k'])"), 3),
        (("x = 1\ndef g():\n    f(x)",), 1),
        (("def g():\n    x = 1\n    f(x)",), 1),
        (("with open(y) as z:\n    x = 1\nf(x)",), 1),
        (("f(1 if y else 1)",), 1),
        (("x: int = -1\nf(x)",), -1),
    ],
)
def test_what_is_written_down_is_known(cells: tuple[str, ...], constant: object) -> None:
    value = last_argument(*cells)
    assert value.kind == "constant"
    assert value.is_constant(constant)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "cells",
    [
        ("x = False\nif y:\n    x = True", "f(x)"),
        ("for x in [1]:\n    f(x)",),
        ("def g(x):\n    f(x)",),
        ("x = 1\ndef g():\n    f(x)\nx = 2",),
        ("f(x)", "x = 1"),
        ("x += 1", "f(x)"),
        ("x = g()", "f(x)"),
        ("d = {'k': 1}\nif y:\n    d['k'] = 2", "f(d['k'])"),
        ("d = {'k': 1}\nd.pop('k')", "f(d['k'])"),
        ("d = {'k': {'l': 1}}\nd['k']['l'] = 2", "f(d['k']['l'])"),
        ("x = x", "f(x)"),
        ("[f(x) for x in y]",),
        ("try:\n    x = 1\nexcept E:\n    x = 2", "f(x)"),
    ],
)
def test_what_only_running_decides_is_unknown(cells: tuple[str, ...]) -> None:
    assert not last_argument(*cells).known


def test_imports_are_followed_through_aliases() -> None:
    assert last_argument("import a.b as c", "f(c.d)").name == "a.b.d"
    assert last_argument("from a.b import c as d", "f(d().e)").name == "a.b.c().e"
    assert not last_argument("from .a import b", "f(b)").known


def test_offsets_are_those_of_characters() -> None:
    notebook = Notebook()
    source = "é = 'ü'; f('x')\r\nf(\u2028 'y')"
    cell = notebook.add(0, source, lambda: ast.parse("é = 'ü'; f('x')\r\nf( 'y')"))
    call = next(iter(cell.calls()))
    assert source[call.start : call.end] == "f('x')"
