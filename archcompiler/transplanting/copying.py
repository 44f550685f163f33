"""Copying: the weights of matched nodes, and what was left."""

from typing import Any

import keras

from archcompiler.models.private import layers_within
from archcompiler.transplanting.graph import Graph, Node, Weight
from archcompiler.transplanting.matching import Pairs
from archcompiler.transplanting.report import Copied, Left

Twins = dict[int, tuple[Weight, Weight]]
"""Each weight of the source with the target's, by the id of the source's variable."""


def twins_of(pairs: Pairs) -> Twins:
    """Return each weight of matched nodes once, however many calls share it."""
    return {
        id(ours.variable): (ours, theirs)
        for node, other in pairs
        for ours, theirs in zip(node.weights, other.weights, strict=True)
    }


def copy_weights(twins: Twins) -> None:
    """Assign each weight, one array at a time."""
    for ours, theirs in twins.values():
        array = keras.ops.convert_to_numpy(ours.variable)
        theirs.variable.assign(array.reshape(tuple(theirs.variable.shape)))


def finalize(target: Graph, twins: Twins) -> None:
    """Let layers that keep values computed from their weights compute them anew."""
    changed = {id(theirs.variable) for _, theirs in twins.values()}
    for layer in target.owners.values():
        weights = getattr(layer, "weights", ())
        if any(id(variable) in changed for variable in weights):
            for each in layers_within(layer):
                if isinstance(each, keras.layers.Normalization):
                    each.finalize_state()


def copied_layers(pairs: Pairs) -> tuple[Copied, ...]:
    """Return the pairs of layers whose weights are copied, in the source's order."""
    done: set[int] = set()
    totals: dict[tuple[str, str], list[int]] = {}
    for node, other in pairs:
        for weight in node.weights:
            if id(weight.variable) not in done:
                done.add(id(weight.variable))
                sizes = totals.setdefault((node.layer, other.layer), [])
                sizes.append(_size(weight.variable))
    return tuple(
        Copied(*names, len(sizes), sum(sizes)) for names, sizes in totals.items()
    )


def left_layers(graphs: tuple[Graph, Graph], pairs: Pairs) -> Left:
    """Return the layers of both sides that hold weights which no pair has."""
    sides = ([pair[side] for pair in pairs] for side in (0, 1))
    return Left(
        *(_left(graph, nodes) for graph, nodes in zip(graphs, sides, strict=True))
    )


def _left(graph: Graph, nodes: list[Node]) -> tuple[str, ...]:
    matched = {id(weight.variable) for node in nodes for weight in node.weights}
    holders: dict[str, Any] = {node.layer: None for node in graph.nodes if node.weights}
    return tuple(
        name
        for name in holders
        if any(id(variable) not in matched for variable in graph.owners[name].weights)
    )


def _size(variable: Any) -> int:
    size = 1
    for length in variable.shape:
        size *= length
    return size
