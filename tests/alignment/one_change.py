"""One change to the config of a built model: a field, or the order of operands."""

from copy import deepcopy
from random import Random
from typing import Any, NamedTuple

import keras

from archcompiler.ops.table import OPS

_LEFT = ("name", "dtype", "trainable", "data_format", "quantization_config")
"""What says nothing of the function, but for the precision, which is left open."""

_WORDS = {
    "padding": ("same", "valid"),
    "activation": ("relu", "tanh", "linear", "relu6"),
    "interpolation": ("nearest", "bilinear"),
}


class Change(NamedTuple):
    """A model in which one thing is otherwise, and what it is."""

    model: keras.Model
    layer: str
    field: str
    value: Any
    is_open: bool
    """Whether the audit says that it doesn't compare such a field."""


def change(model: keras.Model, random: Random) -> Change | None:
    """Change one thing; None where Keras makes no such model."""
    config = deepcopy(model.get_config())
    layer = random.choice([x for x in config["layers"] if x["inbound_nodes"]])
    operands = layer["inbound_nodes"][0]["args"][0]
    if isinstance(operands, list) and random.random() < 0.5:
        operands.reverse()
        field, value = "operands", "reversed"
    else:
        fields = [key for key in layer["config"] if _values(layer["config"], key)]
        if not fields:
            return None
        field = random.choice(fields)
        value = random.choice(_values(layer["config"], field))
        layer["config"][field] = value
    try:
        made = type(model).from_config(config)
        made(keras.ops.zeros((1, *made.input.shape[1:])))
    except Exception:  # whatever Keras, or its framework, says of shapes that don't fit
        return None
    op = OPS[layer["class_name"]]
    is_open = field in op.uncompared() or op.only_in_training
    return Change(made, layer["config"]["name"], field, value, is_open)


def _values(settings: dict[str, Any], field: str) -> list[Any]:
    """Return other values for a field, of the type that it has.

    No rate exceeds 1: what an op of ours refuses is told as a layer that is not known.
    """
    now = settings[field]
    if field in _LEFT:
        return []
    if field in _WORDS:
        return [word for word in _WORDS[field] if word != now]
    if isinstance(now, bool):
        return [not now]
    if isinstance(now, int):
        return [now + 1, *([now - 1] if now > 1 else [])]
    if isinstance(now, float):
        return [now / 2, now / 4] if now else [0.25]
    if isinstance(now, list | tuple) and all(isinstance(each, int) for each in now):
        return [[*now[:-1], now[-1] + 1], [each + 2 for each in now]]
    return []
