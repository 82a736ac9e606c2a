"""What is read of a Dockerfile."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_sm_guard.shell import UNKNOWN, Command, dockerfile

pytestmark = pytest.mark.unit


def commands(text: str) -> list[Command]:
    return [command for script in dockerfile(text) for command in script]


@pytest.mark.parametrize(
    ("text", "started"),
    [
        ("RUN yum install -y x", [["yum", "install", "-y", "x"]]),
        (
            "run --mount=type=cache --network=none \\\n # why\n  a b && \\\n\\\n  c",
            [["a", "b"], ["c"]],
        ),
        ('RUN ["pip", "install", "a b"]', [["pip", "install", "a b"]]),
        ('RUN ["sh", "-c", "a | b"]', [["sh", "-c", "a | b"], ["a"], ["b"]]),
        ('RUN [ "$x" = y ] && a', [["[", UNKNOWN, "=", "y", "]"], ["a"]]),
        ("RUN <<EOF\na b\nc\nEOF\nRUN d", [["a", "b"], ["c"], ["d"]]),
        ("RUN <<-'E'\n\ta\n\tE\nCOPY . .\nRUN b", [["a"], ["b"]]),
        ("RUN <<EOF\n#!/usr/bin/env bash\na\nEOF", [["a"]]),
        ("RUN <<EOF\n#!/usr/bin/env python3\na\nEOF\nRUN b", [["b"]]),
        ("RUN <<EOF\na", [["a"]]),
        ("RUN a <<X <<Y\nRUN b\nX\nc\nY\nRUN d", [["a"], ["d"]]),
        ("RUN a '<<' b <<< x\nRUN c", [["a", "<<", "b"], ["c"]]),
        ("RUN a << b\nRUN c", [["a"], ["c"]]),
        ("FROM x\n# RUN a\nCOPY run b\nENV", []),
    ],
)
def test_the_commands_of_every_form(text: str, started: list[list[str]]) -> None:
    assert [[word.text for word in command.words] for command in commands(text)] == started


@pytest.mark.parametrize(
    ("text", "set_to"),
    [
        ("ENV A=b C='d e'", ["A=b", "C=d e"]),
        ("ENV A=b \\\n  # why\n  C=d", ["A=b", "C=d"]),
        ("ENV A b c  \nENV D=e", ["A=b c", "D=e"]),
        ("ENV A 'b c'", ["A=b c"]),
        ("ARG A=b\nARG C", ["A=b"]),
    ],
)
def test_the_variables_of_every_form(text: str, set_to: list[str]) -> None:
    assert [word.text for c in commands(text) for word in c.assignments] == set_to


LINES = ("RUN a <<E", "RUN <<'E'", "E", "ENV A b", "ENV A=b \\", "RUN a \\", '["a", "b"]', "# c",
         'RUN ["a","b c"]', "ARG X=é", "\tE", "RUN", "")  # fmt: skip


@given(st.lists(st.sampled_from(LINES), max_size=12), st.sampled_from(("\n", "\r\n")))
def test_what_is_read_stands_where_it_says(lines: list[str], newline: str) -> None:
    text = newline.join(lines)
    before = 0
    for script in dockerfile(text):
        for command in script:
            assert before <= command.start <= command.end <= len(text)
            for word in (*command.words, *command.assignments):
                assert text[word.start : word.end].strip("\"'")[:1] == word.text[:1]
        before = max([before, *(command.start for command in script)])


@pytest.mark.parametrize(
    "bait", ["RUN a <<E\n", "RUN a \\\n", "ENV A " + " " * 99, 'RUN ["' + '\\"' * 99]
)
def test_much_of_it_is_read_to_the_end(bait: str) -> None:
    assert len(list(dockerfile(bait * 2000))) >= 1
