"""Labelled images: arrays, or files that are read when they are needed."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np


@dataclass(frozen=True, slots=True)
class ImageSet:
    """Images and their labels, in the order of the source.

    `images` is an array (count, height, width, channels), which may lie on the disk, or
    an array of paths.
    """

    images: Any
    labels: Any
    chosen: Any = None
    """The indices of the images that belong to the set; None for all."""

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def channels(self) -> int | None:
        """Channels of an array; None for files, which are read with any."""
        return None if self.files else int(self.images.shape[-1])

    @property
    def files(self) -> bool:
        """Whether the images are files."""
        return bool(self.images.dtype.kind == "O")

    def read(self, indices: Any) -> Any:
        """Return some of the images, or of their paths."""
        return self.images[indices if self.chosen is None else self.chosen[indices]]

    def take(self, indices: Any) -> "ImageSet":
        """Return a part of the set, which shares its images."""
        chosen = np.arange(len(self)) if self.chosen is None else self.chosen
        return ImageSet(self.images, self.labels[indices], chosen[indices])

    def sample(self, count: int) -> Any:
        """Return about `count` images, evenly spaced."""
        return self.read(np.arange(0, len(self), max(1, len(self) // count)))


@dataclass(frozen=True, slots=True)
class Data:
    """What a run learns from, and what it is judged by."""

    name: str
    training: ImageSet
    validation: ImageSet | None
    classes: tuple[str, ...]
    """Names of the classes, the label 0 first."""

    def limited(self, limit: int | None) -> "Data":
        """Return the first images of each set, as the articles take them."""
        if limit is None:
            return self
        some = slice(limit)
        validation = self.validation.take(some) if self.validation else None
        return replace(self, training=self.training.take(some), validation=validation)


def split(data: Data, share: float, seed: int) -> Data:
    """Hold back a share of the images for validation, drawn by the seed."""
    if data.validation is not None or not share:
        return data
    chosen, held = hold_back(len(data.training), share, seed)
    training, validation = data.training.take(chosen), data.training.take(held)
    return replace(data, training=training, validation=validation)


def hold_back(count: int, share: float, seed: int) -> tuple[Any, Any]:
    """Return the indices of the images to train on, and of those to validate on."""
    order = np.random.default_rng([seed, 0]).permutation(count)
    held = max(1, round(share * count))
    return order[held:], order[:held]
