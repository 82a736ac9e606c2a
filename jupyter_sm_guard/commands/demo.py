"""`jupyter sm-guard demo`: JupyterLab with the guard on a simulated SageMaker."""

from __future__ import annotations

import argparse

from ..arguments import port
from ..terminal import UsageError

SUMMARY = "JupyterLab with the guard on a simulated SageMaker"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What is simulated, and where it answers."""
    parser.add_argument("--scenario", default="non-compliant", metavar="NAME")
    parser.add_argument("--port", type=port, metavar="N", help="default: a free one")


def run(options: argparse.Namespace) -> int:
    """Run until interrupted."""
    try:
        from ..demo.run import run_demo
    except ImportError as error:
        hint = "pip install 'jupyter_sm_guard[demo]'"
        raise UsageError(f"the demo needs {error.name}; {hint}") from None
    return run_demo(options.scenario, options.port)
