"""The last run is told again only while nothing that it depended on has changed."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from jupyter_sm_guard import remembered
from jupyter_sm_guard.cli import main

pytestmark = pytest.mark.unit

BAD = {"cells": [{"cell_type": "code", "source": "!sudo id", "outputs": [], "metadata": {}}],
       "metadata": {}, "nbformat": 4, "nbformat_minor": 4}  # fmt: skip
ARGUMENTS = ["lint", "--posture", "none", "folder"]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own with a notebook in it, and a home without settings."""
    project = tmp_path / "project"
    (project / "folder" / "inner").mkdir(parents=True)
    (project / "folder" / "a.ipynb").write_text(json.dumps(BAD))
    (project / "folder" / ".gitignore").write_text("nothing")
    monkeypatch.chdir(project)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setattr(remembered, "FRESH_NS", -(10**18))  # what is written here counts as old
    return project


def test_the_same_run_says_the_same(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert remembered.again(ARGUMENTS) is None
    assert main(ARGUMENTS) == 1
    said = capsys.readouterr().out
    assert "sudo-in-cell" in said
    assert remembered.again(ARGUMENTS) == (said, 1)
    assert main(ARGUMENTS) == 1
    assert capsys.readouterr().out == said


def _edit(project: Path) -> None:
    (project / "folder" / "a.ipynb").write_text(json.dumps(BAD, indent=1))


def _edit_unseen(project: Path) -> None:
    path = project / "folder" / "a.ipynb"
    before = path.stat()
    path.write_text(path.read_text().replace("sudo", "pseu"))  # as long as before
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def _add(project: Path) -> None:
    (project / "folder" / "inner" / "b.py").write_text("x = 1\n")


def _remove(project: Path) -> None:
    (project / "folder" / "a.ipynb").unlink()


def _set(project: Path) -> None:
    (project.parent / "sm-guard.toml").write_text('profile = "strict"\n')


def _ignore(project: Path) -> None:
    (project / "folder" / ".gitignore").write_text("*.ipynb")


def _repository(project: Path) -> None:
    (project / ".git").mkdir()


def _defaults(project: Path) -> None:
    path = project.parent / "home" / ".config" / "sagemaker" / "config.yaml"
    path.parent.mkdir(parents=True)
    path.write_text("SchemaVersion: '1.0'\n")


def _damage(project: Path) -> None:
    path = project.parent / "cache" / "jupyter-sm-guard" / "last-lint.marshal"
    path.write_bytes(path.read_bytes()[:-10])


def _share(project: Path) -> None:
    (project.parent / "cache" / "jupyter-sm-guard" / "last-lint.marshal").chmod(0o644)


def _elsewhere(project: Path) -> None:
    os.chdir(project.parent)


@pytest.mark.parametrize(
    "change",
    [_edit, _edit_unseen, _add, _remove, _set, _ignore, _repository, _defaults, _damage, _share,
     _elsewhere],
)  # fmt: skip
def test_any_change_is_noticed(project: Path, change: Callable[[Path], None]) -> None:
    main(ARGUMENTS)
    assert remembered.again(ARGUMENTS) is not None
    change(project)
    assert remembered.again(ARGUMENTS) is None


def test_another_day_colour_version_or_option_is_another_run(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    main(ARGUMENTS)
    assert remembered.again([*ARGUMENTS, "--show-unknown"]) is None
    for name, value in (("VERSION", "9"), ("in_colour", lambda: True)):
        with monkeypatch.context() as other:
            other.setattr(remembered, name, value)
            assert remembered.again(ARGUMENTS) is None
    with monkeypatch.context() as other:
        other.setattr(remembered.time, "strftime", lambda *_: "1999-12-31")
        assert remembered.again(ARGUMENTS) is None
    assert remembered.again(ARGUMENTS) is not None


@pytest.mark.parametrize(
    "more",
    [["--format", "json"], ["--diff"], ["--statistics"], ["--no-cache"], ["--output", "x.txt"],
     ["--write-baseline", "b.json"]],
)  # fmt: skip
def test_what_did_more_or_tells_a_time_is_not_kept(project: Path, more: list[str]) -> None:
    assert main([*ARGUMENTS, *more]) in (0, 1)
    assert remembered.again([*ARGUMENTS, *more]) is None


def test_nothing_is_kept_of_what_is_fresh(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembered, "FRESH_NS", 2_000_000_000)
    main(ARGUMENTS)
    assert remembered.again(ARGUMENTS) is None


@pytest.mark.parametrize("name", ["METADATA", "POLICY"])
def test_nothing_is_kept_where_the_machine_decides_too(
    project: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(remembered, name, str(project / "folder"))
    main(ARGUMENTS)
    assert remembered.again(ARGUMENTS) is None


def test_nothing_is_kept_where_git_s_own_settings_name_more(project: Path) -> None:
    home = project.parent / "home"
    home.mkdir()
    (home / ".gitconfig").write_text("[core]\n\texcludesFile = ~/ignored\n")
    main(ARGUMENTS)
    assert remembered.again(ARGUMENTS) is None
