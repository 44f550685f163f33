"""Folding: units without a partner, those together that are one difference.

What only leads to a sum that is left out, or to a layer that takes other values, has no
effect any more, and is gone with it.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from archcompiler.units.network import Network, consumers, takers
from archcompiler.units.units import PADDED, Unit


class Lone(NamedTuple):
    """Units without a partner that are one difference, and what only leads to them."""

    places: tuple[int, ...]
    units: tuple[Unit, ...]
    dead: tuple[Unit, ...]


class Folded(NamedTuple):
    """All units of one side without a partner."""

    groups: list[Lone]
    owned: dict[int, tuple[Unit, ...]]
    """Of units that take other values, those that only led to them."""


def fold(network: Network, lone: Iterable[int], rewired: Iterable[int]) -> Folded:
    """Return the units without a partner, each with what it is gone with."""
    alone, roots = {*lone}, {*rewired}
    places = sorted(alone - _absorbed(network, alone))
    owners = _owners(network, places, roots)
    free = [place for place in places if place not in owners]
    owned: dict[int, list[int]] = {}
    for place in places:
        if place in owners:
            owned.setdefault(owners[place], []).append(place)
    groups = []
    for group in _connected(network, free):
        dead = sorted(each for place in group for each in owned.get(place, ()))
        groups.append(Lone(tuple(group), _units(network, group), _units(network, dead)))
    by_root = {root: _units(network, owned[root]) for root in roots & {*owned}}
    return Folded(groups, by_root)


def _units(network: Network, places: Iterable[int]) -> tuple[Unit, ...]:
    return tuple(network.units[place] for place in places)


def _owners(
    network: Network, lone: Sequence[int], roots: Iterable[int]
) -> dict[int, int]:
    """Return, for what leads to one difference only, the unit that makes it."""
    taken, alone = takers(network), {*lone}
    owners: dict[int, int] = {}
    known = {root: root for root in roots}
    known |= {at: at for at in lone if _lets_one_through(network.units[at], alone)}
    for place in reversed(lone):
        found = [
            owners.get(at, known.get(at))
            for at, _ in taken[place]
            if at in alone or at in known or not _absorbs(network, at, place)
        ]
        if None not in found and found[0] is not None:
            owners[place] = found[0]
    return owners


def _absorbed(network: Network, lone: Collection[int]) -> set[int]:
    """Return the concatenations that others take, which may open them."""
    taken = takers(network)
    return {
        place
        for place in lone
        if all(
            at not in lone and _absorbs(network, at, place) for at, _ in taken[place]
        )
    }


def _absorbs(network: Network, taker: int, place: int) -> bool:
    if taker < 0:
        return False
    kinds = {network.units[taker].kind, network.units[place].kind}
    return kinds == {"concatenate"}


def _lets_one_through(unit: Unit, lone: Iterable[int]) -> bool:
    """Whether one of several values is left where a merge is gone."""
    taken = {*unit.operands}
    return len(taken) > 1 and not taken.issubset(lone)


def _connected(network: Network, places: Sequence[int]) -> list[list[int]]:
    """Return the places together whose units feed each other.

    That is within a row, or in a run through several where nothing else is taken or
    given. What only follows a layer stands alone, unless that layer is there, too;
    zeros belong to the window behind them.
    """
    units, taken = network.units, consumers(network)
    group_of = {place: [place] for place in places}
    for place in places:
        for feed in units[place].operands:
            if feed not in group_of or group_of[feed] is group_of[place]:
                continue
            if units[place].is_light and units[feed].kind == PADDED:
                continue
            is_run = len(units[place].operands) == taken[feed] == 1
            is_one = is_run or units[place].row == units[feed].row
            if units[place].is_light or is_one:
                group_of[feed] += group_of[place]
                group_of.update(dict.fromkeys(group_of[feed], group_of[feed]))
    groups = {id(group): sorted(group) for group in group_of.values()}
    found = []
    for group in groups.values():
        is_light = all(units[place].is_light for place in group)
        found += [[place] for place in group] if is_light else [group]
    return found
