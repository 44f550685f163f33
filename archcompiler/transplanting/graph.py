"""The graph that is matched: what each node computes, of what, with which weights."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any, TypeAlias

from archcompiler.units.arrays import Arrays

Attributes = tuple[tuple[str, Hashable], ...]


@dataclass(frozen=True, slots=True)
class Node:
    """What is computed from the operands; `attributes` is all that it depends on."""

    kind: str
    attributes: Attributes
    operands: tuple[int, ...]
    """Places of nodes before it."""

    weights: Arrays = ()
    layer: str = ""
    """The Keras layer that this comes from, for people."""

    is_commutative: bool = False
    """Whether the operands may stand in any order."""

    def attribute(self, name: str) -> Any:
        """Return an attribute, or None where the node has no such one."""
        return dict(self.attributes).get(name)


Graph: TypeAlias = list[Node]
"""Nodes, each after those that feed it."""
