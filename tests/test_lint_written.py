"""JSON that one cell puts into a file, and another one's command reads."""

from __future__ import annotations

import json
from datetime import date

import pytest

from jupyter_sm_guard.gate import entries
from jupyter_sm_guard.linter.engine import lint_document
from jupyter_sm_guard.linter.selection import Selection
from jupyter_sm_guard.notebook import read

pytestmark = pytest.mark.unit

SELECTION = Selection(
    tuple(entry for entry in entries().values() if not entry.strict), today=date(2026, 11, 23)
)
BAD = '{"ModelName": "m", "EnableNetworkIsolation": false}'
WRITES = f"%%writefile m.json\n{BAD}"
READS = "!aws sagemaker create-model --cli-input-json file://m.json"


def found(*sources: str) -> list[tuple[str, int]]:
    cells = [{"cell_type": "code", "metadata": {}, "source": s, "outputs": []} for s in sources]
    content = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
    document = read(json.dumps(content).encode(), "a.ipynb")
    return [(one.rule, one.cell) for one in lint_document(document, SELECTION).found]


@pytest.mark.parametrize(
    "cells",
    [
        (WRITES, READS),
        (WRITES.replace("m.json", "./m.json"), READS),
        (WRITES, READS.replace("m.json", "./m.json")),
        (WRITES.replace("m.json", "/tmp/m.json"), READS.replace("m.json", "/tmp/m.json")),
        (f"%%bash\ncat > m.json <<END\n{BAD.replace('m', '$NAME', 1)}\nEND", READS),
        (f"%%bash\necho '{BAD}' > m.json", READS),
        (WRITES, "import boto3", f"%%bash\n{READS[1:]}"),
    ],
)
def test_it_is_read(cells: tuple[str, ...]) -> None:
    assert found(*cells) == [("model-without-network-isolation", len(cells) - 1)]


@pytest.mark.parametrize(
    "cells",
    [
        (READS, WRITES),
        (WRITES, WRITES.replace("false", "true"), READS),
        (WRITES, "!sed -i s/false/true/ m.json", READS),
        (WRITES, "!aws s3 cp s3://b/m.json .", READS),
        (WRITES, "with open('m.json', 'w') as f:\n    json.dump(d, f)", READS),
        (WRITES, "%cd prod", READS),
        (WRITES, "import os; os.chdir('prod')", READS),
        (WRITES, READS.replace("m.json", "prod/m.json")),
        (WRITES, READS.replace("m.json", "prod-m.json")),
        (f"%%writefile m.json\n{BAD.replace('false', '$FLAG')}", READS),
        ("%%writefile m.json\n{", READS),
        (f"%%bash\nX=json\necho '{BAD}' > m.$X", READS),
    ],
)
def test_what_may_be_in_it_by_then_is_not_known(cells: tuple[str, ...]) -> None:
    assert found(*cells) == []


def test_what_is_long_and_read_very_often_is_not_read() -> None:
    much = json.dumps({"EnableNetworkIsolation": False, "X": list(range(20_000))})
    assert len(found(f"%%writefile m.json\n{much}", READS)) == 1
    assert found(f"%%writefile m.json\n{much}", *[READS] * 99) == []
    script = "\n".join([READS[1:]] * 99)
    assert found(f"%%bash\ncat > m.json <<END\n{much}\nEND\n{script}") == []
