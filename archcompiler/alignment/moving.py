"""Moving: units of a chain that stand in another order in the model."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from archcompiler.alignment.differences import differences
from archcompiler.alignment.folding import Lone
from archcompiler.alignment.wiring import Pairing, Unlike
from archcompiler.units.network import Network, takers

Way = Callable[[Network, int], list[int]]

_FURTHEST = 4
"""How many units another one may have passed."""


class Moved(NamedTuple):
    """Units that follow each other, in the order of each side."""

    ours: tuple[int, ...]
    theirs: tuple[int, ...]


class _Taken(NamedTuple):
    """The one value that a unit takes here, and there; in the table's places."""

    unit: Unlike
    ours: int
    theirs: int


class Chains:
    """The units of two networks that follow each other, with nothing beside them."""

    def __init__(self, table: Network, model: Network, pairing: Pairing) -> None:
        self.table, self.model, self.pairing = table, model, pairing
        self.taken = {id(each): takers(each) for each in (table, model)}

    def swapped(self) -> Iterator[Moved]:
        """Yield units that stand together, each like the partner of the other."""
        for second, partner in self.pairing.items():
            if self._is_like(second, partner):
                continue
            for first in self._before(self.table, second):
                other = self.pairing.get(first)
                if other is None or not self._is_like(first, partner):
                    continue
                if self._is_like(second, other):
                    yield Moved((first, second), (other, partner))

    def displaced(self, missing: Lone, extra: Lone) -> Moved | None:
        """Return what stands before a unit here and behind it there, or otherwise."""
        if any(len(each.units) > 1 or each.dead for each in (missing, extra)):
            return None
        ours, theirs = missing.places[0], extra.places[0]
        if not self._is_like(ours, theirs):
            return None
        passed = self._passed(ours, theirs, self._before, self._behind)
        if passed:
            between = sorted(passed)
            places = [self.pairing[place] for place in between]
            return Moved((*between, ours), (theirs, *places))
        passed = self._passed(ours, theirs, self._behind, self._before)
        between = sorted(passed)
        places = [self.pairing[place] for place in between]
        return Moved((ours, *between), (*places, theirs)) if passed else None

    def _passed(self, ours: int, theirs: int, here: Way, there: Way) -> list[int]:
        """Return what stands on one side of a unit here, on the other side there."""
        mine, yours = here(self.table, ours), there(self.model, theirs)
        for count in range(1, len(mine) + 1):
            partners = [self.pairing.get(place) for place in mine[:count]]
            if partners[::-1] == yours[:count]:
                return mine[:count]
        return []

    def _is_like(self, one: int, other: int) -> bool:
        return differences(self.table.units[one], self.model.units[other]) == []

    def _before(self, network: Network, place: int) -> list[int]:
        """Return what a unit follows, with nothing beside it, the nearest first."""
        found: list[int] = []
        taken = self.taken[id(network)]
        while len(network.units[place].operands) == 1 and len(found) < _FURTHEST:
            place = network.units[place].operands[0]
            if len(taken[place]) > 1:
                break
            found.append(place)
        return found

    def _behind(self, network: Network, place: int) -> list[int]:
        """Return what follows a unit, with nothing beside it, the nearest first."""
        found: list[int] = []
        taken = self.taken[id(network)]
        while len(taken[place]) == 1 and len(found) < _FURTHEST:
            place = taken[place][0][0]
            if place < 0 or len(network.units[place].operands) > 1:
                break
            found.append(place)
        return found


def reordered(
    table: Network, pairing: Pairing, rewired: Sequence[Unlike]
) -> Iterator[tuple[Moved, list[Unlike]]]:
    """Yield units of a chain that take each other's values, and all that do."""
    partner = {theirs: ours for ours, theirs in pairing.items()}
    waiting = [found for each in rewired if (found := _taken(each, partner))]
    while waiting:
        group = [waiting.pop(0)]
        for each in group:
            near = [other for other in waiting if {*other[1:]} & {*each[1:]}]
            group += near
            waiting = [other for other in waiting if other not in near]
        inside = [each.unit.one for each in group if _feeds(table, each, group)]
        ends = {each[1:] for each in group if each.unit.one not in inside}
        is_chain = {each.ours for each in group} == {each.theirs for each in group}
        if is_chain and len(inside) > 1 and len(ends) == 1:
            theirs = sorted(pairing[place] for place in inside)
            moved = Moved((*sorted(inside),), (*theirs,))
            yield moved, [each.unit for each in group]


def _taken(each: Unlike, partner: Pairing) -> _Taken | None:
    """Return what differs of what a unit takes; None where it isn't one value."""
    theirs = [partner.get(place, -1) for place in each.theirs]
    mine = [*(Counter(each.ours) - Counter(theirs)).elements()]
    yours = [*(Counter(theirs) - Counter(each.ours)).elements()]
    if len(mine) != 1 or len(yours) != 1 or yours[0] < 0:
        return None
    return _Taken(each, mine[0], yours[0])


def _feeds(table: Network, one: _Taken, group: Sequence[_Taken]) -> bool:
    """Whether a unit, or what only follows it, is taken by one of a group."""
    for each in group:
        place = each.ours
        while place != one.unit.one and table.units[place].is_light:
            place = table.units[place].operands[0]
        if place == one.unit.one:
            return True
    return False
