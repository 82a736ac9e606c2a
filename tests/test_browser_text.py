"""Text from outside is only ever text."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Browser, expect
from screen import Stage, screen

pytestmark = pytest.mark.browser

PAYLOADS = (
    "<img src=x onerror=window.__xss=1>",
    "<script>window.__xss=1</script>",
    "[x](javascript:window.__xss=1)",
    "\u202egnp.exe \x1b[31m",
)


def test_text_from_outside_is_only_ever_text(browser: Browser, failing: Stage) -> None:
    latest = failing.latest
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
    with screen(browser, failing.server, answer={"body": json.dumps(latest)}) as seen:
        seen.open_panel()
        for finding in report["findings"]:
            seen.unfolded(finding["check"])
        assert seen.page.evaluate("window.__xss") is None
        assert seen.panel.locator("img, script, iframe, [onerror]").count() == 0
        assert seen.panel.locator('a[href^="javascript"]').count() == 0
        assert "\u202e" not in seen.panel.inner_text()
        assert "\x1b" not in seen.panel.inner_text()
        expect(seen.panel).to_contain_text("<img src=x")
