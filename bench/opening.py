"""Opening a large notebook beside the same JupyterLab without the guard, in processor time.

Wall time differs from one opening to the next by more than the guard costs. So what is compared is
what the page's main thread has computed, in pairs that take turns: until the first cell is there,
and until three seconds later, in which the linter has its first look at all of the cells. Both
pages stay, and the notebook is closed in between: two new pages differ by far more, too.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

from .jupyter import PEER, Jupyter
from .measure import Bound, Kind, Row, interleaved, median, say, spread
from .notebooks import close_notebook, open_notebook, put, start, visit
from .simulated import SimulatedAws

CELLS = 2000
ROUNDS, QUICK_ROUNDS = 30, 2
AFTER_MS = 3000

# JupyterLab's request, told by its limit, to attach cells that are out of sight whenever the page
# is idle: it goes on for minutes, and would fill whatever time is looked at.
NOT_WHILE_IDLE = """{
  const native = window.requestIdleCallback.bind(window);
  window.requestIdleCallback = (act, options) =>
    options?.timeout >= 3000 ? 0 : native(act, options);
}"""
Times = tuple[float, float, float]
"""Milliseconds: on the clock until the first cell; computed until then, and until a while later."""


def run(aws: SimulatedAws, quick: bool) -> list[Row]:
    """Pairs of openings."""
    with (
        Jupyter(aws) as ours,
        Jupyter(None) as theirs,
        sync_playwright() as playwright,
        start(playwright) as chromium,
    ):
        sides: list[Callable[[], Times]] = []
        processes = chromium.new_browser_cdp_session()
        for jupyter in (ours, theirs):
            put(jupyter, CELLS)
            sides.append(partial(_open, *_page(chromium, processes, jupyter)))
            for _ in range(3):
                sides[-1]()  # what is compiled once is not what is measured
        data = interleaved(QUICK_ROUNDS if quick else ROUNDS, *sides)
    bound = Bound(Kind.RATIO, 1.03)
    return [
        _row(f"{CELLS} cells opened, clock", data, 0, None),
        _row(f"{CELLS} cells opened, computed", data, 1, bound),
        _row(f"the same and {AFTER_MS // 1000} s more", data, 2, None),
    ]


def _row(what: str, data: list[list[Times]], which: int, bound: Bound | None) -> Row:
    ours, theirs = ([times[which] for times in side] for side in data)
    ratios = [one / other for one, other in zip(ours, theirs, strict=True)]
    say(f"{what}, ours / theirs: {spread(ratios, '')}")
    return Row("opening", what, "ms", median(ours), median(theirs), PEER, bound,
               pairs=median(ratios))  # fmt: skip


def _page(chromium: Browser, processes: CDPSession, jupyter: Jupyter) -> tuple[Page, int]:
    """A page with nothing open, and its process: the newest of those that draw pages, of which the
    browser keeps spare ones, that has computed anything to speak of."""
    before = _computing(processes)
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    context.add_init_script(NOT_WHILE_IDLE)
    page = context.new_page()
    visit(page, jupyter)
    after = _computing(processes)
    return page, max(after, key=lambda pid: after[pid] - before.get(pid, 0.0))


def _computing(processes: CDPSession) -> dict[int, float]:
    every = processes.send("SystemInfo.getProcessInfo")["processInfo"]
    return {one["id"]: one["cpuTime"] for one in every if one["type"] == "renderer"}


def _open(page: Page, process: int) -> Times:
    page.bring_to_front()
    before = _computed(process)
    clock = open_notebook(page, CELLS)
    first = _computed(process) - before
    page.wait_for_timeout(AFTER_MS)
    later = _computed(process) - before
    close_notebook(page)
    return clock, first, later


def _computed(pid: int) -> float:
    """The milliseconds for which the process's main thread had a processor."""
    return int(Path(f"/proc/{pid}/task/{pid}/schedstat").read_text().split()[0]) / 1e6
