"""Write the index of the linter's rules from the rules themselves (`make rules`)."""

from __future__ import annotations

from pathlib import Path

from jupyter_sm_guard import catalog

FILE = Path(__file__).resolve().parent.parent / "jupyter_sm_guard" / "rule_index.py"
HEAD = '''"""What decides whether a rule is looked at, without importing it. Made by `make rules`.

For each rule: severity, group, controls, whether it is for the strict profile only, posture,
triggers, also, triggers in the strict profile, whether it reads texts besides code, and unless.
"""

# fmt: off
INDEX = {
'''


def index() -> str:
    """The file's text."""
    lines = []
    for rule in catalog.rules().values():
        row = (
            rule.severity.value,
            rule.group,
            rule.controls,
            rule.strict,
            rule.posture,
            tuple(sorted({*rule.triggers})),
            tuple(sorted({*rule.also})),
            tuple(sorted({*rule.strict_triggers})),
            rule.text is not None and rule.places != ("code",),
            tuple(sorted({*rule.unless})),
        )
        lines.append(f"    {rule.name!r}: (\n")
        lines += [f"        {value!r},\n" for value in row]
        lines.append("    ),\n")
    return HEAD + "".join(lines) + "}\n"


if __name__ == "__main__":
    FILE.write_text(index())
