"""Write the report's JSON Schema from the Python model (needs pydantic, a development tool), the
policy's from its shape, and the version for the front end.

The TypeScript types are made from the same schema: `make wire` runs both.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from jupyter_sm_guard import catalog, model
from jupyter_sm_guard.latest import Latest
from jupyter_sm_guard.model import Report
from jupyter_sm_guard.policy.shape import json_schema

HERE = Path(__file__).resolve().parent.parent
REPORT = HERE / "jupyter_sm_guard" / "schemas" / "report.schema.json"
POLICY = HERE / "jupyter_sm_guard" / "schemas" / "policy.schema.json"
LATEST = HERE / "labextension" / "latest.schema.json"
FRONT_END = HERE / "labextension" / "src" / "version.ts"


def schema(kind: type, title: str) -> str:
    """The JSON Schema of what `wire.to_json` writes for `kind`."""
    made = TypeAdapter(kind).json_schema(mode="serialization")
    document = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:jupyter-sm-guard:{title}:{model.SCHEMA}",
        **_all_required(made),
    }
    return json.dumps(document, indent=2) + "\n"


def _all_required(node: Any) -> Any:
    """Every field is written, also one that has a default; so every one is required."""
    if isinstance(node, list):
        return [_all_required(item) for item in node]
    if not isinstance(node, dict):
        return node
    done = {key: _all_required(value) for key, value in node.items() if key != "default"}
    if isinstance(node.get("title"), str) and node.get("type") != "object" and "enum" not in node:
        del done["title"]  # pydantic's echo of the field's name; TypeScript would make a type of it
    if node.get("type") == "object" and isinstance(node.get("properties"), dict):
        done["required"] = list(node["properties"])
    return done


def policy() -> str:
    """The JSON Schema of a policy file."""
    return json.dumps(json_schema(catalog.vocabulary()), indent=2) + "\n"


def version() -> str:
    """The front end's own version, which package.json owns, as TypeScript."""
    number = json.loads((HERE / "package.json").read_text())["version"]
    banner = "/* Made from package.json by `make wire`; do not edit. */"
    return f"{banner}\n\nexport const VERSION = '{number}';\n"


if __name__ == "__main__":
    FRONT_END.write_text(version())
    POLICY.write_text(policy())
    REPORT.write_text(schema(Report, "report"))
    LATEST.write_text(schema(Latest, "latest"))
