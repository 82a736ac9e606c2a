"""Cells in the hundreds, written from AWS's documentation before the rules were looked at, in the
many ways in which people write such things; and others that only look like it.

`unseen/*.txt`: `### name | profile | file : rules`, then the cells, parted by `---`, with `---md`
for Markdown and `---out` for a cell's text output. `{{…}}` is a credential of that kind.
"""

from __future__ import annotations

import json
import random
import re
import string
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from jupyter_sm_guard.gate import entries
from jupyter_sm_guard.linter.engine import lint_document
from jupyter_sm_guard.linter.selection import Selection
from jupyter_sm_guard.notebook import read

pytestmark = pytest.mark.unit

FOLDER = Path(__file__).parent / "unseen"
LOCKED = frozenset(("no-internet", "no-root"))
LETTERS, DIGITS, HEX = string.ascii_letters, "123456789", "0123456789abcdef"
MIXED, BASE64 = LETTERS + string.digits, LETTERS + string.digits + "+/"
UP = string.ascii_uppercase + "234567"
WEB = "eyJ" + "hbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9"
FORMS = {  # parts: a text, or characters and how many of them
    "akid": ["AK" + "IA", (UP, 16)],
    "asia": ["AS" + "IA", (UP, 16)],
    "awssecret": [(BASE64, 40)],
    "session": ["IQoJb3JpZ2lu" + "X2Vj", (BASE64, 300)],
    "slack": ["xo" + "xb-", (DIGITS, 12), "-", (DIGITS, 13), "-", (MIXED, 24)],
    "slackhook": ["https://hooks.slack.com/services/T", (UP, 10), "/B", (UP, 10), "/", (MIXED, 24)],
    "ghp": ["gh" + "p_", (MIXED, 36)],
    "gho": ["gh" + "o_", (MIXED, 36)],
    "githubpat": ["github_" + "pat_", (MIXED, 22), "_", (MIXED, 59)],
    "hf": ["h" + "f_", (LETTERS, 34)],
    "openai": ["sk-" + "proj-", (MIXED, 74), "T3BlbkFJ", (MIXED, 74)],
    "openaiold": ["sk" + "-", (MIXED, 20), "T3BlbkFJ", (MIXED, 20)],
    "anthropic": ["sk-" + "ant-api03-", (MIXED, 93), "AA"],
    "gitlab": ["gl" + "pat-", (MIXED, 20)],
    "google": ["AI" + "zaSy", (MIXED, 33)],
    "stripe": ["sk_" + "live_", (MIXED, 24)],
    "sendgrid": ["S" + "G.", (MIXED, 22), ".", (MIXED, 43)],
    "npm": ["np" + "m_", (MIXED, 36)],
    "pypi": ["pypi-" + "AgEIcHlwaS5vcmc", (MIXED, 150)],
    "databricks": ["da" + "pi", (HEX, 32)],
    "jwt": [WEB + ".eyJ", (MIXED, 60), ".", (MIXED, 43)],
    "pem": [(BASE64, 64), "\n", (BASE64, 64), "\n", (BASE64, 64)],
    "docker": ["dckr_" + "pat_", (MIXED, 27)],
    "groq": ["gs" + "k_", (MIXED, 52)],
    "nvapi": ["nv" + "api-", (MIXED, 64)],
    "azure": [(BASE64, 86), "=="],
    "telegram": [(DIGITS, 10), ":AA", (MIXED, 33)],
    "do": ["dop_" + "v1_", (HEX, 64)],
    "vault": ["hv" + "s.", (MIXED, 90)],
    "langsmith": ["lsv2_" + "pt_", (HEX, 32), "_", (HEX, 10)],
    "uuid": [(HEX, 8), "-", (HEX, 4), "-4", (HEX, 3), "-a", (HEX, 3), "-", (HEX, 12)],
    "hex32": [(HEX, 32)],
    "hex40": [(HEX, 40)],
    "hex64": [(HEX, 64)],
    "b64": [(BASE64, 4000)],
}  # fmt: skip


@dataclass(frozen=True)
class Case:
    """Cells of one notebook, or a file's text, and the rules that find something in it."""

    name: str
    profile: str
    file: str
    finds: frozenset[str]
    body: str


def cases(name: str) -> Iterator[Case]:
    """The cases of one of the files."""
    for block in re.split(r"^### ", (FOLDER / name).read_text(), flags=re.MULTILINE)[1:]:
        head, _, body = block.partition("\n")
        where, _, rules = head.partition(" : ")
        called, profile, *file = where.split(" | ")
        yield Case(called, profile, "".join(file), frozenset(rules.split()), body.rstrip("\n"))


def drawn(body: str) -> str:
    """The text with credentials in the place of their kinds."""
    some = random.Random(len(body))  # always the same

    def make(match: re.Match[str]) -> str:
        parts = FORMS.get(match[1], [match[0]])
        return "".join(
            part if isinstance(part, str) else "".join(some.choices(part[0], k=part[1]))
            for part in parts
        )

    return re.sub(r"\{\{(\w+)\}\}", make, body)


def content(case: Case) -> bytes:
    """The file that the case is about."""
    body = drawn(case.body)
    if case.file:
        return body.encode()
    cells: list[dict[str, Any]] = []
    kinds = ["", *re.findall(r"^---(\w*)$", body, flags=re.MULTILINE)]
    for kind, text in zip(kinds, re.split(r"^---\w*\n", body, flags=re.MULTILINE), strict=True):
        source = text.rstrip("\n")
        if kind == "out":
            shown = {"output_type": "stream", "name": "stdout", "text": source}
            cells[-1]["outputs"].append(shown)
        elif kind == "outpng":
            shown = {"output_type": "display_data", "data": {"image/png": source}}
            cells[-1]["outputs"].append(shown)
        elif kind == "md":
            cells.append({"cell_type": "markdown", "metadata": {}, "source": source})
        else:
            cells.append({"cell_type": "code", "metadata": {}, "source": source, "outputs": []})
    notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
    return json.dumps(notebook).encode()


def found(case: Case, *, gated: bool = True) -> set[str]:
    """The rules that find something."""
    strict = case.profile == "strict"
    selection = Selection(
        tuple(entry for entry in entries().values() if strict or not entry.strict),
        strict,
        LOCKED if case.profile == "locked" else frozenset(),
        gated,
        today=date(2026, 11, 23),
    )
    document = read(content(case), case.file or "a.ipynb")
    return {one.rule for one in lint_document(document, selection).found}


FAULTS = list(cases("faults.txt"))
LOOKALIKES = list(cases("lookalikes.txt"))


@pytest.mark.parametrize("case", FAULTS, ids=[case.name for case in FAULTS])
def test_a_fault_is_found(case: Case) -> None:
    assert case.finds <= found(case)


@pytest.mark.parametrize("case", LOOKALIKES, ids=[case.name for case in LOOKALIKES])
def test_what_only_looks_like_a_fault_is_none(case: Case) -> None:
    assert found(case) == set()


def test_the_gate_loses_nothing_in_any_of_them() -> None:
    for case in (*FAULTS, *LOOKALIKES):
        assert found(case) == found(case, gated=False), case.name


def test_every_case_is_read_and_named_once() -> None:
    names = [case.name for case in (*FAULTS, *LOOKALIKES)]
    assert len(set(names)) == len(names) > 600
    assert all(case.finds for case in FAULTS)
    assert {case.profile for case in FAULTS} == {"default", "strict", "locked"}
