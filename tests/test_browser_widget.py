"""The widget under a cell: a real kernel behind a real page, live, saved, and with others' text."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jupyter import Host
from playwright.sync_api import Browser, expect
from screen import PATIENCE, THEMES, Screen, screen, serving

from jupyter_sm_guard.demo.aws import EmbeddedAws
from jupyter_sm_guard.demo.scenarios import INSTANCE

pytestmark = pytest.mark.browser

CARD = ".sm-guard"
PAYLOAD = "<img src=x onerror=window.__xss=1><script>window.__xss=1</script>"
POLICY = (
    f"contact = '{PAYLOAD} <a href=\"javascript:window.__xss=1\" data-commandlinker-command=x>'\n"
)


def test_a_cell_shows_the_verdicts_and_checks_again(
    browser: Browser, host: Host, tmp_path: Path
) -> None:
    policy = tmp_path / "root" / "etc" / "jupyter-sm-guard" / "policy.toml"
    policy.parent.mkdir(parents=True)
    policy.write_text('contact = "cloud-team@example.com"\n')
    with EmbeddedAws() as aws:
        stand_ins = {
            "JUPYTER_SM_GUARD_ROOT": str(tmp_path / "root"),
            "JUPYTER_SM_GUARD_ENDPOINT_URL": aws.url,
        }
        more = {"token": "", "environment": stand_ins}
        with (
            serving(host, tmp_path, aws, "mixed", **more) as server,
            screen(browser, server, (1280, 900)) as seen,
        ):
            server.report()
            card = seen.page.locator(f".jp-OutputArea {CARD}")
            seen.settle()
            seen.run("Run All Cells")
            expect(card).to_contain_text("a snapshot", timeout=PATIENCE)
            expect(card.locator('[data-status="FAILED"]')).to_have_count(2)
            for check in ("SageMaker.1", "SageMaker.2", "SageMaker.3"):
                expect(card).to_contain_text(check)
            seen.page.get_by_role("button", name="Hide notification").click()
            card.scroll_into_view_if_needed()
            for theme in THEMES:
                seen.choose_theme(theme)
                seen.picture(f"widget-{theme}")
                assert seen.accessibility_problems(CARD) == []
            policy.write_text(POLICY)
            button = seen.page.locator(".jp-OutputArea").get_by_role("button", name="Refresh")
            box = button.bounding_box()
            assert box is not None
            assert box["height"] >= 24
            aws.update(INSTANCE, DirectInternetAccess="Disabled", PlatformIdentifier=PAYLOAD)
            button.click()
            expect(card.locator('[data-status="FAILED"]')).to_have_count(1, timeout=PATIENCE)
            expect(card).to_contain_text("<img src=x")
            only_text(seen)
            seen.run("Save Notebook")
            seen.page.wait_for_timeout(1000)
        saved = json.loads((tmp_path / "notebooks" / "sample.ipynb").read_text())
        outputs = [o for cell in saved["cells"] for o in cell.get("outputs", ())]
        kept = next(o["data"] for o in outputs if "text/html" in o.get("data", {}))
        for form in ("text/plain", "text/html"):
            text = "".join(kept[form])
            assert " as of 20" in text
            assert "<img" not in text
            assert "<script" not in text


def only_text(seen: Screen) -> None:
    """Whatever it says, it does nothing."""
    outputs = seen.page.locator(".jp-OutputArea")
    expect(outputs.first).to_be_attached()
    assert seen.page.evaluate("window.__xss") is None
    for forbidden in ("img", "script", "iframe", "[onerror]", "[data-commandlinker-command]"):
        assert outputs.locator(forbidden).count() == 0, forbidden
    assert outputs.locator('a[href^="javascript"]').count() == 0
