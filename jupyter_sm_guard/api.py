"""`jupyter_sm_guard.lint(…)`: the linter for other programs and for notebooks."""

from __future__ import annotations

import os
from collections.abc import Sequence

from .lint_report import LintReport
from .linter.run import Wish
from .linter.run import lint as run

Path = str | os.PathLike[str]


def lint(
    *paths: Path,
    profile: str | None = None,
    posture: Sequence[str] | None = None,
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    baseline: Path | None = None,
    content: bytes | None = None,
) -> LintReport:
    """Lint files and folders, in this process; the report is that of `jupyter sm-guard lint`.

    `content` is a document that lies nowhere; then the one path says what it would be called.
    Raises ValueError for wrong use, and nothing for what the files hold.
    """
    names = tuple(os.fspath(path) for path in paths)
    if content is not None and len(names) != 1:
        raise ValueError("content takes exactly one path: the name it would have")
    wish = Wish(
        paths=names if content is None else (),
        stdin=content,
        stdin_filename=names[0] if names else "",
        profile=profile,
        posture=tuple(posture) if posture is not None else None,
        select=tuple(select),
        ignore=tuple(ignore),
        baseline=os.fspath(baseline) if baseline is not None else None,
        cached=content is None,
    )
    return run(wish)
