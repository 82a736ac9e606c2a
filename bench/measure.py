"""Numbers side by side: medians, percentiles, a row with its bound, the table at the end."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TypeVar

T = TypeVar("T")


class Kind(Enum):
    """What a bound limits."""

    OURS = "ours ≤ {} {unit}"
    RATIO = "ratio ≤ {}"
    MORE = "difference ≤ {} {unit}"


@dataclass(frozen=True)
class Bound:
    """The most that may be measured."""

    kind: Kind
    limit: float


@dataclass(frozen=True)
class Row:
    """One comparison. `ours` and `theirs` are medians (or what `what` says); `detail` is how the
    data came about. Without a bound it only informs."""

    benchmark: str
    what: str
    unit: str
    ours: float
    theirs: float | None = None
    peer: str = ""
    bound: Bound | None = None
    detail: str = ""
    pairs: float | None = None

    @property
    def ratio(self) -> float | None:
        """Ours over theirs."""
        if self.pairs is not None:
            return self.pairs
        return self.ours / self.theirs if self.theirs else None

    @property
    def missed(self) -> bool:
        """Whether there is a bound and the measurement is beyond it."""
        if self.bound is None:
            return False
        measured = {
            Kind.OURS: self.ours,
            Kind.RATIO: self.ratio,
            Kind.MORE: self.ours - (self.theirs or 0.0),
        }[self.bound.kind]
        return measured is None or measured > self.bound.limit

    def cells(self) -> list[str]:
        """The row as the table has it."""
        theirs = "" if self.theirs is None else f"{number(self.theirs)} {self.unit} {self.peer}"
        ratio = self.ratio
        words = "-"
        if self.bound is not None:
            words = self.bound.kind.value.format(number(self.bound.limit), unit=self.unit)
        return [
            self.benchmark,
            self.what,
            f"{number(self.ours)} {self.unit}",
            theirs or "-",
            "-" if ratio is None else f"{ratio:.3f}" if ratio < 100 else f"{ratio:.0f}",
            words,
            "-" if self.bound is None else "MISSED" if self.missed else "ok",
        ]


HEADINGS = ["benchmark", "what", "ours", "beside", "ratio", "bound", ""]


def table(rows: Sequence[Row]) -> str:
    """The rows under each other, columns aligned."""
    lines = [HEADINGS, *(row.cells() for row in rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(HEADINGS))]
    lines.insert(1, ["-" * width for width in widths])
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def number(value: float) -> str:
    """Three digits that count, without an exponent."""
    if value == int(value):
        return str(int(value))
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2 if abs(value) >= 1 else 3
    return f"{value:.{digits}f}"


def median(values: Iterable[float]) -> float:
    """The middle one."""
    return statistics.median(values)


def percentile(values: Iterable[float], percent: float) -> float:
    """The smallest value that is not exceeded by `percent` % of the values."""
    ordered = sorted(values)
    if not ordered:
        raise ValueError("nothing was measured")
    return ordered[min(len(ordered) - 1, max(0, -int(-len(ordered) * percent // 100) - 1))]


def spread(values: Sequence[float], unit: str) -> str:
    """Data in few words: how many, their median, their middle half, the extremes."""
    ordered = sorted(values)
    low, high = percentile(ordered, 25), percentile(ordered, 75)
    return (
        f"n {len(ordered)}, median {number(median(ordered))} {unit}, half in {number(low)}"
        f"…{number(high)}, all in {number(ordered[0])}…{number(ordered[-1])}"
    )


def interleaved(rounds: int, *sides: Callable[[], T]) -> list[list[T]]:
    """Every side `rounds` times, by turns; the order is reversed each round, so that none always
    follows the same neighbour."""
    data: list[list[T]] = [[] for _ in sides]
    for turn in range(rounds):
        order = range(len(sides)) if turn % 2 == 0 else reversed(range(len(sides)))
        for index in order:
            data[index].append(sides[index]())
    return data


def say(*lines: str) -> None:
    """Print at once: a benchmark takes a while."""
    for line in lines:
        print(f"  {line}", flush=True)
