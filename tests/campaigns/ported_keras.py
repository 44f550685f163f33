"""A port as a file of Keras."""

from pathlib import Path
from typing import Any

import keras
from porting import Slip

from archcompiler.architecture import Architecture
from archcompiler.backends.keras_model.building import make_layer


def save_port(slip: Slip, architecture: Architecture, path: Path) -> None:
    """Build a port with Keras and save it as `.keras`."""
    shapes = {node.name: node.shape for node in architecture.inputs}
    tensors: dict[str, Any] = {}
    for name, op, inputs, _ in slip.layers:
        if op is None:
            tensors[name] = keras.Input(shapes[name], name=name)
            continue
        operands = [tensors[each] for each in inputs]
        several = op.inputs == "several"
        tensors[name] = make_layer(op, name)(operands if several else operands[0])
    outputs = [tensors[name] for name in slip.outputs]
    keras.Model([tensors[name] for name in shapes], outputs).save(path)
