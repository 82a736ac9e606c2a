"""What a person sees: a page of a real Jupyter in a real Chromium, and the machine behind it."""

from __future__ import annotations

import json
import os
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jupyter import Host, Jupyter, waiting
from playwright.sync_api import (
    Browser,
    Error,
    Locator,
    Page,
    Route,
    WebSocket,
    expect,
    sync_playwright,
)

from jupyter_sm_guard.demo.aws import EmbeddedAws
from jupyter_sm_guard.demo.scenarios import INSTANCE, SCENARIOS, lay_out

HERE = Path(__file__).resolve().parent.parent
AXE = HERE / "node_modules" / "axe-core" / "axe.min.js"
PICTURES = Path(os.environ.get("SM_GUARD_PICTURES", HERE / "test-output"))
CHROMIUM = next(
    (p for n in ("chromium", "chromium-browser", "google-chrome") if (p := shutil.which(n))), None
)
FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
)
THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}
CONTRAST = "JupyterLab Dark High Contrast"  # JupyterLab has it from 4.1
PATIENCE = 60_000  # milliseconds
expect.set_options(timeout=15_000)  # two hosts share the machine, and none of them is in a hurry
# What the editor is answered where the machine has become another one: then it sends everything.
SENT_AGAIN = "409 (Conflict)"
REPORT = "**/jupyter-sm-guard/report*"

# A minute between two requested checks is long for tests that turn one machine into another.
BETWEEN_CHECKS = 3.0  # seconds
QUICKLY = f"from jupyter_sm_guard import evaluator\nevaluator.MINIMUM_INTERVAL = {BETWEEN_CHECKS}\n"


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser itself."""
    assert CHROMIUM, "no Chromium on the PATH; `make test` installs it"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield browser
        browser.close()


@dataclass
class Screen:
    """A page with the sample notebook, and what its console complained about."""

    page: Page
    host: Host
    complaints: list[str] = field(default_factory=list)
    kernels: set[WebSocket] = field(default_factory=set)

    @property
    def status(self) -> Locator:
        return self.page.get_by_test_id("sm-guard-status")

    @property
    def panel(self) -> Locator:
        return self.page.locator("#jp-sm-guard-panel")

    def row(self, check: str) -> Locator:
        return self.panel.locator(f'[data-check="{check}"]')

    def unfolded(self, check: str) -> Locator:
        """The row, open."""
        row = self.row(check)
        button = row.get_by_role("button").first
        if button.get_attribute("aria-expanded") != "true":
            button.click()
        expect(button).to_have_attribute("aria-expanded", "true")
        return row

    def open_panel(self) -> None:
        """By the status bar, and by the command palette where there is none."""
        if not self.panel.is_visible():
            if self.host.has_status_bar:
                self.status.click()
            else:
                self.run("Show SageMaker Guard")
        expect(self.panel).to_be_visible(timeout=PATIENCE)

    def settle(self) -> None:
        """Wait until the notebook has its kernel: before, it takes the focus when it likes, and
        JupyterLab runs a cell by doing nothing. Its indicator says "idle" before the kernel too."""
        for _ in waiting(PATIENCE / 1000):
            self.page.wait_for_timeout(1)  # takes in what the browser has to tell
            if self.kernels:
                break
        else:
            raise AssertionError("no kernel has said a word")
        idle = self.page.locator('.jp-Notebook-ExecutionIndicator[data-status="idle"]')
        expect(idle).to_be_visible(timeout=PATIENCE)

    def run(self, command: str) -> None:
        """By the command palette; once more where a page that is not ready yet takes the focus
        away, which closes the palette."""
        search = self.page.locator(".lm-CommandPalette-input")
        chosen = self.page.locator(".lm-CommandPalette-item.lm-mod-active", has_text=command)
        # in one step: between a look and the press of a key the palette may close
        run_if_open = "item => item.offsetParent !== null && (item.click(), true)"
        for _ in waiting(60):
            if not search.is_visible():
                self.page.keyboard.press("Control+Shift+C")
            try:
                search.fill(command, timeout=3000)
                expect(chosen).to_be_visible(timeout=3000)
                if chosen.evaluate(run_if_open, timeout=3000):
                    return
            except (AssertionError, Error):
                continue
        raise AssertionError(f"the command palette does not stay open for {command}")

    def expect_standing(self, standing: str, words: str = "") -> None:
        """Where the machine stands: in the status bar, or else in the panel, opened for it."""
        if self.host.has_status_bar:
            expect(self.status).to_have_attribute("data-status", standing, timeout=PATIENCE)
            expect(self.status).to_contain_text(words)
        else:
            self.open_panel()
            verdict = self.panel.locator("[data-standing]")
            expect(verdict).to_have_attribute("data-standing", standing, timeout=PATIENCE)

    def look_again(self) -> None:
        """Have the page fetch the report, as it does when the network is back."""
        self.page.evaluate("window.dispatchEvent(new Event('online'))")

    def widen_panel(self, by: int) -> None:
        """Drag the border between the notebook and the panel."""
        box = self.panel.bounding_box()
        assert box is not None
        self.page.mouse.move(box["x"] - 2, box["y"] + 300)
        self.page.mouse.down()
        self.page.mouse.move(box["x"] - 2 - by, box["y"] + 300, steps=4)
        self.page.mouse.up()

    @property
    def themes(self) -> tuple[str, ...]:
        """Those that this host has."""
        config = self.page.locator("#jupyter-config-data").text_content() or ""
        has_contrast = json.loads(config)["appVersion"][:4] not in ("4.0.", "7.0.")
        return (*THEMES, CONTRAST) if has_contrast else tuple(THEMES)

    def choose_theme(self, theme: str) -> None:
        """By the menu, as a person does."""
        name = THEMES.get(theme, theme)
        self.page.get_by_role("menuitem", name="Settings", exact=True).click()
        for label in ("Theme", name):
            exactly = re.compile(f"^{label}$")
            self.page.locator(".lm-Menu-itemLabel", has_text=exactly).click()
        expect(self.page.locator(f'body[data-jp-theme-name="{name}"]')).to_be_attached()

    def picture(self, name: str) -> None:
        """JupyterLab's is the one that the documents show; another host's says so in its name."""
        PICTURES.mkdir(parents=True, exist_ok=True)
        prefix = "" if self.host.name == "lab" else f"{self.host.name}-"
        self.page.screenshot(path=PICTURES / f"{prefix}{name}.png")

    def accessibility_problems(self, *more: str) -> list[str]:
        """axe's violations on our own nodes (Jupyter has its own), `more` selectors of ours too."""
        ours = ["#jp-sm-guard-panel", "[data-testid=sm-guard-status]", *more]
        here = [[selector] for selector in ours if self.page.locator(selector).count()]
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(AXE.read_text())
        found = self.page.evaluate(
            "async here => (await axe.run({include: here})).violations", here
        )
        return [f"{v['id']}: {[n['html'] for n in v['nodes']]}" for v in found]


def is_ours(text: str | None) -> bool:
    """Whether an error, or a line of the console with the file it comes from, is of our making:
    Jupyter has its own, as have other extensions (such as versions that don't satisfy them)."""
    return re.search(r"sm.?guard", text or "", re.IGNORECASE) is not None


@contextmanager
def screen(
    browser: Browser,
    server: Jupyter,
    size: tuple[int, int] = (1280, 800),
    answer: dict[str, Any] | None = None,
) -> Iterator[Screen]:
    """The sample notebook, opened; it fails on any error of ours in the console.

    `answer` (`status`, `body`) stands in for the server's report; change it and `look_again`.
    """
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, bypass_csp=True,
        permissions=["clipboard-read", "clipboard-write"],
    )  # fmt: skip
    page = context.new_page()
    seen = Screen(page, server.host)
    page.on("pageerror", lambda e: seen.complaints.append(e.message) if is_ours(e.stack) else None)
    page.on(
        "console",
        lambda message: (
            seen.complaints.append(message.text)
            if message.type in ("error", "warning")
            and is_ours(message.text + message.location["url"])
            and SENT_AGAIN not in message.text
            else None
        ),
    )

    def listen(socket: WebSocket) -> None:
        """To a kernel, from its first word on."""
        if socket.url.partition("?")[0].endswith("/channels"):
            socket.on("framereceived", lambda _: seen.kernels.add(socket))
            socket.on("close", lambda _: seen.kernels.discard(socket))

    page.on("websocket", listen)
    if answer is not None:

        def fulfill(route: Route) -> None:
            route.fulfill(**answer)

        page.route(REPORT, fulfill)
    page.goto(f"{server.url}{server.host.page}?reset&token={server.token}")
    if server.host.has_status_bar:
        expect(seen.status).to_be_visible(timeout=PATIENCE)
    else:
        seen.settle()  # Notebook 7 takes the focus to the notebook twice, which closes the palette
    try:
        yield seen
        assert seen.complaints == [], seen.complaints
    finally:
        context.close()


@contextmanager
def serving(
    host: Host, tmp: Path, aws: EmbeddedAws, scenario: str, **more: Any
) -> Iterator[Jupyter]:
    """The host on a machine of that scenario (below `tmp`/root), with the sample notebook."""
    root = tmp / "root"
    lay_out(SCENARIOS[scenario], root, aws)
    arguments = [f"--SmGuardApp.root={root}", f"--SmGuardApp.endpoint_url={aws.url}"]
    for folder in ("notebooks", "config"):
        (tmp / folder).mkdir(parents=True, exist_ok=True)
    shutil.copy(HERE / "jupyter_sm_guard" / "demo" / "sample.ipynb", tmp / "notebooks")
    (tmp / "config" / "jupyter_server_config.py").write_text(QUICKLY)
    with Jupyter(tmp, arguments, host=host, **more) as server:
        yield server


@dataclass
class Stage:
    """A Jupyter on a simulated machine that turns from one scenario into the next: one start of a
    server is enough for many tests."""

    server: Jupyter
    aws: EmbeddedAws
    scenario: str | None
    asked_at: float = -BETWEEN_CHECKS

    def show(self, scenario: str) -> None:
        """Until the server's report is about a machine of that scenario."""
        if self.scenario != scenario:
            self._settled()
            lay_out(SCENARIOS[scenario], self.server.folder / "root", self.aws)
            self.scenario = scenario
            self.check()
        self._settled()

    def alter(self, **fields: Any) -> None:
        """Let AWS say something else of the instance; the next `show` starts afresh."""
        self.scenario = None
        self.aws.update(INSTANCE, **fields)

    def check(self) -> None:
        """Have the server check, as soon as it does so again."""
        proof = {"Cookie": "_xsrf=1", "X_XSRFToken": "1"}  # there is no token to show instead
        for _ in waiting(30):
            status = self.server.post("jupyter-sm-guard/report", **proof).status
            if status == 202:
                self.asked_at = time.monotonic()
                return
            assert status == 429, status
        raise AssertionError("too soon, for ever")

    def rest(self) -> None:
        """Until the server checks again when it is asked to: a quick page is there before."""
        time.sleep(max(0.0, self.asked_at + BETWEEN_CHECKS - time.monotonic()))

    @property
    def latest(self) -> dict[str, Any]:
        """What the server answers; a copy to play with."""
        answer: dict[str, Any] = self.server.get("jupyter-sm-guard/report").json
        return answer

    def _settled(self) -> None:
        self.server.report()
        for _ in waiting(60):
            if not self.latest["running"]:
                return
        raise AssertionError(json.dumps(self.latest))


@contextmanager
def staging(host: Host, tmp: Path) -> Iterator[Stage]:
    """Behind a prefix and without a token, as SageMaker runs it."""
    more = {"token": "", "base_url": "/proxy/nb/"}
    with EmbeddedAws() as aws, serving(host, tmp, aws, "non-compliant", **more) as server:
        yield Stage(server, aws, "non-compliant")
