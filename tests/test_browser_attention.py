"""What asks for attention: the line above the cells, the notice, the snooze, the live region, and
the settings that turn them down. Warned once, calmly, and then left in peace."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from jupyter import Host
from playwright.sync_api import Browser, Locator, Page, expect
from screen import PATIENCE, REPORT, THEMES, Screen, Stage, screen, serving

from jupyter_sm_guard.demo.aws import EmbeddedAws

pytestmark = pytest.mark.browser

BANNER = ".jp-SmGuardBanner"
TOAST = ".Toastify__toast"


def banner(seen: Screen) -> Locator:
    return seen.page.locator(BANNER)


def notices(seen: Screen) -> Locator:
    """Ours: Jupyter has some of its own."""
    return seen.page.locator(TOAST).filter(has_text="This machine")


def attention_of(stage: Stage) -> dict[str, Any]:
    found: dict[str, Any] = stage.latest["attention"]
    return found


@pytest.fixture
def fresh(host: Host, tmp_path: Path) -> Iterator[Stage]:
    """A machine of its own, on which nobody was told anything yet."""
    home = tmp_path / "root" / str(Path.home())[1:]
    (home / "SageMaker").mkdir(parents=True)
    with EmbeddedAws() as aws, serving(host, tmp_path, aws, "mixed", token="") as server:
        yield Stage(server, aws, "mixed")


def test_warned_once_then_left_in_peace(browser: Browser, fresh: Stage) -> None:
    with screen(browser, fresh.server) as seen, screen(browser, fresh.server) as other:
        expect(banner(seen)).to_contain_text("fails 2 security controls", timeout=PATIENCE)
        expect(banner(other)).to_contain_text("fails 2 security controls", timeout=PATIENCE)
        told = [page for page in (seen, other) if has_notice(page)]
        assert len(told) == 1, "one notice, however many pages are open"
        teller, listener = told[0], other if told[0] is seen else seen
        expect(notices(teller)).to_contain_text("SageMaker.1")
        for theme in THEMES:
            teller.choose_theme(theme)
            teller.picture(f"banner-{theme}")
            assert teller.accessibility_problems(BANNER) == []
        notices(teller).get_by_role("button", name="Details").click()
        expect(teller.panel).to_be_visible()
        expect(notices(teller)).to_have_count(0)
        banner(teller).get_by_role("button", name="Dismiss").click()
        expect(banner(teller)).to_be_hidden()
        inside = "document.activeElement.closest('.jp-NotebookPanel') !== null"
        assert teller.page.evaluate(inside), "the focus goes back to the notebook"
        expect(banner(listener)).to_be_hidden()  # the other page hears of it
        teller.page.reload()
        expect(teller.page.locator(".jp-Notebook")).to_be_visible(timeout=PATIENCE)
        teller.expect_standing("failed")
        expect(banner(teller)).to_be_hidden()
        expect(notices(teller)).to_have_count(0)
        # another verdict: the line is back, and no notice, since one a day is enough
        fresh.alter(DirectInternetAccess="Disabled")
        fresh.check()
        expect(banner(teller)).to_contain_text("SageMaker.", timeout=PATIENCE)
        expect(banner(listener)).to_be_visible()
        expect(notices(teller)).to_have_count(0)
        expect(notices(listener)).to_have_count(0)


def toolbar_button(seen: Screen) -> Locator:
    """The one that the settings put above the cells."""
    toolbar = seen.page.locator(".jp-NotebookPanel-toolbar")
    return toolbar.get_by_role("button", name="Show which SageMaker controls this machine fails")


def has_notice(seen: Screen) -> bool:
    """After the time that a notice takes to come."""
    seen.page.wait_for_timeout(1500)
    return notices(seen).count() > 0


def shown(stage: Stage, **attention: Any) -> dict[str, Any]:
    """The server's answer, in which something asks for attention."""
    latest = copy.deepcopy(stage.latest)
    latest["attention"].update({"dismissed": False, "snooze": None, **attention})
    return latest


def take(page: Page, checks: list[str]) -> None:
    """The server's answer to whoever asks for the notice."""
    page.route(
        "**/jupyter-sm-guard/notice*",
        lambda route: route.fulfill(body=json.dumps({"checks": checks})),
    )


@pytest.mark.same_everywhere
def test_a_snooze_has_days_and_a_reason_and_can_be_ended(browser: Browser, failing: Stage) -> None:
    answer: dict[str, Any] = {"body": json.dumps(shown(failing, notice=[]))}
    with screen(browser, failing.server, answer=answer) as seen:
        take(seen.page, ["SageMaker.3"])
        answer["body"] = json.dumps(shown(failing, notice=["SageMaker.3"]))
        seen.look_again()
        notice = notices(seen)
        expect(notice).to_contain_text("fails SageMaker.3", timeout=PATIENCE)
        answer["body"] = json.dumps(shown(failing, notice=[]))
        seen.page.wait_for_timeout(6000)  # JupyterLab's own notices would be gone
        expect(notice).to_be_visible()
        seen.page.unroute(REPORT)
        notice.get_by_role("button", name="Snooze").click()
        dialog = seen.page.get_by_role("dialog")
        expect(dialog.get_by_label("1 day")).to_be_focused()
        assert seen.accessibility_problems(".jp-SmGuardSnooze") == []
        seen.page.keyboard.press("ArrowDown")
        expect(dialog.get_by_label("7 days")).to_be_checked()
        dialog.get_by_label("Why").select_option("I will fix it later")
        dialog.get_by_label("Note").fill("after the <b>release</b>")
        seen.picture("snooze")
        dialog.get_by_role("button", name="Snooze").click()
        expect(dialog).to_have_count(0)
        until(lambda: attention_of(failing)["snooze"] is not None, seen)
        snooze = attention_of(failing)["snooze"]
        assert snooze["reason"] == "I will fix it later (after the <b>release</b>)"
        seen.open_panel()
        expect(seen.panel).to_contain_text("after the <b>release</b>", timeout=PATIENCE)
        seen.run("End Snooze of Notices")
        until(lambda: attention_of(failing)["snooze"] is None, seen)


@dataclass
class Told:
    """A page that stays open while it is told this and that."""

    seen: Screen
    answer: dict[str, Any]
    usual: dict[str, Any]

    def tell(self, status: str | None = None, **attention: Any) -> None:
        """The server's answer with something that asks for attention, every finding `status`."""
        latest = copy.deepcopy(self.usual)
        latest["attention"].update(
            {"dismissed": False, "notice": [], "snooze": None, "longest_snooze_days": 7},
            **attention,
        )
        if status is not None:
            for finding in latest["report"]["findings"]:
                finding.update(status=status, reason=None)
        self.tell_all(latest)

    def tell_all(self, latest: dict[str, Any]) -> None:
        self.answer["body"] = json.dumps(latest)
        self.seen.look_again()


@pytest.fixture(scope="module")
def page(browser: Browser, stage: Stage) -> Iterator[Told]:
    """One page for all tests that need no server of their own."""
    stage.show("non-compliant")
    usual = stage.latest
    usual["attention"]["notice"] = []
    answer = {"body": json.dumps(usual)}
    with screen(browser, stage.server, answer=answer) as seen:
        yield Told(seen, answer, usual)


@pytest.fixture
def told(page: Told) -> Iterator[Told]:
    """The page, as it was opened."""
    page.tell()
    yield page
    assert page.seen.complaints == []


def until(is_so: Any, seen: Screen) -> None:
    for _ in range(100):
        if is_so():
            return
        seen.page.wait_for_timeout(100)
    raise AssertionError("it never was so")


@pytest.mark.same_everywhere
def test_an_admin_who_allows_no_snooze_gets_none(told: Told) -> None:
    seen = told.seen
    take(seen.page, ["SageMaker.3"])
    told.tell(notice=["SageMaker.3"], longest_snooze_days=0)
    expect(notices(seen)).to_be_visible()
    expect(notices(seen).get_by_role("button", name="Snooze")).to_have_count(0)
    told.tell()
    notices(seen).get_by_role("button", name="Details").click()
    expect(seen.panel).to_be_visible()
    expect(notices(seen)).to_have_count(0)


@pytest.mark.parametrize("status", ["PASSED", "UNKNOWN", "NOT_APPLICABLE"])
@pytest.mark.same_everywhere
def test_nothing_asks_for_attention_without_a_failure(told: Told, status: str) -> None:
    expect(banner(told.seen)).to_be_visible()
    told.tell(status, verdict="")
    told.seen.expect_standing(status.lower().replace("_", "-"))
    expect(banner(told.seen)).to_be_hidden()
    expect(notices(told.seen)).to_have_count(0)


@pytest.mark.same_everywhere
def test_a_waived_failure_asks_for_nothing(told: Told) -> None:
    expect(banner(told.seen)).to_be_visible()
    latest = copy.deepcopy(told.usual)
    for finding in latest["report"]["findings"]:
        finding["waiver"] = {
            "owner": "ann",
            "reason": "until the migration",
            "until": "2099-01-01T00:00:00Z",
            "ticket": None,
        }
    told.tell_all(latest)
    told.seen.open_panel()
    expect(told.seen.row("SageMaker.1")).to_contain_text("Waived until 2099-01-01 by ann")
    expect(banner(told.seen)).to_be_hidden()
    for finding in latest["report"]["findings"]:
        finding["waiver"]["until"] = "2020-01-01T00:00:00Z"
    told.tell_all(latest)
    expect(told.seen.row("SageMaker.1")).not_to_contain_text("aived")
    expect(banner(told.seen)).to_be_visible()


@pytest.mark.same_everywhere
def test_what_the_policy_fixes_counts_more_than_settings(told: Told) -> None:
    expect(banner(told.seen)).to_be_visible()
    fixed = copy.deepcopy(told.usual)
    fixed["fixed"].update(banner=False, status_bar="never")
    told.tell_all(fixed)
    expect(banner(told.seen)).to_be_hidden()
    expect(told.seen.status).to_be_hidden()
    told.tell()
    expect(banner(told.seen)).to_be_visible()


def test_a_screen_reader_hears_of_a_new_verdict_once(told: Told) -> None:
    polite = told.seen.page.get_by_test_id("sm-guard-calm")
    urgent = told.seen.page.get_by_test_id("sm-guard-urgent")
    told.tell("PASSED")
    expect(polite).to_contain_text("All 10 controls pass")
    expect(polite).to_have_attribute("aria-live", "polite")
    expect(urgent).to_have_text("")
    worse = json.loads(told.answer["body"])
    worse["report"]["findings"][0].update(status="FAILED")
    told.tell_all(worse)
    expect(urgent).to_contain_text("1 of 10 controls fails")
    expect(polite).to_have_text("")
    told.tell("PASSED")
    expect(polite).to_contain_text("All 10 controls pass")
    expect(urgent).to_have_text("")
    spoken = told.seen.page.locator("[aria-live]", has_text="controls pass")
    expect(spoken).to_have_count(1)


@pytest.mark.same_everywhere
def test_without_the_event_stream_new_verdicts_still_come(told: Told) -> None:
    seen = told.seen
    asked: list[str] = []
    seen.page.on("request", lambda r: asked.append(r.url) if "guard/report" in r.url else None)
    soon = {**copy.deepcopy(told.usual), "next_s": 1.0}
    told.tell_all(soon)
    seen.expect_standing("failed")
    later = {**copy.deepcopy(told.usual), "next_s": 900.0}
    for finding in later["report"]["findings"]:
        finding.update(status="PASSED", reason=None)
    told.answer["body"] = json.dumps(later)
    seen.expect_standing("passed")  # nobody told the page: a check was due, and no event came
    asked.clear()
    seen.page.wait_for_timeout(5000)
    assert asked == [], "the next check is due in 15 minutes"
    told.tell_all(soon)
    seen.expect_standing("failed")
    seen.page.evaluate("Object.defineProperty(document, 'hidden', {get: () => true})")
    asked.clear()
    seen.page.wait_for_timeout(5000)
    seen.page.evaluate("delete document.hidden")
    assert asked == [], "nobody looks at a hidden page"


@pytest.mark.same_everywhere
def test_a_long_warning_wraps_and_nothing_of_it_is_cut(told: Told) -> None:
    seen = told.seen
    seen.page.set_viewport_size({"width": 640, "height": 900})
    size = "document.documentElement.style.setProperty('--jp-ui-font-size1', '34px')"
    seen.page.evaluate(size)
    expect(banner(seen).get_by_role("button", name="Dismiss")).to_be_visible()
    until(lambda: same_height(seen), seen)
    box = seen.page.locator(f"{BANNER}-line").bounding_box()
    assert box is not None
    assert box["height"] > 80
    cells = seen.page.locator(".jp-NotebookPanel-notebook").bounding_box()
    assert cells is not None
    assert cells["y"] >= box["y"] + box["height"] - 1
    seen.picture("banner-narrow")
    seen.page.evaluate("document.documentElement.style.removeProperty('--jp-ui-font-size1')")
    seen.page.set_viewport_size({"width": 1280, "height": 800})


def same_height(seen: Screen) -> bool:
    heights = f"[...document.querySelectorAll('{BANNER}, {BANNER}-line')].map(n => n.offsetHeight)"
    outer, inner = seen.page.evaluate(heights)
    return bool(abs(outer - inner) <= 1)


OVERRIDES = {
    "jupyter-sm-guard:settings": {"banner": False},
    "@jupyterlab/notebook-extension:panel": {"toolbar": [{"name": "smGuard", "disabled": True}]},
}


@pytest.mark.same_everywhere
def test_what_an_admin_sets_for_everybody_holds_and_no_status_bar_is_no_trouble(
    browser: Browser, host: Host, tmp_path: Path
) -> None:
    labconfig = tmp_path / "config" / "labconfig"
    labconfig.mkdir(parents=True)
    (labconfig / "default_setting_overrides.json").write_text(json.dumps(OVERRIDES))
    with EmbeddedAws() as aws, serving(host, tmp_path, aws, "non-compliant", token="") as server:
        page_config = labconfig / "page_config.json"
        known = json.loads(page_config.read_text())
        known["disabledExtensions"]["@jupyterlab/statusbar-extension:plugin"] = True
        page_config.write_text(json.dumps(known))
        server.report()
        server.host = replace(host, has_status_bar=False)
        with screen(browser, server) as seen:
            seen.run("Show SageMaker Guard")
            expect(seen.row("SageMaker.1")).to_have_attribute(
                "data-status", "FAILED", timeout=PATIENCE
            )
            expect(seen.status).to_have_count(0)
            expect(banner(seen)).to_be_hidden()
            expect(toolbar_button(seen)).to_have_count(0)


@pytest.mark.hosts("lab", why="Notebook 7 has its settings on another page, which is loaded anew")
def test_settings_take_effect_at_once(browser: Browser, failing: Stage) -> None:
    with screen(browser, failing.server) as seen:
        expect(toolbar_button(seen)).to_be_visible(timeout=PATIENCE)
        seen.run("Settings Editor")
        ours = seen.page.locator(".jp-PluginList-entry", has_text="SageMaker Guard")
        expect(ours).to_be_visible(timeout=PATIENCE)
        ours.click()
        form = seen.page.locator(".jp-SettingsForm", has_text="Warning on notebooks")
        expect(form.get_by_text("When the item in the status bar is shown.")).to_be_visible()
        form.locator("select[id$=statusBar]").select_option(label="Never")
        expect(seen.status).to_be_hidden()
        form.locator("select[id$=statusBar]").select_option(label="Always")
        expect(seen.status).to_be_visible()


@pytest.mark.hosts("lab", why="Notebook 7 restores no layout")
def test_the_panel_is_where_it_was_after_a_reload(browser: Browser, failing: Stage) -> None:
    with screen(browser, failing.server) as seen:
        seen.open_panel()
        seen.page.wait_for_timeout(2500)  # JupyterLab saves the layout a second after it changed
        seen.page.goto(re.sub(r"\?reset.*", "", seen.page.url.split("?")[0]))
        expect(seen.panel).to_be_visible(timeout=PATIENCE)
        expect(seen.row("SageMaker.1")).to_be_visible()
