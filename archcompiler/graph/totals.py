"""Totals: what the layers of one row of the table come to."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from archcompiler.graph.graph import Node
from archcompiler.graph.memory import activation_bytes


@dataclass(slots=True)
class RowTotals:
    """The layers that a row made, in order, and their counts."""

    layers: list[Node] = field(default_factory=list)

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


def totals_by_row(nodes: Iterable[Node]) -> dict[int, RowTotals]:
    """Return each row's totals, by the row's index; a row without layers is missing."""
    totals: dict[int, RowTotals] = {}
    for node in nodes:
        if node.row is None:
            continue
        if node.row not in totals:
            totals[node.row] = RowTotals()
        totals[node.row].layers.append(node)
    return totals
