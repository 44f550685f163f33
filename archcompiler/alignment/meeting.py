"""Meeting: the units of two networks whose layers are wired alike."""

from collections.abc import Iterator, Sequence

from archcompiler.alignment.differences import cost_of
from archcompiler.alignment.edits import edit, settle
from archcompiler.alignment.pairing import pair_skeletons
from archcompiler.alignment.skeleton import Skeleton, skeleton_of
from archcompiler.alignment.wiring import Pairing
from archcompiler.units.network import Network
from archcompiler.units.units import Unit


def pair_by_wiring(table: Network, model: Network) -> Pairing | None:
    """Lay the layers that are wired alike on each other; None where they are not.

    Where nothing else does, the order in which branches are joined may differ.
    """
    for is_strict in (True, False):
        sides = [skeleton_of(each, is_strict=is_strict) for each in (table, model)]
        order = pair_skeletons(sides[0], sides[1])
        if order is not None:
            return dict(_pairs(sides[0], sides[1], order))
    return None


def _pairs(
    one: Skeleton, other: Skeleton, order: Sequence[int]
) -> Iterator[tuple[int, int]]:
    for node, place in enumerate(one.places):
        yield place, other.places[order[node]]
        ours, theirs = one.hanging[node], other.hanging[order[node]]
        light = _light(
            [one.units[each] for each in ours], [other.units[each] for each in theirs]
        )
        yield from ((ours[i], theirs[j]) for i, j in light)


def _light(ours: Sequence[Unit], theirs: Sequence[Unit]) -> Iterator[tuple[int, int]]:
    """Yield the light units that stand for each other on one layer of each side."""
    _, pairs = edit(
        [unit.weight for unit in ours],
        [unit.weight for unit in theirs],
        lambda i, j: cost_of(ours[i], theirs[j]),
    )
    keys = [[unit.signature for unit in side] for side in (ours, theirs)]
    for i, j in settle(pairs, *keys):
        if i is not None and j is not None:
            yield i, j
