"""Comparing models layer by layer: name, class, config, inputs."""

from types import ModuleType
from typing import TYPE_CHECKING, Any

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
