"""Growing: units laid on each other from the inputs and the outputs inwards.

Where one thing differs, all that doesn't follow it still takes the same values, and all
that doesn't lead to it is still taken by the same units: both ways end at what differs.
What then stands between matched units is laid on each other as well as it goes.
"""

from collections.abc import Iterator, Sequence
from heapq import heappop, heappush
from typing import NamedTuple

from archcompiler.alignment.differences import IMPOSSIBLE, cost_of, differences
from archcompiler.alignment.likeness import Likeness
from archcompiler.units.network import Network, operands_of, takers

Pairing = dict[int, int]
"""Of units of the table, by their places, the place of the model's unit."""

_MISFIT = 1.0
"""What it costs that a neighbour of one unit isn't that of the other."""

_FIT = 0.5

_FURTHEST = 3
"""How many units without a partner may stand between a pair and the next."""

_LOOSELY = 2
_ABOVE, _BELOW = range(2)

Near = Sequence[tuple[int, int]]
"""Neighbours, and as which operand a value goes between, where that matters."""


class Candidate(NamedTuple):
    """Two units that may stand for each other; what fits best comes first."""

    tier: int
    cost: float
    alike: int
    apart: float
    one: int
    other: int
    skipped: float


def grow(table: Network, model: Network) -> Iterator[Pairing]:
    """Yield the units of two networks that stand for each other, as two ways find them.

    Downwards, what is one too many of equals is the last; upwards it is the first.
    """
    likeness = Likeness(table, model)
    for way in (_ABOVE, _BELOW):
        yield _Grower(_Side(table), _Side(model), likeness, way).run()


class _Side:
    """One network with its units' neighbours, above and below."""

    def __init__(self, network: Network) -> None:
        self.units = network.units
        self.outputs = network.outputs
        self.near: tuple[Sequence[Near], Sequence[Near]] = (
            [operands_of(unit) for unit in network.units],
            takers(network),
        )
        self.taken: set[int] = set()

    def free(self, place: int, way: int) -> list[int]:
        """Return the neighbours without a partner, one way."""
        near = dict.fromkeys(each for each, _ in self.near[way][place])
        return [each for each in near if each >= 0 and each not in self.taken]


class _Grower:
    def __init__(
        self, one: _Side, other: _Side, likeness: Likeness, first: int
    ) -> None:
        self.one, self.other = one, other
        self.likeness = likeness
        self.first = first
        self.partner: Pairing = {}
        self.heap: list[Candidate] = []
        self.edge: dict[int, None] = {}
        self.leapt: set[tuple[int, int]] = set()

    def run(self) -> Pairing:
        outputs = range(min(len(self.one.outputs), len(self.other.outputs)))
        self.partner.update({-1 - at: -1 - at for at in outputs})
        for pair in zip(self.one.outputs, self.other.outputs, strict=False):
            self._consider(*pair)
        inputs = (
            [at for at, unit in enumerate(side.units) if unit.family == "input"]
            for side in (self.one, self.other)
        )
        for pair in zip(*inputs, strict=False):
            self._join(*pair)
        while self._step():
            pass
        return {one: other for one, other in self.partner.items() if one >= 0}

    def _step(self) -> bool:
        """Join what fits best; return whether there was a pair."""
        if not self.heap or self.heap[0].tier == _LOOSELY:
            self._leap()
        if not self.heap:
            return False
        best = heappop(self.heap)
        if best.one in self.one.taken or best.other in self.other.taken:
            return True
        if best.tier == _LOOSELY:
            cost = self._cost(best.one, best.other)
            if cost is None:
                return True
            if cost + best.skipped > best.cost:
                heappush(self.heap, best._replace(cost=cost + best.skipped))
                return True
        self._join(best.one, best.other)
        return True

    def _join(self, one: int, other: int) -> None:
        self.partner[one] = other
        self.one.taken.add(one)
        self.other.taken.add(other)
        self.edge[one] = None
        for way in (_ABOVE, _BELOW):
            for ours in self.one.free(one, way):
                for theirs in self.other.free(other, way):
                    self._consider(ours, theirs)

    def _consider(self, one: int, other: int, skipped: float = 0.0) -> None:
        """Note two units as a pair that may be."""
        alike = -self.likeness.of(one, other)
        apart = abs(one / len(self.one.units) - other / len(self.other.units))
        if differences(self.one.units[one], self.other.units[other]) == []:
            for tier, way in enumerate((self.first, 1 - self.first)):
                if self._is_same(self.one.near[way][one], self.other.near[way][other]):
                    found = Candidate(tier, 0.0, alike, apart, one, other, 0.0)
                    heappush(self.heap, found)
                    return
        cost = self._cost(one, other)
        if cost is not None:
            cost += skipped
            found = Candidate(_LOOSELY, cost, alike, apart, one, other, skipped)
            heappush(self.heap, found)

    def _is_same(self, ours: Near, theirs: Near) -> bool:
        """Whether neighbours all have partners, and these are the other's."""
        if len(ours) != len(theirs) or any(x not in self.partner for x, _ in ours):
            return False
        return sorted((self.partner[x], at) for x, at in ours) == sorted(theirs)

    def _cost(self, one: int, other: int) -> float | None:
        """Return what it costs to join two units; None where leaving them is cheaper.

        A neighbour without a partner may stand between a unit and its own.
        """
        ours, theirs = self.one.units[one], self.other.units[other]
        cost = cost_of(ours, theirs)
        if cost == IMPOSSIBLE:
            return None
        fits = 0
        for way in (_ABOVE, _BELOW):
            mine, yours = self.one.near[way][one], self.other.near[way][other]
            here = {self.partner[x] for x, _ in mine if x in self.partner}
            there = {x for x, _ in yours if x in self.other.taken or x < 0}
            fits += len(here & there)
            open_here, open_there = len(mine) - len(here), len(yours) - len(there)
            cost += _MISFIT * max(0, len(here - there) - open_there)
            cost += _MISFIT * max(0, len(there - here) - open_here)
        if cost >= ours.weight + theirs.weight:
            return None
        return cost - _FIT * fits

    def _leap(self) -> None:
        """Consider pairs over units that may have no partner."""
        for one in [*self.edge]:
            other = self.partner[one]
            is_inside = True
            for way in (_ABOVE, _BELOW):
                mine = self._beyond(self.one, one, way)
                yours = self._beyond(self.other, other, way)
                is_inside &= not mine or not yours
                for x, y in self._over(mine, yours):
                    if (x, y) not in self.leapt:
                        self.leapt.add((x, y))
                        self._consider(x, y, mine[x] + yours[y])
            if is_inside:
                del self.edge[one]

    @staticmethod
    def _over(
        mine: dict[int, float], yours: dict[int, float]
    ) -> Iterator[tuple[int, int]]:
        """Yield the pairs in whose way nothing stands on one side."""
        for x, skipped in mine.items():
            for y, skipped_too in yours.items():
                if bool(skipped) != bool(skipped_too):
                    yield x, y

    @staticmethod
    def _beyond(side: _Side, place: int, way: int) -> dict[int, float]:
        """Return units without partner within reach, and the weight that is skipped."""
        found: dict[int, float] = {}
        waiting = [(place, 0.0)]
        for _ in range(_FURTHEST + 1):
            further = []
            for at, skipped in waiting:
                for near in side.free(at, way):
                    if near not in found:
                        found[near] = skipped
                        further.append((near, skipped + side.units[near].weight))
            waiting = further
        return found
