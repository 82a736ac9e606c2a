"""The gate: which rules may find something in a document, by the literals that each declares.

Only plain searches for text, and the index instead of the rules: a notebook in which nothing can be
found costs no import beyond this.
"""

from __future__ import annotations

from .rule_index import INDEX

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from .notebook import Document


class Entry:
    """What the index says of a rule."""

    __slots__ = ("also", "controls", "group", "name", "posture", "reads_texts", "severity",
                 "strict", "strict_triggers", "triggers")  # fmt: skip

    def __init__(self, name: str):
        self.name = name
        (
            self.severity,
            self.group,
            self.controls,
            self.strict,
            self.posture,
            self.triggers,
            self.also,
            self.strict_triggers,
            self.reads_texts,
        ) = INDEX[name]


def entries() -> dict[str, Entry]:
    """Every rule's entry, by name."""
    return {name: Entry(name) for name in INDEX}


def candidates(
    document: Document, rules: Iterable[Entry], strict: Callable[[str], bool]
) -> list[str]:
    """The names of the rules that may find something in the document. `strict` says whether a rule
    applies as in the strict profile."""
    in_code = _Search("\n".join([c.source for c in document.cells if c.kind == "code"]))
    in_texts: _Search | None = None
    chosen = []
    for rule in rules:
        search = in_code
        if rule.reads_texts:
            if in_texts is None:
                in_texts = _Search(_all_texts(document), in_code)
            search = in_texts
        if strict(rule.name) and rule.strict_triggers:
            if search.any_of(rule.strict_triggers):
                chosen.append(rule.name)
        elif search.any_of(rule.triggers) and (not rule.also or search.any_of(rule.also)):
            chosen.append(rule.name)
    return chosen


class _Search:
    """Answers for one text, each literal looked for once."""

    def __init__(self, text: str, other: _Search | None = None):
        self.text = text
        self.other = other
        self.known: dict[str, bool] = {}

    def any_of(self, literals: Iterable[str]) -> bool:
        return any(map(self.has, literals))

    def has(self, literal: str) -> bool:
        found = self.known.get(literal)
        if found is None:
            found = literal in self.text or (self.other is not None and self.other.has(literal))
            self.known[literal] = found
        return found


def _all_texts(document: Document) -> str:
    """Everything that is no code: other cells, and the texts of outputs."""
    texts = [cell.source for cell in document.cells if cell.kind != "code"]
    texts += [output.text for cell in document.cells for output in cell.outputs()]
    return "\n".join(texts)
