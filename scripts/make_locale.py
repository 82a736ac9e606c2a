"""Bring the translations up to date with the front end: `make locale`.

Translators edit `labextension/locale/LOCALE.po`. This adds what is new (empty, for them to fill
in), drops what is gone, and writes the JSON that JupyterLab reads
(`jupyter_sm_guard/locale/LOCALE/LC_MESSAGES/jupyter_sm_guard.json`). Needs Node and babel.
"""

from __future__ import annotations

import json
import subprocess
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

HERE = Path(__file__).resolve().parent.parent
SOURCES = HERE / "labextension" / "locale"
DOMAIN = "jupyter_sm_guard"

Strings = list[tuple[str, str | None]]
"""The singular or only form, and the plural form where there is one."""


def strings() -> Strings:
    """What the front end says."""
    command = ["node", str(HERE / "scripts" / "strings.mjs")]
    done = subprocess.run(command, cwd=HERE, capture_output=True, text=True, check=True)
    return [(single, plural) for single, plural in json.loads(done.stdout)]


def built(source: Path) -> Path:
    """Where JupyterLab looks for the translation in `source`."""
    return HERE / DOMAIN / "locale" / source.stem / "LC_MESSAGES" / f"{DOMAIN}.json"


def read(source: Path) -> Catalog:
    """The translations that are there."""
    with source.open("rb") as file:
        return read_po(file, locale=source.stem)


def updated(old: Catalog, wanted: Strings) -> bytes:
    """The .po file with exactly the `wanted` strings."""
    new = Catalog(locale=old.locale)
    for single, plural in wanted:
        known = old.get(single)
        new.add((single, plural) if plural else single, known.string if known else "")
    file = BytesIO()
    write_po(file, new, width=98, sort_output=True, omit_header=True)
    return file.getvalue()


def as_json(catalog: Catalog) -> str:
    """The translations as JupyterLab reads them."""
    plural = f"nplurals={catalog.num_plurals}; plural={catalog.plural_expr};"
    head = {
        "domain": DOMAIN,
        "language": str(catalog.locale).replace("_", "-"),
        "plural_forms": plural,
    }
    entries: dict[str, object] = {"": {**head, "version": DOMAIN}}
    for message in catalog:
        if message.id:
            single = message.id if isinstance(message.id, str) else message.id[0]
            forms = [message.string] if isinstance(message.string, str) else message.string
            if all(forms):  # without a translation the English stands
                entries[single] = list(forms)
    return json.dumps(entries, indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    for path in sorted(SOURCES.glob("*.po")):
        path.write_bytes(updated(read(path), strings()))
        target = built(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(as_json(read(path)), encoding="utf-8")
