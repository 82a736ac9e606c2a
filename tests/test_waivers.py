"""Waivers: when they cover a finding, what they never do, and that anybody can see why."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from conftest import INSTANCE, NOON, fact
from hypothesis import given
from hypothesis import strategies as st

from jupyter_sm_guard import attention, catalog, guard, judge
from jupyter_sm_guard.attention import Memory
from jupyter_sm_guard.commands.check import exit_code
from jupyter_sm_guard.model import (
    Evidence,
    Fact,
    Finding,
    Known,
    Reason,
    Report,
    Resource,
    ResourceKind,
    Status,
    Unknown,
    is_waived,
)
from jupyter_sm_guard.outputs import Display, summary
from jupyter_sm_guard.place import Place
from jupyter_sm_guard.policy import Grant, Policy, Scope
from jupyter_sm_guard.policy.waivers import considered, ends_soon, in_force

pytestmark = pytest.mark.unit

TODAY = NOON.date()
DAY = timedelta(days=1)
ALL = Scope(instances=("*",))
GRANT = Grant(
    *("SageMaker.3", ALL, "Kim", "the installer needs root", "OPS-1"),
    TODAY - 10 * DAY,
    TODAY + 30 * DAY,
)
BAD: Mapping[str, str | None] = {
    "RootAccess": "Enabled", "DirectInternetAccess": "Enabled", "SubnetId": None,
    "PlatformIdentifier": "notebook-al2-v3", "KmsKeyId": None,
}  # fmt: skip
GOOD = BAD | {"RootAccess": "Disabled"}


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """What time it is, where it matters."""
    now = [NOON]
    for module in (judge, attention):
        monkeypatch.setattr(module, "utc_now", lambda: now[0])
    return now


def report_of(
    policy: Policy, facts: Mapping[str, str | Reason | None] = BAD, tags: Fact | None = None
) -> Report:
    known = {name: fact(value) for name, value in facts.items()}
    return judge.judge(
        Evidence(INSTANCE, facts=known | ({"Tags": tags} if tags is not None else {})),
        policy,
        Place(),
    )


def finding(report: Report, check: str = "SageMaker.3") -> Finding:
    return next(f for f in report.findings if f.check == check)


@pytest.mark.parametrize(
    ("root_access", "status", "can_be_waived"),
    [
        ("Enabled", Status.FAILED, True),
        ("Disabled", Status.PASSED, False),
        (Reason.TIMEOUT, Status.UNKNOWN, False),
        (Reason.MISSING_PERMISSION, Status.UNKNOWN, False),
    ],
)
@pytest.mark.parametrize(
    ("after", "in_time"),
    [
        (timedelta(days=-11), False),
        (timedelta(days=-10, hours=-12), True),
        (timedelta(), True),
        (timedelta(days=30, hours=11, minutes=59, seconds=59), True),
        (timedelta(days=30, hours=12), False),
        (timedelta(days=400), False),
    ],
)
def test_status_and_time_decide_whether_a_finding_is_waived(
    clock: list[datetime],
    root_access: str | Reason,
    status: Status,
    can_be_waived: bool,
    after: timedelta,
    in_time: bool,
) -> None:
    clock[0] += after
    made = report_of(Policy(waivers=(GRANT,)), BAD | {"RootAccess": root_access})
    found = finding(made)
    assert found.status is status, "a waiver changes no status"
    assert is_waived(found) == (can_be_waived and in_time)
    assert (found.waiver is not None) == (can_be_waived and in_time)


def test_it_reopens_by_itself_when_the_report_is_read_later(clock: list[datetime]) -> None:
    made = report_of(Policy(waivers=(replace(GRANT, expires=TODAY),)))
    assert finding(judge.aged(made, NOON)).waiver is not None
    later = judge.aged(made, NOON + 12 * timedelta(hours=1))
    assert finding(later).waiver is None
    assert finding(later).status is Status.FAILED
    assert summary(made.findings) != summary(later.findings)


@pytest.mark.parametrize(
    ("left", "said"),
    [(15, None), (14, "in 14 days"), (2, "in 2 days"), (1, "in 1 day"), (0, "today")],
)
def test_its_end_is_told_14_days_before(left: int, said: str | None) -> None:
    made = report_of(Policy(waivers=(replace(GRANT, expires=TODAY + left * DAY),)))
    notes = " ".join(finding(made).notes)
    if said is None:
        assert "waiver ends" not in notes
    else:
        assert f"the waiver ends {said}" in notes
        assert "Kim can have it renewed" in notes


def test_the_end_is_told_by_the_moment() -> None:
    waiver = GRANT.waiver
    assert ends_soon(waiver, waiver.until - 15 * DAY) is None
    assert ends_soon(waiver, waiver.until - 13 * DAY) is not None


# --- scopes ---------------------------------------------------------------------------------------

TAGS = Known(json.dumps({"team": "a", "stage": "dev"}), "ListTags", NOON)
NO_TAGS = Unknown(Reason.MISSING_PERMISSION, "may not list tags", "ListTags", "sagemaker:ListTags")
NAMELESS = Resource(ResourceKind.UNKNOWN)


@pytest.mark.parametrize(
    ("scope", "resource", "tags", "why"),
    [
        (ALL, INSTANCE, None, None),
        (Scope(instances=("team-nb",)), INSTANCE, None, None),
        (Scope(instances=("other", "TEAM-*")), INSTANCE, None, None),
        (Scope(instances=("team-??",)), INSTANCE, None, None),
        (Scope(instances=("team-?",)), INSTANCE, None, "instances do not have Team-NB"),
        (Scope(instances=("eam-nb",)), INSTANCE, None, "instances do not have Team-NB"),
        (ALL, NAMELESS, None, "machine's is not known"),
        (Scope(arns=(str(INSTANCE.arn).upper().replace("ARN:AWS", "arn:aws"),)), INSTANCE, None,
         None),
        (Scope(arns=(f"{INSTANCE.arn}-2",)), INSTANCE, None, "arns do not have"),
        (Scope(regions=("eu-central-1",)), INSTANCE, None, None),
        (Scope(regions=("eu-west-1",)), INSTANCE, None, "regions do not have eu-central-1"),
        (Scope(accounts=("111122223333",), regions=("eu-central-1",)), INSTANCE, None, None),
        (Scope(accounts=("444455556666",), regions=("eu-central-1",)), INSTANCE, None, "accounts"),
        (Scope(tags={"team": "a"}), INSTANCE, TAGS, None),
        (Scope(tags={"team": "a", "stage": "dev"}), INSTANCE, TAGS, None),
        (Scope(tags={"team": "a", "stage": "prod"}), INSTANCE, TAGS, "the tag stage = prod"),
        (Scope(tags={"team": "A"}), INSTANCE, TAGS, "the tag team = A"),
        (Scope(tags={"team": "a"}), INSTANCE, NO_TAGS, "not known: may not list tags"),
        (Scope(tags={"team": "a"}), INSTANCE, None, "tags, and the machine's are not known"),
        (Scope(tags={"team": "a"}, instances=("x",)), INSTANCE, TAGS, "instances"),
    ],
)  # fmt: skip
def test_a_scope_fits_only_what_is_known_to_fit(
    scope: Scope, resource: Resource, tags: Fact | None, why: str | None
) -> None:
    policy = Policy(waivers=(replace(GRANT, scope=scope),))
    (one,) = considered(policy, "SageMaker.3", resource, tags, NOON)
    assert one.applies == (why is None)
    assert (why or "its scope fits") in one.why


def test_a_finding_says_that_tags_were_wanted_and_not_known() -> None:
    policy = Policy(waivers=(replace(GRANT, scope=Scope(tags={"team": "a"})),))
    found = finding(report_of(policy, tags=NO_TAGS))
    assert found.waiver is None
    assert "may not list tags" in " ".join(found.notes)
    assert finding(report_of(policy, tags=TAGS)).waiver is not None


def test_nothing_waives_what_is_mandatory() -> None:
    policy = Policy(waivers=(GRANT,), controls_mandatory=frozenset({"SageMaker.3"}))
    (one,) = considered(policy, "SageMaker.3", INSTANCE, None, NOON)
    assert (one.applies, one.why) == (False, "SageMaker.3 is mandatory: nothing waives it")
    assert finding(report_of(policy)).waiver is None


# --- many of them ---------------------------------------------------------------------------------

names = st.sampled_from(["*", "team-nb", "team-*", "other"])
scopes = st.builds(
    Scope,
    instances=st.lists(names, max_size=2).map(tuple),
    arns=st.sampled_from([(), (str(INSTANCE.arn),), ("arn:aws:sagemaker:x:1:other",)]),
    regions=st.sampled_from([(), ("eu-central-1",), ("us-east-1",)]),
    tags=st.sampled_from([{}, {"team": "a"}, {"team": "b"}]),
)
grants = st.builds(
    Grant,
    check=st.sampled_from(["SageMaker.3", "SageMaker.1"]),
    scope=scopes,
    owner=st.sampled_from(["Ann", "Bo"]),
    reason=st.just("because"),
    ticket=st.sampled_from(["A-1", "A-2"]),
    granted=st.integers(-40, 5).map(lambda n: TODAY + n * DAY),
    expires=st.integers(-5, 40).map(lambda n: TODAY + n * DAY),
)
some_tags = st.sampled_from([None, TAGS, NO_TAGS])


@given(st.lists(grants, max_size=12), st.randoms(use_true_random=False), some_tags)
def test_the_order_in_the_file_never_matters(
    waivers: list[Grant], random: object, tags: Fact | None
) -> None:
    shuffled = list(waivers)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    seen = [
        [(one.grant, one.applies, one.why) for one in
         considered(Policy(waivers=tuple(order)), "SageMaker.3", INSTANCE, tags, NOON)]
        for order in (waivers, shuffled)
    ]  # fmt: skip
    assert seen[0] == seen[1]


@given(st.lists(grants, max_size=8), grants, some_tags)
def test_one_more_waiver_changes_no_status_and_never_ends_another_early(
    waivers: list[Grant], more: Grant, tags: Fact | None
) -> None:
    before = report_of(Policy(waivers=tuple(waivers)), GOOD, tags)
    after = report_of(Policy(waivers=(*waivers, more)), GOOD, tags)
    for one, other in zip(before.findings, after.findings, strict=True):
        assert (one.check, one.status, one.reason) == (other.check, other.status, other.reason)
        if one.waiver is not None:
            assert other.waiver is not None
            assert other.waiver.until >= one.waiver.until
        if other.status in (Status.PASSED, Status.UNKNOWN, Status.NOT_APPLICABLE):
            assert other.waiver is None


@given(st.lists(grants, max_size=12), some_tags)
def test_each_is_explained_and_the_first_that_applies_counts(
    waivers: list[Grant], tags: Fact | None
) -> None:
    policy = Policy(waivers=tuple(waivers))
    found = considered(policy, "SageMaker.3", INSTANCE, tags, NOON)
    assert sorted(map(repr, (one.grant for one in found))) == sorted(
        repr(grant) for grant in waivers if grant.check == "SageMaker.3"
    )
    assert all(one.why for one in found)
    applying = [one for one in found if one.applies]
    assert applying == list(found[: len(applying)])
    covers = in_force(policy, "SageMaker.3", INSTANCE, tags, NOON)
    assert covers == (applying[0].grant.waiver if applying else None)
    if covers is not None:
        assert covers.until == max(one.grant.until for one in applying)


def test_a_hundred_overlapping_waivers_are_settled_the_same_way_every_time() -> None:
    every = tuple(
        replace(GRANT, scope=scope, ticket=f"T-{n}", expires=TODAY + (n % 7) * DAY)
        for n, scope in enumerate([ALL, Scope(regions=("eu-central-1",)),
                                   Scope(arns=(str(INSTANCE.arn),)), Scope(instances=("x",))] * 25)
    )  # fmt: skip
    found = considered(Policy(waivers=every), "SageMaker.3", INSTANCE, None, NOON)
    assert len(found) == 100
    assert sum(one.applies for one in found) == 75
    first = found[0].grant
    assert first.expires == TODAY + 6 * DAY
    assert first.scope.arns, "of those that last longest the narrowest"
    assert found == considered(Policy(waivers=every[::-1]), "SageMaker.3", INSTANCE, None, NOON)


# --- what is made of them -------------------------------------------------------------------------


def test_every_output_says_until_when_by_whom_and_counts_it_apart() -> None:
    made = report_of(Policy(waivers=(GRANT,), exemption_link="https://tickets.example.com/new"))
    assert "1 waived" in summary(made.findings)
    for name, output in catalog.outputs().items():
        text = output.render(made, Display())
        assert "OPS-1" in text, name
        assert "2026-12-23T23:59:59Z" in text, name
        assert "FAILED" in text, name
    assert "https://tickets.example.com/new" in catalog.outputs()["ask"].render(made, Display())


@pytest.mark.parametrize(
    ("fail_on", "included", "code"),
    [("failed", False, 0), ("failed", True, 1), ("warning", False, 0), ("unknown", False, 0)],
)
def test_a_waived_failure_is_no_reason_to_fail_unless_it_is_included(
    fail_on: str, included: bool, code: int
) -> None:
    made = report_of(Policy(waivers=(GRANT,)))
    made = replace(made, findings=(finding(made),))
    assert exit_code(made, fail_on, included) == code


def test_require_takes_no_waiver_for_a_pass() -> None:
    made = report_of(Policy(waivers=(GRANT,)))
    refusals = guard._refusals(("SageMaker.3",), made, may_stand_in=True)
    assert "waived until 2026-12-23T23:59:59Z by Kim" in refusals["SageMaker.3"]
    assert "which is no pass" in refusals["SageMaker.3"]


def test_the_end_of_a_waiver_is_news(clock: list[datetime], tmp_path: Path) -> None:
    place = Place(tmp_path)
    place.host.path(f"{Path.home()}/SageMaker").mkdir(parents=True)
    memory = Memory(place)
    open_, short = report_of(Policy()), Policy(waivers=(replace(GRANT, expires=TODAY),))
    memory.observe(open_)
    memory.tell(open_, 7)
    waived = report_of(short)
    memory.observe(waived)
    assert "SageMaker.3" not in memory.attention(waived, 7).notice
    calm = memory.attention(waived, 7).verdict
    clock[0] += 2 * DAY
    assert memory.attention(waived, 7).verdict != calm, "also of the report from before"
    assert memory.attention(waived, 7).notice == ("SageMaker.3",)
    again = report_of(short)
    memory.observe(again)
    assert memory.tell(again, 7) == ("SageMaker.3",)


def test_days_are_whole_days_in_utc() -> None:
    grant = replace(GRANT, granted=date(2026, 11, 1), expires=date(2026, 11, 2))
    assert grant.since == datetime(2026, 11, 1, tzinfo=timezone.utc)
    assert grant.until == datetime(2026, 11, 2, 23, 59, 59, tzinfo=timezone.utc)
