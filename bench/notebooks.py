"""Large notebooks, and pages in which they are opened."""

from __future__ import annotations

import http.client
import json
from typing import Any

from playwright.sync_api import Browser, Page, Playwright

from .jupyter import TOKEN, Jupyter
from .panel import FLAGS, browser

# Resolves with the milliseconds from the double click to the frame with the notebook's first cell,
# which is not the empty one that stands there before the file has come.
OPENED = """() => new Promise(resolve => {
  document.addEventListener('dblclick', () => {
    const began = performance.now();
    const look = () => {
      const line = document.querySelector('.jp-Notebook .jp-Cell .cm-line');
      if (line?.textContent.includes('import boto3')) {
        requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - began)));
      } else { requestAnimationFrame(look); }
    };
    look();
  }, { once: true, capture: true });
})"""


def start(playwright: Playwright) -> Browser:
    """The Chromium of this machine, without a window."""
    return playwright.chromium.launch(executable_path=browser(), args=FLAGS)


def visit(page: Page, jupyter: Jupyter) -> None:
    """JupyterLab with its list of files, at rest."""
    page.goto(f"http://127.0.0.1:{jupyter.port}/lab?reset&token={TOKEN}")
    page.locator(".jp-DirListing-item").first.wait_for(timeout=90_000)
    page.wait_for_timeout(2000)  # what starts late is not what is measured


def open_notebook(page: Page, size: int) -> float:
    """Milliseconds until the first cell is there."""
    page.evaluate(f"() => {{ window.__opened = ({OPENED})(); }}")
    page.locator(f".jp-DirListing-item:has-text('{size}.ipynb')").dblclick()
    took: float = page.evaluate("() => window.__opened")
    return took


def close_notebook(page: Page) -> None:
    """And all else that is open in the middle, unsaved, and what was left of it away."""
    page.evaluate("""() => {
      for (const widget of [...window.jupyterapp.shell.widgets('main')]) { widget.dispose(); }
    }""")
    page.request_gc()
    page.wait_for_timeout(1000)


def put(jupyter: Jupyter, size: int) -> None:
    """A notebook of so many cells, named by their number."""
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
    model = {"type": "notebook", "format": "json", "content": content}
    _write(jupyter, f"/api/contents/{size}.ipynb", model)


def set_windowing(jupyter: Jupyter, mode: str) -> None:
    """Which cells JupyterLab keeps in the page."""
    raw = {"raw": json.dumps({"windowingMode": mode})}
    _write(jupyter, "/lab/api/settings/@jupyterlab/notebook-extension:tracker", raw)


def _write(jupyter: Jupyter, path: str, body: object) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", jupyter.port, timeout=30)
    headers = {"Authorization": f"token {TOKEN}", "Content-Type": "application/json"}
    connection.request("PUT", path, json.dumps(body), headers)
    answer = connection.getresponse()
    if answer.status not in (200, 201, 204):
        raise RuntimeError(f"{path} could not be written: {answer.status}")
    connection.close()
