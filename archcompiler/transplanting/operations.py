"""Operations: functions of `keras.ops`, as the layers that compute the same."""

import re
from collections.abc import Callable
from typing import Any

import keras

from archcompiler.transplanting.activations import (
    activate,
    elu_layer,
    rectify,
    relu_layer,
    softmax_layer,
)
from archcompiler.transplanting.arithmetic import arithmetic
from archcompiler.transplanting.call import Call
from archcompiler.transplanting.channels import channel_item, channel_reduction
from archcompiler.transplanting.generic import generic
from archcompiler.transplanting.graph import Value
from archcompiler.transplanting.shaping import concatenation

_HOMES = ("keras.src.ops.", "keras.src.activations.")


def is_operation(layer: Any) -> bool:
    """Whether a call is one of Keras' own functions, not a layer."""
    is_layer = isinstance(layer, keras.Layer)
    return not is_layer and type(layer).__module__.startswith(_HOMES)


def operation(call: Call) -> Value:
    """Add what a function does."""
    name = type(call.layer).__name__
    if call.arguments is None:
        return RULES.get(name, activation)(call)
    return channel_item(call) if name == "GetItem" else arithmetic(call)


def activation(call: Call) -> Value:
    """`relu(x)`, `tanh(x)` and other activations that take nothing else."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", type(call.layer).__name__).lower()
    function = getattr(keras.activations, words, None)
    if call.settings or function is None:
        return generic(call)
    return activate(call, call.operands[0], function)


def clip(call: Call) -> Value:
    """`clip(x, 0, 6)`: a rectifier that saturates."""
    least, most = call.settings["x_min"], call.settings["x_max"]
    if least != 0 or not isinstance(most, int | float):
        return generic(call)
    return rectify(call, max_value=most)


RULES: dict[str, Callable[[Call], Value]] = {
    "Clip": clip,
    "Concatenate": concatenation,
    "Elu": elu_layer,
    "LeakyRelu": relu_layer,
    "Max": channel_reduction,
    "Mean": channel_reduction,
    "ReLU": relu_layer,
    "Softmax": softmax_layer,
}
"""The rule of each function that takes settings; any other is a plain activation."""
