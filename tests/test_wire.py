"""One JSON: what is written can be read back and fits the shipped schema."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import jsonschema
import make_wire
import pytest
from conftest import INSTANCE, NOON, fact
from hypothesis import given
from hypothesis import strategies as st

import jupyter_sm_guard
from jupyter_sm_guard.aws import Aws
from jupyter_sm_guard.child import Delivery, Request
from jupyter_sm_guard.judge import judge
from jupyter_sm_guard.model import (
    Evidence,
    Finding,
    Known,
    Reason,
    Report,
    Unknown,
    Waiver,
    rfc3339,
)
from jupyter_sm_guard.place import Place
from jupyter_sm_guard.policy import Policy
from jupyter_sm_guard.wire import WireError, from_json, to_json

pytestmark = pytest.mark.unit

SCHEMA = json.loads(
    (Path(jupyter_sm_guard.__file__).parent / "schemas" / "report.schema.json").read_text()
)
TIMES = st.datetimes(
    min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1), timezones=st.just(timezone.utc)
).map(lambda moment: moment.replace(microsecond=0))


def a_report() -> Report:
    facts = {"DirectInternetAccess": fact("Enabled"), "SubnetId": fact(None), "KmsKeyId": fact("k")}
    return judge(Evidence(INSTANCE, facts=facts), Policy(contact="us"), Place())


@given(TIMES)
def test_times_are_rfc_3339_in_utc_and_come_back(moment: datetime) -> None:
    text = rfc3339(moment)
    assert text.endswith("Z")
    row = {"value": None, "source": "s", "observed_at": text}
    assert from_json(Known, row).observed_at == moment


@given(
    st.one_of(
        st.builds(Known, st.none() | st.booleans() | st.text(), st.text(), TIMES, st.none()),
        st.builds(Unknown, st.sampled_from(Reason), st.text(), st.none() | st.text()),
    )
)
def test_facts_survive_the_way_from_the_child(given_fact: Known | Unknown) -> None:
    delivery = Delivery("source", {"Fact": given_fact}, 12)
    assert from_json(Delivery, json.loads(json.dumps(to_json(delivery)))) == delivery


def test_requests_survive_the_way_to_the_child() -> None:
    aws = Aws("eu-central-1", credentials={"AWS_PROFILE": "x"}, metadata_services=False)
    request = Request(("a",), INSTANCE, "/root", aws, 8)
    assert from_json(Request, json.loads(json.dumps(to_json(request)))) == request


def test_a_report_survives_and_fits_the_shipped_schema() -> None:
    report = a_report()
    waived = replace(report.findings[0], waiver=Waiver("me", "because", NOON))
    report = replace(report, findings=(waived, *report.findings[1:]), observed_at=NOON)
    data: Any = json.loads(json.dumps(to_json(report)))
    jsonschema.validate(data, SCHEMA)
    assert from_json(Report, data) == report
    assert data["schema"] == 1
    assert data["kind"] == "check"
    assert data["observed_at"] == "2026-11-23T12:00:00Z"


def test_the_schema_refuses_what_is_no_report() -> None:
    for change in ({"schema": "1"}, {"findings": None}, {"resource": {}}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate({**_plain(a_report()), **change}, SCHEMA)


@pytest.mark.parametrize(
    "name", [f.name for f in fields(Finding) if f.name not in ("waiver", "notes")]
)
def test_a_finding_without_a_field_is_refused_by_name(name: str) -> None:
    data = _plain(a_report())
    del data["findings"][0][name]
    with pytest.raises(WireError, match=rf"\$\.findings\[0\]: {name} is missing"):
        from_json(Report, data)


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"status": "GREEN"}, r"findings\[0\]\.status"),
        ({"evidence": {}}, r"findings\[0\]\.evidence"),
        ({"recreate": "yes"}, r"findings\[0\]\.recreate"),
        ({"title": 5}, r"findings\[0\]\.title"),
        ({"severity": ["HIGH"]}, r"findings\[0\]\.severity"),
    ],
)
def test_a_wrong_value_is_refused_with_its_place(change: dict[str, Any], place: str) -> None:
    data = _plain(a_report())
    data["findings"][0].update(change)
    with pytest.raises(WireError, match=place):
        from_json(Report, data)


def test_keys_of_a_newer_version_are_ignored() -> None:
    data = {**_plain(a_report()), "new": 1}
    assert from_json(Report, data).kind == "check"


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=5))
def test_nothing_but_a_report_is_read_as_one(data: object) -> None:
    with pytest.raises(WireError):
        from_json(Report, data)


def test_the_shipped_schema_is_made_from_the_model() -> None:
    kinds = ((make_wire.REPORT, Report, "report"), (make_wire.LATEST, make_wire.Latest, "latest"))
    for path, kind, title in kinds:
        assert path.read_text() == make_wire.schema(kind, title), "run `make wire`"
    assert make_wire.FRONT_END.read_text() == make_wire.version(), "run `make wire`"


def _plain(report: Report) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(json.dumps(to_json(report)))
    return data
