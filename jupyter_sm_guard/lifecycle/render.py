"""The script for the start of an instance, made from `on_start.sh` and what an admin wants."""

from __future__ import annotations

import hashlib
import posixpath
import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import PurePosixPath

from . import MOST_BYTES
from .validate import validate

WHEEL = re.compile(r"jupyter_sm_guard-(?P<version>[0-9][A-Za-z0-9.+!]*)-py3-none-any\.whl")
NEEDS = "jupyter_sm_guard_collector.zip"
SHA256 = re.compile(r"[0-9a-f]{64}")
MINUTES = 15
"""Between two checks of the collector, where the policy does not say."""

TARGETS = ("notebook-instance", "studio")
PLUGINS = (
    *("guard", "settings", "panel", "status", "banner", "notice", "announcer", "run"),
    *("lint", "marks", "list"),
)
"""Of the JupyterLab extension; each is locked by its name, since locking the whole does not lock
its parts in every JupyterLab (GHSA-h5v5-8746-g7mm)."""

PERSISTENT = {"notebook-instance": "/home/ec2-user/SageMaker", "studio": "/home/sagemaker-user"}
"""The folder that survives, by target, into which people upload."""

_S3 = re.compile(r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[A-Za-z0-9!_.*'()/=+@-]+)?")
_FOLDER = re.compile(r"/[A-Za-z0-9_.@/+-]*")
_EXTRA = re.compile(r"[A-Za-z0-9_.]+-[A-Za-z0-9_.+!]+-py[0-9.py]*-none-any\.whl")
_KERNEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
_PACKAGE = re.compile(r"python3\.1[1-4]")
_END = "JUPYTER_SM_GUARD_POLICY"


class RenderError(ValueError):
    """What is wanted can't be made into a script; the message says what to give instead."""


@dataclass(frozen=True)
class Wanted:
    """What the script shall do.

    `source` is the place with the wheel, `s3://bucket/prefix` or a folder on the instance; `sha256`
    the wheel's. `extras` are names and hashes of further wheels, for kernels. `seconds` bounds the
    whole script. `policy` is a policy file's content; where it does not fit in, the script takes
    it from `source`. `sdk_defaults` writes the SageMaker SDK's from the policy. `collector` is the
    hash of what the collector needs, `every` the minutes between its checks, `python_package` what
    dnf installs where it has no Python.
    """

    wheel: str
    sha256: str
    source: str
    policy: bytes | None = None
    kernels: tuple[str, ...] = ()
    extras: tuple[tuple[str, str], ...] = ()
    target: str = "notebook-instance"
    seconds: int = 120
    locked: bool = False
    sdk_defaults: bool = False
    collector: str | None = None
    every: int = MINUTES
    python_package: str = ""

    @property
    def parts(self) -> tuple[str, ...]:
        """The files with steps that not everybody wants."""
        chosen = {
            "locks.sh": self.locked,
            "defaults.sh": self.sdk_defaults,
            "collector.sh": self.collector is not None,
        }
        return tuple(name for name, is_wanted in chosen.items() if is_wanted)


@dataclass(frozen=True)
class Script:
    """The text, and whether the policy is in it ("inside"), beside the wheel ("fetched"), or there
    is none. `source` is where it looks for files, of which `policy_file` is one; `has_collector`
    whether what the collector needs is another."""

    text: str
    policy: str
    source: str
    policy_file: str = ""
    has_collector: bool = False

    @property
    def needs(self) -> Iterator[str]:
        """What has to lie where, as far as nobody has said so."""
        if self.policy == "fetched":
            yield (
                "the policy is too long for the script, or has words that raise an alarm: the "
                f"script takes {self.source}/{self.policy_file}, where `bundle --policy` puts it"
            )
        if not self.source.startswith("s3://"):
            what = f"the wheel and {NEEDS} have" if self.has_collector else "the wheel has"
            yield f"{what} to lie in {self.source} of each instance; or give --from s3://…"


def policy_file(content: bytes) -> str:
    """What the policy is called beside the wheel: another for each content, so that a new one can
    be laid there while instances still start with the script for the one before."""
    return f"policy-{hashlib.sha256(content).hexdigest()[:16]}.toml"


def render(wanted: Wanted) -> Script:
    """The script. Raises RenderError."""
    version = _check(wanted)
    settings: dict[str, str | Sequence[str]] = {
        "TARGET": wanted.target,
        "VERSION": version,
        "WHEEL": wanted.wheel,
        "SHA256": wanted.sha256,
        "SOURCE": wanted.source.rstrip("/"),
        "KERNELS": wanted.kernels,
        "EXTRAS": [text for extra in wanted.extras for text in extra],
        "ALLOWED": str(wanted.seconds),
    }
    more = _more(wanted)
    if wanted.policy is None:
        return _accepted(_assemble(settings, "", more), "none", wanted)
    inside = wanted.policy.replace(b"\r\n", b"\n").decode()
    text = _assemble({**settings, "POLICY": "inside"}, inside, more)
    fits = not validate(text.encode()) and _END not in inside
    if fits:
        return _accepted(text, "inside", wanted)
    name, digest = policy_file(wanted.policy), hashlib.sha256(wanted.policy).hexdigest()
    fetched = {"POLICY": "fetched", "POLICY_FILE": name, "POLICY_SHA256": digest}
    text = _assemble({**settings, **fetched}, "", more)
    return _accepted(text, "fetched", wanted, name)


def _accepted(text: str, policy: str, wanted: Wanted, policy_file: str = "") -> Script:
    problems = validate(text.encode())
    if problems:
        raise RenderError(f"the script would not do: {problems[0].what}; {problems[0].remedy}")
    return Script(text, policy, wanted.source, policy_file, wanted.collector is not None)


def _check(wanted: Wanted) -> str:
    """The wheel's version. Raises RenderError for the first thing that can't go into a script."""
    name = WHEEL.fullmatch(wanted.wheel)
    if name is None:
        form = "jupyter_sm_guard-VERSION-py3-none-any.whl"
        raise RenderError(f"{wanted.wheel} is not the name of our wheel; it is called {form}")
    check_source(wanted.source)
    problem = next(_refusals(wanted), None)
    if problem is not None:
        raise RenderError(problem)
    return name["version"]


def _refusals(wanted: Wanted) -> Iterator[str]:
    more = () if wanted.collector is None else (wanted.collector,)
    for digest in (wanted.sha256, *more, *(digest for _, digest in wanted.extras)):
        if not SHA256.fullmatch(digest):
            yield f"{digest or 'nothing'} is not a SHA-256; give its 64 hexadecimal digits"
    for kernel in (name for name in wanted.kernels if not _KERNEL.fullmatch(name)):
        yield f"{kernel!r} is not the name of an environment, such as python3"
    for extra in (name for name, _ in wanted.extras if not _EXTRA.fullmatch(name)):
        yield f"{extra} is not the name of a pure-Python wheel (…-none-any.whl)"
    yield from _of_collector(wanted)
    if not 5 <= wanted.seconds <= 240:
        yield f"{wanted.seconds} seconds: give 5 to 240; SageMaker allows 300 in all"
    if wanted.target == "studio" and (wanted.kernels or wanted.locked or wanted.collector):
        yield (
            "Studio has one environment, and root for everybody: leave out --kernels, --locked and "
            "--collector"
        )


def _of_collector(wanted: Wanted) -> Iterator[str]:
    if wanted.python_package and not _PACKAGE.fullmatch(wanted.python_package):
        yield f"{wanted.python_package!r}: give one of python3.11 to python3.14, which it runs by"
    if wanted.python_package and wanted.collector is None:
        yield "--python-package is for --collector; leave it out, or give both"
    if wanted.collector is not None and _is_of_users(wanted.source):
        yield (
            f"the collector can't come from {wanted.source}, which users can write to and empty; "
            "give --from s3://… or a folder of root's"
        )


def _is_of_users(source: str) -> bool:
    """Whether it is a folder in somebody's home, or below."""
    home = PurePosixPath(PERSISTENT["notebook-instance"]).parent
    return PurePosixPath(posixpath.normpath(source)).is_relative_to(home)


def check_source(source: str) -> None:
    """Raises RenderError unless it is `s3://bucket[/prefix]` or an absolute folder."""
    if not (_S3.fullmatch(source) or _FOLDER.fullmatch(source)):
        raise RenderError(f"{source} is no place of a wheel; give s3://bucket/prefix or a folder")


def _more(wanted: Wanted) -> str:
    """The steps that not every script has."""
    plugins = ",\n".join(f'  "jupyter-sm-guard:{name}": true' for name in PLUGINS)
    values = {
        "plugins": plugins,
        "needs": NEEDS,
        "needs_sha256": wanted.collector or "",
        "every": str(wanted.every),
        "package": wanted.python_package,
    }
    more = "".join(_part(name).partition("\n")[2] for name in wanted.parts)
    return re.sub(r"@(\w+)@", lambda name: values[name[1]], more)


def _assemble(settings: Mapping[str, str | Sequence[str]], policy: str, more: str) -> str:
    """The script; without what only helps to read it, where it would be too long with that."""
    text = _part("on_start.sh")
    for name, value in settings.items():
        texts = shlex.quote(value) if isinstance(value, str) else _array(value)
        lines = re.findall(rf"^{name}=.*\n", text, flags=re.MULTILINE)
        if len(lines) != 1:
            raise AssertionError(f"on_start.sh has {len(lines)} lines for {name}")
        text = text.replace(lines[0], f"{name}={texts}\n")
    text = text.replace("# more steps\n", more)
    head, _, tail = text.partition("# end of settings\n")
    if settings["TARGET"] != "studio":  # who runs the script is root
        tail = re.sub(r"(?ms)^# only Studio\n.*^# end of only Studio\n", "", tail)
        tail = tail.replace('"${ROOT[@]}" ', "")
    code = "".join(line for line in tail.splitlines(True) if not line.lstrip().startswith("#"))
    ending = "" if not policy or policy.endswith("\n") else "\n"
    if len(f"{head}{code}{policy}{ending}".encode()) > MOST_BYTES:
        code = re.sub(r"^ +", "", code, flags=re.MULTILINE)
        first, second, *rest = head.splitlines(True)
        head = "".join([first, second, *(line for line in rest if not line.startswith("#"))])
    return head + code.replace(f"\n{_END}\n", f"\n{policy}{ending}{_END}\n", 1)


def _array(values: Sequence[str]) -> str:
    return f"({' '.join(map(shlex.quote, values))})"


def _part(name: str) -> str:
    return resources.files("jupyter_sm_guard.lifecycle").joinpath(name).read_text(encoding="utf-8")
