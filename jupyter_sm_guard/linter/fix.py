"""Fixes applied: only their own bytes change, and the file is replaced at once; never one that is
not as it was when it was read."""

from __future__ import annotations

import difflib
import hashlib
import os
import stat
import tempfile
from collections.abc import Iterable, Iterator

from ..lint_report import Change, LintFinding
from ..notebook import DocumentError, kind_of, read
from .files import content_of

_MARK = b"\xef\xbb\xbf"


def apply(findings: Iterable[LintFinding], *, unsafe: bool) -> Iterator[str]:
    """Apply the fixes, file by file, and say of each what was done."""
    for path, changes in _by_file(findings, unsafe).items():
        try:
            before = content_of(path)
            after, count = _changed(before, changes, path)
            if after != before:
                _replace(path, before, after)
                yield f"fixed {count} in {path}"
        except (DocumentError, OSError, ValueError) as error:
            yield f"not fixed {path}: {error}"


def diff(findings: Iterable[LintFinding], unsafe: bool, stdin: bytes | None = None) -> str:
    """What `apply` would change, as a unified diff."""
    found: list[str] = []
    for path, changes in _by_file(findings, unsafe).items():
        try:
            before = stdin if stdin is not None else content_of(path)
            after, _ = _changed(before, changes, path)
        except (DocumentError, ValueError):
            continue
        old, new = (text.decode("utf-8", "replace").splitlines(True) for text in (before, after))
        found += difflib.unified_diff(old, new, path, path)
    return "".join(line if line.endswith("\n") else f"{line}\n" for line in found)


def _by_file(findings: Iterable[LintFinding], unsafe: bool) -> dict[str, list[LintFinding]]:
    files: dict[str, list[LintFinding]] = {}
    for finding in findings:
        if finding.fix is not None and (unsafe or finding.fix.safe):
            files.setdefault(finding.path, []).append(finding)
    return files


def _changed(content: bytes, findings: list[LintFinding], path: str) -> tuple[bytes, int]:
    """The file with the fixes, and how many; of fixes that overlap the first is made, the next run
    makes the others. Raises ValueError where the file is not what the findings were about."""
    mark = _MARK if content.startswith(_MARK) else b""
    text = content[len(mark) :].decode("utf-8")
    taken: list[Change] = []
    count = 0
    for finding in findings:
        changes = finding.fix.changes if finding.fix is not None else ()
        if all(c.end <= len(text) for c in changes) and not any(
            _overlap(one, other) for one in changes for other in taken
        ):
            taken += changes
            count += 1
    for change in sorted(taken, key=lambda c: c.start, reverse=True):
        text = text[: change.start] + change.text + text[change.end :]
    after = mark + text.encode("utf-8")
    if kind_of(path) == "notebook":
        read(after, path)  # it must still be one
    return after, count


def _overlap(one: Change, other: Change) -> bool:
    if one == other and one.start == one.end:
        return True
    return (one.start < other.end and other.start < one.end) or one.start == other.start


def _replace(path: str, before: bytes, after: bytes) -> None:
    real = os.path.realpath(path)
    about = os.stat(real)
    descriptor, temporary = tempfile.mkstemp(prefix=".sm-guard-", dir=os.path.dirname(real))
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(after)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, stat.S_IMODE(about.st_mode))
        if _digest(content_of(real)) != _digest(before):
            raise DocumentError("has changed meanwhile")
        os.replace(temporary, real)
    except BaseException:
        os.unlink(temporary)
        raise


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()
