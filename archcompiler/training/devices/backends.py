"""The backend: which framework Keras computes with, chosen before Keras is imported."""

import os
import sys
from importlib.util import find_spec

from archcompiler.diagnostics import suggest
from archcompiler.training.errors import TrainingError

BACKENDS = ("tensorflow", "jax", "torch")
_VARIABLE = "KERAS_BACKEND"


def choose_backend(name: str | None) -> None:
    """Let Keras take a backend when it is imported; None for what it takes by itself.

    Raises:
        TrainingError: for one that cannot train here, or comes too late.
    """
    chosen = name or os.environ.get(_VARIABLE)
    if not chosen:  # Keras takes an empty one for none, too
        return
    if chosen not in BACKENDS:
        help = suggest(chosen, BACKENDS) or f"it is one of {', '.join(BACKENDS)}"
        where = "--backend" if name else _VARIABLE
        raise TrainingError(f"`{where}` cannot be `{chosen}` in training: {help}")
    if find_spec(chosen) is None:
        raise TrainingError(
            f"the backend `{chosen}` is not installed: "
            'pip install "archcompiler[tensorflow,backends]"; TensorFlow is needed '
            "beside it, it reads the images"
        )
    _refuse_late(chosen)
    os.environ[_VARIABLE] = chosen


def chosen_backend() -> str:
    """Return the backend that Keras computes with."""
    import keras

    name: str = keras.backend.backend()
    return name


def leave_devices_to_backend() -> None:
    """Keep TensorFlow from the GPUs where it only reads the images."""
    import tensorflow as tf

    if chosen_backend() != "tensorflow":
        tf.config.set_visible_devices([], "GPU")


def device_names() -> list[str]:
    """Return the accelerators that the backend sees, or the processor."""
    import keras

    if chosen_backend() != "torch":
        return list(keras.distribution.list_devices())
    return [str(keras.ops.zeros(1).device)]  # PyTorch takes one


def uses_gpu() -> bool:
    """Whether a GPU trains, so that the processor has nothing to do but feed it."""
    return any(not name.lower().startswith("cpu") for name in device_names())


def _refuse_late(chosen: str) -> None:
    keras = sys.modules.get("keras")
    if keras is not None and (taken := keras.backend.backend()) != chosen:
        raise TrainingError(
            f"Keras computes with {taken} in this process already: "
            f"start another one for {chosen}"
        )
