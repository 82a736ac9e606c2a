"""Text from outside is only ever text: what AWS, a policy, a user or a notebook can say is inert in
everything we put on a page."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from screen import PATIENCE, Screen, Stage, screen

pytestmark = [pytest.mark.browser, pytest.mark.same_everywhere]

PAYLOADS = (
    "<img src=x onerror=window.__xss=1>",
    "<script>window.__xss=1</script>",
    "<svg/onload=window.__xss=1>",
    "</p></code><iframe srcdoc='<script>parent.__xss=1</script>'>",
    "[x](javascript:window.__xss=1) ![x](x) <javascript:window.__xss=1>",
    "<a data-commandlinker-command='apputils:run-all-enabled' href='#'>x</a>",
    "**bold** `code` $x^2$ https://evil.example/?q=1",
    "\u202egnp.exe\u202c \u2066x\u2069 \x1b[31mred\x1b[0m \x1b]8;;https://evil.example\x07x",
    "\x00\x07\u200b\ufeff",
)
PAYLOAD = " ".join(PAYLOADS)
# What our own nodes never hold, whatever the text.
FORBIDDEN = (
    *("img", "script", "iframe", ":text-is('bold')", "[onerror]", "[onload]"),
    *("[data-commandlinker-command]", 'a[href^="javascript"]', 'a[href*="evil"]'),
)
UNSEEN = "\u202e\u202c\u2066\u2069\u200b\ufeff\x00\x07\x1b"


def poisoned(latest: dict[str, Any]) -> dict[str, Any]:
    """The server's answer with the payload in every text; ids and words that decide stay."""
    report = latest["report"]
    report["contact"] = report["version"] = PAYLOAD
    for name in ("name", "region", "account", "app"):
        report["resource"][name] = PAYLOAD
    report["integrity"] = [{"flag": PAYLOAD, "detail": PAYLOAD}]
    report["turned_off"] = [PAYLOAD]
    for number, finding in enumerate(report["findings"]):
        finding["check"] = f"C{number} {PAYLOAD}"
        for key in ("title", "because", "what", "why", "fix", "reason"):
            finding[key] = PAYLOAD
        finding["docs"] = "javascript:window.__xss=1"
        finding["requirements"] = [PAYLOAD]
        finding["steps"] = [{"text": PAYLOAD, "command": PAYLOAD}]
        for evidence in finding["evidence"]:
            evidence.update(dict.fromkeys(("fact", "value", "source", "request_id"), PAYLOAD))
            evidence["observed_at"] = PAYLOAD
    finding["waiver"] = dict.fromkeys(("owner", "reason", "until", "ticket"), PAYLOAD)
    latest["history"] = [
        {
            "check": f["check"],
            "at": PAYLOAD,
            "before": None,
            "before_waived": False,
            "after": "FAILED",
            "after_waived": False,
        }
        for f in report["findings"]
    ]
    latest["attention"].update(
        dismissed=False,
        notice=[report["findings"][0]["check"]],
        snooze={"since": PAYLOAD, "until": PAYLOAD, "reason": PAYLOAD},
    )
    return latest


def test_text_from_outside_is_only_ever_text(browser: Browser, failing: Stage) -> None:
    latest = poisoned(failing.latest)
    checks = [finding["check"] for finding in latest["report"]["findings"]]
    calm = failing.latest
    calm["attention"]["notice"] = []
    answer = {"body": json.dumps(calm)}
    with screen(browser, failing.server, answer=answer) as seen:
        answering(seen.page, "notice", {"checks": checks[:1]})
        seen.page.route("**/jupyter-sm-guard/report/**", lambda r: r.fulfill(body=PAYLOAD))
        answering(seen.page, "checks/*", poisoned_control(failing, latest))
        answer["body"] = json.dumps(latest)
        seen.look_again()
        notice = seen.page.locator(".Toastify__toast").filter(has_text="window.__xss")
        expect(notice).to_be_visible(timeout=PATIENCE)
        inert(seen, ".Toastify__toast")
        seen.page.get_by_role("button", name="Hide notification").click()
        expect(seen.page.locator(".jp-SmGuardBanner")).to_contain_text("<img src=x")
        inert(seen, ".jp-SmGuardBanner")
        inert(seen, "[data-testid^=sm-guard]")
        seen.open_panel()
        rows = seen.panel.locator("li[data-check] h3 button")
        expect(rows.first).to_contain_text("<img src=x")
        for index in range(rows.count()):
            rows.nth(index).click()
        inert(seen, "#jp-sm-guard-panel")
        pressing = (
            *("Ask my admin", "Copy report", "History of this server"),
            "All about this control",
        )
        for name in pressing:
            button = seen.panel.get_by_role("button", name=name).first
            button.click()
            seen.page.wait_for_timeout(300)
            inert(seen, "#jp-sm-guard-panel")
        expect(seen.panel).to_contain_text("<img src=x")
        seen.complaints = [c for c in seen.complaints if "status of 4" not in c]


def answering(page: Page, route: str, body: object) -> None:
    """The server's answer on a route of ours."""
    text = json.dumps(body)
    page.route(f"**/jupyter-sm-guard/{route}*", lambda r: r.fulfill(body=text))


def poisoned_control(stage: Stage, latest: dict[str, Any]) -> dict[str, Any]:
    """An entry of the catalogue that says the payload wherever it says something."""
    entry: dict[str, Any] = stage.server.get("jupyter-sm-guard/checks/SageMaker.3").json
    poison: Callable[[Any], Any] = lambda value: PAYLOAD if isinstance(value, str) else value  # noqa: E731
    entry = {key: poison(value) for key, value in entry.items()}
    entry.update(
        severity="HIGH",
        requirements=[PAYLOAD],
        parameters={PAYLOAD: [PAYLOAD]},
        steps=[{"text": PAYLOAD, "command": PAYLOAD}],
        docs="javascript:window.__xss=1",
        id=latest["report"]["findings"][0]["check"],
    )
    return entry


def inert(seen: Screen, selector: str) -> None:
    """Nothing ran, nothing became an element, and nothing hides or turns the text around."""
    assert seen.page.evaluate("window.__xss") is None
    ours = seen.page.locator(selector)
    assert ours.count() > 0
    for forbidden in FORBIDDEN:
        assert ours.locator(forbidden).count() == 0, f"{selector} {forbidden}"
    for text in ours.all_inner_texts():
        assert not set(UNSEEN) & set(text)
