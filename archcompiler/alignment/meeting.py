"""Meeting: what happens where two networks that are wired alike lie together."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from archcompiler.alignment.differences import cost_of
from archcompiler.alignment.edits import edit, settle
from archcompiler.alignment.network import Network
from archcompiler.alignment.pairing import pair_by_wiring
from archcompiler.alignment.skeleton import Skeleton, skeleton_of
from archcompiler.alignment.units import Unit
from archcompiler.alignment.walking import Event, Extra, Met, Missing
from archcompiler.alignment.wiring import rewired

_REWIRED = 1.0
"""What it costs that a unit takes other values."""


class Laid(NamedTuple):
    """The events of one alignment, and what it costs."""

    events: list[Event]
    cost: float


def lay_by_wiring(table: Network, model: Network) -> Laid | None:
    """Lay the layers that are wired alike on each other; None where they are not.

    Where nothing else does, the order in which branches are joined may differ.
    """
    for is_strict in (True, False):
        sides = [skeleton_of(each, is_strict=is_strict) for each in (table, model)]
        order = pair_by_wiring(sides[0], sides[1])
        if order is not None:
            events = [*_events(sides[0], sides[1], order)]
            events += rewired(table, model, events)
            return Laid(events, sum(map(_cost, events)))
    return None


def _events(one: Skeleton, other: Skeleton, order: Sequence[int]) -> Iterator[Event]:
    first = next((unit.row for unit in one.units if unit.row is not None), None)
    for node, place in enumerate(one.places):
        like = order[node]
        row = one.units[place].row
        yield Met(one.units[place], other.units[other.places[like]])
        ours = [one.units[each] for each in one.hanging[node]]
        theirs = [other.units[each] for each in other.hanging[like]]
        yield from _light(ours, theirs, first if row is None else row)


def _light(
    ours: Sequence[Unit], theirs: Sequence[Unit], row: int | None
) -> Iterator[Event]:
    """Yield what happens to the light units that hang on one layer of each side."""
    _, pairs = edit(
        [unit.weight for unit in ours],
        [unit.weight for unit in theirs],
        lambda i, j: cost_of(ours[i], theirs[j]),
    )
    keys = [[unit.signature for unit in side] for side in (ours, theirs)]
    for i, j in settle(pairs, *keys):
        if i is not None:
            row = ours[i].row
            yield Missing(ours[i]) if j is None else Met(ours[i], theirs[j])
        elif j is not None:
            yield Extra(theirs[j], row)


def _cost(event: Event) -> float:
    if isinstance(event, Met):
        return cost_of(event.one, event.other)
    if isinstance(event, Missing):
        return event.one.weight
    return event.other.weight if isinstance(event, Extra) else _REWIRED
