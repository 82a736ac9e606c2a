"""The linter beside an editor: what comes after any edits is what the whole document would give."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyter_sm_guard import gate
from jupyter_sm_guard.linter.editing import Editing
from jupyter_sm_guard.linter.editor_wire import RequestError
from jupyter_sm_guard.linter.engine import lint_document
from jupyter_sm_guard.linter.live import Live
from jupyter_sm_guard.linter.selection import Found, Selection
from jupyter_sm_guard.notebook import Cell, Document
from jupyter_sm_guard.place import Place

pytestmark = pytest.mark.unit

SELECTION = Selection(
    tuple(gate.entries().values()),
    posture=frozenset({"no-internet", "no-root"}),
    known=frozenset(gate.entries()),
    today=date(2026, 11, 23),
)
TEXTS = (
    "",
    "import boto3\nimport os",
    "sm = boto3.client('sagemaker')",
    "sm = boto3.client('s3')",
    "access = 'Enabled'",
    "access = 'Disabled'",
    "params = {'DirectInternetAccess': access, 'NotebookInstanceName': 'n'}",
    "sm.create_notebook_instance(**params)",
    "sm.create_notebook_instance(NotebookInstanceName='n', RootAccess=root)",
    "root = 'Enabled'\n# a comment",
    "def root():\n    return access",
    "command = 'sudo yum install x'",
    "os.system(command)",
    "run = os.system\nrun('sudo ls')",
    "!pip install pandas",
    "%%bash\nsudo ls\ncurl https://example.org/x | sh",
    "sudo ls",
    "pip install pandas",
    "sm.create_notebook_instance(",
    "!sudo ls  # sm-guard: ignore[sudo-in-cell] only here",
    "# sm-guard: ignore[sudo-in-cell]\nx = 1",
    "\U0001f600 = 1\nprint('\U0001f600')",
    "key = 'AKIAIOSFODNN7REALKEY'",
    "os.environ['SAGEMAKER_ADMIN_CONFIG_OVERRIDE'] = 'x'",
    "%%writefile x.py\nimport os\nos.system('sudo ls')",
    "%%bash\npython - <<'PY'\nimport os\nos.system('sudo ls')\nPY\ncat > x.sh <<A\nsudo ls\nA",
    "x = 1\n!python -c 'import os; c = \"sudo ls\"; os.system(c)'",
    "%%writefile .env\nDB_PASSWORD=Gh7kPz9wQ2xL",
    "%%writefile Dockerfile\nRUN curl -k https://x.io -o x",
    "from sagemaker.estimator import *",
    "from functools import partial\nmake = partial(Estimator, enable_network_isolation=isolated)",
    "make(image)\nEstimator(image, enable_network_isolation=isolated)",
    "isolated = False",
    "class Config:\n    isolated = False\nisolated = Config.isolated",
    "Config.isolated = True",
    "params |= {'RootAccess': 'Enabled'}",
    "create = sm.create_notebook_instance\ncreate(**params)",
    "%env PIP_INDEX_URL=https://nexus.example.com/simple",
    "%env HF_HUB_OFFLINE=1",
    "from transformers import AutoModel\nAutoModel.from_pretrained('org/name')",
    "password = 'Tr0ub4dor&3x'\nprint(password)",
    "secret = boto3.client('sts').assume_role(RoleArn=a)['Credentials']",
    "print(secret)",
)
CALLS = (
    "import os",
    "sm = boto3.client('sagemaker')",
    "access = 'Enabled'",
    "!sudo true",
    "def start(root=root):\n    sm.update_notebook_instance(RootAccess=root)",
    "def go(words):\n    os.system(words)",
    "start()\ngo('ls')",
    "start('Enabled')\ngo(command)",
    "start(root=access)\ngo('sudo ls')",
    "share = {}\nshare['ACL'] = 'public-read'",
    "def give(acl, how):\n    boto3.client('s3').put_object_acl(ACL=acl, **how)",
    "give('public-read', share)",
    "give(**share)\nother = give",
    "command = f'sudo {access} ' + command",
    "line = ['sudo']\nline.append(access)",
    "line += ['ls']\nimport subprocess\nsubprocess.run(line)",
    "params['RootAccess'] = access\nparams.setdefault('DirectInternetAccess', access)",
    "more = params.copy()\nsm.create_notebook_instance(**more)",
)

RETURNS = (
    "import os, boto3\nsm = boto3.client('sagemaker')",
    "access = 'Enabled'",
    "access = 'Disabled'",
    "def given():\n    return {'RootAccess': access, 'NotebookInstanceName': 'n'}",
    "def given(root):\n    return dict(RootAccess=root)",
    "def given(root):\n    root = {**root, 'RootAccess': access}\n    return root",
    "def given():\n    if access:\n        return params\n    return params",
    "params = given()\nsm.update_notebook_instance(**params)",
    "sm.update_notebook_instance(**given(access))",
    "given({})\nparams = given(root=access)",
    "params['DirectInternetAccess'] = access\nsm.update_notebook_instance(**params)",
    "commands = ['ls', f'sudo {access}']",
    "for command in commands:\n    os.system(command)",
    "def go(words):\n    os.system(words)",
    "go('ls')\ngo('sudo ls')",
    "def line():\n    return commands[1]",
    "go(line())",
    "commands = line",
    "def step(command=None):\n    for command in commands: os.system(command)\n"
    "    return command.strip()",
    "commands = [step(), 'sudo x']",
    "os.system(commands[0])",
    "def state():\n    return {'R': {'RootAccess': 'Enabled', 'Tags': params}}",
    "params = state()",
    "params.update(state())",
    "sm.update_notebook_instance(**params['R'])",
    "class Config:\n    root = access\nconfig = Config()",
    "def change(what):\n    what['RootAccess'] = access",
    "def change(what):\n    return what",
    "change(params)",
    "params = {'RootAccess': 'Enabled'}",
    "sm.update_notebook_instance(RootAccess=config.root)",
    "config.root = access",
    "flag = True",
    "flag = False",
    "if flag:\n    access = 'Disabled'",
    "if flag:\n    os.system('sudo id')\nelse:\n    sm.update_notebook_instance(**params)",
    "for name in names:\n    commands.append(f'sudo {name}')",
    "row = {'RootAccess': access}\nevery = [row]",
    "row['RootAccess'] = 'Disabled'",
    "params.pop('RootAccess')",
    "def given(**more):\n    return {'RootAccess': access, **more}",
    "access = 'Enabled' if flag else 'Disabled'",
    "names = ['RootAccess', 'NotebookInstanceName']\nparams = dict.fromkeys(names, access)",
    "params = {name: access for name in names}",
    "!aws sagemaker create-model --model-name m --cli-input-json file://m.json",
    '%%writefile m.json\n{"EnableNetworkIsolation": false}',
    '%%bash\ncat > ./m.json <<END\n{"EnableNetworkIsolation": false, "ModelName": "$NAME"}\nEND',
    "every = [given() for name in names]\nsm.update_notebook_instance(**every[0])",
)

DEFINING = (
    "class Config:\n    root = 'Enabled'",
    "class Config:\n    def __init__(self, root=None):\n        self.root = root",
    "from dataclasses import dataclass\n@dataclass\nclass Config:\n    root: str = 'Enabled'",
    "class Config:\n    def __init__(self, root=None):\n        self.root = 'Enabled'\n"
    "    def _given(self):\n        return {'RootAccess': self.root}\n"
    "    def go(self):\n        sm.update_notebook_instance(**self._given())",
    "class Config:\n    def go(self, what='ls'):\n        os.system(what)",
    "from types import SimpleNamespace\nConfig = lambda: SimpleNamespace(root='Enabled')",
    "every = {'a': 'Enabled', 'b': root}",
)
MAKING = (
    "config = Config()",
    "config = Config('Enabled')",
    "config = Config(root=root)",
    "config = Config('Disabled')",
    "with Config() as config:\n    config.go()",
    "root = 'Enabled'",
)
USING = (
    "sm.update_notebook_instance(NotebookInstanceName='n', RootAccess=config.root)",
    "config.go()",
    "config.go('sudo ls')",
    "for name, root in every.items():\n    sm.update_notebook_instance("
    "NotebookInstanceName=name, RootAccess=root)",
    "for given in [{'RootAccess': root}, {'RootAccess': config.root}]:\n"
    "    sm.update_notebook_instance(**given)",
)
CHANGING = (
    "Config.root = root",
    "config.root = 'Disabled'",
    "other.root = root",
    "other.go('ls')",
    "config.go = print",
    "setattr(config, 'root', 'Disabled')",
    "def change(what):\n    what.root = root",
    "def change(what):\n    what.go(line)",
    "class Other(Config):\n    root = 'Disabled'",
    "class Other:\n    root = 'Disabled'",
    "every['b'] = 'Disabled'",
    "line = 'sudo id'",
    "# nothing",
)
CLASSES = (*DEFINING, *MAKING, *USING, *CHANGING)
START = "import os, boto3\nsm = boto3.client('sagemaker')"


def some(texts: tuple[str, ...], most: int) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(texts), min_size=1, max_size=most, unique=True)


# few texts at a time, so that what belongs together meets often
TOGETHER = st.builds(
    lambda *every: [START, *(text for texts in every for text in texts)],
    some(DEFINING, 2),
    some(MAKING, 2),
    some(USING, 2),
    some(CHANGING, 2),
)
WITH_CLASSES = TOGETHER.flatmap(
    lambda texts: st.tuples(
        st.permutations(texts[1:]).map(lambda order: [START, *order]) | st.just(texts),
        st.lists(edits(tuple(texts)), max_size=6),
    )
)


def edits(texts: tuple[str, ...]) -> st.SearchStrategy[tuple[str, int, str]]:
    return st.one_of(
        st.tuples(st.just("put"), st.integers(0, 9), st.sampled_from(texts)),
        st.tuples(st.just("write"), st.integers(0, 9), st.sampled_from(texts)),
        st.tuples(st.just("add"), st.integers(0, 9), st.sampled_from(texts)),
        st.tuples(st.just("drop"), st.integers(0, 9), st.just("")),
        st.tuples(st.just("move"), st.integers(0, 9), st.just("")),
        st.tuples(st.just("rest"), st.integers(0, 9), st.just("")),
    )


def cell(number: int, source: str) -> Cell:
    kind = "markdown" if source.startswith("key") and number % 2 else "code"
    outputs = [{"output_type": "stream", "text": source}] if "key" in source else []
    return Cell(number, str(number), kind, source, ("cells", number, "source"), outputs=outputs)


def facts(found: list[Found]) -> list[Any]:
    return sorted(
        (f.cell, str(f.output), f.start, f.end, f.rule, f.message, repr(f.fix), repr(f.related))
        for f in found
    )


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.sampled_from(TEXTS), min_size=1, max_size=7), st.lists(edits(TEXTS), max_size=12)
)
def test_after_any_edits_the_findings_are_those_of_the_whole(
    texts: list[str], edits: list[tuple[str, int, str]]
) -> None:
    edited_like_new(texts, edits)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.sampled_from(CALLS), min_size=3, max_size=7), st.lists(edits(CALLS), max_size=12)
)
def test_after_edits_of_calls_the_findings_are_those_of_the_whole(
    texts: list[str], edits: list[tuple[str, int, str]]
) -> None:
    edited_like_new(texts, edits)


def edited_like_new(texts: list[str], edits: list[tuple[str, int, str]]) -> None:
    cells = [cell(number, text) for number, text in enumerate(texts)]
    live = Live("a.ipynb", "notebook", SELECTION)
    live.change(cells, [c.index for c in cells])
    live.work(lambda: False)
    fresh = len(cells)
    for verb, where, text in edits:
        at = where % len(cells) if cells else 0
        changed: list[Cell] = []
        if verb in ("put", "write") and cells:
            source = text if verb == "put" else f"{cells[at].source}\n{text}"
            changed = [cell(cells[at].index, source)]
            cells[at : at + 1] = changed
        elif verb == "add":
            changed = [cell(fresh, text)]
            cells[at:at] = changed
            fresh += 1
        elif verb == "drop" and cells:
            del cells[at]
        elif verb == "move" and cells:
            cells.insert(0, cells.pop(at))
        else:
            live.work(lambda one=where % 3 == 0: one)  # a cell, or all that waits
            continue
        live.change(changed, [c.index for c in cells])
    live.work(lambda: False)
    found = [one for listed in live.found().values() for one in listed]
    text = "\n".join(c.source for c in cells)
    whole = lint_document(Document("a.ipynb", "notebook", text, tuple(cells)), SELECTION)
    assert facts(found) == facts(whole.found)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.sampled_from(RETURNS), min_size=3, max_size=8),
    st.lists(edits(RETURNS), max_size=12),
)
def test_after_edits_of_what_is_returned_the_findings_are_those_of_the_whole(
    texts: list[str], edits: list[tuple[str, int, str]]
) -> None:
    edited_like_new(texts, edits)


@settings(max_examples=150, deadline=None)
@given(WITH_CLASSES)
def test_after_edits_of_classes_and_loops_the_findings_are_those_of_the_whole(
    given: tuple[list[str], list[tuple[str, int, str]]],
) -> None:
    texts, edits = given
    edited_like_new(texts[:-3], [("add", len(texts), text) for text in texts[-3:]] + edits)


@pytest.mark.parametrize(
    ("texts", "edit"),
    [
        ([DEFINING[1], "config = Config('Enabled')", USING[0]], (2, "config = Config('Disabled')")),
        ([DEFINING[1], "config = Config('Disabled')", USING[0]], (2, "config = Config('Enabled')")),
        (["# A", "Config.root = 'Enabled'", "other.root = x", USING[0].replace("config", "Config")],
         (1, "class Config: pass")),
        (["class Config: pass", "Config.root = 'Enabled'", USING[0].replace("config", "Config")],
         (1, "# no class")),
        ([DEFINING[0], MAKING[0], USING[0], "# A"], (4, "other.root = x")),
        ([DEFINING[0], MAKING[0], USING[0], "# A"], (4, "setattr(config, name, x)")),
        ([DEFINING[4], MAKING[0], "config.go('ls')", "# A"], (4, "config.go('sudo ls')")),
    ],
)  # fmt: skip
def test_one_edit_of_a_class_is_seen_wherever_it_matters(
    texts: list[str], edit: tuple[int, str]
) -> None:
    edited_like_new([START, *texts], [("put", *edit)])


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.sampled_from(TEXTS + CALLS + RETURNS), min_size=1, max_size=9)
    | WITH_CLASSES.map(lambda given: given[0])
)
def test_the_gate_loses_nothing_in_any_notebook(texts: list[str]) -> None:
    nothing_lost(texts)


def test_the_gate_knows_that_an_attribute_leads_anywhere() -> None:
    use = "import boto3\nboto3.client('s3').put_object_acl(Bucket='b', Key='k', ACL=config.acl)"
    made = ["class Config: pass", "config = Config()", "make().acl = 'public-read'"]
    assert nothing_lost([*made, use])
    assert nothing_lost(["class Config:\n    acl = 'public-read'", made[1], use])


def nothing_lost(texts: list[str]) -> list[Any]:
    """What is found, with the gate as without it."""
    cells = tuple(cell(number, text) for number, text in enumerate(texts))
    whole = Document("a.ipynb", "notebook", "\n".join(texts), cells)
    ungated = lint_document(whole, replace(SELECTION, gated=False))
    found = facts(lint_document(whole, SELECTION).found)
    assert found == facts(ungated.found)
    return found


class Talk:
    """A page that sends what has changed, and keeps what it is answered."""

    def __init__(self, kind: str = "notebook"):
        self.editing = Editing(Place())
        self.kind = kind
        self.revision = 0
        self.found: dict[str, list[dict[str, Any]]] = {}

    def send(self, texts: dict[str, str], order: list[str] | None = None, **more: Any) -> Any:
        given = {
            "document": "d",
            "path": "a.ipynb" if self.kind == "notebook" else "a.py",
            "kind": self.kind,
            "base": self.revision or None,
            "revision": self.revision + 1,
            "order": order,
            "cells": [{"id": i, "type": "code", "source": s} for i, s in texts.items()],
            **more,
        }
        answer: Any = self.editing.answer(json.loads(json.dumps(given)), None, "")
        self.revision = answer["revision"]
        self.found.update(answer["cells"])
        return answer


def marked(source: str, finding: dict[str, Any]) -> str:
    """What an editor that counts in UTF-16 marks."""
    units = source.encode("utf-16-le")
    return units[2 * finding["start"] : 2 * finding["end"]].decode("utf-16-le")


def test_only_what_changed_is_told() -> None:
    talk = Talk()
    talk.send({"a": "!sudo ls", "b": "x = 1", "c": "!sudo cat"}, ["a", "b", "c"])
    assert {id: len(listed) for id, listed in talk.found.items()} == {"a": 1, "c": 1}
    assert talk.send({"b": "!sudo x"})["cells"].keys() == {"b"}
    assert talk.send({"b": "x"})["cells"] == {"b": []}
    assert talk.send({}, ["c", "b"])["cells"] == {"a": []}
    answer = talk.send({})
    assert answer["cells"] == {}
    assert not answer["more"]


@settings(max_examples=50, deadline=None)
@given(st.text("aé\U0001f600\n\u2028 ", max_size=20))
def test_marks_stand_where_the_text_is_in_utf_16(before: str) -> None:
    source = f"s = '''{before}'''\n!sudo ls"
    for kind in ("notebook", "python"):
        talk = Talk(kind)
        text = source if kind == "notebook" else f"{source[:-8]}import os\nos.system('sudo ls')"
        talk.send({"a": text}, ["a"])
        [finding] = [f for listed in talk.found.values() for f in listed]
        assert "sudo" in marked(text, finding)
        assert finding["line"] == text[: text.index("sudo")].count("\n") + 1


def test_a_script_is_one_editor_whatever_its_cells() -> None:
    talk = Talk("python")
    text = "# %% \U0001f600\nimport os\n# %%\nos.system('sudo ls')\n"
    talk.send({"": text}, None)
    [finding] = talk.found[""]
    assert marked(text, finding).startswith("sudo")
    text = f"x = 1\n{text}"
    talk.send({"": text}, None)
    [finding] = talk.found[""]
    assert marked(text, finding).startswith("sudo")


def test_a_fix_names_the_text_that_must_still_stand_there() -> None:
    talk = Talk()
    source = "'\U0001f600'\nimport requests\nrequests.get('https://x.example', verify=False)"
    talk.send({"a": source}, ["a"])
    fixes = [f["fix"] for f in talk.found["a"] if f["fix"]]
    assert fixes
    for edit in (edit for fix in fixes for edit in fix["edits"]):
        assert edit["cell"] == "a"
        assert marked(source, edit) == edit["old"]


def test_a_secret_in_an_output_is_told_with_its_output() -> None:
    talk = Talk()
    key = "aws_secret_access_key = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYz4a7bX9qLm'\nAKIAZ3MHALF2TESTQX7Z"
    cells = [{"id": "a", "type": "code", "source": "1", "outputs": ["fine", key]}]
    talk.send({}, ["a"], cells=cells)
    assert {f["output"] for f in talk.found["a"]} == {1}


def test_what_is_off_is_off() -> None:
    talk = Talk()
    assert not talk.send({"a": "!sudo ls"}, ["a"], off=["sudo-in-cell"])["cells"]


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"base": 5}, 409),
        ({"profile": "loose"}, 400),
        ({"kind": "r"}, 400),
        ({"path": 1}, 400),
        ({"path": "x" * 5000}, 400),
        ({"document": None}, 400),
        ({"revision": "1"}, 400),
        ({"order": ["a", "a"]}, 400),
        ({"order": ["a", "b"]}, 409),
        ({"order": [str(n) for n in range(30000)]}, 400),
        ({"cells": {}}, 400),
        ({"cells": [1]}, 400),
        ({"cells": [{"id": "a", "type": "code", "source": 1}]}, 400),
        ({"cells": [{"id": "a", "type": "heading", "source": ""}]}, 400),
        ({"cells": [{"id": "a", "type": "code", "source": "", "outputs": [1]}]}, 400),
        ({"off": "all"}, 400),
        ({"content": 1}, 400),
    ],
)
def test_what_is_no_request_is_refused(change: dict[str, Any], status: int) -> None:
    talk = Talk()
    with pytest.raises(RequestError) as refused:
        talk.send({"a": "x"}, **{"order": ["a"], **change})
    assert refused.value.status == status
    assert talk.send({"a": "!sudo ls"}, ["a"])["cells"]["a"], "and the next one is answered"


def test_documents_that_nobody_asks_about_make_room() -> None:
    talk = Talk()
    for number in range(20):
        talk.revision = 0
        talk.send({"a": "x"}, ["a"], document=str(number))
    assert len(talk.editing.documents) < 20
    with pytest.raises(RequestError):
        talk.send({"a": "x"}, document="0")


def test_a_file_that_is_not_open() -> None:
    content = json.dumps({"cells": [{"cell_type": "code", "id": "q", "source": "!sudo ls"}]})
    answer: Any = Editing(Place()).answer({"path": "b.ipynb", "content": content}, None, "")
    assert [(f["check"], f["id"], f["line"]) for f in answer["found"]] == [("sudo-in-cell", "q", 1)]
    assert all(answer["rules"]["sudo-in-cell"][told] for told in ("title", "what", "why", "how"))
