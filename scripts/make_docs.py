"""Write the pages under docs/ that come from the catalogue (`make docs`)."""

from __future__ import annotations

from pathlib import Path

from jupyter_sm_guard import catalog
from jupyter_sm_guard.explain import explain, overview
from jupyter_sm_guard.explain_rule import explain_rule, overview_of_rules

RULES = Path(__file__).resolve().parent.parent / "docs" / "rules"
FOLDER = Path(__file__).resolve().parent.parent / "docs" / "controls"

if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for page in FOLDER.glob("*.md"):
        page.unlink()
    for id, control in catalog.controls().items():
        page = FOLDER / f"{catalog.file_name(id)}.md"
        page.write_text(explain(control, "markdown", None))
    table = overview(catalog.controls().values(), "markdown")
    (FOLDER / "README.md").write_text("# Controls\n\n" + table)
    RULES.mkdir(parents=True, exist_ok=True)
    for page in RULES.glob("*.md"):
        page.unlink()
    for name, rule in catalog.rules().items():
        page = RULES / f"{catalog.file_name(name)}.md"
        page.write_text(explain_rule(rule, "markdown", None))
    table = overview_of_rules(catalog.rules().values())
    (RULES / "README.md").write_text("# Rules\n\n" + table)
