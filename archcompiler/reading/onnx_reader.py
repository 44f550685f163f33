"""The reader of ONNX' nodes: each adds units, by the rule of its kind."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from archcompiler.models.errors import ModelError
from archcompiler.models.onnx_constants import (
    IN_WHOLE_NUMBERS,
    ROUNDING,
    Folder,
    broadcast,
    laid_out,
)
from archcompiler.models.onnx_file import OnnxNode, text_of
from archcompiler.ops.base import AbstractOp, OpError
from archcompiler.reading.onnx_values import NotReadError, Values, channels_last
from archcompiler.shapes import Shape
from archcompiler.units.arrays import Arrays, Held
from archcompiler.units.calls import AppliedOp, Origin
from archcompiler.units.curves import Curve
from archcompiler.units.lowering import lower
from archcompiler.units.units import NOWHERE, Counts, Family, Sides, Unit

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


NUMBERED = (
    ROUNDING | IN_WHOLE_NUMBERS | {"Clip", "Dropout", "Pad", "Resize", "Upsample"}
)
"""Nodes whose real numbers are settings, not weights."""


_SIZED = {"Expand": broadcast, "Reshape": laid_out}
"""Nodes that are told their shape in numbers, and what these make of another one."""


ARITHMETIC = frozenset({"Add", "Sub", "Mul", "Div", "Pow", "Max", "Min", "Where"})
"""Nodes of which one number for all elements is a setting, too."""


@dataclass
class Reader(Values):
    """Adds what each node does, by its rule."""

    parameters: int = 0
    """Number of real numbers that the layers hold, each as if they were its own.

    Exporters write equal arrays once, such as the biases of an untrained model.
    """

    is_guessing: bool = False
    """Whether shapes are guessed, behind a node of an unknown kind."""

    curves: dict[int, dict[int, Curve]] = field(default_factory=dict)
    """What a unit gives of each unit before it, where that is one function."""

    def __post_init__(self) -> None:
        for name, dimensions in self.graph.inputs.items():
            shape = channels_last(dimensions, self.is_last(name))
            self.places[name] = self.units.add_input(name, shape)

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
        told = _SIZED.get(node.kind)
        known = self.dimensions(node.outputs[0])
        if told is None or (known and None not in known):
            return
        numbers = self.numbers(node, 1, "shape")
        found = told(numbers or (), self.dimensions(node.inputs[0]))
        if found:
            self.graph.dimensions[node.outputs[0]] = found

    # What rules ask ---------------------------------------------------------

    def image(self, node: OnnxNode, channels: int) -> int:
        """Return the unit of an image, of which weights tell the channels."""
        place = self.operand(node)
        unit = self.units[place]
        if unit.shape is None and unit.kind.startswith("global "):
            self.units.change(place, shape=(channels,))
        elif unit.shape is not None and self.is_guessing:
            self.units.change(place, shape=(*unit.shape[:-1], channels))
        return place

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
        return lower(AppliedOp(self.units, op, operands, origin, zeros, **margins))

    def add(
        self,
        node: OnnxNode,
        kind: str,
        settings: Any,
        shape: Shape | None,
        operands: tuple[int, ...] | None = None,
        family: Family = "other",
        **facts: Any,
    ) -> int:
        """Add a unit that no op stands for."""
        taken = self.operands(node) if operands is None else operands
        arrives = self.units[taken[0]].shape if taken else None
        counts = Counts(self.held(node))
        unit = Unit(
            kind,
            settings,
            taken,
            shape,
            node.name,
            arrives,
            counts=counts,
            family=family,
            **facts,
        )
        return self.units.add(unit)

    def held(self, node: OnnxNode) -> int:
        """Return the number of weights that a node takes from the file."""
        if node.kind in NUMBERED:
            return 0
        names = [name for name in node.inputs if self._is_weight(name)]
        held = [self.graph.constants[name] for name in names]
        if node.kind in ARITHMETIC:
            held = [each for each in held if each.size > 1 and each.filled is None]
        return sum(each.size for each in held)

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

    def kernel_and_bias(self, node: OnnxNode, *order: int) -> Arrays:
        """Return the arrays of a node with weights, the kernel's axes in an order."""
        source = node.inputs[1]
        found = self.graph.constants[source].source
        kernel = Held(
            "kernel",
            source,
            node.name,
            identity=found,
            is_copy=found != source,
            written=node.kind,
        )
        has_bias = len(node.inputs) > 2 and node.inputs[2]
        bias = (self.bias(node, 2, kernel),) if has_bias else ()
        return (kernel.transposed(*order) if order else kernel, *bias)

    def bias(self, node: OnnxNode, at: int, kernel: Held) -> Held:
        """Return an operand as the bias of a kernel.

        Equal biases are written once; so they are one where the kernel is one, too.
        """
        source = node.inputs[at]
        known = self.graph.constants.get(source)
        own = kernel.identity, source if known is None else known.source
        return Held("bias", source, node.name, (), own, written=node.kind).reshaped(-1)

    def held_as(self, node: OnnxNode, names: Sequence[str], first: int = 1) -> Arrays:
        """Return what a node takes from one of its operands on, as vectors."""
        return tuple(
            Held(name, source, node.name, written=node.kind).reshaped(-1)
            for name, source in zip(names, node.inputs[first:], strict=False)
        )

    # ------------------------------------------------------------------------

    def _is_kernel(self, name: str) -> bool:
        return self._is_weight(name) and len(self.graph.constants[name].dimensions) > 1

    def _is_weight(self, name: str) -> bool:
        constant = self.graph.constants.get(name)
        return constant is not None and constant.is_real and bool(constant.dimensions)


Rules = Mapping[str, Callable[[Reader, OnnxNode], int]]
"""What to do with each kind of node."""
