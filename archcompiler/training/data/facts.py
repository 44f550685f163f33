"""Facts of the published data sets, and whether numbers of data fit the network."""

from typing import NamedTuple

from archcompiler.shapes import Shape
from archcompiler.training.errors import TrainingError
from archcompiler.training.recipe import Recipe


class Facts(NamedTuple):
    """What is known of a data set before it is loaded."""

    image: Shape
    classes: int
    validation: bool = True
    """Whether it comes with a set for validation."""


FACTS = {
    "digits": Facts((8, 8, 1), 10, validation=False),
    "cifar10": Facts((32, 32, 3), 10),
    "cifar100": Facts((32, 32, 3), 100),
    "mnist": Facts((28, 28, 1), 10),
    "fashion_mnist": Facts((28, 28, 1), 10),
}


def refuse_classes(name: str, classes: int, recipe: Recipe) -> None:
    """Refuse data of more classes than the network tells apart.

    Raises:
        TrainingError: with both numbers.
    """
    if classes > recipe.classes:
        raise TrainingError(
            f"{name} has {classes} classes, "
            f"the network has {recipe.classes} outputs: `--data` names other images"
        )


def refuse_channels(where: str, channels: int, recipe: Recipe) -> None:
    """Refuse images of other channels than the network takes.

    Raises:
        TrainingError: with both numbers.
    """
    needed = recipe.image[-1]
    if channels != needed:
        raise TrainingError(
            f"{where} has images of {count_of(channels)}, "
            f"the network takes {count_of(needed)}"
        )


def count_of(channels: int) -> str:
    """Return a number of channels as people say it."""
    return "1 channel" if channels == 1 else f"{channels} channels"
