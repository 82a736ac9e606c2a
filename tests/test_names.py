"""Names across cells: what is known without running, and what must stay unknown."""

from __future__ import annotations

import ast
from functools import partial

import pytest

from jupyter_sm_guard import catalog
from jupyter_sm_guard.names import Notebook
from jupyter_sm_guard.names.bindings import CHANGING
from jupyter_sm_guard.names.notebook import may_bind
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
        (("x = 1\nx += 2", "f(x)"), 3),
        (("x = 'a'", "x += 'b'\nf(x)"), "ab"),
        (("f('%s-%d%%' % ('a', 1))",), "a-1%"),
        (("f('%(k)s' % {'k': 'a'})",), "a"),
        (("f('{}{k}{0}{{}}'.format('a', k='b'))",), "aba{}"),
        (("f(' '.join(['a', 'b']).strip())",), "a b"),
        (("import textwrap\nf(textwrap.dedent('a'))",), "a"),
        (("d = {'k': {'l': 1}}\nd['k']['l'] = 2", "f(d['k']['l'])"), 2),
        (("d = {'k': [{'l': 1}]}\nd['k'][0]['l'] = 2", "f(d['k'][0]['l'])"), 2),
        (("d = {}\nd.setdefault('k', 1)", "d.setdefault('k', 2)", "f(d['k'])"), 1),
        (("d = {'k': 1}", "e = d.copy()", "e['k'] = 2", "f(e['k'])"), 2),
        (("d = {'k': 1}", "e = d.copy()", "e['k'] = 2", "f(d['k'])"), 1),
        (("import copy\nd = {'k': 1}", "e = copy.deepcopy(d)\nf(e['k'])"), 1),
        (("d = dict({'k': 1}, l=2)\nf(d['k'])",), 1),
        (("d = {'k': 1}\nf(d.get('k'))",), 1),
        (("d = {'k': 1}\nf(d.get('l', 2))",), 2),
        (("l = []\nl.append(1)", "l.extend([2, 3])", "l += [4]", "f(l[0])"), 1),
        (("l = [1] + [2]\nf(l[-1])",), 2),
        (("f('a b c'.split()[1])",), "b"),
        (("f(1 if True else 2)",), 1),
        (("x = False", "f(1 if not x else 2)"), 1),
        (("def g():\n    return 1", "f(g())"), 1),
        (("def g():\n    d = {'k': 1}\n    d['k'] = 2\n    return d", "x = g()", "f(x['k'])"), 2),
        (("def g(k):\n    return {'k': k, 'l': 1}", "g(1)", "f(g(2)['l'])"), 1),
        (("def g(k):\n    return k", "f(g('a'))"), "a"),
        (("def g():\n    if y:\n        return 1\n    return 1", "f(g())"), 1),
        (("def g():\n    with y:\n        return 1", "f(g())"), 1),
        (("x = 1\ndef g():\n    def h():\n        return 2\n    return x", "f(g())"), 1),
        (("x = g()\nx['k'] = 1", "f(x['k'])"), 1),
        (("x = g()\nx.update(k=1)", "f(x['k'])"), 1),
        (("def g(x):\n    x['k'] = 1\n    f(x['k'])",), 1),
        (("def g(x):\n    x = {**x, 'k': 1}\n    f(x['k'])",), 1),
        (("def g(x):\n    x = {**x, 'k': 1}\n    f(x['l'])", "g({'l': 2})"), 2),
        (("def g(x):\n    x['k'] = 2", "x = {'k': 1, 'l': 3}\ng(x)", "f(x['k'])"), 2),
        (("def g(x):\n    x['k'] = 2", "x = {'k': 1, 'l': 3}\ng(x)", "f(x['l'])"), 3),
        (("def g(y, x):\n    x.update(k=2)", "x = {'k': 1}\ny = g(1, x=x)", "f(x['k'])"), 2),
        (("def g(x):\n    return x['k']", "x = {'k': 1}\ng(x)", "f(x['k'])"), 1),
        (("def g(x):\n    x = {}\n    x['k'] = 2", "x = {'k': 1}\ng(x)", "f(x['k'])"), 1),
        (("def g(x):\n    x.append('a')", "x = ['b']\ng(x)", "f(x[1])"), "a"),
        (("x = ['a', z]\nif y:\n    x = ['a', z]", "f(x[0])"), "a"),
        (("def g(k):\n    return k", "g(1)", "f(g(2))"), 2),
        (("def g(k):\n    return {'k': k}", "x = g(1)\ny = g(2)", "f(x['k'])"), 1),
        (("def g(**k):\n    return {'k': 1, **k}", "f(g(k=2)['k'])"), 2),
        (("def g(a, **k):\n    f(k['k'])", "g(1, k=2)"), 2),
        (("d = {'k': 1, 'l': 2}\nd.pop('l')", "f(d['k'])"), 1),
        (("d = {'k': 1, 'l': 2}\ndel d['l']", "f(d['k'])"), 1),
        (("y = True", "x = 1\nif y:\n    x = 2", "f(x)"), 2),
        (("l = []\nfor x in [1, 2]:\n    l.append(x)\n    l.append(3)", "f(l[1])"), 3),
        (("def g(p, r):\n    p['k'] = r", "a = {}; b = {}\ng(a, 1)\ng(b, 2)", "f(a['k'])"), 1),
        (("def g(p, r):\n    p['k'] = r", "a = {}; b = {}\ng(a, 1)\ng(b, 2)", "f(b['k'])"), 2),
        (("l = []\nfor x in [1, 2]:\n    d = {'k': x}\n    l.append(d)", "f(l[1]['k'])"), 2),
        (("y = False", "x = 1\nif y:\n    x = 2\nelse:\n    x = 3", "f(x)"), 3),
        (("y = False", "x = 1\nif y:\n    for z in g():\n        x = z", "f(x)"), 1),
        (("y = 0", "d = {'k': 1}\nif not y:\n    d['k'] = 2", "f(d['k'])"), 2),
        (("y = 'a'\nif y:\n    x = 1\nelif z:\n    x = 2\nf(x)",), 1),
        (("x = 1\nif y:\n    x = 2\n    f(x)",), 2),
        (("x = 1\ntry:\n    x = 2\n    f(x)\nexcept E: pass",), 2),
        (("x = 1\nfor y in z:\n    x = 2\n    if y:\n        f(x)",), 2),
        (("l = []\nfor x in [1, 2]:\n    l.append(x)", "f(l[1])"), 2),
        (("l = []\nfor x in [1, 2]:\n    l.append({'k': y, 'l': 3})", "f(l[1]['l'])"), 3),
        (("d = {'k': {'a': 1}}\nfor x in ['a', 'b']:\n    d['k'][x] = 2", "f(d['k']['a'])"), 2),
        (("def g(p, r):\n    p.update(k=r)", "a = {}; b = {}\ng(a, 1)\ng(b, 2)", "f(b['k'])"), 2),
        (("def g(p, r):\n    p |= {'k': r}", "a = {}; b = {}\ng(a, 1)\ng(b, 2)", "f(b['k'])"), 2),
        (("f(dict.fromkeys(['k'], 1)['k'])",), 1),
        (("f({x: 1 for x in ['k']}['k'])",), 1),
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
        ("d = {'k': {'l': 1}}\nif y:\n    d['k']['l'] = 2", "f(d['k']['l'])"),
        ("d = {'k': {'l': 1}}\nd['k'].l['m'] = 2", "f(d['k'])"),
        ("d = {'k': {'l': 1}}\nd[y]['l'] = 2", "f(d['k'])"),
        ("d = {**y}\nd.setdefault('k', 1)", "f(d['k'])"),
        ("d = {**y}\nf(d.get('k', 1))",),
        ("x = 'a'\nif y:\n    x += 'b'", "f(x)"),
        ("x = 'a'\ndef g():\n    f(x)\nx += 'b'",),
        ("l = []\nl.append(*y)", "f(l[0])"),
        ("l = [1]\nl.insert(0, 2)", "f(l[0])"),
        ("f('%s' % y)",),
        ("f('%*d' % (1, 2))",),
        ("f('{:>{}}'.format(1, 2))",),
        ("f('{'.format(1))",),
        ("f('a' + 1)",),
        ("l = ['a'] * 9\nf(' '.join(l))",),
        ("x = x", "f(x)"),
        ("[f(x) for x in y]",),
        ("try:\n    x = 1\nexcept E:\n    x = 2", "f(x)"),
        ("f(1 if y else 2)",),
        ("def g():\n    if y:\n        return 1", "f(g())"),
        ("def g():\n    if y:\n        return 2\n    return 1", "f(g())"),
        ("def g():\n    if y:\n        return\n    return 1", "f(g())"),
        ("def g():\n    yield 1\n    return 1", "f(g())"),
        ("async def g():\n    return 1", "f(g())"),
        ("@h\ndef g():\n    return 1", "f(g())"),
        ("def g():\n    return 1", "if y:\n    def g():\n        return 2", "f(g())"),
        ("def g():\n    return 1", "g = h", "f(g())"),
        ("def g():\n    return 1", "def h(g):\n    f(g())"),
        ("def g(k):\n    return k", "g(1)", "f(g(*y))"),
        ("def g(k):\n    if y:\n        k = 3\n    return k", "g(1)", "f(g(2))"),
        ("def g(k):\n    return k", "g(1)", "h = g", "f(g(2))"),
        ("def g():\n    return g()", "f(g())"),
        ("def g(x):\n    for y in z:\n        f(x)\n        x = 1", "g(2)"),
        ("def g(x):\n    if y:\n        x = {'k': 1}\n    f(x['k'])", "g({'k': 1})"),
        ("x = g()\nx['k'] = 1", "x.clear()", "f(x['k'])"),
        ("x = g()\nx['k'] = 1", "f(x['l'])"),
        ("f({x: 1 for x in ['k'] if y}['k'])",),
        ("f(dict.fromkeys(y, 1)['k'])",),
        ("x = ['a']\nif y:\n    x = ['b']", "f(x[0])"),
        ("f((['a'] if y else ['b'])[0])",),
        ("def g():\n    if y:\n        return ['a']\n    return ['b']", "f(g()[0])"),
        ("def g(x):\n    f(x['k'])", "x = {'k': 1}\ng(x)\nx['k'] = 2\ng(x)"),
        ("x = h('a') if y else h('b')\nf(x)",),
        ("def g(x):\n    x['k'] = y", "x = {'k': 1}\ng(x)", "f(x['k'])"),
        ("def g(x):\n    if y:\n        x['k'] = 2", "x = {'k': 1}\ng(x)", "f(x['k'])"),
        ("def g(x):\n    x['k'] = 2", "x = {'k': 1}\nif y:\n    g(x)", "f(x['k'])"),
        ("def g(x):\n    x[y] = 2", "x = {'k': 1}\ng(x)", "f(x['k'])"),
        ("def g(x):\n    x['k'] = 2\n    g(x)", "x = {'k': 1}\ng(x)", "f(x['k'])"),
        ("def g(x):\n    h(x)", "def h(x):\n    x['k'] = 2", "x = {'k': 1}\ng(x)", "f(x['k'])"),
        ("def g(z, x):\n    x['k'] = 2", "x = {'k': 1}\ng(*y, x)", "f(x['k'])"),
        ("def g(**k):\n    return {'k': 1, **k}", "f(g(**y)['k'])"),
        ("d = {'k': 1}\nd.pop(y)", "f(d['k'])"),
        ("l = []\nfor x in [1, 2]:\n    l.append(x)\n    f(l[0])",),
        (
            "l = []\nfor x in [1, 2]:\n    d = {'k': x}\n    l.append(d)\n    d['k'] = 3",
            "f(l[0]['k'])",
        ),
        ("d = {}\nl = []\nfor x in [1, 2]:\n    d['k'] = x\n    l.append(d)", "f(l[0]['k'])"),
        ("d = {'k': 1}\nl = [d]\nd['k'] = 2", "f(l[0]['k'])"),
        ("l = []\nfor x in [1, 2]:\n    l.append(x)\n    if g(l):\n        l = []", "f(l[0])"),
        (
            "from contextlib import suppress\nd = {'k': 2}\nwith suppress(E):\n"
            "    for x in [1]:\n        d['k'] = x",
            "f(d['k'])",
        ),
        ("d = {'k': 1, 'l': 2}\ndel d['l'], d['k']", "f(d.get('k', y))"),
        (
            "def g(p, r):\n    p['k'] = r",
            "a = {}\ng(a, *y)\ng(a, 1)",
            "a = {}\ng(a, *y)\nf(a['k'])",
        ),
        ("def g(d):\n    if y:\n        return\n    d['k'] = 1", "d = {'k': 2}\ng(d)", "f(d['k'])"),
        ("def g(v, a=[]):\n    a.append(v)\n    return a", "g(1)", "f(g(2)[0])"),
        ("def g():\n    global x\n    x = 2", "x = 1\ng()", "f(x)"),
        ("d = {'k': 1}\nx = d.pop(y)", "f(d['k'])"),
        ("y = z", "x = 1\nif y:\n    x = 2", "f(x)"),
        ("y = True", "x = 1\nif y and z:\n    x = 2", "f(x)"),
        ("y = True", "if w:\n    y = False", "x = 1\nif y:\n    x = 2", "f(x)"),
        ("x = 1\nwhile y:\n    if x:\n        x = 2\n    f(x)",),
        ("x = 1\ntry:\n    x = 2\nexcept E:\n    f(x)",),
        ("y = True", "x = 1\nwhile z:\n    if y:\n        x = 2", "f(x)"),
        ("l = []\nfor x in [1, 2]:\n    if y:\n        l.append(x)", "f(l[0])"),
        ("l = []\nfor x in [1, 2]:\n    if y:\n        continue\n    l.append(x)", "f(l[0])"),
        ("l = []\nfor x in [1, 2]:\n    l.append(x)\n    break", "f(l[1])"),
        ("l = []\nif y:\n    for x in [1, 2]:\n        l.append(x)", "f(l[0])"),
        ("d = {'a': 1}\nfor x in y:\n    d[x] = 2", "f(d['a'])"),
        ("d = {'k': 1}\nif y:\n    del d['k']", "f(d['k'])"),
        ("x = {'k': 1, **y}", "f(x['k'])"),
        ("def g():\n    return {'k': x}", "x = y", "x = g()", "f(x)"),
        ("def g():\n    return x['k']", "x = {'k': [g(), 1]}", "f(x['k'][1])"),
        ("x = [{'k': 1}]\nfor y in x:\n    y['k'] = 2", "f(x[0]['k'])"),
        ("x = [{'k': y} for y in z]", "for y in x:\n    if z:\n        y['k'] = 2", "f(x[0]['k'])"),
    ],
)
def test_what_only_running_decides_is_unknown(cells: tuple[str, ...]) -> None:
    assert not last_argument(*cells).known


@pytest.mark.parametrize(
    ("cells", "outline"),
    [
        (("f(f'a {x}')",), "a \ufffd"),
        (('f(f"""a\n{x!r} {x:3}""")',), "a\n\ufffd \ufffd"),
        (("y = f'a {x}'", "f(y + ' b')"), "a \ufffd b"),
        (("f('a ' + x)",), "a \ufffd"),
        (("f(x + ' a')",), "\ufffd a"),
        (("f('a %s %5d' % (x, 1))",), "a \ufffd \ufffd"),
        (("f('a %s %s' % x)",), "a \ufffd \ufffd"),
        (("f('a %(k)s %(l)s' % {**x, 'k': 'b'})",), "a b \ufffd"),
        (("f('a %(k)s' % {'k': 'b', **x})",), "a \ufffd"),
        (("f('a {} {x.y} {z}'.format(x, z='b'))",), "a \ufffd \ufffd b"),
        (("f(' '.join(['a', x, *y]))",), "a \ufffd\ufffd"),
        (("import shlex\nf(shlex.split(f\"a '{x} b'\")[1])",), "\ufffd b"),
        (("l = x + ['a']\nf(' '.join(l))",), "\ufffd a\ufffd"),
    ],
)
def test_what_is_written_of_a_text_is_known(cells: tuple[str, ...], outline: str) -> None:
    value = last_argument(*cells)
    assert (value.known, value.text, value.wording) == (False, None, outline)


@pytest.mark.parametrize(
    "cells",
    [
        ("for x in ['a', y, 'b']:\n    f(x)",),
        ("z = ['a', 'b']", "for x in z:\n    f(x)"),
        ("def g():\n    for x in ('a', 'b'):\n        f(x)",),
        ("def g(x):\n    f(x)", "g('a')\ng(y)", "g('b')"),
        ("for x in ['a ', ' b']:\n    f(x.strip())",),
    ],
)
def test_what_is_another_one_each_time_is_none_of_them_for_certain(cells: tuple[str, ...]) -> None:
    value = last_argument(*cells)
    assert not value.known
    assert [one.text for one in value.every if one.text] == ["a", "b"]


@pytest.mark.parametrize(
    "cells",
    [
        ("def g(x):\n    return x", "g('a')", "f(g(*y))"),
        ("def g(x):\n    return {'k': x.strip()}", "g('a')", "f(g(*y)['k'])"),
        ("for x in ['a', 'b']:\n    if x == 'a':\n        continue\n    f(x)",),
        ("for x in ['a', 'b']:\n    if x == 'a':\n        f(x)",),
        ("def g(x, y=1):\n    if y: return\n    f(x)", "g('a')", "g('b', 2)"),
        ("def g(x, y=1):\n    y and f(x)", "g('a')", "g('b', 2)"),
    ],
)
def test_what_a_condition_or_another_call_decides_is_not_looked_at(cells: tuple[str, ...]) -> None:
    value = last_argument(*cells)
    assert (value.known, value.each) == (False, ())


@pytest.mark.parametrize("line", ["x = [*x, *x]", "x = x + x", "x += x", "x = ''.join([x, x])"])
def test_what_doubles_with_each_line_ends(line: str) -> None:
    start = "x = 'ab'" if "join" in line else "x = ['ab']"
    notebook = Notebook()
    cells = [start, *[f"{line}\nf(x)"] * 60]
    read = [notebook.add(i, c, partial(ast.parse, c)) for i, c in enumerate(cells)]
    values = [call.arguments[0] for cell in read for call in cell.calls() if call.arguments]
    assert max(len(value.items) + len(value.wording or "") for value in values) <= 2**16
    assert not values[-1].known or values[-1].open


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


def in_script(text: str) -> Value:
    """What `x` in `show(x)` is known to be, in a script."""
    notebook = Notebook()
    cell = notebook.add(0, text, lambda: ast.parse(text))
    call = next(call for call in cell.calls() if call.method == "show")
    found = call.argument("", 0)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("def f(x):\n    o.show(x)\nf(1)", 1),
        ("def f(x=2):\n    o.show(x)\nf()", 2),
        ("def f(a, *, x=2):\n    o.show(x)\nf(1, x=3)", 3),
        ("def f(a, x=2):\n    o.show(x)\nf(0, 4)\nf(1, x=4)", 4),
        ("def f(x):\n    def g():\n        o.show(x)\n    g()\nf(5)", 5),
    ],
)
def test_a_parameter_is_what_all_calls_in_a_script_give(text: str, known: int) -> None:
    assert in_script(text).is_constant(known)


@pytest.mark.parametrize(
    "text",
    [
        "def f(x=1):\n    o.show(x)",
        "def f(x):\n    o.show(x)\nf(1)\nf(2)",
        "def f(x):\n    o.show(x)\nf(*a)",
        "def f(x):\n    o.show(x)\nf(**a)",
        "def f(x):\n    o.show(x)\nf(1)\nmap(f, a)",
        "def f(x):\n    o.show(x)\nf()",
        "def f(x):\n    o.show(x)\nf(1)\nf = g",
        "def f(x):\n    o.show(x)\n    f(x)",
        "class C:\n    def f(y, x):\n        o.show(x)\nf(1)",
        "def f(*x):\n    o.show(x)\nf(1)",
        "def f(**x):\n    o.show(x['k'])\nf(**a)",
        "def f(x, /):\n    o.show(x)\nf(x=1)",
        "def f(x):\n    if a:\n        x = 2\n    o.show(x)\nf(1)",
    ],
)
def test_a_parameter_that_may_be_something_else_is_unknown(text: str) -> None:
    assert not in_script(text).known


@pytest.mark.parametrize(
    ("cells", "known"),
    [
        (("def g(x=1):\n    f(x)", "g()"), True),
        (("def g(x):\n    f(x)", "y = 1", "g(y)", "g(y)"), True),
        (("def g(x, y=1):\n    f(y)", "g(2)", "g(3, y=2)"), False),
        (("def g(x):\n    f(x)", "g(1)", "h = g"), False),
        (("def g(x):\n    f(x)", "def g(x):\n    pass", "g(1)"), False),
        (("def g(x):\n    f(x)", "g(1)", "from a import *"), True),
    ],
)
def test_a_parameter_is_what_all_cells_give(cells: tuple[str, ...], known: bool) -> None:
    value = last_argument(*cells)
    assert value.known is known
    assert not known or value.is_constant(1)


BINDING = (
    "N = 1", "a = N = 1", "a, N = b", "(N) = 1", "[a, (N, c)] = b", "*N, a = b", "N: int = 1",
    "N += 1", "N |= a", "print(N := 1)", "N[0] = 1", "N [0][1] = 1", "N.a = 1",
    "N.a[0] = 1", "del N", "del N[0]", "for N in a: pass", "for N, a in b: pass",
    "async def f():\n  pass\nfor a in b:\n  N(a)\n  N = a", "with a as N: pass",
    "with a as (b, N): pass", "import N", "import N.a", "import a as N", "from a import N",
    "from a import (b,\n N)", "from a import b as N", "def N(a): pass", "def \\\n N (a): pass",
    "async def N(): pass", "class N(a): pass", "class N: pass", "1.\nN = 2", "N(a); N = b",
    "a.N; N = b", "aN = N = 1", *(f"N.{method}(a)" for method in CHANGING), "N . update (a)",
    "if a:\n  N.append(b)",
)  # fmt: skip


@pytest.mark.parametrize("text", BINDING)
@pytest.mark.parametrize("name", ["N", "é", "_1"])
def test_what_binds_a_name_is_seen_before_it_is_parsed(text: str, name: str) -> None:
    written = text.replace("N", name)
    cell = Notebook().add(0, written, partial(ast.parse, written))
    assert name in cell.bindings, "the example itself"
    assert may_bind(written, name)


@pytest.mark.parametrize(
    "text",
    ["N(1)", "a = N (b)", "a.N = 1", "a().N = 1", "N.a(b)", "N.a.b(c)",
     "aN = N1 = 1", "N.update.a(b)", "undef = 1\nN(a)"],
)  # fmt: skip
def test_what_only_calls_a_name_is_not_parsed_for_it(text: str) -> None:
    cell = Notebook().add(0, text, partial(ast.parse, text))
    assert "N" not in cell.bindings, "the example itself"
    assert not may_bind(text, "N")


def test_behind_a_prompt_a_name_is_no_attribute() -> None:
    assert may_bind(">>> if a:\n...     N = 1", "N")
    assert may_bind("...N = 1", "N")


def test_a_name_that_stands_very_often_may_be_bound() -> None:
    """Nobody looks at each place of a text that is all names."""
    assert may_bind("N(1)\n" * 100 + "N = 1", "N")
    assert not may_bind("N(1)\n" * 10, "N")


def test_no_binding_in_any_example_is_overlooked() -> None:
    looked = 0
    for rule in catalog.rules().values():
        for example in (*rule.good, *rule.bad):
            for text in example.cells:
                source = text.replace("«", "").replace("»", "")
                try:
                    ast.parse(source)
                except SyntaxError:
                    continue
                cell = Notebook().add(0, source, partial(ast.parse, source))
                for name in cell.bindings:
                    is_attribute = name.startswith(".")
                    assert is_attribute or may_bind(source, name), (name, source)
                    assert cell.notebook.history(name), (name, source)
                    looked += 1
    assert looked > 500
