"""What a person sees: a real JupyterLab in a real Chromium, in every scenario, light and dark."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from jupyter import Jupyter
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from jupyter_sm_guard.demo.aws import EmbeddedAws
from jupyter_sm_guard.demo.scenarios import INSTANCE, SCENARIOS, lay_out

pytestmark = pytest.mark.browser

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
PATIENCE = 60_000  # milliseconds


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    assert CHROMIUM, "no Chromium on the PATH; `make test` installs it"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield chromium
        chromium.close()


@dataclass
class Screen:
    """A page on a running JupyterLab, and what its console complained about."""

    page: Page
    complaints: list[str] = field(default_factory=list)

    @property
    def status(self) -> Locator:
        return self.page.get_by_test_id("sm-guard-status")

    @property
    def panel(self) -> Locator:
        return self.page.locator(".jp-SmGuardPanel")

    def row(self, check: str) -> Locator:
        return self.panel.locator(f'[data-check="{check}"]')

    def open_panel(self) -> None:
        self.status.click()
        expect(self.panel).to_be_visible(timeout=PATIENCE)

    def widen_panel(self, by: int) -> None:
        """Drag the border between the notebook and the panel."""
        box = self.panel.bounding_box()
        assert box is not None
        self.page.mouse.move(box["x"] - 2, box["y"] + 300)
        self.page.mouse.down()
        self.page.mouse.move(box["x"] - 2 - by, box["y"] + 300, steps=4)
        self.page.mouse.up()

    def choose_theme(self, theme: str) -> None:
        """By the menu, as a person does."""
        name = THEMES[theme]
        self.page.get_by_role("menuitem", name="Settings", exact=True).click()
        for label in ("Theme", name):
            exactly = re.compile(f"^{label}$")
            self.page.locator(".lm-Menu-itemLabel", has_text=exactly).click()
        expect(self.page.locator(f'body[data-jp-theme-name="{name}"]')).to_be_attached()

    def picture(self, name: str) -> None:
        PICTURES.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=PICTURES / f"{name}.png")

    def accessibility_problems(self) -> list[str]:
        """axe's violations on our own nodes (JupyterLab has its own)."""
        self.page.evaluate(AXE.read_text())
        found = self.page.evaluate(
            "async () => (await axe.run({include: [['.jp-SmGuardPanel'],"
            " ['[data-testid=sm-guard-status]']]})).violations"
        )
        return [f"{v['id']}: {[n['html'] for n in v['nodes']]}" for v in found]


@contextmanager
def lab(tmp: Path, aws: EmbeddedAws, scenario: str, **more: Any) -> Iterator[Jupyter]:
    root = tmp / "root"
    lay_out(SCENARIOS[scenario], root, aws)
    arguments = [f"--SmGuardApp.root={root}", f"--SmGuardApp.endpoint_url={aws.url}"]
    shutil.copy(HERE / "jupyter_sm_guard" / "demo" / "sample.ipynb", ensure(tmp / "notebooks"))
    with Jupyter(tmp, arguments, command=("jupyterlab",), **more) as server:
        yield server


def ensure(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def is_ours(text: str | None) -> bool:
    """Whether an error or a line of the console comes from our code; JupyterLab has its own."""
    return re.search(r"sm.?guard|Unsatisfied", text or "", re.IGNORECASE) is not None


@contextmanager
def screen(
    browser: Browser, server: Jupyter, size: tuple[int, int] = (1280, 800)
) -> Iterator[Screen]:
    """JupyterLab with the sample notebook open; it fails on any error of ours in the console."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, bypass_csp=True,
        permissions=["clipboard-read", "clipboard-write"],
    )  # fmt: skip
    page = context.new_page()
    seen = Screen(page)
    page.on("pageerror", lambda e: seen.complaints.append(e.message) if is_ours(e.stack) else None)
    page.on(
        "console",
        lambda message: (
            seen.complaints.append(message.text)
            if message.type in ("error", "warning")
            and is_ours(message.text + message.location["url"])
            else None
        ),
    )
    page.goto(f"{server.url}lab/tree/sample.ipynb?reset&token={server.token}")
    expect(seen.status).to_be_visible(timeout=PATIENCE)
    try:
        yield seen
        assert seen.complaints == []
    finally:
        context.close()


WORDS = {
    "non-compliant": ("failed", "5 failed"),
    "compliant": ("passed", "passed"),
    "mixed": ("failed", "2 failed"),
    "no-permission": ("unknown", "5 unknown"),
    "unreachable": ("unknown", "5 unknown"),
    "studio": ("not-applicable", ""),
    "not-sagemaker": ("not-applicable", ""),
    "damaged-metadata": ("unknown", ""),
}
CARDS = {"studio": "studio", "not-sagemaker": "not-sagemaker", "damaged-metadata": "unknown"}


@pytest.mark.parametrize("scenario", WORDS)
def test_status_bar_and_panel_in_every_scenario(
    browser: Browser, tmp_path: Path, scenario: str
) -> None:
    state, words = WORDS[scenario]
    with (
        EmbeddedAws() as aws,
        lab(tmp_path, aws, scenario) as server,
        screen(browser, server) as seen,
    ):
        expect(seen.status).to_have_attribute("data-status", state, timeout=PATIENCE)
        expect(seen.status).to_contain_text(words)
        seen.open_panel()
        for check, status in SCENARIOS[scenario].statuses.items():
            expect(seen.row(check)).to_have_attribute("data-status", status)
        if scenario in CARDS:
            expect(seen.panel.locator(f'[data-state="{CARDS[scenario]}"]')).to_be_visible()
        expect(seen.panel).to_contain_text("attest with AWS Config or Security Hub")
        expect(seen.panel).to_contain_text("answered in place of AWS")
        for theme in THEMES:
            seen.choose_theme(theme)
            seen.picture(f"{scenario}-{theme}")
            assert seen.accessibility_problems() == []


@pytest.fixture(scope="module")
def failing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Jupyter, EmbeddedAws]]:
    """One JupyterLab behind a prefix and without a token, as SageMaker runs it."""
    tmp = tmp_path_factory.mktemp("lab")
    more = {"token": "", "base_url": "/proxy/nb/"}
    with EmbeddedAws() as aws, lab(tmp, aws, "non-compliant", **more) as server:
        server.report()
        yield server, aws


def unfolded(seen: Screen, check: str) -> Locator:
    """The row, open."""
    row = seen.row(check)
    button = row.get_by_role("button").first
    if button.get_attribute("aria-expanded") != "true":
        button.click()
    expect(button).to_have_attribute("aria-expanded", "true")
    return row


def test_a_row_unfolds_to_evidence_and_remedy(
    browser: Browser, failing: tuple[Jupyter, EmbeddedAws]
) -> None:
    server, _ = failing
    with screen(browser, server, (1440, 900)) as seen:
        seen.open_panel()
        seen.widen_panel(200)
        row = unfolded(seen, "SageMaker.3")
        for heading in ("What AWS checks", "What we saw", "Why it matters", "How to fix"):
            expect(row.get_by_role("heading", name=heading)).to_be_visible()
        table = row.get_by_role("table")
        for cell in ("RootAccess", "Enabled", "DescribeNotebookInstance"):
            expect(table).to_contain_text(cell)
        expect(row).to_contain_text("NIST.800-53.r5 AC-2(1)")
        command = row.locator("pre code").first
        expect(command).to_contain_text(f"--notebook-instance-name {INSTANCE} ")
        row.get_by_role("button", name=re.compile("copy", re.I)).first.click()
        copied = seen.page.evaluate("navigator.clipboard.readText()")
        assert copied == command.inner_text()
        link = row.get_by_role("link").first
        assert (link.get_attribute("href") or "").startswith("https://docs.aws.amazon.com/")
        row.evaluate("row => row.scrollIntoView({block: 'start'})")
        heading = seen.page.locator(".jp-NotebookPanel").get_by_role("heading").first
        expect(heading).to_be_visible(timeout=PATIENCE)
        for theme in THEMES:
            seen.choose_theme(theme)
            seen.picture(f"panel-{theme}")
            assert seen.accessibility_problems() == []


def test_the_new_verdict_arrives_by_itself_after_refresh(
    browser: Browser, failing: tuple[Jupyter, EmbeddedAws]
) -> None:
    server, aws = failing
    with screen(browser, server) as seen:
        seen.open_panel()
        expect(seen.row("SageMaker.21")).to_have_attribute("data-status", "FAILED")
        aws.update(INSTANCE, KmsKeyId="arn:aws:kms:eu-central-1:111122223333:key/1")
        asked = len(server.guard_log)
        seen.panel.get_by_test_id("sm-guard-refresh").click()
        expect(seen.row("SageMaker.21")).to_have_attribute(
            "data-status", "PASSED", timeout=PATIENCE
        )
        expect(seen.status).to_contain_text("4 failed")
        assert len(server.guard_log) == asked + 1
        seen.panel.get_by_test_id("sm-guard-refresh").click()
        expect(seen.panel).to_contain_text(re.compile(r"in \d+ s"))
        assert len(server.guard_log) == asked + 1
        # the browser's own line for a refused request; nothing of ours may add to it
        seen.complaints = [c for c in seen.complaints if "429" not in c]


def test_looking_asks_nothing_again_and_again(
    browser: Browser, failing: tuple[Jupyter, EmbeddedAws]
) -> None:
    server, _ = failing
    with screen(browser, server) as seen:
        seen.open_panel()
        asked: list[str] = []
        seen.page.on(
            "request", lambda r: asked.append(r.url) if "jupyter-sm-guard" in r.url else None
        )
        seen.page.wait_for_timeout(8000)
        assert asked == []


def test_everything_can_be_done_from_the_keyboard(
    browser: Browser, failing: tuple[Jupyter, EmbeddedAws]
) -> None:
    server, _ = failing
    with screen(browser, server) as seen:
        seen.status.focus()
        seen.page.keyboard.press("Enter")
        expect(seen.panel).to_be_visible()
        button = seen.row("SageMaker.1").get_by_role("button").first
        button.focus()
        seen.page.keyboard.press("Enter")
        expect(button).to_have_attribute("aria-expanded", "true")
        seen.page.keyboard.press("Tab")
        inside = "document.activeElement.closest('[data-check]')?.dataset.check"
        assert seen.page.evaluate(inside) == "SageMaker.1"
        button.focus()
        seen.page.keyboard.press("Space")
        expect(button).to_have_attribute("aria-expanded", "false")


@pytest.mark.parametrize(("width", "zoom"), [(600, 1.0), (1280, 4.0)])
def test_it_reflows_when_there_is_little_room(
    browser: Browser, failing: tuple[Jupyter, EmbeddedAws], width: int, zoom: float
) -> None:
    server, _ = failing
    with screen(browser, server, (width, 900)) as seen:
        seen.open_panel()
        unfolded(seen, "SageMaker.1")
        seen.page.evaluate(f"document.querySelector('.jp-SmGuardPanel').style.zoom = {zoom}")
        overflow = seen.page.evaluate(
            "(() => { const p = document.querySelector('.jp-SmGuardPanel');"
            " return p.scrollWidth - p.clientWidth; })()"
        )
        assert overflow <= 1
        seen.picture(f"narrow-{width}-{zoom:.0f}")


def test_a_server_that_goes_away_is_said_and_nothing_stays_green(
    browser: Browser, tmp_path: Path
) -> None:
    with (
        EmbeddedAws() as aws,
        lab(tmp_path, aws, "compliant") as server,
        screen(browser, server) as seen,
    ):
        expect(seen.status).to_have_attribute("data-status", "passed", timeout=PATIENCE)
        seen.open_panel()
        server.stop()
        # not a click with the mouse: JupyterLab's own dialog about its server may lie above
        seen.panel.get_by_test_id("sm-guard-refresh").dispatch_event("click")
        expect(seen.status).to_have_attribute("data-status", "offline", timeout=PATIENCE)
        expect(seen.panel.locator('[data-state="unreachable"]')).to_be_visible()
        seen.complaints = [c for c in seen.complaints if "ERR_CONNECTION_REFUSED" not in c]


def test_without_the_server_extension_it_says_what_to_run(browser: Browser, tmp_path: Path) -> None:
    off = {"ServerApp": {"jpserver_extensions": {"jupyter_sm_guard": False}}}
    with (
        EmbeddedAws() as aws,
        lab(tmp_path, aws, "compliant", config=off) as server,
        screen(browser, server) as seen,
    ):
        expect(seen.status).to_have_attribute("data-status", "offline", timeout=PATIENCE)
        seen.open_panel()
        card = seen.panel.locator('[data-state="missing"]')
        expect(card).to_contain_text("jupyter server extension list")
        seen.picture("missing")
        seen.complaints = [c for c in seen.complaints if "404" not in c]


ANSWERS = {
    "forbidden": (403, '{"reason": "FORBIDDEN", "message": "no"}'),
    "failed": (500, '{"reason": "ERROR", "message": "no"}'),
    "unreadable": (200, '{"report": {"schema": 2}, "running": false, "age_s": 1}'),
    "loading": (200, None),
}


@pytest.mark.parametrize("state", ANSWERS)
def test_every_other_state_is_written_out(
    browser: Browser, failing: tuple[Jupyter, EmbeddedAws], state: str
) -> None:
    server, _ = failing
    status, body = ANSWERS[state]
    if body is None:
        latest = server.get("jupyter-sm-guard/report").json
        for finding in latest["report"]["findings"]:
            finding.update(status="UNKNOWN", reason="NOT_YET_CHECKED", evidence=[])
        body = json.dumps({**latest, "running": True, "age_s": None})
    with screen(browser, server) as seen:
        seen.page.route(
            "**/jupyter-sm-guard/report*", lambda r: r.fulfill(status=status, body=body)
        )
        seen.page.reload()
        expect(seen.status).to_be_visible(timeout=PATIENCE)
        seen.open_panel()
        expect(seen.panel.locator(f'[data-state="{state}"]')).to_be_visible()
        assert seen.status.get_attribute("data-status") in ("offline", "unknown", "checking")
        seen.complaints = [c for c in seen.complaints if str(status) not in c]


def test_an_old_result_is_stale_and_a_very_old_one_unknown(
    browser: Browser, failing: tuple[Jupyter, EmbeddedAws]
) -> None:
    server, _ = failing
    latest = server.get("jupyter-sm-guard/report").json
    for finding in latest["report"]["findings"]:
        finding.update(status="PASSED", reason=None)
    for hours, state in ((23, "passed"), (25, "stale"), (73, "unknown")):
        body = json.dumps({**latest, "age_s": hours * 3600.0})
        with screen(browser, server) as seen:
            seen.page.route("**/jupyter-sm-guard/report*", lambda r, _, b=body: r.fulfill(body=b))
            seen.page.reload()
            expect(seen.status).to_have_attribute("data-status", state, timeout=PATIENCE)


PAYLOADS = (
    "<img src=x onerror=window.__xss=1>",
    "<script>window.__xss=1</script>",
    "[x](javascript:window.__xss=1)",
    "\u202egnp.exe \x1b[31m",
)


def test_text_from_outside_is_only_ever_text(
    browser: Browser, failing: tuple[Jupyter, EmbeddedAws]
) -> None:
    server, _ = failing
    latest = server.get("jupyter-sm-guard/report").json
    payload = " ".join(PAYLOADS)
    report = latest["report"]
    report["contact"] = report["resource"]["name"] = report["resource"]["region"] = payload
    report["integrity"] = [{"flag": payload, "detail": payload}]
    report["turned_off"] = [payload]
    for finding in report["findings"]:
        for key in ("title", "because", "what", "why", "fix"):
            finding[key] = payload
        finding["docs"] = "javascript:window.__xss=1"
        finding["requirements"] = [payload]
        finding["steps"] = [{"text": payload, "command": payload}]
        for evidence in finding["evidence"]:
            evidence["value"] = evidence["source"] = payload
    with screen(browser, server) as seen:
        seen.page.route("**/jupyter-sm-guard/report*", lambda r: r.fulfill(body=json.dumps(latest)))
        seen.page.reload()
        expect(seen.status).to_be_visible(timeout=PATIENCE)
        seen.open_panel()
        for finding in report["findings"]:
            unfolded(seen, finding["check"])
        assert seen.page.evaluate("window.__xss") is None
        assert seen.panel.locator("img, script, iframe, [onerror]").count() == 0
        assert seen.panel.locator('a[href^="javascript"]').count() == 0
        assert "\u202e" not in seen.panel.inner_text()
        assert "\x1b" not in seen.panel.inner_text()
        expect(seen.panel).to_contain_text("<img src=x")
