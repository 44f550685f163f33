"""From the recipe to a compiled model: first weights, precision, optimizer, losses."""

from collections.abc import Callable
from typing import Any

import keras

from archcompiler.architecture import Architecture
from archcompiler.backends.keras_model.building import make
from archcompiler.training.compile_arguments import (
    compile_arguments,
    frozen_layers,
    layers_in_float32,
)
from archcompiler.training.errors import TrainingError
from archcompiler.training.recipe import Recipe


def build_for_training(
    architecture: Architecture,
    recipe: Recipe,
    begin: Callable[[keras.Model], None] | None = None,
    adapt: Callable[[keras.Model], keras.Model] = lambda model: model,
) -> keras.Model:
    """Return the compiled model, its first weights drawn by the recipe's seed.

    `adapt` makes of a model one that trains on the devices of the run. `begin` may put
    other weights in the place of the first; then rows are frozen, so that neither a
    penalty nor the optimizer knows of theirs.
    """
    keras.utils.set_random_seed(recipe.training.seed)
    model = adapt(_build(architecture, recipe))
    if begin is not None:
        begin(model)
    _freeze(model, architecture, recipe)
    if recipe.training.l2:
        penalise_kernels(model, recipe.training.l2)
    compile_model(model, recipe)
    return model


def compile_model(model: keras.Model, recipe: Recipe) -> None:
    """Tell a model its optimizer, losses, weights and metrics."""
    arguments = compile_arguments(recipe)
    given = {key: make(value) for key, value in arguments.items()}
    model.compile(**{**given, "jit_compile": _jit_compile(recipe)})
    model.optimizer.build(model.trainable_variables)
    _build_metrics(model, recipe)


def _jit_compile(recipe: Recipe) -> bool | str:
    """Return whether XLA compiles; without it JAX would do each op by itself."""
    backend, xla = keras.backend.backend(), recipe.training.xla
    if backend == "jax":
        return "auto"
    if backend == "torch" and xla:
        raise TrainingError("`xla: true` is of TensorFlow and JAX, not of PyTorch")
    return xla


def _build_metrics(model: keras.Model, recipe: Recipe) -> None:
    """Let the metrics make their variables, which they do when they are first used."""
    one = keras.ops.one_hot([0], recipe.classes)
    several = len(recipe.heads) > 1
    values = [one for _ in recipe.heads] if several else one
    model.compute_loss(None, values, values)
    model.compute_metrics(None, values, values)
    model.reset_metrics()


def _build(architecture: Architecture, recipe: Recipe) -> keras.Model:
    """Build in the recipe's precision; softmax stays in float32, where it needs it."""
    if recipe.training.precision == "float32":
        return architecture.to_keras()
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(recipe.training.precision)
    try:
        model = architecture.to_keras()
    finally:
        keras.config.set_dtype_policy(before)
    for name in layers_in_float32(architecture, recipe):
        model.get_layer(name).dtype_policy = keras.DTypePolicy("float32")
    return model


def _freeze(model: keras.Model, architecture: Architecture, recipe: Recipe) -> None:
    for name in frozen_layers(architecture, recipe):
        model.get_layer(name).trainable = False


def penalise_kernels(model: Any, l2: float) -> None:
    """Penalise the kernels of convolutions and dense layers, and nothing else."""
    for variable in model.trainable_variables:
        if variable.name.endswith("kernel"):
            variable.regularizer = keras.regularizers.L2(l2)
