"""The archives of published data sets: found, verified by digest, read."""

import gzip
import hashlib
import os
import pickle
import tarfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from archcompiler.training.data.arrays import load_arrays
from archcompiler.training.data.images import Data, ImageSet
from archcompiler.training.errors import TrainingError

_STORE = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"


class Archive(NamedTuple):
    """A published file, as `keras.datasets` fetches it."""

    name: str
    origin: str
    sha256: str = ""
    """Empty where Keras itself does not know it."""

    cached: str = ""
    """Where `keras.datasets` keeps it, below `datasets`, if not as `name`."""


def _fashion(name: str) -> Archive:
    return Archive(name, _STORE + name, cached=f"fashion-mnist/{name}")


ARCHIVES: dict[str, tuple[Archive, ...]] = {
    "cifar10": (
        Archive(
            "cifar-10-python.tar.gz",
            "https://www.cs.toronto.edu/~kriz/cifar-10-python.tar.gz",
            "6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce",
            "cifar-10-batches-py-target_archive",
        ),
    ),
    "cifar100": (
        Archive(
            "cifar-100-python.tar.gz",
            "https://www.cs.toronto.edu/~kriz/cifar-100-python.tar.gz",
            "85cd44d02ba6437773c5bbd22e183051d648de2e7d6b014e1ef29b855ba677a7",
            "cifar-100-python-target_archive",
        ),
    ),
    "mnist": (
        Archive(
            "mnist.npz",
            f"{_STORE}mnist.npz",
            "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1",
        ),
    ),
    "fashion_mnist": (
        _fashion("train-images-idx3-ubyte.gz"),
        _fashion("train-labels-idx1-ubyte.gz"),
        _fashion("t10k-images-idx3-ubyte.gz"),
        _fashion("t10k-labels-idx1-ubyte.gz"),
    ),
}


def load_archive(name: str, data_dir: Path | None) -> Data:
    """Load a published data set from `data_dir`, from Keras' folder, or the network.

    Raises:
        TrainingError: naming the file and the place where it belongs.
    """
    paths = [find_archive(archive, data_dir) for archive in ARCHIVES[name]]
    if name == "mnist":
        return replace(load_arrays(paths[0]), name=name)
    if name == "fashion_mnist":
        return read_idx(name, paths)
    return read_cifar(name, paths[0])


def find_archive(archive: Archive, data_dir: Path | None) -> Path:
    """Return the path of a verified archive; without `data_dir` it may be fetched.

    Raises:
        TrainingError: where there is none, or it is not the published one.
    """
    home = Path(os.environ.get("KERAS_HOME", "~/.keras")).expanduser() / "datasets"
    places = (
        [data_dir / archive.name]
        if data_dir
        else [
            home / (archive.cached or archive.name),
            home / archive.name,
        ]
    )
    for place in places:
        if place.is_file():
            return _verified(place, archive)
    if data_dir is not None:
        message = f"there is no `{places[0]}`: put {archive.origin} there"
        raise TrainingError(message)
    return _fetch(archive, places[-1])


def _verified(place: Path, archive: Archive) -> Path:
    if not archive.sha256:
        return place
    with open(place, "rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != archive.sha256:
        raise TrainingError(
            f"`{place}` is not the published file: its SHA-256 is {found}, "
            f"not {archive.sha256}; put {archive.origin} there"
        )
    return place


def _fetch(archive: Archive, place: Path) -> Path:
    from archcompiler.backends.keras_model import import_keras

    import_keras()
    import keras

    try:
        found = keras.utils.get_file(
            archive.name, origin=archive.origin, file_hash=archive.sha256 or None
        )
    except Exception as error:  # Keras wraps what the network says in a bare one
        raise TrainingError(
            f"cannot fetch {archive.origin} ({error}): put it there as `{place}`, "
            "or into a folder that `--data-dir` names"
        ) from None
    return _verified(Path(found), archive)


def read_cifar(name: str, path: Path) -> Data:
    """Read the batches of CIFAR-10 or CIFAR-100."""
    hundred = name == "cifar100"
    train = ["train"] if hundred else [f"data_batch_{n}" for n in range(1, 6)]
    test = "test" if hundred else "test_batch"
    key = b"fine_labels" if hundred else b"labels"
    try:
        with tarfile.open(path) as archive:
            members = {Path(m.name).name: m for m in archive.getmembers()}
            parts = [_batch(archive, members[part], key) for part in train]
            validation = _batch(archive, members[test], key)
    except (OSError, KeyError, tarfile.TarError, EOFError) as error:
        raise TrainingError(f"`{path}` does not hold {name}: {error}") from None
    training = ImageSet(
        np.concatenate([part.images for part in parts]),
        np.concatenate([part.labels for part in parts]),
    )
    return Data(name, training, validation, _numbers(100 if hundred else 10))


def _batch(archive: tarfile.TarFile, member: Any, key: bytes) -> ImageSet:
    file = archive.extractfile(member)
    assert file is not None
    batch = pickle.loads(file.read(), encoding="bytes")  # its digest was verified
    images = np.asarray(batch[b"data"], np.uint8).reshape(-1, 3, 32, 32)
    labels = np.asarray(batch[key], np.int64)
    return ImageSet(np.ascontiguousarray(images.transpose(0, 2, 3, 1)), labels)


def read_idx(name: str, paths: Sequence[Path]) -> Data:
    """Read the four files of MNIST's own format: images and labels, train and test."""
    try:
        parts = [_idx(path) for path in paths]
    except (OSError, ValueError, EOFError) as error:
        raise TrainingError(f"the files of {name} cannot be read: {error}") from None
    training = ImageSet(parts[0][..., None], parts[1].astype(np.int64))
    validation = ImageSet(parts[2][..., None], parts[3].astype(np.int64))
    return Data(name, training, validation, _numbers(10))


def _idx(path: Path) -> Any:
    """Read one file: two zeros, the type, the rank, the sizes, the bytes."""
    with gzip.open(path) as file:
        content = file.read()
    if content[:3] != b"\0\0\x08":
        raise ValueError(f"`{path}` does not begin as such a file does")
    rank = content[3]
    shape = np.frombuffer(content, ">u4", count=rank, offset=4)
    return np.frombuffer(content, np.uint8, offset=4 + 4 * rank).reshape(shape)


def _numbers(count: int) -> tuple[str, ...]:
    return tuple(map(str, range(count)))
