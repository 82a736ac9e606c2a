"""The controls: their data against AWS's, their own examples, and the judge's truth table."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import INSTANCE, fact
from hypothesis import given
from hypothesis import strategies as st

from jupyter_sm_guard import catalog, controls
from jupyter_sm_guard.judge import judge as judge_all
from jupyter_sm_guard.model import (
    Control,
    Evidence,
    FactValue,
    Reason,
    Resource,
    ResourceKind,
    Status,
    Unknown,
    Verdict,
    natural,
)
from jupyter_sm_guard.place import Place
from jupyter_sm_guard.policy import Policy

pytestmark = pytest.mark.unit

P, F, W, U = Status.PASSED, Status.FAILED, Status.WARNING, Status.UNKNOWN
CONTROLS = catalog.controls()
JUDGED = {id: control for id, control in CONTROLS.items() if control.judge is not None}


def judge(id: str, **facts: FactValue | Reason) -> tuple[Status, Reason | None]:
    verdict = verdict_of(CONTROLS[id], facts)
    return verdict.status, verdict.reason


def verdict_of(control: Control, facts: Mapping[str, FactValue | Reason]) -> Verdict:
    assert control.judge is not None
    evidence = Evidence(
        INSTANCE,
        facts={name: fact(value) for name, value in facts.items()},
        parameters=control.parameters,
    )
    return control.judge(evidence)


# --- the catalogue -------------------------------------------------------------------------------


def test_there_are_aws_25_controls_and_five_are_judged_here() -> None:
    assert list(CONTROLS) == [f"SageMaker.{n}" for n in range(1, 26)]
    assert list(JUDGED) == [f"SageMaker.{n}" for n in (1, 2, 3, 8, 21)]


@pytest.mark.parametrize("control", CONTROLS.values(), ids=CONTROLS)
def test_id_file_name_and_documentation_agree(control: Control) -> None:
    folder = Path(controls.__path__[0])
    assert (folder / f"{catalog.file_name(control.id)}.py").is_file()
    assert control.docs.endswith("#" + control.id.lower().replace(".", "-"))
    assert control.title
    assert all(len(text) > 40 for text in (control.what, control.why, control.fix))
    assert re.fullmatch(r"AWS::SageMaker::\w+", control.resource_type)
    assert control.config_rule.startswith("sagemaker-")
    assert control.schedule in ("periodic", "change-triggered")
    assert control.category.split(" > ")[0] in ("Protect", "Detect", "Identify", "Recover")


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
    for number, control in enumerate(CONTROLS.values(), 1):
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
    [(control, example) for control in JUDGED.values() for example in control.examples],
    ids=lambda value: value.id if isinstance(value, Control) else "",
)
def test_every_example_gives_its_verdict(control: Control, example: object) -> None:
    verdict = verdict_of(control, example.facts)  # type: ignore[attr-defined]
    assert (verdict.status, verdict.reason) == (example.status, example.reason)  # type: ignore[attr-defined]


@pytest.mark.parametrize("control", JUDGED.values(), ids=JUDGED)
def test_every_judged_control_has_a_passing_and_a_failing_example(control: Control) -> None:
    assert {P, F, U} <= {example.status for example in control.examples}


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


@given(st.sampled_from(sorted(JUDGED)), st.dictionaries(st.text(), st.text(), max_size=5))
def test_no_evidence_is_unknown_whatever_else_is_there(id: str, noise: dict[str, str]) -> None:
    facts = {name: value for name, value in noise.items() if name not in SETTINGS}
    assert judge(id, **facts) == (U, Reason.NOT_YET_CHECKED)


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


def good_evidence() -> Evidence:
    return Evidence(INSTANCE, facts={name: fact(value) for name, value in GOOD.items()})


def test_findings_come_by_severity_then_natural_id() -> None:
    assert list(report(good_evidence())) == [f"SageMaker.{n}" for n in (1, 2, 3, 8, 21)]
    assert sorted(["SageMaker.21", "SageMaker.2"], key=natural) == ["SageMaker.2", "SageMaker.21"]


@pytest.mark.parametrize("kind", [k for k in ResourceKind if k.name not in ("UNKNOWN",)])
def test_only_a_notebook_instance_is_judged(kind: ResourceKind) -> None:
    statuses = set(report(replace(good_evidence(), resource=Resource(kind))).values())
    wanted = P if kind is ResourceKind.NOTEBOOK_INSTANCE else Status.NOT_APPLICABLE
    assert statuses == {wanted}


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
    assert {f.status for id, f in by_id.items() if id != "SageMaker.2"} == {P}


def test_a_control_that_the_policy_turns_off_is_named_not_forgotten() -> None:
    policy = Policy(controls_off=frozenset({"SageMaker.8"}), contact="cloud team")
    made = judge_all(good_evidence(), policy, Place())
    assert "SageMaker.8" not in {finding.check for finding in made.findings}
    assert made.turned_off == ("SageMaker.8",)
    assert made.contact == "cloud team"


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_a_next_step_with_the_instance_s_own_names(reason: Reason) -> None:
    facts = {name: Unknown(reason, "why", action="sagemaker:X") for name in SETTINGS}
    for finding in judge_all(Evidence(INSTANCE, facts=facts), Policy(), Place()).findings:
        assert finding.status is U
        assert finding.reason is reason
        assert finding.fix
        assert "{" not in finding.fix or reason is Reason.MISSING_PERMISSION


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
