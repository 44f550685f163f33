"""Finishing: the network as an audit lays it beside another one.

A concatenation that begins with another's operands takes that one instead: dense
connectivity then reads as papers write it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from archcompiler.units.network import JOINED, Network, Operands, consumers, join
from archcompiler.units.units import AFFINE, Unit


def finish(units: Sequence[Unit], outputs: Iterable[int]) -> Network:
    """Return what leads to the outputs as an audit lays it out."""
    network = _nest(join(units, outputs))
    return replace(network, units=_mark_normalised(network))


def _nest(network: Network) -> Network:
    """Take another concatenation instead of the operands that both begin with.

    One that is taken so comes before those that take it, wherever it was made.
    """
    units, nested = network.units, list[Unit]()
    known = {unit.operands: at for at, unit in enumerate(units) if unit.kind in JOINED}
    moved: dict[int, int] = {}
    for place in range(len(units)):
        waiting: int | None = place
        chain: list[int] = []
        while waiting is not None and waiting not in moved:
            chain.append(waiting)
            waiting = _beginning(units[waiting], known)
        for at in reversed(chain):
            begun = _beginning(units[at], known)
            length = 0 if begun is None else len(units[begun].operands)
            head = () if begun is None else (moved[begun],)
            rest = (moved[each] for each in units[at].operands[length:])
            moved[at] = len(nested)
            nested.append(replace(units[at], operands=(*head, *rest)))
    return Network(tuple(nested), tuple(moved[at] for at in network.outputs))


def _beginning(unit: Unit, known: Mapping[Operands, int]) -> int | None:
    """Return the longest concatenation of operands with which one begins."""
    lengths = range(len(unit.operands) - 1, 1, -1) if unit.kind in JOINED else ()
    found = (known.get(unit.operands[:length]) for length in lengths)
    return next((place for place in found if place is not None), None)


def _mark_normalised(network: Network) -> tuple[Unit, ...]:
    """Mark the weights whose output goes into a normalisation and nowhere else."""
    taken = consumers(network)
    marked = {
        unit.operands[0]
        for unit in network.units
        if (unit.kind == "batch normalisation" or unit.parts == AFFINE)
        and network.units[unit.operands[0]].family == "weighted"
        and taken[unit.operands[0]] == 1
    }
    return tuple(
        replace(unit, is_normalised=True) if place in marked else unit
        for place, unit in enumerate(network.units)
    )
