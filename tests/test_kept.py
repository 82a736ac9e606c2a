"""Sources that must not be asked at every check: the first question waits, the answer is kept."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from conftest import INSTANCE, NOON

from jupyter_sm_guard import catalog, kept
from jupyter_sm_guard.model import Fact, Known, Reason, Unknown
from jupyter_sm_guard.place import Place

pytestmark = pytest.mark.unit

HUB = catalog.sources()["security_hub"]
HERE = Place()
TOLD: Mapping[str, Fact] = {name: Known("FAILED", HUB.label, NOON) for name in HUB.facts}


class Clock:
    """The time as `kept` sees it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch):
        self.now = NOON
        monkeypatch.setattr(kept, "utc_now", lambda: self.now)

    def wait(self, wait: timedelta) -> datetime:
        self.now += wait
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Clock:
    """A new machine at noon."""
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "runtime"))
    return Clock(monkeypatch)


def asked_for_the_first_time(clock: Clock) -> timedelta:
    """How long a new machine waits before it asks."""
    began = clock.now
    while kept.recall(HUB, INSTANCE, HERE) is not None:
        clock.wait(timedelta(seconds=10))
    return clock.now - began


def test_a_new_machine_says_when_it_will_ask_and_then_asks(clock: Clock) -> None:
    facts = kept.recall(HUB, INSTANCE, HERE)
    assert facts is not None
    assert set(facts) == set(HUB.facts)
    for fact in facts.values():
        assert isinstance(fact, Unknown)
        assert fact.reason is Reason.NOT_YET_CHECKED
        assert "will be asked after 2026-11-23T12:" in fact.detail
    assert asked_for_the_first_time(clock) <= kept.SPREAD + timedelta(seconds=10)


def test_a_fleet_that_boots_at_once_stays_below_security_hub_s_quota(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """3 requests a second, 6 at once (Security Hub user guide, "Quotas"); 500 machines."""
    planned: list[datetime] = []
    monkeypatch.setattr(kept, "random", random.Random(32))
    monkeypatch.setattr(kept, "_write", lambda _, each: planned.append(each.next_at) or True)
    for _ in range(500):
        kept.recall(HUB, INSTANCE, HERE)
    tokens, before = 6.0, clock.now
    for at in sorted(planned):
        tokens = min(6.0, tokens + 3 * (at - before).total_seconds()) - 1
        before = at
        assert tokens >= 0


def test_what_was_answered_is_kept_for_half_a_day_and_then_asked_again(clock: Clock) -> None:
    kept.keep(HUB, INSTANCE, HERE, TOLD)
    assert HUB.keep is not None
    clock.wait(HUB.keep * 0.7)
    assert kept.recall(HUB, INSTANCE, HERE) == TOLD
    clock.wait(HUB.keep * 0.3)
    assert kept.recall(HUB, INSTANCE, HERE) is None


def test_an_answer_that_says_nothing_is_asked_for_again_within_the_hour(clock: Clock) -> None:
    denied = HUB.unknown(Unknown(Reason.MISSING_PERMISSION, "no"))
    kept.keep(HUB, INSTANCE, HERE, denied)
    assert kept.recall(HUB, INSTANCE, HERE) == denied
    clock.wait(kept.RETRY)
    assert kept.recall(HUB, INSTANCE, HERE) is None


def test_what_is_known_of_another_machine_or_by_stand_ins_is_not_taken(clock: Clock) -> None:
    kept.keep(HUB, INSTANCE, HERE, TOLD)
    for resource, place in (
        (replace(INSTANCE, name="Other"), HERE),
        (INSTANCE, Place(endpoint_url="http://127.0.0.1:9")),
    ):
        kept.keep(HUB, INSTANCE, HERE, TOLD)
        assert kept.recall(HUB, resource, place) != TOLD
    del clock


def test_a_clock_that_was_set_back_keeps_nothing_for_ever(clock: Clock) -> None:
    kept.keep(HUB, INSTANCE, HERE, TOLD)
    clock.wait(timedelta(days=-30))
    assert kept.recall(HUB, INSTANCE, HERE) is None


@pytest.mark.parametrize("content", ["", "{}", "[]", "x", '{"facts": {}}', "[" * 9999])
def test_a_damaged_file_is_as_good_as_none(clock: Clock, content: str, tmp_path: Path) -> None:
    kept.keep(HUB, INSTANCE, HERE, TOLD)
    (path,) = (tmp_path / "runtime").rglob("*.json")
    path.write_text(content)
    facts = kept.recall(HUB, INSTANCE, HERE)
    assert facts is not None
    assert {type(fact) for fact in facts.values()} == {Unknown}
    del clock


def test_where_nothing_can_be_kept_nobody_is_asked_at_every_check(
    clock: Clock, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "file" / "runtime"))
    facts = kept.recall(HUB, INSTANCE, HERE)
    assert facts is not None
    assert "no place to keep its answer" in str(facts[HUB.facts[0]])
    del clock
