"""The graph of ops, whose nodes know their operands, shapes and costs.

Everything is computed when a node is added, so that the next expression may use the
channels that arrive; the order of insertion is a topological order.
"""

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, TypeVar

from archcompiler.graph.nodes import Attributes, Facts, Node, OpNode, Trace
from archcompiler.ops.base import AbstractOp, Shapes, Weight
from archcompiler.ops.expect import expect_size
from archcompiler.shapes import Shape, format_shape

if TYPE_CHECKING:
    import networkx as nx


Kind = TypeVar("Kind", bound=Node)


class DuplicateNameError(Exception):
    """Two nodes cannot have one name."""


class Graph:
    """Ops and the tensors that run between them: each node knows its operands."""

    def __init__(self) -> None:
        self._nodes: dict[str, Node] = {}
        self._network: nx.DiGraph[str] | None = None

    def __iter__(self) -> Iterator[Node]:
        """Return the nodes in topological order, inputs first."""
        return iter(self._nodes.values())

    def __reversed__(self) -> Iterator[Node]:
        """Return the nodes so that each comes before its operands."""
        return reversed(self._nodes.values())

    def __len__(self) -> int:
        return len(self._nodes)

    def __contains__(self, name: str) -> bool:
        return name in self._nodes

    def __getitem__(self, name: str) -> Node:
        """Return a node by its layer's name; raise KeyError for an unknown one."""
        return self._nodes[name]

    @property
    def network(self) -> "nx.DiGraph[str]":
        """The graph in networkx, for any of its algorithms and writers.

        Its nodes are the layers' names. Their attributes are plain values, so that
        GraphML and JSON can be written: `op`, `arguments` (those that differ from
        Keras' defaults, as JSON), `shape`, `parameters` and `macs`. An edge's
        `operands` tells as which operand a value is taken, or as which. The node
        itself, with its op, is `graph[name]`.
        """
        from archcompiler.graph.network import as_network  # lazy: few ask for it

        if self._network is None:
            self._network = as_network(self)
        return self._network

    def consumers(self) -> Counter[str]:
        """Return how many nodes take the output of a node, by its name."""
        return Counter([name for node in self for name in {*node.inputs}])

    def add_input(self, name: str, shape: Shape) -> Node:
        """Add an input tensor."""
        attributes = {"op": "InputLayer", "shape": format_shape(shape)}
        return self.adopt(Node(name, (), Facts(shape, attributes=attributes)))

    def adopt(self, node: Kind) -> Kind:
        """Add a node as it is, whether its operands are there or not."""
        self._nodes[node.name] = node
        self._network = None
        return node

    def forget_traces(self) -> None:
        """Let go of what made the nodes: without these circles, no collector is needed.

        What only counts does so before it throws the graph away.
        """
        for node in self:
            if isinstance(node, OpNode):
                node.call = node.frame = None

    def add(
        self,
        name: str,
        op: AbstractOp,
        inputs: tuple[Node, ...],
        row: int,
        trace: Trace | None = None,
    ) -> OpNode:
        """Add an op whose operands are already in the graph.

        Raises:
            OpError: when the op does not fit its inputs; nothing is added then.
            DuplicateNameError: when the graph has a node of that name.
        """
        if name in self._nodes:
            raise DuplicateNameError(name)
        facts = facts_of(op, tuple([node.shape for node in inputs]))
        node = OpNode(name, op, inputs, facts, row, trace)
        _measure_depth(node)
        return self.adopt(node)


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


def _measure_depth(node: OpNode) -> None:
    """Set depths from those of the operands."""
    role = node.op.role
    first, *others = node.operands
    depth, pooled = first.depth, first.pooled_depth
    row_depth = first.row_depth if first.row == node.row else 0
    for other in others:
        depth = max(depth, other.depth)
        pooled = max(pooled, other.pooled_depth)
        if other.row == node.row:
            row_depth = max(row_depth, other.row_depth)
    if role == "weighted":
        alike = pooled == depth
        depth, row_depth = depth + 1, row_depth + 1
        pooled = depth if alike else pooled + 1  # one number for both
    elif role == "pooling":
        pooled += 1
    node.depth, node.pooled_depth, node.row_depth = depth, pooled, row_depth
