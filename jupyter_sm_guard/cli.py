"""The command line: `jupyter-sm-guard`, which Jupyter also finds as `jupyter sm-guard`.

Exit codes: 0 everything was judged and nothing fails, 1 a finding at or above `--fail-on`, 2 wrong
use or configuration, 3 a bug of ours, 4 nothing fails but something is UNKNOWN, 130 interrupted.
"""

from __future__ import annotations

import argparse
import difflib
import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from .model import Report

OK, FINDINGS, WRONG_USE, BUG, UNKNOWN, INTERRUPTED = 0, 1, 2, 3, 4, 130
MAX_DEADLINE = 300.0
FORMATS = ("text", "json", "html", "markdown", "ask", "stamp")
"""What lies in `outputs/`, whose import `--help` does not wait for."""


class UsageError(Exception):
    """Wrong use: one line that says what is wrong and what to do instead."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code."""
    try:
        options = _parser().parse_args(arguments)
        commands = {
            "check": _check,
            "lint": _lint,
            "explain": _explain,
            "demo": _demo,
            "doctor": _doctor,
        }
        run = commands[options.command]
        return run(options)
    except UsageError as error:
        sys.stderr.write(f"jupyter-sm-guard: {error}\n")
        return WRONG_USE
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001  # exit code 3 with a report, never a traceback
        return _bug(error)


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
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_check(commands.add_parser("check", allow_abbrev=False, help="judge this machine"))
    lint = commands.add_parser(
        "lint", allow_abbrev=False, help="say what in notebooks would break the controls"
    )
    _add_lint(lint)
    explain = commands.add_parser(
        "explain",
        allow_abbrev=False,
        help="say what a control or rule checks, why, and how to fix it",
    )
    explain.add_argument(
        "id", nargs="?", metavar="ID", help="such as SageMaker.1 or sudo-in-cell; all without it"
    )
    explain.add_argument("--format", choices=["text", "json", "markdown"], default="text")
    demo = commands.add_parser(
        "demo", allow_abbrev=False, help="JupyterLab with the guard on a simulated SageMaker"
    )
    demo.add_argument("--scenario", default="non-compliant", metavar="NAME")
    demo.add_argument("--port", type=_port, metavar="N", help="default: a free one")
    doctor = commands.add_parser(
        "doctor", allow_abbrev=False, help="say what is installed where, and what is wrong with it"
    )
    doctor.add_argument("--format", choices=["text", "json"], default="text")
    doctor.add_argument("--output", type=_file, metavar="FILE", help="write there, not to stdout")
    _add_place(doctor)
    return parser


def _add_lint(parser: argparse.ArgumentParser) -> None:
    from .lint_command import add_arguments

    add_arguments(parser)


def _add_check(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--format", choices=FORMATS, default="text")
    parser.add_argument("--output", type=_file, metavar="FILE", help="write there, not to stdout")
    parser.add_argument(
        "--fail-on",
        choices=["failed", "warning", "unknown"],
        default="failed",
        help="the least status for which the exit code is 1 (default: failed)",
    )
    _add_place(parser)


def _add_place(parser: argparse.ArgumentParser) -> None:
    """Where to look, and for how long."""
    parser.add_argument(
        "--deadline",
        type=_seconds,
        metavar="SECONDS",
        help="end by then, whatever AWS does (default: 8)",
    )
    parser.add_argument(
        "--root", type=_folder, metavar="DIR", help="a folder that stands in for / (for tests)"
    )
    parser.add_argument(
        "--endpoint-url", type=_endpoint, metavar="URL", help="another AWS (for tests)"
    )


def _check(options: argparse.Namespace) -> int:
    from .catalog import outputs
    from .collector import DEADLINE
    from .guard import check, policy_of
    from .outputs import Display
    from .place import Place

    place = Place(options.root, options.endpoint_url)
    report = check(place, policy_of(place), options.deadline or DEADLINE)
    on_screen = options.output is None and _is_terminal()
    display = Display(
        width=shutil.get_terminal_size().columns if on_screen else None,
        colour=on_screen and _in_colour(),
    )
    _write(outputs()[options.format].render(report, display), options.output)
    return exit_code(report, options.fail_on)


def exit_code(report: Report, fail_on: str) -> int:
    """1 when a status at or above `fail_on` is there, else 4 when something is UNKNOWN, else 0."""
    statuses = {finding.status.value.lower() for finding in report.findings}
    levels = ["failed", "warning", "unknown"]
    if statuses & set(levels[: levels.index(fail_on) + 1]):
        return FINDINGS
    return UNKNOWN if "unknown" in statuses else OK


def _lint(options: argparse.Namespace) -> int:
    from .lint_command import WrongUse, run

    try:
        return run(options, _write, options.output is None and _in_colour())
    except WrongUse as error:
        raise UsageError(str(error)) from None


def _explain(options: argparse.Namespace) -> int:
    from .catalog import controls
    from .explain import explain, overview
    from .guard import named, seen_here
    from .place import Place
    from .rule_index import INDEX

    width = shutil.get_terminal_size().columns if _is_terminal() else None
    if options.id is not None and options.id.lower() in INDEX:
        from .catalog import rule
        from .explain_rule import explain_rule

        _write(explain_rule(rule(options.id.lower()), options.format, width), None)
        return OK
    if options.id is None:
        _write(overview(controls().values(), options.format), None)
        return OK
    try:
        control = named(options.id)
    except ValueError as error:
        close = difflib.get_close_matches(options.id.lower(), INDEX, 1, 0.75)
        hint = f"; did you mean {close[0]}?" if close else ""
        raise UsageError(f"{error}{hint}") from None
    text = explain(control, options.format, width)
    seen = seen_here(control, Place()) if options.format == "text" else ""
    _write(f"{text}\n{seen}" if seen else text, None)
    return OK


def _demo(options: argparse.Namespace) -> int:
    try:
        from .demo.run import run_demo
    except ImportError as error:
        hint = "pip install 'jupyter_sm_guard[demo]'"
        raise UsageError(f"the demo needs {error.name}; {hint}") from None
    return run_demo(options.scenario, options.port)


def _doctor(options: argparse.Namespace) -> int:
    from .collector import DEADLINE
    from .doctor import as_json, as_text, diagnose
    from .place import Place

    place = Place(options.root, options.endpoint_url)
    diagnosis = diagnose(place, options.deadline or DEADLINE)
    write = {"text": as_text, "json": as_json}[options.format]
    _write(write(diagnosis), options.output)
    return FINDINGS if diagnosis.to_do else OK


def _in_colour() -> bool:
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return _is_terminal() and not plain


def _is_terminal() -> bool:
    return sys.stdout is not None and sys.stdout.isatty()


def _write(text: str, path: Path | None) -> None:
    try:
        if path is None:
            _print(text)
        elif path.exists() and not path.is_file():  # a device or a FIFO takes what it is given
            path.write_text(text, encoding="utf-8")
        else:
            _replace(path.resolve(), text)
    except OSError as error:
        where = path or "to standard output"
        raise UsageError(f"can't write {where}: {error.strerror}") from None


def _print(text: str) -> None:
    if sys.stdout is None:  # started with it closed
        raise UsageError("can't write to standard output: it is closed")
    encoding = sys.stdout.encoding or "utf-8"  # not every terminal can show every mark
    try:
        sys.stdout.write(text.encode(encoding, "replace").decode(encoding))
        sys.stdout.flush()
    except OSError as error:
        # Python flushes once more at its end, and must not fail again
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):  # `… | head`: whoever read has enough
            raise


def _replace(path: Path, text: str) -> None:
    """Put the whole text in place at once, with the rights the file has or would have had."""
    descriptor, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        os.umask(umask := os.umask(0))
        os.chmod(temporary, stat.S_IMODE(path.stat().st_mode) if path.exists() else 0o666 & ~umask)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def _file(text: str) -> Path:
    if not text or Path(text).is_dir():
        raise argparse.ArgumentTypeError(f"{text or 'an empty name'} is not a file to write to")
    return Path(text)


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"{text} is not a port; give a number from 1 to 65535")
    return int(text)


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value <= MAX_DEADLINE:
        raise argparse.ArgumentTypeError(
            f"{text} is not a deadline; give seconds, more than 0 and at most {MAX_DEADLINE:.0f}"
        )
    return value


def _folder(text: str) -> Path:
    from .place import folder

    try:
        return folder(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _endpoint(text: str) -> str:
    from .place import endpoint_url

    try:
        return endpoint_url(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


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
