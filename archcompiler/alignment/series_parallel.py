"""The tree of a network: units in series, and between them branches in parallel.

A cut vertex is a unit through which everything passes. Between two of them lie branches
that share nothing; each is cut again. What cannot be cut is one series, told from its
end backwards.
"""

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from archcompiler.units.network import Network
from archcompiler.units.ordering import feeders_first, way_to
from archcompiler.units.units import Unit

Places = Sequence[int]


@dataclass(frozen=True, eq=False)
class Leaf:
    """One unit in a tree. `key` is equal where nothing tells two elements apart."""

    unit: Unit
    key: int

    @property
    def weight(self) -> float:
        """What it costs to leave the element unmatched."""
        return self.unit.weight

    def units(self) -> Iterator[Unit]:
        """Return the units of the element."""
        yield self.unit


@dataclass(frozen=True, eq=False)
class Series:
    """Elements one after the other; none in an identity."""

    elements: "tuple[Leaf | Parallel, ...]"
    key: Hashable
    weight: float

    def units(self) -> Iterator[Unit]:
        """Return the units of all elements."""
        for element in self.elements:
            yield from element.units()


@dataclass(frozen=True, eq=False)
class Parallel:
    """Branches that begin at the same value and end at the same unit."""

    branches: tuple[Series, ...]
    merge: Unit | None
    """The unit that takes what the branches give; None where they are the outputs."""

    key: int
    weight: float

    @property
    def is_ordered(self) -> bool:
        """Whether the order of the branches changes what comes out."""
        return self.merge is None or self.merge.is_ordered

    def units(self) -> Iterator[Unit]:
        """Return the units of all branches."""
        for branch in self.branches:
            yield from branch.units()


Element = Leaf | Parallel


def tree_of(network: Network) -> Series:
    """Return the tree of a network, from its inputs to its outputs."""
    return _Cutter(network).run()


class _Cutter:
    """Cuts a network that has one more place before all inputs and one after all."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.keys: dict[Hashable, int] = {}
        count = len(network.units)
        self.start, self.end = 0, count + 1
        self.feeds: list[Places] = [
            (),
            *(tuple(each + 1 for each in u.operands) or (0,) for u in network.units),
            tuple(each + 1 for each in network.outputs),
        ]

    def run(self) -> Series:
        return self._cut(self.start, self.end, range(1, self.end))

    def _cut(
        self, start: int, end: int, inside: Places, *, is_part: bool = False
    ) -> Series:
        """Return the series between two places, both left out."""
        found = self._cut_places(start, end, inside)
        if not found and is_part:
            return self._series(self._tangle(end, inside))
        cuts = [start, *found, end]
        elements: list[Element] = []
        at = 0
        for first, last in pairwise(cuts):
            between = []
            while at < len(inside) and inside[at] < last:
                between.append(inside[at])
                at += 1
            elements += self._between(first, last, between)
            if last != end:
                elements.append(self._leaf(last))
                at += 1
        return self._series(elements)

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
            return self._tangle(last, inside)
        branches = [(at, self._series([])) for at in identities]
        for part in parts:
            at = min(at for at, feed in enumerate(feeds) if feed in part)
            branches.append((at, self._cut(first, last, sorted(part), is_part=True)))
        branches.sort(key=lambda branch: branch[0])
        return [self._parallel([branch for _, branch in branches], last)]

    def _tangle(self, last: int, inside: Places) -> list[Element]:
        """Return what cannot be cut in an order that its writer did not choose."""
        units = self.network.units
        ways = {place: way_to(units, place - 1) for place in inside}

        def feeds(place: int) -> Places:
            fed = [feed for feed in self.feeds[place] if feed in ways]
            is_free = place != self.end and not units[place - 1].is_ordered
            return sorted(fed, key=ways.__getitem__) if is_free else fed

        return [self._leaf(place) for place in feeders_first(last, feeds)]

    def _parts(self, inside: list[int]) -> list[set[int]]:
        """Return the places inside, those together that edges connect."""
        part_of = {place: {place} for place in inside}
        for place in inside:
            for feed in self.feeds[place]:
                if feed in part_of and part_of[feed] is not part_of[place]:
                    joined = part_of[feed] | part_of[place]
                    part_of.update(dict.fromkeys(joined, joined))
        return list({id(part): part for part in part_of.values()}.values())

    def _leaf(self, place: int) -> Leaf:
        unit = self.network.units[place - 1]
        return Leaf(unit, self._key(unit.signature))

    def _series(self, elements: list[Element]) -> Series:
        key = self._key(("series", *(element.key for element in elements)))
        weight = sum(element.weight for element in elements)
        return Series(tuple(elements), key, weight)

    def _parallel(self, branches: list[Series], last: int) -> Parallel:
        merge = None if last == self.end else self.network.units[last - 1]
        kind = merge and merge.kind
        key = self._key(("parallel", kind, *(each.key for each in branches)))
        weight = sum(branch.weight for branch in branches)
        return Parallel(tuple(branches), merge, key, weight)

    def _key(self, signature: Hashable) -> int:
        return self.keys.setdefault(signature, len(self.keys))
