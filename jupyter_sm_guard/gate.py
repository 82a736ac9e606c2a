"""The gate: which rules may find something in a document, by the literals that each declares.

Only plain searches for text, and the index instead of the rules: a notebook in which nothing can be
found costs no import beyond this.
"""

from __future__ import annotations

from .rule_index import INDEX, STEMS, TEXTS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from re import Pattern

    from .notebook import Document

MUCH = 1024 * 1024
"""Characters of texts after which one regular expression for all literals pays: to import `re` and
to compile it takes as long as searching so much for each."""


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


class Seen:
    """The triggers that stand in a document: in its code, and in its other texts."""

    __slots__ = ("code", "texts")

    def __init__(self, code: frozenset[str] | set[str], texts: frozenset[str] | set[str]):
        self.code = code
        self.texts = texts


class Gate:
    """Some rules, ready to be asked about documents. `strict` says whether a rule applies as in the
    strict profile."""

    def __init__(self, rules: Iterable[Entry], strict: Callable[[str], bool]):
        self._rules: list[tuple[str, bool, tuple[str, ...], tuple[str, ...]]] = []
        in_code: set[str] = set()
        in_texts: set[str] = set()
        for rule in rules:
            needs = rule.triggers, rule.also
            if rule.strict_triggers and strict(rule.name):
                needs = rule.strict_triggers, ()
            self._rules.append((rule.name, rule.reads_texts, *needs))
            (in_texts if rule.reads_texts else in_code).update(needs[0])
        self._code = _by_stem(in_code - in_texts)
        self._texts = _by_stem(in_texts)
        self._searched = 0
        self._any: Pattern[str] | None = None

    def candidates(self, document: Document) -> tuple[list[str], Seen]:
        """The names of the rules that may find something in a document, and what they go by."""
        code = "\n".join([c.source for c in document.cells if c.kind == "code"])
        texts = [cell.source for cell in document.cells if cell.kind != "code"]
        texts += [output.text for cell in document.cells for output in cell.outputs()]
        joined = "\n".join(texts)
        seen = Seen(_found(self._code, code) | self._in_text(code), self._in_text(joined))
        everywhere = seen.code | seen.texts
        chosen = []
        for name, reads_texts, triggers, also in self._rules:
            if (everywhere if reads_texts else seen.code).isdisjoint(triggers):
                continue
            if not also or any(w in code or (reads_texts and w in joined) for w in also):
                chosen.append(name)
        return chosen, seen

    def _in_text(self, text: str) -> set[str]:
        self._searched += len(text)
        if self._searched > MUCH:
            if self._any is None:
                import re

                self._any = re.compile(TEXTS)
            if self._any.search(text) is None:
                return set()
        return _found(self._texts, text)


def _by_stem(literals: set[str]) -> dict[str, list[str]]:
    """The literals by what they share: where a stem does not stand, none of its literals does."""
    found: dict[str, list[str]] = {}
    for literal in literals:
        found.setdefault(STEMS.get(literal, literal), []).append(literal)
    return found


def _found(literals: dict[str, list[str]], text: str) -> set[str]:
    found = set()
    for stem, those in literals.items():
        if stem in text:
            found.update([literal for literal in those if literal in text])
    return found
