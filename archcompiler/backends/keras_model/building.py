"""Building: each node of the graph becomes one layer, in the graph's order."""

from typing import Any

import keras

import archcompiler.backends.keras_model.layers as own_layers
from archcompiler.graph.expansion import Expansion
from archcompiler.language.expressions.patterns import slug
from archcompiler.ops.base import AbstractOp, Construct


def build(expansion: Expansion) -> keras.Model:
    """Return the Keras model, its layers and inputs named as in the graph."""
    tensors: dict[str, Any] = {}
    for node in expansion.graph:
        if node.op is None:
            tensors[node.name] = keras.Input(node.shape, name=node.name)
            continue
        layer = make_layer(node.op, node.name)
        operands = [tensors[name] for name in node.inputs]
        several = node.op.inputs == "several"
        tensors[node.name] = layer(operands if several else operands[0])
    inputs = [tensors[node.name] for node in expansion.inputs]
    outputs = [tensors[node.name] for node in expansion.outputs]
    return keras.Model(
        inputs if len(inputs) > 1 else inputs[0],
        outputs if len(outputs) > 1 else outputs[0],
        name=slug(expansion.program.name),
    )


def make_layer(op: AbstractOp, name: str) -> Any:
    """Return the Keras layer that an op is."""
    layer, positional, keywords = op.layer_call()
    arguments = {key: make(value) for key, value in keywords.items()}
    return _layer_class(layer)(*map(make, positional), **arguments, name=name)


def _layer_class(layer: str) -> Any:
    """Return the class that a call names: one of Keras' layers, or of ours."""
    name = layer.removeprefix("layers.")
    if name != layer:
        return getattr(keras.layers, name)
    return getattr(own_layers, name)


def make(value: Any) -> Any:
    """Make what an argument constructs: a new object for each call that takes it."""
    if isinstance(value, list):
        return [make(item) for item in value]
    if value.__class__ is not Construct:
        return value
    found: Any = keras
    for part in value.path.split(".")[1:]:
        found = getattr(found, part)
    return found(*value.positional, **dict(value.keywords))
