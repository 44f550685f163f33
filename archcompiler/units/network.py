"""The network: the units that lead to the outputs, in one canonical form.

Nested sums, products and concatenations become one, however they were written.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from archcompiler.units.cutting import padded_less
from archcompiler.units.idioms import as_mean
from archcompiler.units.monotone import before_pooling
from archcompiler.units.units import PART, Unit

Operands = tuple[int, ...]

JOINED = ("concatenate", "Concatenate")
"""The kinds of concatenations: of channels, and along other axes."""


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


def join(units: Sequence[Unit], outputs: Iterable[int]) -> Network:
    """Return what leads to the outputs: all that is one unit together is one."""
    network = _pruned(units, tuple(outputs))
    for change in (_join, _cut, _bound, _flatten, _open):
        network = _pruned(change(network), network.outputs)
    return network


def spread(network: Network) -> Network:
    """Return a network in which no sum takes another one, but its operands.

    So with all merges whose nesting changes nothing, also where the inner one is taken
    elsewhere: what is added up by other partial sums is the same then. A network
    without such is returned as it is.
    """
    flat = _flatten(network, all_of_them=True)
    pairs = zip(flat, network.units, strict=True)
    if all(one.operands == other.operands for one, other in pairs):
        return network
    return _pruned(flat, network.outputs)


def as_wholes(
    units: Sequence[Unit], outputs: Iterable[int]
) -> tuple[list[Unit], Operands]:
    """Take a layer as a whole instead of one of its outputs."""
    wholes = list(range(len(units)))
    for place, unit in enumerate(units):
        if unit.kind == PART:
            wholes[place] = wholes[unit.operands[0]]
    taken = [
        replace(unit, operands=tuple(wholes[each] for each in unit.operands))
        for unit in units
    ]
    return taken, tuple(wholes[each] for each in outputs)


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


def _join(network: Network) -> list[Unit]:
    """Join units with those before them, as long as nothing else takes these."""
    taken = consumers(network)
    joined: list[Unit] = []
    for unit in network.units:
        before = unit.operands[0] if unit.whole else 0
        if unit.whole and taken[before] == 1 and joined[before].whole is None:
            operands = joined[before].operands
            joined.append(replace(unit.whole, operands=operands))
        else:
            joined.append(unit)
    return joined


def _cut(network: Network) -> list[Unit]:
    """Pad windows less instead of cutting off what they give."""
    return padded_less(network.units, consumers(network))


def _bound(network: Network) -> list[Unit]:
    """Put functions that never fall before the largest value of a window."""
    return before_pooling(network.units, consumers(network))


def _flatten(network: Network, *, all_of_them: bool = False) -> list[Unit]:
    """Take the operands of a sum, or of another merge, that only another one takes."""
    taken = consumers(network)
    flat: list[Unit] = []
    for unit in network.units:
        inner = {
            place: flat[place].operands
            for place in (unit.operands if _is_nested(unit) else ())
            if (all_of_them or taken[place] == 1) and _are_alike(flat[place], unit)
        }
        lengths = {len(inner.get(place, ())) for place in unit.operands}
        if unit.is_balanced and len(lengths) > 1:
            inner = {}
        operands = [each for at in unit.operands for each in inner.get(at, (at,))]
        flat.append(as_mean(flat, replace(unit, operands=tuple(operands))))
    return flat


def _is_nested(unit: Unit) -> bool:
    """Whether a merge of merges is one, at least where these take as many each."""
    return unit.is_associative or unit.is_balanced


def _open(network: Network) -> list[Unit]:
    """Take the operands of each concatenation that another one takes."""
    opened: list[Unit] = []
    for unit in network.units:
        operands: list[int] = []
        for place in unit.operands if unit.kind in JOINED else ():
            inner = opened[place]
            operands += inner.operands if _are_alike(inner, unit) else [place]
        opened.append(replace(unit, operands=tuple(operands)) if operands else unit)
    return opened


def _are_alike(one: Unit, other: Unit) -> bool:
    """Whether two units do the same, of whatever they take."""
    ours, theirs = ((e.kind, e.settings, e.exact) for e in (one, other))
    return ours == theirs
