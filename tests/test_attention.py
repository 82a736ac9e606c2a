"""Warned once, and then left in peace: when a notice is due, and what is remembered of it."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from conftest import INSTANCE, NOON
from hypothesis import given
from hypothesis import strategies as st

from jupyter_sm_guard import attention
from jupyter_sm_guard.attention import Memory, verdict
from jupyter_sm_guard.guard import nothing_known
from jupyter_sm_guard.model import Reason, Report, Status, Waiver
from jupyter_sm_guard.place import Place

pytestmark = pytest.mark.unit

CAP = 7
BAD = {Status.FAILED, Status.WARNING}
Clock = Callable[[timedelta], None]
A_DAY = timedelta(days=1)


def report_of(**statuses: str) -> Report:
    """A report on the instance in which the controls numbered so have these statuses, and the
    others pass; `s3="FAILED"` means SageMaker.3."""
    blank = nothing_known(Place(), Reason.NOT_YET_CHECKED, "")
    given = {f"SageMaker.{name[1:]}": Status[status] for name, status in statuses.items()}
    findings = tuple(
        replace(f, status=given.get(f.check, Status.PASSED), reason=None) for f in blank.findings
    )
    return replace(blank, resource=INSTANCE, findings=findings)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Time as the module sees it, which passes when it is told to."""
    now = [NOON]

    def tick(span: timedelta) -> None:
        now[0] += span

    def utc_now() -> datetime:
        return now[0]

    monkeypatch.setattr(attention, "utc_now", utc_now)
    return tick


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A machine with the volume that survives."""
    Place(tmp_path).host.path(f"{Path.home()}/SageMaker").mkdir(parents=True)
    return Place(tmp_path)


def due(memory: Memory, report: Report, days: int = CAP) -> tuple[str, ...]:
    return memory.attention(report, days).notice


def test_a_failure_is_told_once(place: Place, clock: Clock) -> None:
    memory, report = Memory(place), report_of(s3="FAILED", s1="WARNING")
    assert due(memory, report) == ()  # before the file was looked at
    memory.observe(report)
    assert set(due(memory, report)) == {"SageMaker.3", "SageMaker.1"}
    assert set(memory.tell(report, CAP)) == {"SageMaker.3", "SageMaker.1"}
    assert memory.tell(report, CAP) == ()  # another page that asks at the same time
    clock(3 * A_DAY)
    memory.observe(report)
    assert due(memory, report) == ()


@pytest.mark.parametrize(
    ("statuses", "again"),
    [
        (["FAILED", "FAILED"], False),
        (["FAILED", "UNKNOWN", "FAILED"], False),
        (["FAILED", "NOT_APPLICABLE", "FAILED"], False),
        (["FAILED", "WARNING"], False),
        (["FAILED", "PASSED", "FAILED"], True),
        (["WARNING", "FAILED"], True),
        (["FAILED", "WARNING", "FAILED"], True),
        (["PASSED", "UNKNOWN"], False),
        (["WARNING", "PASSED", "UNKNOWN", "WARNING"], True),
    ],
)
def test_only_what_got_worse_is_told_again(
    place: Place, clock: Clock, statuses: list[str], again: bool
) -> None:
    memory = Memory(place)
    first = report_of(s3=statuses[0])
    memory.observe(first)
    memory.tell(first, CAP)
    for status in statuses[1:]:
        clock(A_DAY)
        report = report_of(s3=status)
        memory.observe(report)
    assert due(memory, report) == (("SageMaker.3",) if again else ())


def test_one_notice_a_day_with_everything_that_came_in_between(place: Place, clock: Clock) -> None:
    memory, report = Memory(place), report_of(s3="FAILED")
    memory.observe(report)
    memory.tell(report, CAP)
    for more in ({"s1": "FAILED"}, {"s1": "FAILED", "s2": "FAILED"}):
        clock(timedelta(hours=11))
        report = report_of(s3="FAILED", **more)
        memory.observe(report)
        assert due(memory, report) == ()
        assert memory.tell(report, CAP) == ()
    clock(timedelta(hours=2))
    assert set(memory.tell(report, CAP)) == {"SageMaker.1", "SageMaker.2"}


def test_what_is_over_before_it_was_told_is_never_told(place: Place, clock: Clock) -> None:
    memory = Memory(place)
    memory.observe(report_of(s3="FAILED"))
    good = report_of()
    memory.observe(good)
    assert due(memory, good) == ()


def test_a_waived_finding_asks_for_nothing(place: Place, clock: Clock) -> None:
    report = report_of(s3="FAILED")
    waiver = Waiver("ann", "until the migration", NOON + A_DAY)
    findings = tuple(
        replace(f, waiver=waiver if f.status is Status.FAILED else None) for f in report.findings
    )
    report, memory = replace(report, findings=findings), Memory(place)
    memory.observe(report)
    asks = memory.attention(report, CAP)
    assert (asks.notice, asks.verdict) == ((), "")


def test_a_snooze_holds_for_its_days_and_over_a_restart(place: Place, clock: Clock) -> None:
    report = report_of(s3="FAILED")
    Memory(place).observe(report)
    memory = Memory(place)
    memory.observe(report)
    assert memory.snooze(report, 7, "my admin knows")
    again = Memory(place)
    again.observe(report)
    snooze = again.attention(report, CAP).snooze
    assert snooze is not None
    assert (snooze.until, snooze.reason) == (NOON + 7 * A_DAY, "my admin knows")
    assert due(again, report) == ()
    assert again.tell(report, CAP) == ()
    clock(7 * A_DAY)
    assert again.attention(report, CAP).snooze is None
    assert due(again, report) == ("SageMaker.3",)


def test_a_snooze_can_be_ended_and_the_admin_s_cap_shortens_it(place: Place, clock: Clock) -> None:
    report, memory = report_of(s3="FAILED"), Memory(place)
    memory.observe(report)
    memory.snooze(report, 7, "later")
    clock(2 * A_DAY)
    assert memory.attention(report, 7).snooze is not None
    assert memory.attention(report, 1).snooze is None
    shortened = memory.attention(report, 3).snooze
    assert shortened is not None
    assert shortened.until == NOON + 3 * A_DAY
    assert due(memory, report, 0) == ("SageMaker.3",)
    memory.wake(report)
    assert memory.attention(report, 7).snooze is None


def test_a_clock_that_was_set_back_silences_nothing(place: Place, clock: Clock) -> None:
    report, memory = report_of(s3="FAILED"), Memory(place)
    memory.observe(report)
    memory.snooze(report, 7, "later")
    memory.tell(report, CAP)
    clock(-30 * A_DAY)
    assert memory.attention(report, CAP).snooze is None
    assert due(memory, report) == ("SageMaker.3",)


def test_a_dismissal_is_of_one_verdict(place: Place, clock: Clock) -> None:
    memory = Memory(place)
    one, two = report_of(s3="FAILED"), report_of(s3="FAILED", s2="FAILED")
    memory.observe(one)
    memory.dismiss(one, verdict(one))
    assert memory.attention(one, CAP).dismissed
    assert not memory.attention(two, CAP).dismissed
    assert not memory.attention(report_of(s3="WARNING"), CAP).dismissed
    again = Memory(place)
    again.observe(one)
    assert again.attention(one, CAP).dismissed


def test_another_instance_starts_with_nothing_told(place: Place, clock: Clock) -> None:
    report, memory = report_of(s3="FAILED"), Memory(place)
    memory.observe(report)
    memory.tell(report, CAP)
    memory.dismiss(report, verdict(report))
    arn = "arn:aws:sagemaker:eu-central-1:111122223333:notebook-instance/other"
    other = replace(report, resource=replace(INSTANCE, arn=arn, name="other"))
    for known in (memory, Memory(place)):
        known.observe(other)
        asks = known.attention(other, CAP)
        assert (asks.notice, asks.dismissed) == (("SageMaker.3",), False)


def test_an_unknown_machine_is_never_asked_about(place: Place) -> None:
    memory = Memory(place)
    blank = nothing_known(place, Reason.NOT_YET_CHECKED, "")
    assert memory.observe(blank)
    assert due(memory, blank) == ()
    assert not attention.default_path(place).exists()


def test_it_lies_on_the_volume_that_survives_and_is_nobody_else_s(
    place: Place, tmp_path: Path
) -> None:
    report, memory = report_of(s3="FAILED"), Memory(place)
    memory.observe(report)
    path = attention.default_path(place)
    assert path == tmp_path / str(Path.home())[1:] / "SageMaker/.jupyter-sm-guard/attention.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert json.loads(path.read_text())["resource"] == INSTANCE.arn


def test_without_that_volume_it_lies_with_jupyter_s_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "data"))
    path = attention.default_path(Place(tmp_path))
    assert path == tmp_path / "data" / "jupyter-sm-guard" / "attention.json"


def test_where_a_file_is_in_the_way_memory_is_enough(place: Place) -> None:
    attention.default_path(place).parent.write_text("not a folder")
    report, memory = report_of(s3="FAILED"), Memory(place)
    assert not memory.observe(report)
    assert memory.tell(report, CAP) == ("SageMaker.3",)
    assert memory.tell(report, CAP) == ()


@given(
    content=st.one_of(
        st.binary(max_size=200),
        st.sampled_from([b"[]", b"null", b'{"schema": 2}', b'{"told": {"SageMaker.3": "X"}}']),
    )
)
def test_a_damaged_file_is_as_good_as_none(
    content: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    root = tmp_path_factory.mktemp("machine")
    path = root / str(Path.home())[1:] / "SageMaker" / ".jupyter-sm-guard" / "attention.json"
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    path.chmod(0o600)
    memory, report = Memory(Place(root)), report_of(s3="FAILED")
    memory.observe(report)
    assert due(memory, report) == ("SageMaker.3",)


def test_a_file_of_somebody_else_s_making_is_not_believed(place: Place, tmp_path: Path) -> None:
    report, memory = report_of(s3="FAILED"), Memory(place)
    memory.observe(report)
    memory.tell(report, CAP)
    path = attention.default_path(place)
    told = path.read_text()
    elsewhere = tmp_path / "elsewhere.json"
    elsewhere.write_text(told)
    for change in (
        lambda: path.chmod(0o644),
        lambda: (path.unlink(), os.mkfifo(path, 0o600)),
        lambda: (path.unlink(), path.symlink_to(elsewhere)),
    ):
        change()
        other = Memory(place)
        other.observe(report)
        assert due(other, report) == ("SageMaker.3",)


@given(statuses=st.lists(st.sampled_from(list(Status)), min_size=1, max_size=12))
def test_whatever_happens_nothing_but_a_failure_or_warning_is_told(
    statuses: list[Status], tmp_path_factory: pytest.TempPathFactory
) -> None:
    memory = Memory(Place(tmp_path_factory.mktemp("machine")))
    memory._now = attention.Remembered(resource=INSTANCE.arn or "")
    told = 0
    for status in statuses:
        report = report_of(s2=status.value)
        memory.observe(report)
        asked = memory.tell(report, CAP)
        assert not asked or status in BAD
        assert set(asked) <= {"SageMaker.2"}
        told += len(asked)
    assert told <= 1  # all of it happened within a day
