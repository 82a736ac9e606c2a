"""Whole runs of the linter: places, suppressions, settings, fixes, hostile files, the command."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import jupyter_sm_guard
from jupyter_sm_guard import catalog
from jupyter_sm_guard.commands.lint import FORMATS
from jupyter_sm_guard.lint_report import LintReport
from jupyter_sm_guard.linter import baseline, fix
from jupyter_sm_guard.linter.places import Places
from jupyter_sm_guard.linter.run import MANY, Wish, lint
from jupyter_sm_guard.linter.settings import Settings, SettingsError, parse
from jupyter_sm_guard.notebook import DocumentError, read
from jupyter_sm_guard.outputs import Display
from jupyter_sm_guard.rule_index import INDEX

pytestmark = pytest.mark.unit

MODEL = 'import boto3\nboto3.client("sagemaker").create_model(\n    ModelName="m",\n)'
BAD = "!sudo systemctl stop x"
OPEN = 'import boto3\nboto3.client("sagemaker").create_model(EnableNetworkIsolation=False)'


def notebook(*sources: str, **more: Any) -> dict[str, Any]:
    cells = [
        {"cell_type": "code", "metadata": {}, "source": s.splitlines(keepends=True), "outputs": []}
        for s in sources
    ]
    return {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4, **more}


def save(path: Path, content: object, indent: int | None = 1) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=indent))
    return path


def run(*paths: Path, **more: Any) -> LintReport:
    more = {"posture": ("none",), "cached": False, **more}
    return lint(Wish(tuple(map(str, paths)), **more))


def checks(report: LintReport) -> list[str]:
    return [finding.check for finding in report.findings]


# --- places ---------------------------------------------------------------------------------------

TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=12)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(TEXTS, max_size=4),
    TEXTS,
    st.booleans(),
    st.booleans(),
    st.sampled_from([None, 1, 4]),
)
def test_a_place_in_a_cell_is_found_in_the_raw_file(
    before: list[str], line: str, one_string: bool, escaped: bool, indent: int | None
) -> None:
    source = "\n".join([*before, line + "MARK"])
    content = notebook("x", source)
    if one_string:
        content["cells"][1]["source"] = source
    text = json.dumps(content, indent=indent, ensure_ascii=escaped)
    document = read(text.encode(), "a.ipynb")
    start = document.cells[1].source.index("MARK")
    found = Places(document).range(document.cells[1].place, start, start + 4)
    row = text.split("\n")[found.start.line - 1]
    assert row[found.start.column - 1 : found.end.column - 1] == "MARK"
    assert found.start.line == found.end.line


def test_findings_have_both_places(tmp_path: Path) -> None:
    path = save(tmp_path / "a.ipynb", notebook("x = 1", f"y = 2\n{BAD}"))
    (finding,) = run(path).findings
    assert (finding.cell.index, finding.range.start.line, finding.range.start.column) == (1, 2, 2)
    row = path.read_text().split("\n")[finding.file_range.start.line - 1]
    assert row[finding.file_range.start.column - 1 :].startswith("sudo")


# --- suppressions ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "source",
    [
        f"{BAD}  # sm-guard: ignore[sudo-in-cell] why",
        f"# sm-guard: ignore[sudo-in-cell] why\n{BAD}",
        f"# sm-guard: ignore-cell[sudo-in-cell] why\n\n\n{BAD}",
        f"{BAD}  # sm-guard: ignore[sudo-in-cell] why until=2999-12-31",
    ],
)
def test_a_comment_suppresses(tmp_path: Path, source: str) -> None:
    report = run(save(tmp_path / "a.ipynb", notebook(source)))
    assert (checks(report), report.suppressed) == ([], 1)


def test_tags_and_metadata_suppress(tmp_path: Path) -> None:
    entry = {"sm-guard": {"ignore": [{"rule": "sudo-in-cell", "reason": "why"}]}}
    content = notebook(BAD, BAD, BAD)
    content["cells"][0]["metadata"] = {"tags": ["sm-guard: ignore[sudo-in-cell] why"]}
    content["cells"][1]["metadata"] = entry
    assert len(checks(run(save(tmp_path / "a.ipynb", content)))) == 1
    assert checks(run(save(tmp_path / "b.ipynb", notebook(BAD, BAD, metadata=entry)))) == []


def test_an_expired_suppression_holds_nothing_back(tmp_path: Path) -> None:
    source = f"{BAD}  # sm-guard: ignore[sudo-in-cell] why until=2020-01-01"
    report = run(save(tmp_path / "a.ipynb", notebook(source)))
    assert sorted(checks(report)) == ["expired-suppression", "sudo-in-cell"]


def test_a_suppression_until_no_date_holds_nothing_back(tmp_path: Path) -> None:
    source = f"{BAD}  # sm-guard: ignore[sudo-in-cell] why until=2029-13-01"
    report = run(save(tmp_path / "a.ipynb", notebook(source)))
    assert sorted(checks(report)) == ["sudo-in-cell", "unused-suppression"]


# --- settings -------------------------------------------------------------------------------------


def test_the_nearest_settings_count(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.sm-guard]\nignore = ["sudo-in-cell"]\n')
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "sm-guard.toml").write_text('select = ["privilege"]\n')
    save(tmp_path / "a.ipynb", notebook(BAD))
    save(tmp_path / "in" / "b.ipynb", notebook(BAD, OPEN))
    report = run(tmp_path)
    assert [(f.check, Path(f.path).name) for f in report.findings] == [("sudo-in-cell", "b.ipynb")]


def test_findings_are_ignored_by_path_with_a_reason(tmp_path: Path) -> None:
    (tmp_path / "sm-guard.toml").write_text(
        '[[ignore-in]]\npaths = ["lab/**"]\nrules = ["sudo-in-cell"]\nreason = "own machines"\n'
    )
    save(tmp_path / "lab" / "a.ipynb", notebook(BAD))
    save(tmp_path / "b.ipynb", notebook(BAD))
    report = run(tmp_path)
    assert ([Path(f.path).name for f in report.findings], report.suppressed) == (["b.ipynb"], 1)


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ({"profle": "strict"}, "profle is not a known key; did you mean profile"),
        ({"profile": "loud"}, "must be one of default, strict"),
        ({"select": ["sudo-in-sell"]}, "did you mean sudo-in-cell"),
        ({"ignore-in": [{"paths": ["a"], "rules": ["sudo-in-cell"]}]}, "a reason"),
        ({"ignore-in": [{"path": ["a"]}]}, "unknown key path; did you mean paths"),
    ],
)
def test_a_mistake_in_settings_is_an_error_with_a_suggestion(
    table: dict[str, Any], says: str
) -> None:
    with pytest.raises(SettingsError, match=says):
        parse(table, "sm-guard.toml", INDEX)


def test_an_argument_is_followed_in_a_script(tmp_path: Path) -> None:
    script = (
        "import boto3\n\ndef give_root(client, name, root='Enabled'):\n"
        "    client.update_notebook_instance(NotebookInstanceName=name, RootAccess=root)\n\n"
        "give_root(boto3.client('sagemaker'), 'a')\n"
    )
    (tmp_path / "a.py").write_text(script)
    assert checks(run(tmp_path / "a.py")) == ["notebook-instance-with-root-access"]
    (tmp_path / "a.py").write_text(script.replace("'a')\n", "'a', root=x)\n"))
    assert checks(run(tmp_path / "a.py")) == []


def test_the_strict_profile_reports_what_is_missing(tmp_path: Path) -> None:
    path = save(
        tmp_path / "a.ipynb",
        notebook('import boto3\nboto3.client("sagemaker").create_model(ModelName="m")'),
    )
    assert checks(run(path)) == []
    assert "model-without-network-isolation" in checks(run(path, profile="strict"))


def test_the_sdk_s_defaults_file_is_honoured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = "from sagemaker.model import Model\nModel(image_uri=image)"
    path = save(tmp_path / "a.ipynb", notebook(source))
    wish: dict[str, Any] = {"profile": "strict", "select": ("model-without-network-isolation",)}
    monkeypatch.setenv("SAGEMAKER_USER_CONFIG_OVERRIDE", str(tmp_path))
    assert len(checks(run(path, **wish))) == 1
    config = tmp_path / "config.yaml"
    config.write_text("SageMaker: {Model: {EnableNetworkIsolation: true}}")
    assert checks(run(path, **wish)) == []
    config.write_text("SageMaker: {Model: {EnableNetworkIsolation: false}}")
    assert "defaults file" in run(path, **wish).findings[0].message
    monkeypatch.setenv("SAGEMAKER_USER_CONFIG_OVERRIDE", "s3://bucket/config.yaml")
    assert (checks(run(path, **wish)), run(path, **wish).unknown) == ([], 1)


def test_a_posture_adds_findings(tmp_path: Path) -> None:
    path = save(tmp_path / "a.ipynb", notebook("%pip install x"))
    assert checks(run(path)) == []
    assert checks(run(path, posture=("vpc-only",))) == ["pip-from-internet"]


def test_excluded_paths_match_as_globs() -> None:
    found = Settings(folder="/p", exclude=("archive/**", "**/x.py"))
    assert [found.excluded(f"/p/{name}") for name in ("archive/a.py", "a/x.py", "a.py")] == [
        True,
        True,
        False,
    ]


# --- fixes and baselines --------------------------------------------------------------------------


def test_only_the_bytes_of_a_fix_change_and_a_second_run_finds_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.ipynb"
    content = json.dumps(notebook("é = 1", OPEN), ensure_ascii=False, indent=3)
    before = ("\ufeff" + content.replace("\n", "\r\n")).encode()
    path.write_bytes(before)
    report = run(path)
    assert list(fix.apply(report.findings, unsafe=False)) == []
    assert list(fix.apply(report.findings, unsafe=True)) == [f"fixed 1 in {path}"]
    old = b"EnableNetworkIsolation=False"
    assert path.read_bytes() == before.replace(old, b"EnableNetworkIsolation=True")
    assert checks(run(path)) == []


def test_a_missing_argument_is_added(tmp_path: Path) -> None:
    path = save(
        tmp_path / "a.ipynb",
        notebook('import boto3\nboto3.client("sagemaker").create_model(\n    ModelName="m",\n)'),
    )
    wish = {"profile": "strict", "select": ("model-without-network-isolation",)}
    list(fix.apply(run(path, **wish).findings, unsafe=True))
    assert (
        'ModelName="m", EnableNetworkIsolation=True'
        in json.loads(path.read_text())["cells"][0]["source"][2]
    )
    assert checks(run(path, **wish)) == []


@pytest.mark.parametrize(
    "cells",
    [
        ("import subprocess\nopts = ['-k', 'https://x.io']", "subprocess.run(['curl'] + opts)"),
        ("import subprocess\no = ['-s']\no.append('-k')\nsubprocess.run(['curl', *o, u])",),
        ("import subprocess\ndef go(a):\n    subprocess.run(['curl'] + a)", "go(['-k', u])"),
        ("import subprocess\nsubprocess.run(['curl', '-k', 'https://x.io'])",),
        ("import subprocess\nf = '-k'\nsubprocess.run(['curl', f, 'https://x.io'])",),
        ("!wget \\\n--no-check-certificate \\\n  https://x.io/x",),
        ("import requests\nextra = {'verify': False}\nrequests.get(u, **extra)",),
        ("import requests\nflags = False\nrequests.get(u, verify=flags)",),
        ("import requests\ndef get(c):\n    requests.get(u, verify=check)\ncheck = False",),
        ("import json, boto3\nsm = boto3.client('sagemaker')\nsm.update_notebook_instance("
         "**json.loads('{\"RootAccess\": \"Enabled\"}'))",),
        ("import boto3\nboto3.client('sagemaker').update_notebook_instance("
         "RootAccess='Enabled'.split()[0])",),
        ("import boto3\nboto3.client('rds').create_db_instance(**argz)\n"
         "argz = {'PubliclyAccessible': True}",),
        ("import boto3\nargz = {'PubliclyAccessible': True}\n"
         "boto3.client('rds').create_db_instance(**argz)",),
        ("acts = ['*']", "p = {'Effect': 'Allow', 'Resource': '*', 'Action': acts + ['s3:Get']}"),
        ("auth = ('me', 'Gh7kPz9wQ2xL')\n" + " " * 300, "requests.get(u, auth=auth)"),
        ("app = gradio.Interface()\nopts = {'share': True}\napp.launch(**opts)",),
    ],
)  # fmt: skip
def test_what_is_set_elsewhere_is_marked_where_it_is_used_and_left_alone(
    tmp_path: Path, cells: tuple[str, ...]
) -> None:
    path = save(tmp_path / "a.ipynb", notebook(*cells))
    before = path.read_bytes()
    report = run(path)
    for finding in report.findings:
        place = finding.range
        lines = cells[finding.cell.index if finding.cell else 0].split("\n")
        assert place.end.column - 1 <= len(lines[place.end.line - 1])
    list(fix.apply(report.findings, unsafe=True))
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("given", "fixed"),
    [
        ("!{} --root-access=Enabled", "!{} --root-access=Disabled"),
        ('!{} --root-access="Enabled"', '!{} --root-access="Disabled"'),
        ('!{} --cli-input-json \'{{"RootAccess": "Enabled"}}\'', None),
        ("%%bash\nA=Enabled\n{} --root-access=$A", None),
        ("%%bash\npython - <<'A'\n" + OPEN + "\nA", "%%bash\npython - <<'A'\n{}\nA"),
        ("!python -c '" + OPEN.replace("\n", "; ") + "'", None),  # it stands in a string
    ],
)
def test_a_fix_changes_what_it_means_and_nothing_else(
    tmp_path: Path, given: str, fixed: str | None
) -> None:
    command = OPEN.replace("False", "True") if "python" in given else (
        "aws sagemaker update-notebook-instance --notebook-instance-name n"
    )  # fmt: skip
    before = given.format(command)
    path = save(tmp_path / "a.ipynb", notebook(before))
    report = run(path)
    assert len(report.findings) == 1
    list(fix.apply(report.findings, unsafe=True))
    after = "".join(json.loads(path.read_text())["cells"][0]["source"])
    assert after == (before if fixed is None else fixed.format(command))


def test_a_baseline_knows_findings_in_moved_cells(tmp_path: Path) -> None:
    path = save(tmp_path / "a.ipynb", notebook(BAD))
    known = tmp_path / "known.json"
    known.write_text(baseline.write(run(path).findings, known))
    save(path, notebook("x = 1", "y = 2", BAD))
    report = run(path, baseline=str(known))
    assert (checks(report), report.in_baseline) == ([], 1)
    save(path, notebook(BAD, BAD))
    assert len(checks(run(path, baseline=str(known)))) == 1


def test_the_cache_gives_the_same_and_notices_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    path = save(tmp_path / "a.ipynb", notebook(BAD))
    os.utime(path, (1, 1))
    first = run(path, cached=True)
    (kept,) = (tmp_path / "cache" / "jupyter-sm-guard").iterdir()
    assert run(path, cached=True).findings == first.findings
    kept.write_text("{" * 1000)
    assert run(path, cached=True).findings == first.findings
    save(path, notebook("x = 1"))
    assert checks(run(path, cached=True)) == []


def test_processes_change_nothing(tmp_path: Path) -> None:
    files = [
        save(tmp_path / f"{number}.ipynb", notebook(BAD, f"x = {number}"))
        for number in range(MANY + 1)
    ]
    together = run(tmp_path, jobs=3).findings
    assert together == run(tmp_path).findings
    one_by_one = [found for file in files for found in run(file).findings]
    assert sorted(together, key=str) == sorted(one_by_one, key=str)
    assert len(together) == MANY + 1


# --- hostile files --------------------------------------------------------------------------------

TRAP = "import pathlib\npathlib.Path({!r}).touch()\n__import__('os').system('touch {}')"


def test_nothing_that_is_read_is_run(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    trap = TRAP.format(str(mark), mark)
    (tmp_path / "boto3.py").write_text(trap)
    save(
        tmp_path / "a.ipynb",
        notebook(f"{trap}\n!touch {mark}\n{BAD}\n{OPEN}", f"%%bash\nsudo touch {mark}"),
    )
    (tmp_path / "b.sh").write_text(f"sudo touch {mark}\n")
    report = run(tmp_path)
    assert report.files == 3
    assert len(report.findings) >= 3
    assert not mark.exists()


HOSTILE = {
    "empty": b"",
    "deep": b"[" * 200_000,
    "digits": b'{"cells": [], "x": ' + b"1" * 1_000_000 + b"}",
    "latin": b'{"cells": "\xff"}',
    "null": b"null",
    "cells": b'{"cells": [1, null, [], {"cell_type": 5, "source": {"a": 1}, "metadata": []}]}',
}
SOURCES = {
    "surrogate": "\ud800 = 1\n!sudo x",
    "nul": "x = '\0'\n!sudo x",
    "minus": "-" * 100_000 + "1 # sudo subprocess EnableNetworkIsolation sagemaker",
    "brackets": "(" * 50_000 + " sudo subprocess",
    "large": "x = 1\n" * 700_000 + "# sudo",
    "installs": "!" + "pip install " * 20_000 + "sudo",
    "magics": "%m\n" * 5000 + "!sudo x",
    "bait": "!sudo " + "a" * 50_000 + "!",
    "names": "\n".join(f"password_{i} = 'x{i}'" for i in range(12_000)),
    "settings": "%%bash\nA=" + "x" * 4000 + "\n" + "echo $A\n" * 30_000 + "sudo x",
    "number": "import os\nx = 0x" + "f" * 9000 + "\nos.system(f'sudo {x}')",
    "entries": "d = {}\n"
    + "".join(
        f"d = dict(d, k{i}=1)\nboto3.client('sagemaker').create_model(**d)\n" for i in range(1500)
    )
    + "# sudo EnableNetworkIsolation",
    "parameters": "def g("
    + ", ".join(f"k{i}=1" for i in range(1000))
    + "):\n    sm.create_model("
    + ", ".join(f"K{i}=k{i}" for i in range(1000))
    + ")\n"
    + "g()\n" * 60
    + "# sudo EnableNetworkIsolation",
    "acls": "x = {'ACL': 'public-read'}\n" * 1600 + "s3.put_object(**x)\n" * 1600,
    "rebinding": "subprocess = 1\n" + "x = [x, x]\n" * 5000 + "subprocess.run(x)  # sudo",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_skipped_with_a_reason(name: str) -> None:
    try:
        document = read(HOSTILE[name], "a.ipynb")
    except DocumentError:
        assert name != "cells"
    else:
        assert (name, len(document.cells)) == ("cells", 1)


@pytest.mark.timeout(30)
@pytest.mark.parametrize("name", SOURCES)
def test_a_hostile_cell_ends_soon_and_the_others_are_linted(tmp_path: Path, name: str) -> None:
    path = save(tmp_path / "a.ipynb", notebook(SOURCES[name], BAD))
    report = run(path)
    assert any(f.check == "sudo-in-cell" and f.cell.index == 1 for f in report.findings)


def test_fifos_links_and_folders_are_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo.ipynb")
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "self.ipynb").symlink_to(tmp_path / "self.ipynb")
    (tmp_path / "folder.ipynb").mkdir()
    save(tmp_path / "a.ipynb", notebook(BAD))
    report = run(tmp_path)
    assert checks(report) == ["sudo-in-cell"]
    assert {Path(skip.path).name for skip in report.skipped} == {"fifo.ipynb", "self.ipynb"}
    assert run(tmp_path / "missing.ipynb").skipped[0].reason == "No such file or directory"


def test_another_language_is_named_where_nothing_can_be_found(tmp_path: Path) -> None:
    spoken = {"kernelspec": {"language": "R", "name": "ir"}}
    path = save(tmp_path / "r.ipynb", notebook("x <- 1", metadata=spoken))
    why = "cells in r: only searched for secrets"
    assert [skip.reason for skip in run(path).skipped] == [why]
    assert why in command("--no-cache", str(path)).stdout


def test_other_languages_and_broken_cells_are_named(tmp_path: Path) -> None:
    r = {"kernelspec": {"language": "R", "name": "ir"}}
    save(tmp_path / "a.ipynb", notebook("system('sudo x')", metadata=r))
    save(tmp_path / "b.ipynb", notebook("x = \nsubprocess # sudo", BAD))
    report = run(tmp_path)
    assert checks(report) == ["sudo-in-cell"]
    assert [skip.reason for skip in report.skipped] == [
        "cells in r: only searched for secrets",
        "cell 0: not Python (invalid syntax, line 1)",
    ]


# --- the outputs, the API and the command ---------------------------------------------------------


@pytest.fixture
def report(tmp_path: Path) -> LintReport:
    save(tmp_path / "a &<b>.ipynb", notebook(BAD, "x = \nsubprocess # sudo", OPEN))
    return run(tmp_path)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_cells_of_a_percent_script_are_those_of_a_notebook(tmp_path: Path, end: str) -> None:
    lines = [
        "import boto3; sm = boto3.client('sagemaker')",
        "# %% [markdown]",
        "# sudo",
        "# %%",
        "!sudo ls",
        "# %%",
        "sm.create_notebook_instance(x = = 1",
        "",
    ]
    path = tmp_path / "a.py"
    path.write_bytes(end.join(lines).encode())
    report = jupyter_sm_guard.lint(path)
    assert [(f.check, f.file_range.start.line) for f in report.findings] == [("sudo-in-cell", 5)]
    assert ["cell 3: not Python" in skip.reason for skip in report.skipped] == [True]


def test_the_formats_are_the_outputs() -> None:
    assert sorted(FORMATS) == sorted(catalog.lint_outputs())


@pytest.mark.parametrize("name", FORMATS)
def test_every_output_names_every_finding_and_skip(report: LintReport, name: str) -> None:
    text = catalog.lint_outputs()[name].render(report, Display())
    for finding in report.findings:
        assert finding.check in text
    assert "not Python" in text
    if name in ("json", "sarif", "gitlab"):
        json.loads(text)
    if name == "junit":
        suite = ElementTree.fromstring(text)[0]
        assert suite.get("failures") == str(len(report.findings))


@pytest.mark.parametrize("select", ["tls-check-off", "tls-check-off,secret"])
def test_a_line_that_another_rule_marks_shows_no_secret(tmp_path: Path, select: str) -> None:
    token, password = "ghp_" + "q8Jx2fWv7Ls0Rb5NpYt3Zc6Hd1Gk9Mm4UaEi", "Tr0ub4dor&3x"
    (tmp_path / "a.py").write_text(
        "import requests\n"
        f"requests.get(url, headers={{'Authorization': 'token {token}'}}, verify=False)\n"
        f"requests.get(url, password='{password}', verify=False)\n"
        "requests.get(url, verify=False)\n"
    )
    done = command("--no-cache", "--select", select, "--format", "text", str(tmp_path))
    assert done.stdout.count("tls-check-off") == 3
    assert "4 | requests.get(url, verify=False)" in done.stdout
    assert token not in done.stdout
    assert password not in done.stdout


def test_the_json_is_the_envelope_with_places(report: LintReport) -> None:
    content = json.loads(catalog.lint_outputs()["json"].render(report, Display()))
    assert (content["kind"], content["files"], content["cells"]) == ("lint", 1, 3)
    assert set(content["skipped"][0]) == {"path", "reason"}
    first = content["findings"][0]
    assert first["cell"] == {"index": 0, "id": None}
    assert first["range"] == {"start": {"line": 1, "column": 2}, "end": {"line": 1, "column": 6}}
    assert first["controls"] == ["SageMaker.3"]


def test_the_api_lints_files_and_bytes(tmp_path: Path) -> None:
    content = json.dumps(notebook(BAD)).encode()
    found = jupyter_sm_guard.lint("a.ipynb", content=content, posture=["none"])
    assert [finding.check for finding in found.findings] == ["sudo-in-cell"]


def command(*arguments: str, **more: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "jupyter_sm_guard.start", "lint", *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        **more,
    )


def test_the_command_s_exit_codes_and_last_line(tmp_path: Path) -> None:
    clean = save(tmp_path / "clean.ipynb", notebook("x = 1", "y = 2"))
    bad = save(tmp_path / "bad.ipynb", notebook(BAD))
    quick, whole = command(str(clean)), command("--no-cache", str(clean))
    assert quick.stdout == whole.stdout == "Checked 1 file, 2 cells, skipped 0\n"
    assert (quick.returncode, whole.returncode) == (0, 0)
    found = command("--no-cache", str(bad))
    assert found.returncode == 1
    assert found.stdout.rstrip().endswith("Checked 1 file, 1 cell, skipped 0")
    assert command("--no-cache", "--fail-on", "critical", str(bad)).returncode == 0
    wrong = command("--posture", "vpc-olny", str(bad))
    assert (wrong.returncode, "vpc-olny is no posture" in wrong.stderr) == (2, True)


def test_standard_input_is_linted_under_its_name() -> None:
    done = command("-", "--stdin-filename", "x.sh", "--format", "json", input="sudo ls\n")
    (finding,) = json.loads(done.stdout)["findings"]
    assert (finding["path"], finding["check"]) == ("x.sh", "sudo-in-cell")


def test_a_clean_file_imports_no_rule_and_no_parser(tmp_path: Path) -> None:
    clean = save(tmp_path / "clean.ipynb", notebook("x = 1"))
    code = (
        "import sys; sys.argv = ['x', 'lint', sys.argv[1]]\n"
        "from jupyter_sm_guard.start import main; main()\n"
        "heavy = {'ast', 're', 'argparse', 'dataclasses', 'json'} & set(sys.modules)\n"
        "print(sorted(heavy), [m for m in sys.modules if 'guard.rules' in m])"
    )
    top = str(Path(jupyter_sm_guard.__file__).parent.parent)
    done = subprocess.run(
        [
            sys.executable,
            "-I",
            "-c",
            f"import sys; sys.path.insert(0, {top!r})\n{code}",
            str(clean),
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[1] == "[] []"


def test_a_command_that_another_cell_starts_is_found_where_it_is_started(tmp_path: Path) -> None:
    command = "import os\ncommand = 'docker run -e DB_PASSWORD=Tr0ub4dor-3 image'"
    report = run(save(tmp_path / "x.ipynb", notebook(command, "os.system(command)")))
    assert [(f.check, f.cell.index) for f in report.findings] == [("credentials-as-literals", 1)]
