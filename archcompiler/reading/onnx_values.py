"""The values of an ONNX file, as far as they were read: what rules ask of them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from archcompiler.models.onnx_file import Constant, Dimensions, OnnxNode
from archcompiler.models.onnx_graph import OnnxGraph
from archcompiler.shapes import Pair, Shape
from archcompiler.units.units import Units

UNCHANGED = frozenset({"Identity", "Cast"})
"""Nodes that may stand anywhere and do nothing."""


class NotReadError(Exception):
    """A node that is in ONNX, but not in the vocabulary of units."""


@dataclass
class Values:
    """The units that were made so far, by the names of ONNX' values."""

    graph: OnnxGraph
    units: Units = field(default_factory=Units)
    places: dict[str, int] = field(default_factory=dict)
    makers: dict[str, OnnxNode] = field(default_factory=dict)
    """The node that gives each value."""

    together: set[str] = field(default_factory=set)
    """The values that end what many nodes do together."""

    @cached_property
    def positions(self) -> dict[str, int]:
        """Which node of the file gives each value."""
        nodes = enumerate(self.graph.nodes)
        return {name: at for at, node in nodes for name in node.outputs}

    def operand(self, node: OnnxNode, at: int = 0) -> int:
        """Return the unit of an operand.

        Raises:
            NotReadError: for an operand that is no value, but a constant.
        """
        name = node.inputs[at]
        if self.graph.is_constant(name):
            raise NotReadError
        return self.places[name]

    def operands(self, node: OnnxNode) -> tuple[int, ...]:
        """Return the units of all operands that the model computes."""
        return tuple(self.places[name] for name in node.inputs if name in self.places)

    def constant(self, node: OnnxNode, at: int) -> Constant | None:
        """Return an operand that is in the file; None where it isn't."""
        if at >= len(node.inputs):
            return None
        return self.graph.constants.get(node.inputs[at])

    def numbers(self, node: OnnxNode, at: int, name: str) -> tuple[float, ...] | None:
        """Return few numbers, from an operand or, in old files, an attribute."""
        constant = self.constant(node, at)
        if constant is not None:
            return constant.numbers
        given = node.attributes.get(name)
        if given is None:
            return None
        return tuple(given) if isinstance(given, list | tuple) else (float(given),)

    def other_numbers(self, node: OnnxNode) -> tuple[float, ...]:
        """Return the few numbers that stand beside a value."""
        constants = self.graph.constants
        held = [constants[name].numbers for name in node.inputs if name in constants]
        return held[0] or () if len(held) == 1 else ()

    def number(self, name: str) -> float | None:
        """Return the one number that a constant is everywhere; None for others."""
        constant = self.graph.constants.get(name)
        if constant is None:
            return None
        if constant.filled is not None:
            return constant.filled
        if constant.size != 1 or constant.numbers is None:
            return None
        return constant.numbers[0]

    def is_of_channels(self, name: str, value: str) -> bool:
        """Whether a constant has a number for each channel of a value, and no more."""
        constant = self.graph.constants.get(name)
        axes = constant.dimensions if constant is not None else ()
        rank = self.rank(value) or {1: 2, 3: 4}.get(len(axes), len(axes))
        if not axes or len(axes) > rank:
            return False
        lengths = [1] * (rank - len(axes)) + [*axes]
        shape = self.units[self.places[value]].shape
        channels = lengths.pop(rank - 1 if self.is_last(value) or rank == 2 else 1)
        return {*lengths} <= {1} and (shape is None or channels == shape[-1])

    def maker(self, name: str, kind: str = "") -> OnnxNode | None:
        """Return the node that gives a value, if it is of a kind, whatever its type."""
        found = self.makers.get(name)
        while found is not None and found.kind in UNCHANGED:
            found = self.makers.get(found.inputs[0])
        return found if found is not None and kind in ("", found.kind) else None

    def before(self, name: str) -> Iterator[OnnxNode]:
        """Return the nodes that lead to a value, as long as each takes one value."""
        while name in self.makers:
            maker = self.makers[name]
            yield maker
            taken = {each for each in maker.inputs if each in self.places}
            if len(taken) != 1:
                return
            name = taken.pop()

    def is_last(self, name: str) -> bool:
        """Whether a value has its channels last."""
        return self.graph.layouts.get(name, False)

    def dimensions(self, name: str) -> Dimensions:
        """Return the shape of a value as ONNX has it; nothing where none is known.

        Where ONNX doesn't infer it, the units tell.
        """
        found = self.graph.dimensions.get(name, ())
        place = self.places.get(name)
        shape = None if place is None else self.units[place].shape
        if not found and shape is not None and len(shape) == 3:
            found = (None,) * 4
        if shape is None or len(shape) != len(found) - 1:
            return found
        axes = shape if self.is_last(name) else (shape[-1], *shape[:-1])
        pairs = zip(found, (1, *axes), strict=True)
        return tuple(one if known is None else known for known, one in pairs)

    def shape(self, name: str) -> Shape | None:
        """Return the shape that ONNX infers, channels last, without the batch."""
        return channels_last(self.dimensions(name), self.is_last(name))

    def rank(self, name: str) -> int:
        """Return the number of axes of a value, the batch with them; 0 if unknown."""
        place = self.places.get(name)
        shape = None if place is None else self.units[place].shape
        found = len(self.graph.dimensions.get(name, ()))
        return found or (0 if shape is None else len(shape) + 1)

    def channel_axis(self, name: str) -> int:
        """Return the axis of the channels, the batch counted; an image's is 1 or 3."""
        return self.rank(name) - 1 if self.is_last(name) else 1


def positions(reader: Values, node: OnnxNode) -> Pair:
    """Return the axes of height and width, of four as numbers tell them."""
    name = node.inputs[0]
    if reader.rank(name) not in (0, 4):
        raise NotReadError
    return (1, 2) if reader.is_last(name) else (2, 3)


def channels_last(dimensions: Dimensions, is_last: bool) -> Shape | None:
    """Return a shape without the batch, channels last; None where it is not known."""
    axes = dimensions[1:]
    known = tuple(axis for axis in axes if axis is not None)
    if not axes or len(known) != len(axes):
        return None
    return known if is_last or len(known) == 1 else (*known[1:], known[0])
