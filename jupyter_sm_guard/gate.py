"""The gate: which rules may find something in a document, by the literals that each declares.

Only plain searches for text, and the index instead of the rules: a notebook in which nothing can be
found costs no import beyond this.
"""

from __future__ import annotations

from .rule_index import INDEX

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from re import Pattern

    from .notebook import Document

STARTING = (
    *("subprocess", "system", "popen", "Popen", "getoutput", "pip.main", "pip._internal"),
    *("run_line_magic", "run_cell_magic", "pexpect", "fabric", "from invoke", "import invoke"),
    *("execv", "execl", "spawnv", "spawnl", "posix_spawn", "from sh ", "sh.sudo", "sh.apt"),
    *("sh.yum", "sh.dnf", "sh.bash", "sh.curl", "sh.wget", "sh.chmod"),
)
"""One of these stands in every notebook whose Python starts commands."""
FILE = "file://"
"""Before the name of a file that the AWS CLI reads."""
ELSEWHERE = ("_CONFIG_OVERRIDE", "SAGEMAKER_")
"""Where both stand in a notebook, it says itself where the SDK's defaults are."""
RARE_IN_CODE = "Z?@Q\tJ9XYW8KV\\HqB4GU%zF2j|P1~CR+IN}{*ATMS!DO/vwEx<>kL'-#5y763[]:b=h0fgu"
"""Characters, the rarest in the code of public notebooks first. All others are common."""
RARE_IN_TEXTS = "?@QZHJXz~jGq|K}{WV$YUTIOFMNR!PEDBASC*+_k#Lx%;vwyHb&<>:p-ughfm"
"""The same for what is no code."""


class Entry:
    """What the index says of a rule."""

    __slots__ = ("also", "controls", "group", "name", "posture", "reads_texts", "severity",
                 "strict", "strict_triggers", "triggers", "unless")  # fmt: skip
    triggers: tuple[str, ...]
    also: tuple[str, ...]
    strict_triggers: tuple[str, ...]
    unless: tuple[str, ...]

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
            self.unless,
        ) = INDEX[name]


def entries() -> dict[str, Entry]:
    """Every rule's entry, by name."""
    return {name: Entry(name) for name in INDEX}


class Seen:
    """The triggers, and the words above, that stand in a document: in its code, and in its other
    texts."""

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
            triggers, also = rule.triggers, rule.also
            if rule.strict_triggers and strict(rule.name):
                triggers, also = rule.strict_triggers, ()
            self._rules.append((rule.name, rule.reads_texts, triggers, also))
            (in_texts if rule.reads_texts else in_code).update(triggers)
        in_texts.update(ELSEWHERE)
        self._code = _Search(in_code.union(in_texts, STARTING, (FILE,)), RARE_IN_CODE)
        self._texts = _Search(in_texts, RARE_IN_TEXTS)

    def for_many(self) -> None:
        """Get ready for so many documents that it pays."""
        self._code.compile()
        self._texts.compile()

    def candidates(self, document: Document) -> tuple[list[str], Seen]:
        """The names of the rules that may find something in a document, and what they go by."""
        code = "\n".join([c.source for c in document.cells if c.kind == "code"])
        texts = [cell.source for cell in document.cells if cell.kind != "code"]
        texts += [output.text for cell in document.cells for output in cell.outputs()]
        joined = "\n".join(texts)
        seen = Seen(self._code.of(code), self._texts.of(joined))
        everywhere = seen.code | seen.texts
        chosen = []
        for name, reads_texts, triggers, also in self._rules:
            if (everywhere if reads_texts else seen.code).isdisjoint(triggers):
                continue
            if not also or any(w in code or (reads_texts and w in joined) for w in also):
                chosen.append(name)
        return chosen, seen


class _Search:
    """Literals, and which of them stand in a text: looked for one by one or, once compiled, all in
    one pass that stops only at characters that are rare and make one of them.

    To import `re` and compile takes as long as searching a megabyte in the other way.
    """

    def __init__(self, literals: set[str], rare: str):
        self.alone = literals
        self.rare = rare
        self.pattern: Pattern[str] | None = None
        self.around: dict[str, list[tuple[str, int]]] = {}

    def compile(self) -> None:
        """Make the pass; a literal of common characters alone is still looked for by itself."""
        import re

        literals, self.alone = self.alone, set()
        for literal in sorted(literals):
            rarest = min(literal, key=lambda character: f"{self.rare}{character}".index(character))
            if rarest in self.rare:
                self.around.setdefault(rarest, []).append((literal, literal.index(rarest)))
            else:
                self.alone.add(literal)
        alternatives = []
        for character, those in self.around.items():
            # what follows comes first: of many that start with a character, `re` tries few
            ahead = [
                re.escape(literal[at + 1 :]) + (f"(?<={re.escape(literal)})" if at else "")
                for literal, at in those
                if at + 1 < len(literal)
            ]
            behind = [re.escape(literal) for literal, at in those if at + 1 == len(literal)]
            rest = [f"(?={'|'.join(ahead)})"] if ahead else []
            rest += [f"(?<={text})" for text in behind]
            alternatives.append(f"{re.escape(character)}(?:{'|'.join(rest)})")
        self.pattern = re.compile("|".join(alternatives)) if alternatives else None

    def of(self, text: str) -> set[str]:
        """The literals that stand in the text."""
        found = {literal for literal in self.alone if literal in text}
        for match in self.pattern.finditer(text) if self.pattern is not None else ():
            start = match.start()
            for literal, at in self.around[match[0]]:
                if text.startswith(literal, start - at):
                    found.add(literal)
        return found
