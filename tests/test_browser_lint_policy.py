"""The admin's policy over the linter in the lab: what it fixes, and what it has asked before a cell
runs."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect
from screen import PATIENCE, Screen, Stage, screen

pytestmark = pytest.mark.browser

POLICY = """
mandatory_rules = ["sudo-in-cell"]
[lint]
in_lab = "list"
profile = "strict"
before_run = "ask"
"""
CELLS = ("print('one')", "!sudo -n true\nprint('two')", "print('three')")
DIALOG = ".jp-Dialog"


@pytest.fixture
def ruled(browser: Browser, failing: Stage) -> Iterator[Screen]:
    """A notebook on a machine whose policy has it asked before a cell runs."""
    server = failing.server
    policy = server.folder / "root" / "etc" / "jupyter-sm-guard" / "policy.toml"
    policy.parent.mkdir(parents=True, exist_ok=True)
    policy.write_text(POLICY)
    cells = [
        {"cell_type": "code", "id": f"c{n}", "metadata": {}, "execution_count": None,
         "outputs": [], "source": source}
        for n, source in enumerate(CELLS)
    ]  # fmt: skip
    spec = {"name": "python3", "language": "python", "display_name": "Python 3"}
    notebook = {"cells": cells, "metadata": {"kernelspec": spec}}
    path = server.folder / "notebooks" / "ruled.ipynb"
    path.write_text(json.dumps({**notebook, "nbformat": 4, "nbformat_minor": 5}))
    try:
        failing.check()
        with screen(browser, server) as seen:
            page = server.host.page.replace("sample", "ruled")
            seen.page.goto(f"{server.url}{page}?reset")
            seen.settle()
            yield seen
    finally:
        policy.unlink()
        failing.check()


def cell(page: Page, number: int) -> Locator:
    return page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Cell").nth(number)


def output(page: Page, number: int) -> Locator:
    return cell(page, number).locator(".jp-OutputArea-output")


def write_and_run(page: Page, number: int, text: str) -> None:
    """At the end of a cell, without a pause."""
    cell(page, number).locator(".cm-content").click()
    page.keyboard.press("Control+End")
    page.keyboard.type(text)
    page.keyboard.press("Control+Enter")


def can_ask(page: Page) -> bool:
    config = page.locator("#jupyter-config-data").text_content() or ""
    major, minor = json.loads(config)["appVersion"].split(".")[:2]
    return int(minor) >= 2 if major in "47" else int(major) > 4


def test_what_the_policy_fixes_is_said_and_no_mark_is_made(ruled: Screen) -> None:
    page = ruled.page
    ruled.run("Show What the Linter Finds")
    panel = page.locator(".jp-SmGuardLintPanel")
    fixed = "marks and list, the profile, what is asked before a cell runs."
    expect(panel.get_by_text("Set by your admin")).to_contain_text(fixed)
    expect(panel.locator("[data-check=sudo-in-cell]")).to_have_count(1)
    expect(page.locator(".jp-SmGuardMark")).to_have_count(0)
    unable = panel.get_by_text("Nothing is asked before a cell runs")
    expect(unable).to_have_count(0 if can_ask(page) else 1)
    assert ruled.accessibility_problems(".jp-SmGuardLintPanel") == []


def test_a_cell_that_breaks_a_mandatory_rule_waits_for_an_answer(ruled: Screen) -> None:
    page = ruled.page
    if not can_ask(page):
        ruled.run("Run All Cells")
        expect(output(page, 2)).to_have_text("three", timeout=PATIENCE)
        return
    dialog = page.locator(DIALOG)
    ruled.run("Run All Cells")
    expect(dialog).to_contain_text("Run this cell?", timeout=PATIENCE)
    expect(dialog).to_contain_text("line 1: sudo runs this as root")
    expect(output(page, 0)).to_have_text("one")
    expect(dialog.get_by_role("button", name="Cancel")).to_be_focused()
    assert ruled.accessibility_problems(".jp-SmGuardRun") == []
    ruled.picture("lint-run")
    page.keyboard.press("Enter")
    expect(dialog).to_have_count(0)
    # what was to run after it does not, and what is run anew is asked about anew
    cell(page, 1).locator(".cm-content").click()
    page.keyboard.press("Control+Enter")
    dialog.get_by_role("button", name="Run anyway").click()
    expect(output(page, 1).last).to_contain_text("two")
    expect(cell(page, 2).locator(".jp-InputPrompt")).to_have_text("[ ]:")
    page.keyboard.press("Control+Enter")
    expect(cell(page, 1).locator(".jp-InputPrompt")).to_have_text("[3]:")
    # what was typed just now counts
    write_and_run(page, 2, "\n!sudo -n id")
    expect(dialog).to_contain_text("line 2: sudo runs this as root")
    # JupyterLab draws a dialog first and then gives it the focus; a key before that is the cell's
    expect(dialog.get_by_role("button", name="Cancel")).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)


@pytest.mark.same_everywhere
def test_cells_run_without_a_word_where_the_linter_is_gone(ruled: Screen) -> None:
    page = ruled.page
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/jupyter-sm-guard/lint*", hold)
    write_and_run(page, 0, "\n!sudo -n true\nprint('ran')")
    expect(output(page, 0).last).to_contain_text("ran", timeout=PATIENCE)
    expect(page.locator(DIALOG)).to_have_count(0)
    assert held or not can_ask(page), "it was asked"
    page.unroute("**/jupyter-sm-guard/lint*")
