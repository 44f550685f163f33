"""The archives of published data sets: found, or fetched, and verified by digest."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from archcompiler.training.data.formats import (
    read_cifar10,
    read_cifar100,
    read_idx,
    read_npz,
)
from archcompiler.training.data.images import Data
from archcompiler.training.digests import sha256_of
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


class Published(NamedTuple):
    """The archives of a data set, and what reads them."""

    read: Callable[[str, Sequence[Path]], Data]
    archives: tuple[Archive, ...]


def _fashion(name: str) -> Archive:
    return Archive(name, _STORE + name, cached=f"fashion-mnist/{name}")


PUBLISHED = {
    "cifar10": Published(
        read_cifar10,
        (
            Archive(
                "cifar-10-python.tar.gz",
                "https://www.cs.toronto.edu/~kriz/cifar-10-python.tar.gz",
                "6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce",
                "cifar-10-batches-py-target_archive",
            ),
        ),
    ),
    "cifar100": Published(
        read_cifar100,
        (
            Archive(
                "cifar-100-python.tar.gz",
                "https://www.cs.toronto.edu/~kriz/cifar-100-python.tar.gz",
                "85cd44d02ba6437773c5bbd22e183051d648de2e7d6b014e1ef29b855ba677a7",
                "cifar-100-python-target_archive",
            ),
        ),
    ),
    "mnist": Published(
        read_npz,
        (
            Archive(
                "mnist.npz",
                f"{_STORE}mnist.npz",
                "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1",
            ),
        ),
    ),
    "fashion_mnist": Published(
        read_idx,
        (
            _fashion("train-images-idx3-ubyte.gz"),
            _fashion("train-labels-idx1-ubyte.gz"),
            _fashion("t10k-images-idx3-ubyte.gz"),
            _fashion("t10k-labels-idx1-ubyte.gz"),
        ),
    ),
}


def load_archive(name: str, data_dir: Path | None) -> Data:
    """Load a published data set from `data_dir`, from Keras' folder, or the network.

    Raises:
        TrainingError: naming the file and the place where it belongs.
    """
    read, archives = PUBLISHED[name]
    return read(name, [find_archive(archive, data_dir) for archive in archives])


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
    found = sha256_of(place)
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
