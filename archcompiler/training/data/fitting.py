"""Whether data fit the network: refused before the first step."""

from typing import Any

import numpy as np

from archcompiler.training.data.examining import needs_pillow
from archcompiler.training.data.facts import count_of, refuse_channels, refuse_classes
from archcompiler.training.data.images import Data, ImageSet
from archcompiler.training.data.kinds import BY_TENSORFLOW, kind_in
from archcompiler.training.errors import TrainingError
from archcompiler.training.recipe import Recipe

_SAMPLED = 1000  # images whose values are looked at


def refuse_unfit(data: Data, recipe: Recipe) -> None:
    """Refuse labels and images that the network cannot take.

    Raises:
        TrainingError: with what the data have and what the network takes.
    """
    refuse_classes(data.name, len(data.classes), recipe, _from_1(data))
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
        refuse_files(images, recipe.image[-1])
        return
    stand_first = images.images.shape[1] == recipe.image[-1]
    hint = ": `--channels-first` says that they stand there" if stand_first else ""
    refuse_channels(where, images.channels, recipe, hint)
    _refuse_values(where, images, recipe)


def _from_1(data: Data) -> str:
    """Return a hint for labels among which there is no 0."""
    if data.training.files or not len(data.training) or data.training.labels.min() != 1:
        return ""
    return "no label is 0; if they count from 1, say `--labels-from-1`"


def refuse_files(images: ImageSet, channels: int) -> None:
    """Refuse files that cannot be read with the channels that the network takes.

    Raises:
        TrainingError: with a file, or the channels.
    """
    if channels not in (1, 3):
        message = f"images in files have 1 or 3 channels, the network takes {channels}"
        raise TrainingError(message)
    if images.upright:
        needs_pillow("turning photos upright")
    for path in images.read(np.arange(len(images))):
        kind = kind_in(path)
        if kind not in BY_TENSORFLOW[channels]:
            needs_pillow(f"reading `{path}`, a {kind} of {count_of(channels)},")
            return


def _refuse_values(where: str, images: ImageSet, recipe: Recipe) -> None:
    """Refuse values that are no numbers, or not 0 to 255 where they must be."""
    some = images.sample(_SAMPLED)
    if not np.isfinite(some).all():
        raise TrainingError(f"{where} holds values that are no numbers")
    least, most = some.min(), some.max()
    if least >= 0 and 1 < most <= 255:
        return
    found = f"{where} has values of {least:g} to {most:g}"
    if looks_standardised(some):
        found += ", which look standardised: less a mean, and divided by a deviation"
    training = recipe.training
    changes = [f"`{call.name}`" for call in training.augmentation if call.of_values]
    if changes:
        names = " and ".join(dict.fromkeys(changes))
        raise TrainingError(
            f"{found}, where {names} would change 0 to 255: give images of 0 to 255, "
            f"or write `pixels: as they are` without {names}"
        )
    if training.pixels is not None:
        raise TrainingError(
            f"{found}, where `pixels` scales 0 to 255: give images of 0 to 255, "
            "or write `pixels: as they are`"
        )


def looks_standardised(images: Any) -> bool:
    """Whether real numbers have a mean near 0 and a deviation near 1."""
    if images.dtype.kind != "f" or images.min() >= 0:
        return False
    return abs(float(images.mean())) < 0.5 and 0.5 < float(images.std()) < 2
