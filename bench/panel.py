"""How long the panel takes to show a large report, and what the page keeps after many.

Painted means: from the last byte of the answer until the browser has drawn the panel anew, so
parsing, checking and cleaning of every text count. The peer for time is a report of ordinary size,
the peer for memory the same page that fetches nothing.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Page, Route, sync_playwright

from .jupyter import TOKEN, Jupyter
from .measure import Bound, Kind, Row, median, say, spread
from .simulated import SimulatedAws

FINDINGS = 5000
MEGABYTE = 1_000_000
ROUNDS, QUICK_ROUNDS = 15, 4
REFRESHES, QUICK_REFRESHES = 500, 50
WARM_UP = 50

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--js-flags=--expose-gc"]

# Pretends that time passes, so that the panel's own second between two requests is over at once.
LATER = """() => {
  const now = Date.now.bind(Date);
  window.__ahead = 0;
  Date.now = () => now() + window.__ahead;
}"""
WATCH = """() => {
  const panel = document.querySelector('#jp-sm-guard-panel');
  new MutationObserver(() => {
    requestAnimationFrame(() => setTimeout(() => { window.__painted = performance.now(); }));
  }).observe(panel, { subtree: true, childList: true, characterData: true, attributes: true });
}"""
SHOW = """async () => {
  performance.clearResourceTimings();
  window.__painted = 0;
  window.__ahead += 2000;
  window.dispatchEvent(new Event('online'));
  const later = ms => new Promise(resolve => setTimeout(resolve, ms));
  const answers = () => performance.getEntriesByType('resource')
    .filter(entry => entry.name.includes('jupyter-sm-guard/report') && entry.responseEnd > 0);
  for (let i = 0; i < 1000 && (answers().length === 0 || window.__painted === 0); i++) {
    await later(5);
  }
  await later(150);
  return window.__painted - answers()[0].responseEnd;
}"""
REFRESH = """async count => {
  for (let i = 0; i < count; i++) {
    window.__ahead += 2000;
    window.dispatchEvent(new Event('online'));
    await new Promise(resolve => setTimeout(resolve, 40));
  }
  performance.clearResourceTimings();
}"""


def run(aws: SimulatedAws, quick: bool) -> list[Row]:
    """Reports of three sizes, and the heap over hundreds of refreshes."""
    with Jupyter(aws) as jupyter, _page(jupyter) as page:
        answer = jupyter.report()
        page.locator("[data-testid=sm-guard-status]").click()
        page.locator('[data-check="SageMaker.3"] button').first.click()
        page.evaluate(LATER)
        page.evaluate(WATCH)
        return [*_painting(page, answer, quick), _keeping(page, quick)]


def browser() -> str:
    """The Chromium of this machine."""
    return next(path for name in BROWSERS if (path := shutil.which(name)))


@contextmanager
def _page(jupyter: Jupyter) -> Iterator[Page]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser(), args=FLAGS)
        page = chromium.new_page(viewport={"width": 1280, "height": 900})
        page.goto(f"http://127.0.0.1:{jupyter.port}/lab?reset&token={TOKEN}")
        page.locator("[data-status=failed]").wait_for(timeout=90_000)
        yield page
        chromium.close()


def _painting(page: Page, answer: dict[str, Any], quick: bool) -> list[Row]:
    bodies = {"usual": answer, "many": _many(answer), "large": _large(answer)}
    texts = {name: json.dumps(body) for name, body in bodies.items()}
    current = [texts["usual"]]

    def fulfill(route: Route) -> None:
        route.fulfill(body=current[0])

    page.route("**/jupyter-sm-guard/report*", fulfill)
    took: dict[str, list[float]] = {name: [] for name in texts}
    for _ in range(QUICK_ROUNDS if quick else ROUNDS):
        for name, text in texts.items():  # by turns, so that each replaces another one
            current[0] = text
            took[name].append(page.evaluate(SHOW))
    page.unroute("**/jupyter-sm-guard/report*")
    for name, values in took.items():
        say(f"{name:6} {len(texts[name]) / 1000:6.0f} kB  {spread(values, 'ms')}")
    names = {"many": f"{FINDINGS} findings", "large": "a report of 1 MB"}
    usual = median(took["usual"])
    bound = Bound(Kind.OURS, 200)
    return [
        Row("panel", f"{what} painted", "ms", median(took[name]), usual, "usual report", bound)
        for name, what in names.items()
    ]


def _many(answer: dict[str, Any]) -> dict[str, Any]:
    """Findings with little text, so that their number is what counts."""
    some = answer["report"]["findings"]
    brief = {"what": "w", "why": "y", "fix": "f", "steps": [], "requirements": [], "evidence": []}
    findings = [
        {**some[index % len(some)], **brief, "check": f"Bench.{index}"} for index in range(FINDINGS)
    ]
    return {**answer, "report": {**answer["report"], "findings": findings}}


def _large(answer: dict[str, Any]) -> dict[str, Any]:
    """Findings with all their text, up to the size."""
    some = answer["report"]["findings"]
    size = len(json.dumps(some)) // len(some)
    findings = [
        {**some[index % len(some)], "check": f"Bench.{index}"} for index in range(MEGABYTE // size)
    ]
    return {**answer, "report": {**answer["report"], "findings": findings}}


def _keeping(page: Page, quick: bool) -> Row:
    count = QUICK_REFRESHES if quick else REFRESHES
    page.evaluate(REFRESH, WARM_UP)
    before = heap(page)
    page.wait_for_timeout(40 * count)
    idle = heap(page) - before
    asked: list[str] = []
    page.on("request", lambda r: asked.append(r.url) if "sm-guard/report" in r.url else None)
    before = heap(page)
    page.evaluate(REFRESH, count)
    kept = heap(page) - before
    what = f"heap kept after {len(asked)} reports"
    return Row("panel", what, "kB", kept, idle, "no reports", Bound(Kind.OURS, 1000))


def heap(page: Page) -> float:
    """Kilobytes that are in use after everything unused is gone."""
    session = page.context.new_cdp_session(page)
    for _ in range(3):
        session.send("HeapProfiler.collectGarbage")
        page.wait_for_timeout(300)
    used: float = session.send("Runtime.getHeapUsage")["usedSize"]
    session.detach()
    return used / 1000
