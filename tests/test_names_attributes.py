"""Attributes of the notebook's own classes, and what loops go through: what is known without
running, and what must stay unknown."""

from __future__ import annotations

import pytest
from test_names import last_argument

from jupyter_sm_guard.names import each_of

pytestmark = pytest.mark.unit

DATA = (
    "from dataclasses import dataclass, field\n@dataclass\n"
    "class C:\n    j: int = 0\n    k: int = 1\n"
)
SPACE = "from types import SimpleNamespace\nx = SimpleNamespace(k=1)\n"
INIT = "class C:\n    def __init__(self, k):\n        self.k = k\n"
SET = "class C:\n    def __init__(self):\n        self.k = 1\n"


@pytest.mark.parametrize(
    ("cells", "constant"),
    [
        (("class C:\n    k = 1", "f(C.k)"), 1),
        (("class C:\n    k = 1", "x = C()", "f(x.k)"), 1),
        (("class C: pass", "C.k = 1", "f(C.k)"), 1),
        (("class C(B):\n    k = 1", "f(C.k)"), 1),
        ((f"{SET}    def g(self):\n        f(self.k)",), 1),
        ((f"{SET}    @property\n    def g(self):\n        return self.k", "f(C().g)"), 1),
        ((f"{SET}    def g(self):\n        return self.k", "f(C().g())"), 1),
        ((f"{SET}    def g(self):\n        def h():\n            f(self.k)",), 1),
        ((SET, "class D:\n    def __init__(self):\n        self.k = 2", "f(C().k)"), 1),
        ((SET, "class D(C): pass", "f(D().k)"), 1),
        (("class C:\n    def __init__(self, k):\n        self.k = k", "x = C(1)", "f(x.k)"), 1),
        (("class C:\n    def __init__(self, k=1):\n        self.k = k", "x = C()", "f(x.k)"), 1),
        (("class C:\n    def g(self, k):\n        f(k)", "C().g(1)"), 1),
        (("class C:\n    @staticmethod\n    def g(k):\n        f(k)", "C.g(1)"), 1),
        (("class C:\n    j = 1\n    @classmethod\n    def g(cls):\n        f(cls.j)",), 1),
        (("class C:\n    def g(self):\n        self.j, self.k = 2, 1", "f(C().k)"), 1),
        ((INIT, "x = C(1); y = C(2)", "f(x.k)"), 1),
        ((DATA, "f(C().k)"), 1),
        ((DATA, "f(C(j=2, k=3).k)"), 3),
        ((DATA, "f(C(2, 3).k)"), 3),
        ((f"{DATA}    def g(self):\n        f(self.k)", "C(k=3).g()", "C(4, 3).g()"), 3),
        ((DATA.replace("= 1", "= field(default=4)"), "f(C().k)"), 4),
        ((DATA.replace(" = 1", ""), "f(C(k=4).k)"), 4),
        ((DATA, "from dataclasses import asdict\nf(asdict(C(k=3))['k'])"), 3),
        ((DATA, "from dataclasses import replace\nf(replace(C(2, 3), k=4).k)"), 4),
        ((DATA, "from dataclasses import replace\nf(replace(C(2, 3), j=4).k)"), 3),
        ((SPACE, "f(x.k)"), 1),
        (("from enum import Enum\nclass C(Enum):\n    K = 1", "f(C.K.value)"), 1),
        (("g = lambda: 1", "f(g())"), 1),
        (("import g\nwith g.h(1) as x:\n    f(1)",), 1),
    ],
)
def test_an_attribute_that_has_one_value_is_known(cells: tuple[str, ...], constant: int) -> None:
    assert last_argument(*cells).is_constant(constant)


@pytest.mark.parametrize(
    "cells",
    [
        ("class C(B):\n    k = 1", "x = C()", "f(x.k)"),
        ("class C:\n    k = 1", "x = C()", "x.k = 2", "f(x.k)"),
        ("class C:\n    k = 1", "x = C()", "f(x.k)", "g().k = 2"),
        ("class C:\n    k = 1", "x = C()", "f(x.k)", "setattr(x, y, 2)"),
        ("class C:\n    k = 1", "x = C()", "f(x.k)", "x.__dict__.update(y)"),
        ("class C:\n    k = 1", "x = C()", "f(x.k)", "vars(x)['k'] = 2"),
        ("class C:\n    k = 1\n    def __getattribute__(self, y): ...", "x = C()", "f(x.k)"),
        ("class C:\n    k = 1", "x = C()", "x.k += 1", "f(x.k)"),
        ("class C:\n    k = 1", "x = C()", "del x.k", "f(x.k)"),
        ("class C:\n    k = 1", "x = C()", "for x.k in y: pass", "f(x.k)"),
        ("class C:\n    k = 1", "x = C()", "(j, x.k), l = y", "f(x.k)"),
        (SET, "class D(C):\n    k = 2", "x = D()", "f(x.k)"),
        (f"{SET}    def g(self):\n        f(self.k)", "class D(C):\n    k = 2"),
        (f"{SET}    def g(self):\n        f(self.k)", "class D(C, B):\n    k = 2"),
        (f"{SET}    def g(self):\n        self = y\n        f(self.k)",),
        (f"{SET}    def g(self, y):\n        f(y.k)",),
        (f"{SET}    def g(self):\n        f(self.k)\n    def h(self):\n        self.k = 2",),
        (
            "class C:\n    def __init__(self):\n        self.k = {'l': 1}",
            "C().k.update(y)",
            "f(C().k['l'])",
        ),
        (
            "class C:\n    def __init__(self):\n        self.k = {'l': 1}",
            "C().k['l'] = 2",
            "f(C().k['l'])",
        ),
        ("class C:\n    def __init__(self, k):\n        self.k = k", "x = C(1)", "y(C)", "f(x.k)"),
        ("class C:\n    def g(self, k):\n        f(k)", "C().g(1)", "x.g(2)"),
        ("class C:\n    def g(self, k):\n        f(k)", "C().g(1)", "y(C().g)"),
        ("class C:\n    def g(self, k):\n        f(k)", "C.g(C(), 1)"),
        ("class C:\n    @h\n    def g(self):\n        return 1", "f(C().g())"),
        ("class C:\n    def g(self):\n        return 1", "C.g = y", "f(C().g())"),
        ("class C:\n    k = None\n    def g(self):\n        self.k = 1", "f(C().k)"),
        ("class C:\n    k = None", "class D(C):\n    k = 1", "f(C().k)"),
        (f"{INIT}    def g(self):\n        f(self.k)", "C(1); C(2).g()"),
        (
            "class C:\n    def g(self, k):\n        self.k = k\n        return self",
            "C().g(1)",
            "f(C().g(2).k)",
        ),
        ("@deco\nclass C:\n    k = 1", "f(C().k)"),
        ("class C:\n    k = 1\n    def __new__(cls): return y", "f(C().k)"),
        (SET, "x = C()\nx.__init__(2)", "f(x.k)"),
        (SET, "x = type('D', (C,), {'k': 2})()", "f(C().k)"),
        (SET, "def g(x): return x.__class__(2)", "f(C().k)"),
        (SET, "v = vars(x)", "v['k'] = 2", "f(C().k)"),
        (SET, "exec('C.k = 2')", "f(C().k)"),
        (SET, "y.parse_args(namespace=x)", "f(C().k)"),
        (
            f"{DATA}    def g(self):\n        f(self.k)",
            "from dataclasses import replace",
            "replace(C(), k=2).g()",
            "C().g()",
        ),
        ("k = 1\ndef g():\n    global k\n    k = 2", "g()", "f(k)"),
        (DATA, "@dataclass\nclass D(C):\n    l: int = 2", "f(D(k=3).k)"),
        (DATA, "class D(C): pass", "f(D(k=3).k)"),
        (DATA.replace("j: int", "j: ClassVar[int]"), "f(C(2, 3).k)"),
        (DATA.replace("= 0", "= field(default=0, init=False)"), "f(C(2, 3).k)"),
        (DATA.replace("= 0", "= field(default=0, kw_only=True)"), "f(C(2, 3).k)"),
        (
            "from enum import Enum\nclass C(Enum):\n    K = 1\n    @property\n"
            "    def value(self): return 2",
            "f(C.K.value)",
        ),
        ("x = 1\nclass C:\n    x = 2\n    def g(self, k=x):\n        f(k)", "C().g()"),
        ("x = 1\nclass C:\n    x = 2\n    f(x)",),
        ("def h(g): ...\nclass C:\n    @h\n    def g(self, k):\n        f(k)", "C().g(1)"),
        ("class C:\n    def g(self, k):\n        f(k)\n    h = g", "C().g(1)"),
        ("class C:\n    def g(self, k):\n        f(k)", "C().g(1)", "super().g(2)"),
        (
            "import copy\nclass C:\n    def g(self, k):\n        f(k)",
            "C().g(1)",
            "copy.copy(C()).g(2)",
        ),
        ("class C:\n    def __call__(self, k):\n        f(k)", "C().__call__(1)"),
        ("class A(B):\n    k = 1", "class B(A):\n    j = 1", "f(B().k)"),
        (DATA, "x = C(**y)", "f(x.k)"),
        (DATA, "x = C(*y)", "f(x.k)"),
        (DATA, "x = C()\nx.k = 3", "f(x.k)"),
        (f"{DATA}    def g(self):\n        f(self.k)", "C(k=3).g()", "C().g()"),
        (f"{DATA}    def g(self):\n        f(self.k)", "y(C)"),
        (f"{DATA}    def __post_init__(self):\n        self.k = 2", "f(C().k)"),
        (DATA.replace("= 1", "= field(default_factory=y)"), "f(C().k)"),
        (SPACE, "x.k = 2", "f(x.k)"),
        (SPACE, "y.k = 2", "f(x.k)"),
        (SPACE, "f(x.j)"),
        ("from enum import Enum\nclass C(Enum):\n    K = 1", "f(C.K)"),
        ("g = lambda x: x", "f(g(1))", "g(2)"),
        ("def g():\n    with h() as x:\n        f(x)",),
    ],
)
def test_an_attribute_that_may_be_another_one_is_unknown(cells: tuple[str, ...]) -> None:
    value = last_argument(*cells)
    assert value.kind != "constant"


@pytest.mark.parametrize(
    ("cells", "each"),
    [
        (("for x in [1, 2]:\n    f(x)",), [1, 2]),
        (("for x, y in [(1, 2), (3, 4)]:\n    f(y)",), [2, 4]),
        (("for x in {'a': 1, 'b': 2}:\n    f(x)",), ["a", "b"]),
        (("d = {'a': 1, 'b': 2}\nfor k, v in d.items():\n    f(v)",), [1, 2]),
        (("d = {'a': 1, 'b': 2}\nfor v in d.values():\n    f(v)",), [1, 2]),
        (("for n, x in enumerate(['a', 'b']):\n    f(x)",), ["a", "b"]),
        (("for n, (x, y) in enumerate(zip([1, 2], [3, 4])):\n    f(y)",), [3, 4]),
        (("for x in list((1, 2)):\n    f(x)",), [1, 2]),
        (("for d in [{'k': 1}, {'k': 2}]:\n    f(d['k'])",), [1, 2]),
        (("for d in [{'k': 1}, {}]:\n    f(d.get('k', 3))",), [1, 3]),
        (("for x in [1, y]:\n    f(x)",), [1, None]),
        (("for x, y in [('a', 'b'), ('c', 'd')]:\n    f(f'{x}{y}')",), ["ab", "cd"]),
        (("def g(x):\n    f(x)", "g(1)", "g(2)"), [1, 2]),
        (("for x in [1, 2]:\n    y = x\n    f(y)",), [1, 2]),
        (("for x in [1, 2]:\n    while y:\n        break\nfor x in [3, 4]:\n    f(x)",), [3, 4]),
        (("import os\nfor x in [1, 2]:\n    if not os.path.exists(y):\n        f(x)",), [1, 2]),
    ],
)
def test_what_is_another_one_each_time_is_known(cells: tuple[str, ...], each: list[object]) -> None:
    value = last_argument(*cells)
    assert [one.constant for one in value.each] == each
    assert [one.constant for one in each_of(value)] == each


@pytest.mark.parametrize(
    "cells",
    [
        ("for x in y:\n    f(x)",),
        ("for x in [1, *y]:\n    f(x)",),
        ("for x in [1, 2]:\n    if x > 1:\n        f(x)",),
        ("for x in [1, 2]:\n    if y:\n        continue\n    f(x)",),
        ("for x, *z in [(1, 2)]:\n    f(z)",),
        ("d = {'a': 1}\nd.update(y)\nfor v in d.values():\n    f(v)",),
        ("for n, x in enumerate([1, 2], 3):\n    f(n)",),
        ("for x.k in [1, 2]:\n    f(x)",),
        ("d = {}\nfor d['k'] in [1, 2]: pass\nf(d['k'])",),
        ("d = {'a': {'k': 1}}\nfor n, x in d.items():\n    x['k'] = 2\nf(d['a']['k'])",),
        ("for x in [1, 2]: pass\nfor y in z:\n    f([x, y])",),
        ("for x in [1, 2]: pass\nf(x)",),
        ("for x in [1, 2]: pass\nelse:\n    f(x)",),
        ("for x in [1, 2]:\n    y = x\nf(y)",),
        ("for x in [1, 2]:\n    y = {'k': x}\nf(y)",),
        ("for x in [1, 2]: pass\ndef g():\n    f(x)",),
        ("for x in [1, 2]:\n    f(x)\n    break",),
        ("def g():\n    for x in [1, 2]:\n        f(x)\n        return",),
        ("import os\nfor x in [1, 2]:\n    if os.path.exists(y):\n        f(x)",),
        ("import os\nfor x in [1, 2]:\n    if os.path.exists(y):\n        continue\n    f(x)",),
        ("for x in [1, 2]:\n    if not y():\n        f(x)",),
        ("for x in [{'k': 1}]:\n    x.update(k=2)\n    f(x['k'])",),
        ("def g(x):\n    x['k'] = 2", "for x in [{'k': 1}]:\n    g(x)\n    f(x['k'])"),
        ("d = [1, 2]\nfor x in d:\n    d.pop()\n    f(x)",),
        ("d = [1, 2]\nd.reverse()\nf(d[0])",),
        ("z = zip([1], [2])\nlist(z)\nfor x, y in z:\n    f(x)",),
        ("for x, y in zip({1, 1}, [3, 4]):\n    f(y)",),
    ],
)
def test_what_a_condition_or_the_notebook_decides_stays_unknown(cells: tuple[str, ...]) -> None:
    value = last_argument(*cells)
    assert len(list(each_of(value))) == 1
    assert not value.each
    assert value.kind != "constant"


def test_parts_that_belong_together_stay_together() -> None:
    value = last_argument("for x, y in [('a', 1), ('b', 2)]:\n    f([x, {'k': y}])")
    every = list(each_of(value))
    assert [(one.items[0].constant, one.items[1].entries["k"].constant) for one in every] == [
        ("a", 1),
        ("b", 2),
    ]


def test_parts_of_other_loops_are_not_put_together() -> None:
    value = last_argument("for x in [1, 2]:\n    for y in [3, 4]:\n        f([x, y])")
    every = [[part.constant for part in one.items] for one in each_of(value)]
    assert every == [[1, None], [2, None], [None, 3], [None, 4]]


def test_a_value_that_is_in_many_places_is_looked_at_once() -> None:
    doubled = "".join(f"a{n} = [a{n - 1}, a{n - 1}]\n" for n in range(1, 34))
    value = last_argument(f"a0 = [1, 1]\n{doubled}", "def g():\n    return a33", "f(g())")
    assert value.kind == "list"
    for _ in each_of(value):
        break


def test_json_that_is_nested_deep_costs_nothing_else() -> None:
    text = '{"a":' * 400 + "1" + "}" * 400
    value = last_argument(f"import json\nx = json.loads('{text}')\nfor y in [1, 2]:\n    f([x, y])")
    assert [one.items[1].constant for one in each_of(value)] == [1, 2]
