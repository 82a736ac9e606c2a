"""Cells as IPython sees them: the verdict "is this Python" is IPython's own, for less time."""

from __future__ import annotations

import ast
import os
import warnings
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from IPython.core.inputtransformer2 import TransformerManager

from jupyter_sm_guard.cells import Part, bare_commands, is_cell_magic, parts
from jupyter_sm_guard.notebook import CELL_LIMIT, read

pytestmark = pytest.mark.unit

CELLS = (
    "x = 1\n",
    "",
    "\n\n  \n",
    "!ls -l {x}",
    "x = !ls\nfor y in x:\n    !echo {y}\n",
    "if x:\n    !sudo mkdir a \\\n        b\n    y = 1",
    " !eksctl create \\\n   cluster\n",
    "%matplotlib inline\nimport os",
    "%time f(x)\n%%time\n",
    "%%bash\nif [ x\nfi",
    "%%time\nx = ",
    "x = %time 1",
    "len?",
    "?len\nos.path??\n*int*?",
    "print(1)?",
    "# why?\nx = 1  # what?",
    "s = 'what?'\n",
    "'''\n!ls\n%time\n'''",
    '"""\n!ls',
    "x = [\n!ls\n]",
    "a % b\n",
    "x = '%d' % 3",
    ">>> x = 1\n>>> x\n",
    "In [1]: x = 1\n   ...: y = 2",
    "    x = 1\n    y = 2",
    "x = <PROJECT NAME>",
    "Trainer(model=model, ...)",
    "pip install x",
    "print 'a'",
    "/f a b",
    ",f a b",
    ";f a b",
    "!echo \"it's",
    "a != b\nc = a!=b",
    "a = b = !ls",
    "d['k'] = !ls",
    "f'{x!r}' + f'{x:%d}'",
    "x: int = !ls",
    "def f():\n    return 1\n!ls",
    "é = !ls",
    "x = 1\r\n!ls\r\ny = 2",
    "class A:\n    ?x\n",
    "x = (1 +\n  2)\n%pip install y",
)


def by_ipython(source: str) -> bool:
    try:
        ast.parse(TransformerManager().transform_cell(source))
    except (SyntaxError, ValueError):
        return False
    return True


def by_us(source: str) -> bool:
    if is_cell_magic(source):
        return True
    python = next(part for part in parts(source) if part.kind == "python")
    try:
        ast.parse(python.text)
    except (SyntaxError, ValueError):
        return False
    return python.valid


@pytest.fixture(autouse=True)
def quiet() -> None:
    warnings.simplefilter("ignore")  # of the code that is read


@pytest.mark.parametrize("source", CELLS)
def test_the_verdict_is_ipython_s(source: str) -> None:
    assert by_us(source) == by_ipython(source)


LINES = st.sampled_from(
    [line for cell in CELLS for line in cell.splitlines() if "\\" not in line] + ["(", ")", "}"]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(LINES, min_size=1, max_size=5).map("\n".join))
def test_no_mixture_of_lines_crashes_and_all_keep_their_places(source: str) -> None:
    for part in parts(source):
        if part.kind == "shell":
            start = part.in_cell(0)
            assert source[start : start + len(part.text)] == part.text


@pytest.mark.skipif("SM_GUARD_CORPUS" not in os.environ, reason="SM_GUARD_CORPUS names no folder")
def test_the_verdict_is_ipython_s_on_a_corpus() -> None:
    differ = []
    for path in sorted(Path(os.environ["SM_GUARD_CORPUS"]).rglob("*.ipynb")):
        for cell in read(path.read_bytes(), str(path)).cells:
            if cell.kind == "code" and by_us(cell.source) != by_ipython(cell.source):
                differ.append((str(path), cell.index))
    assert differ == []


def kinds(source: str) -> list[tuple[str, bool]]:
    return [(part.kind, part.written) for part in parts(source)]


def test_a_cell_magic_says_what_its_cell_holds() -> None:
    assert kinds("%%bash\nls") == [("shell", False)]
    assert [part.text for part in parts("%%script bash -e\nls")] == ["bash -e", "ls"]
    assert kinds("%%script --out x env A=1 nohup bash\nls")[1] == ("shell", False)
    assert kinds("%%script sudo -s\nls")[1] == ("shell", False)
    assert kinds("%%script false --no-raise-error\nls")[0] == ("python", False)
    assert kinds("%%time\n!ls") == [("python", False), ("shell", False)]
    assert kinds("%%writefile a/x.py\nx = 1") == [("python", True)]
    assert kinds("%%writefile -a x.sh\nls") == [("shell", True)]
    assert kinds("%%writefile docker/Dockerfile.gpu\nRUN ls") == [("dockerfile", True)]
    assert kinds("%%writefile ~/.kaggle/kaggle.json\n{}") == [("settings", True)]
    assert kinds("%%writefile .env.production\nA=b") == [("settings", True)]
    assert kinds("%%writefile .env.example\nA=b") == [("text", True)]
    assert kinds("%%html\n<b>") == [("python", False)]
    assert parts("%%html\n<b>")[0].lenient


def test_what_a_shell_gives_to_python_or_puts_into_a_file_is_a_document_of_its_own() -> None:
    source = (
        "%%bash\npython3 - <<'PY'\nx = 1\nPY\ncat <<A | sudo tee -a /etc/a.sh >/dev/null\nA\n"
        "cat > Dockerfile <<B\nRUN ls\nB\nsudo tee .env <<C >/dev/null\nA=b\nC\n"
        "python -W ignore -c 'y = \"\"'; cat > ~/.bashrc <<D\necho a >> x.ini\nD\n"
    )
    texts = [part for part in parts(source) if part.alone]
    assert [(part.kind, part.text, part.written) for part in texts] == [
        ("python", "x = 1\n", False),
        ("dockerfile", "RUN ls\n", True),
        ("settings", "A=b\n", True),
        ("python", 'y = ""', False),
        ("shell", "echo a >> x.ini\n", True),
        ("settings", "a", True),
    ]
    for part in texts:
        assert source[part.in_cell(0) : part.in_cell(len(part.text))] == part.text


def test_what_a_shell_or_ipython_still_puts_values_into_is_no_python() -> None:
    for source in (
        "%%bash\npython <<PY\nx = '$HOME'\nPY",
        "!python -c 'x = {y}'",
        "%%bash\npython x.py <<'PY'\nx\nPY",
        "%%bash\npython -m x <<'PY'\nx\nPY",
    ):
        assert not any(part.alone for part in parts(source)), source


def test_shell_lines_are_what_a_shell_would_get() -> None:
    source = "x = 1\nif x:\n    !sudo ls \\\n      -l\n%pip install -q y\nz = !!date"
    texts = [part.text for part in parts(source) if part.kind == "shell"]
    assert texts == ["sudo ls \\\n      -l", "pip install -q y", "date"]


def test_places_survive_what_ipython_takes_away() -> None:
    source = ">>> import os\n>>> os.system('x')\n"
    python = parts(source)[0]
    assert python.text == "import os\nos.system('x')\n"
    assert source[python.in_cell(python.text.index("os.system")) :].startswith("os.system")
    assert isinstance(python, Part)


def test_bare_commands_are_those_that_ipython_would_run_alone() -> None:
    assert [part.text for part in bare_commands("x\npip install y\n  conda install z")] == [
        "pip install y",
        "conda install z",
    ]


@pytest.mark.parametrize(
    "line", ["%m\n", "!ls (\n", "x = !y\n", "'''\n", "a = [\n", "x?\n", "\\\n"]
)
@pytest.mark.timeout(30)  # where time grew with the square of the lines, it would not be enough
def test_the_largest_cell_ends(line: str) -> None:
    assert parts(line * (CELL_LIMIT // len(line)))
