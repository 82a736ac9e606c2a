"""The environment this command runs in, which need not be the Jupyter server's."""

from __future__ import annotations

import os
import platform
import shlex
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path

from .._version import VERSION
from ..host import Host, Unreadable
from ..model import Step
from .rows import Row

SYSTEM_ENV = "/home/ec2-user/anaconda3/envs/JupyterSystemEnv"
"""Where the Jupyter server of a notebook instance runs."""

PACKAGES = (
    *("jupyter_server", "jupyterlab", "notebook", "ipywidgets", "jupyterlab_widgets"),
    *("ipykernel", "boto3", "botocore", "tornado", "traitlets"),
)
_VARIABLES = (
    *("JUPYTER_CONFIG_DIR", "JUPYTER_CONFIG_PATH", "JUPYTER_DATA_DIR", "JUPYTER_PATH"),
    *("JUPYTER_RUNTIME_DIR", "JUPYTER_PREFER_ENV_PATH", "JUPYTER_NO_CONFIG"),
    *("JUPYTER_PLATFORM_DIRS", "JUPYTERLAB_DIR"),
)
"""Those that say where Jupyter looks; others may hold secrets and are not read."""


@dataclass(frozen=True)
class Environment:
    """A package that is not installed has None. `system_env` is a notebook instance's environment
    for the server where this machine has it, and `in_system_env` whether this is it."""

    version: str
    prefix: str
    executable: str
    python: str
    packages: Mapping[str, str | None] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)
    system_env: str | None = None
    in_system_env: bool = False


def look(host: Host) -> Environment:
    """Ask Python about itself; no package is imported."""
    system = str(host.path(SYSTEM_ENV)) if _is_there(host) else None
    return Environment(
        version=VERSION,
        prefix=sys.prefix,
        executable=sys.executable,
        python=platform.python_version(),
        packages={name: _version(name) for name in PACKAGES},
        variables={name: os.environ[name] for name in _VARIABLES if name in os.environ},
        system_env=system,
        in_system_env=system is not None and Path(sys.prefix).resolve() == Path(system).resolve(),
    )


def _is_there(host: Host) -> bool:
    try:
        return host.exists(SYSTEM_ENV)
    except Unreadable:
        return False


def _version(package: str) -> str | None:
    try:
        return metadata.version(package) or "damaged"
    except metadata.PackageNotFoundError:
        return None
    except (KeyError, ValueError, OSError):  # its METADATA lacks a version, or is no text
        return "damaged"


def rows(environment: Environment) -> Iterator[Row]:
    """The section as text."""
    yield Row("environment", environment.prefix)
    yield Row("Python", f"{environment.python}, {environment.executable}")
    if environment.system_env is not None:
        here = "this is" if environment.in_system_env else "this is not"
        yield Row("on the instance", f"{here} the Jupyter server's environment")
    yield Row("jupyter_sm_guard", environment.version)
    for name, version in environment.packages.items():
        yield Row(name, version or "not installed")
    for name, value in environment.variables.items():
        yield Row("variable", f"{name}={value}")


def to_do(environment: Environment) -> Iterator[Step]:
    """Where to look instead, when this environment has no Jupyter server or not the server."""
    if environment.system_env is not None and not environment.in_system_env:
        yield Step(
            f"The Jupyter server of a notebook instance runs in {environment.system_env}, this "
            "command does not. Run it there:",
            shlex.join([f"{environment.system_env}/bin/jupyter", "sm-guard", "doctor"]),
        )
    elif environment.packages["jupyter_server"] is None:
        yield Step(
            f"There is no Jupyter server in {environment.prefix}. Run the doctor in the "
            "environment of your Jupyter server, and install jupyter_sm_guard there if it lacks it."
        )
