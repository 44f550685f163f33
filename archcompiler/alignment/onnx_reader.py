"""The reader of ONNX' nodes: which units were made, and what their rules may ask."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from archcompiler.alignment.errors import ModelError
from archcompiler.alignment.lowering import Call, Origin, lower
from archcompiler.alignment.onnx_file import Constant, Dimensions, OnnxGraph, OnnxNode
from archcompiler.alignment.units import NOWHERE, Counts, Family, Sides, Unit, Units
from archcompiler.ops.base import AbstractOp, OpError
from archcompiler.shapes import Shape

DAMAGE = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    OpError,
    TypeError,
    ValidationError,
    ValueError,
)
"""What a node that makes no sense may raise: a damaged file can hold anything."""


NUMBERED = frozenset({"Clip", "Dropout", "Pad", "Resize", "Upsample"})
"""Nodes whose real numbers are settings, not weights."""


class NotReadError(Exception):
    """A node that is in ONNX, but not in the vocabulary of units."""


@dataclass
class Reader:
    """The units that were made so far, by the names of ONNX' values."""

    graph: OnnxGraph
    image: Shape | None
    units: Units = field(default_factory=Units)
    places: dict[str, int] = field(default_factory=dict)
    layouts: dict[str, bool] = field(default_factory=dict)
    """Whether a value has its channels last: behind a transposition, it has."""

    computed: set[str] = field(default_factory=set)
    """Values that depend on shapes and constants alone."""

    parameters: int = 0
    """Number of real numbers that the layers hold, each as if they were its own.

    Exporters write equal arrays once, such as the biases of an untrained model.
    """

    makers: dict[str, OnnxNode] = field(default_factory=dict)
    """The node that gives each value."""

    def __post_init__(self) -> None:
        for name, dimensions in self.graph.inputs.items():
            shape = self._input_shape(dimensions)
            self.places[name] = self.units.add(
                Unit("input", {}, (), shape, name, family="input")
            )

    def read(self, node: OnnxNode, rules: "Rules") -> None:
        """Add what a node does.

        Raises:
            ModelError: for a node that makes no sense.
        """
        self.makers.update(dict.fromkeys(node.outputs, node))
        if node.kind == "Constant":
            self._keep(node)
            return
        if self._is_computed(node):
            self.computed.update(node.outputs)
            return
        try:
            place = self._place(node, rules)
        except DAMAGE as error:
            told = " ".join(str(error).split())
            raise ModelError(
                f"`{node.name}` ({node.kind}) makes no sense: {told}"
            ) from None
        for name in node.outputs:
            self.places.setdefault(name, place)
        self.parameters += self.held(node)
        self._mark_kernel(place, node)
        for name in node.outputs:
            self.layouts.setdefault(name, self._is_last(node))

    def _place(self, node: OnnxNode, rules: "Rules") -> int:
        rule = rules.get(node.kind)
        if rule is not None:
            try:
                return rule(self, node)
            except NotReadError:
                pass
        return self.unknown(node)

    # What rules ask ---------------------------------------------------------

    def operand(self, node: OnnxNode, at: int = 0) -> int:
        """Return the unit of an operand."""
        return self.places[node.inputs[at]]

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
        return self.layouts.get(name, False)

    def shape(self, name: str) -> Shape | None:
        """Return the shape that ONNX infers, channels last, without the batch."""
        return _channels_last(self.graph.dimensions.get(name, ()), self.is_last(name))

    def rank(self, name: str) -> int:
        """Return the number of axes of a value, the batch with them; 0 if unknown."""
        place = self.places.get(name)
        shape = None if place is None else self.units[place].shape
        found = len(self.graph.dimensions.get(name, ()))
        return found or (0 if shape is None else len(shape) + 1)

    def channel_axis(self, name: str) -> int:
        """Return the axis of the channels, the batch counted; an image's is 1 or 3."""
        return self.rank(name) - 1 if self.is_last(name) else 1

    def lower(
        self,
        node: OnnxNode,
        op: AbstractOp,
        operands: tuple[int, ...],
        zeros: Sides | None = NOWHERE,
        **margins: Any,
    ) -> int:
        """Add the units of an op."""
        origin = Origin(node.name)
        return lower(Call(self.units, op, operands, origin, zeros, **margins))

    def add(
        self,
        node: OnnxNode,
        kind: str,
        settings: Any,
        shape: Shape | None,
        operands: tuple[int, ...] | None = None,
        family: Family = "other",
    ) -> int:
        """Add a unit that no op stands for."""
        taken = self.operands(node) if operands is None else operands
        arrives = self.units[taken[0]].shape if taken else None
        counts = Counts(self.held(node))
        return self.units.add(
            Unit(
                kind,
                settings,
                taken,
                shape,
                node.name,
                arrives,
                counts=counts,
                family=family,
            )
        )

    def held(self, node: OnnxNode) -> int:
        """Return the number of weights that a node takes from the file."""
        if node.kind in NUMBERED:
            return 0
        weights = [name for name in node.inputs if self._is_weight(name)]
        return sum(self.graph.constants[name].size for name in weights)

    def unknown(self, node: OnnxNode) -> int:
        """Add a unit of which nothing is known but its name."""
        operands = self.operands(node)
        shape = self.shape(node.outputs[0]) if node.outputs else None
        counts = Counts(self.held(node))
        return self.units.add(
            Unit(
                node.kind,
                {},
                operands,
                shape,
                node.name,
                counts=counts,
                family="unknown",
            )
        )

    # ------------------------------------------------------------------------

    def _mark_kernel(self, place: int, node: OnnxNode) -> None:
        """Note the kernel that weights share; exporters share equal biases, too."""
        kernels = tuple(
            name
            for name in node.inputs
            if self._is_weight(name) and len(self.graph.constants[name].dimensions) > 1
        )
        if kernels and self.units[place].family == "weighted":
            self.units.change(place, weights=kernels)

    def _keep(self, node: OnnxNode) -> None:
        value = node.attributes.get("value")
        if not isinstance(value, Constant):
            value = _small_constant(node)
        self.graph.constants.update(dict.fromkeys(node.outputs, value))

    def _is_computed(self, node: OnnxNode) -> bool:
        """Whether a node only computes with shapes and constants."""
        if node.kind in ("Shape", "Size"):
            return True
        known = self.computed | self.graph.constants.keys()
        return bool(node.inputs) and all(name in known for name in node.inputs if name)

    def _is_weight(self, name: str) -> bool:
        constant = self.graph.constants.get(name)
        return constant is not None and constant.is_real and bool(constant.dimensions)

    def _is_last(self, node: OnnxNode) -> bool:
        return any(self.is_last(name) for name in node.inputs)

    def _input_shape(self, dimensions: Dimensions) -> Shape | None:
        """Return the shape of an input; the table's sides where they are left open."""
        shape = _channels_last(dimensions, is_last=False)
        if shape is not None or self.image is None or len(dimensions) != 4:
            return shape
        channels = dimensions[1] or self.image[-1]
        return (*self.image[:2], channels)


def _small_constant(node: OnnxNode) -> Constant:
    """Return a constant that stands in the node as plain numbers."""
    for name in ("value_float", "value_floats", "value_int", "value_ints"):
        if name in node.attributes:
            value = node.attributes[name]
            numbers = tuple(value) if isinstance(value, list | tuple) else (value,)
            dimensions = (len(numbers),) if name.endswith("s") else ()
            return Constant(dimensions, "float" in name, tuple(map(float, numbers)))
    return Constant((), is_real=False)


def _channels_last(dimensions: Dimensions, is_last: bool) -> Shape | None:
    """Return a shape without the batch, channels last; None where it is not known."""
    axes = dimensions[1:]
    known = tuple(axis for axis in axes if axis is not None)
    if not axes or len(known) != len(axes):
        return None
    return known if is_last or len(known) == 1 else (*known[1:], known[0])


Rules = Mapping[str, Callable[[Reader, OnnxNode], int]]
"""What to do with each kind of node."""
