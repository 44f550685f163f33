"""The skeleton of a network: its layers, and the light units that hang on each.

Light units (normalisations, activations, scalings) take one value, so each hangs, over
other light units perhaps, on one layer: its base.
"""

from collections.abc import Hashable, Sequence
from typing import NamedTuple

from archcompiler.transplanting.graph import Graph, Node
from archcompiler.units.network import Network
from archcompiler.units.units import Unit


class Skeleton(NamedTuple):
    """The layers of a network as a graph, which ends in a node for each output."""

    units: Sequence[Unit]
    graph: Graph
    places: Sequence[int]
    """Of each node that is a layer, its place in the network."""

    hanging: Sequence[Sequence[int]]
    """Of each node that is a layer, the places of the light units that hang on it."""


def skeleton_of(network: Network, *, is_strict: bool = True) -> Skeleton:
    """Return the skeleton of a network; unless strict, joined in whatever order."""
    units = network.units
    bases = _bases(units)
    places = [at for at, base in enumerate(bases) if at == base]
    node_of = {place: node for node, place in enumerate(places)}
    nodes = []
    for place in places:
        values = _values(units[place].operands, bases, node_of)
        is_free = not (units[place].is_ordered and is_strict)
        nodes.append(Node(_kind(units[place]), (), values, is_commutative=is_free))
    nodes += [
        Node("output", (("index", index),), _values((place,), bases, node_of))
        for index, place in enumerate(network.outputs)
    ]
    hanging = _hanging(units, bases, places)
    return Skeleton(units, nodes, places, hanging)


def exact_keys(skeleton: Skeleton) -> list[Hashable]:
    """Return all that tells each node from others, its light units included."""
    keys: list[Hashable] = []
    for place, hanging in zip(skeleton.places, skeleton.hanging, strict=True):
        keys.append(tuple(_named(skeleton.units[each]) for each in (place, *hanging)))
    return keys + [None] * (len(skeleton.graph) - len(keys))


def _bases(units: Sequence[Unit]) -> list[int]:
    bases: list[int] = []
    for place, unit in enumerate(units):
        bases.append(bases[unit.operands[0]] if unit.is_light else place)
    return bases


def _values(
    operands: Sequence[int], bases: Sequence[int], node_of: dict[int, int]
) -> tuple[int, ...]:
    return tuple(node_of[bases[place]] for place in operands)


def _kind(unit: Unit) -> str:
    """Return what a layer is, with room for what may stand for it."""
    loose = unit.family in ("weighted", "pooling", "unknown")
    return unit.family if loose else unit.kind


def _hanging(
    units: Sequence[Unit], bases: Sequence[int], places: Sequence[int]
) -> list[list[int]]:
    """Return the light units on each base, each before those that hang on it."""
    on: dict[int, list[int]] = {place: [] for place in range(len(units))}
    for place, base in enumerate(bases):
        if place != base:
            on[units[place].operands[0]].append(place)
    for above in on.values():
        above.sort(key=lambda place: _named(units[place]))
    return [_downwards(place, on)[1:] for place in places]


def _downwards(place: int, on: dict[int, list[int]]) -> list[int]:
    """Return a place and all that hangs on it, branch after branch."""
    found, waiting = [], [place]
    while waiting:
        found.append(waiting.pop())
        waiting += reversed(on[found[-1]])
    return found


def _named(unit: Unit) -> tuple[str, str]:
    settings = {key: each for key, each in unit.settings.items() if key != "bias"}
    return unit.kind, str(sorted(settings.items()))
