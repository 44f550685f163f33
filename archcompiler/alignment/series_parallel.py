"""The tree of a network, its elements with keys and weights to be compared by.

What cannot be cut is one series, told from its end backwards.
"""

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass

from archcompiler.graph import series_parallel as graph
from archcompiler.units.network import Network
from archcompiler.units.ordering import feeders_first, way_to
from archcompiler.units.units import Unit


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
    feeds = [unit.operands for unit in network.units]
    return _Keying(network).series(graph.tree_of(feeds, network.outputs))


class _Keying:
    """Gives the elements of a tree their keys and weights."""

    def __init__(self, network: Network) -> None:
        self.units, self.outputs = network.units, network.outputs
        self.keys: dict[Hashable, int] = {}

    def series(self, series: graph.Series) -> Series:
        elements: list[Element] = []
        for element in series.elements:
            if isinstance(element, graph.Parallel):
                elements.append(self._parallel(element))
            elif isinstance(element, graph.Tangle):
                elements += map(self._leaf, self._told(element))
            else:
                elements.append(self._leaf(element))
        key = self._key(("series", *(element.key for element in elements)))
        weight = sum(element.weight for element in elements)
        return Series(tuple(elements), key, weight)

    def _parallel(self, parallel: graph.Parallel) -> Parallel:
        branches = tuple([self.series(branch) for branch in parallel.branches])
        merge = None if parallel.merge is None else self.units[parallel.merge]
        kind = merge and merge.kind
        key = self._key(("parallel", kind, *(each.key for each in branches)))
        weight = sum(branch.weight for branch in branches)
        return Parallel(branches, merge, key, weight)

    def _told(self, tangle: graph.Tangle) -> list[int]:
        """Return the places of a tangle in an order that its writer did not choose."""
        ways = {place: way_to(self.units, place) for place in tangle.places}
        end = len(self.units)
        last = end if tangle.end is None else tangle.end

        def feeds(place: int) -> Sequence[int]:
            if place == end:
                return [feed for feed in self.outputs if feed in ways]
            unit = self.units[place]
            fed = [feed for feed in unit.operands if feed in ways]
            return fed if unit.is_ordered else sorted(fed, key=ways.__getitem__)

        return feeders_first(last, feeds)

    def _leaf(self, place: int) -> Leaf:
        unit = self.units[place]
        return Leaf(unit, self._key(unit.signature))

    def _key(self, signature: Hashable) -> int:
        return self.keys.setdefault(signature, len(self.keys))
