"""The command line: `jupyter-sm-guard`, which Jupyter also finds as `jupyter sm-guard`.

Exit codes: 0 everything was judged and nothing fails, 1 a finding at or above `--fail-on`, 2 wrong
use or configuration, 3 a bug of ours, 4 nothing fails but something is UNKNOWN, 130 interrupted.
"""

from __future__ import annotations

import argparse
import difflib
import pkgutil
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import NoReturn

from . import commands
from .terminal import BUG, INTERRUPTED, WRONG_USE, UsageError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code."""
    try:
        options = _parser().parse_args(arguments)
        options.given = list(sys.argv[1:] if arguments is None else arguments)
        code: int = options.run(options)
    except UsageError as error:
        sys.stderr.write(f"jupyter-sm-guard: {error}\n")
        return WRONG_USE
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001  # exit code 3 with a report, never a traceback
        return _bug(error)
    return code


class _Parser(argparse.ArgumentParser):
    """argparse, whose errors are one line with a suggestion."""

    def error(self, message: str) -> NoReturn:
        known = self._words()
        words = [word.strip("',:()") for word in message.split()]
        given = [word for word in words if word not in known]
        close = [m for word in given for m in difflib.get_close_matches(word, known, 1, 0.75)]
        hint = f"did you mean {close[0]}?" if close else f"see {self.prog} --help"
        raise UsageError(f"{message}; {hint}")

    def _words(self) -> list[str]:
        """Every option, command and choice, those of the commands included."""
        words = [option for action in self._actions for option in action.option_strings]
        for action in self._actions:
            words += [str(choice) for choice in action.choices or ()]
            if isinstance(action.choices, dict):
                for parser in action.choices.values():
                    words += parser._words() if isinstance(parser, _Parser) else []
        return words


def _parser() -> argparse.ArgumentParser:
    from ._version import VERSION

    parser = _Parser(
        prog="jupyter-sm-guard",
        description="SageMaker security controls, judged on the machine this runs on.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"jupyter-sm-guard {VERSION}")
    named = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for found in pkgutil.iter_modules(commands.__path__):
        command = import_module(f"{commands.__name__}.{found.name}")
        name = found.name.replace("_", "-")
        one = named.add_parser(name, allow_abbrev=False, help=command.SUMMARY)
        command.add_arguments(one)
        one.set_defaults(run=command.run)
    return parser


def _bug(error: Exception) -> int:
    import platform
    import traceback

    from ._version import VERSION

    frames = traceback.extract_tb(error.__traceback__)
    where = "\n".join(f"  {Path(f.filename).name}:{f.lineno} {f.name}" for f in frames)
    sys.stderr.write(
        f"jupyter-sm-guard: this is a bug of ours; please report it with what follows.\n"
        f"version {VERSION}, Python {platform.python_version()}, {platform.platform()}\n"
        f"{type(error).__name__}\n{where}\n"
    )
    return BUG


if __name__ == "__main__":
    sys.exit(main())
