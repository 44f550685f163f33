"""What is private to Keras: all that this project takes from behind its public names.

A release of Keras may move any of it. `tests/transplant/test_private.py` holds each
against the Keras that is installed, and `pyproject.toml` allows no release that was not
tried.
"""

from collections.abc import Iterable
from typing import Any, Protocol

import keras

_HOME = "keras."
_OPERATIONS = ("keras.src.ops.", "keras.src.activations.")
_APPLICATIONS = "keras.src.applications"

SPLIT = "keras.src.ops.numpy.Split"
STOCHASTIC_DEPTH = f"{_APPLICATIONS}.convnext.StochasticDepth"
LAYER_SCALE = f"{_APPLICATIONS}.convnext.LayerScale"
SCALE_THEN_ADD = f"{_APPLICATIONS}.inception_resnet_v2.CustomScaleLayer"
"""Inception-ResNet-v2's `x[0] + scale * x[1]`."""


class Arguments(Protocol):
    """How a layer was called."""

    args: tuple[Any, ...]
    kwargs: dict[str, Any]


class Made(Protocol):
    """A call of a layer, as Keras remembers it."""

    operation: Any
    arguments: Arguments
    input_tensors: list[Any]
    outputs: list[Any]


def call_that_made(tensor: Any) -> Made:
    """Return the call that gave a tensor."""
    history = tensor._keras_history
    made: Made = history.operation._inbound_nodes[history.node_index]
    return made


def layers_within(layer: Any) -> Iterable[Any]:
    """Return a layer and all that it consists of, at any depth."""
    found: Iterable[Any] = layer._flatten_layers()
    return found


def is_called_as_keras_does(model: Any) -> bool:
    """Whether a model computes what Keras' class does, by no code of its own."""
    home: str = type(model).call.__module__
    return home.startswith(_HOME)


def is_function(layer: Any) -> bool:
    """Whether a call is one of Keras' own functions, not a layer."""
    is_layer = isinstance(layer, keras.Layer)
    return not is_layer and type(layer).__module__.startswith(_OPERATIONS)
