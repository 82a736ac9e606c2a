"""`jupyter sm-guard demo`: JupyterLab with the guard in it, on a simulated SageMaker."""

from __future__ import annotations

import difflib
import shlex
import signal
import socket
import sys
import tempfile
import time
from contextlib import ExitStack, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from . import CREDENTIALS
from .lab import HOST, Lab
from .scenarios import SCENARIOS, Scenario, lay_out
from .surroundings import without_aws

if TYPE_CHECKING:
    from .aws import EmbeddedAws

OK, BROKEN, WRONG_USE, INTERRUPTED = 0, 1, 2, 130
START_LIMIT = 180.0
"""Seconds within which JupyterLab must answer; a slow disk needs most of a minute."""

_LOOK = 0.2  # seconds between two looks at JupyterLab and at the signals
_NEEDED = ("moto", "flask", "flask_cors", "jupyterlab")
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def run_demo(scenario: str, port: int | None) -> int:
    """Show `scenario` in a JupyterLab at `port` of 127.0.0.1 (None: a free one) until Ctrl-C.

    Returns 0 when it was ended (Ctrl-C, SIGTERM, SIGHUP, or "Shut Down" in JupyterLab), 1 when
    JupyterLab fails, 2 for wrong use or missing packages, 130 when ended before it was ready. All
    it started has ended by then, and its folder is gone. Call it from the main thread.
    """
    problem = _missing() or _unknown(scenario) or _taken(port)
    if problem is not None:
        _complain(problem)
        return WRONG_USE
    from .aws import EmbeddedAws  # only now: it needs the packages of the extra

    _say("Starting a simulated SageMaker and a JupyterLab of its own ...")
    with ExitStack() as stack:
        ending = stack.enter_context(_Ending())
        temporary = tempfile.TemporaryDirectory(
            prefix="jupyter-sm-guard-demo-", ignore_cleanup_errors=True
        )
        folder = Path(stack.enter_context(temporary)).resolve()
        stack.enter_context(without_aws())
        aws = stack.enter_context(EmbeddedAws())
        root = folder / "machine"
        lay_out(SCENARIOS[scenario], root, aws)
        lab = Lab(folder, root, aws.url, port or _free_port())
        stack.callback(lab.stop)
        lab.start()
        return _show(lab, ending, _words(SCENARIOS[scenario], lab, root, aws))


class _Ending:
    """Notes that we shall end, in place of an exception in the middle of whatever is going on."""

    def __init__(self) -> None:
        self.wanted = False

    def __enter__(self) -> _Ending:
        self._before = {number: signal.signal(number, self._note) for number in _SIGNALS}
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _note(self, *_: object) -> None:
        self.wanted = True


def _show(lab: Lab, ending: _Ending, words: str) -> int:
    """Wait until JupyterLab answers, say `words`, wait until it shall end."""
    limit = time.monotonic() + START_LIMIT
    status = None
    while status is None:
        if ending.wanted:
            return INTERRUPTED
        if lab.exit_code() is not None or time.monotonic() > limit:
            return _broken(lab, "JupyterLab did not start")
        time.sleep(_LOOK)
        status = lab.answers()
    if status != 200:
        return _broken(lab, f"JupyterLab runs, but the guard in it does not (HTTP {status})")
    _say(words)
    while not ending.wanted:
        code = lab.exit_code()
        if code == 0:
            _say("JupyterLab was shut down.")
            return OK
        if code is not None:
            return _broken(lab, f"JupyterLab ended with exit code {code}")
        time.sleep(_LOOK)
    with suppress(OSError):  # the terminal may be what has gone
        _say("\nEnding JupyterLab and the simulated SageMaker ...")
    return OK


def _words(scenario: Scenario, lab: Lab, root: Path, aws: EmbeddedAws) -> str:
    variables = " ".join(f"{name}={value}" for name, value in CREDENTIALS.items())
    # The whole path: whoever copies this does so in another terminal, with another PATH.
    command = shlex.quote(str(Path(sys.executable).with_name("jupyter-sm-guard")))
    check = f"{command} check --root {shlex.quote(str(root))} --endpoint-url {aws.url}"
    others = ", ".join(name for name in SCENARIOS if name != scenario.name)
    return f"""
{scenario.name}: {scenario.description}

Open this in a browser:
    {lab.url}

Look at the shield in the sidebar, whose panel lists every control, and at the status bar below.

The same in a terminal:
    {variables} {check}

Other scenarios (--scenario NAME, or make demo SCENARIO=NAME): {others}
Ctrl-C ends it."""


def _broken(lab: Lab, what: str) -> int:
    _complain(f"{what}; the end of its log:\n{lab.log_end()}")
    return BROKEN


def _missing() -> str | None:
    missing = [name for name in _NEEDED if find_spec(name) is None]
    if not missing:
        return None
    return f"the demo needs {', '.join(missing)}: pip install 'jupyter_sm_guard[demo]'"


def _unknown(scenario: str) -> str | None:
    if scenario in SCENARIOS:
        return None
    close = difflib.get_close_matches(scenario, SCENARIOS, n=1)
    hint = f"did you mean {close[0]}?" if close else f"there are {', '.join(SCENARIOS)}"
    return f"there is no scenario {scenario}; {hint}"


def _taken(port: int | None) -> str | None:
    if port is None:
        return None
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except (OSError, OverflowError) as error:
            why = error.strerror if isinstance(error, OSError) else "not a port"
            return f"port {port} can't be used ({why}); give another, or none for a free one"
    return None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def _complain(words: str) -> None:
    sys.stderr.write(f"jupyter-sm-guard: {words}\n")
