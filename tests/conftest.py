"""What several test files share."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings
from jupyter import Host, are_named, hosts

from jupyter_sm_guard.model import Evidence, Fact, FactValue, Known, Reason, Resource, Unknown
from jupyter_sm_guard.model import ResourceKind as Kind
from jupyter_sm_guard.place import Place

if TYPE_CHECKING:
    from faults.server import Server
    from playwright.sync_api import Browser
    from screen import Stage

# a shell that starts the tests in its background has them, and all that they start, ignore it
signal.signal(signal.SIGINT, signal.default_int_handler)
settings.register_profile("untimed", deadline=None)  # how busy the machine is proves nothing
settings.load_profile("untimed")

NOON = datetime(2026, 11, 23, 12, 0, 0, tzinfo=timezone.utc)
INSTANCE = Resource(
    Kind.NOTEBOOK_INSTANCE,
    arn="arn:aws:sagemaker:eu-central-1:111122223333:notebook-instance/team-nb",
    name="Team-NB",
    region="eu-central-1",
    account="111122223333",
    partition="aws",
)


def fact(value: FactValue | Reason) -> Fact:
    """A Known, or for a Reason an Unknown."""
    if isinstance(value, Reason):
        return Unknown(value, f"no value because of {value.value}")
    return Known(value, "DescribeNotebookInstance", NOON, "request-1")


@pytest.fixture(scope="session")
def evidence_of() -> Callable[..., Evidence]:
    """Evidence about a notebook instance with the given facts; Reasons stand for Unknowns."""

    def make(**facts: FactValue | Reason) -> Evidence:
        return Evidence(INSTANCE, facts={name: fact(value) for name, value in facts.items()})

    return make


def host_of(item: pytest.Item) -> Host | None:
    """The Jupyter that the test drives, where it drives one."""
    callspec = getattr(item, "callspec", None)
    return callspec.params.get("host") if callspec else None


def is_for_its_host(item: pytest.Item) -> bool:
    """False where its marker `hosts` names others: what the host lacks can't be tested there. And
    what is the `same_everywhere` is looked at in JupyterLab, unless hosts are asked for by name."""
    marker, of_host = item.get_closest_marker("hosts"), host_of(item)
    if of_host is None:
        return True
    if item.get_closest_marker("same_everywhere") and of_host.name != "lab" and not are_named():
        return False
    return marker is None or of_host.name in marker.args


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what its host can't do; where pytest-xdist is at work, the tests of one file on
    one host stay together: they share a server, and a process has few of those to start."""
    config.hook.pytest_deselected(items=[item for item in items if not is_for_its_host(item)])
    items[:] = filter(is_for_its_host, items)
    if config.pluginmanager.hasplugin("xdist"):
        for item in items:
            if of_host := host_of(item):
                item.add_marker(pytest.mark.xdist_group(f"{of_host.name} {item.path.name}"))


@pytest.fixture
def static_keys(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Static keys, and a home folder of our own."""
    from faults.machine import KEYS

    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name, value in {**KEYS, "HOME": str(tmp_path / "home")}.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def machine_of(tmp_path: Path) -> Callable[[Server], Place]:
    """A notebook instance for which that server is AWS."""
    from faults.machine import notebook_instance

    root = notebook_instance(tmp_path / "root")
    return lambda aws: Place(root, aws.url)


# What is imported inside is heavy, and not there in the environment of the oldest versions.


@pytest.fixture(scope="session", params=hosts(), ids=lambda host: host.name)
def host(request: pytest.FixtureRequest) -> Host:
    """JupyterLab, then Notebook 7 (or what SM_GUARD_HOSTS says)."""
    chosen: Host = request.param
    return chosen


# Not for the session: Playwright leaves an event loop running, which other tests can't stand.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A Chromium without a window."""
    from screen import chromium

    with chromium() as started:
        yield started


@pytest.fixture(scope="session")
def stage(host: Host, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The host's server that tests share; whatever an earlier test made it show."""
    from screen import staging

    with staging(host, tmp_path_factory.mktemp(host.name)) as started:
        yield started


@pytest.fixture
def failing(stage: Stage) -> Stage:
    """The shared server, every control failing."""
    stage.show("non-compliant")
    return stage
