"""Marks are where the text is: whatever is done to a notebook, in each of its views, they are those
of the notebook as it is then."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from jupyter import waiting
from playwright.sync_api import Browser, Page, Route, expect
from screen import PATIENCE, Screen, Stage, screen

from jupyter_sm_guard import gate
from jupyter_sm_guard.linter.engine import lint_document
from jupyter_sm_guard.linter.selection import Selection
from jupyter_sm_guard.notebook import Cell, Document

pytestmark = pytest.mark.browser

SELECTION = Selection(
    tuple(gate.entries().values()),
    posture=frozenset(),
    known=frozenset(gate.entries()),
    today=date(2026, 11, 24),
)
CELLS = (
    "import boto3, requests",
    "address = 'https://intern.example'\nrequests.get(address, verify=False)",
    "!sudo id\n!sudo ls",
    "public = 'Enabled'",
    "sm = boto3.client('sagemaker')",
    "x = '\U0001f600\U0001f600'; sm.create_notebook_instance(DirectInternetAccess=public)",
)
WRITTEN = ("# ", "\n", "!sudo df\n", "\U0001f600", "x = 1\n", "verify", " ")

# For each view, in order, each cell's source and the characters that are marked, by line and place.
LOOK = """
() => [...document.querySelectorAll('.jp-NotebookPanel:not(.lm-mod-hidden)')].map(panel =>
  [...panel.querySelectorAll('.jp-CodeCell')].map(cell => {
    const marked = [];
    const lines = [...cell.querySelectorAll('.cm-line')].map((line, number) => {
      const texts = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
      let at = 0;
      while (texts.nextNode()) {
        const { data, parentElement } = texts.currentNode;
        if (parentElement.closest('.jp-SmGuardMark')) {
          for (let i = 0; i < data.length; i++) marked.push([number, at + i]);
        }
        at += data.length;
      }
      return line.textContent;
    });
    return [lines.join('\\n'), marked];
  }))
"""


def in_browser(offset: int, source: str) -> list[int]:
    """Line and place in it, as editors count."""
    before = source[:offset]
    line = before.rpartition("\n")[2]
    return [before.count("\n"), len(line.encode("utf-16-le")) // 2]


def expected(sources: list[str]) -> list[list[list[int]]]:
    """The characters that are to be marked in each cell."""
    cells = tuple(
        Cell(n, str(n), "code", source, ("cells", n, "source")) for n, source in enumerate(sources)
    )
    marked: list[set[int]] = [set() for _ in sources]
    for found in lint_document(Document("x.ipynb", "notebook", "", cells), SELECTION).found:
        source = sources[found.cell]
        marked[found.cell].update(i for i in range(found.start, found.end) if source[i] != "\n")
    return [
        sorted(
            place
            for i in offsets
            for place in [in_browser(i, source)]
            for place in ([place, [place[0], place[1] + 1]] if ord(source[i]) > 0xFFFF else [place])
        )
        for source, offsets in zip(sources, marked, strict=True)
    ]


def expect_marks(page: Page, done: list[str]) -> None:
    """In every view, as soon as the linter has said its word."""
    seen: Any = None
    wanted: Any = None
    for _ in waiting(15):
        seen = page.evaluate(LOOK)
        wanted = [expected([source for source, _ in view]) for view in seen]
        if [[sorted(marked) for _, marked in view] for view in seen] == wanted:
            return
    raise AssertionError(json.dumps({"done": done, "seen": seen, "wanted": wanted}))


def write_notebook(stage: Stage, name: str, sources: tuple[str, ...]) -> None:
    cells = [
        {"cell_type": "code", "id": f"c{n}", "metadata": {}, "execution_count": None,
         "outputs": [], "source": source}
        for n, source in enumerate(sources)
    ]  # fmt: skip
    spec = {"name": "python3", "language": "python", "display_name": "Python 3"}
    notebook = {"cells": cells, "metadata": {"kernelspec": spec}}
    path = stage.server.folder / "notebooks" / name
    path.write_text(json.dumps({**notebook, "nbformat": 4, "nbformat_minor": 5}))


@pytest.fixture
def opened(browser: Browser, failing: Stage) -> Iterator[Callable[[str, tuple[str, ...]], Screen]]:
    """Opens a notebook with these cells."""
    with screen(browser, failing.server, (1440, 1000)) as seen:

        def go(name: str, sources: tuple[str, ...]) -> Screen:
            write_notebook(failing, name, sources)
            page = failing.server.host.page.replace("sample.ipynb", name)
            seen.page.goto(f"{failing.server.url}{page}?reset")
            seen.settle()
            return seen

        yield go


class Editor:
    """Somebody at the keyboard, who does something now and then."""

    def __init__(self, page: Page, chance: random.Random):
        self.page, self.chance = page, chance
        self.done: list[str] = []

    def act(self) -> None:
        acts = (self.write, self.write, self.remove, self.undo, self.move, self.split, self.merge,
                self.copy, self.delete)  # fmt: skip
        act = self.chance.choice(acts)
        self.done.append(act.__name__)
        act()

    def enter(self) -> None:
        """Some place in some cell."""
        cells = self.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)").first.locator(".jp-Cell")
        number = self.chance.randrange(cells.count())
        cells.nth(number).locator(".cm-line").last.click()
        self.page.keyboard.press("Control+Home")
        for _ in range(self.chance.randrange(12)):
            self.page.keyboard.press(self.chance.choice(("ArrowRight", "ArrowDown")))
        self.done[-1] += f" {number}"

    def command(self, *keys: str) -> None:
        """In the notebook's command mode."""
        self.enter()
        self.page.keyboard.press("Escape")
        for key in keys:
            self.page.keyboard.press(key)

    def write(self) -> None:
        self.enter()
        text = self.chance.choice(WRITTEN)
        self.done[-1] += f" {text!r}"
        self.page.keyboard.insert_text(text)

    def remove(self) -> None:
        self.enter()
        for _ in range(self.chance.randrange(1, 6)):
            self.page.keyboard.press("Delete")

    def undo(self) -> None:
        self.enter()
        self.page.keyboard.press("Control+z")

    def move(self) -> None:
        self.command(f"Control+Shift+Arrow{self.chance.choice(('Up', 'Down'))}")

    def split(self) -> None:
        self.enter()
        self.page.keyboard.press("Control+Shift+-")

    def merge(self) -> None:
        self.command("Shift+M")

    def copy(self) -> None:
        self.command("c", "v")

    def delete(self) -> None:
        self.command("d", "d")
        self.page.keyboard.press("z")


@pytest.mark.same_everywhere
@pytest.mark.hosts("lab")
@pytest.mark.parametrize("seed", range(2))
def test_whatever_is_done_to_a_notebook_in_two_views(
    opened: Callable[[str, tuple[str, ...]], Screen], seed: int
) -> None:
    page = opened(f"marks{seed}.ipynb", CELLS).page
    expect(page.locator(".jp-SmGuardMark").first).to_be_visible(timeout=PATIENCE)
    page.get_by_role("tab", name=f"marks{seed}.ipynb").first.click(button="right")
    page.locator(".lm-Menu-itemLabel", has_text="New View for Notebook").click()
    panels = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")
    expect(panels).to_have_count(2)
    expect(panels.nth(1).locator(".jp-Cell .cm-line").last).to_be_visible()
    editor = Editor(page, random.Random(seed))
    expect_marks(page, editor.done)
    for _ in range(16):
        editor.act()
        page.wait_for_timeout(300)  # longer than the pause that the linter waits for
        expect_marks(page, editor.done)


@pytest.mark.same_everywhere
def test_another_verdict_on_the_machine_makes_other_marks(
    opened: Callable[[str, tuple[str, ...]], Screen], failing: Stage
) -> None:
    seen = opened("posture.ipynb", ("!pip install pandas", "!sudo id"))
    page = seen.page
    marks = page.locator(".jp-SmGuardMark")
    expect(marks).to_have_text(["sudo"], timeout=PATIENCE)
    failing.show("compliant")
    seen.look_again()
    expect(marks.first).to_have_text("pip install", timeout=PATIENCE)
    marks.first.hover()
    card = page.locator(".jp-SmGuardLintCards")
    expect(card).to_contain_text("no internet access")
    expect(card).to_contain_text("On this machine, SageMaker.1: Passed")
    page.mouse.move(5, 5)
    failing.show("non-compliant")
    seen.look_again()
    expect(marks).to_have_text(["sudo"], timeout=PATIENCE)


@pytest.mark.same_everywhere
def test_cells_that_come_into_sight_have_their_marks(
    opened: Callable[[str, tuple[str, ...]], Screen],
) -> None:
    page = opened("long.ipynb", tuple(f"!sudo number {n}" for n in range(150))).page
    cells = page.locator(".jp-NotebookPanel .jp-Cell")
    expect(cells.first.locator(".jp-SmGuardMark")).to_have_text("sudo", timeout=PATIENCE)
    cells.first.locator(".cm-line").click()
    page.keyboard.press("Escape")
    page.keyboard.press("Control+End")
    page.keyboard.press("End")
    last = cells.filter(has_text="sudo number 149")
    for _ in waiting(30):  # far cells are drawn when they are near
        page.keyboard.press("PageDown")
        if last.locator(".jp-SmGuardMark").count():
            break
    expect(last.locator(".jp-SmGuardMark")).to_have_text("sudo")
    last.locator(".cm-line").click()
    page.keyboard.press("Control+Home")
    page.keyboard.insert_text("# first\n")
    expect(last.locator(".jp-SmGuardMark")).to_have_text("sudo")
    page.wait_for_timeout(300)
    (view,) = page.evaluate(LOOK)
    drawn = [each for each in view if each[0]]
    assert len(drawn) > 1
    assert [marked for _, marked in drawn] == expected([source for source, _ in drawn])


@pytest.mark.same_everywhere
def test_the_way_through_all_files_can_be_cancelled(
    opened: Callable[[str, tuple[str, ...]], Screen], failing: Stage
) -> None:
    for number in range(3):
        write_notebook(failing, f"cancel{number}.ipynb", ("!sudo id",))
    seen = opened("all.ipynb", ("!sudo id",))
    page = seen.page
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)
        if len(held) == 1:
            route.continue_()

    page.route("**/jupyter-sm-guard/lint/file*", hold)
    seen.run("Lint All Files")
    panel = page.locator(".jp-SmGuardLintPanel")
    expect(panel.get_by_role("progressbar", name="Files linted")).to_be_visible()
    for _ in waiting(30):
        page.wait_for_timeout(50)
        if len(held) == 2:
            break
    panel.get_by_role("button", name="Cancel").click()
    expect(panel).to_contain_text("Cancelled after 1 of")
    held[1].continue_()
    page.unroute("**/jupyter-sm-guard/lint/file*")
    panel.get_by_role("button", name="Lint All Files").click()
    expect(panel).to_contain_text("cancel2.ipynb")
    expect(panel.get_by_role("button", name="Lint All Files")).to_be_visible()
    expect(panel).not_to_contain_text("Cancelled")
