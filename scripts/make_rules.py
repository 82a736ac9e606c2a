"""Write the index of the linter's rules from the rules themselves (`make rules`)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from jupyter_sm_guard import catalog
from jupyter_sm_guard.rule import Rule

FILE = Path(__file__).resolve().parent.parent / "jupyter_sm_guard" / "rule_index.py"
HEAD = '''"""What decides whether a rule is looked at, without importing it. Made by `make rules`.

INDEX has for each rule: severity, group, controls, whether it is for the strict profile only,
posture, triggers, also, triggers in the strict profile, and whether it reads texts besides code.
STEMS has what several of these literals share, and TEXTS is a regular expression that matches where
one stands that is looked for in texts.
"""

# fmt: off
INDEX = {
'''
SHORTEST = 4
"""Characters of a stem: shorter ones stand in most notebooks."""
RAREST_FIRST = "QJHZ?XjGz~TI|K}{WVq$MYUOFNRPEDCBAS_LkxvwyHb@p<>;&%#+fghmu"
"""The characters by how rarely they stand in the text outputs of public notebooks; the rest is not
rare."""


def index() -> str:
    """The file's text."""
    rules = list(catalog.rules().values())
    every = {literal for rule in rules for literal in _literals(rule)}
    in_texts = {literal for rule in rules if _reads_texts(rule) for literal in _literals(rule)}
    lines = [HEAD]
    for rule in rules:
        row = (
            rule.severity.value,
            rule.group,
            rule.controls,
            rule.strict,
            rule.posture,
            tuple(sorted({*rule.triggers})),
            tuple(sorted({*rule.also})),
            tuple(sorted({*rule.strict_triggers})),
            _reads_texts(rule),
        )
        lines.append(f"    {rule.name!r}: (\n")
        lines += [f"        {value!r},\n" for value in row]
        lines.append("    ),\n")
    lines.append("}\nSTEMS = {\n")
    lines += [f"    {word!r}: {stem!r},\n" for word, stem in sorted(stems(every).items())]
    lines.append(f"}}\nTEXTS = (\n{_pattern(in_texts)})\n")
    return "".join(lines)


def _literals(rule: Rule) -> tuple[str, ...]:
    return (*rule.triggers, *rule.also, *rule.strict_triggers)


def _reads_texts(rule: Rule) -> bool:
    return rule.text is not None and rule.places != ("code",)


def stems(literals: Iterable[str]) -> dict[str, str]:
    """For literals that share something, what they share; always the stem of the most that are
    left, so that few searches tell that none of them is there."""
    left, found = set(literals), {}
    while True:
        sharing: dict[str, set[str]] = {}
        for literal in left:
            for start in range(len(literal)):
                for end in range(start + SHORTEST, len(literal) + 1):
                    sharing.setdefault(literal[start:end], set()).add(literal)
        stem = max(sharing, key=lambda s: (len(sharing[s]), len(s), s), default="")
        if not stem or len(sharing[stem]) < 2:
            return found
        found.update(dict.fromkeys(sharing[stem], stem))
        left -= sharing[stem]


def _pattern(literals: Iterable[str]) -> str:
    """One alternative for each literal's rarest character, and around that the rest of them: the
    engine finds single characters much faster than it begins alternatives."""
    by_character: dict[str, list[str]] = {}
    for literal in sorted(literals):
        rarest = min(literal, key=lambda c: (f"{RAREST_FIRST}{c}".index(c), c))
        before, _, after = literal.partition(rarest)
        behind = f"(?<={re.escape(before + rarest)})" if before else ""
        by_character.setdefault(rarest, []).append(behind + re.escape(after))
    alternatives = [
        f"{re.escape(character)}(?:{'|'.join(rest)})" for character, rest in by_character.items()
    ]
    lines = [f"    {alternative + '|'!r}\n" for alternative in alternatives[:-1]]
    return "".join([*lines, f"    {alternatives[-1]!r}\n"])


if __name__ == "__main__":
    FILE.write_text(index())
