"""Nodes of the graph, and the calls of blocks that made them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from types import MappingProxyType
from typing import NamedTuple

from archcompiler.graph.calls import Call, CalledBlock
from archcompiler.graph.receptive_fields import Field
from archcompiler.graph.spreading import forget
from archcompiler.language.expressions import Value
from archcompiler.language.expressions.naming import repetition_name
from archcompiler.language.text.document import Scalar
from archcompiler.ops.base import AbstractOp, Weight, Window
from archcompiler.shapes import Shape

Attributes = Mapping[str, str | int]


class Facts(NamedTuple):
    """What an op makes of its input shapes; equal calls share it."""

    shape: Shape
    weights: tuple[Weight, ...] = ()
    macs: int = 0
    parameters: int = 0
    trainable: int = 0
    kernels: int = 0
    window: Window = Window()
    attributes: Attributes = MappingProxyType({})
    """The same in plain values, as the networkx graph shows them."""


class Trace(NamedTuple):
    """What made a node: the call that ran, within which call of a block."""

    call: Call
    """A step of the block, or a row of the table."""

    frame: "Frame | None"
    """The call of the block whose step it is; None for a row."""

    number: int
    """Which of the call's repetitions it was, from 0."""


class Node:
    """An input of the graph, or an op: an `OpNode`.

    `operands` are the nodes whose values it takes, the same one twice for `x + x`;
    `shape` is the output's, channels-last and without the batch axis; `depth` counts
    weighted layers on the longest path from an input, `pooled_depth` pooling as well;
    `row_depth` counts those of the table's row; `facts` are what equal ops share;
    `call`, `frame` and `number` are its trace.
    """

    op: AbstractOp | None = None
    row: int | None = None
    call: Call | None = None
    frame: "Frame | None" = None
    number: int = 0

    __slots__ = (
        "_field",
        "depth",
        "facts",
        "name",
        "operands",
        "pooled_depth",
        "row_depth",
        "shape",
    )

    def __init__(self, name: str, operands: tuple["Node", ...], facts: Facts) -> None:
        self.name = name
        self.operands = operands
        self.facts = facts
        self.shape = facts.shape
        self.depth = 0
        self.pooled_depth = 0
        self.row_depth = 0
        self._field: Field | None = None

    @property
    def inputs(self) -> tuple[str, ...]:
        """The operands' names, in their order."""
        return tuple([node.name for node in self.operands])

    @property
    def trace(self) -> Trace | None:
        """Which step made it; None for an input."""
        call = self.call
        return Trace(call, self.frame, self.number) if call is not None else None

    @property
    def field(self) -> Field:
        """What one position sees of the image; measured when it is first asked for."""
        waiting = [self]
        while self._field is None:
            node = waiting[-1]
            unknown = [each for each in node.operands if each._field is None]
            waiting += unknown
            if not unknown:
                waiting.pop()
                fields = [each._field or Field() for each in node.operands]
                seen = reduce(Field.widest, fields) if fields else Field()
                node._field = seen.through(node.facts.window)
        return self._field

    @property
    def weights(self) -> tuple[Weight, ...]:
        """The weights by name, with their shapes."""
        return self.facts.weights

    @property
    def macs(self) -> int:
        """Multiply-adds of one sample."""
        return self.facts.macs

    @property
    def parameters(self) -> int:
        """Number of weights, trainable or not."""
        return self.facts.parameters

    @property
    def trainable(self) -> int:
        """Number of weights that training changes."""
        return self.facts.trainable

    @property
    def kernels(self) -> int:
        """Number of weights without biases, gains and offsets."""
        return self.facts.kernels

    def __repr__(self) -> str:
        kind = type(self.op).__name__ if self.op else "Input"
        return f"<{kind} {self.name} {self.shape}>"


class OpNode(Node):
    """An op in the graph, made in a row of the table."""

    __slots__ = ("call", "frame", "number", "op", "row")

    op: AbstractOp
    row: int

    def __init__(
        self,
        name: str,
        op: AbstractOp,
        operands: tuple[Node, ...],
        facts: Facts,
        row: int,
        trace: Trace | None = None,
    ) -> None:
        Node.__init__(self, name, operands, facts)  # quicker than `super()`
        self.op = op
        self.row = row
        self.call, self.frame, self.number = trace or (None, None, 0)


@dataclass(slots=True)
class Frame:
    """One call of a block: what its text may name, and who called it."""

    block: CalledBlock
    values: Mapping[str, Value]
    """Parameters, words about repetition, and each column that has a value."""

    inputs: tuple[Node, ...]
    prefix: str
    call: Call
    caller: "Frame | None"
    number: int = 0
    """Which of the call's repetitions it is, from 0."""

    output: Node | None = None
    """What the call gave, once it ran."""

    steps: dict[str, Node] | None = None
    """The outputs of steps that have a name, once there are any."""

    def tensor(self, name: str) -> Node | None:
        """Return the tensor that a name means now, or None where it means none."""
        if self.steps is not None and name in self.steps:
            return self.steps[name]
        if name == "in":
            return self.inputs[0]
        names = self.block.inputs
        return self.inputs[names.index(name)] if name in names else None

    def shape(self, name: str) -> Shape | None:
        """Return the shape of a named tensor, or None where the name is none."""
        node = self.tensor(name)
        return node.shape if node is not None else None

    def repeated(self, name: str, number: int, node: Node) -> None:
        """Let the name of a step's repetition mean its output, if something asks."""
        if name not in self.block.asked:
            return
        if number == 1 and self.steps is not None:
            forget(self.steps, name)
        self.name(repetition_name(name, number), node)

    def name(self, name: str, node: Node) -> None:
        """Let a step's name mean its output."""
        if self.steps is None:
            self.steps = {}
        self.steps[name] = node


def origin(cell: Scalar, caller: Frame | None) -> Scalar:
    """Follow a text that is just `<column>` to where the column's value came from."""
    while caller is not None and cell.text.startswith("<") and cell.text.endswith(">"):
        name, call = cell.text[1:-1], caller.call
        given = next((a.cell for a in call.arguments if a.name == name), None)
        if given is not None:
            cell, caller = given, caller.caller
            continue
        if call.target is not None and name in call.target.preset:
            return call.place
        default = caller.block.columns.get(name)
        return default.cell if default is not None else cell
    return cell


def path(call: Call, caller: Frame | None, beside: Scalar) -> str:
    """Return the blocks that lead to a step, and the step's line."""
    place = call.place
    names = [f"`{place.text}` ({place.line_seen_from(beside)})"]
    while caller is not None:
        names.append(f"`{caller.block.name}`")
        caller = caller.caller
    return " > ".join(reversed(names))
