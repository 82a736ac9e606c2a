"""The linter in a notebook: marked where it is written, fixed from the keyboard, listed, calm."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect
from screen import CONTRAST, PATIENCE, THEMES, Screen, Stage, screen

pytestmark = pytest.mark.browser

CELLS = (
    "import boto3\nimport requests\nsm = boto3.client('sagemaker')",
    "x = '\U0001f600\U0001f600'; requests.get('https://intern.example/data', verify=False)",
    "!sudo systemctl stop docker",
    "sm.create_notebook_instance(\n    NotebookInstanceName='n',\n"
    "    DirectInternetAccess='Enabled',\n)",
)
MARK = ".jp-SmGuardMark"
CARD = ".jp-SmGuardLintCards"


KEYS = """() => {
  performance.clearResourceTimings();
  window.__keys = [];
  const key = () => { window.__keys.push(performance.now()); };
  document.addEventListener('keydown', key, true);
}"""
# The milliseconds from the last key to each request to the linter.
PAUSES = """() => performance.getEntriesByType('resource')
  .filter(({ name }) => name.includes('/jupyter-sm-guard/lint'))
  .map(({ startTime }) => startTime - Math.max(...window.__keys.filter(at => at < startTime)))"""


def notebook() -> str:
    cells: list[dict[str, Any]] = [
        {"cell_type": "code", "id": f"c{n}", "metadata": {}, "execution_count": None,
         "outputs": [], "source": source}
        for n, source in enumerate(CELLS)
    ]  # fmt: skip
    key = "{'SecretAccessKey': 'wJalrXUtnFEMI7K7MDENGbPxRfiCYzq4a7bX9qLm'}\n"
    secret = "Use `AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI7K7MDENGbPxRfiCYzq4a7bX9qLm`."
    cells.append({"cell_type": "markdown", "id": "m", "metadata": {}, "source": secret})
    cells[0]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": key}]
    spec = {"name": "python3", "language": "python", "display_name": "Python 3"}
    return json.dumps({"cells": cells, "metadata": {"kernelspec": spec}, "nbformat": 4,
                       "nbformat_minor": 5})  # fmt: skip


@pytest.fixture
def written(browser: Browser, failing: Stage) -> Iterator[Screen]:
    """A page with a notebook of its own."""
    server = failing.server
    (server.folder / "notebooks" / "lint.ipynb").write_text(notebook())
    with screen(browser, server) as seen:
        page = server.host.page.replace("sample", "lint")
        seen.page.goto(f"{server.url}{page}?reset")
        seen.settle()
        yield seen


def cell(page: Page, number: int) -> Locator:
    return page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Cell").nth(number)


def marked(page: Page, number: int) -> str:
    return "".join(cell(page, number).locator(MARK).all_inner_texts())


def write(page: Page, number: int, keys: str) -> None:
    """At the end of a cell."""
    cell(page, number).locator(".cm-content").click()
    page.keyboard.press("Control+End")
    page.keyboard.type(keys)


def test_marked_explained_and_fixed(written: Screen) -> None:
    page = written.page
    expect(cell(page, 2).locator(MARK).first).to_have_text("sudo", timeout=PATIENCE)
    assert marked(page, 1) == "False", "the mark is where the text is, behind characters of two"
    assert marked(page, 0) == "", "what is in an output is in the list"
    expect(cell(page, 2).locator(".jp-SmGuardGutter svg")).to_have_count(1)
    expect(cell(page, 0).locator(".jp-SmGuardGutter")).to_have_count(0)
    # marks move with the text at once, before anything is sent
    cell(page, 2).locator(".cm-content").click()
    page.keyboard.press("Control+Home")
    page.keyboard.type("# first\n")
    assert marked(page, 2) == "sudo"
    # the card by the mouse
    cell(page, 3).locator(MARK).first.hover()
    card = page.locator(CARD)
    expect(card).to_contain_text("DirectInternetAccess")
    expect(card).to_contain_text("On this machine, SageMaker.2: Failed")
    page.mouse.move(5, 5)
    # from finding to finding, to the card and its fix, by the keyboard alone
    cell(page, 0).locator(".cm-content").click()
    page.keyboard.press("F8")
    page.keyboard.press("Control+.")
    expect(card.get_by_role("button", name="Fix").first).to_be_focused()
    # in words for a screen reader, where the eyes have the mark
    expect(card).to_have_accessible_name(re.compile("certificate is not checked"))
    said = page.get_by_role("status").filter(has_text="Cell 2, line 1: the server's certificate")
    expect(said).to_have_count(1)
    card.get_by_text("About this rule").click()
    expect(card).to_contain_text("localhost")
    assert written.accessibility_problems(CARD) == []
    page.keyboard.press("Escape")
    expect(card).to_have_count(0)
    # whoever goes on elsewhere is rid of the card, and the focus is where it was put
    page.keyboard.press("Control+.")
    expect(card).to_be_visible()
    cell(page, 0).locator(".cm-content").click()
    expect(card).to_have_count(0)
    expect(cell(page, 0).locator(".cm-content")).to_be_focused()
    page.keyboard.press("F8")
    page.keyboard.press("Control+.")
    expect(card.get_by_role("button", name="Fix").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(cell(page, 1)).to_contain_text("verify=True")
    expect(cell(page, 1).locator(MARK)).to_have_count(0)
    page.keyboard.press("Control+z")
    expect(cell(page, 1)).to_contain_text("verify=False")
    expect(cell(page, 1).locator(MARK)).to_have_text("False")
    # a suppression with its reason
    page.keyboard.press("F8")
    page.keyboard.press("Control+.")
    card.get_by_role("button", name="Suppress…").first.click()
    page.keyboard.type("only in the workshop")
    page.keyboard.press("Enter")
    expect(cell(page, 2)).to_contain_text("sm-guard: ignore[sudo-in-cell] only in the workshop")
    page.keyboard.press("Escape")


def test_the_list_is_by_cell_and_leads_to_it(written: Screen, failing: Stage) -> None:
    (failing.server.folder / "notebooks" / "all.sh").write_text("#!/bin/sh\necho\nsudo id\n")
    page = written.page
    expect(cell(page, 2).locator(MARK).first).to_be_visible(timeout=PATIENCE)
    written.run("Show What the Linter Finds")
    panel = page.locator(".jp-SmGuardLintPanel")
    expect(panel.get_by_role("heading", name="Cell 3", exact=True)).to_be_visible()
    expect(panel).to_contain_text("in its output")
    expect(panel.get_by_role("heading", name="Cell 5", exact=True)).to_be_visible()
    expect(panel.locator("[data-check=sudo-in-cell]")).to_have_count(1)
    panel.locator("select").select_option("CRITICAL")
    expect(panel.locator("[data-check=sudo-in-cell]")).to_have_count(0)
    panel.locator("select").select_option("")
    panel.locator("[data-check=sudo-in-cell]").click()
    expect(cell(page, 2).locator(".cm-content")).to_be_focused()
    if written.host.has_status_bar:
        status = page.get_by_test_id("sm-guard-lint-status")
        expect(status).to_have_accessible_name(re.compile("findings in this document"))
    for theme in written.themes:
        if page.locator(f'body[data-jp-theme-name="{THEMES.get(theme, theme)}"]').count() == 0:
            written.choose_theme(theme)
        cell(page, 3).locator(MARK).first.hover()
        expect(page.locator(CARD)).to_be_visible()
        name = "contrast" if theme == CONTRAST else theme
        written.picture(f"lint-{name}")
        assert written.accessibility_problems(CARD, ".jp-SmGuardLintPanel") == []
        page.mouse.move(5, 5)
    written.choose_theme("light")
    panel.get_by_role("button", name="Lint All Files").click()
    expect(panel).to_contain_text("lint.ipynb")
    if written.host.name == "lab":  # Notebook 7 opens a file on a page of its own
        panel.locator("li", has_text="all.sh").get_by_role("button").last.click()
        expect(page.locator(".jp-FileEditor .cm-content")).to_be_focused()
        expect(page.get_by_text("Ln 3, Col 1", exact=True)).to_be_visible()


@pytest.mark.same_everywhere
def test_saving_says_what_there_is_where_that_is_wanted(written: Screen) -> None:
    page = written.page
    expect(cell(page, 2).locator(MARK).first).to_be_visible(timeout=PATIENCE)
    toast = page.locator(".Toastify__toast").filter(has_text="of the linter")

    def save() -> None:
        write(page, 0, "\n# more")
        with page.expect_response(lambda r: r.request.method == "PUT" and "lint.ipynb" in r.url):
            page.keyboard.press("Control+s")

    save()
    expect(toast).to_have_count(0)

    def by_policy(route: Route) -> None:
        answer = route.fetch().json()
        answer["fixed"]["lint_on_save"] = "report"
        route.fulfill(json=answer)

    page.route("**/jupyter-sm-guard/report*", by_policy)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    page.wait_for_timeout(1500)
    save()
    expect(toast).to_have_count(1)
    toast.get_by_role("button", name="Show the list").click()
    expect(page.locator(".jp-SmGuardLintPanel")).to_be_visible()
    page.unroute("**/jupyter-sm-guard/report*")


@pytest.mark.same_everywhere
def test_nothing_is_sent_while_typing_nothing_nags_without_a_server(written: Screen) -> None:
    page = written.page
    expect(cell(page, 2).locator(MARK).first).to_be_visible(timeout=PATIENCE)
    lint = "**/jupyter-sm-guard/lint*"
    page.evaluate(KEYS)
    write(page, 2, "\n")
    page.keyboard.type("!sudo ls -la /home/ec2-user", delay=50)
    expect(cell(page, 2).locator(MARK)).to_have_count(2)
    pauses = page.evaluate(PAUSES)
    assert pauses, "what was written was sent"
    assert min(pauses) > 199, "and nothing sooner than 200 ms after a key"
    broken: list[str] = []

    def refuse(route: Route) -> None:
        broken.append(route.request.url)
        route.fulfill(status=503, body="{}")

    page.route(lint, refuse)
    for word in ("a", "b", "c"):
        write(page, 2, f"\n!sudo {word}")
        page.wait_for_timeout(500)
    assert len(broken) == 1, "a server that does not answer is left in peace"
    expect(page.locator(".Toastify__toast").filter(has_text="lint")).to_have_count(0)
    assert marked(page, 2).startswith("sudo"), "and what was known stays"
    page.unroute(lint)
    written.complaints[:] = [c for c in written.complaints if "503" not in c]


def test_a_script_is_marked_in_its_editor(written: Screen, failing: Stage) -> None:
    server = failing.server
    (server.folder / "notebooks" / "lint.py").write_text("\n".join(CELLS[0::3]))
    path = "edit/lint.py" if server.host.name == "notebook" else "lab/tree/lint.py"
    page = written.page
    page.goto(f"{server.url}{path}")
    mark = page.locator(f".jp-FileEditor {MARK}")
    expect(mark.first).to_have_text("sm.create_notebook_instance", timeout=PATIENCE)
    page.locator(".jp-FileEditor .cm-content").click()
    page.keyboard.press("Control+Home")
    page.keyboard.press("F8")
    page.keyboard.press("Control+.")
    expect(page.locator(CARD)).to_contain_text("DirectInternetAccess")
