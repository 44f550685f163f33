"""Saving: a file that is complete, or what it was before."""

import os
from collections.abc import Callable
from pathlib import Path

import keras

from archcompiler.writing import replacing


def save(
    model: keras.Model,
    path: str | os.PathLike[str],
    check: Callable[[keras.Model, Path], None] | None = None,
) -> None:
    """Save a model beside its place, check it, force it to the disk, and move it there.

    `check` is given the model and the file before this has its name.

    Raises:
        ValueError: for a name that does not end in `.keras`.
        OSError: when the folder cannot be written.
    """
    place = Path(path)
    if place.suffix != ".keras":
        raise ValueError(f"a saved model ends in `.keras`, received `{place.name}`")
    with replacing(place) as unfinished:
        model.save(unfinished)
        if check is not None:
            check(model, unfinished)
