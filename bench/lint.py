"""The linter beside ruff, nbqa with bandit, pynblint and detect-secrets, on the same notebooks.

The notebooks are those in the folder that SM_GUARD_CORPUS names, else the rules' own examples; a
small folder is copied until it holds enough, each copy's files a little different in length.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from jupyter_sm_guard import catalog
from jupyter_sm_guard.linter import results
from jupyter_sm_guard.linter.run import Run, Wish
from jupyter_sm_guard.linter.worker import ANSWERS

from .measure import Bound, Kind, Row, interleaved, median, percentile, say, spread
from .simulated import SimulatedAws

ENOUGH, QUICK_ENOUGH = 2900, 300
ROUNDS, QUICK_ROUNDS = 5, 2
PEERS = ("nbqa==1.9.1", "bandit==1.9.4", "pynblint==0.1.6", "detect-secrets==1.5.0")
PEER_LIMIT = 300  # seconds
COLD, WARM = Bound(Kind.RATIO, 0.75), Bound(Kind.RATIO, 0.125)
ONE, AFTER = Bound(Kind.MORE, 15), Bound(Kind.RATIO, 1 / 15)
EDITED, RARELY = Bound(Kind.OURS, 1), Bound(Kind.OURS, 5)
LINEAR = Bound(Kind.RATIO, 1.15)
Times = tuple[float, float]
"""Seconds on the clock, and of processors."""


def run(_: SimulatedAws, quick: bool) -> list[Row]:
    """Whole folder cold and warm, one notebook, one edited cell, twice as much."""
    rounds = QUICK_ROUNDS if quick else ROUNDS
    with tempfile.TemporaryDirectory(prefix="bench-lint-") as made:
        place = Path(made)
        os.environ["XDG_CACHE_HOME"] = str(place / "cache")
        folder = _folder(place / "notebooks", QUICK_ENOUGH if quick else ENOUGH)
        peers = _peers(place / "peers", quick)
        return [
            *_whole(folder, place, rounds),
            *_linear(folder, rounds),
            *_one(folder, peers, rounds),
            *_edited(folder),
            *_others(folder, peers),
        ]


def _folder(target: Path, enough: int) -> Path:
    files = list(_notebooks())
    copies = -(-enough // len(files))
    for copy in range(copies):
        for number, content in enumerate(files):
            path = target / f"{copy:04}" / f"{number:04}.ipynb"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.rstrip() + b"\n" * (copy % 7 + 1))
    size = sum(map(len, files)) * copies / 1e6
    say(f"{len(files)} notebooks in {copies} copies, {size:.0f} MB")
    return target


def _notebooks() -> Iterator[bytes]:
    corpus = os.environ.get("SM_GUARD_CORPUS")
    if corpus:
        yield from (path.read_bytes() for path in sorted(Path(corpus).rglob("*.ipynb")))
        return
    for rule in catalog.rules().values():
        for example in (*rule.good, *rule.bad):
            if example.file.endswith(".ipynb"):
                texts = [cell.replace("«", "").replace("»", "") for cell in example.cells]
                cells = [{"cell_type": "code", "metadata": {}, "outputs": [], "source": text,
                          "execution_count": None} for text in texts]  # fmt: skip
                yield _notebook(cells)


def _notebook(cells: list[Any]) -> bytes:
    content = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
    return json.dumps(content).encode()


def _timed(command: list[str], limit: float = PEER_LIMIT) -> Times:
    """How long a command runs, whatever it finds. Raises RuntimeError if it does not work."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=limit, check=False
    )
    took, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in (0, 1, 4):
        raise RuntimeError(f"{command[0]} ended with {done.returncode}: {done.stderr[-300:]!r}")
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return took, used


def _ours(*arguments: str) -> list[str]:
    script = str(Path(sys.prefix) / "bin" / "jupyter-sm-guard")
    return [script, "lint", "--no-config", "--posture", "none", *arguments]


def _ruff(*arguments: str) -> list[str]:
    script = str(Path(sys.prefix) / "bin" / "ruff")
    return [script, "check", "--isolated", "--select", "S", "--quiet", *arguments]


def _whole(folder: Path, place: Path, rounds: int) -> list[Row]:
    cache = f"--cache-dir={place / 'ruff'}"
    cold, ruff_cold = interleaved(
        rounds,
        partial(_timed, _ours("--no-cache", str(folder))),
        partial(_timed, _ruff("--no-cache", str(folder))),
    )
    time.sleep(3)  # what was written right before a run is not taken for unchanged
    for _ in range(2):
        _timed(_ours(str(folder)))
        _timed(_ruff(cache, str(folder)))
        time.sleep(3)
    warm, ruff_warm = interleaved(
        rounds, partial(_timed, _ours(str(folder))), partial(_timed, _ruff(cache, str(folder)))
    )
    rows = []
    for what, ours, theirs, bound in (
        ("folder, cold", cold, ruff_cold, COLD),
        ("folder, nothing changed", warm, ruff_warm, WARM),
    ):
        for index, unit in enumerate(("s", "CPU s")):
            mine, other = [t[index] for t in ours], [t[index] for t in theirs]
            say(f"{what}, ours {spread(mine, unit)}", f"{what}, ruff {spread(other, unit)}")
            row = Row("lint", what, unit, median(mine), median(other), "ruff S", bound)
            rows.append(row)
    return rows


def _linear(folder: Path, rounds: int) -> list[Row]:
    """The processor's time for everything, beside that for a quarter, four times."""
    quarter = [str(path) for path in sorted(folder.iterdir())]
    quarter = quarter[: max(1, len(quarter) // 4)]
    whole, part = interleaved(
        rounds,
        partial(_timed, _ours("--no-cache", str(folder))),
        partial(_timed, _ours("--no-cache", *quarter)),
    )
    scale = len(list(folder.iterdir())) / len(quarter)
    ours, theirs = median(t[1] for t in whole), scale * median(t[1] for t in part)
    return [Row("lint", "folder, cold", "CPU s", ours, theirs, "a quarter, scaled", LINEAR)]


def _one(folder: Path, peers: Path | None, rounds: int) -> list[Row]:
    """One notebook in which nothing is found, from a cold command line."""
    clean = next(path for path in sorted(folder.rglob("*.ipynb")) if _is_clean(path))
    empty = [sys.executable, "-c", "pass"]
    sides = [empty, _ours(str(clean)), _ruff("--no-cache", str(clean))]
    nothing, ours, ruff = interleaved(rounds * 8, *(partial(_timed, side) for side in sides))
    times = [[t[0] * 1000 for t in side] for side in (nothing, ours, ruff)]
    for name, values in zip(("empty Python", "ours", "ruff"), times, strict=True):
        say(f"one notebook, {name:13}{spread(values, 'ms')}")
    mine = median(times[1])
    rows = [
        Row("lint", "one notebook", "ms", mine, median(times[0]), "an empty Python", ONE),
        Row("lint", "one notebook", "ms", mine, median(times[2]), "ruff S"),
    ]
    for name, command in _commands(peers, clean).items():
        theirs = median(_timed(command)[0] * 1000 for _ in range(2))
        rows.append(Row("lint", "one notebook", "ms", mine, theirs, name, AFTER))
    return rows


def _is_clean(path: Path) -> bool:
    done = subprocess.run(_ours("--no-cache", str(path)), capture_output=True, check=False)
    return done.returncode == 0


def _edited(folder: Path) -> list[Row]:
    """One cell at a time, inside this process, every rule loaded."""
    run = Run(Wish((), posture=("none",), isolated=True))
    selection = run.selection_for(run.settings_for("cell.ipynb"))
    selection.gate.for_many()
    first = sorted(folder.iterdir())[0]
    cells = [
        _notebook([{**cell, "outputs": []}])  # while somebody types it
        for path in sorted(first.iterdir())
        for cell in json.loads(path.read_bytes()).get("cells", [])
        if cell.get("cell_type") == "code"
    ]
    for cell in cells:
        results.of_bytes(cell, "cell.ipynb", None, selection)
    times = []
    gc.disable()  # as in the editor's process, which collects between its answers
    for number, cell in enumerate(cells * 5):
        if number % ANSWERS == 0:
            gc.collect()
        began = time.perf_counter()
        results.of_bytes(cell, "cell.ipynb", None, selection)
        times.append((time.perf_counter() - began) * 1000)
    say(f"one cell, {spread(times, 'ms')}")
    return [
        Row("lint", "one cell, p99", "ms", percentile(times, 99), bound=EDITED),
        Row("lint", "one cell, p99.9", "ms", percentile(times, 99.9), bound=RARELY),
    ]


def _others(folder: Path, peers: Path | None) -> list[Row]:
    """The slow ones, on the first copy alone, once."""
    first = sorted(folder.iterdir())[0]
    commands = _commands(peers, first)
    mine = median(_timed(_ours("--no-cache", str(first)))[0] for _ in range(3)) if commands else 0
    rows = []
    for name, command in commands.items():
        try:
            theirs = _timed(command)[0]
        except subprocess.TimeoutExpired:
            theirs = float(PEER_LIMIT)
            say(f"{name} was not done after {PEER_LIMIT} s")
        rows.append(Row("lint", "one copy of the folder", "s", mine, theirs, name))
    return rows


def _peers(target: Path, quick: bool) -> Path | None:
    """An environment with the peers, from PyPI; None without a network."""
    venv.create(target, with_pip=True)
    command = [str(target / "bin" / "pip"), "install", "--quiet", "--retries=1", *PEERS]
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=60 if quick else 300)
    except (subprocess.SubprocessError, OSError):
        say(f"{', '.join(PEERS)}: can't be installed, left out")
        shutil.rmtree(target)
        return None
    return target / "bin"


def _commands(peers: Path | None, path: Path) -> dict[str, list[str]]:
    if peers is None:
        return {}
    scripts = {
        "nbqa bandit": [str(peers / "nbqa"), "bandit", str(path), "--quiet"],
        "pynblint": [str(peers / "pynblint"), str(path)],
        "detect-secrets": [str(peers / "detect-secrets"), "scan", "--all-files", str(path)],
    }
    return {name: command for name, command in scripts.items() if Path(command[0]).exists()}
