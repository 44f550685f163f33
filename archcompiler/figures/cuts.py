"""Cuts: where a long table is continued beside or below itself."""

from collections.abc import Sequence
from itertools import accumulate, pairwise

from archcompiler.figures.lines import RowLine
from archcompiler.figures.skips import Edge, edges_of
from archcompiler.figures.wording import size

SHIFT = 3
"""By how many rows a cut may move so that fewer edges lead over it."""


def parts_of(lines: Sequence[RowLine], count: int) -> list[range]:
    """Return the rows of at most `count` parts, which are of nearly one length."""
    cuts = sorted({0, *_cuts(lines, min(count, len(lines))), len(lines)})
    return [range(first, last) for first, last in pairwise(cuts)]


def _cuts(lines: Sequence[RowLine], count: int) -> list[int]:
    over = _edges_over(len(lines), edges_of(lines))
    found = []
    for number in range(1, count):
        middle = round(number * len(lines) / count)
        near = range(max(1, middle - SHIFT), min(len(lines), middle + SHIFT + 1))
        found.append(min(near, key=lambda at: _cost(lines, over, at, middle)))
    return found


def _cost(
    lines: Sequence[RowLine], over: Sequence[int], at: int, middle: int
) -> tuple[int, bool, bool, int]:
    one, other = lines[at - 1].shape, lines[at].shape
    return over[at], size(one) == size(other), one == other, abs(at - middle)


def _edges_over(count: int, edges: Sequence[Edge]) -> list[int]:
    """Return how many edges lead over the place before each row."""
    change = [0] * (count + 2)
    for source, target in edges:
        change[source + 1] += 1
        change[target + 1] -= 1
    return list(accumulate(change))
