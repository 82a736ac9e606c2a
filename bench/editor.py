"""The linter in the editor: from the last key to the mark, and what a page keeps of many edits.

The 200 ms of pause that nothing is sent in are taken off: they are chosen, not needed. Of 2,000
cells JupyterLab 4.6 attaches those out of sight for minutes, in pieces of up to half a second that
nothing else in the page can break in on. So what is bound there is its windowing mode "full", its
default up to 4.5 and "best performance" still; its own default is a row beside.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page, sync_playwright

from .jupyter import PEER, Jupyter
from .measure import Bound, Kind, Row, percentile, say, spread
from .notebooks import open_notebook, put, set_windowing, start, visit
from .panel import heap
from .simulated import SimulatedAws

PAUSE_MS = 200
SMALL, LARGE = 200, 2000
SOON, LATE = Bound(Kind.OURS, 60.0), Bound(Kind.OURS, 120.0)
EDITS, QUICK_EDITS = 100, 8
UNBOUND_EDITS = 20
CHANGES, QUICK_CHANGES = 1000, 60

# Only the cell that is written in: a search in all of the page is a walk over all of the cells.
MARKS = """() => document.activeElement.closest('.jp-Cell')
  .getElementsByClassName('jp-SmGuardMark')"""
# Resolves with the milliseconds from the last key to the frame in which the cell has more marks.
MARKED = f"""before => new Promise(resolve => {{
  const marks = ({MARKS})();
  const look = () => {{
    if (marks.length > before) {{ resolve(performance.now() - window.__key); }}
    else {{ requestAnimationFrame(look); }}
  }};
  look();
}})"""
KEYS = """() => document.addEventListener(
  'keydown', () => { window.__key = performance.now(); }, true)"""
# The milliseconds from each request to the linter until its answer came.
ANSWERS = """() => performance.getEntriesByType('resource')
  .filter(({ name }) => name.includes('/jupyter-sm-guard/lint'))
  .map(({ requestStart, responseStart }) => responseStart - requestStart)"""


def run(aws: SimulatedAws, quick: bool) -> list[Row]:
    """Marks in notebooks of both sizes; memory on the smaller one."""
    edits = QUICK_EDITS if quick else EDITS
    changes = QUICK_CHANGES if quick else CHANGES
    rows: list[Row] = []
    with Jupyter(aws) as ours, Jupyter(None) as theirs:
        put(theirs, SMALL)
        with _opened(theirs, SMALL) as page:
            beside = _kept(page, changes)
        for size in (SMALL, LARGE):
            put(ours, size)
        with _opened(ours, SMALL) as page:
            rows += [
                _marking(page, f"{SMALL} cells", SOON, edits),
                *_keeping(page, changes, beside),
            ]
        with _opened(ours, LARGE) as page:
            rows.append(
                _marking(page, f"{LARGE} cells being attached", None, min(edits, UNBOUND_EDITS))
            )
        set_windowing(ours, "full")
        with _opened(ours, LARGE) as page:
            rows.append(_marking(page, f"{LARGE} cells", LATE, edits))
    return rows


def _marking(page: Page, what: str, bound: Bound | None, edits: int) -> Row:
    page.evaluate(KEYS)
    took: list[float] = []
    for number in range(edits):
        page.locator(".jp-Notebook .jp-CodeCell .cm-content").nth(number % 3).click()
        page.keyboard.press("Control+a")
        page.keyboard.type(f"x = {number}\n")
        page.wait_for_timeout(3 * PAUSE_MS)
        before = page.evaluate(f"() => ({MARKS})().length")
        page.keyboard.type("!sudo", delay=20)
        took.append(page.evaluate(MARKED, before) - PAUSE_MS)
    say(f"{what}: {spread(took, 'ms')}")
    return Row("editor", f"key to mark, {what}, p95", "ms", percentile(took, 95), bound=bound)


def _keeping(page: Page, changes: int, beside: float) -> list[Row]:
    page.evaluate("() => performance.setResourceTimingBufferSize(10_000)")
    kept = _kept(page, changes)
    answers = page.evaluate(ANSWERS)
    say(f"{len(answers)} answers: {spread(answers, 'ms')}")
    what = f"heap kept after {changes} edits"
    slow = percentile(answers, 99)
    return [
        Row("editor", what, "kB", kept, beside, PEER, Bound(Kind.OURS, 1000)),
        Row("editor", "server's answer, p99", "ms", slow, bound=Bound(Kind.OURS, 10.0)),
    ]


def _kept(page: Page, changes: int) -> float:
    """Kilobytes more after these changes than before, when what is unused is gone."""
    page.locator(".jp-Notebook .jp-CodeCell .cm-content").first.click()
    _change(page, 50)
    before = heap(page)
    page.evaluate("() => performance.clearResourceTimings()")
    _change(page, changes)
    return heap(page) - before


def _change(page: Page, count: int) -> None:
    for number in range(count):
        page.keyboard.press("Control+a")
        page.keyboard.type(f"!sudo {number}" if number % 2 else f"x = {number}")
        if number % 10 == 9:
            page.wait_for_timeout(PAUSE_MS + 50)


@contextmanager
def _opened(jupyter: Jupyter, size: int) -> Iterator[Page]:
    with sync_playwright() as playwright, start(playwright) as chromium:
        page = chromium.new_page(viewport={"width": 1280, "height": 900})
        visit(page, jupyter)
        open_notebook(page, size)
        page.wait_for_timeout(2000)  # a first look at all of it comes before what is measured
        yield page
