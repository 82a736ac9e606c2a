"""The panel as a tool: finding what matters, passing it on, reading up on it, by keyboard alone."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import pytest
from jupyter import Host
from playwright.sync_api import Browser, Locator, expect
from playwright.sync_api import TimeoutError as NotThere
from screen import HERE, PATIENCE, THEMES, Screen, Stage, screen

pytestmark = [pytest.mark.browser, pytest.mark.same_everywhere]

WAIVER = {
    "owner": "Kim",
    "reason": "until we move",
    "until": "2099-01-31T23:59:59Z",
    "ticket": "OPS-7",
}
SLIM: dict[str, Any] = {
    "what": "",
    "why": "",
    "fix": "",
    "steps": [],
    "requirements": [],
    "evidence": [],
}
FOCUSED = "document.activeElement"


@dataclass
class Told:
    """A page that shows whatever report a test wants it to."""

    seen: Screen
    answer: dict[str, Any]
    plain: dict[str, Any]

    def say(self, **changes: Any) -> None:
        """The server's report, with these keys changed in it or around it."""
        latest = json.loads(json.dumps(self.plain))
        for key, value in changes.items():
            (latest if key in latest else latest["report"])[key] = value
        self.answer["body"] = json.dumps(latest)
        self.seen.look_again()

    def finding(self, check: str, **changes: Any) -> dict[str, Any]:
        """A finding, complete."""
        return {**self.plain["report"]["findings"][0], "check": check, **changes}


@pytest.fixture(scope="module")
def told(browser: Browser, stage: Stage) -> Iterator[Told]:
    """One page for all tests that only look at what it makes of a report."""
    stage.show("non-compliant")
    answer: dict[str, Any] = {"status": 404}
    with screen(browser, stage.server, (1280, 800), answer) as seen:
        seen.settle()
        seen.open_panel()
        answer.clear()
        seen.complaints.clear()
        plain = stage.latest
        plain["attention"]["notice"] = []  # it would lie above the end of the panel
        made = Told(seen, answer, plain)
        made.say()
        expect(seen.row("SageMaker.1")).to_be_visible()
        yield made


@pytest.fixture(scope="module")
def used(browser: Browser, stage: Stage) -> Iterator[Screen]:
    """One page for all tests that need what the server answers."""
    stage.show("non-compliant")
    with screen(browser, stage.server) as seen:
        seen.settle()
        seen.open_panel()
        yield seen


def button(place: Locator, name: str) -> Locator:
    return place.get_by_role("button", name=re.compile(name))


def rows(seen: Screen) -> list[str | None]:
    found = seen.panel.locator("[data-check]").all()
    return [row.get_attribute("data-check") for row in found]


def clipboard(seen: Screen) -> str:
    text: str = seen.page.evaluate("navigator.clipboard.readText()")
    return text


@contextmanager
def refusing(seen: Screen, address: str, status: int) -> Iterator[None]:
    """The server refuses one address; the browser's own line about that is no complaint."""
    seen.page.route(address, lambda route: route.fulfill(status=status, body="{}"))
    yield
    seen.page.unroute(address)
    seen.complaints[:] = [c for c in seen.complaints if str(status) not in c]


def test_filters_and_order_find_what_matters_and_are_remembered(told: Told) -> None:
    seen = told.seen
    findings = [
        told.finding("Example.21", severity="LOW"),
        told.finding("Example.3", severity="MEDIUM", status="PASSED"),
        told.finding("Example.1", severity="LOW", status="UNKNOWN", reason="TIMEOUT"),
        told.finding("Example.2", severity="HIGH", waiver=WAIVER),
    ]
    told.say(findings=findings)
    expect(seen.row("Example.21")).to_be_visible()
    assert rows(seen) == ["Example.2", "Example.3", "Example.1", "Example.21"]
    order = seen.panel.get_by_label("Sort by")
    order.select_option("Status")
    assert rows(seen) == ["Example.2", "Example.21", "Example.1", "Example.3"]
    order.select_option("Control")
    assert rows(seen) == ["Example.1", "Example.2", "Example.3", "Example.21"]

    filters = seen.panel.get_by_role("group", name="Controls to show")
    words = "All 4, Failed 1, Unknown 1, Waived 1"
    assert ", ".join(re.findall(r"\w+ \d", filters.inner_text())) == words
    filters.get_by_role("radio", name="All").focus()
    found = {"Failed": "Example.21", "Unknown": "Example.1", "Waived": "Example.2"}
    for name, check in found.items():
        seen.page.keyboard.press("ArrowRight")
        expect(filters.get_by_role("radio", name=name)).to_be_checked()
        assert rows(seen) == [check]
    expect(seen.row("Example.2")).to_contain_text("Failed, waived")

    told.say(findings=[*findings[:3], told.finding("Example.4", status="WARNING")])
    expect(seen.panel).to_contain_text("Your admin has waived no control.")
    filters.get_by_role("radio", name="Warning").check()
    assert rows(seen) == ["Example.4"]
    assert seen.accessibility_problems() == []
    filters.get_by_role("radio", name="All").check()


def test_arrows_move_between_the_rows(told: Told) -> None:
    seen = told.seen
    told.say()
    order = ["SageMaker.1", "SageMaker.2", "SageMaker.3", "SageMaker.8", "SageMaker.21"]
    order += [f"guard.{name}" for name in ("egress", "imdsv2", "jupyter-advisories")]
    order += ["guard.maintenance", "guard.platform-support"]
    expect(seen.row("SageMaker.21")).to_be_visible()
    seen.panel.get_by_label("Sort by").select_option("Control")
    here = f"{FOCUSED}.closest('[data-check]').dataset.check"
    button(seen.row(order[0]), order[0]).focus()
    for key, check in (("ArrowDown", 1), ("ArrowUp", 0), ("ArrowUp", 0), ("End", 9), ("Home", 0)):
        seen.page.keyboard.press(key)
        assert seen.page.evaluate(here) == order[check], key


def test_of_very_many_findings_a_hundred_are_drawn_and_the_rest_is_counted(told: Told) -> None:
    seen = told.seen
    told.say(findings=[told.finding(f"Example.{n}", **SLIM) for n in range(1, 5001)])
    more = button(seen.panel, r"Show 100 more \(4,900 left\)")
    expect(more).to_be_visible()
    assert len(rows(seen)) == 100
    more.click()
    expect(button(seen.panel, r"4,800 left")).to_be_visible()
    assert len(rows(seen)) == 200
    assert seen.page.evaluate(f"{FOCUSED}.closest('[data-check]').dataset.check") == "Example.101"
    expect(seen.panel.get_by_role("radio", name="Failed 5,000")).to_be_visible()
    told.say(findings=[told.finding(f"Example.{n}") for n in range(1, 251)])
    last = button(seen.panel, r"Show 50 more \(50 left\)")
    last.click()
    expect(last).not_to_be_attached()
    assert len(rows(seen)) == 250


def test_the_history_says_since_when(told: Told) -> None:
    seen = told.seen
    at = "2026-11-23T10:{:02}:07Z"
    changes = [
        {
            "check": "SageMaker.3",
            "at": at.format(59 - n),
            "before": "PASSED",
            "before_waived": False,
            "after": "FAILED",
            "after_waived": False,
        }
        for n in range(30)
    ]
    told.say(history=[*changes, {**changes[0], "at": at.format(0), "before": None}])
    button(seen.panel, "History of this server").click()
    lines = seen.panel.get_by_role("list", name="History of this server").get_by_role("listitem")
    expect(lines).to_have_count(20)
    said = "SageMaker.3 Failed since 2026-11-23 10:59 (UTC); before that: Passed"
    expect(lines.first).to_have_text(said)
    expect(lines.first.locator("time")).to_have_attribute("datetime", "2026-11-23T10:59:07Z")
    button(seen.panel, r"\(11 left\)").click()
    expect(lines).to_have_count(31)
    expect(lines.last).to_contain_text("since 2026-11-23 10:00 (UTC), the first check")
    expect(lines.nth(20)).to_be_focused()
    button(seen.panel, "History of this server").click()
    one = seen.unfolded("SageMaker.3").get_by_role("list", name="History")
    expect(one.get_by_role("listitem").first).to_contain_text("since 2026-11-23 10:59 (UTC)")


def test_two_versions_are_named_and_what_to_run(told: Told, host: Host) -> None:
    seen, version = told.seen, json.loads((HERE / "package.json").read_text())["version"]
    told.say(version="9.8.7")
    card = seen.panel.locator('[data-state="version"]')
    expect(card).to_contain_text(f"This page is version {version}, the Jupyter server has version")
    expect(card).to_contain_text("9.8.7")
    told.say(version="9.8.7", findings="?")
    card = seen.panel.locator('[data-state="unreadable"]')
    expect(card).to_contain_text("the server says that it is version 9.8.7")
    expect(card).to_contain_text(f"pip install jupyter_sm_guard=={version}")
    told.answer["status"] = 404
    seen.look_again()
    card = seen.panel.locator('[data-state="missing"]')
    environment = sys.prefix if host.python == sys.executable else host.python.rsplit("/bin/", 1)[0]
    for command in ("server extension enable jupyter_sm_guard", "sm-guard doctor"):
        expect(card).to_contain_text(f"{environment}/bin/jupyter {command}")
    assert seen.accessibility_problems() == []
    seen.picture("missing-server")
    del told.answer["status"]
    told.say(version=version)
    expect(seen.row("SageMaker.1")).to_be_visible()
    expect(seen.panel.locator('[data-state="version"]')).not_to_be_attached()
    seen.complaints[:] = [c for c in seen.complaints if "404" not in c]


def test_only_a_plain_address_becomes_a_link(told: Told) -> None:
    seen = told.seen
    row = seen.unfolded("SageMaker.1")
    button(row, "Ask my admin").click()
    send = row.get_by_role("link", name=re.compile("Send it to"))
    for contact in (
        "#cloud-team",
        "a@b.example?bcc=c@d.example",
        "javascript:alert(1)//@b.example",
    ):
        told.say(contact=contact)
        expect(row.get_by_text(f"Send it to {contact}")).to_be_visible()
        assert send.count() == 0
    told.say(contact="cloud-team@corp.example")
    expect(send).to_have_text("Send it to cloud-team@corp.example")
    address = send.get_attribute("href") or ""
    assert address.startswith("mailto:cloud-team@corp.example?subject=notebook%20instance")
    assert len(address) <= 2000
    told.say()


def test_the_report_is_copied_in_every_form(used: Screen) -> None:
    button(used.panel, "^Copy report$").click()
    for name, part in (
        ("As text", "SageMaker.21"),
        ("As Markdown", "# SageMaker Guard: 7 failed"),
        ("As JSON", '"findings"'),
    ):
        button(used.panel, name).click()
        expect(button(used.panel, "^Copied$")).to_be_visible()
        assert part in clipboard(used)
        expect(button(used.panel, "^Copied$")).not_to_be_visible(timeout=PATIENCE)
    assert json.loads(clipboard(used))["kind"] == "check"
    with refusing(used, "**/report/markdown*", 500):
        button(used.panel, "As Markdown").click()
        expect(used.panel).to_contain_text("Not copied: The server could not answer.")
    used.run("Copy Report on SageMaker Controls")
    expect(used.page.get_by_text("The report is on the clipboard.")).to_be_visible()
    assert clipboard(used).startswith("# SageMaker Guard")


def test_where_the_browser_refuses_the_text_is_there_to_copy_by_hand(used: Screen) -> None:
    row = used.unfolded("SageMaker.3")
    ticket = button(row, "Copy for a ticket")
    ticket.click()
    expect(button(row, "^Copied$")).to_be_visible()
    assert "SageMaker.3" in clipboard(used)
    assert "SageMaker.1" not in clipboard(used).replace("SageMaker.10", "")
    used.page.evaluate(
        "navigator.clipboard.writeText = () => Promise.reject(new Error('no'));"
        " window.execCommand_ = document.execCommand; document.execCommand = () => false"
    )
    expect(ticket).to_be_visible(timeout=PATIENCE)
    ticket.click()
    expect(row).to_contain_text("The browser does not let this page copy: do it by hand.")
    text = row.get_by_role("textbox", name="Text to copy")
    expect(text).to_have_value(re.compile("SageMaker.3"))
    expect(text).not_to_be_editable()
    assert used.accessibility_problems() == []
    used.page.evaluate("delete navigator.clipboard.writeText; delete document.execCommand")
    ticket.click()
    expect(text).not_to_be_attached()
    expect(button(row, "^Copied$")).not_to_be_visible(timeout=PATIENCE)


def test_an_admin_is_asked_about_one_finding_or_all(used: Screen) -> None:
    row = used.unfolded("SageMaker.3")
    button(row, "Ask my admin").click()
    message = row.get_by_role("textbox", name="Message to your admin")
    expect(message).to_have_value(re.compile("SageMaker.3, severity high: FAILED"))
    button(row, "Copy message").click()
    expect(button(row.get_by_role("group"), "^Copied$")).to_be_visible()
    assert clipboard(used) == message.input_value()
    message.press("Escape")
    expect(message).not_to_be_attached()
    expect(button(row, "Ask my admin")).to_be_focused()
    used.run("Ask My Admin About SageMaker Controls")
    whole = used.panel.get_by_role("textbox", name="Message to your admin")
    expect(whole).to_have_value(re.compile("SageMaker.21"))
    with refusing(used, "**/report/ask/*", 500):
        button(row, "Ask my admin").click()
        expect(row).to_contain_text("There is no message: The server could not answer.")
    button(row, "Ask my admin").click()


def test_a_page_tells_all_about_a_control(used: Screen) -> None:
    row = used.unfolded("SageMaker.3")
    about = button(row, "All about this control")
    about.scroll_into_view_if_needed()
    top = used.panel.evaluate("panel => panel.scrollTop")
    assert top > 0
    about.click()
    page = used.panel.locator('[data-page="SageMaker.3"]')
    expect(page).to_contain_text("sagemaker-notebook-instance-root-access-check")
    for words in ("Protect > Secure access", "AWS::SageMaker::NotebookInstance", "in place",
                  "NIST.800-53.r5 AC-2(1)", "RootAccess", "Failed since"):  # fmt: skip
        expect(page).to_contain_text(words)
    expect(page.get_by_role("heading", name=re.compile("^SageMaker.3: "))).to_be_focused()
    expect(row).not_to_be_visible()
    for theme in THEMES:
        used.choose_theme(theme)
        used.picture(f"page-{theme}")
        assert used.accessibility_problems() == []
    button(page, "Back").click()
    expect(about).to_be_focused()
    assert used.panel.evaluate("panel => panel.scrollTop") == pytest.approx(top, abs=2)
    about.press("Enter")
    page.get_by_role("heading").first.press("Escape")
    expect(page).not_to_be_attached()
    expect(about).to_be_focused()


def explain(seen: Screen, arguments: object) -> None:
    """By a link of JupyterLab's command linker, as another extension would."""
    seen.page.evaluate(
        """arguments => {
          const link = document.createElement('button');
          link.dataset.commandlinkerCommand = 'sm-guard:explain';
          link.dataset.commandlinkerArgs = JSON.stringify(arguments);
          document.body.append(link);
          link.focus();
          link.click();
          link.remove();
        }""",
        arguments,
    )
    run = seen.page.get_by_role("button", name="Run", exact=True)
    with suppress(NotThere):  # JupyterLab asks since 4.5
        run.click(timeout=3000)


def test_any_control_is_explained_on_command(used: Screen) -> None:
    explain(used, {"check": "SageMaker.4"})
    page = used.panel.locator('[data-page="SageMaker.4"]')
    expect(page).to_contain_text("no: it is not about the machine that this runs on")
    expect(page).to_contain_text("The report has no finding on this control.")
    explain(used, {"check": "Nothing.1"})
    page = used.panel.locator('[data-page="Nothing.1"]')
    expect(page).to_contain_text("The Jupyter server does not know a control Nothing.1.")
    explain(used, {"check": "../../api/contents"})
    expect(page).to_be_visible()
    button(page, "Back").click()
    expect(used.row("SageMaker.3")).to_be_visible()
    used.complaints[:] = [
        c for c in used.complaints if "404" not in c and "not the id of a control" not in c
    ]


def test_a_snooze_is_said_and_ended(used: Screen) -> None:
    used.run("Snooze Notices")
    used.page.get_by_role("button", name="Snooze", exact=True).click()
    aside = used.panel.get_by_test_id("sm-guard-snoozed")
    expect(aside).to_contain_text(re.compile(r"until \d{4}-\d\d-\d\d: My admin knows about it"))
    with refusing(used, "**/jupyter-sm-guard/snooze*", 403):
        button(aside, "End snooze").click()
        expect(aside).to_contain_text("The snooze goes on: You are not permitted")
    button(aside, "End snooze").press("Enter")
    expect(aside).not_to_be_attached()
    expect(used.panel).to_be_focused()


@pytest.mark.hosts("lab", why="Notebook 7 lets no panel be moved")
def test_it_is_the_same_panel_on_the_other_side(used: Screen) -> None:
    used.panel.get_by_role("radio", name="Unknown").check()
    tab = used.page.locator('.lm-TabBar-tab[data-id="jp-sm-guard-panel"]')
    for side in ("left", "right"):
        tab.click(button="right")
        used.page.get_by_role("menuitem", name=re.compile("Switch Sidebar Side")).click()
        expect(used.page.locator(f".jp-SideBar.jp-mod-{side}").locator(tab)).to_be_visible()
        used.run("Show SageMaker Guard")
        expect(used.panel).to_be_visible()
        expect(used.panel).to_contain_text("No control is unknown.")
        assert used.accessibility_problems() == []
    used.panel.get_by_role("radio", name="All").check()


def test_every_action_has_a_way_by_the_keyboard(browser: Browser, failing: Stage) -> None:
    with screen(browser, failing.server) as seen:
        seen.settle()
        seen.page.locator(".jp-Notebook").focus()
        seen.run("Show SageMaker Guard")
        seen.page.wait_for_timeout(1000)  # the palette gives the focus back to the notebook first
        expect(seen.panel).to_be_focused()
        passed: list[str] = []
        name = (
            f"{FOCUSED}.closest('#jp-sm-guard-panel') === null ? null :"
            f" ({FOCUSED}.labels?.[0] ?? {FOCUSED}).innerText.trim()"
        )

        def tab_to(words: str) -> None:
            for _ in range(60):
                seen.page.keyboard.press("Tab")
                here = seen.page.evaluate(name)
                assert here is not None, (words, passed)
                passed.append(here)
                if re.search(words, here):
                    return
            raise AssertionError((words, passed))

        tab_to("^Refresh$")
        tab_to("^Copy report$")
        seen.page.keyboard.press("Enter")
        tab_to("^Ask my admin$")
        tab_to("As Markdown")
        seen.page.keyboard.press("Enter")
        expect(button(seen.panel, "^Copied$")).to_be_visible()
        seen.page.keyboard.press("Escape")
        expect(button(seen.panel, "^Copy report$")).to_be_focused()
        tab_to("^All 10$")
        seen.page.keyboard.press("ArrowRight")
        expect(seen.panel.get_by_role("radio", name="Failed 7")).to_be_checked()
        tab_to("^Sort by")
        seen.page.keyboard.press("c")
        assert rows(seen)[0] == "SageMaker.1"
        tab_to("SageMaker.1 ")
        seen.page.keyboard.press("ArrowDown")
        seen.page.keyboard.press("Space")
        expect(seen.row("SageMaker.2").locator("[aria-expanded]").first).to_have_attribute(
            "aria-expanded", "true"
        )
        for words in (
            "Copy$",
            "Requirements",
            "AWS documentation",
            "All about",
            "Ask my",
            "ticket",
        ):
            tab_to(words)
        tab_to("SageMaker.3 ")
        for _ in range(3):
            seen.page.keyboard.press("Shift+Tab")
        seen.page.keyboard.press("Enter")
        page = seen.panel.locator('[data-page="SageMaker.2"]')
        expect(page.get_by_role("heading").first).to_be_focused()
        seen.page.keyboard.press("Shift+Tab")
        expect(button(page, "Back")).to_be_focused()
        seen.page.keyboard.press("Enter")
        expect(button(seen.row("SageMaker.2"), "All about")).to_be_focused()
        tab_to("History of this server")
        seen.page.keyboard.press("Enter")
        expect(seen.panel.get_by_role("list", name="History of this server")).to_be_visible()
        for theme in THEMES:
            seen.choose_theme(theme)
            assert seen.accessibility_problems() == []


def test_nothing_is_cut_off_at_240_pixels(browser: Browser, failing: Stage) -> None:
    with screen(browser, failing.server, (1280, 800)) as seen:
        seen.open_panel()
        seen.page.emulate_media(forced_colors="active")
        seen.picture("forced-colours")
        seen.panel.evaluate(
            "panel => { panel.style.cssText +="
            " '; width: 240px !important; min-width: 240px !important'; }"
        )
        button(seen.panel, "^Copy report$").click()
        row = seen.unfolded("SageMaker.1")
        button(row, "Ask my admin").click()
        expect(row.get_by_role("textbox")).to_be_visible()
        seen.picture("240-pixels")
        cut = """panel => [...panel.querySelectorAll('*')].filter(node =>
          node.checkVisibility() && !node.closest('.jp-SmGuard-spoken, dt, thead')
          && node.getBoundingClientRect().right > panel.getBoundingClientRect().left + 241
        ).map(node => node.outerHTML.slice(0, 80))"""
        assert seen.panel.evaluate(cut) == []
        small = """panel => [...panel.querySelectorAll('button, select, a, summary, label')].filter(
          node => node.checkVisibility() && node.getBoundingClientRect().height < 24
        ).map(node => node.outerHTML.slice(0, 80))"""
        assert seen.panel.evaluate(small) == []
        button(row, "All about").click()
        expect(seen.panel.locator("[data-page]")).to_contain_text("AWS Config")
        assert seen.panel.evaluate(cut) == []
