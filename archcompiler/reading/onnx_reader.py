"""The reader of ONNX' nodes: which units were made, and what their rules may ask."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from archcompiler.models.errors import ModelError
from archcompiler.models.onnx_constants import ROUNDING, Folder, laid_out
from archcompiler.models.onnx_file import Constant, Dimensions, OnnxNode, text_of
from archcompiler.models.onnx_graph import OnnxGraph
from archcompiler.ops.base import AbstractOp, OpError
from archcompiler.shapes import Shape
from archcompiler.units.calls import Call, Origin
from archcompiler.units.curves import Curve
from archcompiler.units.lowering import lower
from archcompiler.units.units import NOWHERE, Counts, Family, Sides, Unit, Units

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


NUMBERED = ROUNDING | {"Clip", "Dropout", "Pad", "Resize", "Upsample"}
"""Nodes whose real numbers are settings, not weights."""


ARITHMETIC = frozenset({"Add", "Sub", "Mul", "Div", "Pow", "Max", "Min", "Where"})
"""Nodes of which one number for all elements is a setting, too."""


UNCHANGED = frozenset({"Identity", "Cast"})
"""Nodes that may stand anywhere and do nothing."""


class NotReadError(Exception):
    """A node that is in ONNX, but not in the vocabulary of units."""


@dataclass
class Reader:
    """The units that were made so far, by the names of ONNX' values."""

    graph: OnnxGraph
    units: Units = field(default_factory=Units)
    places: dict[str, int] = field(default_factory=dict)
    parameters: int = 0
    """Number of real numbers that the layers hold, each as if they were its own.

    Exporters write equal arrays once, such as the biases of an untrained model.
    """

    makers: dict[str, OnnxNode] = field(default_factory=dict)
    """The node that gives each value."""

    is_guessing: bool = False
    """Whether shapes are guessed, behind a node of an unknown kind."""

    curves: dict[int, dict[int, Curve]] = field(default_factory=dict)
    """What a unit gives of each unit before it, where that is one function."""

    def __post_init__(self) -> None:
        for name, dimensions in self.graph.inputs.items():
            shape = _channels_last(dimensions, self.is_last(name))
            self.places[name] = self.units.add(
                Unit("input", {}, (), shape, name, family="input")
            )

    def read(self, node: OnnxNode, rules: "Rules") -> None:
        """Add what a node does.

        Raises:
            ModelError: for a node that makes no sense.
        """
        self._expect_order(node)
        self.makers.update(dict.fromkeys(node.outputs, node))
        if Folder(self.graph, self.dimensions).takes(node):
            return
        try:
            self._note_shape(node)
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

    def _place(self, node: OnnxNode, rules: "Rules") -> int:
        rule = rules.get(node.kind)
        if rule is None:
            return self._strange(node)
        try:
            return rule(self, node)
        except (NotReadError, OpError, ValidationError):
            return self.unknown(node)  # ONNX may take what the op table refuses

    def _strange(self, node: OnnxNode) -> int:
        """Add a unit of a kind without a rule, as if it left its value's shape alone.

        It is a finding anyway; so no other becomes one for want of a shape. What has a
        kernel may slide by a stride: of that, nothing is guessed.
        """
        place = self.unknown(node)
        unit = self.units[place]
        has_kernel = any(self._is_kernel(name) for name in node.inputs)
        if unit.shape is None and len(unit.operands) == 1 and not has_kernel:
            self.units.change(place, shape=self.units[unit.operands[0]].shape)
            self.is_guessing = True
        return place

    def _expect_order(self, node: OnnxNode) -> None:
        """Expect that what a node takes was given before, and what it gives wasn't."""
        for name in map(text_of, node.proto.input):
            if not self._is_given(name):
                raise ModelError(
                    f"`{node.name}` takes `{name}`, which nothing before it gives: "
                    "the file is damaged"
                )
        for name in filter(None, node.outputs):
            if self._is_given(name):
                raise ModelError(f"`{name}` is given twice: the file is damaged")

    def _is_given(self, name: str) -> bool:
        return name in self.places or self.graph.is_constant(name)

    def _note_shape(self, node: OnnxNode) -> None:
        """Note the shape that a node is told in numbers, where ONNX doesn't know it."""
        if node.kind != "Reshape" or None not in self.dimensions(node.outputs[0]):
            return
        numbers = self.numbers(node, 1, "shape")
        found = laid_out(numbers or (), self.dimensions(node.inputs[0]))
        if found:
            self.graph.dimensions[node.outputs[0]] = found

    # What rules ask ---------------------------------------------------------

    def operand(self, node: OnnxNode, at: int = 0) -> int:
        """Return the unit of an operand.

        Raises:
            NotReadError: for an operand that is no value, but a constant.
        """
        name = node.inputs[at]
        if self.graph.is_constant(name):
            raise NotReadError
        return self.places[name]

    def image(self, node: OnnxNode, channels: int) -> int:
        """Return the unit of an image, of which weights tell the channels."""
        place = self.operand(node)
        unit = self.units[place]
        if unit.shape is None and unit.kind.startswith("global "):
            self.units.change(place, shape=(channels,))
        elif unit.shape is not None and self.is_guessing:
            self.units.change(place, shape=(*unit.shape[:-1], channels))
        return place

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
        """Return the one number that a constant is; None for others."""
        constant = self.graph.constants.get(name)
        if constant is None or constant.size != 1 or constant.numbers is None:
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

    def maker(self, name: str, kind: str) -> OnnxNode | None:
        """Return the node that gives a value, if it is of a kind, whatever its type."""
        found = self.makers.get(name)
        while found is not None and found.kind in UNCHANGED:
            found = self.makers.get(found.inputs[0])
        return found if found is not None and found.kind == kind else None

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
        if shape is None or len(shape) != len(found) - 1:
            return found
        axes = shape if self.is_last(name) else (shape[-1], *shape[:-1])
        pairs = zip(found, (1, *axes), strict=True)
        return tuple(one if known is None else known for known, one in pairs)

    def shape(self, name: str) -> Shape | None:
        """Return the shape that ONNX infers, channels last, without the batch."""
        return _channels_last(self.dimensions(name), self.is_last(name))

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
        sizes = [self.graph.constants[name].size for name in weights]
        return sum(size for size in sizes if size > 1 or node.kind not in ARITHMETIC)

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
        held = [
            self.graph.constants[name] for name in node.inputs if self._is_weight(name)
        ]
        kernels = tuple(each.source for each in held if len(each.dimensions) > 1)
        unit = self.units[place]
        if kernels and unit.family == "weighted" and not unit.weights:
            is_copied = kernels[0] not in node.inputs
            facts = {"written": node.kind, "is_copied": is_copied}
            self.units.change(place, weights=kernels, **facts)

    def _is_kernel(self, name: str) -> bool:
        return self._is_weight(name) and len(self.graph.constants[name].dimensions) > 1

    def _is_weight(self, name: str) -> bool:
        constant = self.graph.constants.get(name)
        return constant is not None and constant.is_real and bool(constant.dimensions)


def _channels_last(dimensions: Dimensions, is_last: bool) -> Shape | None:
    """Return a shape without the batch, channels last; None where it is not known."""
    axes = dimensions[1:]
    known = tuple(axis for axis in axes if axis is not None)
    if not axes or len(known) != len(axes):
        return None
    return known if is_last or len(known) == 1 else (*known[1:], known[0])


Rules = Mapping[str, Callable[[Reader, OnnxNode], int]]
"""What to do with each kind of node."""
