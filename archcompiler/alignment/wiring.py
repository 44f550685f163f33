"""Wiring: whether units that lie side by side take the same values.

A unit without a partner lets through what it takes: where it is the only difference,
those behind it take the same values.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from archcompiler.units.network import Network, Operands

Pairing = Mapping[int, int]
"""Of units of the table, by their places, the place of the model's unit."""

Meant = frozenset[int]
"""The table's places for which a value may stand."""


class Unlike(NamedTuple):
    """Two units that take other values; by places, outputs counted down from -1."""

    one: int
    other: int
    ours: Operands
    theirs: Operands


class Wiring:
    """How the wiring of two networks differs where they are laid together."""

    def __init__(self, table: Network, model: Network, pairing: Pairing) -> None:
        self.partner = {theirs: ours for ours, theirs in pairing.items()}
        self.missing = {*range(len(table.units))} - {*pairing}
        self.extra = {*range(len(model.units))} - {*self.partner}
        self._ours = _meant(table, {place: place for place in pairing})
        self._theirs = _meant(model, self.partner)
        self.rewired = [*self._rewired(table, model, pairing)]

    def _rewired(
        self, table: Network, model: Network, pairing: Pairing
    ) -> Iterator[Unlike]:
        for one, other in pairing.items():
            ours = _opened(table, one, self.missing)
            theirs = _opened(model, other, self.extra)
            alike = self._in_order if table.units[one].is_ordered else self._in_any
            if not alike(ours, theirs):
                yield Unlike(one, other, ours, theirs)
        pairs = zip(table.outputs, model.outputs, strict=False)
        for index, (mine, yours) in enumerate(pairs, 1):
            if not self._in_order((mine,), (yours,)):
                yield Unlike(-index, -index, (mine,), (yours,))

    def _in_order(self, ours: Operands, theirs: Operands) -> bool:
        """Whether values stand for each other in their order, but for lone ones."""
        reached = self._past_extra({0}, theirs)
        for one in ours:
            further = {*reached} if one in self.missing else set()
            further |= {
                at + 1
                for at in reached
                if at < len(theirs) and self._may_be(one, theirs[at])
            }
            reached = self._past_extra(further, theirs)
        return len(theirs) in reached

    def _past_extra(self, reached: set[int], theirs: Operands) -> set[int]:
        for at, other in enumerate(theirs):
            if at in reached and other in self.extra:
                reached.add(at + 1)
        return reached

    def _in_any(self, ours: Operands, theirs: Operands) -> bool:
        """Whether values stand for each other in any order, but for lone ones."""
        mine = Counter(ours)
        yours = Counter(self.partner.get(each, -1 - each) for each in theirs)
        lone = [each for each in (mine - yours).elements() if each in self.missing]
        over = [-1 - each for each in (yours - mine).elements() if each < 0]
        for one in (mine - yours).elements():
            if one not in self.missing and not _take(over, one, self._theirs):
                return False
        return all(
            each < 0 or _take(lone, each, self._ours)
            for each in (yours - mine).elements()
        )

    def _may_be(self, one: int, other: int) -> bool:
        return not self._ours[one].isdisjoint(self._theirs[other])


def _opened(network: Network, place: int, lone: Collection[int]) -> Operands:
    """Return what a unit takes; of a lone concatenation in another, what that takes."""
    unit = network.units[place]
    if unit.kind != "concatenate":
        return unit.operands
    opened: list[int] = []
    for each in unit.operands:
        is_within = each in lone and network.units[each].kind == unit.kind
        opened += _opened(network, each, lone) if is_within else (each,)
    return tuple(opened)


def _take(lone: list[int], place: int, meant: list[Meant]) -> bool:
    """Take a lone value that may stand for a place; tell whether there was one."""
    found = next((each for each in lone if place in meant[each]), None)
    if found is not None:
        lone.remove(found)
    return found is not None


def _meant(network: Network, partner: Mapping[int, int]) -> list[Meant]:
    """Return the table's places for which each unit may stand."""
    found: list[Meant] = []
    for place, unit in enumerate(network.units):
        if place in partner:
            found.append(frozenset((partner[place],)))
        else:
            found.append(frozenset().union(*(found[each] for each in unit.operands)))
    return found
