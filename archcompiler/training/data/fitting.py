"""Whether data fit the network: refused before the first step."""

import numpy as np

from archcompiler.training.data.facts import refuse_channels, refuse_classes
from archcompiler.training.data.images import Data, ImageSet
from archcompiler.training.errors import TrainingError
from archcompiler.training.recipe import Recipe

_SAMPLED = 1000  # images whose values are looked at


def refuse_unfit(data: Data, recipe: Recipe) -> None:
    """Refuse labels and images that the network cannot take.

    Raises:
        TrainingError: with what the data have and what the network takes.
    """
    refuse_classes(data.name, len(data.classes), recipe)
    _refuse_set(data.name, "training", data.training, recipe)
    if data.validation is not None:
        _refuse_set(data.name, "validation", data.validation, recipe)


def _refuse_set(name: str, part: str, images: ImageSet, recipe: Recipe) -> None:
    where = f"the {part} set of {name}"
    if not len(images):
        raise TrainingError(f"{where} is empty")
    least, most = int(images.labels.min()), int(images.labels.max())
    if least < 0 or most >= recipe.classes:
        label = least if least < 0 else most
        raise TrainingError(
            f"{where} has the label {label}, "
            f"the network has outputs for 0 to {recipe.classes - 1}"
        )
    if images.channels is None:
        channels = recipe.image[-1]
        if channels not in (1, 3):
            message = (
                f"images in files have 1 or 3 channels, the network takes {channels}"
            )
            raise TrainingError(message)
        return
    refuse_channels(where, images.channels, recipe)
    _refuse_values(where, images, recipe)


def _refuse_values(where: str, images: ImageSet, recipe: Recipe) -> None:
    """Refuse values that are no numbers, or are scaled already."""
    if images.images.dtype.kind != "f":
        return
    some = images.sample(_SAMPLED)
    if not np.isfinite(some).all():
        raise TrainingError(f"{where} holds values that are no numbers")
    if recipe.training.pixels is not None and some.max() <= 1:
        raise TrainingError(
            f"{where} has values of at most {some.max():g}, where `pixels` scales "
            "0 to 255: write `pixels: as they are`"
        )
