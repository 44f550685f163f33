"""Totals: what the layers of one row of the table come to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from archcompiler.graph.memory import activation_bytes
from archcompiler.graph.nodes import Node, OpNode


@dataclass(slots=True)
class RowTotals:
    """The layers that a row made, in order, and their counts."""

    layers: Sequence[Node] = ()

    @property
    def parameters(self) -> int:
        """Number of weights, trainable or not."""
        return sum([node.facts.parameters for node in self.layers])

    @property
    def trainable(self) -> int:
        """Number of weights that training changes."""
        return sum([node.facts.trainable for node in self.layers])

    @property
    def kernels(self) -> int:
        """Number of weights of convolutions and dense layers, their biases left out."""
        return sum([node.facts.kernels for node in self.layers])

    @property
    def macs(self) -> int:
        """Multiply-adds of one sample."""
        return sum([node.facts.macs for node in self.layers])

    @property
    def activation_bytes(self) -> int:
        """Bytes of the layers' float32 outputs for one sample."""
        return activation_bytes(self.layers)


def layers_by_row(nodes: Iterable[Node]) -> dict[int, list[OpNode]]:
    """Return each row's layers, by the row's index; a row without layers is missing."""
    layers: dict[int, list[OpNode]] = {}
    for node in nodes:
        if isinstance(node, OpNode):
            layers.setdefault(node.row, []).append(node)
    return layers
