"""The formats of published data sets: verified files become images and labels."""

import gzip
import pickle
import tarfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from archcompiler.language.recipe.data_sets import FACTS
from archcompiler.shapes import Shape
from archcompiler.training.data.arrays import load_arrays
from archcompiler.training.data.images import Data, ImageSet
from archcompiler.training.errors import TrainingError

_META = (("batches.meta", b"label_names"), ("meta", b"fine_label_names"))
"""Where CIFAR-10 and CIFAR-100 have the names of their classes."""

_OF_FASHION = (
    *("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat"),
    *("Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"),
)
"""The classes of Fashion-MNIST: its files have numbers, its README these names."""


def read_npz(name: str, paths: Sequence[Path]) -> Data:
    """Read the one file of arrays."""
    return replace(load_arrays(paths[0]), name=name)


def read_cifar10(name: str, paths: Sequence[Path]) -> Data:
    """Read the six batches of CIFAR-10."""
    train = [f"data_batch_{number}" for number in range(1, 6)]
    return _read_cifar(name, paths[0], train, "test_batch", b"labels")


def read_cifar100(name: str, paths: Sequence[Path]) -> Data:
    """Read the two batches of CIFAR-100, with its fine labels."""
    return _read_cifar(name, paths[0], ["train"], "test", b"fine_labels")


def _read_cifar(
    name: str, path: Path, train: Sequence[str], test: str, key: bytes
) -> Data:
    image = FACTS[name].image
    try:
        with tarfile.open(path) as archive:
            members = {Path(m.name).name: m for m in archive.getmembers()}
            parts = [_batch(archive, members[part], key, image) for part in train]
            validation = _batch(archive, members[test], key, image)
            names = _names(archive, members)
    except (OSError, KeyError, tarfile.TarError, EOFError) as error:
        raise TrainingError(f"`{path}` does not hold {name}: {error}") from None
    training = ImageSet(
        np.concatenate([part.images for part in parts]),
        np.concatenate([part.labels for part in parts]),
    )
    return _named(name, training, validation, names)


def _batch(archive: tarfile.TarFile, member: Any, key: bytes, image: Shape) -> ImageSet:
    batch = _unpickled(archive, member)
    height, width, channels = image
    images = np.asarray(batch[b"data"], np.uint8)
    images = images.reshape(-1, channels, height, width)
    labels = np.asarray(batch[key], np.int64)
    return ImageSet(np.ascontiguousarray(images.transpose(0, 2, 3, 1)), labels)


def _names(archive: tarfile.TarFile, members: Mapping[str, Any]) -> Sequence[str]:
    """Return the names of the classes, which both archives have in a file apart."""
    for member, key in _META:
        if member in members:
            found = _unpickled(archive, members[member])[key]
            return [name.decode() for name in found]
    return ()


def _unpickled(archive: tarfile.TarFile, member: Any) -> Any:
    file = archive.extractfile(member)
    assert file is not None
    return pickle.loads(file.read(), encoding="bytes")  # its digest was verified


def read_idx(name: str, paths: Sequence[Path]) -> Data:
    """Read the four files of MNIST's own format: images and labels, train and test."""
    try:
        parts = [_idx(path) for path in paths]
    except (OSError, ValueError, EOFError) as error:
        raise TrainingError(f"the files of {name} cannot be read: {error}") from None
    training = ImageSet(parts[0][..., None], parts[1].astype(np.int64))
    validation = ImageSet(parts[2][..., None], parts[3].astype(np.int64))
    return _named(name, training, validation, _OF_FASHION)


def _idx(path: Path) -> Any:
    """Read one file: two zeros, the type, the rank, the sizes, the bytes."""
    with gzip.open(path) as file:
        content = file.read()
    if content[:3] != b"\0\0\x08":
        raise ValueError(f"`{path}` does not begin as such a file does")
    rank = content[3]
    shape = np.frombuffer(content, ">u4", count=rank, offset=4)
    return np.frombuffer(content, np.uint8, offset=4 + 4 * rank).reshape(shape)


def _named(
    name: str, training: ImageSet, validation: ImageSet, names: Sequence[str]
) -> Data:
    """Return data with the names of their classes, or numbers where there are none."""
    numbers = map(str, range(FACTS[name].classes))
    return Data(name, training, validation, tuple(names or numbers))
