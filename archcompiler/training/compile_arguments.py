"""What a model is compiled with, as calls that are still to be made or printed."""

from typing import Any

from archcompiler.architecture import Architecture
from archcompiler.checking.freezing import frozen_rows
from archcompiler.checking.recipe import ends_in
from archcompiler.language.recipe.training import BALANCED
from archcompiler.ops.base import Construct
from archcompiler.training.history import metric_name
from archcompiler.training.recipe import Head, Recipe


def compile_arguments(recipe: Recipe) -> dict[str, Any]:
    """Return the arguments of `model.compile`; a list where there are several heads."""
    heads = recipe.heads
    losses = [_loss(head, recipe) for head in heads]
    metrics = [list(map(_metric, recipe.training.metrics)) for _ in heads]
    several = len(heads) > 1
    arguments = {
        "optimizer": optimizer_call(recipe),
        "loss": losses if several else losses[0],
        "loss_weights": [head.weight for head in heads],
        "metrics": metrics if several else metrics[0],
        "jit_compile": recipe.training.xla,
    }
    if not several and heads[0].weight == 1:
        del arguments["loss_weights"]
    return arguments


def optimizer_call(recipe: Recipe) -> Construct:
    """Return the optimizer; its fields carry Keras' own argument names."""
    given = recipe.optimizer.arguments()
    return Construct(f"keras.optimizers.{recipe.optimizer.name}", (), (*given.items(),))


def class_weight(recipe: Recipe, labels: Any) -> dict[int, float] | None:
    """Return what `model.fit` is told of classes; None where all count the same."""
    weights = recipe.training.class_weights
    if weights == BALANCED:
        from archcompiler.training.data.images import balanced  # imports numpy

        return balanced(labels, recipe.classes)
    return dict(enumerate(weights)) or None


def layers_in_float32(architecture: Architecture, recipe: Recipe) -> list[str]:
    """Return the layers that mixed precision leaves alone: softmax, and the heads."""
    heads = {head.layer for head in recipe.heads}
    return [
        node.name
        for node in architecture.layers
        if node.name in heads or ends_in(node.op) == "softmax"
    ]


def frozen_layers(architecture: Architecture, recipe: Recipe) -> list[str]:
    """Return the layers whose weights stay as they are, of the rows that are frozen."""
    return [
        node.name
        for row in frozen_rows(architecture, recipe.training)
        for node in architecture.totals(row).layers
        if node.parameters
    ]


def _loss(head: Head, recipe: Recipe) -> Construct:
    known = {
        "from_logits": head.from_logits,
        "label_smoothing": recipe.training.label_smoothing,
    }
    follows = {name: known[name] for name in head.loss.takes if known[name]}
    given = {**head.loss.arguments(), **follows}
    return Construct(f"keras.losses.{head.loss.keras_name}", (), (*given.items(),))


def _metric(name: str) -> Construct:
    if name == "accuracy":
        given: dict[str, Any] = {"name": "accuracy"}
        return Construct("keras.metrics.CategoricalAccuracy", (), (*given.items(),))
    k = int(name.removeprefix("top-").removesuffix(" accuracy"))
    given = {"k": k, "name": metric_name(name)}
    return Construct("keras.metrics.TopKCategoricalAccuracy", (), (*given.items(),))
