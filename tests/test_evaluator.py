"""When a server checks, on a real event loop: after failures, crashes and without threads."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from reports import GOOD, report
from tornado.ioloop import IOLoop

from jupyter_sm_guard import evaluator, guard
from jupyter_sm_guard.collected import signed
from jupyter_sm_guard.evaluator import Evaluator, Result
from jupyter_sm_guard.model import Reason, Report, ResourceKind, Status, utc_now
from jupyter_sm_guard.place import Place

pytestmark = pytest.mark.unit

Announced = list[tuple[Result, tuple[str, ...]]]


def run(scene: Callable[[Evaluator, Announced], object], root: Path, patience: float = 30) -> None:
    """Play a scene with an evaluator on a loop; it is a coroutine function."""

    async def play() -> None:
        announced: Announced = []
        kept: list[Result] = []
        made = Evaluator(
            IOLoop.current(), Place(root), 900, lambda *given: announced.append(given), kept.append
        )
        await asyncio.wait_for(scene(made, announced), patience)  # type: ignore[arg-type]
        made.stop()

    asyncio.run(play())


async def until(is_so: Callable[[], object]) -> None:
    while not is_so():
        await asyncio.sleep(0.01)


def test_it_reports_and_names_what_changed(tmp_path: Path) -> None:
    async def scene(made: Evaluator, announced: Announced) -> None:
        assert {f.reason for f in made.report.findings} == {Reason.NOT_YET_CHECKED}
        assert made.age() is None
        assert made.request() is None
        assert made.running
        await until(lambda: announced)
        assert not made.running
        assert made.report.resource.kind is ResourceKind.NOT_SAGEMAKER
        assert len(announced[0][1]) == 5
        assert made.age() is not None
        assert (made.request() or 0) > 50

    run(scene, tmp_path)


def test_a_crash_of_ours_proves_nothing_and_is_not_the_last_check(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(place: Place) -> Result:
        raise SystemExit(str(place))

    async def scene(made: Evaluator, announced: Announced) -> None:
        made.request()
        await until(lambda: announced)
        before = made.report
        monkeypatch.setattr(evaluator, "evaluate", crash)
        monkeypatch.setattr(threading, "excepthook", lambda _: None)
        monkeypatch.setattr(evaluator, "MINIMUM_INTERVAL", 0.0)
        assert made.request() is None
        await until(lambda: not made.running)
        assert made.report is not before
        assert {f.status for f in made.report.findings} == {Status.UNKNOWN}
        assert made.age() is None
        monkeypatch.undo()
        monkeypatch.setattr(evaluator, "MINIMUM_INTERVAL", 0.0)
        made.request()
        await until(lambda: len(announced) == 2)

    run(scene, tmp_path)


def test_a_crash_of_the_check_itself_is_a_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: object) -> Report:
        raise KeyError("secret")

    monkeypatch.setattr(guard, "check", crash)
    report = evaluator.evaluate(Place(tmp_path)).report
    assert {(f.status, f.reason) for f in report.findings} == {
        (Status.UNKNOWN, Reason.INTERNAL_ERROR)
    }
    assert "secret" not in report.findings[0].because


def test_without_a_thread_to_be_had_it_tries_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none_left(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    async def scene(made: Evaluator, announced: Announced) -> None:
        with monkeypatch.context() as without:
            without.setattr(threading.Thread, "start", none_left)
            without.setattr(evaluator, "MINIMUM_INTERVAL", 0.0)
            assert made.request() is None
            assert not made.running
            made.request()
        monkeypatch.setattr(evaluator, "MINIMUM_INTERVAL", 0.0)
        made.request()
        await until(lambda: announced)

    run(scene, tmp_path)


def test_a_stopped_one_starts_nothing(tmp_path: Path) -> None:
    async def scene(made: Evaluator, announced: Announced) -> None:
        made.stop()
        made.request()
        assert not made.running
        assert announced == []

    run(scene, tmp_path)


def test_a_collector_s_report_is_as_old_as_it_says_and_read_again_when_the_next_is_due(
    tmp_path: Path,
) -> None:
    async def scene(made: Evaluator, announced: Announced) -> None:
        seen = replace(report(), observed_at=utc_now() - timedelta(minutes=10))
        made._end(Result(signed(seen, timedelta(minutes=19)), 0.1))
        assert made.age() == pytest.approx(600, abs=5)
        assert made.due() == pytest.approx(600, rel=0.17)
        late = replace(report(), observed_at=utc_now() - timedelta(minutes=25))
        made._end(Result(signed(late, timedelta(minutes=19)), 0.1))
        assert made.due() == pytest.approx(60, rel=0.17)
        facts = dict.fromkeys(GOOD, Reason.COLLECTOR)
        for seconds in (60, 120, 240, 480, 900, 900):
            made._end(Result(report(**facts), 0.1))
            assert made.due() == pytest.approx(seconds, rel=0.17)
        made._end(Result(report(), 0.1))
        made._end(Result(report(**facts), 0.1))
        assert made.due() == pytest.approx(60, rel=0.17)
        assert len(announced) == 10

    run(scene, tmp_path)


@pytest.mark.parametrize(
    ("facts", "kind", "seconds"),
    [
        ({}, ResourceKind.NOTEBOOK_INSTANCE, 900),
        ({"RootAccess": Reason.TIMEOUT}, ResourceKind.NOTEBOOK_INSTANCE, 1800),
        ({"RootAccess": Reason.MISSING_PERMISSION}, ResourceKind.NOTEBOOK_INSTANCE, 3600),
        ({"RootAccess": Reason.FIELD_MISSING}, ResourceKind.NOTEBOOK_INSTANCE, 900),
        ({}, ResourceKind.STUDIO, 900),
        ({}, ResourceKind.NOT_SAGEMAKER, evaluator.ELSEWHERE_INTERVAL),
    ],
)
def test_the_next_check_comes_when_another_answer_may_come(
    facts: dict[str, Reason], kind: ResourceKind, seconds: float, tmp_path: Path
) -> None:
    async def scene(made: Evaluator, announced: Announced) -> None:
        known = report(**facts)
        result = Result(replace(known, resource=replace(known.resource, kind=kind)), 0.1)
        made._end(result)
        assert made.due() == pytest.approx(seconds, rel=0.16)  # with its jitter
        assert len(announced) == 1

    run(scene, tmp_path)
