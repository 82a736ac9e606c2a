"""The collector's report as everybody else reads it: it counts whole or not at all, and where it
does not count nothing stands in for it. The folder here stands in for the machine, its owner for
root; other owners are in test_lifecycle_collector.py."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from conftest import INSTANCE, NOON
from faults.machine import POLICY, notebook_instance, write
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from reports import report

from jupyter_sm_guard import catalog, collected, guard, notebook_user, observation, store
from jupyter_sm_guard.collected import FOLDER, Apart, latest, signed
from jupyter_sm_guard.doctor import as_text, diagnose
from jupyter_sm_guard.evaluator import evaluate
from jupyter_sm_guard.judge import aged
from jupyter_sm_guard.linter import posture
from jupyter_sm_guard.model import (
    Evidence,
    Fact,
    Known,
    Reason,
    Report,
    Resource,
    Status,
    Unknown,
    utc_now,
)
from jupyter_sm_guard.place import Place
from jupyter_sm_guard.policy import Policy
from jupyter_sm_guard.policy.reading import Part, of
from jupyter_sm_guard.program import Ran
from jupyter_sm_guard.wire import to_json

pytestmark = pytest.mark.unit

QUARTER = timedelta(minutes=15)


def made(place: Place, now: datetime | None = None, **facts: Any) -> Report:
    """What a collector there reports."""
    seen = replace(report(**facts), integrity=place.stand_ins, observed_at=now or utc_now())
    return signed(seen, QUARTER)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A notebook instance whose collector has just reported that all is well."""
    root = tmp_path / "machine"
    root.mkdir(mode=0o755)
    notebook_instance(root)
    folder = root / FOLDER.lstrip("/")
    folder.mkdir(parents=True, mode=0o755)
    for each in (folder, *folder.parents):
        if each.is_relative_to(root):
            each.chmod(0o755)
    place = Place(root)
    collected.write(made(place), folder)
    return place


def folder_of(place: Place) -> Path:
    return place.host.path(FOLDER)


def file_of(place: Place) -> Path:
    return place.host.path(collected.PATH)


def statuses(found: Report) -> dict[str, tuple[Status, Reason | None]]:
    return {f.check: (f.status, f.reason) for f in found.findings}


@pytest.fixture
def nobody_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    def ask(*_: object) -> None:
        raise AssertionError("a source was asked")

    monkeypatch.setattr(observation, "_collect", ask)


def test_it_is_read_by_every_door_and_nobody_is_asked(
    place: Place, nobody_asks: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "runtime"))
    said = guard.check(place, Policy())
    assert said.collector is not None
    assert said.collector.next_at == said.observed_at + QUARTER + collected.SLACK
    assert statuses(said)["SageMaker.1"] == (Status.PASSED, None)
    forged = report(RootAccess="Enabled")  # what a server of the user's may have left
    store.write(replace(forged, integrity=place.stand_ins), store.default_path())
    for found in (guard.latest(place), guard.check_now(place), evaluate(place).report):
        assert found == said
    guard.require("SageMaker.1", "SageMaker.3", place=place)
    assert posture.known(("auto",), place)[0] == {"no-internet", "no-root"}
    assert "PASSED" in guard.seen_here(guard.named("SageMaker.3"), place)


def test_without_its_report_nothing_passes_and_nothing_stands_in(
    place: Place, nobody_asks: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "runtime"))
    file_of(place).unlink()
    mine = replace(report(), integrity=place.stand_ins)
    for left_behind in (mine, signed(mine, QUARTER)):
        store.write(replace(left_behind, observed_at=utc_now()), store.default_path())
        for found in (guard.latest(place), guard.check_now(place), evaluate(place).report):
            assert {*statuses(found).values()} == {(Status.UNKNOWN, Reason.COLLECTOR)}
            assert found.collector is None
            assert found.resource == INSTANCE
            assert "systemctl status" in found.findings[0].fix
        with pytest.raises(guard.NotPassed, match="the collector of this instance has not repo"):
            guard.require("SageMaker.1", place=place)
        assert posture.known(("auto",), place) == (frozenset(), "")


def made_ago(place: Place, ago: timedelta, every: timedelta) -> None:
    seen = made(place, utc_now() - ago)
    collected.write(signed(seen, every), folder_of(place))


def test_its_report_is_as_old_as_it_is(place: Place) -> None:
    """A check can't be had in its place, so one that is too old for the caller is no pass."""
    day = timedelta(days=1)
    made_ago(place, timedelta(minutes=90), day)
    guard.require("SageMaker.1", place=place)
    assert guard.latest(place).integrity == place.stand_ins
    five = timedelta(minutes=5)
    with pytest.raises(guard.NotPassed, match=r"STALE.*the collector last checked at 2.*300 sec"):
        guard.require("SageMaker.1", place=place, max_age=five)
    found = guard.latest(place, five)
    assert [flag.flag for flag in found.integrity if flag not in place.stand_ins] == ["stale"]

    made_ago(place, timedelta(hours=71), day)
    for found in (guard.latest(place, five), guard.check_now(place), evaluate(place).report):
        again = aged(found, utc_now())
        assert [flag.flag for flag in again.integrity if flag not in place.stand_ins] == ["stale"]
        assert "71 hours ago" in again.integrity[-1].detail
    made_ago(place, timedelta(hours=72, minutes=1), day)
    found = guard.check_now(place)
    assert {f.status for f in found.findings} <= {Status.UNKNOWN, Status.NOT_APPLICABLE}
    assert "systemctl status" in found.findings[0].fix


def test_what_the_policy_turns_on_is_unknown_too_where_the_report_does_not_count(
    place: Place,
) -> None:
    file_of(place).unlink()
    write(place.host.path("/") / POLICY, "[probes]\nrole = true\n")
    with pytest.raises(guard.NotPassed, match=r"guard.role: UNKNOWN \(COLLECTOR\)"):
        guard.require("guard.role", place=place)


def test_the_policy_may_require_one_where_none_is_installed(
    place: Place, nobody_asks: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    shutil.rmtree(folder_of(place))
    assert not collected.governs(place, Policy())
    write(place.host.path("/") / POLICY, "collector_required = true\ncontact = 'us@example.com'\n")
    found = guard.check_now(place)
    assert {*statuses(found).values()} == {(Status.UNKNOWN, Reason.COLLECTOR)}
    assert "is not installed" in found.findings[0].because
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "runtime"))
    mine = replace(report(), integrity=place.stand_ins, observed_at=utc_now())
    store.write(mine, store.default_path())
    assert posture.known(("auto",), place) == (frozenset(), "")
    assert found.contact == "us@example.com"


def test_no_later_policy_takes_the_requirement_back() -> None:
    parts = [Part("a", b"collector_required = true"), Part("b", b"collector_required = false")]
    assert of(parts, catalog.vocabulary()).collector_required
    assert not of(parts[1:], catalog.vocabulary()).collector_required


def test_the_doctor_says_whose_answers_count(place: Place) -> None:
    says = "asked as this user (the collector's report is what counts)"
    assert says in as_text(diagnose(place, 5.0))
    shutil.rmtree(folder_of(place))
    assert says not in as_text(diagnose(place, 5.0))


def test_a_report_that_a_user_keeps_is_no_collector_s(place: Place, tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    store.write(made(place), path)
    assert store.read(path, INSTANCE, place) is None
    store.write(replace(made(place), collector=None), path)
    assert store.read(path, INSTANCE, place) is not None


PARTS = ("", "var", "var/lib", "var/lib/jupyter-sm-guard", FOLDER[1:], collected.PATH[1:])


@pytest.mark.parametrize("mode", [0o775, 0o757, 0o777, 0o1777, 0o720])
@pytest.mark.parametrize("part", PARTS)
def test_what_others_can_write_or_replace_is_not_believed(
    part: str, mode: int, place: Place
) -> None:
    assert place.root is not None
    (place.root / part).chmod(mode)
    found = latest(INSTANCE, place)
    assert isinstance(found, Unknown)
    assert (found.reason, found.source) == (Reason.COLLECTOR, "the collector")
    assert "can be written by others" in found.detail


def _replaced(path: Path, by: Callable[[Path], object]) -> None:
    path.rename(path.with_name("before"))
    by(path)


def _linked(path: Path) -> None:
    _replaced(path, lambda gone: gone.symlink_to("before"))


PUT_THERE: Mapping[str, tuple[Callable[[Place], object], str]] = {
    "a link": (lambda p: _linked(file_of(p)), "can't be opened"),
    "behind a link": (lambda p: _linked(folder_of(p)), "can't be opened"),
    "far behind a link": (lambda p: _linked(folder_of(p).parent.parent), "can't be opened"),
    "of two names": (lambda p: os.link(file_of(p), folder_of(p) / "x"), "of one name"),
    "a pipe": (lambda p: _replaced(file_of(p), os.mkfifo), "not a regular file"),
    "a folder": (lambda p: _replaced(file_of(p), Path.mkdir), "not a regular file"),
    "behind a file": (lambda p: _replaced(folder_of(p), Path.touch), "can't be opened"),
    "huge": (lambda p: os.truncate(file_of(p), collected.SIZE_LIMIT + 1), "is larger than"),
    "empty": (lambda p: os.truncate(file_of(p), 0), "is damaged"),
    "cut off": (lambda p: os.truncate(file_of(p), 5000), "is damaged"),
    "no JSON": (lambda p: file_of(p).write_bytes(b"\xff{"), "is damaged"),
    "deep JSON": (lambda p: file_of(p).write_text("[" * 100_000), "is damaged"),
    "no report": (lambda p: file_of(p).write_text('{"status": "PASSED"}'), "is damaged"),
}


@pytest.mark.parametrize(("put", "says"), PUT_THERE.values(), ids=PUT_THERE)
def test_whatever_lies_there_counts_for_nothing_and_never_blocks(
    put: Callable[[Place], object], says: str, place: Place
) -> None:
    put(place)
    before = len(os.listdir("/proc/self/fd"))
    found = latest(INSTANCE, place)
    assert isinstance(found, Unknown)
    assert says in found.detail
    assert len(os.listdir("/proc/self/fd")) == before


WRONG: Mapping[str, tuple[Callable[[Report], Report], str]] = {
    "of another machine": (
        lambda r: replace(r, resource=replace(r.resource, name="other")),
        "about another machine",
    ),
    "of another schema": (lambda r: replace(r, schema=2), "none that this version can use"),
    "of somebody else": (lambda r: replace(r, collector=None), "none that this version can use"),
    "of nothing": (lambda r: replace(r, findings=()), "none that this version can use"),
    "made with other stand-ins": (
        lambda r: replace(r, integrity=()),
        "not made with the stand-ins",
    ),
}


@pytest.mark.parametrize(("change", "says"), WRONG.values(), ids=WRONG)
def test_a_report_of_something_else_counts_for_nothing(
    change: Callable[[Report], Report], says: str, place: Place
) -> None:
    collected.write(change(made(place)), folder_of(place))
    found = latest(INSTANCE, place)
    assert isinstance(found, Unknown)
    assert (found.reason, says in found.detail) == (Reason.COLLECTOR, True)


MINUTES = st.integers(-5000, 5000)


@settings(suppress_health_check=list(HealthCheck), deadline=None, max_examples=60)
@given(age=MINUTES, ahead=MINUTES)
@example(age=48, ahead=16)
@example(age=49, ahead=16)
@example(age=-1, ahead=16)
@example(age=-2, ahead=16)
@example(age=0, ahead=1441)
@example(age=0, ahead=1442)
@example(age=0, ahead=0)
def test_it_counts_from_when_it_was_made_until_three_in_a_row_did_not_come(
    age: int, ahead: int, place: Place
) -> None:
    seen = NOON - timedelta(minutes=age)
    due = signed(made(place, seen), timedelta(minutes=ahead) - collected.SLACK)
    collected.write(due, folder_of(place))
    found = latest(INSTANCE, place, NOON)
    counts = 0 < ahead <= 1441 and -1 <= age <= 3 * ahead
    assert isinstance(found, Report) == counts
    if isinstance(found, Unknown):
        is_old = 0 < ahead <= 1441 and age > 3 * ahead
        assert found.reason is (Reason.STALE if is_old else Reason.COLLECTOR)


def places_in(value: Any, so_far: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to everything in JSON data."""
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    found = []
    for key, each in inner:
        found.append((*so_far, key))
        if isinstance(each, (dict, list)):
            found += places_in(each, (*so_far, key))
    return found


JSON = st.sampled_from([None, True, 0, -1, "", "PASSED", "2999-01-01T00:00:00Z", [], {}, [{}]])


@settings(suppress_health_check=list(HealthCheck), deadline=None, max_examples=150)
@given(data=st.data(), other=JSON, is_dropped=st.booleans())
def test_one_change_to_it_makes_another_report_or_none_and_never_another_machine_s(
    data: st.DataObject, other: Any, is_dropped: bool, place: Place
) -> None:
    content: Any = to_json(made(place))
    *way, last = data.draw(st.sampled_from(places_in(content)))
    within = content
    for key in way:
        within = within[key]
    if is_dropped:
        del within[last]
    else:
        within[last] = other
    file_of(place).write_text(json.dumps(content))
    found = latest(INSTANCE, place)
    if isinstance(found, Report):
        assert found.resource == INSTANCE
        assert found.collector is not None
        assert {*place.stand_ins} <= {*found.integrity}
    shown = guard.check(place, Policy())
    assert (shown.collector is None) == isinstance(found, Unknown)
    if shown.collector is None:
        assert {f.status for f in shown.findings} == {Status.UNKNOWN}


# --- what only the notebooks' user, or root, can tell


def test_what_is_about_who_asks_is_known_by_name() -> None:
    of_user = {fact for source in catalog.sources().values() for fact in source.of_user}
    assert of_user == {*notebook_user.FACTS}
    assert of_user <= {fact for s in catalog.sources().values() for fact in s.facts}


RECORDED = {
    "sudo": {"exit": 0, "output": "User x may run the following commands on h:\n    (ALL) ALL\n"},
    "docker_socket": True,
    "packages": {"jupyterlab": "4.6.6", "jupyter_server": "2.21.1", "notebook": None},
}
LOOKED = {"RootObtainable": True, "RootBy": "sudo without a password", "jupyterlab": "4.5.9"}


def evidence(place: Place, told: Mapping[str, Fact], folder: Path) -> Evidence:
    assert place.root is not None
    write(place.root / "run" / "recorded.json", json.dumps(RECORDED))
    write(place.root / "etc" / "os-release", 'ID="amzn"\nVERSION_ID="2023"\n')
    return observation.observe(place, Policy(), 8.0, Apart(told, folder))


def test_the_collector_s_own_rights_and_packages_are_never_the_users(
    place: Place, tmp_path: Path
) -> None:
    untold = notebook_user.told(place.host)
    assert {type(fact) for fact in untold.values()} == {Unknown}
    found = evidence(place, untold, tmp_path)
    for name in notebook_user.FACTS:
        assert found.fact(name) == untold[name]
    system = found.fact("OperatingSystem")
    assert isinstance(system, Known)
    assert system.value == "Amazon Linux 2023"
    by_root = {**untold, **{n: Known(v, "root", NOON) for n, v in LOOKED.items()}}
    found = evidence(place, by_root, tmp_path)
    assert {n: found.fact(n) for n in notebook_user.FACTS} == by_root


def test_what_the_policy_turns_off_root_does_not_tell_either(place: Place, tmp_path: Path) -> None:
    told = {name: Known("x", "root", NOON) for name in notebook_user.FACTS}
    policy = Policy(probes_off=frozenset({"root_access"}))
    found = observation.observe(place, policy, 8.0, Apart(told, tmp_path)).fact("RootObtainable")
    assert isinstance(found, Unknown)
    assert found.reason is Reason.NOT_PERMITTED_BY_POLICY


def lay_told(place: Place, **changes: Any) -> None:
    facts = {"RootObtainable": to_json(Known(True, "root on this machine", utc_now()))}
    seen = {"at": to_json(utc_now()), "facts": facts, **changes}
    path = place.host.path(notebook_user.PATH)
    write(path, json.dumps(seen)).chmod(0o644)


def test_what_root_saw_is_taken_for_minutes_and_of_nothing_else(place: Place) -> None:
    lay_told(place)
    told = notebook_user.told(place.host)
    found = told["RootObtainable"]
    assert isinstance(found, Known)
    assert found.value is True
    assert isinstance(told["RootBy"], Unknown)
    assert {*told} == {*notebook_user.FACTS}
    for changes in (
        {"at": to_json(utc_now() - timedelta(minutes=6))},
        {"at": to_json(utc_now() + timedelta(minutes=6))},
        {"facts": [], "at": 7},
    ):
        lay_told(place, **changes)
        assert {type(fact) for fact in notebook_user.told(place.host).values()} == {Unknown}
    lay_told(place, facts={"RootAccess": to_json(Known("Disabled", "me", utc_now()))})
    assert {*notebook_user.told(place.host)} == {*notebook_user.FACTS}
    lay_told(place)
    place.host.path(notebook_user.PATH).chmod(0o666)
    assert isinstance(notebook_user.told(place.host)["RootObtainable"], Unknown)


def test_packages_are_told_by_names_alone(tmp_path: Path) -> None:
    site = tmp_path / "lib" / "python3.12" / "site-packages"
    site.mkdir(parents=True)
    for name in ("jupyterlab-4.6.6", "jupyter_server-2.17.0", "notebook-$(id)", "evil-1.0"):
        (site / f"{name}.dist-info").mkdir()
    os.mkfifo(site / "jupyterlab")
    *_, seen = notebook_user.look("root", tmp_path, Place().host)
    found = seen.facts
    versions = {n: f.value for n, f in found.items() if isinstance(f, Known)}
    assert versions == {
        "RootObtainable": True,
        "RootBy": "uid 0",
        "jupyterlab": "4.6.6",
        "jupyter_server": "2.17.0",
    }
    *_, nothing = notebook_user.look("no-such-user", tmp_path / "none", Place().host)
    assert {type(fact) for fact in nothing.facts.values()} == {Unknown}


def test_however_much_lies_there_little_is_looked_at_and_root_s_own_comes_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for version in ("3.11", "3.12", "3.13", "3.\u0661", "3.9\n"):
        site = tmp_path / "lib" / f"python{version}" / "site-packages"
        site.mkdir(parents=True)
        for number in range(40):
            (site / f"evil-{number}").touch()
    seen, scandir = [], os.scandir

    @contextlib.contextmanager
    def counting(folder: Path) -> Iterator[Iterator[os.DirEntry[str]]]:
        with scandir(folder) as found:
            yield (seen.append(entry.path) or entry for entry in found)  # type: ignore[func-returns-value]

    monkeypatch.setattr(os, "scandir", counting)
    monkeypatch.setattr(notebook_user, "_MOST_NAMES", 60)
    looking = notebook_user.look("root", tmp_path, Place().host)
    first = next(looking)
    assert first.facts["RootBy"] == replace(first.facts["RootBy"], value="uid 0")
    assert not seen
    assert {type(next(looking).facts[name]) for name in notebook_user.PACKAGES[:1]} == {Unknown}
    assert 40 < len(seen) <= 60
    assert not [path for path in seen if "\u0661/" in path or "\n/" in path]


def test_an_answer_of_sudo_s_that_proves_nothing_stays_what_it_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Neither a sudo that did not answer nor one that allows some commands lets nobody be root."""
    some = "User x may run the following commands on h:\n    (ALL) NOPASSWD: /bin/ls\n"
    for said, reason in (
        (Unknown(Reason.TIMEOUT, "it did not end"), Reason.TIMEOUT),
        (Ran(0, some), Reason.UNKNOWN_VALUE),
        (Ran(1, "User nobody is not allowed to run sudo on h."), Reason.FIELD_MISSING),
        (Unknown(Reason.NOT_FOUND, "there is none"), Reason.FIELD_MISSING),
    ):
        monkeypatch.setattr(notebook_user.sudo, "ask", lambda *_, said=said: said)
        monkeypatch.setattr(notebook_user, "DOCKER_SOCKET", "/nonexistent")
        found = next(notebook_user.look("nobody", Path("/nonexistent"), Place().host))
        way = found.facts["RootBy"]
        assert isinstance(way, Unknown)
        assert way.reason is reason


def test_other_resources_of_the_account_are_another_machine(place: Place) -> None:
    other: Resource = replace(INSTANCE, arn=f"{INSTANCE.arn}-2")
    assert isinstance(latest(other, place), Unknown)
