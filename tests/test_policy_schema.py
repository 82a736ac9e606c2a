"""The policy's JSON Schema says what the reader says; a damaged policy weakens nothing.

What a schema can't express is left out of the comparison: the calendar, characters that can't be
printed, and what two keys say together."""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Mapping
from datetime import date
from typing import Any

import jsonschema
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from jupyter_sm_guard import catalog
from jupyter_sm_guard.policy import Policy, PolicyError, parse
from jupyter_sm_guard.policy.reading import Part, of
from jupyter_sm_guard.policy.shape import Mistake, json_schema, read, shape
from jupyter_sm_guard.policy.starter import STARTER

sys.path.append("scripts")
import make_wire

pytestmark = pytest.mark.unit

WORDS = catalog.vocabulary()
SHAPE = shape(WORDS)
SCHEMA = json_schema(WORDS)
VALID = jsonschema.Draft202012Validator(SCHEMA)
FULL = "\n".join(
    line.removeprefix("# ") for line in STARTER.partition("\n\n")[2].splitlines()
).replace("# # ", "").replace("# arns", "arns").replace("# accounts", "accounts").replace(
    "# tags", "tags"
)  # fmt: skip


def document() -> dict[str, Any]:
    """Everything that a policy can say, as plain data."""
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    return json_like(tomllib.loads(FULL))


def json_like(value: Any) -> Any:
    """TOML's dates as the texts that JSON has for them."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: json_like(item) for key, item in value.items()}
    return [json_like(item) for item in value] if isinstance(value, list) else value


def mistakes_in(value: Any) -> list[Mistake]:
    found: list[Mistake] = []
    read(SHAPE, value, (), found)
    return found


def test_the_shipped_schema_is_of_this_version() -> None:
    assert make_wire.POLICY.read_text() == make_wire.policy(), "run `make wire`"
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_the_starting_policy_decides_nothing_and_without_its_marks_everything() -> None:
    assert parse(STARTER.encode(), WORDS) == Policy()
    policy = parse(FULL.encode(), WORDS)
    assert set(document()) == set(SHAPE.keys), "what can be said is in the starting policy"
    assert VALID.is_valid(document())
    assert len(policy.waivers) == 1
    assert policy.jobs is not None


@pytest.mark.parametrize("text", ["x\n", "\nx", "a\tb", "a\u2028b", "\x85x", " ", ""])
def test_a_text_of_more_than_a_line_is_none_for_schema_and_reader(text: str) -> None:
    value = {**document(), "contact": text}
    assert mistakes_in(value)
    assert not VALID.is_valid(value)


junk = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 2000) | st.floats(allow_nan=False)
    | st.sampled_from(["", " ", "x", "a b", "low", "HIGH", "strict", "ask", "off", "always", "*",
                       "sudo-in-cell", "Sudo", "a--b", "SageMaker.3", "SageMaker.33", "2027-01-31",
                       "2027-1-31", "https://x.example/a", "http://x.example", "https://u@x.example",
                       "https://x.example/a b", "https://x\n", "http://p:3128", "http://p:0",
                       "http://p:65535", "http://p:65536", "ftp://p", "http://[::1]:80", "/x", "x/",
                       "pypi.org:443", "pypi.org:22", "subnet-1", "sg-1", "subnet-1\n", "alias/x",
                       "eu-central-1", "eu", "111122223333", "11112222333", "team-*", "team[ab]",
                       "x" * 501, "\n", "sudo-in-cell\n", "111122223333\n"])
    | st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), max_size=8),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["x", "enabled", "tags", "profile", "team", "a b", "é"]),
                      inner, max_size=3),
    max_leaves=4,
)  # fmt: skip


def places(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where something stands in a document."""
    below: list[tuple[Any, ...]] = []
    if isinstance(value, dict):
        below = [place for key, item in value.items() for place in places(item, (*at, key))]
    if isinstance(value, list):
        below = [place for i, item in enumerate(value) for place in places(item, (*at, i))]
    return [at, *below] if at else below


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_schema_and_reader_accept_the_same(data: st.DataObject) -> None:
    """A complete policy in which one thing is another, gone, or under another name."""
    value = document()
    at = data.draw(st.sampled_from(places(value)))
    node = value
    for key in at[:-1]:
        node = node[key]
    what = data.draw(st.sampled_from(["replace", "replace", "remove", "rename", "add"]))
    if what == "replace":
        node[at[-1]] = data.draw(junk)
    elif what == "remove":
        del node[at[-1]]
    elif isinstance(node, Mapping):
        name = data.draw(st.sampled_from(["x", "enabled", "owner", "Contact", "a-b", "é", "a\n"]))
        assume(name not in node)
        node[name] = node.pop(at[-1]) if what == "rename" else data.draw(junk)
    mistakes = mistakes_in(value)
    assert VALID.is_valid(value) == (not mistakes), (at, [*map(str, mistakes)])


@pytest.mark.parametrize("place", places(document()), ids=str)
def test_no_key_takes_just_anything(place: tuple[Any, ...]) -> None:
    value = document()
    node = value
    for key in place[:-1]:
        node = node[key]
    node[place[-1]] = {"": None}
    assert mistakes_in(value)
    assert not VALID.is_valid(value)


def test_what_only_the_reader_refuses() -> None:
    for key, value in (("contact", "a\x00"), ("contact", "a\u202e")):
        assert mistakes_in({key: value})
    for day in ("2027-02-30", "2027-13-01"):
        found = document()
        found["waivers"][0]["expires"] = day
        assert "a day that there is not" in str(mistakes_in(found)[0])


# --- fuzzed files -------------------------------------------------------------------------------

WEAK = b"""
contact = "a@example.com"
mandatory_rules = ["sudo-in-cell"]
[controls."SageMaker.1"]
enabled = false
[controls."SageMaker.2"]
mandatory = true
[probes]
root_access = false
[[waivers]]
check = "SageMaker.3"
owner = "a"
reason = "b"
ticket = "c"
granted = 2026-01-01
expires = 2026-03-01
scope = { instances = ["x"] }
"""


def mutated(content: bytes, seed: int) -> bytes:
    """The file with some of its bytes gone, doubled, moved or changed."""
    chance = random.Random(seed)  # the same every time is what is wanted
    data = bytearray(content)
    for _ in range(chance.randint(1, 4)):
        i, j = sorted(chance.randrange(len(data) + 1) for _ in range(2))
        j = min(j, i + 40)
        how = chance.randrange(5)
        if how == 0:
            del data[i:j]
        elif how == 1:
            data[i:i] = data[i:j]
        elif how == 2:
            data[i:j] = bytes(chance.randrange(256) for _ in range(j - i))
        elif how == 3:
            data[i:i] = chance.choice([b"\n", b"[", b"]]", b'"', b"=", b"[[waivers]]\n", b"\x00"])
        else:
            lines = data.split(b"\n")
            chance.shuffle(lines)
            data = bytearray(b"\n".join(lines))
        data = data or bytearray(b"x")
    return bytes(data)


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 2**32))
@example(0)
def test_a_damaged_policy_never_says_more_than_its_text(seed: int) -> None:
    """It is refused with words, or it turns off only what its text names, word for word."""
    content = mutated(WEAK, seed)
    try:
        policy = parse(content, WORDS)
    except PolicyError as error:
        assert all(line for line in error.mistakes)  # noqa: PT017  # either outcome is right
        return
    for id in policy.controls_off:
        assert id.encode() in content
        assert b"enabled" in content
        assert b"false" in content
        assert id not in policy.controls_mandatory
    for grant in policy.waivers:
        assert grant.check.encode() in content
        assert (grant.expires - grant.granted).days <= policy.longest_waiver_days
        assert all((grant.owner, grant.reason, grant.ticket))
        assert grant.check not in (*policy.controls_mandatory, *policy.mandatory_rules)
    assert not policy.probes_off or b"root_access" in content


@settings(deadline=None)
@given(st.lists(st.integers(0, 2**32), min_size=1, max_size=3))
def test_damaged_files_together_never_crash(seeds: list[int]) -> None:
    parts = [Part(f"{n}.toml", mutated(FULL.encode(), seed)) for n, seed in enumerate(seeds)]
    try:
        policy = of(parts, WORDS)
    except PolicyError as error:
        assert json.dumps(error.mistakes)  # noqa: PT017  # either outcome is right
    else:
        assert policy.controls_mandatory.isdisjoint(policy.controls_off)
