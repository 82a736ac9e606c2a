"""What a notebook gets of the guard: snapshots that age, `require`, and the widget."""

from __future__ import annotations

import pickle
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from conftest import INSTANCE
from reports import report

from jupyter_sm_guard import guard, metadata, store
from jupyter_sm_guard.model import (
    IntegrityFlag,
    Reason,
    Report,
    Status,
    Waiver,
    rfc3339,
    utc_now,
)
from jupyter_sm_guard.place import Place
from jupyter_sm_guard.widget import GuardWidget

# the oldest ipywidgets that we declare uses what newer kernels call old
pytestmark = pytest.mark.filterwarnings("ignore:The `ipykernel.comm.Comm` class:DeprecationWarning")


def quick(test: Callable[..., None]) -> Callable[..., None]:
    """Marks what needs neither a child process nor a simulated AWS."""
    return pytest.mark.unit(pytest.mark.floor(test))


# --- how it ages ---------------------------------------------------------------------------------


def old(hours: float, made: Report) -> Report:
    return replace(made, observed_at=utc_now() - timedelta(hours=hours))


@quick
@pytest.mark.parametrize(("hours", "stale"), [(0, False), (23.9, False), (24.1, True)])
def test_a_verdict_is_never_without_its_time_and_says_when_stale(hours: float, stale: bool) -> None:
    made = old(hours, report())
    when = rfc3339(made.observed_at)
    for text in guard.snapshot(made).values():
        assert text.count("PASSED") >= 5
        rows = [line for line in text.splitlines() if "PASSED" in line and "data-" not in line]
        assert [row for row in rows if f"as of {when}" not in row and "{" not in row] == []
        assert ("stale: this was seen 24 hours ago" in text) is stale


@quick
def test_after_three_days_nothing_is_passed_any_more() -> None:
    for text in guard.snapshot(old(72.1, report())).values():
        assert "PASSED" not in text.partition("</style>")[2]
        assert "passed" not in text
        assert "[STALE]" in text
    elsewhere = replace(report(), findings=())
    assert "stale" in guard.snapshot(old(72.1, elsewhere))["text/plain"]


@quick
def test_a_stamp_is_text_only_and_tells_where_it_was_made() -> None:
    made = report(RootAccess="Enabled")
    bundle = guard.Stamp(made)._repr_mimebundle_()
    assert list(bundle) == ["text/plain"]
    text = bundle["text/plain"]
    assert text == str(guard.Stamp(made)) == repr(guard.Stamp(made))
    for part in (
        *("Team-NB", "arn:aws:sagemaker:eu-central-1:111122223333:notebook-instance/team-nb"),
        *("region: eu-central-1, account: 111122223333", "request ids: request-1", made.version),
        f"✘ FAILED as of {rfc3339(made.observed_at)}  SageMaker.3: ",
        "attest with AWS Config or Security Hub.",
    ):
        assert part in text


# --- the place, and whose report counts there ----------------------------------------------------


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """Team-NB, whose AWS refuses connections; Jupyter's runtime folder is empty."""
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "runtime"))
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    path = tmp_path / "root" / metadata.PATH.lstrip("/")
    path.parent.mkdir(parents=True)
    path.write_text(f'{{"ResourceArn": "{INSTANCE.arn}", "ResourceName": "Team-NB"}}')
    return Place(tmp_path / "root", "http://127.0.0.1:9")


def serve(made: Report, place: Place, minutes: float = 1) -> None:
    """What a server at `place` would have written so long ago."""
    then = utc_now() - timedelta(minutes=minutes)
    integrity = (*made.integrity, *place.stand_ins)
    store.write(replace(made, integrity=integrity, observed_at=then), store.default_path())


@quick
def test_the_environment_names_stand_ins_or_is_told_what_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root, url = "JUPYTER_SM_GUARD_ROOT", "JUPYTER_SM_GUARD_ENDPOINT_URL"
    monkeypatch.delenv(root, raising=False)
    monkeypatch.setenv(url, "")
    assert Place.of_environment() == Place()
    monkeypatch.setenv(root, str(tmp_path))
    monkeypatch.setenv(url, "http://127.0.0.1:9")
    assert Place.of_environment() == Place(tmp_path.resolve(), "http://127.0.0.1:9")
    monkeypatch.setenv(url, "http://example.com")
    with pytest.raises(ValueError, match=f"^{url}: http://example.com can't stand in for AWS"):
        Place.of_environment()
    monkeypatch.setenv(root, "/nowhere")
    with pytest.raises(ValueError, match=f"^{root}: /nowhere is not a folder$"):
        Place.of_environment()


@quick
def test_a_report_counts_only_where_the_very_same_stands_in(machine: Place) -> None:
    path = store.default_path()
    serve(report(), machine)
    assert store.read(path, INSTANCE, machine) is not None
    others = [
        Place(),
        Place(machine.root),
        Place(None, machine.endpoint_url),
        Place(machine.root, "http://127.0.0.1:10"),
    ]
    assert [store.read(path, INSTANCE, other) for other in others] == [None] * 4
    serve(report(), Place())
    assert store.read(path, INSTANCE, Place()) is not None
    assert store.read(path, INSTANCE, machine) is None


# --- require -------------------------------------------------------------------------------------


def refused(*checks: str, **more: Any) -> guard.NotPassed:
    with pytest.raises(guard.NotPassed) as caught:
        guard.require(*checks, **more)
    return caught.value


def test_a_recent_report_in_which_all_pass_is_enough(machine: Place) -> None:
    serve(report(RootAccess="Enabled"), machine)
    guard.require("SageMaker.1", "sagemaker.2", "SAGEMAKER.21", place=machine)
    assert guard.latest(machine).findings[0].status is Status.PASSED


@pytest.mark.parametrize(
    ("made", "minutes", "says"),
    [
        pytest.param(report(), 61, "UNKNOWN (UNREACHABLE), because ", id="too old"),
        pytest.param(report(), -5, "UNKNOWN (UNREACHABLE), because ", id="of the future"),
        pytest.param(
            report(RootAccess="Enabled"), 1, "UNKNOWN (UNREACHABLE), because ", id="failed"
        ),
        pytest.param(None, 1, "UNKNOWN (UNREACHABLE), because ", id="none"),
    ],
)
def test_what_no_check_can_prove_now_does_not_pass(
    machine: Place, made: Report | None, minutes: float, says: str
) -> None:
    if made is not None:
        serve(made, machine, minutes)
    error = refused("SageMaker.3", place=machine)
    assert error.why["SageMaker.3"].startswith(says)
    assert [f.check for f in error.findings] == ["SageMaker.3"]
    assert "1 of 1 required controls not PASSED, as of 20" in str(error)
    assert "    Ask whoever manages this VPC" in str(error), "the next step"
    assert str(pickle.loads(pickle.dumps(error))) == str(error), "from a pool of processes, too"


def test_each_that_does_not_pass_is_named_with_why() -> None:
    waiver = Waiver("Kim", "migration\x1b[2J", utc_now() + timedelta(days=1))
    made = report(DirectInternetAccess="Enabled", KmsKeyId=Reason.FIELD_MISSING)
    one = replace(made.findings[0], waiver=waiver)
    made = replace(
        made,
        findings=(one, *(f for f in made.findings[1:] if f.check != "SageMaker.8")),
        turned_off=("SageMaker.8",),
    )
    ids = ("SageMaker.1", "SageMaker.3", "SageMaker.8", "SageMaker.21", "SageMaker.4")
    refusals = guard._refusals(ids, made, may_stand_in=True)
    assert list(refusals) == ["SageMaker.1", "SageMaker.8", "SageMaker.21", "SageMaker.4"]
    assert "FAILED, because DirectInternetAccess is Enabled" in refusals["SageMaker.1"]
    assert "by Kim: migration" in refusals["SageMaker.1"]
    assert "which is no pass" in refusals["SageMaker.1"]
    assert refusals["SageMaker.8"].endswith("policy.toml turns it off")
    assert refusals["SageMaker.21"].startswith("UNKNOWN (FIELD_MISSING), because ")
    assert "not judged here" in refusals["SageMaker.4"]


@pytest.mark.parametrize("status", [status for status in Status if status != "PASSED"])
def test_no_status_but_passed_passes(status: Status) -> None:
    made = report()
    findings = (replace(made.findings[0], status=status), *made.findings[1:])
    refusals = guard._refusals(("SageMaker.1",), replace(made, findings=findings), True)
    assert refusals["SageMaker.1"].startswith(status.value)


def test_where_nothing_applies_nothing_passes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "runtime"))
    (tmp_path / "root").mkdir()
    error = refused("SageMaker.1", place=Place(tmp_path / "root"))
    assert error.why["SageMaker.1"].startswith("NOT_APPLICABLE, because this machine is not on")


def test_stand_ins_of_the_environment_prove_nothing(
    machine: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JUPYTER_SM_GUARD_ROOT", str(machine.root))
    serve(report(), Place(machine.root))
    guard.require("SageMaker.1", place=Place.of_environment())
    stood_in = IntegrityFlag("root_override", "a folder stood in")
    why = guard._refusals(("SageMaker.1",), replace(report(), integrity=(stood_in,)), False)
    assert why == {"SageMaker.1": "PASSED, which does not count: a folder stood in"}
    assert "SageMaker.1" in refused("SageMaker.1").why


def test_wrong_use_is_told_at_once() -> None:
    for ids, says in (
        ((), "require needs ids of controls"),
        (("SageMaker.80",), "no control SageMaker.80; did you mean SageMaker.8?"),
        ((["SageMaker.1"],), "did you mean SageMaker.1?"),
        (("zzz",), "jupyter sm-guard explain lists them all"),
    ):
        with pytest.raises(ValueError, match=says.replace("?", r"\?")):
            guard.require(*ids)  # type: ignore[arg-type]


# --- against a simulated AWS ---------------------------------------------------------------------


@pytest.fixture(scope="module")
def aws() -> Iterator[Any]:
    from jupyter_sm_guard.demo.aws import EmbeddedAws

    with EmbeddedAws() as embedded:
        yield embedded


@pytest.fixture
def at(aws: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Place]:
    from jupyter_sm_guard.demo import CREDENTIALS
    from jupyter_sm_guard.demo.scenarios import SCENARIOS, lay_out

    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "runtime"))
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)

    def lay(scenario: str) -> Place:
        lay_out(SCENARIOS[scenario], tmp_path / "root", aws)
        return Place(tmp_path / "root", aws.url)

    return lay


def test_what_was_just_mended_passes_at_once(aws: Any, at: Callable[[str], Place]) -> None:
    place = at("non-compliant")
    serve(guard.check_now(place), place)
    assert "FAILED" in refused("SageMaker.21", place=place).why["SageMaker.21"]
    aws.update("Demo-Notebook", KmsKeyId="key-1")
    guard.require("SageMaker.21", place=place)


def statuses(widget: GuardWidget) -> set[Status]:
    found = widget.report.findings
    return {finding.status for finding in found if finding.check.startswith("SageMaker.")}


def test_the_button_checks_in_a_thread_and_says_so(aws: Any, at: Callable[[str], Place]) -> None:
    from jupyter_sm_guard.demo.behaviour import Behaviour
    from jupyter_sm_guard.demo.scenarios import ASKED, SCENARIOS

    before = set(threading.enumerate())
    widget = GuardWidget(place=at("non-compliant"))
    card, button = widget.children
    first = card.value
    assert statuses(widget) == {Status.FAILED}
    asked = aws.requests[ASKED]
    aws.behave(ASKED, Behaviour.HANG)
    button.click()
    thread = widget.refresh()
    assert thread is widget.refresh(), "one check at a time"
    assert (button.disabled, button.description) == (True, "Checking…")
    assert card.value == first, "what is known stays, with its time"
    while aws.requests[ASKED] == asked and thread.is_alive():
        thread.join(0.05)
    aws.behave(ASKED, Behaviour.DENY)  # what hangs is let go, and asks again
    thread.join(30)
    assert (button.disabled, button.description) == (False, "Refresh")
    assert Status.UNKNOWN in statuses(widget)
    assert not statuses(widget) & {Status.PASSED, Status.FAILED}
    assert "FAILED" not in card.value.partition("</style>")[2]
    at("compliant")
    widget.refresh().join(30)
    assert statuses(widget) == {Status.PASSED}
    passing = list(SCENARIOS["compliant"].statuses.values()).count("PASSED")
    assert card.value.count("<strong>PASSED</strong>") == passing
    assert set(threading.enumerate()) <= before | aws_threads(), "nothing goes on by itself"


def aws_threads() -> set[threading.Thread]:
    """Those of the simulated AWS; ours have a name."""
    return {t for t in threading.enumerate() if not t.name.startswith("jupyter-sm-guard")}


@quick
def test_what_cannot_show_it_shows_text_with_its_time() -> None:
    made = report(RootAccess="Enabled")
    widget = GuardWidget(made)
    bundle = widget._repr_mimebundle_(include=None, exclude=None)
    assert bundle["application/vnd.jupyter.widget-view+json"]["model_id"]
    assert f"as of {rfc3339(made.observed_at)}" in bundle["text/plain"]
    assert "Run the cell again" in bundle["text/plain"]
    assert bundle["text/html"] == widget.children[0].value
    assert repr(widget) == str(widget) == bundle["text/plain"]


@quick
def test_shown_again_much_later_it_has_grown_old() -> None:
    widget = GuardWidget(report())
    widget._report = old(73, report())
    bundle = widget._repr_mimebundle_()
    assert "<strong>PASSED" not in bundle["text/html"] + widget.children[0].value


@quick
def test_a_crash_replaces_what_was_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_: object) -> Report:
        raise RuntimeError("<b>")

    widget = GuardWidget(report(), Place())
    card, button = widget.children
    monkeypatch.setattr(guard, "check", crash)
    widget.refresh().join(30)
    assert statuses(widget) == {Status.UNKNOWN}
    assert "the check crashed: RuntimeError" in card.value
    monkeypatch.setattr(guard, "snapshot", crash)
    widget.refresh().join(30)
    assert card.value == "<p>The check crashed (RuntimeError); nothing is known now.</p>"
    assert button.disabled is False


@quick
def test_without_a_thread_to_be_had_the_button_stays_usable(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(self: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    widget = GuardWidget(report(), Place())
    monkeypatch.setattr(threading.Thread, "start", refuse)
    with pytest.raises(RuntimeError):
        widget.refresh()
    assert widget.children[1].disabled is False


# --- imports -------------------------------------------------------------------------------------


@pytest.mark.floor
def test_only_the_widget_costs_the_import_of_ipywidgets() -> None:
    script = (
        "import sys, jupyter_sm_guard\n"
        "from jupyter_sm_guard import guard\n"
        "heavy = {'botocore', 'boto3', 'ipywidgets', 'IPython', 'jupyter_server', 'tornado'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
        "from jupyter_sm_guard import GuardWidget\n"
        "print(GuardWidget.__name__, hasattr(jupyter_sm_guard, 'nonsense'))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout == "[]\nGuardWidget False\n"
