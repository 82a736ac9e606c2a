"""Whether SageMaker takes a lifecycle script, and what in it commonly breaks an instance's start.

Pure but for `bash -n`, which reads a script and runs nothing of it.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass

from . import MOST_BYTES, MOST_SECONDS

ALARMING = (
    *("/dev/tcp/", "/dev/udp/", "bash -i", "nc -e", "ncat", "socat", "mkfifo", "import socket"),
    *("pty.spawn", "169.254.169.254", "/latest/meta-data/", "/latest/api/token", "| sh", "| bash"),
    *("base64 -d", "xmrig", "minerd", "stratum+", "authorized_keys", "crontab", "/etc/cron"),
)
"""What makes a widespread detection rule report the call that stores a script (Elastic's
detection-rules, "AWS SageMaker Notebook Instance Lifecycle Config with suspicious content")."""

_SYSTEMCTL = re.compile(r"\bsystemctl\b(?P<options>[^;|&\n]*?)\b(re)?start\b")
_SLOW = re.compile(
    r"(?:^|[;&|({!]|\b(?:then|do|else|if|exec|sudo(?:\s+-\S+)*))\s*(?:[\w./-]*/)?"
    r"(pip3?|conda|mamba|yum|dnf|apt-get|curl|wget|npm|git clone|aws|python[\d.]* -m pip)\s"
)
_BOUND = re.compile(r"(?<![\w-])(timeout|bounded)\s|&\s*$|\bnohup\b|--max-time|--timeout")
_GONE = {
    "initctl": "Amazon Linux 2 and 2023 have no initctl; use systemctl --no-block",
    "jupyter serverextension": "gone since Notebook 7; a package's jpserver_extensions is enough",
    "jupyter nbextension": "gone since Notebook 7; JupyterLab extensions come as packages",
    "labextension install": "builds from source and needs Node; install a prebuilt package",
}
_COMMENT = re.compile(r"\s#[^'\"]*$")  # one with quotes could be a text's
_SHELL = re.compile(r"(?<![\w.-])(sudo|su|runuser|bash|sh)\s")
_HEREDOC = re.compile(r"(?<!<)<<(?P<dash>-?)\s*(?P<quote>['\"\\]?)(?P<word>\w+)")


@dataclass(frozen=True)
class Problem:
    """What is wrong, in which line (1-based; None: the whole script), and what to do. `is_fatal`
    says that SageMaker or the instance's start refuses it."""

    line: int | None
    what: str
    remedy: str
    is_fatal: bool = True

    def __str__(self) -> str:
        where = "" if self.line is None else f"line {self.line}: "
        return f"{where}{self.what}; {self.remedy}"


def validate(content: bytes) -> tuple[Problem, ...]:
    """Every problem of a script, by line."""
    found = [*_whole(content)]
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        found.append(Problem(line, "is not UTF-8", "save the script as UTF-8"))
        return _sorted(found)
    lines = text.replace("\r\n", "\n").split("\n")
    found += _alarming(lines)
    found += _commands([*_code(lines)])
    found += _syntax(text.replace("\r\n", "\n"))
    return _sorted(found)


def _sorted(found: list[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted(found, key=lambda problem: (problem.line or 0, problem.what)))


def _whole(content: bytes) -> Iterator[Problem]:
    if not content.strip():
        yield Problem(None, "the script is empty", "give one that begins with #!/bin/bash")
        return
    if len(content) > MOST_BYTES:
        more = len(content) - MOST_BYTES
        remedy = "keep what it needs in S3 and fetch it"
        yield Problem(
            None, f"{len(content)} bytes, {more} more than the {MOST_BYTES} allowed", remedy
        )
    if content.startswith(b"\xef\xbb\xbf"):
        yield Problem(1, "begins with a byte order mark", "save it as UTF-8 without one")
    elif not re.match(rb"#! ?/(usr/)?bin/(env )?(ba)?sh\b", content):
        yield Problem(1, "does not begin with #!/bin/bash", "make that its first line")
    if b"\r" in content:
        line = content.count(b"\n", 0, content.index(b"\r")) + 1
        what = "has Windows line ends, for which the system finds no such interpreter"
        yield Problem(line, what, "convert it: sed -i 's/\\r$//' FILE")
    if b"\0" in content:
        line = content.count(b"\n", 0, content.index(b"\0")) + 1
        yield Problem(line, "has a zero byte", "a script is text; take it out")


def _alarming(lines: list[str]) -> Iterator[Problem]:
    for number, line in enumerate(lines, 1):
        for words in ALARMING:
            if words in line:
                what = f"has {words!r}, for which security monitoring reports the script"
                remedy = "write it otherwise, or agree with who gets the alarm"
                yield Problem(number, what, remedy)


@dataclass(frozen=True)
class _Line:
    """A line that a shell runs. `inner` says that it is another one, which gets it as a text
    (`sudo -u ec2-user -i <<EOF`), `bounded` that something ends it."""

    number: int
    text: str
    inner: bool
    bounded: bool


def _code(lines: list[str]) -> Iterator[_Line]:
    """The lines that a shell runs, joined where they go on: no comments, no texts of files."""
    opened: re.Match[str] | None = None
    opener, kept, start = "", "", 0
    for number, line in enumerate(lines, 1):
        if opened and (line.lstrip("\t") if opened["dash"] else line) == opened["word"]:
            opened = None
            continue
        if line.lstrip().startswith("#") or (opened and not _SHELL.search(opener)):
            continue
        kept, start = kept + _COMMENT.sub("", line), start or number
        if kept.endswith("\\"):
            kept = kept[:-1]
            continue
        is_bounded = bool(_BOUND.search(kept) or (opened and _BOUND.search(opener)))
        yield _Line(start, kept, opened is not None, is_bounded)
        if opened is None:
            opened, opener = _HEREDOC.search(kept), kept
        kept, start = "", 0


def _commands(code: list[_Line]) -> Iterator[Problem]:
    for line in code:
        yield from _in_line(line)
        yield from () if line.inner else _in_this_shell(line)
    text = "\n".join(line.text for line in code if not line.inner)
    if not re.search(r"(^|[\s;])(export\s+)?PATH=", text):
        what = "relies on a PATH that is not the same everywhere"
        remedy = "set it: export PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        yield Problem(None, what, remedy, is_fatal=False)
    if not re.search(r"(^|\n)\s*exit 0\s*$|trap\s+['\"]exit 0", text):
        what = "ends with whatever its last command says, and anything but 0 fails the start"
        yield Problem(None, what, "make `exit 0` its last line")


def _in_line(line: _Line) -> Iterator[Problem]:
    slow = _SLOW.search(line.text)
    if slow is not None and not line.bounded:
        what = f"{slow[1]} may take longer than the {MOST_SECONDS} s of a start"
        yield Problem(line.number, what, "put it behind `timeout 120`")
    for words, remedy in _GONE.items():
        if re.search(rf"(?<![\w-]){re.escape(words)}\b", line.text):
            what = f"`{words}` does not work any more"
            yield Problem(line.number, what, remedy, is_fatal=False)  # it may stand in a branch
    wait = re.match(r"\s*sleep\s+(\d+)", line.text)
    if wait is not None and int(wait[1]) >= MOST_SECONDS:
        yield Problem(line.number, f"sleeps for all of the {MOST_SECONDS} s", "don't wait here")


def _in_this_shell(line: _Line) -> Iterator[Problem]:
    restart = _SYSTEMCTL.search(line.text)
    if restart is not None and "--no-block" not in restart["options"]:
        what = "waits for a service that may wait for this script"
        yield Problem(line.number, what, "write systemctl --no-block")
    if re.match(r"\s*set\s+(-\w*e|-o\s+errexit)", line.text):
        what = "with `set -e` any command that fails fails the instance's start"
        yield Problem(line.number, what, "leave it out, and say what failed instead")


def _syntax(text: str) -> Iterator[Problem]:
    bash = shutil.which("bash")
    if bash is None:  # nowhere to be found: then there is nothing to say
        return
    done = subprocess.run(
        [bash, "-n"],
        input=text,
        capture_output=True,
        check=False,
        env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"},
        text=True,
        timeout=10,
    )
    said = re.search(r"line (\d+): (.+)", done.stderr)
    if said is not None:
        yield Problem(int(said[1]), f"bash can't read it ({said[2]})", "mend the syntax")
    elif done.returncode != 0:
        yield Problem(None, "bash can't read it", "mend the syntax")
