"""Write the pages under docs/ that come from the catalogue (`make docs`)."""

from __future__ import annotations

from pathlib import Path

from jupyter_sm_guard import catalog
from jupyter_sm_guard.explain import explain, overview

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
