"""Layers that normalise, rescale, reshape or join."""

from typing import Any

import numpy as np

from archcompiler.models.settings import freeze
from archcompiler.models.sizes import Size
from archcompiler.ops.table import OPS
from archcompiler.transplanting.axes import along_axes
from archcompiler.transplanting.call import Call
from archcompiler.transplanting.generic import generic
from archcompiler.transplanting.graph import Value
from archcompiler.transplanting.idioms import gated_function, hard_function
from archcompiler.transplanting.windows import is_pixel, pool_globally


def normalization(call: Call) -> Value:
    """Any normalisation along axes: the epsilon counts, the momentum does not."""
    name = type(call.layer).__name__
    left_out = OPS[name].trained_with()
    kept = {key: each for key, each in call.settings.items() if key not in left_out}
    attributes = {**kept, "axis": call.axis, **call.precision(), **call.ranks()}
    return call.add(name, attributes, weights=call.weights())


def rescaling(call: Call) -> Value:
    """`Rescaling`."""
    return rescale(call, call.operands[0], call.layer.scale, call.layer.offset)


def rescale(call: Call, value: Value, scale: Any, offset: Any = 0.0) -> Value:
    """Multiply a value and add to it; numbers, or one for each channel."""
    numbers = {
        "scale": freeze(np.asarray(scale).tolist()),
        "offset": freeze(np.asarray(offset).tolist()),
    }
    written_out = hard_function(call.graph, value, **numbers)
    if written_out is not None:
        kind, x = written_out
        return call.add(kind, call.precision(), operands=[x])
    attributes = {**numbers, **call.precision(), **call.ranks()}
    return call.add("Rescaling", attributes, operands=[value])


def scale_then_add(call: Call) -> Value:
    """Inception-ResNet-v2's own layer, `x[0] + scale * x[1]`, as two nodes."""
    shortcut, residual = call.operands
    scaled = rescale(call, residual, call.layer.scale)
    attributes = {**call.precision(), **call.ranks(in_order=False)}
    return call.add("Add", attributes, operands=[shortcut, scaled])


def channel_scale(call: Call) -> Value:
    """One learnt factor for each channel, whatever it begins with, and an offset."""
    center = call.settings.get("center", False)
    attributes = {"center": center, **call.precision()}
    return call.add("Scale", attributes, weights=call.weights())


def merging(call: Call) -> Value:
    """`Add`, `Multiply` and the others that take operands in any order."""
    return merge(call, type(call.layer).__name__)


def merge(call: Call, kind: str) -> Value:
    """Merge the operands; a gate and what it gates are one function."""
    if kind == "Multiply":
        written_out = gated_function(call.graph, call.operands)
        if written_out is not None:
            kind, x = written_out
            return call.add(kind, call.precision(), operands=[x])
    attributes = {**call.precision(), **call.ranks(in_order=False)}
    return call.add(kind, attributes)


def concatenation(call: Call) -> Value:
    """`Concatenate`, with the operands of those that it joins along the same axis."""
    attributes = {**along_axes(call), **call.precision()}
    operands: list[Value] = []
    for value in call.operands:
        node = call.graph[value]
        nested = node.kind == "Concatenate" and dict(node.attributes) == attributes
        operands += node.operands if nested else [value]
    return call.add("Concatenate", attributes, operands=operands)


def global_pooling(call: Call) -> Value:
    """`GlobalAveragePooling2D` and `GlobalMaxPooling2D`."""
    if call.settings["data_format"] != "channels_last":
        return generic(call)
    return pool_globally(call, type(call.layer).__name__)


def reshaping(call: Call) -> Value:
    """`Flatten` and `Reshape`: nothing, where a 1x1 image becomes a vector or back."""
    if call.settings.get("data_format", "channels_last") != "channels_last":
        return generic(call)
    before, after = call.sizes[0], call.results[0]
    if before == after or _is_same_vector(before, after):
        return call.operands[0]
    return call.add("Reshape", {"target_shape": after, **call.ranks()})


def _is_same_vector(before: Size, after: Size) -> bool:
    flat = [size[-1:] if is_pixel(size) else size for size in (before, after)]
    return flat[0] == flat[1] and len(flat[0]) == 1
