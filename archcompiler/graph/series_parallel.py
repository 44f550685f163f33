"""The tree of a graph: places in series, and between them branches in parallel.

A cut is a place through which everything passes. Between two of them lie branches that
share nothing; each is cut again. What cannot be cut is a tangle.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

Places = Sequence[int]


@dataclass(frozen=True)
class Series:
    """Elements one after the other; none in an identity."""

    elements: "tuple[Element, ...]"


@dataclass(frozen=True)
class Parallel:
    """Branches that begin at one value and end at one place, in its operands' order."""

    branches: tuple[Series, ...]
    merge: int | None
    """The place that takes what the branches give; None where they are the outputs."""


@dataclass(frozen=True)
class Tangle:
    """Places that lead to one, and share so much that they are no branches."""

    places: tuple[int, ...]
    end: int | None
    """The place that takes what they give; None for the outputs."""


Element = int | Parallel | Tangle
"""A place by itself, or what lies between two of them."""


def tree_of(feeds: Sequence[Places], outputs: Places) -> Series:
    """Return the tree of a graph.

    `feeds` holds the places that each place takes, all before it, -1 for what comes
    before all; a place that takes none takes that.

    Raises:
        RecursionError: where branches nest too deeply.
    """
    return _Cutter(feeds, outputs).run()


class _Cutter:
    """Cuts a graph that has one more place before all inputs and one after all."""

    def __init__(self, feeds: Sequence[Places], outputs: Places) -> None:
        self.start, self.end = 0, len(feeds) + 1
        self.feeds: list[Places] = [
            (),
            *(tuple([feed + 1 for feed in fed]) or (0,) for fed in feeds),
            tuple([output + 1 for output in outputs]),
        ]

    def run(self) -> Series:
        return self._cut(self.start, self.end, range(1, self.end))

    def _cut(
        self, start: int, end: int, inside: Places, *, is_part: bool = False
    ) -> Series:
        """Return the series between two places, both left out."""
        found = self._cut_places(start, end, inside)
        if not found and is_part:
            return Series((self._tangle(end, inside),))
        elements: list[Element] = []
        at = 0
        for first, last in pairwise([start, *found, end]):
            between = []
            while at < len(inside) and inside[at] < last:
                between.append(inside[at])
                at += 1
            elements += self._between(first, last, between)
            if last != end:
                elements.append(last - 1)
                at += 1
        return Series(tuple(elements))

    def _cut_places(self, start: int, end: int, inside: Places) -> list[int]:
        """Return the places over which no edge leads."""
        among = {*inside}
        reach = {end: min(among.intersection(self.feeds[end]), default=start)}
        among.add(start)
        for place in inside:
            reach[place] = min(among.intersection(self.feeds[place]), default=start)
        lowest, cuts = end, []
        for place in (end, *reversed(inside)):
            if lowest >= place != end:
                cuts.append(place)
            lowest = min(lowest, reach[place])
        return cuts[::-1]

    def _between(self, first: int, last: int, inside: list[int]) -> list[Element]:
        """Return the branches between two cuts, or what cannot be cut."""
        feeds = self.feeds[last]
        identities = [at for at, feed in enumerate(feeds) if feed == first]
        if not inside and len(identities) < 2:
            return []
        parts = self._parts(inside)
        if len(parts) == 1 and not identities:
            return [self._tangle(last, inside)]
        branches = [(at, Series(())) for at in identities]
        for part in parts:
            at = min(at for at, feed in enumerate(feeds) if feed in part)
            branches.append((at, self._cut(first, last, sorted(part), is_part=True)))
        branches.sort(key=lambda branch: branch[0])
        merge = None if last == self.end else last - 1
        return [Parallel(tuple([branch for _, branch in branches]), merge)]

    def _tangle(self, last: int, inside: Places) -> Tangle:
        end = None if last == self.end else last - 1
        return Tangle(tuple([place - 1 for place in inside]), end)

    def _parts(self, inside: list[int]) -> list[set[int]]:
        """Return the places inside, those together that edges connect."""
        part_of = {place: {place} for place in inside}
        for place in inside:
            for feed in self.feeds[place]:
                if feed in part_of and part_of[feed] is not part_of[place]:
                    joined = part_of[feed] | part_of[place]
                    part_of.update(dict.fromkeys(joined, joined))
        return list({id(part): part for part in part_of.values()}.values())
