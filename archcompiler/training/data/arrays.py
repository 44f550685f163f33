"""Arrays in files: one `.npz`, or a folder of `.npy` files, as an article has them."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from archcompiler.training.data.images import Data, ImageSet
from archcompiler.training.errors import TrainingError

NAMES = ("x_train", "y_train", "x_test", "y_test", "classes")
_NEEDED = "`x_train` and `y_train`, and if there are any `x_test` and `y_test`"


def holds_arrays(folder: Path) -> bool:
    """Whether a folder has the arrays of a training set."""
    return any(path.stem.lower() == "x_train" for path in folder.glob("*.npy"))


def load_arrays(path: Path) -> Data:
    """Load `x_train`, `y_train` and, where there are any, `x_test`, `y_test`.

    `classes` may have their names, the label 0 first.

    Raises:
        TrainingError: for a file that is none, or whose arrays do not go together.
    """
    arrays = _read_folder(path) if path.is_dir() else _read_archive(path)
    if not {"x_train", "y_train"} <= arrays.keys():
        found = ", ".join(arrays) or "nothing"
        raise TrainingError(f"`{path}` holds {found}; needed are {_NEEDED}")
    training = _image_set(path, arrays, "train")
    validation = None
    if "x_test" in arrays or "y_test" in arrays:
        validation = _image_set(path, arrays, "test")
    labels = [part.labels for part in (training, validation) if part is not None]
    count = 1 + max(int(part.max()) for part in labels)
    return Data(str(path), training, validation, _classes(path, arrays, count))


def _classes(path: Path, arrays: dict[str, Any], count: int) -> tuple[str, ...]:
    """Return the texts of `classes`, the label 0 first; numbers where there are none.

    Raises:
        TrainingError: for what is no name for each label.
    """
    if "classes" not in arrays:
        return tuple(map(str, range(count)))
    given = arrays["classes"]
    names = (
        tuple(map(str, given)) if given.ndim == 1 and given.dtype.kind == "U" else ()
    )
    if len(names) < count or len({*names}) < len(names):
        raise TrainingError(
            f"`classes` of `{path}` is a text for each of the labels 0 to {count - 1}, "
            f"no two the same; received {given.dtype} of shape {given.shape}"
        )
    return names


def _read_archive(path: Path) -> dict[str, Any]:
    try:
        with open(path, "rb") as file, np.load(file, allow_pickle=False) as archive:
            known = {name.lower(): name for name in archive.files}
            return {name: archive[known[name]] for name in NAMES if name in known}
    except (OSError, ValueError, EOFError, KeyError, BadZipFile) as error:
        raise TrainingError(f"`{path}` is no readable .npz file: {error}") from None


def _read_folder(path: Path) -> dict[str, Any]:
    """Map the files into memory: only the images of a batch are read."""
    arrays = {}
    for file in sorted(path.glob("*.npy")):
        if file.stem.lower() not in NAMES:
            continue
        try:
            arrays[file.stem.lower()] = np.load(file, mmap_mode="r", allow_pickle=False)
        except (OSError, ValueError, EOFError) as error:
            raise TrainingError(f"`{file}` is no readable .npy file: {error}") from None
    return arrays


def _image_set(path: Path, arrays: dict[str, Any], which: str) -> ImageSet:
    if f"x_{which}" not in arrays or f"y_{which}" not in arrays:
        raise TrainingError(f"`{path}` has only one of `x_{which}` and `y_{which}`")
    images, labels = arrays[f"x_{which}"], arrays[f"y_{which}"]
    where = f"`x_{which}` of `{path}`"
    if images.ndim == 3:
        images = images[..., None]
    if images.ndim != 4 or not images.size:
        shape = "x".join(map(str, images.shape))
        message = f"{where} is {shape}; needed is count x height x width x channels"
        raise TrainingError(message)
    if images.dtype.kind not in "uif":
        raise TrainingError(f"{where} holds {images.dtype}, not numbers")
    labels = read_labels(labels, f"`y_{which}` of `{path}`")
    if len(images) != len(labels):
        message = f"{where} has {len(images):,} images, but {len(labels):,} labels"
        raise TrainingError(message)
    return ImageSet(images, labels)


def read_labels(labels: Any, where: str) -> Any:
    """Return labels as whole numbers; rows with a single 1 stand for its place.

    Raises:
        TrainingError: for anything else.
    """
    labels = np.asarray(labels)
    if labels.ndim == 2 and labels.shape[1] == 1:
        labels = labels[:, 0]
    if labels.ndim == 2 and _one_hot(labels):
        return labels.argmax(axis=1).astype(np.int64)
    if labels.ndim != 1 or labels.dtype.kind not in "uif" or not labels.size:
        shape = "x".join(map(str, labels.shape))
        message = f"{where} is {shape} of {labels.dtype}; needed is one label an image"
        raise TrainingError(message)
    with np.errstate(invalid="ignore"):
        whole = labels.astype(np.int64)
    if (whole != labels).any():
        bad = labels[whole != labels][0]
        raise TrainingError(f"{where} holds {bad}, which is no class")
    return whole


def _one_hot(labels: Any) -> bool:
    if labels.dtype.kind not in "buif" or not labels.size:
        return False
    rows: Iterable[Any] = (labels.sum(axis=1) == 1, labels.max(axis=1) == 1)
    return bool(all(row.all() for row in rows))
