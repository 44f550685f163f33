"""One call of a Keras layer, and what every node that is made of it carries."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import Any

from archcompiler.models.calls import KerasCall
from archcompiler.transplanting.graph import Graph, Node, Value, Weight


@dataclass(frozen=True)
class Call(KerasCall):
    """A layer applied to operands that are canonical already."""

    operands: tuple[Value, ...]
    graph: Graph

    def add(
        self,
        kind: str,
        attributes: dict[str, Hashable],
        *,
        operands: Iterable[Value] | None = None,
        weights: Iterable[Weight] = (),
    ) -> Value:
        """Add a node of this call."""
        taken = self.operands if operands is None else tuple(operands)
        named = {**attributes, **self._mode()}
        node = Node(kind, tuple(named.items()), taken, tuple(weights), self.name)
        return self.graph.add(node)

    def weights(self) -> tuple[Weight, ...]:
        """Return the layer's weights, as they are."""
        return tuple(map(weight_of, getattr(self.layer, "weights", ())))

    def precision(self) -> dict[str, Hashable]:
        """Return the precision in which the layer computes; a function has none."""
        return {"dtype": getattr(self.layer, "compute_dtype", self.dtype)}

    def ranks(self, *, in_order: bool = True) -> dict[str, Hashable]:
        """Return the operands' ranks, which broadcasting depends on; one if equal."""
        ranks = [len(size) for size in self.sizes]
        shown = tuple(ranks if in_order else sorted(ranks))
        return {"rank": shown[0] if len({*shown}) == 1 else shown}

    def _mode(self) -> dict[str, Hashable]:
        return {"training": True} if self.is_training else {}


def weight_of(variable: Any) -> Weight:
    """Return a variable as a weight of its own shape."""
    return Weight(variable, tuple(variable.shape))
