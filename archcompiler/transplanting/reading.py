"""Reading: what leads to some values of a Keras model, as a graph to be matched.

An audit compares a part of what a unit knows; a transplant compares all of it, in
numbers where there are such.
"""

from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, reduce
from math import prod
from operator import itemgetter, or_
from typing import Any

from archcompiler.models.calls import NO_GRAPH, has_graph
from archcompiler.models.sizes import Size
from archcompiler.reading.keras_model import KerasReading
from archcompiler.transplanting.errors import TransplantError
from archcompiler.transplanting.graph import Attributes, Graph, Node
from archcompiler.units.margins import less_sides
from archcompiler.units.network import join, spread
from archcompiler.units.units import NOWHERE, Unit


@dataclass(frozen=True)
class ReadModel:
    """A Keras model as units, of which any may be an end."""

    reading: KerasReading
    outputs: Sequence[Node]
    """What marks the places of its outputs."""

    is_spread: bool = False
    """Whether sums take the operands of sums that are taken elsewhere, too."""

    def ending_in(self, ends: Sequence[Node]) -> Graph:
        """Return what leads to the places that some nodes mark, and them at the end.

        Units are joined as those of an audit are, as if there were nothing else.
        """
        places = [place for end in ends for place in end.operands]
        network = join(self.reading.units.made, places)
        if self.is_spread:
            network = spread(network)
        marks = [
            replace(end, operands=(place,))
            for end, place in zip(ends, network.outputs, strict=True)
        ]
        return [*map(_node_of, network.units), *marks]

    @cached_property
    def sizes(self) -> list[Counter[int]]:
        """Of each place, the sizes of all arrays that lead to it.

        They are equal wherever the same leads to a place.
        """
        held: list[dict[int, int]] = []
        for unit in self.reading.units.made:
            own = {id(each.source): prod(each.shape) for each in unit.arrays}
            before = (held[place] for place in unit.operands)
            held.append(reduce(or_, before, own))
        return [Counter(each.values()) for each in held]


def mark(place: int, index: int, **attributes: Hashable) -> Node:
    """Return the node that marks a place as an end."""
    told: Attributes = (("index", index), *attributes.items())
    return Node("output", told, (place,))


def read_model(model: Any, side: str, image: Size | None = None) -> ReadModel:
    """Return a model as units.

    Where the model leaves the size of its one input open, `image` gives it.

    Raises:
        TransplantError: for a model that holds no graph of layers.
    """
    if not has_graph(model):
        raise TransplantError(f"the {side} `{model.name}` {NO_GRAPH}")
    reading = KerasReading()
    places = reading.read(model, image)
    outputs = [
        mark(place, index, rank=len(tensor.shape))
        for index, (tensor, place) in enumerate(zip(model.outputs, places, strict=True))
    ]
    return ReadModel(reading, outputs)


def image_of(model: Any) -> Size | None:
    """Return the shape of a model's one input; None where it has several."""
    inputs: list[Any] = model.inputs if has_graph(model) else []
    return tuple(inputs[0].shape)[1:] if len(inputs) == 1 else None


def _node_of(unit: Unit) -> Node:
    return Node(
        str(unit.settings.get("function", unit.kind)),
        tuple(sorted(_attributes(unit), key=itemgetter(0))),
        unit.operands,
        unit.arrays,
        unit.layer,
        is_commutative=unit.is_known and not unit.is_ordered,
    )


def _attributes(unit: Unit) -> Iterator[tuple[str, Hashable]]:
    """Yield all that a unit's function depends on, beside its kind and weights."""
    yield from (item for item in unit.settings.items() if item[0] != "function")
    yield from unit.exact.items()
    if unit.margin is None:
        return
    zeros, word = unit.margin.zeros, unit.margin.word
    outside: Any = unit.exact.get("outside", NOWHERE)
    yield "padding", word if zeros is None else less_sides(zeros, outside)
