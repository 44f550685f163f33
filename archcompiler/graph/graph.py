"""The graph of ops: a networkx DiGraph whose nodes know their shapes and costs.

Everything is computed when a node is added, so that the next expression may use the
channels that arrive; the order of insertion is a topological order.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

import networkx as nx

from archcompiler.ops.base import AbstractOp, Shapes, Weight, Window
from archcompiler.ops.expect import expect_size
from archcompiler.shapes import Shape, format_shape

RealPair = tuple[float, float]
Attributes = Mapping[str, str | int]


class Field(NamedTuple):
    """What one position sees of the image: receptive field and stride, in pixels."""

    height: float = 1
    width: float = 1
    stride_down: float = 1
    stride_right: float = 1

    @property
    def extent(self) -> RealPair:
        """Height and width of the receptive field."""
        return self.height, self.width

    @property
    def strides(self) -> RealPair:
        """Distance between two neighbours' fields, down and to the right."""
        return self.stride_down, self.stride_right


_ONE_PIXEL = Field()
_ONE_POSITION = Window()


class DuplicateNameError(Exception):
    """Two nodes cannot have one name."""


class Node:
    """An op in the graph, or an input where `op` is None.

    `inputs` are names in the order of the operands, the same one twice for `x + x`;
    `shape` is the output's, channels-last and without the batch axis; `depth` counts
    weighted layers on the longest path from an input, `pooled_depth` pooling as well;
    `row_depth` counts those of the table's row; `facts` are what equal ops share.
    """

    __slots__ = (
        "depth",
        "facts",
        "field",
        "inputs",
        "name",
        "op",
        "pooled_depth",
        "row",
        "row_depth",
        "shape",
    )

    def __init__(
        self,
        name: str,
        op: AbstractOp | None,
        inputs: tuple[str, ...],
        facts: "Facts",
        row: int | None = None,
    ) -> None:
        self.name = name
        self.op = op
        self.inputs = inputs
        self.row = row
        self.facts = facts
        self.shape = facts.shape
        self.depth = 0
        self.pooled_depth = 0
        self.row_depth = 0
        self.field = _ONE_PIXEL

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


class Graph:
    """Ops and the tensors that run between them.

    `network` is the networkx graph, on which users may run any networkx algorithm. Its
    nodes are the layers' names. Their attributes are plain values, so that GraphML and
    JSON can be written: `op`, `arguments` (those that differ from Keras' defaults, as
    JSON), `shape`, `parameters` and `macs`. An edge's `operands` tells as which operand
    a value is taken, or as which. The node itself, with its op, is `graph[name]`.
    """

    def __init__(self) -> None:
        self.network: nx.DiGraph[str] = nx.DiGraph()
        self._nodes: dict[str, Node] = {}

    def __iter__(self) -> Iterator[Node]:
        """Return the nodes in topological order, inputs first."""
        return iter(self._nodes.values())

    def __len__(self) -> int:
        return len(self._nodes)

    def __contains__(self, name: str) -> bool:
        return name in self._nodes

    def __getitem__(self, name: str) -> Node:
        """Return a node by its layer's name; raise KeyError for an unknown one."""
        return self._nodes[name]

    def consumers(self, name: str) -> int:
        """Return how many nodes take the output of a node."""
        return int(self.network.out_degree(name))

    def add_input(self, name: str, shape: Shape) -> Node:
        """Add an input tensor."""
        attributes = {"op": "InputLayer", "shape": format_shape(shape)}
        return self.adopt(Node(name, None, (), Facts(shape, attributes=attributes)))

    def adopt(self, node: Node) -> Node:
        """Add a node as it is, without the edges that lead to it."""
        self._nodes[node.name] = node
        self.network.add_node(node.name, **node.facts.attributes)
        return node

    def add(
        self, name: str, op: AbstractOp, inputs: tuple[Node, ...], row: int | None
    ) -> Node:
        """Add an op whose operands are already in the graph.

        Raises:
            OpError: when the op does not fit its inputs; nothing is added then.
            DuplicateNameError: when the graph has a node of that name.
        """
        network = self.network
        if name in self._nodes:
            raise DuplicateNameError(name)
        facts = facts_of(op, tuple([node.shape for node in inputs]))
        names = tuple([node.name for node in inputs])
        node = Node(name, op, names, facts, row)
        _measure_path(node, op, inputs, facts.window)
        self.adopt(node)
        if len(names) == 1:
            network.add_edge(names[0], name, operands="0")
            return node
        for source in names:  # the same one twice, in `add: [x, x]`, is one edge
            places = [str(at) for at, other in enumerate(names) if other == source]
            network.add_edge(source, name, operands=" ".join(places))
        return node


MOST_KEPT = 16_384
_known: dict[tuple[int, Shapes], tuple[AbstractOp, Facts]] = {}


def facts_of(op: AbstractOp, shapes: Shapes) -> Facts:
    """Return what an op makes of its input shapes, computed once for each op.

    Raises:
        OpError: when the op does not fit its inputs.
    """
    key = (id(op), shapes)
    found = _known.get(key)
    if found is not None:
        return found[1]
    shape = op.infer_shape(shapes)
    weights = op.weights(shapes)
    expect_size(op, shape, weights)
    parameters = sum([weight.size for weight in weights])
    trainable = sum([weight.size for weight in weights if weight.trainable])
    kernels = kernel_count(op, weights)
    macs, window = op.macs(shapes), op.window(shapes)
    attributes: Attributes = {
        "op": op.op,
        "arguments": op.model_dump_json(exclude_defaults=True),
        "shape": format_shape(shape),
        "parameters": parameters,
        "macs": macs,
    }
    facts = Facts(
        shape, weights, macs, parameters, trainable, kernels, window, attributes
    )
    if len(_known) >= MOST_KEPT:
        _known.clear()
    _known[key] = (op, facts)  # the op is kept, so that its id is not reused
    return facts


def kernel_count(op: AbstractOp, weights: tuple[Weight, ...]) -> int:
    """Return what papers call weights: the kernels of convolutions and dense layers.

    Biases are left out, and so are the gains and offsets of normalisation, which tables
    that count weights ignore. (GoogLeNet's Table 1 cannot tell: counting its biases
    explains as many cells as leaving them out.)
    """
    if op.role != "weighted":
        return 0
    return sum([weight.size for weight in weights if weight.name != "bias"])


def _measure_path(
    node: Node, op: AbstractOp, inputs: tuple[Node, ...], window: Window
) -> None:
    """Set depth and receptive field from those of the inputs."""
    first, *others = inputs
    depth, pooled, field = first.depth, first.pooled_depth, first.field
    row_depth = first.row_depth if first.row == node.row else 0
    for other in others:
        depth = max(depth, other.depth)
        pooled = max(pooled, other.pooled_depth)
        if other.row == node.row:
            row_depth = max(row_depth, other.row_depth)
        field = _widest(field, other.field)
    if op.role == "weighted":
        depth, pooled, row_depth = depth + 1, pooled + 1, row_depth + 1
    elif op.role == "pooling":
        pooled += 1
    node.depth, node.pooled_depth, node.row_depth = depth, pooled, row_depth
    node.field = _through(field, window)


def _widest(one: Field, other: Field) -> Field:
    return Field(*map(max, one, other))


def _through(field: Field, window: Window) -> Field:
    """Widen a receptive field by a window over positions `field.strides` apart."""
    if window == _ONE_POSITION:
        return field
    height, width, down, right = field
    (tall, wide), (stride_down, stride_right) = window
    height, width = height + (tall - 1) * down, width + (wide - 1) * right
    return Field(height, width, down * stride_down, right * stride_right)
