"""Two people in one notebook, by jupyter-collaboration (`make test-matrix`): each sees the marks
where the text is, whoever wrote it, and can fix what the other is writing beside."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator

import pytest
from jupyter import waiting
from playwright.sync_api import Browser, Page, expect
from screen import PATIENCE, Stage, screen
from test_browser_lint_marks import CELLS, LOOK, Editor, expect_marks, write_notebook

pytestmark = [pytest.mark.browser, pytest.mark.hosts("collaboration")]

CARD = ".jp-SmGuardLintCards"


@pytest.fixture
def two(browser: Browser, failing: Stage) -> Iterator[tuple[Page, Page]]:
    """Two people's pages with the same notebook."""
    write_notebook(failing, "shared.ipynb", CELLS)
    size = (1280, 1000)
    server = failing.server
    with screen(browser, server, size) as one, screen(browser, server, size) as other:
        for seen in (one, other):
            page = server.host.page.replace("sample", "shared")
            seen.page.goto(f"{server.url}{page}?reset")
            seen.settle()
            expect(seen.page.locator(".jp-SmGuardMark").first).to_be_visible(timeout=PATIENCE)
        yield one.page, other.page


def sources(page: Page) -> list[str]:
    return [source for source, _ in page.evaluate(LOOK)[0]]


def expect_alike(one: Page, other: Page, done: list[str]) -> None:
    """What one writes, the other has."""
    for _ in waiting(15):
        if sources(one) == sources(other):
            return
    raise AssertionError(json.dumps({"done": done, "seen": [sources(one), sources(other)]}))


def test_whoever_writes_both_see_the_marks_where_the_text_is(two: tuple[Page, Page]) -> None:
    chance = random.Random(1)
    done: list[str] = []
    editors = [Editor(page, chance) for page in two]
    for editor in editors:
        editor.done = done
    for _ in range(16):
        chance.choice(editors).act()
        expect_alike(*two, done)
        for page in two:
            expect_marks(page, done)


def test_a_card_stays_and_fixes_while_another_writes_in_the_cell(two: tuple[Page, Page]) -> None:
    one, other = two
    cell = other.locator(".jp-Cell").nth(1)
    cell.locator(".cm-content").click()
    other.keyboard.press("Control+Home")
    other.keyboard.press("F8")
    other.keyboard.press("Control+.")
    fix = other.locator(CARD).get_by_role("button", name="Fix").first
    expect(fix).to_be_focused()
    one.locator(".jp-Cell").nth(1).locator(".cm-content").click()
    one.keyboard.press("Control+Home")
    one.keyboard.type("# someone else\n")
    expect(cell).to_contain_text("# someone else")
    expect(fix).to_be_focused()
    one.keyboard.type("# who goes on")
    other.keyboard.press("Enter")
    for page in two:
        expect(page.locator(".jp-Cell").nth(1)).to_contain_text("verify=True")
        expect(page.locator(".jp-Cell").nth(1)).to_contain_text("# who goes on")
        expect_marks(page, ["fix"])
    # one step to undo, which leaves to the other what the other wrote
    other.keyboard.press("Control+z")
    for page in two:
        expect(page.locator(".jp-Cell").nth(1)).to_contain_text("verify=False")
        expect(page.locator(".jp-Cell").nth(1)).to_contain_text("# who goes on")
        expect_marks(page, ["fix", "undo"])


def test_a_card_goes_with_the_mark_that_another_removes(two: tuple[Page, Page]) -> None:
    one, other = two
    other.locator(".jp-Cell").nth(2).locator(".cm-content").click()
    other.keyboard.press("Control+Home")
    other.keyboard.press("Control+.")
    expect(other.locator(CARD)).to_be_visible()
    one.locator(".jp-Cell").nth(2).locator(".cm-content").click()
    one.keyboard.press("Control+a")
    one.keyboard.type("y = 2")
    expect(other.locator(".jp-Cell").nth(2)).to_contain_text("y = 2")
    expect(other.locator(CARD)).to_have_count(0)
