"""Events: what happens where two networks lie together, told from their pairs."""

from collections.abc import Iterator
from itertools import product
from typing import NamedTuple

from archcompiler.alignment.differences import cost_of
from archcompiler.alignment.folding import Folded, Lone, fold
from archcompiler.alignment.following import lays_out, pads_for
from archcompiler.alignment.moving import Chains, Moved, reordered
from archcompiler.alignment.nearby import Rows, left_of
from archcompiler.alignment.wiring import Pairing, Unlike, Wiring
from archcompiler.units.network import Network
from archcompiler.units.units import Unit

_REWIRED = 2.0
"""What it costs that a unit takes other values."""

_TOLD = 0.5
"""What each thing costs that is told: one gap is better than two halves of it."""


class Met(NamedTuple):
    """A unit of the table beside one of the model."""

    one: Unit
    other: Unit


class Missing(NamedTuple):
    """Units of the table that the model lacks."""

    lone: Lone
    follows: bool
    """Whether another difference is the reason."""

    taken: tuple[Unit, ...]
    """What a merge would take; nothing for others."""

    left: Unit | None
    """What is taken instead of a merge."""


class Extra(NamedTuple):
    """Units of the model that the table lacks, and the row nearest to them."""

    lone: Lone
    row: int | None
    follows: bool
    """Whether another difference is the reason."""


class Rewired(NamedTuple):
    """Units that stand together, but take other values.

    Both are None where the network gives other values. `theirs` are units of the table
    where there are such; `lost` and `extra` are units that lead nowhere else.
    """

    one: Unit | None
    other: Unit | None
    ours: tuple[Unit, ...]
    theirs: tuple[Unit, ...]
    lost: tuple[Unit, ...]
    extra: tuple[Unit, ...]


class Swapped(NamedTuple):
    """Units that follow each other, in the order of each side."""

    ours: tuple[Unit, ...]
    theirs: tuple[Unit, ...]


Event = Met | Missing | Extra | Rewired | Swapped


class Laid(NamedTuple):
    """Two networks laid together, and what it costs."""

    pairing: Pairing
    wiring: Wiring
    missing: Folded
    extra: Folded
    cost: float


def lay(table: Network, model: Network, pairing: Pairing) -> Laid:
    """Lay two networks together by their pairs."""
    wiring = Wiring(table, model, pairing)
    pairs = [(table.units[a], model.units[b]) for a, b in pairing.items()]
    cost = sum(cost_of(one, other) for one, other in pairs)
    cost += sum(table.units[place].weight for place in wiring.missing)
    cost += sum(model.units[place].weight for place in wiring.extra)
    missing = fold(table, wiring.missing, (each.one for each in wiring.rewired))
    extra = fold(model, wiring.extra, (each.other for each in wiring.rewired))
    cost += _TOLD * len((*missing.groups, *extra.groups))
    cost += _REWIRED * len(wiring.rewired)
    return Laid(pairing, wiring, missing, extra, cost)


def events_of(table: Network, model: Network, laid: Laid) -> Iterator[Event]:
    """Yield everything that happens, in the table's order for each kind."""
    pairing, partner = laid.pairing, laid.wiring.partner
    missing, extra = [*laid.missing.groups], [*laid.extra.groups]
    chains = Chains(table, model, pairing)
    swapped = [*chains.swapped()]
    told = {place for moved in swapped for place in moved.ours}
    swapped += _take_displaced(chains, missing, extra)
    rewired = [*laid.wiring.rewired]
    for moved, units in reordered(table, pairing, rewired):
        swapped.append(moved)
        rewired = [each for each in rewired if each not in units]
    for place in sorted({*pairing} - told):
        yield Met(table.units[place], model.units[pairing[place]])
    for moved in swapped:
        ours = tuple(table.units[place] for place in moved.ours)
        yield Swapped(ours, tuple(model.units[place] for place in moved.theirs))
    for lone in missing:
        is_due = lays_out(lone, pairing, model)
        is_due |= pads_for(lone, pairing, model)
        yield Missing(lone, is_due, *_merged(table, model, pairing, lone))
    rows = Rows(table, model, partner)
    for lone in extra:
        is_due = lays_out(lone, partner, table)
        is_due |= pads_for(lone, partner, table)
        yield Extra(lone, rows.near(lone.places), is_due)
    for each in rewired:
        yield _rewired(table, model, laid, each)


def _take_displaced(
    chains: Chains, missing: list[Lone], extra: list[Lone]
) -> Iterator[Moved]:
    """Take the units from both lists that only stand elsewhere in a chain."""
    for one, other in [*product(missing, extra)]:
        moved = chains.displaced(one, other)
        if moved and one in missing and other in extra:
            missing.remove(one)
            extra.remove(other)
            yield moved


def _merged(
    table: Network, model: Network, pairing: Pairing, lone: Lone
) -> tuple[tuple[Unit, ...], Unit | None]:
    """Return what a merge takes, and which of it is left where it is gone."""
    unit = lone.units[0]
    if len(lone.units) > 1 or unit.family != "merging":
        return (), None
    left = left_of(table, model, pairing, lone.places[0])
    taken = tuple(table.units[place] for place in unit.operands)
    return taken, None if left is None else table.units[left]


def _rewired(table: Network, model: Network, laid: Laid, each: Unlike) -> Rewired:
    partner = laid.wiring.partner
    theirs = [
        table.units[partner[at]] if at in partner else model.units[at]
        for at in each.theirs
    ]
    return Rewired(
        table.units[each.one] if each.one >= 0 else None,
        model.units[each.other] if each.other >= 0 else None,
        tuple(table.units[at] for at in each.ours),
        tuple(theirs),
        laid.missing.owned.get(each.one, ()),
        laid.extra.owned.get(each.other, ()),
    )
