"""In real kernels: the magics, the widget and `require`, what is left of them in a saved notebook,
and that nothing of ours keeps an idle kernel busy."""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbconvert
import nbformat
import pytest
from jupyter import Jupyter, waiting
from jupyter_client import BlockingKernelClient
from jupyter_client.manager import start_new_kernel
from nbformat import v4

from jupyter_sm_guard import guard, store
from jupyter_sm_guard.demo import CREDENTIALS
from jupyter_sm_guard.demo.aws import EmbeddedAws
from jupyter_sm_guard.demo.lab import Lab
from jupyter_sm_guard.demo.scenarios import SCENARIOS, lay_out
from jupyter_sm_guard.place import ENDPOINT_VARIABLE, ROOT_VARIABLE, Place

PAYLOAD = "<script>window.__xss=1</script> [x](javascript:alert(1))"
TIME = re.compile(r"as of \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
WIDGET = "application/vnd.jupyter.widget-view+json"


@dataclass
class Notebook:
    """A kernel and the notebook of all that it was given."""

    client: BlockingKernelClient
    document: Any

    def run(self, code: str) -> tuple[str, list[Any]]:
        """`ok` or `error`, and the outputs."""
        outputs: list[Any] = []

        def take(message: dict[str, Any]) -> None:
            if message["msg_type"] in ("stream", "display_data", "execute_result", "error"):
                outputs.append(v4.output_from_msg(message))

        reply = self.client.execute_interactive(code, output_hook=take, timeout=60)
        self.document.cells.append(v4.new_code_cell(code, outputs=outputs))
        return reply["content"]["status"], outputs

    def text(self, code: str) -> str:
        """The plain text of what a cell shows, which must not fail."""
        status, outputs = self.run(code)
        assert status == "ok", outputs
        return "".join(o["text"] if "text" in o else o["data"]["text/plain"] for o in outputs)

    def wrong(self, code: str) -> str:
        """What a cell complains of, which must fail."""
        status, outputs = self.run(code)
        assert status == "error", outputs
        return "".join(o["text"] if "text" in o else "\n".join(o["traceback"]) for o in outputs)


@pytest.fixture(scope="module")
def aws() -> Iterator[EmbeddedAws]:
    with EmbeddedAws() as embedded:
        yield embedded


@pytest.fixture(scope="module")
def place(aws: EmbeddedAws, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """The demo's "mixed" instance, whose admin is not to be trusted with HTML."""
    root = tmp_path_factory.mktemp("machine")
    lay_out(SCENARIOS["mixed"], root, aws)
    policy = root / "etc" / "jupyter-sm-guard" / "policy.toml"
    policy.parent.mkdir(parents=True)
    policy.write_text(f"contact = {json.dumps(PAYLOAD)}\n")
    return Place(root, aws.url)


@pytest.fixture(scope="module")
def runtime(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("runtime")


def environment(place: Place) -> dict[str, str]:
    """What the demo gives its JupyterLab, for its kernels."""
    assert place.root is not None
    given = Lab(Path("unused"), place.root, str(place.endpoint_url), 0)._environment()
    return {name: given[name] for name in (*CREDENTIALS, ROOT_VARIABLE, ENDPOINT_VARIABLE)}


@pytest.fixture(scope="module")
def notebook(place: Place, runtime: Path) -> Iterator[Notebook]:
    env = {**os.environ, **environment(place), "JUPYTER_RUNTIME_DIR": str(runtime)}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_RUNTIME_DIR", str(runtime))
        manager, client = start_new_kernel(kernel_name="python3", env=env)
        try:
            made = Notebook(client, v4.new_notebook())
            assert made.text("%load_ext jupyter_sm_guard") == ""
            yield made
        finally:
            client.stop_channels()
            manager.shutdown_kernel(now=True)


def test_the_magic_shows_a_widget_and_for_all_others_its_time(notebook: Notebook) -> None:
    for code in ("%sm_guard", "%sm_guard check", "%sm_guard refresh"):
        status, [output] = notebook.run(code)
        assert status == "ok"
        assert set(output.data) == {WIDGET, "text/plain", "text/html"}
        for form in ("text/plain", "text/html"):
            assert TIME.search(output.data[form])
            assert "SageMaker.21" in output.data[form]
            assert "a folder stood in for this machine" in output.data[form]
        assert "Run the cell again" in output.data["text/plain"]
        assert "<script" not in output.data["text/html"]


def test_lint_shows_a_table_of_what_was_saved(notebook: Notebook, tmp_path: Path) -> None:
    path = tmp_path / "a b.ipynb"
    saved = v4.new_notebook(cells=[v4.new_code_cell("!sudo <b>")])
    path.write_text(v4.writes(saved))
    told = f"import os; os.environ['JPY_SESSION_NAME'] = {str(path)!r}\n%sm_guard lint"
    for code in (f"%sm_guard lint {path}", told):
        status, [output] = notebook.run(code)
        assert status == "ok"
        assert set(output.data) == {WIDGET, "text/plain", "text/html"}
        for form in ("text/plain", "text/html"):
            assert "sudo-in-cell (SageMaker.3)" in output.data[form]
        assert "<table>" in output.data["text/html"]
        assert "!sudo" not in output.data["text/html"], "the table has no code"
    path.unlink()
    assert "it was renamed or never saved" in notebook.wrong("%sm_guard lint")
    assert "give the path: lint x.ipynb" in notebook.wrong(
        "del os.environ['JPY_SESSION_NAME']\n%sm_guard lint"
    )


def test_explain_and_stamp(notebook: Notebook) -> None:
    _, [output] = notebook.run("%sm_guard explain sagemaker.3")
    assert set(output.data) == {"text/plain", "text/markdown"}
    assert output.data["text/markdown"].startswith("# SageMaker.3: ")
    assert "How to fix" in output.data["text/plain"]
    _, [output] = notebook.run("%sm_guard stamp")
    assert set(output.data) == {"text/plain"}
    assert "✘ FAILED as of 20" in output.data["text/plain"]
    assert "region: eu-central-1" in notebook.text(
        "from jupyter_sm_guard import guard; guard.stamp()"
    )
    assert "region: eu-central-1" in notebook.text("print(guard.stamp())")


def test_require_stops_a_run_and_says_what_to_do(notebook: Notebook, place: Place) -> None:
    failed = notebook.wrong("%sm_guard require SageMaker.1 sagemaker.3")
    assert failed.startswith("NotPassed: 2 of 2 required controls not PASSED, as of 20")
    assert "SageMaker.1: FAILED, because DirectInternetAccess is Enabled" in failed
    assert "SageMaker.3: PASSED, which does not count: a folder stood in" in failed
    assert "Traceback" not in failed
    assert "FAILED" in notebook.wrong("guard.require('SageMaker.1', 'SageMaker.2')")
    by_hand = "from jupyter_sm_guard.place import Place\nhere = Place.of_environment()\n"
    assert notebook.text(f"{by_hand}guard.require('SageMaker.3', place=here)") == ""


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("chek", "there is no %sm_guard chek; did you mean check?"),
        (
            "zzz",
            "there is no %sm_guard zzz; there are check, refresh, lint, explain, require, stamp",
        ),
        ("SageMaker.1", "there are check, refresh, lint, explain"),
        ("explain", "explain takes the id of one control, such as SageMaker.1"),
        ("explain SageMaker.80", "there is no control SageMaker.80; did you mean SageMaker.8?"),
        ("require", "require needs ids of controls"),
        ("require SageMakr.1", "did you mean SageMaker.1?"),
        ("stamp SageMaker.1", "stamp takes nothing more; did you mean explain SageMaker.1?"),
    ],
)
def test_wrong_use_is_one_line_and_stops_a_run(notebook: Notebook, line: str, says: str) -> None:
    complaint = notebook.wrong(f"%sm_guard {line}")
    assert complaint.startswith("UsageError: ")
    assert says in complaint
    assert complaint.count("\n") == 1


def test_a_kernel_shows_what_the_server_of_the_same_place_saw(
    notebook: Notebook, place: Place, runtime: Path, aws: EmbeddedAws
) -> None:
    path = runtime / "jupyter-sm-guard" / "report.json"
    with pytest.MonkeyPatch.context() as patch:
        for name, value in CREDENTIALS.items():
            patch.setenv(name, value)
        store.write(guard.check_now(place), path)
    asked = aws.requests.total()
    assert "SageMaker.21" in notebook.text("%sm_guard")
    assert "On this machine, as of" in notebook.text("%sm_guard explain SageMaker.1")
    assert aws.requests.total() == asked
    elsewhere = "import os; os.environ['JUPYTER_SM_GUARD_ENDPOINT_URL'] = 'http://127.0.0.1:9'"
    assert "UNREACHABLE" in notebook.text(f"{elsewhere}\n%sm_guard")
    back = f"os.environ['JUPYTER_SM_GUARD_ENDPOINT_URL'] = {place.endpoint_url!r}"
    assert notebook.text(back) == ""
    path.unlink()


def test_a_wrong_stand_in_is_named(notebook: Notebook, place: Place) -> None:
    assert notebook.text("import os; os.environ['JUPYTER_SM_GUARD_ROOT'] = '/nowhere'") == ""
    wrong = notebook.wrong("%sm_guard")
    assert wrong == "UsageError: JUPYTER_SM_GUARD_ROOT: /nowhere is not a folder\n"
    assert notebook.text(f"os.environ['JUPYTER_SM_GUARD_ROOT'] = {str(place.root)!r}") == ""


def test_the_widget_is_mended_by_its_button_and_leaves_no_thread(notebook: Notebook) -> None:
    before = notebook.text("import threading; len(threading.enumerate())")
    shown = notebook.text("from jupyter_sm_guard import GuardWidget; w = GuardWidget(); w")
    assert TIME.search(shown)
    click = "first = w.children[0].value; w.children[1].click(); w._checking.join(60)"
    after = "print(first != w.children[0].value, w.children[1].description, 'PASSED' in repr(w))"
    assert notebook.text(f"import time; time.sleep(1.1); {click}; {after}") == "True Refresh True\n"
    assert notebook.text("len(threading.enumerate())") == before


def test_without_ipywidgets_there_is_text_and_html(notebook: Notebook) -> None:
    hide = (
        "import sys\n"
        "hidden = {n: sys.modules.pop(n) for n in ('jupyter_sm_guard.widget', 'ipywidgets')}\n"
        "sys.modules['ipywidgets'] = None\n"
    )
    status, outputs = notebook.run(f"{hide}%sm_guard")
    show = "sys.modules.update(hidden)"
    assert notebook.text(show) == ""
    assert status == "ok"
    assert [set(output.data) for output in outputs] == [{"text/plain", "text/html"}]


def test_a_saved_notebook_is_honest_and_harmless(notebook: Notebook) -> None:
    notebook.document.cells.clear()
    assert notebook.run("%sm_guard")[0] == "ok"
    assert notebook.run("%sm_guard stamp")[0] == "ok"
    nbformat.validate(notebook.document)
    page, _ = nbconvert.HTMLExporter().from_notebook_node(notebook.document)
    plain, _ = nbconvert.MarkdownExporter().from_notebook_node(notebook.document)
    for written in (page, plain):
        assert len(TIME.findall(written)) > 5
        assert "&lt;script&gt;window.__xss" in written
        assert "<script>window.__xss" not in written
    assert 'href="javascript' not in page


def test_unloading_takes_the_magic_away(notebook: Notebook) -> None:
    assert notebook.text("%unload_ext jupyter_sm_guard") == ""
    assert "not found" in notebook.wrong("%sm_guard")
    assert notebook.text("%load_ext jupyter_sm_guard") == ""


IDLE = float(os.environ.get("SM_GUARD_IDLE_SECONDS", "3"))


def test_a_shown_widget_lets_the_kernel_idle(place: Place, tmp_path: Path) -> None:
    """What stops idle instances reads `last_activity`, which moves with every message of a kernel.

    Three seconds are enough for every day: the widget has neither timer nor thread (tested above),
    so that nothing could come later that does not come at once. `make test-matrix` waits minutes.
    """
    with Jupyter(tmp_path, [], environment=environment(place)) as jupyter:
        answer = jupyter.request("POST", "api/kernels", data=b'{"name": "python3"}')
        assert answer.status == 201
        id = answer.json["id"]
        client = BlockingKernelClient()
        client.load_connection_file(str(tmp_path / "runtime" / f"kernel-{id}.json"))
        client.start_channels()
        try:
            wait_until_ready(client)
            notebook = Notebook(client, v4.new_notebook())
            assert "As" not in notebook.text("from jupyter_sm_guard import GuardWidget")
            started = activity(jupyter, id)
            assert TIME.search(notebook.text("w = GuardWidget(); w"))
            ended = activity(jupyter, id)
            assert ended > started, "showing it is activity, as any cell is"
            time.sleep(IDLE)
            assert activity(jupyter, id) == ended
        finally:
            client.stop_channels()
            jupyter.request("DELETE", f"api/kernels/{id}")


def wait_until_ready(client: BlockingKernelClient) -> None:
    for _ in waiting(60):
        try:
            client.wait_for_ready(timeout=20)
        except RuntimeError:  # it takes a kernel that is slow to start for a dead one
            continue
        return
    raise AssertionError("the kernel did not start")


def activity(jupyter: Jupyter, id: str) -> str:
    """When the kernel last did something, once it does nothing any more."""
    for _ in waiting(30):
        kernel = jupyter.get(f"api/kernels/{id}").json
        if kernel["execution_state"] == "idle":
            time.sleep(0.2)  # the last message of a cell may be on its way
            return str(jupyter.get(f"api/kernels/{id}").json["last_activity"])
    raise AssertionError("it never became idle")
