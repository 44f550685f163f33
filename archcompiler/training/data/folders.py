"""Folders of images, one for each class; or such below `train` and `validation`."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from archcompiler.training.data import Takings
from archcompiler.training.data.examining import refuse_broken, without_broken
from archcompiler.training.data.images import Data, ImageSet
from archcompiler.training.data.kinds import Broken, find, told
from archcompiler.training.errors import TrainingError

_TRAIN = ("train", "training")
_VALIDATION = ("validation", "val", "test")

_Listed = list[tuple[int, int, Path]]
"""Images by their number in their class, their label and their path."""


def load_folder(path: Path, takings: Takings = ()) -> Data:
    """List the images below a folder; they are read when they are needed.

    Raises:
        TrainingError: for an empty class, files that are no images, or other classes
            in the validation set.
    """
    root = next((path / name for name in _TRAIN if (path / name).is_dir()), path)
    held = None
    if root != path:
        folders = [path / name for name in _VALIDATION]
        held = next((folder for folder in folders if folder.is_dir()), None)
    classes = _classes(root)
    if held is not None and _classes(held) != classes:
        message = f"`{held}` has other classes than `{root}`"
        raise TrainingError(message)
    sets, broken, others = [], [], []
    for place in filter(None, (root, held)):
        listed, false, left = _list(place, classes, takings)
        sets.append(image_set(listed, takings))
        broken += false
        others += left
    if "skip-broken" not in takings:
        refuse_broken(broken)
    notes = tuple(filter(None, [told(others)]))
    validation = sets[1] if held is not None else None
    return Data(str(path), sets[0], validation, classes, tuple(broken), notes)


def _classes(root: Path) -> tuple[str, ...]:
    folders = [folder for folder in root.iterdir() if folder.is_dir()]
    names = sorted(folder.name for folder in folders if folder.name[0] != ".")
    if len(names) < 2:
        message = f"`{root}` has {len(names)} class folders; needed are at least 2"
        raise TrainingError(message)
    return tuple(names)


def _list(
    root: Path, classes: Sequence[str], takings: Takings
) -> tuple[_Listed, list[Broken], list[Path]]:
    """Return the images of all classes, what is broken, and what else lies there."""
    listed: _Listed = []
    broken: list[Broken] = []
    others = [file for file in sorted(root.iterdir()) if file.is_file()]
    others = [file for file in others if file.name[0] != "."]
    for label, name in enumerate(classes):
        found = find(root / name)
        others += found.others
        broken += found.false
        images = found.images
        if "skip-broken" in takings:
            images, unreadable = without_broken(images)
            broken += unreadable
        if not images and not found.false:
            raise TrainingError(f"the class folder `{root / name}` has no image")
        listed += [(number, label, file) for number, file in enumerate(images)]
    return listed, broken, others


def image_set(listed: Iterable[tuple[int, int, Path]], takings: Takings) -> ImageSet:
    """Return the first image of each class, then the second: `limit` drops none."""
    found = sorted(listed)
    labels = np.array([label for _, label, _ in found], np.int64)
    return ImageSet(_paths(found), labels, upright="upright" in takings)


def _paths(found: list[tuple[int, int, Path]]) -> Any:
    paths = np.empty(len(found), object)
    paths[:] = [file for _, _, file in found]
    return paths
