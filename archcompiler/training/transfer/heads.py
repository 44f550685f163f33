"""Heads: the layers that begin anew, and the layers that end what is copied."""

from collections.abc import Collection, Iterable

from archcompiler.architecture import Architecture
from archcompiler.graph.nodes import Node


def default_head(architecture: Architecture) -> tuple[str, ...]:
    """Return the last rows with weights before each output, in the table's order."""
    weighted = {
        row.index for row in architecture.rows if architecture.totals(row).parameters
    }
    found: set[int] = set()
    waiting = list(architecture.outputs)
    while waiting:
        node = waiting.pop()
        if node.row in weighted:
            found.add(node.row)
        else:
            waiting += [architecture.graph[name] for name in node.inputs]
    return tuple(row.name for row in architecture.rows if row.index in found)


def head_layers(architecture: Architecture, head: Collection[str]) -> set[str]:
    """Return the layers of the rows of a head, and all that follow from them."""
    rows = {row.index for row in architecture.rows if row.name in head}
    layers: set[str] = set()
    for node in architecture.layers:
        if node.row in rows or not layers.isdisjoint(node.inputs):
            layers.add(node.name)
    return layers


def boundary(architecture: Architecture, layers: Collection[str]) -> set[str]:
    """Return the layers that feed a head, and the outputs that are none of it."""
    feeding = {
        name
        for node in architecture.layers
        if node.name in layers
        for name in node.inputs
    }
    ends = feeding | {node.name for node in architecture.outputs}
    inputs = {node.name for node in architecture.inputs}
    return ends - set(layers) - inputs


def rows_of(architecture: Architecture, layers: Iterable[str]) -> tuple[str, ...]:
    """Return the rows to which layers belong, in the table's order."""
    nodes: list[Node] = [architecture.graph[name] for name in layers]
    indices = {node.row for node in nodes}
    return tuple(row.name for row in architecture.rows if row.index in indices)
