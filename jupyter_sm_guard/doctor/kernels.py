"""The kernels, and whether jupyter_sm_guard is where they run; told by looking, starting nothing.

A kernel has its own environment on a notebook instance. What shows the guard in notebooks has to be
installed there, at the server's version.
"""

from __future__ import annotations

import os
import re
import shlex
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..installation.files import Reader, data_folders
from ..model import Step
from .rows import Row

PACKAGES = ("jupyter_sm_guard", "ipywidgets")


@dataclass(frozen=True)
class Kernel:
    """A kernel and its environment; a package that is not installed has None. `problem` says why
    something can't be told."""

    name: str
    path: str
    environment: str | None = None
    packages: Mapping[str, str | None] = field(default_factory=dict)
    problem: str | None = None


def look(reader: Reader) -> tuple[Kernel, ...]:
    """Every kernelspec that Jupyter finds from here, and those of conda's other environments: on a
    notebook instance these are offered too."""
    found: dict[str, Kernel] = {}
    for folder in data_folders("kernels"):
        for name in reader.names(folder):
            kernel = _kernel(reader, name, folder / name / "kernel.json", Path(sys.prefix))
            if kernel is not None:
                found.setdefault(name, kernel)
    for environment in _neighbours(reader):
        for name in reader.names(environment / "share" / "jupyter" / "kernels"):
            path = environment / "share" / "jupyter" / "kernels" / name / "kernel.json"
            kernel = _kernel(reader, f"{environment.name}: {name}", path, environment)
            if kernel is not None:
                found.setdefault(kernel.name, kernel)
    return tuple(found.values())


def _neighbours(reader: Reader) -> Iterator[Path]:
    envs = Path(sys.prefix).parent
    if envs.name == "envs":
        here = Path(sys.prefix).name
        yield from (envs / name for name in reader.names(envs) if name != here)


def _kernel(reader: Reader, name: str, path: Path, own: Path) -> Kernel | None:
    data = reader.object(path)
    if data is None:
        return None
    environment = _environment(data, own)
    if environment is None:
        is_python = str(data.get("language", "")).casefold() == "python"
        why = "can't tell its environment" if is_python else "not a Python kernel"
        return Kernel(name, str(path), problem=why)
    packages = installed(reader, environment)
    problem = None if packages else "can't tell what is installed there"
    return Kernel(name, str(path), str(environment), packages, problem)


def _environment(data: dict[str, Any], own: Path) -> Path | None:
    """The prefix of the Python that a kernel.json starts. Jupyter puts its own Python in place of a
    bare `python`; nb_conda_kernels names the environment as an argument."""
    given = data.get("argv")
    argv = [part for part in given if isinstance(part, str)] if isinstance(given, list) else []
    if "nb_conda_kernels.runner" in argv[:-1]:
        return Path(argv[argv.index("nb_conda_kernels.runner") + 1])
    if not argv or not re.fullmatch(r"python[0-9.]*", os.path.basename(argv[0])):
        return None
    if os.path.isabs(argv[0]):
        return Path(os.path.normpath(argv[0])).parent.parent
    return own if "/" not in argv[0] else None


def installed(reader: Reader, environment: Path) -> dict[str, str | None]:
    """The versions of `PACKAGES` in an environment, by the names of what pip left there; empty when
    that can't be told."""
    library = environment / "lib"
    pythons = [library / name for name in reader.names(library) if name.startswith("python3")]
    folders = [python / kind for python in pythons for kind in ("site-packages", "dist-packages")]
    folders = [folder for folder in folders if folder.is_dir()]
    versions = [_versions(folder) for folder in folders]
    found: dict[str, str | None] = dict.fromkeys(PACKAGES)
    for there in reversed(versions):
        found |= {package: there[package] for package in PACKAGES if package in there}
    if None in found.values() and not (folders and _is_closed(reader, environment)):
        return {}
    return found


def _versions(folder: Path) -> dict[str, str]:
    form = re.compile(r"(\w+)-([0-9][\w.!+]*?)(?:-py[0-9.]+)?\.(?:dist|egg)-info", re.ASCII)
    try:
        with os.scandir(folder) as entries:
            matches = [form.fullmatch(entry.name) for entry in entries]
    except OSError:
        return {}
    return {match[1].casefold(): match[2] for match in matches if match is not None}


def _is_closed(reader: Reader, environment: Path) -> bool:
    """Whether what is not in this folder is not installed: an own environment of conda's or venv's,
    without the system's packages."""
    if (environment / "conda-meta").is_dir():
        return True
    settings = reader.content(environment / "pyvenv.cfg") or b""
    shares = re.search(rb"(?im)^include-system-site-packages\s*=\s*true", settings)
    return bool(settings) and not shares


def rows(kernels: tuple[Kernel, ...]) -> Iterator[Row]:
    """The section as text."""
    for kernel in kernels:
        yield Row(kernel.name, kernel.environment or kernel.path)
        told = [f"{name} {version or 'not installed'}" for name, version in kernel.packages.items()]
        yield Row("", ", ".join(told) or kernel.problem or "")


def to_do(kernels: tuple[Kernel, ...], version: str) -> Iterator[Step]:
    """A kernel with another version of ours than the server; none at all is no fault."""
    seen = set[str | None]()
    for kernel in kernels:
        has = kernel.packages.get("jupyter_sm_guard")
        if has in (None, version) or kernel.environment in (None, *seen):
            continue
        seen.add(kernel.environment)
        pip = [f"{kernel.environment}/bin/python", "-m", "pip", "install"]
        yield Step(
            f"The kernel {kernel.name} has jupyter_sm_guard {has}, this environment {version}. "
            "Install the same version there:",
            shlex.join([*pip, f"jupyter_sm_guard=={version}"]),
        )
