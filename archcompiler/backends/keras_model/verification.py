"""Verification: what Keras built beside what the graph says."""

from collections.abc import Iterator
from math import prod
from typing import Any

import keras

from archcompiler.diagnostics import Diagnostic, SpecError
from archcompiler.graph.expansion import Expansion
from archcompiler.graph.nodes import Node


def verify(expansion: Expansion, model: keras.Model) -> None:
    """Compare counts, layers, output shapes and weights.

    Raises:
        SpecError: with `build-mismatch` for each difference.
    """
    found = [Diagnostic("build-mismatch", m) for m in _differences(expansion, model)]
    if found:
        raise SpecError(found)


def _differences(expansion: Expansion, model: keras.Model) -> Iterator[str]:
    layers = {layer.name: layer for layer in model.layers}
    nodes = {node.name: node for node in expansion.graph}
    for name in sorted(nodes.keys() ^ layers.keys()):
        where = "only in the graph" if name in nodes else "only in Keras' model"
        yield f"the layer `{name}` is {where}"
    for name, node in nodes.items():
        if name in layers:
            yield from _layer_differences(node, layers[name])
    trainable = sum(prod(weight.shape) for weight in model.trainable_weights)
    for what, keras_count, count in (
        ("parameters", model.count_params(), sum(n.parameters for n in nodes.values())),
        ("trainable parameters", trainable, sum(n.trainable for n in nodes.values())),
    ):
        if keras_count != count:
            yield f"Keras counts {keras_count:,} {what}, the graph {count:,}"
    outputs = [_shape(tensor.shape) for tensor in model.outputs]
    expected = [node.shape for node in expansion.outputs]
    if outputs != expected:
        yield f"Keras' outputs have the shapes {outputs}, the graph's {expected}"


def _layer_differences(node: Node, layer: Any) -> Iterator[str]:
    shape = _shape(layer.output.shape)
    if shape != node.shape:
        yield f"`{node.name}` gives {shape} in Keras, {node.shape} in the graph"
    theirs = [(w.name, tuple(w.shape), w.trainable) for w in layer.weights]
    ours = [tuple(weight) for weight in node.weights]
    if theirs != ours:
        yield f"`{node.name}` has the weights {theirs} in Keras, {ours} in the graph"


def _shape(shape: Any) -> tuple[Any, ...]:
    return tuple(shape)[1:]
