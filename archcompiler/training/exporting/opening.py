"""Opening: what was written gives its outputs in a new process, as its users see it."""

import inspect
import os
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from archcompiler.interrupts import interrupts_raised
from archcompiler.processes import python, search_path
from archcompiler.training.errors import TrainingError

_MAIN = """
import sys
import numpy as np
path, given, told = sys.argv[1:]
with np.load(given) as batches:
    batches = [batches[name] for name in batches.files]
call = open_file(path)
found = [np.asarray(each) for batch in batches for each in call(batch)]
np.savez(told, *found)
"""
_WITHOUT_GPU = {
    "CUDA_VISIBLE_DEVICES": "-1",
    "KERAS_BACKEND": "tensorflow",
    "TF_CPP_MIN_LOG_LEVEL": "3",
}


def open_keras(path: str) -> Any:
    """Return what a `.keras` file computes."""
    import keras

    model = keras.models.load_model(path)
    return lambda batch: keras.tree.flatten(model(batch))


def open_saved_model(path: str) -> Any:
    """Return what a SavedModel computes, without Keras."""
    import tensorflow as tf

    loaded = tf.saved_model.load(path)
    return lambda batch: tf.nest.flatten(loaded.serve(batch))


def open_onnx(path: str) -> Any:
    """Return what an ONNX file computes, without TensorFlow."""
    import onnxruntime

    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    return lambda batch: session.run(None, {name: batch})


def open_tflite(path: str) -> Any:
    """Return what a TFLite file computes, by its interpreter."""
    import tensorflow as tf

    runner = tf.lite.Interpreter(path).get_signature_runner("serving_default")
    (name,) = runner.get_input_details()

    def call(batch: Any) -> Any:
        found = runner(**{name: batch})
        return [found[f"output_{place}"] for place in range(len(found))]

    return call


def outputs_of(
    path: Path,
    opener: Callable[[str], Any],
    batches: Sequence[Any],
    imports: Sequence[str] = (),
) -> list[Any]:
    """Return the outputs that a file gives for batches, one array after the other.

    Raises:
        TrainingError: where it cannot be opened, or refuses a batch.
    """
    lines = [*imports, inspect.getsource(opener), f"open_file = {opener.__name__}"]
    source = "\n".join(["from typing import Any", *lines, _MAIN])
    with TemporaryDirectory() as folder:
        given, told = Path(folder) / "given.npz", Path(folder) / "told.npz"
        np.savez(given, *batches)
        with interrupts_raised():
            done = subprocess.run(
                python("-c", source, str(path), str(given), str(told)),
                capture_output=True,
                text=True,
                errors="replace",
                env={**os.environ, **search_path(), **_WITHOUT_GPU},
            )
        if done.returncode:
            reason = " ".join(done.stderr.split())[-300:] or f"exit {done.returncode}"
            message = f"a new process cannot use what was written: {reason}"
            raise TrainingError(message)
        with np.load(told) as arrays:
            return [arrays[name] for name in arrays.files]
