"""Where the command starts. Linting a file in which nothing can be found ends here, as quickly as
an empty script, and so does a run like the last one; everything else goes on to the whole command
line.

Only the modules that a starting Python has loaded anyway are imported, the gate and the reader.
"""

from __future__ import annotations

import os
import stat
import sys

from .remembered import METADATA, POLICY, again


def main() -> int:
    """Run the command and return its exit code."""
    arguments = sys.argv[1:]
    if arguments[:1] == ["lint"] and len(arguments) > 1:
        said = _clean(arguments[1:])
        if said is not None:
            sys.stdout.write(said)
            return 0
        held = again(arguments)
        if held is not None:
            sys.stdout.write(held[0])
            return held[1]
    from .cli import main as whole

    return whole()


def _clean(paths: list[str]) -> str | None:
    """What to say of files in which nothing can be found; None where more must be looked at."""
    if any(path.startswith("-") for path in paths) or os.path.lexists(POLICY):
        return None
    if len({os.path.realpath(path) for path in paths}) < len(paths):
        return None
    from .gate import Gate, entries
    from .notebook import DocumentError, read

    on_sagemaker = os.path.lexists(METADATA)
    rules = [e for e in entries().values() if not e.strict and (on_sagemaker or not e.posture)]
    gate = Gate(rules, _never)
    cells = 0
    for path in paths:
        try:
            if not stat.S_ISREG(os.stat(path).st_mode) or _is_configured(path):
                return None
            with open(path, "rb") as file:
                document = read(file.read(), path)
        except (OSError, ValueError, DocumentError):
            return None
        foreign = any(c.language not in ("python", "shell") for c in document.cells)
        if foreign or "sm-guard" in document.text or gate.candidates(document)[0]:
            return None
        cells += len(document.cells)
    files = "file" if len(paths) == 1 else "files"
    return f"Checked {len(paths)} {files}, {cells} cell{'' if cells == 1 else 's'}, skipped 0\n"


def _never(name: str) -> bool:
    del name
    return False


def _is_configured(path: str) -> bool:
    """Whether a folder above the file may hold settings."""
    folder = os.path.dirname(os.path.abspath(path))
    while True:
        if os.path.lexists(os.path.join(folder, "sm-guard.toml")):
            return True
        try:
            with open(os.path.join(folder, "pyproject.toml"), "rb") as file:
                if b"sm-guard" in file.read(1 << 20):
                    return True
        except FileNotFoundError:
            pass
        except OSError:
            return True
        parent = os.path.dirname(folder)
        if parent == folder:
            return False
        folder = parent


if __name__ == "__main__":
    sys.exit(main())
