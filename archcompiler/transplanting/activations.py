"""Activations: a layer of its own and one fused into another layer are one node."""

from collections.abc import Hashable
from typing import Any

import keras

from archcompiler.models.settings import kind_of, settings_of
from archcompiler.transplanting.axes import along_axes
from archcompiler.transplanting.call import Call
from archcompiler.transplanting.graph import Value

_RELU: dict[str, Hashable] = {
    "max_value": None,
    "negative_slope": 0.0,
    "threshold": 0.0,
}
_OF_FUNCTION: dict[str, tuple[str, dict[str, Hashable]]] = {
    "relu": ("relu", _RELU),
    "relu6": ("relu", {**_RELU, "max_value": 6.0}),
    "leaky_relu": ("relu", {**_RELU, "negative_slope": 0.2}),
    "elu": ("elu", {"alpha": 1.0}),
    "softmax": ("softmax", {"axis": -1}),
}
"""The functions that are layers, too: as the layer has them."""


def activate(call: Call, value: Value, function: Any) -> Value:
    """Apply an activation, as a layer's argument gives it, to a value of `call`."""
    if function is None or function is keras.activations.linear:
        return value
    name = _keras_name(function)
    if name is None:
        return _apply(call, value, "activation", {"function": _identity(function)})
    kind, attributes = _OF_FUNCTION.get(name, (name, {}))
    return _apply(call, value, kind, attributes)


def activation_layer(call: Call) -> Value:
    """`Activation`: the function itself."""
    return activate(call, call.operands[0], call.layer.activation)


def relu_layer(call: Call) -> Value:
    """`ReLU` and `LeakyReLU`."""
    return rectify(
        call, **{key: each for key, each in call.settings.items() if key in _RELU}
    )


def rectify(call: Call, **settings: Hashable) -> Value:
    """Apply a rectifier to the operand of a call."""
    return _apply(call, call.operands[0], "relu", {**_RELU, **settings})


def elu_layer(call: Call) -> Value:
    """`ELU`."""
    return _apply(call, call.operands[0], "elu", {"alpha": call.settings["alpha"]})


def softmax_layer(call: Call) -> Value:
    """`Softmax`."""
    attributes = along_axes(call)
    return _apply(call, call.operands[0], "softmax", attributes)


def _apply(call: Call, value: Value, kind: str, attributes: dict[str, Any]) -> Value:
    return call.add(kind, {**attributes, **call.precision()}, operands=[value])


def _keras_name(function: Any) -> str | None:
    """Return the name of one of Keras' own functions."""
    name = getattr(function, "__name__", None)
    if isinstance(name, str) and getattr(keras.activations, name, None) is function:
        return name
    return None


def _identity(function: Any) -> Hashable:
    """Return what tells a foreign function from all others."""
    if isinstance(function, keras.Layer):
        return kind_of(function), tuple(settings_of(function).items())
    module = getattr(function, "__module__", "")
    name = getattr(function, "__qualname__", "")
    if not name or "<" in name:  # a lambda or closure: only its own object is equal
        return id(function)
    return f"{module}.{name}"
