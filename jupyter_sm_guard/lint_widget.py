"""What the linter finds in a notebook, in a notebook's output; made of stock ipywidgets.

Jupyter's server tells a kernel which notebook it is for: `JPY_SESSION_NAME` (jupyter_server,
`SessionManager.get_kernel_env`), the path at the kernel's start. The kernel knows only the file.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from . import catalog
from .api import lint
from .lint_report import LintReport
from .outputs import Display

_VARIABLE = "JPY_SESSION_NAME"
_VIEW = "application/vnd.jupyter.widget-view+json"
"""How an output names a widget's model (ipywidgets, "Model state", Jupyter widget protocol 2)."""


def current_notebook() -> str:
    """The path of the notebook that this kernel is for. Raises ValueError where nobody told."""
    path = os.environ.get(_VARIABLE, "")
    if not path:
        raise ValueError(
            "nobody told this kernel which notebook it is for; give the path: lint x.ipynb"
        )
    return _existing(path, "it was renamed or never saved; save it, or give the path: lint x.ipynb")


def findings(path: str) -> LintReport:
    """What the linter says of one saved file. Raises ValueError where there is none."""
    return lint(_existing(path, "give the path of a saved notebook or script"))


def snapshot(report: LintReport) -> dict[str, str]:
    """The report as a notebook may keep it, by MIME type."""
    outputs = catalog.lint_outputs()
    return {
        "text/plain": outputs["text"].render(report, Display()),
        "text/html": outputs["html"].render(report, Display()),
    }


def bundle(report: LintReport) -> dict[str, Any]:
    """The table as a widget for whoever can show one; text and HTML for whoever can't."""
    kept: dict[str, Any] = dict(snapshot(report))
    try:
        from ipywidgets import HTML
    except ImportError:
        return kept
    view = {"version_major": 2, "version_minor": 0, "model_id": HTML(kept["text/html"]).model_id}
    return {_VIEW: view, **kept}


def _existing(path: str, remedy: str) -> str:
    if not Path(path).is_file():
        raise ValueError(f"there is no file {path}; {remedy}")
    return os.path.relpath(path)
