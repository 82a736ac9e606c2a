"""Values that are set with the help of themselves, by way of however many others."""

from __future__ import annotations


class Circles:
    """Tells which values are part of a circle, from wherever one starts to follow them: Tarjan's
    strongly connected components (SIAM J. Comput. 1, 1972), over what is being followed."""

    def __init__(self) -> None:
        self._depth = 0
        self._lowest = 0
        self._before: list[int] = []
        self._open: dict[int, int] = {}

    def entered(self, key: int) -> None:
        """A value is followed from here on."""
        self._depth += 1
        self._open[key] = self._depth
        self._before.append(self._lowest)
        self._lowest = self._depth + 1

    def seen(self, key: int) -> None:
        """A value was asked about that has been followed before, or still is."""
        self._lowest = min(self._lowest, self._open.get(key, self._lowest))

    def left(self, key: int) -> bool:
        """The value was followed to its end; says whether it is part of a circle."""
        depth, lowest, before = self._depth, self._lowest, self._before.pop()
        self._depth -= 1
        self._lowest = min(before, lowest)
        if lowest > depth:
            del self._open[key]
            return False
        self._open[key] = lowest
        if lowest == depth:  # all of the circle is known now
            while self._open and self._open[(last := next(reversed(self._open)))] >= depth:
                del self._open[last]
            self._lowest = before
        return True
