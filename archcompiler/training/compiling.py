"""From the recipe to what Keras is told: optimizer, losses, metrics, precision."""

from typing import Any

import keras

from archcompiler.architecture import Architecture
from archcompiler.training.recipe import Head, Recipe


def build_for_training(architecture: Architecture, recipe: Recipe) -> keras.Model:
    """Return the compiled model, its first weights drawn by the recipe's seed."""
    keras.utils.set_random_seed(recipe.training.seed)
    model = _build(architecture, recipe)
    if recipe.training.l2:
        _add_l2(model, recipe.training.l2)
    compile_model(model, recipe)
    return model


def compile_model(model: keras.Model, recipe: Recipe) -> None:
    """Tell a model its optimizer, losses, weights and metrics."""
    heads = recipe.heads
    losses = [_loss(head, recipe) for head in heads]
    metrics = [_metrics(recipe) for _ in heads]
    several = len(heads) > 1
    model.compile(
        optimizer=make_optimizer(recipe),
        loss=losses if several else losses[0],
        loss_weights=[head.weight for head in heads] if several else None,
        metrics=metrics if several else metrics[0],
        jit_compile=recipe.training.xla,
    )
    model.optimizer.build(model.trainable_variables)
    _build_metrics(model, recipe)


def _build_metrics(model: keras.Model, recipe: Recipe) -> None:
    """Let the metrics make their variables, which they do when they are first used."""
    one = keras.ops.one_hot([0], recipe.classes)
    several = len(recipe.heads) > 1
    values = [one for _ in recipe.heads] if several else one
    model.compute_loss(None, values, values)
    model.compute_metrics(None, values, values)
    model.reset_metrics()


def make_optimizer(recipe: Recipe) -> Any:
    """Return the optimizer; its fields carry Keras' own argument names."""
    optimizer = recipe.optimizer
    return getattr(keras.optimizers, optimizer.name)(**optimizer.arguments())


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
    for layer in model.layers:
        if _is_softmax(layer) or layer.name in {head.layer for head in recipe.heads}:
            layer.dtype_policy = keras.DTypePolicy("float32")
    return model


def _is_softmax(layer: Any) -> bool:
    activation = getattr(layer, "activation", None)
    return isinstance(layer, keras.layers.Softmax) or (
        getattr(activation, "__name__", "") == "softmax"
    )


def _add_l2(model: keras.Model, factor: float) -> None:
    """Penalise the kernels of convolutions and dense layers, and nothing else."""
    for variable in model.trainable_variables:
        if variable.name.endswith("kernel"):
            variable.regularizer = keras.regularizers.L2(factor)


def _loss(head: Head, recipe: Recipe) -> Any:
    smoothing = recipe.training.label_smoothing
    if head.loss == "mean squared error":
        return keras.losses.MeanSquaredError()
    kind = {
        "categorical crossentropy": keras.losses.CategoricalCrossentropy,
        "binary crossentropy": keras.losses.BinaryCrossentropy,
    }[head.loss]
    return kind(from_logits=head.from_logits, label_smoothing=smoothing)


def _metrics(recipe: Recipe) -> list[Any]:
    return [_metric(name) for name in recipe.training.metrics]


def _metric(name: str) -> Any:
    if name == "accuracy":
        return keras.metrics.CategoricalAccuracy(name="accuracy")
    k = int(name.removeprefix("top-").removesuffix(" accuracy"))
    return keras.metrics.TopKCategoricalAccuracy(k=k, name=f"top_{k}_accuracy")
