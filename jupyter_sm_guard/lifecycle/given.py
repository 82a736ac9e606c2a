"""What an admin gives on the command line, read and refused in one line each (UsageError)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path

from ..catalog import vocabulary
from ..host import READ_LIMIT
from ..policy import PolicyError, parse
from ..terminal import UsageError
from . import is_ours
from .render import MINUTES, NEEDS, PERSISTENT, RenderError, check_source
from .validate import validate


def policy(path: Path | None, for_jobs: bool = False) -> bytes | None:
    """The content of a policy file, if this version can use it; `for_jobs` wants it to say what
    jobs are to have."""
    if path is None:
        if for_jobs:
            raise UsageError("--sdk-defaults takes them from [jobs] of the policy; give --policy")
        return None
    content = _read(path)
    if len(content) > READ_LIMIT:
        raise UsageError(f"{path}: is larger than {READ_LIMIT} bytes, which no guard reads")
    try:
        found = parse(content, vocabulary())
    except PolicyError as error:
        raise UsageError(f"{path}: {error}") from None
    if for_jobs and found.jobs is None:
        raise UsageError(f"{path}: says nothing of jobs; add [jobs], or leave out --sdk-defaults")
    return content


def place(text: str) -> str:
    """`s3://bucket/prefix`, or a folder."""
    try:
        if text.lower().startswith("s3:"):  # also one that is mistyped is no folder
            check_source(text)
    except RenderError as error:
        raise UsageError(str(error)) from None
    return text.rstrip("/") or "/"


def wheel(text: str, sha256: str | None, source: str | None, target: str) -> tuple[str, str, str]:
    """Name, hash and place of the wheel: of one in S3 the hash must be given, of a file it is
    computed, and compared where it is given too."""
    if text.startswith("s3://"):
        if sha256 is None:
            raise UsageError(
                f"{text}: give its --sha256 too (bundle prints it), or the file itself and --from"
            )
        folder, _, name = text.rpartition("/")
        if source is not None and source.rstrip("/") != folder:
            raise UsageError(f"--from {source} and --wheel {text} differ; leave out --from")
        return name, sha256.lower(), folder
    path = Path(text)
    digest = hashlib.sha256(_read(path)).hexdigest()
    if sha256 is not None and sha256.lower() != digest:
        raise UsageError(f"{path}: its SHA-256 is {digest}, not the one given with --sha256")
    return path.name, digest, source or PERSISTENT[target]


def extras(paths: Iterable[Path], ours: str) -> tuple[tuple[str, str], ...]:
    """Names and hashes of further wheels: all but ours, which lies among them in a bundle."""
    others = (path for path in paths if path.name != ours)
    return tuple((path.name, hashlib.sha256(_read(path)).hexdigest()) for path in others)


def collector(path: Path | None, policy: bytes | None) -> tuple[str | None, int]:
    """The hash of what the collector needs, None without one, and the minutes between checks."""
    of_policy = parse(policy, vocabulary()).interval_minutes if policy is not None else None
    if path is None:
        return None, of_policy or MINUTES
    if path.name != NEEDS:
        raise UsageError(f"{path}: give the file {NEEDS} that `bundle --with-collector` makes")
    return hashlib.sha256(_read(path)).hexdigest(), of_policy or MINUTES


def kernels(names: Sequence[str]) -> tuple[str, ...]:
    """`all`, `none` or names of environments."""
    if len(names) > 1 and {"all", "none"} & set(names):
        raise UsageError("--kernels takes all, or none, or names; not several of these")
    return () if list(names) == ["none"] else tuple(names)


def script(path: Path) -> str:
    """A script that may be put into a lifecycle configuration: ours, and nothing wrong with it."""
    content = _read(path)
    wrong = [problem for problem in validate(content) if problem.is_fatal]
    if wrong:
        raise UsageError(
            f"{path}: {wrong[0]} ({len(wrong)} in all; see jupyter sm-guard lifecycle validate)"
        )
    text = content.decode()
    if not is_ours(text):
        raise UsageError(
            f"{path}: is not what `lifecycle render` made, and nothing else; store any other "
            "script with the console or `aws sagemaker update-notebook-instance-lifecycle-config`"
        )
    return text


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}; give a file that is there") from None
