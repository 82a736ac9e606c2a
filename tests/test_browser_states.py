"""Where the machine stands, in every scenario and in every trouble, light and dark."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from jupyter import Host
from playwright.sync_api import Browser, expect
from screen import PATIENCE, THEMES, Screen, Stage, screen, serving

from jupyter_sm_guard.demo.aws import EmbeddedAws
from jupyter_sm_guard.demo.scenarios import SCENARIOS

pytestmark = pytest.mark.browser

WORDS = {
    "non-compliant": ("failed", "7 failed"),
    "compliant": ("passed", "passed"),
    "mixed": ("failed", "2 failed"),
    "host-disagrees": ("warning", "1 warning"),
    "no-permission": ("unknown", "9 unknown"),
    "unreachable": ("unknown", "9 unknown"),
    "studio-vpc-only": ("passed", ""),
    "studio-public": ("failed", "5 failed"),
    "not-sagemaker": ("not-applicable", ""),
    "damaged-metadata": ("unknown", ""),
}
# In both themes, which differ no more between the hosts than between the other scenarios.
LOOKED_AT = {
    "lab": {
        "compliant",
        "mixed",
        "host-disagrees",
        "no-permission",
        "studio-public",
        "not-sagemaker",
    },
    "notebook": {"mixed"},
}
ON_BOTH = ("compliant", "mixed", "no-permission", "non-compliant", "not-sagemaker")
CARDS = {
    "studio-vpc-only": "studio",
    "studio-public": "studio",
    "not-sagemaker": "not-sagemaker",
    "damaged-metadata": "unknown",
}


@pytest.fixture(scope="module")
def onlooker(browser: Browser, stage: Stage) -> Iterator[Screen]:
    """One page that stays open while the machine becomes another: it hears of it by itself."""
    with screen(browser, stage.server) as seen:
        yield seen


# What the words are is decided before a host is asked, so Notebook 7 shows one of each standing.
@pytest.mark.parametrize(
    "scenario",
    [
        pytest.param(name, marks=() if name in ON_BOTH else pytest.mark.same_everywhere)
        for name in WORDS
    ],
)
def test_status_bar_and_panel_in_every_scenario(
    onlooker: Screen, stage: Stage, scenario: str
) -> None:
    stage.show(scenario)
    onlooker.open_panel()
    for check, status in SCENARIOS[scenario].statuses.items():
        row = onlooker.row(check)
        expect(row).to_have_attribute("data-status", status, timeout=PATIENCE)
    onlooker.expect_standing(*WORDS[scenario])
    if scenario in CARDS:
        expect(onlooker.panel.locator(f'[data-state="{CARDS[scenario]}"]')).to_be_visible()
    expect(onlooker.panel).to_contain_text("attest with AWS Config or Security Hub")
    expect(onlooker.panel).to_contain_text("answered in place of AWS")
    for theme in THEMES if scenario in LOOKED_AT[onlooker.host.name] else ():
        onlooker.choose_theme(theme)
        onlooker.picture(f"{scenario}-{theme}")
        assert onlooker.accessibility_problems() == []
    assert onlooker.complaints == []


def test_a_server_that_goes_away_is_said_and_nothing_stays_green(
    browser: Browser, host: Host, tmp_path: Path
) -> None:
    with (
        EmbeddedAws() as aws,
        serving(host, tmp_path, aws, "compliant") as server,
        screen(browser, server) as seen,
    ):
        seen.expect_standing("passed")
        seen.open_panel()
        server.kill()
        # not a click with the mouse: Jupyter's own dialog about its server may lie above
        seen.panel.get_by_test_id("sm-guard-refresh").dispatch_event("click")
        seen.expect_standing("offline")
        expect(seen.panel.locator('[data-state="unreachable"]')).to_be_visible()
        seen.complaints = [c for c in seen.complaints if "ERR_CONNECTION_REFUSED" not in c]


@pytest.mark.same_everywhere
def test_without_the_server_extension_it_says_what_to_run(
    browser: Browser, host: Host, tmp_path: Path
) -> None:
    off = {"ServerApp": {"jpserver_extensions": {"jupyter_sm_guard": False}}}
    with (
        EmbeddedAws() as aws,
        serving(host, tmp_path, aws, "compliant", config=off) as server,
        screen(browser, server) as seen,
    ):
        seen.expect_standing("offline")
        seen.open_panel()
        card = seen.panel.locator('[data-state="missing"]')
        expect(card).to_contain_text("/bin/jupyter server extension enable jupyter_sm_guard")
        seen.picture("missing")
        seen.complaints = [c for c in seen.complaints if "404" not in c]


ANSWERS = {
    "forbidden": (403, '{"reason": "FORBIDDEN", "message": "no"}'),
    "failed": (500, '{"reason": "ERROR", "message": "no"}'),
    "unreadable": (200, '{"report": {"schema": 2}, "running": false, "age_s": 1}'),
    "loading": (200, None),
}


@dataclass
class Canned:
    """A page that gets the answers of another server than the real one."""

    seen: Screen
    answer: dict[str, Any]
    latest: dict[str, Any]

    def give(self, status: int, body: str) -> None:
        self.answer.update(status=status, body=body)
        self.seen.look_again()


@pytest.fixture(scope="module")
def canned(browser: Browser, stage: Stage) -> Iterator[Canned]:
    stage.show("non-compliant")
    latest = stage.latest
    answer = {"status": 200, "body": json.dumps(latest)}
    with screen(browser, stage.server, answer=answer) as seen:
        seen.open_panel()
        yield Canned(seen, answer, latest)


@pytest.mark.parametrize("state", ANSWERS)
@pytest.mark.same_everywhere
def test_every_other_state_is_written_out(canned: Canned, state: str) -> None:
    status, body = ANSWERS[state]
    if body is None:
        latest = copy.deepcopy(canned.latest)
        for finding in latest["report"]["findings"]:
            finding.update(status="UNKNOWN", reason="NOT_YET_CHECKED", evidence=[])
        body = json.dumps({**latest, "running": True, "age_s": None})
    canned.give(status, body)
    seen = canned.seen
    expect(seen.panel.locator(f'[data-state="{state}"]')).to_be_visible()
    standing = seen.panel.locator("[data-standing]").get_attribute("data-standing")
    assert standing in ("offline", "unknown", "checking")
    if seen.host.has_status_bar:
        expect(seen.status).to_have_attribute("data-status", standing)
    seen.complaints[:] = [c for c in seen.complaints if str(status) not in c]
    assert seen.complaints == []


@pytest.mark.same_everywhere
def test_an_old_result_is_stale_and_a_very_old_one_unknown(canned: Canned) -> None:
    latest = copy.deepcopy(canned.latest)
    for finding in latest["report"]["findings"]:
        finding.update(status="PASSED", reason=None)
    for hours, state in ((23, "passed"), (25, "stale"), (73, "unknown")):
        canned.give(200, json.dumps({**latest, "age_s": hours * 3600.0}))
        canned.seen.expect_standing(state)
