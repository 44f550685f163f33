"""Saving: a file that is complete, or what it was before."""

import os
import tempfile
from pathlib import Path

import keras


def save(model: keras.Model, path: str | os.PathLike[str]) -> None:
    """Save a model beside its place, force it to the disk, and move it there.

    Raises:
        ValueError: for a name that does not end in `.keras`.
        OSError: when the folder cannot be written.
    """
    place = Path(path)
    if place.suffix != ".keras":
        raise ValueError(f"a saved model ends in `.keras`, received `{place.name}`")
    with tempfile.TemporaryDirectory(prefix=".archc-", dir=place.parent) as folder:
        unfinished = Path(folder) / place.name
        model.save(unfinished)
        _force(unfinished)
        os.replace(unfinished, place)
    _force(place.parent)


def _force(path: Path) -> None:
    """Wait until a file, or a folder's entries, are on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
