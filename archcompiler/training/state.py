"""The state of a model: every array that the next step depends on."""

from typing import Any

import keras
import numpy as np

from archcompiler.training.checkpoints import State
from archcompiler.training.errors import TrainingError


def capture(model: keras.Model) -> State:
    """Return copies of weights, seeds, the optimizer's memory and running metrics."""
    if hasattr(model, "jax_state_sync"):
        model.jax_state_sync()
    return {key: _read(variable) for key, variable in _variables(model)}


def restore(model: keras.Model, state: State) -> None:
    """Set everything but the running metrics, which begin with each epoch.

    Raises:
        TrainingError: where the state is another model's.
    """
    for key, variable in _variables(model):
        if not key.startswith("metric "):
            _set(key, variable, state)
    finalize(model)


def finalize(model: keras.Model) -> None:
    """Let layers that keep values computed from their weights compute them anew."""
    for layer in model.layers:
        if isinstance(layer, keras.layers.Normalization):
            layer.finalize_state()


def restore_metrics(model: keras.Model, state: State) -> None:
    """Set the running metrics, to go on within an epoch."""
    for key, variable in _variables(model):
        if key.startswith("metric "):
            _set(key, variable, state)


def lost_numbers(state: State) -> str:
    """Return the name of an array with a value that is no number, or nothing."""
    for key, array in state.items():
        if array.dtype.kind == "f" and not np.isfinite(array).all():
            return key
    return ""


def copies_of(variable: Any) -> tuple[Any, ...]:
    """Return the copies of a mirrored variable, one on each device, or itself."""
    copies = getattr(variable.value, "values", None)
    return copies if isinstance(copies, tuple) else (variable,)


def _read(variable: Any) -> Any:
    """Return the value, or where copies differ all of them, one after another."""
    copies = [np.array(keras.ops.convert_to_numpy(v)) for v in copies_of(variable)]
    first = copies[0]
    if all(np.array_equal(first, other, equal_nan=True) for other in copies):
        return first
    return np.stack(copies)


def _set(key: str, variable: Any, state: State) -> None:
    shape, copies = tuple(variable.shape), copies_of(variable)
    found = state[key].shape if key in state else None
    if found == (len(copies), *shape):
        values = list(state[key])
    elif found == shape:
        values = [state[key]] * len(copies)
    else:
        raise TrainingError(f"the checkpoint has no `{key}` of {variable.shape}")
    for copy, value in zip(copies, values, strict=True):
        copy.assign(value)


def _variables(model: keras.Model) -> list[tuple[str, Any]]:
    """Return every variable under a name that no other model of the process changes.

    Paths are such names for weights alone: Keras counts its seeds and optimizers.
    """
    weights = {id(variable) for variable in model.weights}
    seeds = [v for v in model.variables if id(v) not in weights]
    groups = {
        "weight": [(v.path.replace("/", " "), v) for v in model.weights],
        "seed": [(v.name, v) for v in seeds],
        "optimizer": [(v.name, v) for v in model.optimizer.variables],
        "metric": [(v.name, v) for v in model.metrics_variables],
    }
    return [
        (f"{group} {number:05} {name}", variable)
        for group, variables in groups.items()
        for number, (name, variable) in enumerate(variables)
    ]
