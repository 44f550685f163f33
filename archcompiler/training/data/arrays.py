"""Arrays in files: one `.npz`, or a folder of `.npy` files, as an article has them."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from archcompiler.training.data import Takings
from archcompiler.training.data.images import Data, ImageSet
from archcompiler.training.errors import TrainingError

NAMES = ("x_train", "y_train", "x_test", "y_test", "classes")
_NEEDED = "`x_train` and `y_train`, and if there are any `x_test` and `y_test`"
_CLEAR = "or one array that can only be images, and one that can only be their labels"
_OF_TEST = re.compile(r"(test|val|valid|validation)$|^(test|val)([^a-z]|[xy]$)")


def holds_arrays(folder: Path) -> bool:
    """Whether a folder has arrays."""
    return any(folder.glob("*.npy"))


def load_arrays(path: Path, takings: Takings = ()) -> Data:
    """Load `x_train`, `y_train` and, where there are any, `x_test`, `y_test`.

    Other names will do where shapes tell which array is what. `classes` may have their
    names, the label 0 first; labels that are texts name them, too.

    Raises:
        TrainingError: for a file that is none, or whose arrays do not go together.
    """
    arrays = _read_folder(path) if path.is_dir() else _read_archive(path)
    if not {"x_train", "y_train"} <= arrays.keys():
        arrays = _paired(path, arrays)
    arrays = _numbered(path, arrays)
    training = _image_set(path, arrays, "train", takings)
    validation = None
    if "x_test" in arrays or "y_test" in arrays:
        validation = _image_set(path, arrays, "test", takings)
    labels = [part.labels for part in (training, validation) if part is not None]
    count = 1 + max(int(part.max()) for part in labels)
    return Data(str(path), training, validation, _classes(path, arrays, count))


def _paired(path: Path, arrays: dict[str, Any]) -> dict[str, Any]:
    """Return arrays of other names under ours, where shapes tell which are which.

    Raises:
        TrainingError: where they do not, with the name and shape of each.
    """
    found = {"classes": arrays["classes"]} if "classes" in arrays else {}
    parts: dict[str, dict[str, Any]] = {"train": {}, "test": {}}
    for name, array in arrays.items():
        if name != "classes":
            parts["test" if _OF_TEST.search(name) else "train"][name] = array
    for part, given in parts.items():
        images = [each for each in given.values() if each.ndim in (3, 4)]
        labels = [each for each in given.values() if each.ndim in (1, 2)]
        if len(images) == len(labels) == 1 and len(images[0]) == len(labels[0]):
            found |= {f"x_{part}": images[0], f"y_{part}": labels[0]}
        elif given or part == "train":
            each = [f"{n} {_shape(a)} of {a.dtype}" for n, a in arrays.items()]
            held = ", ".join(each) or "nothing"
            message = f"`{path}` holds {held}; needed are {_NEEDED}, {_CLEAR}"
            raise TrainingError(message)
    return found


def _numbered(path: Path, arrays: dict[str, Any]) -> dict[str, Any]:
    """Return arrays whose labels, where they are texts, are numbers of `classes`.

    Raises:
        TrainingError: for a text that `classes` lacks.
    """
    labels = {n: a for n, a in arrays.items() if n[:2] == "y_" and a.ndim == 1}
    labels = {n: a for n, a in labels.items() if a.dtype.kind in "US" and a.size}
    if not labels:
        return arrays
    labels = {n: a.astype(str) for n, a in labels.items()}
    names = np.unique(np.concatenate([*labels.values()]))
    if "classes" in arrays:
        given = np.asarray(arrays["classes"]).astype(str)
        unknown = sorted({*names} - {*given})
        if unknown:
            message = f"`{path}` has the label `{unknown[0]}`, which `classes` lacks"
            raise TrainingError(message)
        names = given
    places = {name: place for place, name in enumerate(names.tolist())}
    numbers = {n: np.array([places[each] for each in a]) for n, a in labels.items()}
    return {**arrays, **numbers, "classes": names}


def _shape(array: Any) -> str:
    return "x".join(map(str, array.shape)) or "a single value"


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
            wanted = NAMES if {"x_train", "y_train"} <= known.keys() else known
            return {name: archive[known[name]] for name in wanted if name in known}
    except (OSError, ValueError, EOFError, KeyError, BadZipFile) as error:
        raise TrainingError(f"`{path}` is no readable .npz file: {error}") from None


def _read_folder(path: Path) -> dict[str, Any]:
    """Map the files into memory: only the images of a batch are read."""
    arrays = {}
    for file in sorted(path.glob("*.npy")):
        try:
            arrays[file.stem.lower()] = np.load(file, mmap_mode="r", allow_pickle=False)
        except (OSError, ValueError, EOFError) as error:
            raise TrainingError(f"`{file}` is no readable .npy file: {error}") from None
    return arrays


def _image_set(
    path: Path, arrays: dict[str, Any], which: str, takings: Takings
) -> ImageSet:
    if f"x_{which}" not in arrays or f"y_{which}" not in arrays:
        raise TrainingError(f"`{path}` has only one of `x_{which}` and `y_{which}`")
    images, labels = arrays[f"x_{which}"], arrays[f"y_{which}"]
    where = f"`x_{which}` of `{path}`"
    if images.ndim == 3:
        images = images[..., None]
    if images.ndim != 4 or not images.size:
        message = "needed is count x height x width x channels"
        raise TrainingError(f"{where} is {_shape(images)}; {message}")
    if "channels-first" in takings:
        images = np.moveaxis(images, 1, -1)
    if images.dtype.kind not in "uif":
        raise TrainingError(f"{where} holds {images.dtype}, not numbers")
    one_hot = labels.ndim == 2 and labels.shape[1] > 1
    labels = read_labels(labels, f"`y_{which}` of `{path}`")
    if "labels-from-1" in takings:
        if one_hot or labels.min() < 1:
            raise TrainingError(
                f"`y_{which}` of `{path}` does not count from 1: leave "
                "`--labels-from-1` out"
            )
        labels = labels - 1
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
        held = f"{_shape(labels)} of {labels.dtype}"
        raise TrainingError(f"{where} is {held}; needed is one label an image")
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
