"""Where policies lie: which file has the last word, whose files count, what remains when they can't
be used."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from jupyter_sm_guard import catalog, guard
from jupyter_sm_guard.host import Host
from jupyter_sm_guard.model import Severity
from jupyter_sm_guard.place import Place
from jupyter_sm_guard.policy import LAST_GOOD, MORE, PATH, Policy, PolicyError, load
from jupyter_sm_guard.policy.files import distrust, found, keep
from jupyter_sm_guard.policy.notes import notes
from jupyter_sm_guard.policy.reading import Part, of

pytestmark = pytest.mark.unit

WORDS = catalog.vocabulary()
Lay = Callable[[str, str], None]


@pytest.fixture
def machine(tmp_path: Path) -> Host:
    return Host(tmp_path)


@pytest.fixture
def lay(machine: Host) -> Lay:
    def write(name: str, text: str) -> None:
        path = machine.path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    return write


def test_later_files_have_the_last_word_key_by_key(machine: Host, lay: Lay) -> None:
    lay(PATH, "contact = 'a'\ninterval_minutes = 5\n[aws]\nproxy = 'http://p:1'\n")
    lay(f"{MORE}/20-b.toml", "contact = 'c'\n[controls.'SageMaker.3']\nseverity = 'critical'\n")
    lay(f"{MORE}/10-a.toml", "contact = 'b'\n[aws]\nca_bundle = '/x.pem'\n")
    lay(f"{MORE}/notes.txt", "this is no policy")
    policy = load(machine, WORDS)
    assert (policy.contact, policy.interval_minutes) == ("c", 5)
    assert (policy.proxy, policy.ca_bundle) == ("http://p:1", "/x.pem")
    assert policy.severities == {"SageMaker.3": Severity.CRITICAL}
    assert policy.files == (PATH, f"{MORE}/10-a.toml", f"{MORE}/20-b.toml")
    assert policy.origins["contact"] == f"{MORE}/20-b.toml"
    assert policy.origins["aws.proxy"] == PATH


def test_a_folder_of_files_is_enough(machine: Host, lay: Lay) -> None:
    lay(f"{MORE}/a.toml", "contact = 'a'")
    assert load(machine, WORDS).contact == "a"


def test_what_a_file_made_mandatory_no_other_takes_away(machine: Host, lay: Lay) -> None:
    lay(PATH, "mandatory_rules = ['sudo-in-cell']\n[controls.'SageMaker.1']\nmandatory = true\n")
    lay(
        f"{MORE}/a.toml",
        "mandatory_rules = ['tls-check-off']\n[lint]\nrules_off = ['sudo-in-cell']\n"
        "[controls.'SageMaker.1']\nmandatory = false\nenabled = false\n",
    )
    policy = load(machine, WORDS)
    assert policy.problem is None
    assert policy.mandatory_rules == ("sudo-in-cell", "tls-check-off")
    assert policy.lint.rules_off == ()
    assert policy.controls_mandatory == {"SageMaker.1"}
    assert policy.controls_off == frozenset()
    said = "\n".join(notes(policy, WORDS, guard.utc_now()))
    assert 'controls."SageMaker.1" is turned off in one file and mandatory in another' in said


def test_every_mistake_of_every_file_is_named_at_once() -> None:
    parts = [
        Part("one.toml", b"\n\ncontact = 5\n[aws]\nproxy = 'x'\n"),
        Part("two.toml", b"[[waivers]]\ncheck = 'SageMaker.3'\n[waivers.scope]\nregions=['x']\n"),
        Part("three.toml", b"contact = "),
        Part("four.toml", b"\xff"),
        Part("five.toml", b"[jobs]\nsubnets = ['subnet-1']\n"),
    ]
    with pytest.raises(PolicyError) as raised:
        of(parts, WORDS)
    text = "\n".join(raised.value.mistakes)
    for line in (
        "one.toml, line 3: contact must be",
        "one.toml, line 5: aws.proxy must be",
        "two.toml, line 1: waivers[1].owner is missing",
        "two.toml, line 1: waivers[1].expires is missing",
        "two.toml, line 4: waivers[1].scope.regions has the entry 'x', which must be a Region",
        "three.toml: is not TOML",
        "four.toml: is not TOML",
        "five.toml, line 1: jobs.security_groups is missing",
    ):
        assert line in text, text
    assert str(raised.value).endswith(f"(and {len(raised.value.mistakes) - 1} more mistakes)")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[controls.'SageMaker.8']\n\nenabled = 1", 3),
        ("controls.'SageMaker.8'.enabled = 1", 1),
        ('[controls]\n"SageMaker.8".enabled = 1', 2),
        ("# x\n[controls.'SageMaker.8']  # y\nseverity = 'low'\nenabled = 1", 4),
        ("controls = {'SageMaker.8' = {enabled = 1}}", 1),
    ],
)
def test_a_mistake_names_its_line(text: str, line: int) -> None:
    with pytest.raises(PolicyError, match=rf'^line {line}: controls."SageMaker.8".enabled must'):
        of([Part("", text.encode())], WORDS)


# --- what remains ---------------------------------------------------------------------------------


def test_a_broken_policy_gives_way_to_the_last_good_one(machine: Host, lay: Lay) -> None:
    good = "contact = 'a'\n[controls.'SageMaker.8']\nsupported_platforms = ['x']\n"
    lay(PATH, good)
    keep(machine, found(machine))
    wanted = load(machine, WORDS)
    lay(PATH, "contact = 'b'\n[controls.'SageMaker.1']\nenabled = false\nenabeld = 1\n")
    policy = load(machine, WORDS)
    assert replace(policy, problem=None, instead=wanted.instead) == wanted
    assert "did you mean enabled?" in str(policy.problem)
    report = guard.check(Place(machine.root), policy)
    flags = {flag.flag: flag.detail for flag in report.integrity}
    assert "the last good one, of 20" in flags["policy_broken"]
    assert report.turned_off == ()


@pytest.mark.parametrize(
    "kept",
    [
        "",
        "{}",
        "[]",
        "nonsense",
        '{"schema": 1, "kept_at": "x", "files": []}',
        '{"schema": 1, "kept_at": "x", "files": [{"path": 1, "text": 2}]}',
        '{"schema": 2, "kept_at": "x", "files": [{"path": "x", "text": "contact = \'a\'"}]}',
        '{"schema": 1, "kept_at": "x", "files": [{"path": "x", "text": "contact = 5"}]}',
        "[" * 100_000,
    ],
)
def test_a_last_good_one_that_is_none_is_not_used(machine: Host, lay: Lay, kept: str) -> None:
    lay(PATH, "contact = 5")
    lay(LAST_GOOD, kept)
    policy = load(machine, WORDS)
    assert replace(policy, problem=None) == Policy()
    assert policy.instead == "the built-in one"
    assert "contact must be one line of text" in str(policy.problem)


def test_what_is_kept_everybody_can_read_and_its_owner_write(machine: Host, lay: Lay) -> None:
    lay(PATH, "contact = 'a'")
    load(machine, WORDS)
    assert not machine.exists(LAST_GOOD), "nothing is kept of a machine that a folder stands in for"
    keep(machine, found(machine))
    about, folder = machine.about(LAST_GOOD), machine.about(str(Path(LAST_GOOD).parent))
    assert about is not None
    assert folder is not None
    assert (about.st_mode & 0o777, folder.st_mode & 0o022) == (0o644, 0)


_ON_A_MACHINE = """
import os, sys
from pathlib import Path
from jupyter_sm_guard import catalog
from jupyter_sm_guard.host import Host
from jupyter_sm_guard.policy import LAST_GOOD, PATH, load

def said():
    policy = load(Host(), catalog.vocabulary())
    return policy.contact, policy.instead if policy.problem else "used"

path = Path(PATH)
path.parent.mkdir(parents=True)
path.write_text("contact = 'a'")
print(*said(), Path(LAST_GOOD).exists())
path.write_text("contact = 5")
print(*said())
path.write_text("contact = 'b'")
os.chmod(path, 0o666)
print(*said())
os.chmod(path, 0o644)
os.chown(path.parent, 1000, 1000)
print(*said())
os.chown(path.parent, 0, 0)
print(*said())
os.chmod(LAST_GOOD, 0o666)
path.write_text("contact = 5")
os.setuid(1000)
print(*said())
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a policy that counts")
def test_on_a_real_machine_root_keeps_it_and_others_change_nothing() -> None:
    """With an /etc and a /var/lib of its own, which nobody else sees."""
    script = (
        'mount -t tmpfs -o mode=755 x /etc && mount -t tmpfs -o mode=755 x /var/lib && exec "$@"'
    )
    command = ["unshare", "--mount", "sh", "-c", script, "sh", sys.executable, "-c", _ON_A_MACHINE]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert ran.returncode == 0, ran.stderr
    lines = ran.stdout.splitlines()
    assert lines[0] == "a used True"
    assert all(re.fullmatch("a the last good one, of 20.*Z,", line) for line in lines[1:4]), lines
    assert lines[4:] == ["b used", "None the built-in one"]


@pytest.mark.parametrize(
    ("uid", "mode", "trusted"),
    [
        (0, 0o100644, True),
        (0, 0o100600, True),
        (0, 0o040755, True),
        (0, 0o100664, False),
        (0, 0o100646, False),
        (0, 0o041777, False),
        (1000, 0o100644, False),
        (65534, 0o100400, False),
    ],
)
def test_only_what_root_alone_can_write_counts(uid: int, mode: int, trusted: bool) -> None:
    about = os.stat_result((mode, 1, 1, 1, uid, 0, 0, 0, 0, 0))
    assert (distrust(about) is None) == trusted


def test_a_folder_that_many_can_write_to_makes_a_policy_count_for_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On the real machine, whose files these are; /tmp, above them, is everybody's."""
    path = tmp_path / "policy.toml"
    path.write_text("[controls.'SageMaker.1']\nenabled = false\n")
    monkeypatch.setattr("jupyter_sm_guard.policy.files.PATH", str(path))
    monkeypatch.setattr("jupyter_sm_guard.policy.files.MORE", str(tmp_path / "policy.d"))
    monkeypatch.setattr("jupyter_sm_guard.policy.files.LAST_GOOD", str(tmp_path / "none"))
    policy = load(Host(), WORDS)
    assert replace(policy, problem=None) == Policy()
    assert "does not count" in str(policy.problem)
    assert "chown root:root" in str(policy.problem)
