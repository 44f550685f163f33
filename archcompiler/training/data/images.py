"""Labelled images: arrays, or files that are read when they are needed."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from archcompiler.training.data.kinds import Broken


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

    upright: bool = False
    """Whether files are turned as their EXIF orientation says."""

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
        return replace(self, labels=self.labels[indices], chosen=chosen[indices])

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

    broken: tuple[Broken, ...] = ()
    """Files that are left out, since they cannot be read."""

    notes: tuple[str, ...] = ()
    """What people should know of them, a line each."""

    def limited(self, limit: int | None) -> "Data":
        """Return the first images of each set, as the articles take them."""
        if limit is None:
            return self
        some = slice(limit)
        validation = self.validation.take(some) if self.validation else None
        return replace(self, training=self.training.take(some), validation=validation)


def split(data: Data, share: float, seed: int, *, stratified: bool = False) -> Data:
    """Hold back a share of the images for validation, drawn by the seed.

    It is that of all images, or `stratified` of each class, and at least one of it.
    """
    if data.validation is not None or not share:
        return data
    if stratified:
        chosen, held = hold_back_of_each(data.training.labels, share, seed)
    else:
        chosen, held = hold_back(len(data.training), share, seed)
    training, validation = data.training.take(chosen), data.training.take(held)
    return replace(data, training=training, validation=validation)


def hold_back(count: int, share: float, seed: int) -> tuple[Any, Any]:
    """Return the indices of the images to train on, and of those to validate on."""
    order = np.random.default_rng([seed, 0]).permutation(count)
    held = max(1, round(share * count))
    return order[held:], order[:held]


def hold_back_of_each(labels: Any, share: float, seed: int) -> tuple[Any, Any]:
    """Return the same as `hold_back`, with that share of every class.

    A class with a single image keeps it for training.
    """
    order = np.random.default_rng([seed, 0]).permutation(len(labels))
    parts: tuple[list[Any], list[Any]] = ([], [])
    for label in np.unique(labels):
        own = order[labels[order] == label]
        count = min(max(1, round(share * len(own))), len(own) - 1)
        parts[0].append(own[count:])
        parts[1].append(own[:count])
    rank = np.argsort(order)  # both in the order that was drawn
    chosen, held = map(np.concatenate, parts)
    return chosen[np.argsort(rank[chosen])], held[np.argsort(rank[held])]


def balanced(labels: Any, classes: int) -> dict[int, float]:
    """Return a weight for each class, by which all that there are count the same."""
    counts = np.bincount(labels, minlength=classes)
    whole = len(labels) / np.count_nonzero(counts)
    return {each: whole / max(1, count) for each, count in enumerate(counts.tolist())}
