"""The gate says the same whichever way it looks for a rule's words."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_sm_guard.gate import Gate, entries
from jupyter_sm_guard.notebook import Cell, Document

pytestmark = pytest.mark.unit

ENTRIES = entries()
LITERALS = sorted(
    {word for e in ENTRIES.values() for word in (*e.triggers, *e.also, *e.strict_triggers)}
)


def gates(*, strict: bool, many: bool) -> Gate:
    gate = Gate(ENTRIES.values(), lambda _: strict)
    if many:
        gate.for_many()
    return gate


ONE_BY_ONE = {strict: gates(strict=strict, many=False) for strict in (False, True)}
IN_ONE_PASS = {strict: gates(strict=strict, many=True) for strict in (False, True)}

TEXTS = st.lists(
    st.one_of(
        st.sampled_from(LITERALS),
        st.sampled_from(LITERALS).map(lambda word: word[1:]),
        st.sampled_from(LITERALS).map(lambda word: word[:-1]),
        st.text(max_size=3),
    ),
    max_size=8,
).map("".join)


def document(code: str, markdown: str, output: str) -> Document:
    outputs = [{"output_type": "stream", "text": output}]
    cells = (
        Cell(0, None, "code", code, ("cells", 0, "source"), outputs=outputs),
        Cell(1, None, "markdown", markdown, ("cells", 1, "source")),
    )
    return Document("x.ipynb", "notebook", "", cells)


@given(TEXTS, TEXTS, TEXTS, st.booleans())
def test_all_words_in_one_pass_are_the_words_one_by_one(
    code: str, markdown: str, output: str, strict: bool
) -> None:
    read = document(code, markdown, output)
    names, seen = ONE_BY_ONE[strict].candidates(read)
    again, too = IN_ONE_PASS[strict].candidates(read)
    assert names == again
    assert (seen.code, seen.texts) == (too.code, too.texts)


@pytest.mark.parametrize("literal", sorted({w for e in ENTRIES.values() for w in e.triggers}))
def test_a_word_is_found_wherever_it_stands(literal: str) -> None:
    noise = "".join(random.Random(literal).choices("abc _-=.KkXQ", k=40))
    for text in (literal, f"{noise}{literal}{noise}", f"{literal}{literal}", f"é{literal}😀"):
        _, seen = IN_ONE_PASS[False].candidates(document(text, "", ""))
        assert literal in seen.code
