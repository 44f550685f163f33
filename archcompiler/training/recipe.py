"""The recipe of one architecture, complete and checked: what every other part reads."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from archcompiler.architecture import Architecture
from archcompiler.checking.recipe import activation_of, check_recipe, named_outputs
from archcompiler.diagnostics import SpecError
from archcompiler.language.recipe import RECIPE, SET
from archcompiler.language.recipe.losses import Loss
from archcompiler.language.recipe.optimizers import Optimizer
from archcompiler.language.recipe.overriding import override_training
from archcompiler.language.recipe.training import Training
from archcompiler.shapes import Shape
from archcompiler.training.errors import TrainingError

_EXAMPLE = (
    "training: {optimizer: Adam, losses: categorical crossentropy, "
    "batch size: 32, epochs: 10}"
)


@dataclass(frozen=True, slots=True)
class Head:
    """An output with its loss: by the name of its row, and by that of its layer."""

    name: str
    layer: str
    loss: Loss
    weight: float
    from_logits: bool
    """Whether the head ends without an activation, which the loss then brings."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How one architecture is trained; `training` holds what needs no second look."""

    training: Training
    optimizer: Optimizer
    batch_size: int
    epochs: int
    heads: tuple[Head, ...]
    image: Shape
    """What the network takes: height, width, channels."""

    classes: int
    digest: str
    """SHA-256 of the network and the recipe: what a checkpoint belongs to."""


def read_recipe(
    architecture: Architecture, overrides: dict[str, str] | None = None
) -> Recipe:
    """Return the recipe of an architecture, with keys set by `overrides`.

    Raises:
        SpecError: for a recipe that is wrong, or does not fit the network.
        TrainingError: where the spec has none.
    """
    given = architecture.program.training
    overrides = overrides or {}
    if given is None and not any(
        name == RECIPE or name.startswith(SET) for name in overrides
    ):
        message = f"`{architecture.name}` has no recipe: write `{_EXAMPLE}`, or "
        message += "`--set training.optimizer=Adam` and so on for each of these keys, "
        message += "or take another spec's: `--recipe resnet50`"
        raise TrainingError(message)
    training = override_training(given, overrides)
    assert training is not None
    found = list(check_recipe(architecture, training))
    if found:
        raise SpecError(found)
    assert training.optimizer is not None
    assert training.batch_size is not None
    assert training.epochs is not None
    return Recipe(
        training=training,
        optimizer=training.optimizer,
        batch_size=training.batch_size,
        epochs=training.epochs,
        heads=_heads(architecture, training),
        image=architecture.inputs[0].shape,
        classes=min(node.shape[0] for node in architecture.outputs),
        digest=digest_of(architecture, training),
    )


def digest_of(architecture: Architecture, training: Training) -> str:
    """Return the SHA-256 of what is computed and how it is trained, names included.

    It covers what differs from the defaults, so a key that comes new to the language
    leaves it as it is.
    """
    layers = [
        [node.name, _call(node.op), list(node.inputs), list(node.shape)]
        for node in architecture.layers
    ]
    outputs = [node.name for node in architecture.outputs]
    recipe = {k: v for k, v in training.written().items() if k not in Training.ABOUT}
    whole = {"layers": layers, "outputs": outputs, "recipe": recipe}
    text = json.dumps(whole, sort_keys=True, default=list)
    return hashlib.sha256(text.encode()).hexdigest()


def _call(op: Any) -> Any:
    if op is None:
        return None
    return [type(op).__name__, op.model_dump(mode="json", exclude_defaults=True)]


def _heads(architecture: Architecture, training: Training) -> tuple[Head, ...]:
    assert training.losses is not None
    heads = []
    for name, node in named_outputs(architecture).items():
        activation = activation_of(architecture, node)
        heads.append(
            Head(
                name=name,
                layer=node.name,
                loss=training.losses.of(name),
                weight=training.loss_weights.of(name),
                from_logits=activation not in ("softmax", "sigmoid"),
            )
        )
    return tuple(heads)
