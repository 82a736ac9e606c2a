"""Rules that the admin's policy makes mandatory: nothing that a user writes or asks for turns one
off, and where a suppression does not count, the finding says so."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from jupyter_sm_guard.lint_report import LintReport
from jupyter_sm_guard.linter import baseline
from jupyter_sm_guard.linter.run import Wish, lint
from jupyter_sm_guard.place import Place

pytestmark = pytest.mark.unit

BAD = "!sudo systemctl stop x"
ENTRY = {"sm-guard": {"ignore": [{"rule": "sudo-in-cell", "reason": "why"}]}}
SAID = "the policy makes this rule mandatory, so its suppression does not count"


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A machine whose policy has the rule apply everywhere."""
    policy = tmp_path / "root" / "etc" / "jupyter-sm-guard" / "policy.toml"
    policy.parent.mkdir(parents=True)
    policy.write_text('mandatory_rules = ["sudo-in-cell"]\n')
    return Place(tmp_path / "root")


def save(tmp_path: Path, source: str, cell: dict[str, Any] | None = None, **metadata: Any) -> Path:
    path = tmp_path / "notebooks" / "a.ipynb"
    path.parent.mkdir(exist_ok=True)
    one = {"cell_type": "code", "metadata": cell or {}, "source": source, "outputs": []}
    content = {"cells": [one], "metadata": metadata, "nbformat": 4, "nbformat_minor": 4}
    path.write_text(json.dumps(content))
    return path


def run(path: Path, place: Place | None, **more: Any) -> LintReport:
    return lint(Wish((str(path),), posture=("none",), cached=False, **more), place)


@pytest.mark.parametrize(
    ("source", "cell", "metadata"),
    [
        (f"{BAD}  # sm-guard: ignore[sudo-in-cell] why", {}, {}),
        (f"# sm-guard: ignore-cell[sudo-in-cell] why\n{BAD}", {}, {}),
        (BAD, {"tags": ["sm-guard: ignore[sudo-in-cell] why"]}, {}),
        (BAD, ENTRY, {}),
        (BAD, {}, ENTRY),
    ],
)
def test_no_suppression_counts_and_the_finding_says_so(
    tmp_path: Path, place: Place, source: str, cell: dict[str, Any], metadata: dict[str, Any]
) -> None:
    path = save(tmp_path, source, cell, **metadata)
    (finding,) = run(path, place).findings
    assert finding.check == "sudo-in-cell"
    assert SAID in finding.message
    assert run(path, None).findings == ()


def test_what_nobody_suppressed_says_nothing_of_it(tmp_path: Path, place: Place) -> None:
    (finding,) = run(save(tmp_path, BAD), place).findings
    assert "mandatory" not in finding.message


@pytest.mark.parametrize(
    "wish", [{"ignore": ("sudo-in-cell",)}, {"ignore": ("privilege",)}, {"select": ("secret",)}]
)
def test_no_choice_leaves_it_out(tmp_path: Path, place: Place, wish: dict[str, Any]) -> None:
    path = save(tmp_path, BAD)
    assert [f.check for f in run(path, place, **wish).findings] == ["sudo-in-cell"]
    assert run(path, None, **wish).findings == ()


def test_no_settings_of_a_project_leave_it_out(tmp_path: Path, place: Place) -> None:
    path = save(tmp_path, BAD)
    (path.parent / "sm-guard.toml").write_text(
        'ignore = ["sudo-in-cell"]\n[[ignore-in]]\npaths = ["**"]\nrules = ["sudo-in-cell"]\n'
        'reason = "why"\n'
    )
    assert [f.check for f in run(path, place).findings] == ["sudo-in-cell"]
    assert run(path, None).findings == ()


def test_no_baseline_holds_it_back(tmp_path: Path, place: Place) -> None:
    path, known = save(tmp_path, BAD), tmp_path / "known.json"
    known.write_text(baseline.write(run(path, None).findings, known))
    assert [f.check for f in run(path, place, baseline=str(known)).findings] == ["sudo-in-cell"]
    assert run(path, None, baseline=str(known)).findings == ()
