"""The report as JSON: the one form that tools, the server and kernels share."""

from __future__ import annotations

import json

from ..model import Report
from ..wire import to_json
from . import Display, Output


def render(report: Report, display: Display) -> str:
    """`schemas/report.schema.json` describes it; plain ASCII, and `display` changes nothing."""
    del display
    return json.dumps(to_json(report), indent=2) + "\n"


OUTPUT = Output("json", render)
