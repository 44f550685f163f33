"""Comparing models: layer by layer, and by what they compute."""

from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import keras


def run_source(source: str) -> Any:
    """Execute emitted source; return its builder."""
    module = ModuleType("emitted")
    exec(compile(source, "emitted", "exec"), module.__dict__)
    builders = [
        value
        for value in vars(module).values()
        if callable(value) and (value.__doc__ or "").startswith("Build ")
    ]
    assert len(builders) == 1
    return builders[0]


def describe(model: "keras.Model") -> dict[str, Any]:
    """Return what makes a model: each layer's class, config, inputs, and the ends."""
    layers = {layer.name: describe_layer(layer) for layer in model.layers}
    return {
        "name": model.name,
        "layers": layers,
        "inputs": [tensor.name for tensor in model.inputs],
        "outputs": [tensor._keras_history.operation.name for tensor in model.outputs],
    }


def describe_layer(layer: "keras.Layer") -> tuple[str, dict[str, Any], list[str]]:
    """Return a layer's class, config and the names of the layers that feed it."""
    node = layer._inbound_nodes[0]
    feeds = [tensor._keras_history.operation.name for tensor in node.input_tensors]
    return type(layer).__name__, layer.get_config(), feeds


def copy_weights(source: "keras.Model", target: "keras.Model") -> None:
    """Give each layer the weights of the layer of the same name."""
    for layer in target.layers:
        layer.set_weights(source.get_layer(layer.name).get_weights())
        if hasattr(layer, "finalize_state"):
            layer.finalize_state()  # Normalization computes with copies of its weights


def draw_inputs(model: "keras.Model", seed: int) -> Any:
    """Return one random sample, from 0 to 255; a list where a model has more inputs."""
    random = np.random.default_rng(seed)
    shapes = [(1, *tensor.shape[1:]) for tensor in model.inputs]
    samples = [random.uniform(0, 255, shape).astype("float32") for shape in shapes]
    return samples if len(samples) > 1 else samples[0]


def values(model: "keras.Model", inputs: Any) -> list[np.ndarray]:
    """Return what a model computes, and what the softmax at each of its ends takes.

    A softmax that is sure of a class gives the same zeros and one for many images.
    """
    import keras

    ends = [tensor._keras_history.operation for tensor in model.outputs]
    scores = [end.input for end in ends if isinstance(end, keras.layers.Softmax)]
    both = keras.Model(model.input, [*model.outputs, *scores])
    outputs = both(inputs, training=False)
    return [keras.ops.convert_to_numpy(output) for output in outputs]


def same_bits(ours: list[np.ndarray], theirs: list[np.ndarray]) -> bool:
    """Tell whether two models computed the same, to the last bit."""
    return [each.tobytes() for each in ours] == [each.tobytes() for each in theirs]
