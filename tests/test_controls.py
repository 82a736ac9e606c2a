"""The controls: their data against AWS's, their own examples, and the judge's truth table."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import INSTANCE, NOON, fact
from hypothesis import given
from hypothesis import strategies as st

from jupyter_sm_guard import catalog, controls
from jupyter_sm_guard.advice import iam_statement
from jupyter_sm_guard.judge import judge as judge_all
from jupyter_sm_guard.model import (
    Control,
    Evidence,
    Fact,
    FactValue,
    Finding,
    Known,
    Reason,
    Resource,
    ResourceKind,
    Severity,
    Status,
    Unknown,
    Verdict,
    natural,
)
from jupyter_sm_guard.place import Place
from jupyter_sm_guard.policy import Policy

pytestmark = pytest.mark.unit

P, F, W, U = Status.PASSED, Status.FAILED, Status.WARNING, Status.UNKNOWN
N = Status.NOT_APPLICABLE
CONTROLS = catalog.controls()
AWS = {id: control for id, control in CONTROLS.items() if control.is_aws}
OWN = {id: control for id, control in CONTROLS.items() if not control.is_aws}
ALL_JUDGED = {id: control for id, control in CONTROLS.items() if control.judge is not None}
JUDGED = {id: control for id, control in ALL_JUDGED.items() if control.is_aws}


def judge(id: str, **facts: FactValue | Reason) -> tuple[Status, Reason | None]:
    verdict = verdict_of(CONTROLS[id], facts)
    return verdict.status, verdict.reason


def verdict_of(control: Control, facts: Mapping[str, FactValue | Reason]) -> Verdict:
    assert control.judge is not None
    kind = INSTANCE.kind if INSTANCE.kind in control.kinds else ResourceKind.STUDIO
    evidence = Evidence(
        replace(INSTANCE, kind=kind, space="my-space"),
        facts={name: fact(value) for name, value in facts.items()},
        parameters=control.parameters,
    )
    return control.judge(evidence)


# --- the catalogue -------------------------------------------------------------------------------


def test_there_are_aws_25_controls_and_five_are_judged_here() -> None:
    assert list(AWS) == [f"SageMaker.{n}" for n in range(1, 26)]
    assert list(JUDGED) == [f"SageMaker.{n}" for n in (1, 2, 3, 8, 21)]
    assert list(CONTROLS) == [*AWS, *OWN]
    assert all(re.fullmatch(r"guard\.[a-z0-9]+(-[a-z0-9]+)*", id) for id in OWN)
    assert all(control.judge is not None for control in OWN.values())


@pytest.mark.parametrize("control", CONTROLS.values(), ids=CONTROLS)
def test_id_file_name_and_documentation_agree(control: Control) -> None:
    folder = Path(controls.__path__[0])
    assert (folder / f"{catalog.file_name(control.id)}.py").is_file()
    assert control.docs.startswith("https://docs.aws.amazon.com/")
    assert control.title
    assert all(len(text) > 40 for text in (control.what, control.why, control.fix))
    assert re.fullmatch(r"AWS::SageMaker::\w+", control.resource_type)
    assert control.category.split(" > ")[0] in ("Protect", "Detect", "Identify", "Recover")


@pytest.mark.parametrize("control", AWS.values(), ids=AWS)
def test_a_control_of_aws_says_where_aws_has_it(control: Control) -> None:
    assert control.docs.endswith("#" + control.id.lower().replace(".", "-"))
    assert control.config_rule.startswith("sagemaker-")
    assert control.schedule in ("periodic", "change-triggered")


@pytest.mark.parametrize("control", ALL_JUDGED.values(), ids=ALL_JUDGED)
def test_every_fact_that_a_control_reads_comes_from_a_source(control: Control) -> None:
    delivered = {name for source in catalog.sources().values() for name in source.facts}
    assert set(control.facts) <= delivered
    assert control.needs is None or catalog.sources()[control.needs].opt_in


def test_a_control_s_file_without_the_three_sections_is_refused() -> None:
    with pytest.raises(ValueError, match="What it checks, Why it matters, How to fix"):
        controls.sections("Title\n\n## What it checks\nx\n\n## How to fix\ny\n")


def test_a_drawer_s_file_that_declares_nothing_fails_loudly(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "stray.py").write_text("CONTROL = 'not a control'\n")
    monkeypatch.setattr(controls, "__path__", [str(tmp_path)])
    with pytest.raises(catalog.CatalogError, match=r"controls/stray\.py declares no CONTROL"):
        catalog.controls.__wrapped__()


def test_severity_of_every_control_is_aws_s() -> None:
    high = {1, 2, 3, 20, 25}
    low = {6, 7}
    for number, control in enumerate(AWS.values(), 1):
        expected = "HIGH" if number in high else "LOW" if number in low else "MEDIUM"
        assert control.severity.value == expected, control.id


def test_what_cannot_be_changed_in_place_says_so() -> None:
    recreate = {id for id, control in JUDGED.items() if control.recreate}
    assert recreate == {"SageMaker.1", "SageMaker.2", "SageMaker.21"}


def test_requirements_of_the_judged_controls() -> None:
    counts = {
        id: (
            sum("NIST" in r for r in c.requirements),
            sum("v3.2.1" in r for r in c.requirements),
            sum("v4.0.1" in r for r in c.requirements),
        )
        for id, c in JUDGED.items()
    }
    assert counts == {
        "SageMaker.1": (14, 5, 1),
        "SageMaker.2": (14, 0, 0),
        "SageMaker.3": (6, 0, 0),
        "SageMaker.8": (0, 0, 0),
        "SageMaker.21": (0, 0, 0),
    }


@pytest.mark.parametrize(
    ("control", "example"),
    [(control, example) for control in ALL_JUDGED.values() for example in control.examples],
    ids=lambda value: value.id if isinstance(value, Control) else "",
)
def test_every_example_gives_its_verdict(control: Control, example: object) -> None:
    verdict = verdict_of(control, example.facts)  # type: ignore[attr-defined]
    assert (verdict.status, verdict.reason) == (example.status, example.reason)  # type: ignore[attr-defined]


@pytest.mark.parametrize("control", ALL_JUDGED.values(), ids=ALL_JUDGED)
def test_every_judged_control_has_a_good_an_unknown_and_a_bad_example(control: Control) -> None:
    shown = {example.status for example in control.examples}
    assert U in shown
    assert shown & {P, N}
    assert F in shown or control.id == "guard.egress", "which only tells"


# --- the truth table: every combination, against expectations written down by hand ----------------

MISSING = Reason.FIELD_MISSING
DENIED = Reason.MISSING_PERMISSION
ODD = Reason.UNKNOWN_VALUE
CLASH = (U, Reason.EVIDENCE_INCONSISTENT)
ROOTED = (W, Reason.ROOT_OBTAINABLE)

SETTINGS: dict[str, tuple[FactValue | Reason, ...]] = {
    "DirectInternetAccess": ("Enabled", "Disabled", "Perhaps", MISSING, DENIED),
    "SubnetId": ("subnet-1", None, ODD, DENIED),
    "RootAccess": ("Enabled", "Disabled", "Perhaps", MISSING, DENIED),
    "RootObtainable": (True, False, DENIED),
    "PlatformIdentifier": (
        "notebook-al2023-v1",
        "notebook-al2-v3",
        "notebook-al2023-v2",
        "else",
        MISSING,
        DENIED,
    ),
    "KmsKeyId": ("key-1", None, "", DENIED),
}
EXPECTED_1 = {
    ("Enabled", "subnet-1"): (F, None),
    ("Enabled", None): (F, None),
    ("Enabled", ODD): (F, None),
    ("Enabled", DENIED): (F, None),
    ("Disabled", "subnet-1"): (P, None),
    ("Disabled", None): CLASH,
    ("Disabled", ODD): (U, ODD),
    ("Disabled", DENIED): (U, DENIED),
} | {
    (access, subnet): (U, reason)
    for access, reason in (("Perhaps", ODD), (MISSING, MISSING), (DENIED, DENIED))
    for subnet in SETTINGS["SubnetId"]
}
EXPECTED_2 = {
    (access, subnet): outcome
    for access in SETTINGS["DirectInternetAccess"]
    for subnet, outcome in {
        "subnet-1": (P, None),
        None: CLASH if access == "Disabled" else (F, None),
        ODD: (U, ODD),
        DENIED: (U, DENIED),
    }.items()
}
EXPECTED_3 = {
    ("Enabled", True): (F, None),
    ("Enabled", False): (F, None),
    ("Enabled", DENIED): (F, None),
    ("Disabled", True): ROOTED,
    ("Disabled", False): (P, None),
    ("Disabled", DENIED): (P, None),
    ("Perhaps", True): ROOTED,
    ("Perhaps", False): (U, ODD),
    ("Perhaps", DENIED): (U, ODD),
    (MISSING, True): ROOTED,
    (MISSING, False): (U, MISSING),
    (MISSING, DENIED): (U, MISSING),
    (DENIED, True): ROOTED,
    (DENIED, False): (U, DENIED),
    (DENIED, DENIED): (U, DENIED),
}
EXPECTED_8 = {
    "notebook-al2023-v1": (P, None),
    "notebook-al2-v3": (F, None),
    "notebook-al2023-v2": (W, ODD),
    "else": (U, ODD),
    MISSING: (U, MISSING),
    DENIED: (U, DENIED),
}
EXPECTED_21 = {"key-1": (P, None), None: (F, None), "": (F, None), DENIED: (U, DENIED)}

Row = dict[str, FactValue | Reason]


def rows() -> Iterator[Row]:
    for values in itertools.product(*SETTINGS.values()):
        yield dict(zip(SETTINGS, values, strict=True))


def expected(row: Row) -> dict[str, tuple[Status, Reason | None]]:
    internet, subnet = row["DirectInternetAccess"], row["SubnetId"]
    return {
        "SageMaker.1": EXPECTED_1[internet, subnet],
        "SageMaker.2": EXPECTED_2[internet, subnet],
        "SageMaker.3": EXPECTED_3[row["RootAccess"], row["RootObtainable"]],
        "SageMaker.8": EXPECTED_8[row["PlatformIdentifier"]],
        "SageMaker.21": EXPECTED_21[row["KmsKeyId"]],
    }


def test_truth_table_over_every_combination_of_settings() -> None:
    count = 0
    for row in rows():
        wanted = expected(row)
        assert {id: judge(id, **row) for id in JUDGED} == wanted, row
        count += 1
    assert count == 5 * 4 * 5 * 3 * 6 * 4


def test_one_passed_with_two_failed_cannot_exist() -> None:
    for row in rows():
        assert (judge("SageMaker.1", **row)[0], judge("SageMaker.2", **row)[0]) != (P, F)


@pytest.mark.parametrize("pair", list(itertools.combinations(SETTINGS, 2)), ids="~".join)
def test_a_control_that_reads_the_wrong_field_is_caught(pair: tuple[str, str]) -> None:
    """The mutant sees the two fields' facts exchanged; the table must tell it from the control."""
    one, other = pair
    readers = [id for id, c in JUDGED.items() if one in c.facts or other in c.facts]
    for id in readers:
        caught = any(
            judge(id, **{**row, one: row[other], other: row[one]}) != expected(row)[id]
            for row in rows()
        )
        # .1 and .2 read the same two facts; exchanging those is a different question to both
        assert caught, f"{id} reading {other} for {one} would pass unseen"


# --- laws ----------------------------------------------------------------------------------------


@given(st.sets(st.sampled_from(sorted(SETTINGS))), st.integers(0, 5 * 4 * 5 * 3 * 6 * 4 - 1))
def test_removing_facts_never_yields_passed(removed: set[str], index: int) -> None:
    row = next(itertools.islice(rows(), index, None))
    for id, control in JUDGED.items():
        before = judge(id, **row)[0]
        after = judge(id, **{name: v for name, v in row.items() if name not in removed})[0]
        # RootObtainable is the host's: without it, AWS's answer alone decides
        if after is P and "RootObtainable" not in (removed & set(control.facts)):
            assert before is P


@given(st.sampled_from(sorted(ALL_JUDGED)), st.dictionaries(st.text(), st.text(), max_size=5))
def test_no_evidence_is_unknown_whatever_else_is_there(id: str, noise: dict[str, str]) -> None:
    known = set(CONTROLS[id].facts)
    facts = {name: value for name, value in noise.items() if name not in known}
    assert judge(id, **facts) == (U, Reason.NOT_YET_CHECKED)


HOST = {"root_access", "network_path", "imds", "platform", "internet", "studio_host"}
HOST_FACTS = {name for n, s in catalog.sources().items() if n in HOST for name in s.facts}
# what the host shows of an address is held against this: by itself it decides nothing
LOWERING = HOST_FACTS | {"SubnetCidr"}
TOLD = [f"{by} {id}" for by in ("SecurityHub", "Config") for id in JUDGED]
SEEN: dict[str, list[FactValue | Reason]] = {}
for _control in ALL_JUDGED.values():
    for _example in _control.examples:
        for _name, _value in _example.facts.items():
            SEEN.setdefault(_name, [DENIED]).append(_value)
SEEN |= {name: ["PASSED", "FAILED", "WARNING", DENIED] for name in TOLD}
SEEN |= {name: [True, False, None, "eth0", DENIED] for name in HOST_FACTS - set(SEEN)}

PILES = st.fixed_dictionaries({}, optional={n: st.sampled_from(v) for n, v in SEEN.items()})


def statuses(facts: Row, kind: ResourceKind) -> dict[str, Status]:
    known = {name: fact(value) for name, value in facts.items()}
    resource = replace(INSTANCE, kind=kind, space="my-space")
    asked = frozenset(catalog.sources())
    return report(Evidence(resource, facts=known, asked=asked))


@given(PILES, st.sampled_from([ResourceKind.NOTEBOOK_INSTANCE, ResourceKind.STUDIO]))
def test_host_evidence_only_ever_lowers_a_status(pile: Row, kind: ResourceKind) -> None:
    alone = statuses({n: v for n, v in pile.items() if n not in LOWERING}, kind)
    for id, after in statuses(pile, kind).items():
        before = alone[id]
        assert after is not P or before is P, (id, before)
        may_warn = id == "SageMaker.3"  # by root at hand, whatever the API says
        assert before is not U or after is not W or may_warn, (id, after)
        assert before is not F or after is F, (id, after)
        assert before is not W or after in (W, F), (id, after)


@given(PILES, st.sampled_from([ResourceKind.NOTEBOOK_INSTANCE, ResourceKind.STUDIO]), st.data())
def test_without_a_fact_of_the_api_nothing_becomes_passed(
    pile: Row, kind: ResourceKind, data: st.DataObject
) -> None:
    of_the_api = sorted(set(pile) - LOWERING - set(TOLD))
    gone = set(data.draw(st.lists(st.sampled_from(of_the_api)))) if of_the_api else set()
    before = statuses(pile, kind)
    for id, after in statuses({n: v for n, v in pile.items() if n not in gone}, kind).items():
        assert after is not P or before[id] is P, (id, before[id])


@given(PILES)
def test_what_security_hub_and_config_say_never_makes_a_verdict_better(pile: Row) -> None:
    alone = statuses({n: v for n, v in pile.items() if n not in TOLD}, INSTANCE.kind)
    for id, after in statuses(pile, INSTANCE.kind).items():
        before = alone[id]
        assert after is not P or before is P
        assert before is not F or after is F
        assert before is not W or after in (W, F)


NEARLY = tuple(
    variant
    for word in ("Disabled", "notebook-al2023-v1")
    for variant in (
        *(word.upper(), word.lower(), f" {word}", f"{word} ", f"{word}\n", word[:-1], word * 2),
        *(word.replace("i", "\u0131"), word.replace("o", "\u043e"), word.replace("1", "\u0661")),
    )
)


@given(st.sampled_from(NEARLY) | st.text())
def test_no_word_but_aws_s_own_passes(word: str) -> None:
    passing = {
        "DirectInternetAccess": "Disabled",
        "RootAccess": "Disabled",
        "PlatformIdentifier": "notebook-al2023-v1",
    }
    for id, name in (
        ("SageMaker.1", "DirectInternetAccess"),
        ("SageMaker.3", "RootAccess"),
        ("SageMaker.8", "PlatformIdentifier"),
    ):
        status, _ = judge(id, **{"SubnetId": "subnet-1", name: word})
        assert status is not P or word == passing[name]


@pytest.mark.parametrize(
    ("platform", "listed", "status"),
    [
        ("notebook-al2023-v2", ("notebook-al2023-v1", "notebook-al2023-v2"), P),
        ("notebook-al2023-v3", ("notebook-al2023-v1", "notebook-al2023-v2"), W),
        ("notebook-al2030-v1", ("notebook-al2023-v1",), W),
        ("notebook-al2023-v1", ("notebook-al2023-v2",), F),
        ("notebook-al2-v3", ("notebook-al2-v3",), F),
        ("notebook-al2-v9", ("notebook-al2023-v1",), U),
        ("notebook-al3-v1", ("notebook-al2023-v1",), U),
        ("notebook-al2023-v0", ("notebook-al2023-v1",), U),
        ("notebook-al2023-v2", ("our-own",), W),
        ("notebook-al2023-v1", ("our-own",), F),
        ("our-own", ("our-own",), P),
    ],
)
def test_an_admin_s_list_of_platforms(
    platform: str, listed: tuple[str, ...], status: Status
) -> None:
    control = CONTROLS["SageMaker.8"]
    assert control.judge is not None
    facts = {"PlatformIdentifier": fact(platform)}
    evidence = Evidence(INSTANCE, facts=facts, parameters={"supported_platforms": listed})
    assert control.judge(evidence).status is status


# --- reports -------------------------------------------------------------------------------------

GOOD: Row = {name: values[0] for name, values in SETTINGS.items()} | {
    "DirectInternetAccess": "Disabled",
    "RootAccess": "Disabled",
    "RootObtainable": False,
}


def report(evidence: Evidence, policy: Policy | None = None) -> dict[str, Status]:
    made = judge_all(evidence, policy or Policy(), Place())
    return {finding.check: finding.status for finding in made.findings}


def of_aws(statuses: Mapping[str, Status]) -> dict[str, Status]:
    return {id: status for id, status in statuses.items() if id in AWS}


def good_evidence() -> Evidence:
    return Evidence(INSTANCE, facts={name: fact(value) for name, value in GOOD.items()})


def test_findings_come_by_severity_then_natural_id() -> None:
    assert list(of_aws(report(good_evidence()))) == [f"SageMaker.{n}" for n in (1, 2, 3, 8, 21)]
    made = judge_all(good_evidence(), Policy(), Place())
    severities = [list(Severity).index(finding.severity) for finding in made.findings]
    assert severities == sorted(severities)
    assert sorted(["SageMaker.21", "SageMaker.2"], key=natural) == ["SageMaker.2", "SageMaker.21"]


@pytest.mark.parametrize("kind", [k for k in ResourceKind if k.name not in ("UNKNOWN",)])
def test_only_a_notebook_instance_is_judged(kind: ResourceKind) -> None:
    statuses = report(replace(good_evidence(), resource=Resource(kind)))
    wanted = P if kind is ResourceKind.NOTEBOOK_INSTANCE else N
    assert set(of_aws(statuses).values()) == {wanted}
    asked_for_more = {id for id in OWN if CONTROLS[id].needs is not None}
    here = {id for id in OWN if kind in CONTROLS[id].kinds} - asked_for_more
    assert {*statuses} - {*of_aws(statuses)} == here


def test_a_control_that_needs_a_source_is_judged_where_the_policy_turns_that_on() -> None:
    evidence = replace(good_evidence(), asked=frozenset({"role"}))
    assert "guard.role" in report(evidence)
    assert "guard.lifecycle" not in report(evidence)
    assert "guard.role" not in report(good_evidence())


def test_a_machine_that_could_not_be_identified_is_unknown_whatever_the_facts_say() -> None:
    problem = Unknown(Reason.METADATA_DAMAGED, "it is damaged")
    for evidence in (
        replace(good_evidence(), resource=Resource(ResourceKind.UNKNOWN)),
        replace(good_evidence(), problem=problem),
    ):
        assert set(report(evidence).values()) == {U}


def test_a_crash_of_one_control_is_reported_and_hides_no_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def crash(_: Evidence) -> Verdict:
        raise KeyError("secret")

    broken = {**CONTROLS, "SageMaker.2": replace(CONTROLS["SageMaker.2"], judge=crash)}
    monkeypatch.setattr(catalog, "controls", lambda: broken)
    made = judge_all(good_evidence(), Policy(), Place())
    by_id = {finding.check: finding for finding in made.findings}
    assert by_id["SageMaker.2"].reason is Reason.INTERNAL_ERROR
    assert "SageMaker.2 crashed: KeyError" in by_id["SageMaker.2"].because
    assert "secret" not in by_id["SageMaker.2"].because
    assert {f.status for id, f in by_id.items() if id in JUDGED and id != "SageMaker.2"} == {P}


def test_a_control_that_the_policy_turns_off_is_named_not_forgotten() -> None:
    policy = Policy(controls_off=frozenset({"SageMaker.8"}), contact="cloud team")
    made = judge_all(good_evidence(), policy, Place())
    assert "SageMaker.8" not in {finding.check for finding in made.findings}
    assert made.turned_off == ("SageMaker.8",)
    assert made.contact == "cloud team"


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_a_next_step_with_the_instance_s_own_names(reason: Reason) -> None:
    read = {name for control in ALL_JUDGED.values() for name in control.facts}
    facts = {name: Unknown(reason, "why", action="sagemaker:X") for name in read}
    if reason is Reason.NOT_FOUND:
        del facts["LifecycleConfigReadable"]  # there it is an answer
    asked = frozenset(catalog.sources())
    evidence = [
        Evidence(replace(INSTANCE, kind=kind, space="mine"), facts=facts, asked=asked)
        for kind in (INSTANCE.kind, ResourceKind.STUDIO)
    ]
    for finding in [f for e in evidence for f in judge_all(e, Policy(), Place()).findings]:
        if finding.status is N:
            continue
        assert finding.status is U
        assert finding.reason is reason
        assert finding.fix
        assert "{" not in finding.fix or reason is Reason.MISSING_PERMISSION


@pytest.mark.parametrize(
    ("action", "on"),
    [
        ("sagemaker:DescribeNotebookInstance", INSTANCE.arn),
        ("sagemaker:DescribeDomain", "arn:aws:sagemaker:eu-central-1:111122223333:domain/d-1"),
        ("sagemaker:DescribeSpace", "arn:aws:sagemaker:eu-central-1:111122223333:space/d-1/mine"),
        (
            "sagemaker:DescribeNotebookInstanceLifecycleConfig",
            "arn:aws:sagemaker:eu-central-1:111122223333:notebook-instance-lifecycle-config/*",
        ),
        ("iam:SimulatePrincipalPolicy", "arn:aws:iam::111122223333:role/*"),
        ("ec2:DescribeSubnets", "*"),
        ("securityhub:GetFindings", "*"),
        ("config:GetComplianceDetailsByResource", "*"),
    ],
)
def test_a_statement_to_ask_for_is_on_what_the_action_is_on(action: str, on: str) -> None:
    resource = replace(INSTANCE, domain="d-1", space="mine")
    assert json.loads(iam_statement(action, resource))["Statement"][0]["Resource"] == on


def test_what_security_hub_did_not_tell_is_noted_where_it_was_asked() -> None:
    for reason, noted in ((Reason.MISSING_PERMISSION, True), (Reason.NOT_FOUND, False)):
        finding = beside("Disabled", Unknown(reason, "because of it"))
        assert ("Security Hub did not tell: because of it" in finding.notes) == noted
        assert finding.status is P


def test_a_missing_permission_shows_the_exact_statement_to_ask_for() -> None:
    denied = Unknown(DENIED, "no", action="sagemaker:DescribeNotebookInstance")
    made = judge_all(Evidence(INSTANCE, facts={"RootAccess": denied}), Policy(), Place())
    fix = {finding.check: finding.fix for finding in made.findings}["SageMaker.3"]
    assert '"Action": "sagemaker:DescribeNotebookInstance"' in fix
    assert f'"Resource": "{INSTANCE.arn}"' in fix


def test_a_failed_finding_s_commands_name_the_instance_and_its_region() -> None:
    facts = {name: fact(value) for name, value in GOOD.items()} | {"RootAccess": fact("Enabled")}
    made = judge_all(Evidence(INSTANCE, facts=facts), Policy(), Place())
    finding = next(f for f in made.findings if f.check == "SageMaker.3")
    commands = " ".join(step.command or "" for step in finding.steps)
    assert "--notebook-instance-name Team-NB" in commands
    assert "--region eu-central-1" in commands
    assert "Stopped" in finding.fix


# --- who disagrees with whom ----------------------------------------------------------------------

LATER, EARLIER = NOON.replace(hour=13), NOON.replace(hour=9)


def beside(setting: str, told: Fact, created: str = "2026-11-23T10:00:00Z") -> Finding:
    """SageMaker.3 where the API says `setting` and Security Hub has `told` of it."""
    facts = {"RootAccess": fact(MISSING if setting == "?" else setting)}
    facts |= {"SecurityHub SageMaker.3": told, "CreationTime": fact(created)}
    made = judge_all(Evidence(INSTANCE, facts=facts), Policy(), Place())
    return next(finding for finding in made.findings if finding.check == "SageMaker.3")


@pytest.mark.parametrize(
    ("setting", "says", "outcome", "words"),
    [
        ("Disabled", "FAILED", (W, Reason.SOURCES_DISAGREE), "RootAccess is Disabled (Describe"),
        ("Disabled", "PASSED", (P, None), "Security Hub says PASSED (2026-11-23T13:00:00Z), too"),
        ("Enabled", "PASSED", (F, None), "will say FAILED then"),
        ("Enabled", "FAILED", (F, None), "too"),
        ("?", "FAILED", (U, MISSING), "Security Hub says FAILED"),
        ("?", "WARNING", (U, MISSING), "Security Hub says WARNING"),
        ("?", "PASSED", (U, MISSING), "alone is no proof"),
    ],
)
def test_security_hub_beside_the_api(
    setting: str, says: str, outcome: tuple[Status, Reason | None], words: str
) -> None:
    finding = beside(setting, Known(says, "GetFindings", LATER))
    assert (finding.status, finding.reason) == outcome
    assert words in " ".join([finding.because, *finding.notes])
    assert "SecurityHub SageMaker.3" in {row.fact for row in finding.evidence}


@pytest.mark.parametrize("says", ["PASSED", "FAILED", "WARNING"])
@pytest.mark.parametrize("setting", ["Enabled", "Disabled", "?"])
def test_a_finding_that_is_older_than_the_instance_is_of_another(setting: str, says: str) -> None:
    stale = beside(setting, Known(says, "GetFindings", EARLIER))
    alone = beside(setting, Unknown(Reason.NOT_FOUND, "there is none"))
    assert (stale.status, stale.reason) == (alone.status, alone.reason)
    assert "older than this instance" in stale.notes[0]


def test_the_worse_of_security_hub_and_config_counts() -> None:
    facts = {"RootAccess": fact("Disabled"), "CreationTime": fact("2026-11-23T10:00:00Z")}
    facts |= {"SecurityHub SageMaker.3": Known("PASSED", "GetFindings", LATER)}
    facts |= {"Config SageMaker.3": Known("FAILED", "GetComplianceDetailsByResource", LATER)}
    assert report(Evidence(INSTANCE, facts=facts))["SageMaker.3"] is W


def test_root_though_aws_says_no_is_told_with_who_when_why_and_what_to_do() -> None:
    facts = {
        "RootAccess": fact("Disabled"),
        "RootObtainable": Known(True, "this machine's rights", LATER),
        "RootBy": Known("sudo without a password", "this machine's rights", LATER),
        "NotebookInstanceLifecycleConfigName": fact("team-start"),
    }
    made = judge_all(Evidence(INSTANCE, facts=facts), Policy(), Place())
    finding = next(finding for finding in made.findings if finding.check == "SageMaker.3")
    for words in (
        "AWS says that RootAccess is Disabled (DescribeNotebookInstance, 2026-11-23T12:00:00Z)",
        "by sudo without a password",
        "2026-11-23T13:00:00Z",
        "AWS counts the setting and so reports PASSED",
        "Most likely the lifecycle configuration team-start",
    ):
        assert words in finding.because
    assert "lifecycle configuration" in finding.fix


def test_credentials_of_another_account_are_told() -> None:
    for account, told in ((INSTANCE.account, []), ("999988887777", ["other_account"])):
        made = judge_all(
            Evidence(INSTANCE, facts={"CallerAccount": fact(account)}), Policy(), Place()
        )
        assert [flag.flag for flag in made.integrity] == told


@pytest.mark.parametrize(
    ("jupyterlab", "is_listed"),
    [
        ("4.0.13", True),
        ("4.1.0", True),
        ("4.5.9", True),
        ("4.5.10", False),
        ("4.6.0", True),
        ("4.6.1", True),
        ("4.6.2", False),
        ("4.6.0rc1", False),
        ("5.0.0", False),
    ],
)
def test_an_advisory_is_about_the_versions_that_it_names(jupyterlab: str, is_listed: bool) -> None:
    status, _ = judge("guard.jupyter-advisories", jupyterlab=jupyterlab, jupyter_server="2.18.0")
    assert status is (F if is_listed else N)


# --- what a policy wants beyond AWS ---------------------------------------------------------------

KEY = "arn:aws:kms:eu-central-1:111122223333:key/1"


@pytest.mark.parametrize(
    ("id", "parameters", "facts", "status"),
    [
        ("SageMaker.2", {"approved_subnets": ("subnet-1",)}, {"SubnetId": "subnet-1"}, P),
        ("SageMaker.2", {"approved_subnets": ("subnet-1",)}, {"SubnetId": "subnet-11"}, F),
        ("SageMaker.2", {"approved_subnets": ("subnet-1",)}, {"SubnetId": None}, F),
        ("SageMaker.2", {"approved_security_groups": ("sg-1", "sg-2")},
         {"SubnetId": "subnet-1", "SecurityGroups": "sg-2"}, P),
        ("SageMaker.2", {"approved_security_groups": ("sg-1",)},
         {"SubnetId": "subnet-1", "SecurityGroups": "sg-1, sg-2"}, F),
        ("SageMaker.2", {"approved_security_groups": ("sg-1",)},
         {"SubnetId": "subnet-1", "SecurityGroups": ""}, F),
        ("SageMaker.2", {"approved_security_groups": ("sg-1",)}, {"SubnetId": "subnet-1"}, U),
        ("SageMaker.2", {}, {"SubnetId": "subnet-1"}, P),
        ("SageMaker.21", {"approved_kms_keys": (KEY,)}, {"KmsKeyId": KEY}, P),
        ("SageMaker.21", {"approved_kms_keys": (KEY,)}, {"KmsKeyId": "1"}, P),
        ("SageMaker.21", {"approved_kms_keys": ("1",)}, {"KmsKeyId": KEY}, P),
        ("SageMaker.21", {"approved_kms_keys": (KEY,)}, {"KmsKeyId": KEY.replace("1111", "2222")},
         F),
        ("SageMaker.21", {"approved_kms_keys": (KEY,)}, {"KmsKeyId": "2"}, F),
        ("SageMaker.21", {"approved_kms_keys": (KEY,)}, {"KmsKeyId": "alias/1"}, U),
        ("SageMaker.21", {"approved_kms_keys": ("alias/a",)}, {"KmsKeyId": "alias/a"}, P),
        ("SageMaker.21", {"approved_kms_keys": ("alias/a",)}, {"KmsKeyId": "alias/b"}, F),
        ("SageMaker.21", {"approved_kms_keys": (KEY,)}, {"KmsKeyId": None}, F),
    ],
)  # fmt: skip
def test_only_what_the_policy_approves_passes(
    id: str,
    parameters: Mapping[str, tuple[str, ...]],
    facts: Mapping[str, FactValue],
    status: Status,
) -> None:
    """And AWS's own verdict is never made better by it."""
    evidence = Evidence(INSTANCE, facts={name: fact(value) for name, value in facts.items()})
    judged = CONTROLS[id].judge
    assert judged is not None
    verdict = judged(replace(evidence, parameters=parameters))
    assert verdict.status is status
    if judged(evidence).status is not P:
        assert verdict.status is judged(evidence).status
