"""The canonical graph: equal functions of equal structure become equal graphs."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from archcompiler.ops.table import OPS

Attributes = tuple[tuple[str, Hashable], ...]


class Value(NamedTuple):
    """One output of a node."""

    node: int
    output: int = 0


class Weight(NamedTuple):
    """A Keras variable, and the shape that it has in canonical form."""

    variable: Any
    shape: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Node:
    """What is computed from the operands; `attributes` is all that it depends on."""

    kind: str
    attributes: Attributes
    operands: tuple[Value, ...]
    weights: tuple[Weight, ...] = ()
    layer: str = ""
    """The Keras layer that this comes from, for people."""

    @property
    def is_commutative(self) -> bool:
        """Whether the operands may stand in any order."""
        op = OPS.get(self.kind)
        return op is not None and op.inputs == "several" and not op.is_ordered

    def attribute(self, name: str) -> Any:
        """Return an attribute, or None where the node has no such one."""
        return dict(self.attributes).get(name)


@dataclass
class Graph:
    """Nodes, each after those that feed it.

    What would compute the same from the same operands and weights is one node.
    """

    nodes: list[Node] = field(default_factory=list)
    layers: dict[str, list[tuple[Value, ...]]] = field(default_factory=dict)
    """What each Keras layer gives, a tuple of outputs for each of its calls."""

    owners: dict[str, Any] = field(default_factory=dict)
    """The Keras layer of each name."""

    sizes: dict[Value, tuple[int | None, ...]] = field(default_factory=dict)
    """The shape of each value that a layer gives, without the batch."""

    _known: dict[Hashable, int] = field(default_factory=dict)

    def add(self, node: Node) -> Value:
        """Return the value of a node, of an equal one where there is one."""
        place = len(self.nodes)
        if not node.attribute("training"):  # there, two calls draw unlike numbers
            place = self._known.setdefault(_identity(node), place)
        if place == len(self.nodes):
            self.nodes.append(node)
        return Value(place)

    def __getitem__(self, value: Value) -> Node:
        return self.nodes[value.node]

    def ending_in(self, ends: Iterable[Node]) -> "Graph":
        """Return what feeds these nodes, and them at the end."""
        ends = tuple(ends)
        needed = {value.node for end in ends for value in end.operands}
        for index in range(len(self.nodes) - 1, -1, -1):
            if index in needed:
                needed |= {value.node for value in self.nodes[index].operands}
        places = {index: place for place, index in enumerate(sorted(needed))}
        kept = [self.nodes[index] for index in places]
        return Graph([_moved(node, places) for node in (*kept, *ends)])


def _identity(node: Node) -> Hashable:
    operands = sorted(node.operands) if node.is_commutative else node.operands
    weights = tuple(id(weight.variable) for weight in node.weights)
    return node.kind, node.attributes, tuple(operands), weights


def _moved(node: Node, places: dict[int, int]) -> Node:
    operands = (Value(places[value.node], value.output) for value in node.operands)
    return replace(node, operands=tuple(operands))
