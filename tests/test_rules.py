"""The rules: each against its own examples, and silent on every other rule's good ones."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path

import make_rules
import pytest

from jupyter_sm_guard import catalog, rules
from jupyter_sm_guard.gate import Entry
from jupyter_sm_guard.linter.engine import lint_document
from jupyter_sm_guard.linter.selection import Selection
from jupyter_sm_guard.notebook import Document, kind_of, read
from jupyter_sm_guard.rule import Example, Rule

pytestmark = pytest.mark.unit

RULES = catalog.rules()


def document(given: Example) -> Document:
    """The example as the file that it stands for."""
    if kind_of(given.file) != "notebook":
        return read("\n".join(given.cells).encode(), given.file)
    cells = [
        {"cell_type": "code", "metadata": {}, "source": source, "outputs": []}
        for source in given.cells
    ]
    for text in given.outputs:
        cells[-1]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": text}]
    cells += [{"cell_type": "markdown", "metadata": {}, "source": text} for text in given.markdown]
    content = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
    return read(json.dumps(content).encode(), given.file)


def unmarked(given: Example) -> Example:
    def without(texts: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(re.sub("[«»]", "", text) for text in texts)

    return replace(
        given,
        cells=without(given.cells),
        markdown=without(given.markdown),
        outputs=without(given.outputs),
    )


def marked(given: Example, found: list[tuple[str, int, int, bool]]) -> Example:
    """The example with marks around what was found: (text's name, start, end, in an output)."""
    texts = document(given).cells
    result: dict[int, str] = {cell.index: cell.source for cell in texts}
    outputs = list(given.outputs)
    for index, start, end, in_output in sorted(set(found), reverse=True):
        text = outputs[-1] if in_output else result[int(index)]
        text = f"{text[:start]}«{text[start:end]}»{text[end:]}"
        if in_output:
            outputs[-1] = text
        else:
            result[int(index)] = text
    every = list(result.values())
    if kind_of(given.file) != "notebook":
        return replace(given, cells=("".join(every),))
    count = len(given.cells)
    return replace(
        given,
        cells=tuple(every[:count]),
        markdown=tuple(every[count:]),
        outputs=tuple(outputs),
    )


def selection(given: Example, names: Iterable[str], gated: bool = True) -> Selection:
    return Selection(
        tuple(Entry(name) for name in names),
        given.strict,
        frozenset(given.posture),
        gated,
        today=date(2026, 11, 23),
    )


def alone(rule: Rule) -> Iterable[str]:
    """The rule; one about suppressions with those that they are about."""
    return RULES if rule.group == "hygiene" else [rule.name]


CASES = [(rule, given) for rule in RULES.values() for given in rule.bad]


@pytest.mark.parametrize(
    ("rule", "given"), CASES, ids=[f"{rule.name}-{rule.bad.index(given)}" for rule, given in CASES]
)
def test_a_bad_example_is_found_where_it_is_marked(rule: Rule, given: Example) -> None:
    plain = unmarked(given)
    outcome = lint_document(document(plain), selection(plain, alone(rule)))
    found = [
        (str(f.cell), f.start, f.end, f.output is not None)
        for f in outcome.found
        if f.rule == rule.name
    ]
    expected = given
    if kind_of(given.file) != "notebook":
        expected = replace(given, cells=("\n".join(given.cells),))
    assert marked(plain, found) == expected


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_every_rule_is_silent_on_the_good_examples_of_this_one(rule: Rule) -> None:
    for given in rule.good:
        chosen = [name for name in RULES if name == rule.name or not given.strict]
        outcome = lint_document(document(given), selection(given, chosen))
        assert [(f.rule, f.message) for f in outcome.found] == [], given


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_the_gate_loses_nothing(rule: Rule) -> None:
    for given in (*rule.good, *map(unmarked, rule.bad)):
        gated, ungated = (
            lint_document(document(given), selection(given, RULES, gated=gated)).found
            for gated in (True, False)
        )
        assert gated == ungated, given


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_name_file_and_words_agree(rule: Rule) -> None:
    folder = Path(rules.__path__[0])
    assert (folder / f"{catalog.file_name(rule.name)}.py").is_file()
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", rule.name)
    assert rule.title
    assert not rule.title.endswith(".")
    assert all(len(text) > 40 for text in (rule.what, rule.why, rule.how))
    assert rule.confidence in ("certain", "likely")
    assert rule.good
    assert rule.bad
    assert set(rule.controls) <= set(catalog.controls())


def test_the_index_of_rules_is_fresh() -> None:
    assert make_rules.FILE.read_text() == make_rules.index()


@pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))
def test_what_a_rule_looks_for_in_python_is_among_its_triggers(rule: Rule) -> None:
    """Any other word would have passed no gate: the rule would not see what it is there for."""
    assert set(rule.in_python) <= set(rule.triggers)
    assert not rule.in_python or (rule.python is not None and not rule.strict_triggers)
