"""The linter in the editor: from the last key to the mark, and what it costs to open a notebook.

The 200 ms of pause that nothing is sent in are taken off: they are chosen, not needed. The peer for
opening is the same JupyterLab without the guard, for memory the notebook as it was opened.
"""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Page, sync_playwright

from .jupyter import PEER, TOKEN, Jupyter
from .measure import Bound, Kind, Row, median, percentile, say, spread
from .panel import FLAGS, browser, heap
from .simulated import SimulatedAws

PAUSE_MS = 200
SIZES = {200: 60.0, 2000: 120.0}
"""Cells, and the most milliseconds (95th percentile) from the end of the pause to the mark."""
EDITS, QUICK_EDITS = 60, 8
OPENINGS, QUICK_OPENINGS = 11, 2
CHANGES, QUICK_CHANGES = 1000, 60

# Resolves with the milliseconds from the last key to the frame that has more marks than before.
MARKED = """before => new Promise(resolve => {
  const look = () => {
    const now = document.querySelectorAll('.jp-Notebook .jp-SmGuardMark').length;
    if (now > before) { resolve(performance.now() - window.__key); }
    else { requestAnimationFrame(look); }
  };
  look();
})"""
KEYS = """() => document.addEventListener(
  'keydown', () => { window.__key = performance.now(); }, true)"""
MARKS = "() => document.querySelectorAll('.jp-Notebook .jp-SmGuardMark').length"
# The milliseconds from each request to the linter until its answer came.
ANSWERS = """() => performance.getEntriesByType('resource')
  .filter(({ name }) => name.includes('/jupyter-sm-guard/lint'))
  .map(({ requestStart, responseStart }) => responseStart - requestStart)"""
# Resolves with the milliseconds from the double click to the frame with the notebook's first cell.
OPENED = """() => new Promise(resolve => {
  document.addEventListener('dblclick', () => {
    const began = performance.now();
    const look = () => {
      if (document.querySelector('.jp-Notebook .jp-Cell .cm-line')) {
        requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - began)));
      } else { requestAnimationFrame(look); }
    };
    look();
  }, { once: true, capture: true });
})"""


def run(aws: SimulatedAws, quick: bool) -> list[Row]:
    """Marks in notebooks of both sizes; opening and memory on the larger one."""
    rows: list[Row] = []
    with Jupyter(aws) as ours, Jupyter(None) as theirs:
        for jupyter in (ours, theirs):
            for size in SIZES:
                _put(jupyter, size)
        for size, limit in SIZES.items():
            with _page(ours) as page:
                page.evaluate(KEYS)
                _open(page, size)
                rows.append(_marking(page, size, limit, QUICK_EDITS if quick else EDITS))
                if size == min(SIZES):
                    rows += _keeping(page, QUICK_CHANGES if quick else CHANGES)
        rows.append(_opening(ours, theirs, QUICK_OPENINGS if quick else OPENINGS))
    return rows


def _marking(page: Page, size: int, limit: float, edits: int) -> Row:
    took: list[float] = []
    for number in range(edits):
        page.locator(".jp-Notebook .jp-CodeCell .cm-content").nth(number % 3).click()
        page.keyboard.press("Control+a")
        page.keyboard.type(f"x = {number}\n")
        page.wait_for_timeout(3 * PAUSE_MS)
        before = page.evaluate(MARKS)
        page.keyboard.type("!sudo", delay=20)
        took.append(page.evaluate(MARKED, before) - PAUSE_MS)
    say(f"{size} cells: {spread(took, 'ms')}")
    what = f"key to mark, {size} cells, p95"
    return Row("editor", what, "ms", percentile(took, 95), bound=Bound(Kind.OURS, limit))


def _keeping(page: Page, changes: int) -> list[Row]:
    page.locator(".jp-Notebook .jp-CodeCell .cm-content").first.click()
    _change(page, 50)
    before = heap(page)
    page.evaluate("() => performance.clearResourceTimings()")
    page.evaluate("() => performance.setResourceTimingBufferSize(10_000)")
    _change(page, changes)
    kept = heap(page) - before
    answers = page.evaluate(ANSWERS)
    say(f"{len(answers)} answers: {spread(answers, 'ms')}")
    what = f"heap kept after {changes} edits"
    slow = percentile(answers, 99)
    return [
        Row("editor", what, "kB", kept, bound=Bound(Kind.OURS, 1000)),
        Row("editor", "server's answer, p99", "ms", slow, bound=Bound(Kind.OURS, 10.0)),
    ]


def _change(page: Page, count: int) -> None:
    for number in range(count):
        page.keyboard.press("Control+a")
        page.keyboard.type(f"!sudo {number}" if number % 2 else f"x = {number}")
        if number % 10 == 9:
            page.wait_for_timeout(PAUSE_MS + 50)


def _opening(ours: Jupyter, theirs: Jupyter, rounds: int) -> Row:
    took: dict[str, list[float]] = {"ours": [], "theirs": []}
    for _ in range(rounds):
        for name, jupyter in (("ours", ours), ("theirs", theirs)):
            with _page(jupyter) as page:
                took[name].append(_open(page, max(SIZES)))
    for name, values in took.items():
        say(f"opened, {name}: {spread(values, 'ms')}")
    bound = Bound(Kind.RATIO, 1.03)
    what = f"{max(SIZES)} cells opened"
    return Row("editor", what, "ms", median(took["ours"]), median(took["theirs"]), PEER, bound)


def _open(page: Page, size: int) -> float:
    """Milliseconds until the first cell is there."""
    page.evaluate(f"() => {{ window.__opened = ({OPENED})(); }}")
    page.locator(f".jp-DirListing-item:has-text('{size}.ipynb')").dblclick()
    took: float = page.evaluate("() => window.__opened")
    page.wait_for_timeout(2000)  # a first look at all of it comes before what is measured
    return took


@contextmanager
def _page(jupyter: Jupyter) -> Iterator[Page]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser(), args=FLAGS)
        page = chromium.new_page(viewport={"width": 1280, "height": 900})
        page.goto(f"http://127.0.0.1:{jupyter.port}/lab?reset&token={TOKEN}")
        page.locator(".jp-DirListing-item").first.wait_for(timeout=90_000)
        page.wait_for_timeout(2000)  # what starts late is not what is measured
        yield page
        chromium.close()


def _put(jupyter: Jupyter, size: int) -> None:
    cells: list[dict[str, Any]] = []
    for number in range(size):
        source = (
            f"# step {number}\nframe_{number} = load('part-{number}.csv')\nprint(frame_{number})"
        )
        if number % 50 == 0:
            source = f"import boto3\nclient_{number} = boto3.client('sagemaker')\n{source}"
        cells.append({"cell_type": "code", "id": f"c{number}", "metadata": {}, "outputs": [],
                      "execution_count": None, "source": source})  # fmt: skip
    spec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    content = {"cells": cells, "metadata": {"kernelspec": spec}, "nbformat": 4, "nbformat_minor": 5}
    connection = http.client.HTTPConnection("127.0.0.1", jupyter.port, timeout=30)
    connection.request(
        "PUT",
        f"/api/contents/{size}.ipynb",
        json.dumps({"type": "notebook", "format": "json", "content": content}),
        {"Authorization": f"token {TOKEN}", "Content-Type": "application/json"},
    )
    answer = connection.getresponse()
    if answer.status not in (200, 201):
        raise RuntimeError(f"the notebook could not be written: {answer.status}")
    connection.close()
