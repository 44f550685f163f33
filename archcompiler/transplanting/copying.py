"""Copying: the weights of matched nodes, and what was left."""

from collections.abc import Sequence
from typing import Any

import keras

from archcompiler.models.private import layers_within
from archcompiler.transplanting.graph import Node
from archcompiler.transplanting.matching import Pairs
from archcompiler.transplanting.reading import ReadModel
from archcompiler.transplanting.report import Copied, Left
from archcompiler.units.arrays import Held

Twins = dict[int, tuple[Held, Held]]
"""Each weight of the source with the target's, by the id of the source's variable."""


def twins_of(pairs: Pairs) -> Twins:
    """Return each weight of matched nodes once, however many calls share it."""
    return {
        id(ours.source): (ours, theirs)
        for node, other in pairs
        for ours, theirs in zip(node.weights, other.weights, strict=True)
    }


def copy_weights(twins: Twins) -> None:
    """Assign each weight, one array at a time."""
    for ours, theirs in twins.values():
        array = ours.laid_out(keras.ops.convert_to_numpy(ours.source))
        theirs.source.assign(theirs.laid_back(array))


def finalize(target: ReadModel, twins: Twins) -> None:
    """Let layers that keep values computed from their weights compute them anew."""
    changed = {id(theirs.source) for _, theirs in twins.values()}
    for layer in target.reading.owners.values():
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
        for weight, taken in zip(node.weights, other.weights, strict=True):
            if id(weight.source) not in done:
                done.add(id(weight.source))
                sizes = totals.setdefault((weight.layer, taken.layer), [])
                sizes.append(_size(weight.source))
    return tuple(
        Copied(*names, len(sizes), sum(sizes)) for names, sizes in totals.items()
    )


def left_layers(models: Sequence[ReadModel], pairs: Pairs) -> Left:
    """Return the layers of both sides that hold weights which no pair has."""
    sides = ([pair[side] for pair in pairs] for side in (0, 1))
    return Left(
        *(_left(model, nodes) for model, nodes in zip(models, sides, strict=True))
    )


def _left(model: ReadModel, nodes: list[Node]) -> tuple[str, ...]:
    matched = {id(weight.source) for node in nodes for weight in node.weights}
    reading = model.reading
    holders = dict.fromkeys(w.layer for unit in reading.units.made for w in unit.arrays)
    return tuple(
        name
        for name in holders
        if any(id(variable) not in matched for variable in reading.owners[name].weights)
    )


def _size(variable: Any) -> int:
    size = 1
    for length in variable.shape:
        size *= length
    return size
