"""Sources: what `--data` names, or the recipe."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from archcompiler.diagnostics import suggest
from archcompiler.language.recipe.data_sets import FACTS
from archcompiler.training.data import TAKINGS, Takings
from archcompiler.training.data.arrays import holds_arrays, load_arrays
from archcompiler.training.data.folders import load_folder
from archcompiler.training.data.images import Data, ImageSet
from archcompiler.training.data.listed import load_listed
from archcompiler.training.errors import TrainingError


def load_data(name: str, data_dir: Path | None = None, takings: Takings = ()) -> Data:
    """Load a data set by name, a folder or a list of images, or files with arrays.

    Raises:
        TrainingError: where it cannot be found or read, or `takings` are of others.
    """
    if name in FACTS:
        _refuse_takings(name, takings, "")
    if name == "digits":
        return load_digits()
    if name in FACTS:
        from archcompiler.training.data.archives import load_archive

        return load_archive(name, data_dir)
    path = Path(name)
    found = _loader(path)
    if found is not None:
        kind, load = found
        _refuse_takings(name, takings, kind)
        return load(path, takings)
    help = suggest(name, FACTS) or f"it is one of {', '.join(FACTS)}, a folder, an .npz"
    raise TrainingError(f"there is no data `{name}`: {help}")


def load_whole(name: str, data_dir: Path | None, takings: Takings) -> Data:
    """Load data with all that is broken told at once, rather than refused.

    Raises:
        TrainingError: as `load_data` does.
    """
    found = None if name in FACTS else _loader(Path(name))
    if found is not None and found[0] == "files":
        takings = {*takings, "skip-broken"}
    return load_data(name, data_dir, takings)


def _loader(path: Path) -> tuple[str, Callable[[Path, Takings], Data]] | None:
    """Return whether a path is of arrays or of files, and what loads it."""
    if path.is_dir():
        if holds_arrays(path):
            return "arrays", load_arrays
        return "files", load_folder
    if path.is_file():
        suffix = path.suffix.lower()
        if suffix == ".npz":
            return "arrays", load_arrays
        if suffix == ".csv":
            return "files", load_listed
    return None


def _refuse_takings(name: str, takings: Takings, kind: str) -> None:
    """Refuse what is said of data of another kind."""
    for word in takings:
        if TAKINGS[word].kind not in ("", kind):
            held = {"files": "images in files", "arrays": "arrays"}
            raise TrainingError(
                f"`--{word}` is said of {held[TAKINGS[word].kind]}, "
                f"`{name}` has {held.get(kind, 'images that need no word')}"
            )


def load_digits() -> Data:
    """Load scikit-learn's 1,797 images of digits, 8x8 in 17 shades of grey.

    Raises:
        TrainingError: where scikit-learn is not installed.
    """
    try:
        from sklearn.datasets import load_digits as load
    except ModuleNotFoundError:
        message = "the digits are scikit-learn's: pip install 'archcompiler[train]'"
        raise TrainingError(message) from None
    images, labels = load(return_X_y=True)
    training = ImageSet(as_shades(images), labels.astype(np.int64))
    return Data("digits", training, None, tuple(map(str, range(10))))


def as_shades(digits: Any) -> Any:
    """Return the digits as 8x8 images, their 17 shades of grey as 0 to 255."""
    return (digits.reshape(-1, 8, 8, 1) * (255 / 16)).astype(np.float32)
