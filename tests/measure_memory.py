"""Measure a process of its own: what building a spec takes, and training it.

`python tests/measure_memory.py SPEC BATCH` prints each peak over its estimate.
"""

import sys
from pathlib import Path

import keras
import numpy as np

import archcompiler


def resident(line: str) -> int:
    """Return the resident memory, `VmRSS`, or its peak so far, `VmHWM`, in bytes.

    The `ru_maxrss` of a new process begins at the peak of the one that started it.
    """
    lines = Path("/proc/self/status").read_text().splitlines()
    words = next(words for words in map(str.split, lines) if words[0] == f"{line}:")
    return 1024 * int(words[1])


def train(model: keras.Model, batch: int) -> None:
    """Train two steps: the momentum exists from the first on."""
    optimizer = keras.optimizers.SGD(0.01, momentum=0.9)
    model.compile(optimizer, ["mse"] * len(model.outputs))
    images = np.zeros((batch, *model.input_shape[1:]), "float32")
    targets = [np.zeros((batch, *tensor.shape[1:])) for tensor in model.outputs]
    for _ in range(2):
        model.train_on_batch(images, targets)


def warm_up() -> None:
    """Have Keras load what it loads for any model."""
    image = keras.Input((8, 8, 3))
    x = keras.layers.Conv2D(4, 3, activation="relu")(image)
    x = keras.layers.BatchNormalization()(x)
    x = keras.layers.GlobalAveragePooling2D()(x)
    train(keras.Model(image, keras.layers.Dense(4)(x)), 2)


def main(spec: str, batch: int) -> None:
    """Build a spec and train it, printing how far the estimates are off."""
    architecture = archcompiler.load(spec)
    warm_up()
    before = resident("VmRSS")
    model = architecture.to_keras()
    print((resident("VmHWM") - before) / architecture.building_bytes)
    train(model, batch)
    print((resident("VmHWM") - before) / architecture.training_bytes(batch))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
