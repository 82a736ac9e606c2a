"""Beside jupyterlab-lsp (`make test-matrix`): its diagnostics and our marks stand in one cell, each
with its own card, and the keys of both work."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect
from screen import PATIENCE, Screen
from test_browser_lint_marks import opened

pytestmark = [pytest.mark.browser, pytest.mark.hosts("lsp")]
__all__ = ["opened"]

CELLS = ("import boto3\ns3 = boto3.client('s3', verify=False)", "print(never_set)\n!sudo id")
OURS, OUR_CARD = ".jp-SmGuardMark", ".jp-SmGuardLintCards"
THEIRS, THEIR_CARD = ".cm-lintRange", ".cm-tooltip-lint"


def test_both_mark_both_explain_and_neither_takes_the_others_keys(
    opened: Callable[[str, tuple[str, ...]], Screen],
) -> None:
    page = opened("beside.ipynb", CELLS).page
    first, second = (page.locator(".jp-NotebookPanel .jp-Cell").nth(n) for n in (0, 1))
    expect(first.locator(OURS)).to_have_text("False", timeout=PATIENCE)
    theirs = second.locator(THEIRS).filter(has_text="never_set").first
    expect(theirs).to_be_visible(timeout=4 * PATIENCE)
    expect(second.locator(OURS)).to_have_text("sudo")
    # each has its own card
    second.locator(OURS).hover()
    expect(page.locator(OUR_CARD)).to_contain_text("sudo runs this as root")
    page.mouse.move(5, 5)
    expect(page.locator(OUR_CARD)).to_have_count(0)
    theirs.hover()
    expect(page.locator(THEIR_CARD)).to_contain_text("never_set")
    expect(page.locator(OUR_CARD)).to_have_count(0)
    page.mouse.move(5, 5)
    # from finding to finding and to the fix, as without it
    first.locator(".cm-content").click()
    page.keyboard.press("Control+Home")
    page.keyboard.press("F8")
    page.keyboard.press("Control+.")
    expect(page.locator(OUR_CARD).get_by_role("button", name="Fix").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(first).to_contain_text("verify=True")
    expect(first.locator(OURS)).to_have_count(0)
    # what is written between them moves both
    second.locator(".cm-content").click()
    page.keyboard.press("Control+Home")
    page.keyboard.type("# a line above\n")
    expect(second.locator(OURS)).to_have_text("sudo")
    expect(second.locator(THEIRS).filter(has_text="never_set").first).to_be_visible()
