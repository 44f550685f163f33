"""Sources: what `--data` names, or the recipe."""

from pathlib import Path
from typing import Any

import numpy as np

from archcompiler.diagnostics import suggest
from archcompiler.language.recipe.data_sets import FACTS
from archcompiler.training.data.arrays import holds_arrays, load_arrays
from archcompiler.training.data.folders import load_folder
from archcompiler.training.data.images import Data, ImageSet
from archcompiler.training.errors import TrainingError


def load_data(name: str, data_dir: Path | None = None) -> Data:
    """Load a data set by name, a folder of images, or files with arrays.

    Raises:
        TrainingError: where it cannot be found or read.
    """
    if name == "digits":
        return load_digits()
    if name in FACTS:
        from archcompiler.training.data.archives import load_archive

        return load_archive(name, data_dir)
    path = Path(name)
    if path.suffix == ".npz" and path.is_file():
        return load_arrays(path)
    if path.is_dir():
        return load_arrays(path) if holds_arrays(path) else load_folder(path)
    help = suggest(name, FACTS) or f"it is one of {', '.join(FACTS)}, a folder, an .npz"
    raise TrainingError(f"there is no data `{name}`: {help}")


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
