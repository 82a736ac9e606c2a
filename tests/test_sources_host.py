"""What the machine itself tells: rights, network, metadata service, software, the internet.

Most of it for real: the real sudo and real users, virtual cables between network namespaces, TLS
servers, a metadata service at its own address (tests/faults). The rest are the parsers, on
whatever bytes there are, and that nothing of the real machine shows through a stand-in root.
"""

from __future__ import annotations

import ipaddress
import json
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from faults import rights
from faults.isolated import isolated
from faults.machine import nothing_left_behind, write
from faults.network import MACHINES
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyter_sm_guard import catalog, collector, sudo, tls
from jupyter_sm_guard.aws import Aws
from jupyter_sm_guard.host import Host, Unreadable
from jupyter_sm_guard.model import Fact, Known, Reason, Resource, ResourceKind, Unknown
from jupyter_sm_guard.program import OUTPUT_LIMIT, Ran, run
from jupyter_sm_guard.sources import Context, network_path, platform, root_access
from jupyter_sm_guard.sources import internet as internet_probe

NAMES = ("imds", "internet", "network_path", "platform", "root_access")
TARGETS = ("pypi.org:443", "example.com:80")
INSTANCE = Resource(ResourceKind.NOTEBOOK_INSTANCE)
TIMEOUT, TLS, NOT_FOUND = Reason.TIMEOUT.value, Reason.TLS.value, Reason.NOT_FOUND.value
quick = settings(max_examples=200, deadline=None)
unit = pytest.mark.unit


def observe(name: str, root: Path | None, **aws: Any) -> dict[str, Fact]:
    """What that source says, asked in this process."""
    way = Aws("eu-central-1", **aws)
    context = Context(Host(root), way, INSTANCE, lambda _: None, targets=TARGETS)
    facts = catalog.sources()[name].observe(context)
    assert set(facts) == set(catalog.sources()[name].facts)
    return dict(facts)


def plainly(facts: Mapping[str, Fact]) -> dict[str, Any]:
    """Values, and reasons where there is none."""
    return {n: f.value if isinstance(f, Known) else f.reason for n, f in facts.items()}


# --- rights, with the real sudo


@pytest.fixture(scope="module")
def seen_rights(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What came of each situation of tests/faults/rights.py."""
    folder = tmp_path_factory.mktemp("rights")
    seen: dict[str, Any] = isolated("rights.py", str(folder), needs_root=True)
    return seen


BY_SUDO, PARTLY = (True, "sudo without a password"), (Reason.UNKNOWN_VALUE.value,) * 2
NOT, NOT_ASKED = (False, None), (Reason.EVIDENCE_INCONSISTENT.value,) * 2
RIGHTS: dict[str, tuple[Any, Any]] = {
    "everything without a password": BY_SUDO,
    "everything as root only": BY_SUDO,
    "everything but one": BY_SUDO,
    "never asked for a password": BY_SUDO,
    "with a password": NOT,
    "not in sudoers": NOT,
    "one command without a password": PARTLY,
    "one command without a password, all with one": PARTLY,
    "all as another user": PARTLY,
    "all but as root": PARTLY,
    "listing is free, all with a password": PARTLY,
    "sudoers is broken": NOT,
    "root": (True, "euid 0"),
    "no_new_privs": PARTLY,
    "no sudo": (NOT_FOUND, NOT_FOUND),
    "a fake that is not setuid": NOT_ASKED,
    "one of another owner": NOT_ASKED,
    "one that anybody can change": NOT_ASKED,
    "docker, in the group": (True, "the Docker socket"),
    "docker, not in the group": NOT,
    "docker without root": NOT,
    "in the group, no docker": NOT,
}


@pytest.mark.parametrize("situation", RIGHTS)
def test_whether_root_can_be_had(situation: str, seen_rights: dict[str, Any]) -> None:
    seen = seen_rights[situation]
    obtainable, by = seen["RootObtainable"], seen["RootBy"]
    reasons = tuple(each[0] if isinstance(each, list) else each for each in (obtainable, by))
    assert reasons == RIGHTS[situation], seen
    assert seen["NoNewPrivileges"] is (situation == "no_new_privs")
    assert not seen["fake"]
    assert seen["descriptors"] == 0
    assert seen["seconds"] < 2


def test_every_situation_is_looked_at(seen_rights: dict[str, Any]) -> None:
    assert set(seen_rights) == {*RIGHTS, "sudo hangs"}
    assert set(rights.SUDOERS) <= set(RIGHTS)


@pytest.mark.parametrize("situation", [s for s, r in RIGHTS.items() if r == BY_SUDO])
def test_sudo_logs_nothing_where_it_allows_everything(
    situation: str, seen_rights: dict[str, Any]
) -> None:
    assert seen_rights[situation]["log"] == ""


def test_a_sudo_that_hangs_is_left_alone_and_ends_and_is_never_one_of_many(
    seen_rights: dict[str, Any],
) -> None:
    first, later, left = (seen_rights["sudo hangs"][key] for key in ("first", "later", "left"))
    assert first["RootObtainable"] == [TIMEOUT, "sudo did not end within 3 seconds"]
    assert first["seconds"] < sudo.SECONDS + 0.5
    assert later["RootObtainable"] == [TIMEOUT, "3 earlier /usr/bin/sudo still hang"]
    assert later["seconds"] < 1
    assert left == 0


# --- networks


@pytest.fixture(scope="module")
def seen_networks(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What came of each machine of tests/faults/network.py."""
    seen: dict[str, Any] = isolated("network.py", str(tmp_path_factory.mktemp("network")))
    return seen


SERVICE, CUSTOMER, CUSTOMER6 = "172.16.86.226", "10.42.1.17", "2600:1f14:abcd::17"
BOTH = "c0 (virtual), s0 (virtual)"
ONE = "c0 (virtual)"
WITH_IPV6 = "c0 (virtual), x0 (virtual)"
# default route, the same of IPv6, source address, the same of IPv6, interfaces
PATHS: dict[str, tuple[str | None, ...]] = {
    "no VPC": ("s0", None, SERVICE, None, "s0 (virtual)"),
    "VPC with direct internet": ("s0", None, SERVICE, None, BOTH),
    "VPC only, NAT": ("c0", None, CUSTOMER, None, BOTH),
    "VPC only, no NAT": ("c0", None, CUSTOMER, None, ONE),
    "IPv6 alone leads out": (None, "x0", None, CUSTOMER6, WITH_IPV6),
    "both lead out": ("c0", "x0", CUSTOMER, CUSTOMER6, WITH_IPV6),
    "nothing leads out": (None, None, None, None, ONE),
    "a black hole by default": (None, None, None, None, ONE),
    "two defaults": ("c0", None, CUSTOMER, None, BOTH),
    "only loopback": (None, None, None, None, None),
}


@pytest.mark.parametrize("machine", PATHS)
def test_the_way_out_is_told_without_a_packet(machine: str, seen_networks: dict[str, Any]) -> None:
    seen = seen_networks[machine]
    assert tuple(seen[fact] for fact in network_path.SOURCE.facts) == PATHS[machine]
    assert seen["packets"] == 0


REFUSED_BY_US = "refused by us (private address)"
BAD = {
    "drips.example:443": "timed out",
    "drops.example:443": "timed out",
    "hangs.example:443": "timed out",
    "notls.example:443": "TLS failed",
    "nowhere.example:443": "no such name",
    "othername.example:443": "TLS intercepted by Example Authority",
    "refuses.example:443": "refused",
    "untrusted.example:443": "TLS intercepted by Example Interception Ltd",
}
INTERNET: dict[str, tuple[bool | str, dict[str, str]]] = {
    "no VPC": (True, {"good.example:443": "reached"}),
    "VPC with direct internet": (True, {"good.example:443": "reached"}),
    "VPC only, NAT": (True, {"good.example:443": "reached"}),
    "VPC only, no NAT": (TIMEOUT, {"drops.example:443": "timed out"}),
    "IPv6 alone leads out": (
        True,
        {"both.example:443": "reached", "good.example:80": "no route"},
    ),
    "both lead out": (True, {"good.example:80": "connected", "six.example:443": "reached"}),
    "nothing leads out": (
        False,
        {"good.example:443": "no route", "nowhere.example:80": "no such name"},
    ),
    "a black hole by default": (False, {"good.example:443": "no route"}),
    "bad targets": (TIMEOUT, BAD),
    "private targets": (
        Reason.NOT_PERMITTED_BY_POLICY.value,
        dict.fromkeys(sorted(MACHINES["private targets"].targets), REFUSED_BY_US),
    ),
    "the name server is mute": (False, {"good.example:443": "no DNS answer"}),
    "the policy vouches for nobody": (
        TLS,
        {"good.example:443": "TLS intercepted by Example Authority"},
    ),
}


@pytest.mark.parametrize("machine", INTERNET)
def test_the_internet_probe_tells_what_became_of_each_target(
    machine: str, seen_networks: dict[str, Any]
) -> None:
    seen = seen_networks[machine]
    reached, outcomes = INTERNET[machine]
    said = seen["InternetReached"]
    assert (said[0] if isinstance(said, list) else said) == reached
    assert seen["InternetProbe"] == "; ".join(f"{t} {word}" for t, word in outcomes.items())
    assert seen["seconds"] < internet_probe.SECONDS + 0.5


def test_every_machine_is_looked_at(seen_networks: dict[str, Any]) -> None:
    assert set(MACHINES) == set(PATHS) | set(INTERNET)
    assert set(seen_networks) == {*MACHINES, "metadata service"}


ASKED = ["GET /latest/meta-data/ HTTP/1.1"]
NO_ANSWER, NO_WAY, RUBBISH = TIMEOUT, Reason.UNREACHABLE.value, Reason.BAD_RESPONSE.value
METADATA_SERVICE: dict[str, tuple[bool | str, bool]] = {
    "it wants a token": (False, True),
    "it wants none": (True, True),
    "nothing has its address": (NO_WAY, False),
    "nobody listens there": (NO_WAY, False),
    "a black hole": (NO_ANSWER, False),
    "it hangs": (NO_ANSWER, True),
    "it drips": (NO_ANSWER, True),
    "it drips without end": (NO_ANSWER, True),
    "it forbids": (RUBBISH, True),
    "it redirects": (RUBBISH, True),
    "it is broken": (RUBBISH, True),
    "it says no HTTP": (RUBBISH, True),
    "it says HTTP 2000": (RUBBISH, True),
    "it says nothing": (RUBBISH, True),
    "its line has no end": (RUBBISH, True),
    "it resets": (NO_WAY, True),
}


@pytest.mark.parametrize("service", METADATA_SERVICE)
def test_whether_version_1_answers(service: str, seen_networks: dict[str, Any]) -> None:
    assert set(seen_networks["metadata service"]) == set(METADATA_SERVICE)
    seen = seen_networks["metadata service"][service]
    answer, is_asked = METADATA_SERVICE[service]
    said = seen["ImdsV1Answers"]
    assert (said[0] if isinstance(said, list) else said) == answer
    assert seen["asked"] == (ASKED if is_asked else [])
    assert seen["seconds"] < 0.3 + 0.2


@unit
def test_the_metadata_service_is_not_asked_where_the_user_turned_it_off() -> None:
    facts = observe("imds", None, credentials={"AWS_EC2_METADATA_DISABLED": "True"})
    assert plainly(facts) == {"ImdsV1Answers": Reason.NOT_PERMITTED_BY_POLICY}


# --- a folder that stands in for the machine

STATUS = "Name:\tpython\nUid:\t1000\t1000\t1000\t1000\nNoNewPrivs:\t0\nCapEff:\t0000000000000000\n"
ROUTE_HEAD = "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT\n"
ROUTE = "eth2\t00000000\t01012A0A\t0003\t0\t0\t0\t00000000\t0\t0\t0\n"
ZEROS = "0" * 32
ROUTE6 = f"{ZEROS} 00 {ZEROS} 00 {'f' * 32} 00000064 00000001 00000000 00000003     eth2\n"
DEV = "Inter-|   Receive\n face |bytes\n    lo: 0 0\n  eth0: 0 0\n  eth2:1 0\ndocker0: 0 0\n"
LIST = "User u may run the following commands on h:\n    (ALL) NOPASSWD: ALL\n"
RECORD: dict[str, Any] = {
    "sudo": {"exit": 1, "output": "sudo: a password is required\n"},
    "docker_socket": False,
    "egress": {"ipv4": "10.42.1.17", "ipv6": None},
    "imds": 401,
    "packages": {"jupyterlab": "4.5.10", "jupyter_server": "2.20.0", "notebook": None},
    "internet": {"pypi.org:443": "reached", "example.com:80": "timed out"},
}
SAYS = {
    "RootObtainable": False,
    "RootBy": None,
    "NoNewPrivileges": False,
    "DefaultRouteInterface": "eth2",
    "DefaultRouteInterfaceIPv6": "eth2",
    "EgressAddress": "10.42.1.17",
    "EgressAddressIPv6": None,
    "Interfaces": "docker0 (virtual), eth0, eth2",
    "ImdsV1Answers": False,
    "OperatingSystem": "Amazon Linux 2023",
    "NotebookInstanceVersion": "120.0-0",
    "jupyterlab": "4.5.10",
    "jupyter_server": "2.20.0",
    "notebook": None,
    "InternetReached": True,
    "InternetProbe": "example.com:80 timed out; pypi.org:443 reached",
}


def machine(root: Path, **record: Any) -> Path:
    """A whole notebook instance as a folder; `record` changes what is recorded."""
    write(root / "proc/self/status", STATUS)
    write(root / "proc/net/route", ROUTE_HEAD + ROUTE)
    write(root / "proc/net/ipv6_route", ROUTE6)
    write(root / "proc/net/dev", DEV)
    for name in ("eth0/device", "eth2/device", "docker0"):
        (root / "sys/class/net" / name).mkdir(parents=True, exist_ok=True)
    write(root / "etc/os-release", 'NAME="Amazon Linux"\nID="amzn"\nVERSION_ID="2023"\n')
    write(root / "etc/opt/ml/sagemaker-notebook-instance-version.txt", "120.0-0\n")
    write(root / "run/recorded.json", json.dumps({**RECORD, **record}))
    return root


def all_facts(root: Path) -> dict[str, Fact]:
    """Of all sources here."""
    return {name: fact for source in NAMES for name, fact in observe(source, root).items()}


@unit
def test_a_folder_says_what_is_recorded_in_it(tmp_path: Path) -> None:
    assert plainly(all_facts(machine(tmp_path))) == SAYS


@unit
def test_an_empty_folder_says_nothing_and_nothing_of_this_machine_shows(tmp_path: Path) -> None:
    facts = plainly(all_facts(tmp_path))
    assert facts.pop("NotebookInstanceVersion") is None  # no file is an answer
    assert set(facts.values()) == {Reason.NOT_FOUND}


@unit
@pytest.mark.parametrize("name", RECORD)
@pytest.mark.parametrize("value", [None, "x", -1, [], {}, {"exit": True}, {"ipv4": 7}])
def test_what_is_recorded_wrongly_is_unknown(name: str, value: Any, tmp_path: Path) -> None:
    recorded, facts = machine(tmp_path, **{name: value}), all_facts(tmp_path)
    changed = {fact for fact, said in plainly(facts).items() if said != SAYS[fact]}
    assert recorded == tmp_path
    assert changed
    assert all(isinstance(facts[fact], Unknown) for fact in changed)


@unit
@pytest.mark.parametrize("content", ["", "{", "[]", "1", "null", "[" * 30_000, b"\xff"])
def test_a_record_that_is_none_is_unknown(content: str | bytes, tmp_path: Path) -> None:
    write(machine(tmp_path) / "run/recorded.json", content)
    assert plainly(observe("imds", tmp_path)) == {"ImdsV1Answers": Reason.NOT_FOUND}


@unit
def test_the_real_machine_s_record_does_not_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = write(tmp_path / "recorded.json", json.dumps(RECORD))
    monkeypatch.setattr("jupyter_sm_guard.host.RECORDED", str(record))
    with pytest.raises(Unreadable):
        Host().recorded("sudo")


@unit
@pytest.mark.parametrize(
    ("status", "record", "expected"),
    [
        (STATUS.replace("1000\t1000", "1000\t0", 1), {}, (True, "euid 0")),
        (STATUS.replace("CapEff:\t0", "CapEff:\t00000000000000ff\nX:"), {}, (True, "capabilities")),
        (STATUS.replace("CapEff:\t0", "CapEff:\t0000000000000400\nX:"), {}, NOT),
        (STATUS, {"docker_socket": True}, (True, "the Docker socket")),
        (STATUS, {"sudo": {"exit": 0, "output": LIST}}, BY_SUDO),
        (STATUS.replace("Privs:\t0", "Privs:\t1"), {"sudo": {"exit": 0, "output": LIST}}, PARTLY),
        (STATUS.replace("Privs:\t0", "Privs:\tx"), {}, NOT),
        (STATUS.replace("Uid:", "Gid:"), {}, PARTLY),
        (STATUS.replace("CapEff:\t0", "CapEff:\tx"), {"docker_socket": True}, (True, None)),
        ("", {}, PARTLY),
        ("rubbish", {}, PARTLY),
    ],
)
def test_one_way_to_root_is_enough_and_all_must_answer_for_none(
    status: str, record: dict[str, Any], expected: tuple[Any, Any], tmp_path: Path
) -> None:
    write(machine(tmp_path, **record) / "proc/self/status", status)
    facts = plainly(observe("root_access", tmp_path))
    by = facts["RootBy"] if expected != (True, None) else None
    assert (facts["RootObtainable"], by) == expected


# --- what sudo says, in words

HEAD = "User u may run the following commands on h:\n"


@unit
@pytest.mark.parametrize(
    ("code", "output", "answer"),
    [
        (0, HEAD + "    (ALL) NOPASSWD: ALL\n", True),
        (0, HEAD + "    (ALL : ALL) NOPASSWD: ALL\n", True),
        (0, HEAD + "    (root) NOPASSWD: ALL\n", True),
        (0, HEAD + "    (bob, root) SETENV: NOPASSWD: ALL\n", True),
        (0, HEAD + "    (ALL) NOPASSWD: /bin/ls, ALL\n", True),
        (0, HEAD + "    (ALL) ALL\n", True),  # it lists: no password is asked for
        (0, "Matching Defaults entries for u on h:\n    !authenticate\n\n" + LIST, True),
        (0, HEAD + "    (ALL) NOPASSWD: /bin/ls, PASSWD: ALL\n", None),
        (0, HEAD + "    (ALL) ALL\n    (root) NOPASSWD: /bin/ls\n", None),
        (0, "    listpw=never\n\n" + HEAD + "    (ALL) ALL\n", None),
        (0, HEAD + "    (root) NOPASSWD: /bin/ALL\n", None),
        (0, HEAD + "    (root) NOPASSWD: /bin/ls ALL\n", None),
        (0, HEAD + "    (bob) NOPASSWD: ALL\n", None),
        (0, HEAD + "    (ALL) NOPASSWD: ALL\n    (ALL) PASSWD: ALL\n", None),
        (0, HEAD + "    (ALL) PASSWD: ALL\n    (ALL) NOPASSWD: ALL\n", True),
        (0, HEAD + "    (ALL) NOPASSWD: ALL, !ALL\n", None),
        (0, HEAD + "    (ALL, !root) NOPASSWD: ALL\n", None),
        (0, HEAD + "    (: root) NOPASSWD: ALL\n", None),
        (0, HEAD, None),
        (0, "    (ALL) NOPASSWD: ALL\n", None),
        (0, "", None),
        (0, "sudo: a password is required\n", None),
        (1, HEAD + "    (ALL) NOPASSWD: ALL\n", None),
        (1, "sudo: a password is required\n", False),
        (1, "sudo: unable to resolve host h: x\nsudo: a password is required\n", False),
        (1, "Sorry, user u may not run sudo on h.\n", False),
        (1, 'sudo: The "no new privileges" flag is set, …\n', None),
        (1, "sudo: interactive authentication is required\n", None),
        (1, "the word is: a password is required, they say\n", None),
        (1, "", None),
        (127, "sudo: a password is required\n", None),
        (-9, "sudo: a password is required\n", None),
    ],
)
def test_what_sudo_allows(code: int, output: str, answer: bool | None) -> None:
    said = sudo.allows(Ran(code, output))
    assert (said if isinstance(said, bool) else None) is answer


@unit
@pytest.mark.parametrize(
    ("code", "output", "answer"),
    [
        (0, "User u is not allowed to run sudo on h.\n", False),
        (1, "User u is not allowed to run sudo on h.\n", False),
        (0, HEAD + "    (ALL) NOPASSWD: ALL\n", True),
        (0, HEAD + "    (ALL) ALL\n", None),  # root is asked for no password, which proves nothing
        (0, HEAD + "    (root) /bin/ls\n", None),
        (2, "User u is not allowed to run sudo on h.\n", None),
        (1, "sudo: unknown user u\n", None),
        (0, "they say that User u is not allowed to run sudo on h.\n", None),
    ],
)
def test_what_sudo_allows_another_user_as_root_is_told(
    code: int, output: str, answer: bool | None
) -> None:
    said = sudo.allows(Ran(code, output), asked_by_root=True)
    assert (said if isinstance(said, bool) else None) is answer


SUDO_WORDS = st.lists(
    st.sampled_from(
        [
            *(HEAD, "\n", "    (", "ALL", "root", "!", ", ", ")", " ", "NOPASSWD: ", "PASSWD: "),
            *("sudo: a password is required", "may not run sudo", "/bin/ls", "\\,", ":", "\x1b"),
        ]
    )
).map("".join)


@unit
@quick
@given(st.integers(-20, 255), st.text() | SUDO_WORDS)
def test_sudo_may_say_what_it_likes(code: int, output: str) -> None:
    said = sudo.allows(Ran(code, output))
    if said is True:
        assert code == 0
        assert "ALL" in output
    if said is False:
        assert code == 1


# --- the kernel's tables, os-release, certificates: whatever bytes there are


@unit
@quick
@given(
    st.text()
    | st.lists(st.sampled_from([ROUTE_HEAD, ROUTE, ROUTE6, "x\n", "0 ", "\n"])).map("".join)
)
def test_routes_never_raise_more_than_value_error(table: str) -> None:
    for read in (network_path.default_ipv4, network_path.default_ipv6):
        try:
            interface = read(table)
        except ValueError:
            continue
        assert interface in (None, "eth2")


@unit
@pytest.mark.parametrize(
    ("lines", "interface"),
    [
        ("", None),
        (ROUTE, "eth2"),
        (ROUTE.replace("\t0003", "\t0200"), None),
        (ROUTE.replace("\t0003", "\t0002"), None),
        (ROUTE.replace("eth2", "*"), None),
        (ROUTE.replace("\t00000000\t0\t0\t0\n", "\t000000FF\t0\t0\t0\n"), None),
        (ROUTE.replace("0\t0\t0\t", "0\t0\t9\t", 1) + ROUTE.replace("eth2", "a,b"), ValueError),
        (ROUTE.replace("0003\t0\t0\t0", "0003\t0\t0\t9") + ROUTE.replace("eth2", "w"), "w"),
        (ROUTE.replace("eth2", "\x1b[2J"), ValueError),
    ],
)
def test_the_default_route(lines: str, interface: Any) -> None:
    if interface is ValueError:
        with pytest.raises(ValueError, match="interface"):
            network_path.default_ipv4(ROUTE_HEAD + lines)
    else:
        assert network_path.default_ipv4(ROUTE_HEAD + lines) == interface


@unit
def test_a_kernel_without_ipv6_has_no_such_route(tmp_path: Path) -> None:
    (machine(tmp_path) / "proc/net/ipv6_route").unlink()
    facts = plainly(observe("network_path", tmp_path))
    assert facts["DefaultRouteInterfaceIPv6"] is None
    (tmp_path / "proc/net/route").unlink()
    facts = plainly(observe("network_path", tmp_path))
    assert facts["DefaultRouteInterfaceIPv6"] is Reason.NOT_FOUND


@unit
@pytest.mark.parametrize(
    ("content", "name"),
    [
        ('NAME="Amazon Linux"\nVERSION="2"\nID="amzn"\nVERSION_ID="2"\n', "Amazon Linux 2"),
        ('NAME="Amazon Linux AMI"\nID="amzn"\nVERSION_ID="2018.03"\n', "Amazon Linux 1"),
        ("ID='amzn'\nVERSION_ID=2023\n# comment\n\n", "Amazon Linux 2023"),
        ('NAME="Ubuntu"\nID=ubuntu\nVERSION_ID="22.04"', "Ubuntu 22.04"),
        ("ID=arch\n", "arch"),
        ("", None),
        ("VERSION_ID=2\n", None),
        ('NAME="\x1b[2J"\nID=x\n', None),
        (f"ID={'x' * 200}\n", None),
    ],
)
def test_the_operating_system(content: str, name: str | None) -> None:
    if name is None:
        with pytest.raises(ValueError, match="os-release"):
            platform.operating_system(content.encode())
    else:
        assert platform.operating_system(content.encode()) == name


@unit
@quick
@given(st.binary() | st.text().map(lambda text: f'ID="{text}"\nVERSION_ID={text}\n'.encode()))
def test_os_release_never_raises_more_than_value_error(content: bytes) -> None:
    try:
        name = platform.operating_system(content)
    except ValueError:
        return
    assert name.isascii()
    assert name.isprintable()


@unit
@quick
@given(st.binary())
def test_a_certificate_may_be_any_bytes(der: bytes) -> None:
    for content in (der, b"\x30" + bytes([len(der) % 128]) + der):
        said = tls.issuer(content)
        assert said is None or (said.isascii() and said.isprintable() and len(said) <= 64)


def _der(tag: int, *parts: bytes) -> bytes:
    content = b"".join(parts)
    return bytes([tag, 0x82]) + len(content).to_bytes(2, "big") + content


@unit
@pytest.mark.parametrize(
    ("text", "tag", "issuer"),
    [
        (b"Example Ltd", 0x0C, "Example Ltd"),
        ("Example Ltd".encode("utf-16-be"), 0x1E, "Example Ltd"),
        (b"x" * 100, 0x0C, "x" * 64),
        (b"\x1b[2Jcleared", 0x0C, None),
        ("Stra\u00dfe".encode(), 0x0C, None),
        (b"", 0x0C, None),
        (b"\xff\xfe", 0x0C, None),
    ],
)
def test_an_issuer_is_plain_text(text: bytes, tag: int, issuer: str | None) -> None:
    name = _der(0x30, _der(0x31, _der(0x30, _der(0x06, b"\x55\x04\x0a"), _der(tag, text))))
    body = _der(0x30, _der(0xA0, b"\2\1\2"), _der(0x02, b"\1"), _der(0x30), name)
    certificate = _der(0x30, body)
    assert tls.issuer(certificate) == issuer
    assert tls.issuer(certificate[:-1]) is None


@unit
@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "::1", "0.0.0.0", "::", "10.1.2.3", "172.16.0.1", "192.168.1.1", "fc00::1"),
        *("169.254.169.254", "169.254.169.253", "169.254.169.123", "169.254.169.250"),
        *("169.254.169.251", "169.254.170.2", "fd00:ec2::254", "fd00:ec2::240", "fe80::1"),
        *("224.0.0.1", "ff02::1", "ff0e::1", "240.0.0.1", "255.255.255.255", "100.64.0.1"),
        *("192.0.2.1", "198.18.0.1", "2001:db8::1", "::ffff:10.0.0.1", "::ffff:169.254.169.254"),
        *("64:ff9b::a00:1", "64:ff9b::a9fe:a9fe", "2002:a00:1::", "fec0::1"),
        *("2001:0:4136:e378:8000:63bf:3fff:fdd2", "64:ff9b:1::1"),
    ],
)
def test_the_probe_connects_to_public_addresses_only(address: str) -> None:
    assert not internet_probe.is_public(ipaddress.ip_address(address))


@unit
@pytest.mark.parametrize("address", ["52.94.0.1", "2600:1f00::1", "64:ff9b::345e:1", "8.8.8.8"])
def test_public_addresses_are_public(address: str) -> None:
    assert internet_probe.is_public(ipaddress.ip_address(address))


@unit
@pytest.mark.parametrize(
    ("outcomes", "answer"),
    [
        ({"reached", "timed out", "refused"}, True),
        ({"connected", "reached"}, True),
        ({"connected", "no DNS answer"}, Reason.CAPTIVE),
        ({"refused", "no route", "no such name", "no DNS answer"}, False),
        ({"refused", "timed out"}, Reason.TIMEOUT),
        ({"no route", "refused by us (private address)"}, Reason.NOT_PERMITTED_BY_POLICY),
        ({"no route", "TLS intercepted by X"}, Reason.TLS),
        ({"TLS failed"}, Reason.TLS),
    ],
)
def test_when_the_internet_is_reached(outcomes: set[str], answer: bool | Reason) -> None:
    said = internet_probe.judge(outcomes)
    assert (said.reason if isinstance(said, Unknown) else said) == answer


@unit
def test_without_targets_nothing_is_tried() -> None:
    context = Context(Host(), Aws("eu-central-1"), INSTANCE, lambda _: None)
    facts = internet_probe.SOURCE.observe(context)
    assert set(plainly(facts).values()) == {Reason.NOT_PERMITTED_BY_POLICY}


@unit
def test_a_ca_bundle_that_is_none_is_said(tmp_path: Path) -> None:
    facts = observe("internet", None, ca_bundle=str(tmp_path / "missing.pem"))
    assert set(plainly(facts).values()) == {Reason.TLS}


# --- programs


def program(code: str, *before: str) -> tuple[str, ...]:
    return (*before, sys.executable, "-I", "-c", code)


def test_a_program_gets_nothing_and_is_bounded() -> None:
    code = "import os, sys; print(sorted(os.environ), sys.stdin.read(), os.getcwd())"
    with nothing_left_behind():
        said = run(program(code), 10)
        assert isinstance(said, Ran)
        assert "['HOME', 'LC_ALL', 'PATH']  /" in said.output.replace("'LC_CTYPE', ", "")
        began = time.monotonic()
        hung = run(program("import time; print('x', flush=True); time.sleep(60)"), 0.5)
        closed = run(program("import os, time; os.close(1); os.close(2); time.sleep(60)"), 0.5)
        endless = run(program(f"print('x' * {OUTPUT_LIMIT + 1}); import time; time.sleep(60)"), 10)
        assert time.monotonic() - began < 5
    assert isinstance(hung, Unknown)
    assert isinstance(closed, Unknown)
    assert isinstance(endless, Unknown)
    reasons = (hung.reason, closed.reason, endless.reason)
    assert reasons == (Reason.TIMEOUT, Reason.TIMEOUT, Reason.BAD_RESPONSE)
    missing = run(("/nonexistent/program",), 1)
    assert isinstance(missing, Unknown)
    assert missing.reason is Reason.NOT_FOUND


# --- together, in the collector's child


def test_together_they_answer_in_time_and_leave_nothing(tmp_path: Path) -> None:
    sources = {name: catalog.sources()[name] for name in NAMES}
    root = machine(tmp_path)
    before = sorted(root.rglob("*"))
    with nothing_left_behind():
        collected = collector.collect(
            sources, Host(root), INSTANCE, Aws("eu-central-1"), 8.0, TARGETS
        )
    assert plainly(collected.facts) == SAYS
    assert set(collected.milliseconds) == set(NAMES)
    assert all(took is not None and took < 1000 for took in collected.milliseconds.values())
    assert sorted(root.rglob("*")) == before


def test_on_this_machine_whatever_it_is_each_answers_or_says_why() -> None:
    sources = {name: catalog.sources()[name] for name in NAMES if name != "internet"}
    with nothing_left_behind():
        collected = collector.collect(sources, Host(), INSTANCE, Aws("eu-central-1"), 8.0)
    crashed = {
        name
        for name, fact in collected.facts.items()
        if isinstance(fact, Unknown) and fact.reason is Reason.INTERNAL_ERROR
    }
    assert crashed == set()
    assert isinstance(collected.facts["jupyter_server"], Known)
    assert root_access.SOURCE.facts[0] in collected.facts
