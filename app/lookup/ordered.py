"""Names in order, never changed and cheap to change: in short runs, of which a copy shares nearly all."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Set
from itertools import chain
from typing import Final

_RUN: Final = 1024
"""Names in a run when it is made; one that has grown to twice as many is parted."""


class Ordered:
    """Names, each once, in order."""

    __slots__ = ("_firsts", "_runs")

    def __init__(self, runs: tuple[tuple[str, ...], ...] = ()) -> None:
        self._runs = runs
        self._firsts = tuple(run[0] for run in runs)

    def __len__(self) -> int:
        return sum(map(len, self._runs))

    def __iter__(self) -> Iterator[str]:
        return chain.from_iterable(self._runs)

    def since(self, name: str) -> Iterator[str]:
        """Give the names from one on, which need not be there."""
        at = max(bisect_right(self._firsts, name) - 1, 0)
        for run in self._runs[at : at + 1]:
            yield from run[bisect_left(run, name) :]
        yield from chain.from_iterable(self._runs[at + 1 :])

    def changed(self, *, add: Set[str], drop: Set[str]) -> "Ordered":
        """Give a copy with some names more, and without some others."""
        if not add and not drop:
            return self
        if not self._runs:
            return Ordered(tuple(_parted(sorted(add))))
        touched: defaultdict[int, set[str]] = defaultdict(set)
        for name in add | drop:
            touched[max(bisect_right(self._firsts, name) - 1, 0)].add(name)
        runs: list[tuple[str, ...]] = []
        for at, run in enumerate(self._runs):
            if at in touched:
                runs += _parted(sorted(({*run} | touched[at]) - drop))
            else:
                runs.append(run)
        return Ordered(tuple(runs))


def _parted(names: list[str]) -> Iterator[tuple[str, ...]]:
    step = len(names) if len(names) <= 2 * _RUN else _RUN
    for start in range(0, len(names), step or 1):
        yield tuple(names[start : start + step])
