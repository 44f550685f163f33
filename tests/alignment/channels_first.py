"""A table's network as Keras builds it of images whose channels come first."""

from typing import Any

import keras
from keras import layers

from archcompiler.architecture import Architecture
from archcompiler.backends.keras_model.building import make_layer
from archcompiler.graph.nodes import Node
from archcompiler.shapes import channels_to_front, undone

_ALONG_CHANNELS = (
    *("BatchNormalization", "Concatenate", "GroupNormalization"),
    *("LayerNormalization", "UnitNormalization"),
)
_OF_EACH_ELEMENT = (
    *("Add", "Average", "Maximum", "Minimum", "Multiply", "Subtract"),
    *("ELU", "GaussianNoise", "LeakyReLU", "ReLU"),
)
_OF_CHANNELS = ("log_softmax", "softmax", "sparsemax")


def model_of(
    table: Architecture, *, turns_ends: bool = True, slip: str = ""
) -> keras.Model:
    """Build a table's network with every layer that can be on channels that come first.

    It takes and gives images as the table does, or with `turns_ends` off as its layers
    do. The layer called `slip` has its axis where channels would come last.
    """
    made: dict[str, Any] = {}
    inputs = []
    for node in table.layers:
        if node.op is not None:
            taken = [made[name] for name in node.inputs]
            made[node.name] = _layer(node, taken, is_slip=node.name == slip)
        elif turns_ends:
            inputs.append(keras.Input(node.shape, name=node.name))
            made[node.name] = _to_front(inputs[-1])
        else:
            *lengths, channels = node.shape
            inputs.append(keras.Input((channels, *lengths), name=node.name))
            made[node.name] = inputs[-1]
    ends = [made[node.name] for node in table.outputs]
    return keras.Model(inputs, [*map(_to_back, ends)] if turns_ends else ends)


def slips(table: Architecture) -> list[str]:
    """Return the layers that have an axis, of an image as wide as it has channels."""
    return [
        node.name
        for node in table.layers
        if type(node.op).__name__ in _ALONG_CHANNELS and len(node.shape) == 3
    ]


def _layer(node: Node, taken: list[Any], *, is_slip: bool) -> Any:
    layer = make_layer(node.op, node.name)
    config, name = layer.get_config(), type(layer).__name__
    is_image = len(taken[0].shape) > 2
    if is_slip:
        pass
    elif is_image and "data_format" in config:
        layer = _with(layer, data_format="channels_first")
    elif is_image and config.get("axis") == -1:
        layer = _with(layer, axis=1)
    elif is_image and name == "PReLU" and config["shared_axes"] is not None:
        moved = [axis % 3 + 1 for axis in config["shared_axes"]]
        layer = _with(layer, shared_axes=moved)
    elif is_image and not _is_of_each_element(name, config):
        back = [*map(_to_back, taken)]
        return _to_front(layer(back if len(back) > 1 else back[0]))
    return layer(taken if len(taken) > 1 else taken[0])


def _is_of_each_element(name: str, config: dict[str, Any]) -> bool:
    if name == "Activation":
        return config["activation"] not in _OF_CHANNELS
    return name in _OF_EACH_ELEMENT


def _with(layer: Any, **settings: Any) -> Any:
    return type(layer).from_config({**layer.get_config(), **settings})


def _to_front(x: Any) -> Any:
    rank = len(x.shape) - 1
    return layers.Permute(channels_to_front(rank))(x) if rank > 1 else x


def _to_back(x: Any) -> Any:
    rank = len(x.shape) - 1
    return layers.Permute(undone(channels_to_front(rank)))(x) if rank > 1 else x
