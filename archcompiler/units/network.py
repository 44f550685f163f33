"""The network: the units that lead to the outputs, in one canonical form.

Nested concatenations become one, and one that begins with another's operands takes that
one instead: dense connectivity then looks alike however it was written.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from archcompiler.units.units import AFFINE, Unit, Units

Operands = tuple[int, ...]


@dataclass(frozen=True)
class Network:
    """Units, each after those that feed it, and the places of the outputs."""

    units: tuple[Unit, ...]
    outputs: Operands

    def feeding(self, outputs: Operands) -> "Network":
        """Return the part of the network that leads to some of its outputs."""
        return _pruned(list(self.units), outputs)

    @property
    def unknown(self) -> tuple[Unit, ...]:
        """The units of layers that nothing is known of."""
        return tuple(unit for unit in self.units if not unit.is_known)


def finish(units: Units, outputs: Iterable[int]) -> Network:
    """Return what leads to the outputs, in canonical form."""
    network = _pruned(units.made, tuple(outputs))
    network = _pruned(_flatten(network), network.outputs)
    network = _pruned(_nest(network.units), network.outputs)
    return replace(network, units=_mark_normalised(network))


def consumers(network: Network) -> Counter[int]:
    """Return how often each unit's value is taken, by units and as an output."""
    taken = Counter(place for unit in network.units for place in unit.operands)
    taken.update(network.outputs)
    return taken


def operands_of(unit: Unit) -> list[tuple[int, int]]:
    """Return what a unit takes, and as which operand where that matters."""
    return [(at, nth * unit.is_ordered) for nth, at in enumerate(unit.operands)]


def takers(network: Network) -> list[list[tuple[int, int]]]:
    """Return who takes each unit's value, and as which operand where that matters.

    The outputs take values, too: they are counted down from -1.
    """
    found: list[list[tuple[int, int]]] = [[] for _ in network.units]
    for place, unit in enumerate(network.units):
        for operand, nth in operands_of(unit):
            found[operand].append((place, nth))
    for index, place in enumerate(network.outputs):
        found[place].append((-1 - index, 0))
    return found


def _pruned(units: Sequence[Unit], outputs: Operands) -> Network:
    needed = set(outputs)
    for place in range(len(units) - 1, -1, -1):
        if place in needed:
            needed.update(units[place].operands)
    moved = {old: new for new, old in enumerate(sorted(needed))}
    kept = tuple(
        replace(units[old], operands=tuple(moved[each] for each in units[old].operands))
        for old in moved
    )
    return Network(kept, tuple(moved[each] for each in outputs))


def _flatten(network: Network) -> list[Unit]:
    """Take the operands of a concatenation that only another one takes."""
    taken = consumers(network)
    flat: list[Unit] = []
    for unit in network.units:
        operands: list[int] = []
        for place in unit.operands if unit.kind == "concatenate" else ():
            inner = flat[place]
            only = inner.kind == "concatenate" and taken[place] == 1
            operands += inner.operands if only else [place]
        flat.append(replace(unit, operands=tuple(operands)) if operands else unit)
    return flat


def _nest(units: Sequence[Unit]) -> list[Unit]:
    """Take an earlier concatenation instead of the operands that both begin with."""
    known: dict[Operands, int] = {}
    written: list[Operands] = []
    nested: list[Unit] = []
    for place, unit in enumerate(units):
        operands = unit.operands
        if unit.kind == "concatenate":
            operands = _in_full(operands, units, written)
            known.setdefault(operands, place)
            nested.append(replace(unit, operands=_shortest(operands, known)))
        else:
            nested.append(unit)
        written.append(operands)
    return nested


def _in_full(
    operands: Operands, units: Sequence[Unit], written: list[Operands]
) -> Operands:
    """Return the operands of a concatenation, those opened that are one as well."""
    opened: list[int] = []
    for place in operands:
        opened += written[place] if units[place].kind == "concatenate" else [place]
    return tuple(opened)


def _shortest(operands: Operands, known: dict[Operands, int]) -> Operands:
    for length in range(len(operands) - 1, 1, -1):
        place = known.get(operands[:length])
        if place is not None:
            return (place, *operands[length:])
    return operands


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
