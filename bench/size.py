"""How much the browser downloads, beside two well-known extensions."""

from __future__ import annotations

import gzip
import subprocess
import sys
import zipfile
from pathlib import Path

from .measure import Bound, Kind, Row, say
from .simulated import SimulatedAws

PEERS = ("jupyter-resource-usage==1.3.0", "jupyterlab-lsp==5.3.0")
DOWNLOADS = Path(__file__).parent.parent / "build" / "bench"
BOUND = Bound(Kind.OURS, 40)


def run(_: SimulatedAws, quick: bool) -> list[Row]:
    """All JavaScript and CSS of a prebuilt extension, each file compressed with gzip."""
    static = Path(sys.prefix) / "share" / "jupyter" / "labextensions" / "jupyter-sm-guard"
    ours = {str(p.relative_to(static)): p.read_bytes() for p in static.rglob("*") if p.is_file()}
    say(f"ours: {_words(ours)}")
    rows = []
    for peer in PEERS:
        wheel = _wheel(peer, quick)
        if wheel is None:
            say(f"{peer}: can't be downloaded, left out")
            continue
        with zipfile.ZipFile(wheel) as archive:
            names = [name for name in archive.namelist() if ".data/data/share/jupyter/lab" in name]
            theirs = {name: archive.read(name) for name in names}
        say(f"{peer}: {_words(theirs)}")
        rows.append(_row(ours, _kilobytes(theirs), peer))
    return rows or [_row(ours, None, "")]


def _row(ours: dict[str, bytes], theirs: float | None, peer: str) -> Row:
    return Row("size", "JS + CSS, gzip", "kB", _kilobytes(ours), theirs, peer, BOUND)


def _wheel(peer: str, quick: bool) -> Path | None:
    """The peer's wheel, from this folder or else from PyPI; None without either."""
    name, version = peer.replace("-", "_").split("==")
    pattern = f"{name}-{version}-*.whl"
    if not list(DOWNLOADS.glob(pattern)):
        DOWNLOADS.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        options = ["--only-binary=:all:", "--retries=1", "--timeout=15", "--dest", str(DOWNLOADS)]
        try:
            limit = 30 if quick else 120
            subprocess.run(
                [*command, *options, peer], check=False, capture_output=True, timeout=limit
            )
        except subprocess.TimeoutExpired:
            return None
    return next(iter(DOWNLOADS.glob(pattern)), None)


def _kilobytes(files: dict[str, bytes]) -> float:
    return sum(len(gzip.compress(data, 9)) for data in _sent(files).values()) / 1000


def _sent(files: dict[str, bytes]) -> dict[str, bytes]:
    return {name: data for name, data in files.items() if name.endswith((".js", ".css"))}


def _words(files: dict[str, bytes]) -> str:
    sent = _sent(files)
    raw = sum(map(len, sent.values())) / 1000
    return f"{len(sent)} files, {raw:.1f} kB, {_kilobytes(files):.1f} kB with gzip"
