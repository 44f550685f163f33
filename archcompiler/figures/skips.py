"""Skips: edges between rows that are no neighbours, on two sides of a trunk."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Sequence
from dataclasses import dataclass, replace

from archcompiler.figures.lines import RowLine


@dataclass(frozen=True)
class Skip:
    """An edge between two rows that are not neighbours."""

    source: int
    target: int
    side: int = 0
    """0 is the left or above, 1 the right or below."""

    lane: int = 0


Edge = tuple[int, int]
"""From which row to which."""


def edges_of(lines: Sequence[RowLine]) -> list[Edge]:
    """Return the edges between rows that are not neighbours."""
    return [
        (source, at)
        for at, line in enumerate(lines)
        for source in line.sources
        if source != at - 1
    ]


def skips_of(lines: Sequence[RowLine]) -> list[Skip]:
    """Return the edges beside the trunk, on two sides, so that few cross."""
    return routed(edges_of(lines))


def routed(edges: Sequence[Edge]) -> list[Skip]:
    """Return where edges run, each of them once.

    An edge stands on the left unless it would cross one there; it lies outside of all
    shorter ones that it passes.
    """
    pages: tuple[list[Skip], list[Skip]] = ([], [])
    ends: tuple[list[int], list[int]] = ([], [])
    for source, target in sorted(set(edges), key=lambda edge: (edge[0], -edge[1])):
        crossed = [_between(source, target, page) for page in ends]
        side = 0 if crossed[0] <= crossed[1] else 1
        pages[side].append(Skip(source, target, side))
        insort(ends[side], target)
    return [skip for page in pages for skip in _with_lanes(page)]


def skips_of_parts(skips: Sequence[Skip], parts: Sequence[range]) -> list[list[Skip]]:
    """Return the edges that lead along each of the parts of a table."""
    starts = [rows.start for rows in parts]
    found: list[list[Skip]] = [[] for _ in parts]
    for skip in skips:
        first = bisect_right(starts, skip.source) - 1
        last = bisect_right(starts, skip.target) - 1
        for at in range(first, last + 1):
            found[at].append(skip)
    return found


def skips_along(skips: Sequence[Skip], rows: range) -> list[Skip]:
    """Return the edges that lead along some rows, counted from the first of them.

    Edges that leave the rows keep the order in which they lie beside the trunk.
    """
    pages: tuple[list[Skip], list[Skip]] = ([], [])
    first = rows.start
    for skip in skips:
        if skip.source < rows.stop and skip.target >= first:
            source, target = skip.source - first, skip.target - first
            pages[skip.side].append(Skip(source, target, skip.side))
    return [skip for page in pages for skip in _with_lanes(page)]


def _between(source: int, target: int, ends: Sequence[int]) -> int:
    """Return how many edges end within another; those that began before cross it."""
    return bisect_left(ends, target) - bisect_right(ends, source)


def _with_lanes(page: Sequence[Skip]) -> list[Skip]:
    placed: list[Skip] = []
    taken = _Taken(min([skip.source for skip in page], default=0))
    for skip in sorted(page, key=lambda each: (each.target - each.source, each.source)):
        lane = taken.take(skip.source, skip.target - 1)
        placed.append(replace(skip, lane=lane))
    return placed


class _Taken:
    """The outermost lane that is taken below each row: a step function.

    An edge leaves below the middle of a row and enters above it, so one that ends where
    another begins may run in the same lane.
    """

    def __init__(self, first: int) -> None:
        self.starts = [first]
        self.lanes = [-1]

    def take(self, first: int, last: int) -> int:
        """Take the next lane outwards below all rows from one to another."""
        begin = bisect_right(self.starts, first) - 1
        end = bisect_left(self.starts, last + 1)
        before, after = self.lanes[begin], self.lanes[end - 1]
        lane = max(self.lanes[begin:end]) + 1
        starts, lanes = [first, last + 1], [lane, after]
        if self.starts[begin] < first:
            starts, lanes = [self.starts[begin], *starts], [before, *lanes]
        if end < len(self.starts) and self.starts[end] == last + 1:
            starts.pop()
            lanes.pop()
        self.starts[begin:end] = starts
        self.lanes[begin:end] = lanes
        return lane
