"""Whether what is known of data before they are loaded fits the network."""

from archcompiler.training.errors import TrainingError
from archcompiler.training.recipe import Recipe


def refuse_classes(name: str, classes: int, recipe: Recipe, hint: str = "") -> None:
    """Refuse data of more classes than the network tells apart.

    Raises:
        TrainingError: with both numbers.
    """
    if classes > recipe.classes:
        help = hint or "`--data` names other images"
        raise TrainingError(
            f"{name} has {classes} classes, "
            f"the network has {recipe.classes} outputs: {help}"
        )


def refuse_channels(where: str, channels: int, recipe: Recipe, hint: str = "") -> None:
    """Refuse images of other channels than the network takes.

    Raises:
        TrainingError: with both numbers.
    """
    needed = recipe.image[-1]
    if channels != needed:
        raise TrainingError(
            f"{where} has images of {count_of(channels)}, "
            f"the network takes {count_of(needed)}{hint}"
        )


def count_of(channels: int) -> str:
    """Return a number of channels as people say it."""
    return "1 channel" if channels == 1 else f"{channels} channels"
