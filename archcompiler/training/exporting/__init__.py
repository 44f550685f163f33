"""A trained network in a file for others, opened and compared before it is named."""

from typing import NamedTuple


class Target(NamedTuple):
    """What `archc export` writes: a file of a suffix, or a folder."""

    suffix: str
    """Empty for a folder."""

    packages: tuple[str, ...] = ()
    """What it needs beside Keras and TensorFlow."""


TARGETS = {
    "keras": Target(".keras"),
    "onnx": Target(".onnx", ("tf2onnx", "onnx", "onnxruntime")),
    "saved_model": Target(""),
    "tflite": Target(".tflite"),
}
"""By the names that `--format` takes."""
