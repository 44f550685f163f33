"""Folders of images, one for each class; or such below `train` and `validation`."""

from pathlib import Path
from typing import Any

import numpy as np

from archcompiler.training.data.images import Data, ImageSet
from archcompiler.training.errors import TrainingError

_BEGINNINGS = (b"\x89PNG", b"\xff\xd8\xff", b"BM", b"GIF8")
SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".gif")
IN_COLOUR = (".bmp", ".gif")
"""Those of files that are read with 3 channels alone."""

_TRAIN = ("train", "training")
_VALIDATION = ("validation", "val", "test")


def load_folder(path: Path) -> Data:
    """List the images below a folder; they are read when they are needed.

    Raises:
        TrainingError: for an empty class, a file that is no image, or other classes in
            the validation set.
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
    validation = _list(held, classes) if held is not None else None
    return Data(str(path), _list(root, classes), validation, classes)


def _classes(root: Path) -> tuple[str, ...]:
    folders = [folder for folder in root.iterdir() if folder.is_dir()]
    names = sorted(folder.name for folder in folders if folder.name[0] != ".")
    if len(names) < 2:
        message = f"`{root}` has {len(names)} class folders; needed are at least 2"
        raise TrainingError(message)
    return tuple(names)


def _list(root: Path, classes: tuple[str, ...]) -> ImageSet:
    """Return the images of all classes, mixed by their names' order in each class."""
    found: list[tuple[int, int, Path]] = []
    for label, name in enumerate(classes):
        files = sorted((root / name).iterdir())
        images = [file for file in files if file.suffix.lower() in SUFFIXES]
        if not images:
            raise TrainingError(f"the class folder `{root / name}` has no image")
        for number, file in enumerate(images):
            refuse_other(file)
            found.append((number, label, file))
    found.sort()  # the first of each class, then the second: `limit` leaves none out
    return ImageSet(_paths(found), np.array([label for _, label, _ in found]))


def _paths(found: list[tuple[int, int, Path]]) -> Any:
    paths = np.empty(len(found), object)
    paths[:] = [file for _, _, file in found]
    return paths


def refuse_other(file: Path) -> None:
    """Refuse a file that does not begin as an image.

    Raises:
        TrainingError: with its path.
    """
    with open(file, "rb") as content:
        if not content.read(4).startswith(_BEGINNINGS):
            raise TrainingError(f"`{file}` is no image: it does not begin as one")
