"""`jupyter sm-guard lint`: its options, what it prints, its exit code."""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from ..lint_report import LintReport
from ..linter.settings import FAIL_ON, PROFILES
from ..model import Severity, Status
from ..remembered import in_colour
from ..rule_index import INDEX
from ..terminal import UsageError, write

if TYPE_CHECKING:
    from ..linter.run import Wish

SUMMARY = "say what in notebooks would break the controls"
FORMATS = ("text", "json", "sarif", "github", "gitlab", "junit", "markdown", "html")
JOBS_LIMIT = 64


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `lint`."""
    add = parser.add_argument
    add("paths", nargs="*", metavar="PATH", help="files, folders, or - for standard input")
    add("--format", choices=FORMATS, default="text")
    add("--output", metavar="FILE", help="write there, not to stdout")
    add("--fail-on", choices=FAIL_ON, help="the least severity for exit code 1 (default: low)")
    add("--profile", choices=PROFILES, help="strict also reports what is not set")
    add("--posture", metavar="WORDS", help="auto, none, vpc-only,no-root, or a report's file")
    add("--select", action="append", default=[], metavar="WORDS",
        help="only these rules: by name, control, severity or group")  # fmt: skip
    add("--ignore", action="append", default=[], metavar="WORDS", help="not these rules")
    add("--stdin-filename", default="stdin.ipynb", metavar="NAME", help="what - would be called")
    add("--baseline", metavar="FILE", help="report only what is not in it")
    add("--write-baseline", metavar="FILE", help="write what is found to a baseline")
    add("--fix", action="store_true", help="apply the fixes that change nothing else")
    add("--unsafe-fixes", action="store_true", help="apply those too that change what code does")
    add("--diff", action="store_true", help="show what the fixes would change, change nothing")
    add("--show-unknown", action="store_true", help="show what could not be decided")
    add("--statistics", action="store_true", help="count findings by rule")
    add("--no-cache", action="store_true", help="look at every file anew")
    add("--no-config", action="store_true", help="use no sm-guard.toml and no pyproject.toml")
    add("--jobs", type=_jobs, metavar="N", help="processes (default: one a processor)")


def _jobs(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or not 1 <= int(text) <= JOBS_LIMIT:
        raise argparse.ArgumentTypeError(f"{text} is not a number from 1 to {JOBS_LIMIT}")
    return int(text)


def run(options: argparse.Namespace) -> int:
    """Lint, print, and say how it went."""
    from ..linter.baseline import BaselineError
    from ..linter.posture import PostureError
    from ..linter.settings import SettingsError

    try:
        return _run(options)
    except (SettingsError, PostureError, BaselineError) as error:
        raise UsageError(str(error)) from None


def _run(options: argparse.Namespace) -> int:
    from .. import catalog, remembered
    from ..linter import baseline, fix
    from ..linter.run import Run, Wish, lint
    from ..outputs import Display

    paths = tuple(options.paths) or (".",)
    takes_input = "-" in paths
    if takes_input and (options.fix or options.unsafe_fixes):
        raise UsageError("- can't be fixed in place; give the file's name, or use --diff")
    wish = Wish(
        paths=tuple(path for path in paths if path != "-"),
        stdin=sys.stdin.buffer.read() if takes_input else None,
        stdin_filename=options.stdin_filename,
        profile=options.profile,
        posture=tuple(options.posture.split(",")) if options.posture is not None else None,
        select=_words(options.select),
        ignore=_words(options.ignore),
        baseline=options.baseline,
        show_unknown=options.show_unknown,
        cached=not options.no_cache,
        jobs=options.jobs or _processors(),
        isolated=options.no_config,
        progress=_progress(),
    )
    began = time.time_ns()
    run = Run(wish)
    report = run.report()
    out = Path(options.output) if options.output is not None else None
    if options.write_baseline is not None:
        target = Path(options.write_baseline)
        write(baseline.write(report.findings, target), target)
        sys.stderr.write(f"{len(report.findings)} findings written to {target}\n")
        return 0
    if (options.fix or options.unsafe_fixes) and not options.diff:
        for line in fix.apply(report.findings, unsafe=options.unsafe_fixes):
            sys.stderr.write(f"{line}\n")
        report = lint(wish)
    if options.diff:
        text = fix.diff(report.findings, options.unsafe_fixes, wish.stdin)
    else:
        display = Display(colour=options.output is None and in_colour())
        text = catalog.lint_outputs()[options.format].render(report, display)
    write(text, out)
    if options.statistics:
        sys.stderr.write(_statistics(report))
    code = exit_code(report, options.fail_on or _fail_on(wish))
    if _may_be_asked_again(options) and (watched := run.depends_on()) is not None:
        remembered.keep(options.given, began, watched, text, code)
    return code


def _may_be_asked_again(options: argparse.Namespace) -> bool:
    """Whether the answer is all that the run did, and holds no time."""
    did_more = (
        options.fix or options.unsafe_fixes or options.diff or options.write_baseline is not None
        or options.output is not None or options.statistics or options.no_cache
    )  # fmt: skip
    return options.format == "text" and not did_more and "-" not in options.paths


def _fail_on(wish: Wish) -> str:
    from ..linter.settings import nearest

    if wish.isolated:
        return "low"
    path = wish.paths[0] if wish.paths else wish.stdin_filename
    return nearest(path, INDEX).fail_on


def exit_code(report: LintReport, fail_on: str) -> int:
    """1 for a finding at or above that severity that nothing waives, else 4 when something could
    not be looked at."""
    levels = [severity.value.lower() for severity in Severity]
    counted = levels[: levels.index(fail_on) + 1] if fail_on != "never" else []
    for finding in report.findings:
        is_failed = finding.status is Status.FAILED and finding.waiver is None
        if is_failed and finding.severity.value.lower() in counted:
            return 1
    return 4 if any(skip.blind for skip in report.skipped) else 0


def _words(given: list[str]) -> tuple[str, ...]:
    return tuple(word for text in given for word in text.split(",") if word)


def _processors() -> int:
    import os

    return min(len(os.sched_getaffinity(0)), JOBS_LIMIT)


def _statistics(report: LintReport) -> str:
    counts = Counter(finding.check for finding in report.findings)
    files = {name: len({f.path for f in report.findings if f.check == name}) for name in counts}
    return "".join(
        f"{number:>6}  {name} (in {files[name]} file{'s' if files[name] != 1 else ''})\n"
        for name, number in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    )


def _progress() -> Callable[[int, int], None]:
    """A bar on a terminal, from a second on; nothing anywhere else."""
    began = shown = time.monotonic()

    def show(done: int, total: int) -> None:
        nonlocal shown
        now = time.monotonic()
        if done >= total and shown > began:
            sys.stderr.write("\r\x1b[K")
        elif now - began > 1 and now - shown > 0.1:
            shown = now
            filled = 30 * done // max(total, 1)
            sys.stderr.write(f"\r[{'#' * filled}{'.' * (30 - filled)}] {done} of {total} files")
        sys.stderr.flush()

    if sys.stderr is not None and sys.stderr.isatty():
        return show
    from ..linter.run import quiet

    return quiet
