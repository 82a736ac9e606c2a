"""What a rule is, what it is given and what it yields. The rules themselves are in `rules/`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from .model import Severity
from .names import PythonCell
from .requests import Request
from .shell import Script

DOCS = "https://docs.aws.amazon.com/securityhub/latest/userguide/sagemaker-controls.html"
_SECTIONS = ("What it checks", "Why it matters", "How to fix")

GROUPS = ("resource", "privilege", "egress", "secret", "exposure", "hygiene")
"""What a rule is about; `--select` takes these too."""
PLACES = ("code", "raw", "markdown", "output")
"""Where a text may stand: in a cell of that kind, or in what running a cell left behind."""
POSTURES = ("no-internet", "no-root")
"""What may be known of the machine a notebook runs on. `vpc-only` is another word for the first."""


@dataclass(frozen=True)
class Edit:
    """Replace what stands from `start` to `end` by `text`. Offsets are those of the match; `cell`
    is the index of the cell where it is another one."""

    start: int
    end: int
    text: str
    cell: int | None = None


@dataclass(frozen=True)
class Fix:
    """A change that removes the finding; safe when the code then does the same in all but that."""

    message: str
    edits: tuple[Edit, ...]
    safe: bool = False


@dataclass(frozen=True)
class Related:
    """Another place in the notebook that matters: cell by its index, offsets in its source."""

    cell: int
    start: int
    end: int
    message: str


@dataclass(frozen=True)
class Match:
    """What a rule found, from `start` to `end` in the text that it was given.

    `unknown` says that the rule could not decide: counted, shown on demand, never a finding.
    `strict` that this is one in the strict profile only, `likely` that it is less than certain.
    `extent` is where the whole statement ends: a comment up to there can suppress the finding.
    """

    start: int
    end: int
    message: str
    fix: Fix | None = None
    related: tuple[Related, ...] = ()
    unknown: bool = False
    likely: bool = False
    strict: bool = False
    extent: int | None = None


@dataclass(frozen=True)
class Example:
    """A notebook of these cells and what a rule makes of it.

    In a bad one `«` and `»` stand around what each finding marks. `file` is the name it would have;
    in a `.sh` or `.py` the cells are joined. `markdown` and `outputs` stand after the code cells.
    """

    cells: tuple[str, ...]
    file: str = "example.ipynb"
    posture: tuple[str, ...] = ()
    markdown: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    strict: bool = False


def example(*cells: str, **other: object) -> Example:
    """An example of these code cells."""
    return Example(cells, **other)  # type: ignore[arg-type]


PythonCheck = Callable[[PythonCell], Iterator[Match]]
ShellCheck = Callable[[Script], Iterator[Match]]
TextCheck = Callable[[str], Iterator[Match]]
"""Looks at a text as it stands: a cell's whole source, or one text output."""
RequestCheck = Callable[[Request], Iterator[Match]]


@dataclass(frozen=True)
class Rule:
    """One thing that should not stand in a notebook.

    It looks through whichever of `python`, `shell`, `text`, `request` and `file` it declares;
    `file` is given what a cell writes into a file of names and values, like `.env`. `triggers`
    are literals of which at least one stands in a notebook where the rule can find something, and
    so does one of `also` where that is not empty: what has none of them is never shown to it.
    `posture` names what must be known of the machine for the rule to apply at all, `strict` puts it
    into the strict profile only; `strict_triggers` are its triggers there, where they differ.
    `settings` are the declarations of a rule about parameters.
    `places` are the kinds of text that `text` is given; `unless` are literals with one of which
    anywhere in the document's code it can't decide. `written` says whether it also judges what
    `%%writefile` writes, which runs elsewhere, `shown` that it is about what a cell shows, not
    where a variable takes that, and `dockerfile` whether it judges the RUN, ENV and
    ARG lines of a Dockerfile. `local` says that it looks at Python only in cells where one of its
    triggers stands, and not where what such a cell binds is used; `in_python` are those of its
    triggers that it has a use for there, where others are only words of commands.
    """

    name: str
    title: str
    what: str
    why: str
    how: str
    severity: Severity
    group: str
    triggers: tuple[str, ...]
    good: tuple[Example, ...]
    bad: tuple[Example, ...]
    also: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    confidence: str = "certain"
    controls: tuple[str, ...] = ()
    strict: bool = False
    posture: tuple[str, ...] = ()
    written: bool = True
    shown: bool = False
    dockerfile: bool = False
    local: bool = False
    in_python: tuple[str, ...] = ()
    python: PythonCheck | None = None
    shell: ShellCheck | None = None
    text: TextCheck | None = None
    places: tuple[str, ...] = PLACES
    request: RequestCheck | None = None
    file: TextCheck | None = None
    strict_triggers: tuple[str, ...] = ()
    settings: tuple[object, ...] = ()


_MOCKED = ("from moto import", "import moto", "MagicMock", "mock_aws")
"""Where one of these stands, calls may reach what only stands in for AWS."""


def rule(doc: str | None, **data: object) -> Rule:
    """A rule, its words taken from the file's docstring. Examples may be plain cells."""
    title, what, why, how = sections(doc or "")
    for kind in ("good", "bad"):
        given = data.get(kind, ())
        if isinstance(given, tuple):
            data[kind] = tuple(example(e) if isinstance(e, str) else e for e in given)
    if data.get("group") in ("resource", "exposure"):
        unless = data.get("unless", ())
        data["unless"] = (*unless, *_MOCKED) if isinstance(unless, tuple) else unless
    return Rule(title=title, what=what, why=why, how=how, **data)  # type: ignore[arg-type]


def sections(doc: str) -> tuple[str, str, str, str]:
    """Title and the three sections of a docstring, each unwrapped into paragraphs.

    Raises ValueError when the headings are not exactly these, in this order.
    """
    title, *rest = re.split(r"^## (.+)$", doc.strip(), flags=re.MULTILINE)
    if tuple(rest[::2]) != _SECTIONS:
        raise ValueError(f"a rule's docstring needs the headings {', '.join(_SECTIONS)}")
    what, why, how = (_unwrap(body) for body in rest[1::2])
    return _unwrap(title), what, why, how


def _unwrap(text: str) -> str:
    return "\n\n".join(" ".join(part.split()) for part in re.split(r"\n\s*\n", text.strip()))
