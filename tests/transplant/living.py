"""Models whose output depends on every weight, and the same models in disguise."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from random import Random
from typing import Any

import numpy as np

from archcompiler.ops.table import OPS


def live_statistics(model: Any, images: np.ndarray, seed: int = 0) -> None:
    """Give each weight a value that the output depends on.

    Biases and scales are drawn at random; then one pass in training mode, with momentum
    0, sets the moving statistics to those of the images. Without it a deep model hardly
    sees its input, and swapping two of its layers goes unnoticed.
    """
    import keras

    random = np.random.default_rng(seed)
    layers = list(model._flatten_layers())
    for layer in layers:
        for variable in getattr(layer, "_trainable_variables", ()):
            if len(variable.shape) == 1:
                low, high = (0.7, 1.3) if variable.name == "gamma" else (-0.2, 0.2)
                variable.assign(random.uniform(low, high, variable.shape))
        if isinstance(layer, keras.layers.Normalization) and layer.weights:
            layer.adapt_mean.assign(random.uniform(0.3, 0.6, layer.adapt_mean.shape))
            layer.adapt_variance.assign(random.uniform(0.05, 0.1, layer.mean.shape[-1]))
            layer.finalize_state()
    _set_moving_statistics(model, layers, images)


def _set_moving_statistics(model: Any, layers: list[Any], images: np.ndarray) -> None:
    import keras

    moving = [x for x in layers if isinstance(x, keras.layers.BatchNormalization)]
    if not moving:
        return
    momenta = [layer.momentum for layer in moving]
    for layer in moving:
        layer.momentum = 0.0
    model(images, training=True)
    for layer, momentum in zip(moving, momenta, strict=True):
        layer.momentum = momentum


def logits(model: Any, images: np.ndarray) -> np.ndarray:
    """Return what a classifier's softmax takes."""
    import keras

    last = model.layers[-1]
    if isinstance(last, keras.layers.Dense):
        fused, last.activation = last.activation, keras.activations.linear
        try:
            return keras.ops.convert_to_numpy(model(images, training=False))
        finally:
            last.activation = fused
    headless = keras.Model(model.input, last.input)
    return keras.ops.convert_to_numpy(headless(images, training=False))


def images_for(model: Any, batch: int = 2, seed: int = 0) -> np.ndarray:
    """Return random images of the size that a model takes, from 0 to 255."""
    size = [length or 32 for length in model.inputs[0].shape[1:]]
    random = np.random.default_rng(seed)
    return random.uniform(0, 255, (batch, *size)).astype("float32")


def difference(ours: np.ndarray, theirs: np.ndarray) -> float:
    """Return the largest difference, relative to the largest value."""
    return float(np.abs(ours - theirs).max() / np.abs(theirs).max())


def disguise(model: Any, seed: int = 0) -> Any:
    """Return a functional model anew: other names, layers and operands shuffled."""
    random = Random(seed)
    config = deepcopy(model.get_config())
    layers = config["layers"]
    numbers = random.sample(range(len(layers)), len(layers))
    names = {layer["config"]["name"]: f"n{n}" for layer, n in zip(layers, numbers)}  # noqa: B905
    for layer in layers:
        layer["name"] = layer["config"]["name"] = names[layer["config"]["name"]]
        op = OPS.get(layer["class_name"])
        if op is not None and op.inputs == "several" and not op.is_ordered:
            for node in layer["inbound_nodes"]:
                if isinstance(node["args"][0], list):
                    random.shuffle(node["args"][0])
    for history in _histories(config):
        history[0] = names[history[0]]
    random.shuffle(layers)
    config["name"] = "disguised"
    return type(model).from_config(config, _custom_layers())


def _histories(config: Any) -> Iterator[list[Any]]:
    """Return each place of a functional model's config that names a layer."""
    for key in ("input_layers", "output_layers"):
        ends = config[key]
        yield from [ends] if isinstance(ends[0], str) else ends
    for layer in config["layers"]:
        yield from _tensors(layer["inbound_nodes"])


def _tensors(value: Any) -> Iterator[list[Any]]:
    if isinstance(value, dict) and "keras_history" in value:
        yield value["keras_history"]
    elif isinstance(value, dict):
        for each in value.values():
            yield from _tensors(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _tensors(each)


def _custom_layers() -> dict[str, Callable[..., Any]]:
    from keras.src.applications.convnext import LayerScale, StochasticDepth
    from keras.src.applications.inception_resnet_v2 import CustomScaleLayer

    return {
        each.__name__: each for each in (LayerScale, StochasticDepth, CustomScaleLayer)
    }
