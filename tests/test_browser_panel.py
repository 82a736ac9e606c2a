"""The panel: what a finding says, and what one can do with hands, keyboard and little room."""

from __future__ import annotations

import re

import pytest
from jupyter import waiting
from playwright.sync_api import Browser, expect
from screen import CONTRAST, PATIENCE, THEMES, Stage, screen

from jupyter_sm_guard.demo.scenarios import INSTANCE

pytestmark = pytest.mark.browser


@pytest.mark.same_everywhere
def test_a_row_unfolds_to_evidence_and_remedy(browser: Browser, failing: Stage) -> None:
    with screen(browser, failing.server, (1440, 900)) as seen:
        seen.open_panel()
        seen.widen_panel(200)
        row = seen.unfolded("SageMaker.3")
        for heading in ("What it checks", "What we saw", "Why it matters", "How to fix"):
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
        if CONTRAST in seen.themes:
            seen.choose_theme(CONTRAST)
            seen.picture("panel-contrast")
            assert seen.accessibility_problems(".jp-SmGuardBanner") == []


@pytest.mark.same_everywhere
def test_what_is_waived_is_counted_apart_and_says_until_when_and_by_whom(
    browser: Browser, stage: Stage
) -> None:
    stage.show("waived")
    with screen(browser, stage.server, (1440, 900)) as seen:
        seen.open_panel()
        seen.expect_standing("waived", "2 waived")
        expect(seen.panel.get_by_test_id("sm-guard-verdict")).to_contain_text(
            "waived by your admin"
        )
        expect(seen.panel.locator(".jp-SmGuard-counts")).to_contain_text("2 waived")
        expect(seen.panel.locator(".jp-SmGuard-counts")).not_to_contain_text("failed")
        row = seen.unfolded("SageMaker.21")
        expect(row).to_have_attribute("data-status", "FAILED")
        expect(row).to_contain_text("Failed, waived")
        expect(row).to_contain_text(re.compile(r"Waived until \d{4}-\d\d-\d\d by Kim Example"))
        expect(row).to_contain_text("with the next release (OPS-1188)")
        expect(row).to_contain_text("the waiver ends in 9 days")
        row.get_by_role("button", name="Ask my admin").click()
        link = row.get_by_role("link", name="Ask for a waiver")
        expect(link).to_have_attribute("href", "https://tickets.example.com/new")
        expect(seen.page.locator(".jp-SmGuardBanner")).to_be_hidden()
        row.evaluate("row => row.scrollIntoView({block: 'start'})")
        for theme in THEMES:
            seen.choose_theme(theme)
            seen.picture(f"waived-{theme}")
            assert seen.accessibility_problems() == []


def test_the_new_verdict_arrives_by_itself_after_refresh(browser: Browser, failing: Stage) -> None:
    server = failing.server
    with screen(browser, server) as seen:
        seen.open_panel()
        expect(seen.row("SageMaker.21")).to_have_attribute("data-status", "FAILED")
        failing.alter(KmsKeyId="arn:aws:kms:eu-central-1:111122223333:key/1")
        failing.rest()
        asked = len(server.guard_log)
        seen.panel.get_by_test_id("sm-guard-refresh").click()
        expect(seen.row("SageMaker.21")).to_have_attribute(
            "data-status", "PASSED", timeout=PATIENCE
        )
        seen.expect_standing("failed", "6 failed")
        assert len(server.guard_log) == asked + 1
        # at once after a check that was asked for, which this first one may be
        for _ in waiting(30):
            seen.panel.get_by_test_id("sm-guard-refresh").click()
            if re.search(r"in \d+ s", seen.panel.text_content() or ""):
                break
        expect(seen.panel).to_contain_text(re.compile(r"in \d+ s"))
        assert len(server.guard_log) <= asked + 2
        # the browser's own line for a refused request; nothing of ours may add to it
        seen.complaints = [c for c in seen.complaints if "429" not in c]


@pytest.mark.same_everywhere
def test_looking_asks_nothing_again_and_again(browser: Browser, failing: Stage) -> None:
    with screen(browser, failing.server) as seen:
        seen.open_panel()
        asked: list[str] = []
        seen.page.on(
            "request", lambda r: asked.append(r.url) if "jupyter-sm-guard" in r.url else None
        )
        seen.page.wait_for_timeout(8000)
        linted = [url for url in asked if "/lint" in url]
        assert len(linted) <= 1, "the notebook in front, once"
        assert [url for url in asked if url not in linted] == []


def test_everything_can_be_done_from_the_keyboard(browser: Browser, failing: Stage) -> None:
    with screen(browser, failing.server) as seen:
        if seen.host.has_status_bar:
            seen.status.focus()
            seen.page.keyboard.press("Enter")
        else:
            seen.run("Show SageMaker Guard")
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


def test_it_reflows_when_there_is_little_room(browser: Browser, failing: Stage) -> None:
    with screen(browser, failing.server) as seen:
        seen.open_panel()
        seen.unfolded("SageMaker.1")
        for width, zoom in ((600, 1.0), (1280, 4.0)):
            seen.page.set_viewport_size({"width": width, "height": 900})
            seen.panel.evaluate(f"panel => panel.style.zoom = {zoom}")
            overflow = seen.panel.evaluate("panel => panel.scrollWidth - panel.clientWidth")
            assert overflow <= 1, (width, zoom)
            seen.picture(f"narrow-{width}-{zoom:.0f}")
