"""`%sm_guard` for IPython: the guard in one line of a notebook."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from . import guard
from .explain import explain
from .model import Report
from .place import Place

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

NAME = "sm_guard"


def load(shell: InteractiveShell) -> None:
    """Make the magic known to this shell."""
    shell.magics_manager.register_function(sm_guard, "line", NAME)


def unload(shell: InteractiveShell) -> None:
    """Take it away again. Twice is no error."""
    shell.magics_manager.magics["line"].pop(NAME, None)


def sm_guard(line: str) -> None:
    """Judge SageMaker's security controls on this machine.

    %sm_guard                the server's latest verdicts, or else a check; `check` is the same
    %sm_guard refresh        check now
    %sm_guard lint [FILE]    what the linter finds in this notebook as it was saved, or in FILE
    %sm_guard explain ID     what a control means, why it matters, how to fix it
    %sm_guard require ID...  stop here unless these controls are PASSED now
    %sm_guard stamp          the verdicts as text, as evidence of where this notebook ran
    """
    from IPython.core.error import UsageError

    verb, *ids = line.split() or ["check"]
    run = _VERBS.get(verb)
    if run is None:
        close = difflib.get_close_matches(verb, _VERBS, n=1)
        hint = f"did you mean {close[0]}?" if close else f"there are {', '.join(_VERBS)}"
        raise UsageError(f"there is no %{NAME} {verb}; {hint}")
    try:
        run(ids)
    except ValueError as error:
        raise UsageError(str(error)) from None


def _check(ids: list[str]) -> None:
    _nothing_more("check", ids)
    _show_report(guard.latest())


def _refresh(ids: list[str]) -> None:
    _nothing_more("refresh", ids)
    _show_report(guard.check_now())


def _lint(paths: list[str]) -> None:
    from .lint_widget import bundle, current_notebook, findings

    path = " ".join(paths) or current_notebook()
    _show(bundle(findings(path)))


def _explain(ids: list[str]) -> None:
    if len(ids) != 1:
        raise ValueError("explain takes the id of one control, such as SageMaker.1")
    control = guard.named(ids[0])
    seen = guard.seen_here(control, Place.of_environment())
    _show(
        {
            "text/plain": f"{explain(control, 'text', None)}\n{seen}",
            # indented, it is code: whatever a verdict's words are, they stay words
            "text/markdown": f"{explain(control, 'markdown', None)}\n    {seen}",
        }
    )


def _require(ids: list[str]) -> None:
    guard.require(*ids)


def _stamp(ids: list[str]) -> None:
    _nothing_more("stamp", ids)
    _show({"text/plain": str(guard.stamp())})


_VERBS: Mapping[str, Callable[[list[str]], None]] = {
    "check": _check,
    "refresh": _refresh,
    "lint": _lint,
    "explain": _explain,
    "require": _require,
    "stamp": _stamp,
}


def _nothing_more(verb: str, ids: list[str]) -> None:
    if ids:
        raise ValueError(f"{verb} takes nothing more; did you mean explain {ids[0]}?")


def _show_report(report: Report) -> None:
    try:
        from .widget import GuardWidget
    except ImportError:  # no ipywidgets in this kernel: text and HTML can always be shown
        _show(guard.snapshot(report))
    else:
        _show(GuardWidget(report), raw=False)


def _show(thing: Any, raw: bool = True) -> None:
    from IPython.display import display

    display(thing, raw=raw)  # type: ignore[no-untyped-call]
