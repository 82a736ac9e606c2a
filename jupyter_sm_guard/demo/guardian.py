"""Runs a command, and ends it when the demo is gone, however the demo went.

    python -I guardian.py COMMAND...

Its standard input is a pipe that the demo holds and never writes to: the system closes it when the
demo ends, killed or not. Then the command is asked to stop (JupyterLab ends its kernels), and after
PATIENCE seconds it is killed, with what is left of its process group. Imports nothing of ours.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading

PATIENCE = 8.0
"""Seconds that the command has to stop by itself."""


def main(command: list[str]) -> int:
    """Run `command`; its exit code, or 128 + the signal that ended it."""
    if os.getpgrp() != os.getpid():
        os.setpgrp()  # the group that is killed in the end must hold nobody else
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL)
    threading.Thread(target=_stop_when_alone, args=(child,), daemon=True).start()
    code = child.wait()
    return code if code >= 0 else 128 - code


def _stop_when_alone(child: subprocess.Popen[bytes]) -> None:
    os.read(0, 1)
    child.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        child.wait(PATIENCE)
    os.killpg(0, signal.SIGKILL)  # whatever of this group is left, this process included


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
